"""LIF405: a network that only some nodes have."""

from collections.abc import Iterator

from multus_lab.attachment import RESOURCE
from multus_lab.checks.among import with_master
from multus_lab.checks.finding import Severity
from multus_lab.checks.interfaces import Interfaces, some
from multus_lab.checks.network import Lab
from multus_lab.checks.rule import Hit, lab_rule


@lab_rule(
    "LIF405",
    Severity.RISK,
    "network that only some nodes have",
    why="The scheduler knows nothing of interfaces. A pod that lands on a node without the master "
    "stays in ContainerCreating: Link not found.",
    fix=f"annotations: {{{RESOURCE}: NAME}}   # which a device plugin offers there; or a "
    "nodeSelector in every pod, and accept",
    source="multus-cni #1244, #871, #744; multi-net-spec v1.3",
    says=("Link not found",),
)
def on_some_nodes(lab: Lab) -> Iterator[Hit]:
    """Find masters that some schedulable nodes of the zone have, and others don't."""
    interfaces = Interfaces.of(lab.zone)
    lacking: dict[str, list[str]] = {}
    for network in lab.among(with_master) if lab.zone else ():
        master = network.lies_on
        if master is None or network.resource:
            continue
        if master not in lacking:
            lacking[master] = interfaces.without(master)
        if not (without := lacking[master]):
            continue
        there = interfaces.having(master)
        yield Hit(
            (*network.main.path, "master"),
            master,
            f"{master} is on {there} of {there + len(without)} nodes; pods fail on {some(without)}",
            network=network,
        )
