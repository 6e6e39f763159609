"""LNK105: a master that no node of the zone has."""

from collections.abc import Iterator, Sequence

from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.interfaces import Interfaces, some
from multus_lab.checks.links.undecided import undecided
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, lab_rule


@lab_rule(
    "LNK105",
    Severity.ERROR,
    "master that no node of the zone has",
    why="A NAD names one master for all nodes. If the nodes' interface into the zone is called "
    "otherwise, pods fail, or are put on another segment. LIF405 has masters of some nodes.",
    fix=Line("master", "eth1"),
    source="multus-cni #871, #744; plugins #992",
    says=("Link not found",),
)
def missing_master(lab: Lab) -> Iterator[Hit]:
    """Find masters that are no node's interface, as far as the inventory tells them."""
    if lab.zone is None:
        return
    interfaces = Interfaces.of(lab.zone)
    untold = None in interfaces.nodes
    networks = [one for one in lab.networks if one.lies_on is not None]
    missing = [one for one in networks if interfaces.named and not interfaces.under(_of(one))]
    fix = Line("master", next(iter(interfaces.named))) if len(interfaces.named) == 1 else None
    told = some([f"{one} on {some(has)}" if has else one for one, has in interfaces.named.items()])
    for network in missing:
        # A stack's networks are its zone's; those of a manifest may be of another one.
        elsewhere = ", unless it is of another zone" if network.in_json else ""
        message = (
            f"no node's interface into the zone is {network.lies_on}, by the inventory: {told}"
        )
        yield Hit(
            (*network.main.path, "master"),
            network.lies_on,
            f"{message}{elsewhere}",
            fix or "one network for each group of nodes",
            Severity.RISK if untold or elsewhere else None,
            network,
        )
    if untold and not missing:
        yield from _untold(interfaces, networks)


def _of(network: Network) -> str:
    return network.lies_on or ""


def _untold(interfaces: Interfaces, networks: Sequence[Network]) -> Iterator[Hit]:
    """A note, unless LIF405 tells that nodes lack a master."""
    masters = list(dict.fromkeys(map(_of, networks)))
    if masters and not any(interfaces.without(one) for one in masters):
        message = (
            f"whether the nodes have {masters[0]} can't be decided: the zone doesn't name their "
            "interface"
        )
        yield undecided(f"zone.interface: {masters[0]}", message)
