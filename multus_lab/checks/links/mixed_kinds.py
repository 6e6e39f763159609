"""LNK106: macvlan and ipvlan on one master."""

from collections.abc import Iterator

from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.links.masters import a_kind, kind, takers
from multus_lab.checks.network import Lab
from multus_lab.checks.rule import Hit, Place, lab_rule


@lab_rule(
    "LNK106",
    Severity.ERROR,
    "macvlan and ipvlan on one master",
    why="The kernel lets one of the two take a master at a time: with pods of both on a node, the "
    "later ones fail with `device or resource busy`.",
    fix=Line("type", "macvlan", "on both"),
    source="multus-cni #1339, #715; cni #7; Linux macvlan_port_create, ipvlan_port_create",
    says=("device or resource busy",),
)
def mixed_kinds(lab: Lab) -> Iterator[Hit]:
    """Find networks of another kind than the first on their master."""
    for master, networks in takers(lab).items():
        first = networks[0]
        for network in networks[1:]:
            if kind(network) == kind(first):
                continue
            yield Hit(
                (*network.main.path, "master"),
                master,
                f"{first.label} is {a_kind(first)} on {master}, and this is {a_kind(network)}: "
                "a node can't have both",
                Line("type", first.main.type, f"as {first.label} has"),
                network=network,
                related=(Place(first, (*first.main.path, "type"), f"{a_kind(first)} here"),),
            )
