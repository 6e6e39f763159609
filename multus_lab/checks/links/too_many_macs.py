"""LNK113: more MACs than the switch's port may have."""

from collections.abc import Iterator

from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.links.masters import own_macs
from multus_lab.checks.links.undecided import undecided
from multus_lab.checks.network import Lab
from multus_lab.checks.rule import Hit, lab_rule


@lab_rule(
    "LNK113",
    Severity.RISK,
    "more MACs than the switch's port may have",
    why="Each pod on a macvlan adds a MAC to its node's port. A switch with a limit drops the "
    "frames of those above it, or shuts the port.",
    fix=Line("type", "ipvlan"),
    source="Linux Documentation/networking/ipvlan.rst, section 4",
)
def too_many_macs(lab: Lab) -> Iterator[Hit]:
    """Find masters on which the expected pods and the node itself are above zone.macLimit."""
    if lab.zone is None or lab.zone.mac_limit is None:
        return
    limit, untold = lab.zone.mac_limit, False
    expected: dict[str, int] = {}
    for network in lab.networks:
        if network.lies_on is None or not own_macs(network):
            continue
        port, pods = network.lies_on.partition(".")[0], lab.pods_per_node(network)
        untold = untold or pods is None
        expected[port] = expected.get(port, 1) + (pods or 0)
    for port, macs in expected.items():
        if macs > limit:
            message = f"the port of {port} may have {limit} MACs; the node and its pods have {macs}"
            yield Hit(("zone", "macLimit"), limit, message)
    if untold:
        message = f"whether pods stay within {limit} MACs can't be decided without their number"
        yield undecided("zone.podsPerNode: 5", message)
