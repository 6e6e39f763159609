"""IPA219: name resolution that the main plugin overwrites."""

from collections.abc import Iterator

from multus_lab.checks.finding import Severity
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, network_rule
from multus_lab.plugins import Placeholder


def _with_dns(network: Network) -> bool:
    """Those whose `ipam` says something of name resolution."""
    return network.ipam is not None and network.ipam.dns in network.main.ipam


@network_rule(
    "IPA219",
    Severity.RISK,
    "name resolution that is overwritten",
    among=_with_dns,
    why=(
        "These plugins put their own `dns`, empty as it may be, over that of the IPAM plugin. "
        "bridge and ptp keep the IPAM plugin's."
    ),
    fix="take dns out of ipam, and put it beside it",
    source="plugins v1.9.1 macvlan.go, ipvlan.go, vlan.go, host-device.go: result.DNS = n.DNS",
)
def overwritten_dns(network: Network, _: Lab) -> Iterator[Hit]:
    """Find what an IPAM plugin is told of name resolution, if the main plugin drops it."""
    link, ipam = network.link, network.ipam
    if link is None or ipam is None or not (link.overwrites_dns and ipam.dns):
        return
    written = network.main.ipam.get(ipam.dns)
    if written and not isinstance(written, Placeholder):
        yield Hit(
            (*network.ipam_path, ipam.dns),
            written,
            f"{network.main.type} overwrites what {network.ipam_type} says of name resolution",
        )
