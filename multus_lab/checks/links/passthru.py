"""LNK108: passthru that isn't alone on its master."""

from collections.abc import Iterator, Sequence

from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.links.masters import takers
from multus_lab.checks.links.undecided import pods_line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, Place, Refusal, lab_rule


@lab_rule(
    "LNK108",
    Severity.ERROR,
    "passthru that isn't alone on its master",
    why="In mode passthru one pod takes the whole master: the next one on the same node, of this "
    "network or another, fails with `invalid argument`.",
    fix=Line("mode", "bridge"),
    source="Linux drivers/net/macvlan.c macvlan_common_newlink",
    says=(Refusal("macvlan", "passthru beside others"),),
)
def shared_passthru(lab: Lab) -> Iterator[Hit]:
    """Find passthru networks beside others, or with more than one pod per node."""
    for networks in takers(lab).values():
        for network in networks:
            if network.main.text("mode") == "passthru" and network.once:
                yield from _shared(network, networks, lab)


def _shared(network: Network, networks: Sequence[Network], lab: Lab) -> Iterator[Hit]:
    path = (*network.main.path, "mode")
    other = next((one for one in networks if one is not network), None)
    pods = lab.pods_per_node(network)
    if other is not None:
        message = f"{other.label} is on this master as well, and passthru takes it whole"
        place = Place(other, (*other.main.path, "master"), "on the same master")
        yield Hit(path, "passthru", message, network=network, related=(place,))
    if pods is not None and pods > 1:
        message = f"{pods} pods per node are expected, and passthru takes one"
        yield Hit(path, "passthru", message, network=network)
    elif pods is None and other is None:
        message = "a node can have one pod of this network, and how many are expected isn't known"
        yield Hit(path, "passthru", message, pods_line(lab), Severity.NOTE, network)
