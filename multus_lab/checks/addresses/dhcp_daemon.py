"""IPA216: dhcp needs its daemon."""

from collections.abc import Iterator

from multus_lab.checks.among import with_ipam
from multus_lab.checks.finding import Severity
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, network_rule
from multus_lab.plugins import Keys
from multus_lab.plugins.dhcp import SOCKET


@network_rule(
    "IPA216",
    Severity.NOTE,
    "dhcp needs its daemon on every node",
    among=with_ipam("dhcp"),
    why="Without it every pod fails: error dialing DHCP daemon. Multus does not bring it.",
    fix="multus: {dhcpDaemon: {image: …}}, of an image with dhcp; or run `dhcp daemon` on each "
    "node",
    source="plugins v1.9.1 plugins/ipam/dhcp/README.md; multus-cni #291",
    common=True,
)
def dhcp_daemon(network: Network, lab: Lab) -> Iterator[Hit]:
    """Say what dhcp needs, unless the stack brings it."""
    if network.ipam is None or network.ipam_type != "dhcp" or _is_refused(network):
        return
    if _brought(network, lab):
        return
    unknown = lab.zone is not None and not lab.zone.dhcp_scope
    yield Hit(
        (*network.ipam_path, "type"),
        "dhcp",
        "pods get a lease only if the dhcp daemon runs on their node"
        + ("; zone.dhcpScope would say which addresses" if unknown else ""),
    )


def _brought(network: Network, lab: Lab) -> bool:
    """Whether the stack's own daemon listens where the network's plugin asks."""
    socket = network.main.ipam.get("daemonSocketPath") or SOCKET
    return bool(lab.multus and lab.multus.install and lab.multus.dhcp_daemon) and (
        str(socket).removeprefix("/var") == SOCKET
    )


def _is_refused(network: Network) -> bool:
    """Whether the plugin takes no dhcp at all, which NAD014 or LNK115 finds."""
    if network.link is not None and network.link.no_lease:
        return True
    asked = network.main.record.keys.keys["ipam"].kind
    return isinstance(asked, Keys) and not asked.keys["type"].takes(network.ipam_type)
