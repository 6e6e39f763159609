"""IPA216: dhcp needs its daemon."""

from collections.abc import Iterator

from multus_lab.checks.finding import Severity
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, network_rule


@network_rule(
    "IPA216",
    Severity.NOTE,
    "dhcp needs its daemon on every node",
    why="Without it every pod fails: error dialing DHCP daemon. Multus does not bring it.",
    fix="run `dhcp daemon` on each node, as a DaemonSet or a unit",
    source="plugins v1.9.1 plugins/ipam/dhcp/README.md; multus-cni #291",
    common=True,
)
def dhcp_daemon(network: Network, lab: Lab) -> Iterator[Hit]:
    """Say what dhcp needs; nothing here knows whether it is there."""
    if network.ipam is None or network.ipam_type != "dhcp":
        return
    unknown = lab.zone is not None and not lab.zone.dhcp_scope
    yield Hit(
        (*network.ipam_path, "type"),
        "dhcp",
        "pods get a lease only if the dhcp daemon runs on their node"
        + ("; zone.dhcpScope would say which addresses" if unknown else ""),
    )
