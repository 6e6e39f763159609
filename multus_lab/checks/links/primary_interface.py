"""LNK110: an interface that belongs to the primary network."""

from collections.abc import Iterator

from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.primary import PRIMARIES, is_primary, owner
from multus_lab.checks.rule import Hit, network_rule


@network_rule(
    "LNK110",
    Severity.RISK,
    "interface that belongs to the primary network",
    why="The primary network makes interfaces of its own on every node, for pods' eth0. Pods of a "
    "secondary network that are put on one of them reach no wire, or meet the primary network's "
    "pods and addresses; if it is moved into a pod, all other pods of the node lose their network.",
    fix=Line("master", "eth1"),
    source="; ".join(f"{one.name}: {one.source}" for one in PRIMARIES),
)
def primary_interface(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find masters, bridges and devices that are the primary network's by their name."""
    link, main = network.link, network.main
    if link is None or (link.master and not network.on_node):
        return
    for key in dict.fromkeys((*link.segment, *link.once)):
        value = main.config.get(key)
        found = owner(value, lab.cluster) if isinstance(value, str) else None
        if found is None or is_primary(network, lab):
            continue
        primary, sure = found
        message = (
            f"{value} is an interface of {primary.name}, the cluster's primary network"
            if sure
            else f"{value} is an interface of {primary.name}, if that is the primary network"
        )
        severity = None if sure else Severity.NOTE
        yield Hit((*main.path, key), value, message, Line(key, ...), severity)
