"""LNK123: a bridge's port that stays in VLAN 1 beside its own."""

from collections.abc import Iterator

from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.links.bridges import joins_bridge
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, network_rule
from multus_lab.versions import Span

_KEEPS = Span(before=(1, 8, 0))
"""The releases in which a port stays in VLAN 1 unless it is told not to."""

_READS = (1, 3, 0)
"""The first release that reads preserveDefaultVlan; before it, a port always stays."""


@network_rule(
    "LNK123",
    Severity.RISK,
    "port that stays in VLAN 1",
    why="A new port of a bridge is in VLAN 1. Up to v1.7.1 the plugin adds the network's own VLAN "
    "and leaves the port in VLAN 1, so pods also see what is untagged or of VLAN 1 on the bridge; "
    "from v1.8.0 on it takes the port out, unless preserveDefaultVlan is true.",
    fix=Line("preserveDefaultVlan", False),
    source="plugins v1.7.1 and v1.8.0 bridge.go loadNetConf, setupVeth; plugins #939, PR #1181",
)
def vlan_1(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find networks with a VLAN of their own whose pods are in VLAN 1 as well."""
    main = network.main
    vlan, keeps = main.number("vlan"), main.config.get("preserveDefaultVlan")
    if not joins_bridge(network) or vlan < 2:
        return
    if keeps is True:
        message = f"preserveDefaultVlan keeps pods in VLAN 1 beside VLAN {vlan}"
        path = (*main.path, "preserveDefaultVlan")
        yield Hit(path, True, message, severity=Severity.NOTE)
    elif lab.since(_READS) is False and main.record.family == "plugins":
        message = (
            f"pods are in VLAN 1 beside VLAN {vlan}; plugins before v1.3.0 have no key against it"
        )
        yield Hit((*main.path, "vlan"), vlan, message, "take newer CNI plugins, v1.8.0 or later")
    elif keeps is None:
        message = f"without preserveDefaultVlan: false pods are in VLAN 1 beside VLAN {vlan}"
        yield from _by_release(network, Hit((*main.path, "vlan"), vlan, message, held=_KEEPS))


def _by_release(network: Network, hit: Hit) -> Iterator[Hit]:
    """The hit by the release of the plugins; which one another build of bridge has, isn't known."""
    if network.main.record.family == "plugins":
        yield hit
        return
    message = f"{hit.message}, if {network.main.type} is built from plugins before v1.8.0"
    yield Hit(hit.path, hit.value, message, severity=Severity.NOTE)
