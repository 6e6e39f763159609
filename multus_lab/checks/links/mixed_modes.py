"""LNK109: different modes on one master."""

from collections.abc import Iterator

from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.links.masters import kind, takers
from multus_lab.checks.links.unknown_mode import mode_of
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, Place, lab_rule


@lab_rule(
    "LNK109",
    Severity.RISK,
    "different modes on one master",
    why="An ipvlan's mode is its master's: a pod with another mode changes that of all. macvlans "
    "of different modes live beside each other and can't talk to each other.",
    fix=Line("mode", "bridge"),
    source="Linux drivers/net/ipvlan/ipvlan_main.c ipvlan_set_port_mode; macvlan.c",
)
def mixed_modes(lab: Lab) -> Iterator[Hit]:
    """Find networks whose mode is not that of the first of their kind on their master."""
    for networks in takers(lab).values():
        first: dict[str, tuple[Network, str]] = {}
        for network in networks:
            mode = mode_of(network.main)
            if not mode or mode == "passthru":
                continue  # LNK108 has passthru, and LNK101 what no plugin takes
            other, before = first.setdefault(kind(network), (network, mode))
            if mode != before:
                yield _hit(network, other, mode, before)


def _hit(network: Network, other: Network, mode: str, before: str) -> Hit:
    link = network.link
    changes = link is not None and not link.own_mac
    does = (
        "a pod of one changes the mode of all" if changes else "their pods don't reach each other"
    )
    return Hit(
        (*network.main.path, "mode"),
        mode,
        f"{other.label} has mode {before} on the same master: {does}",
        Line("mode", before),
        Severity.ERROR if changes else None,
        network,
        related=(Place(other, (*other.main.path, "mode"), f"mode {before}"),),
    )
