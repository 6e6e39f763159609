"""Rules LIF: what pods of a network can't do, and on which nodes they can be."""

from collections.abc import Iterator

from multus_lab.checks.finding import Severity
from multus_lab.checks.interfaces import Interfaces, carries, some
from multus_lab.checks.network import RESOURCE, Lab, Network
from multus_lab.checks.plugins import written
from multus_lab.checks.rule import Hit, rule


@rule(
    "LIF403",
    Severity.NOTE,
    "pods and their own node don't reach each other",
    why=(
        "The kernel hands a frame of macvlan or ipvlan (l2 mode) to the wire and to siblings, "
        "never to the interface under it. Only a switch that sends frames back by the same port "
        "(hairpin, what vepa is made for) lifts that. Probes by the network's address, NodeLocal "
        "DNS and hostNetwork peers on the node fail; other nodes work."
    ),
    fix="probe and serve by eth0, or give the node a macvlan interface too: ip link add shim link "
    "MASTER type macvlan mode bridge",
    source="multus-cni #226, #372, #463, #832, #1426; docs/secondary-networks.md",
)
def own_node(lab: Lab) -> Iterator[Hit]:
    """Tell it once, at the first such network."""
    cut_off = [network for network in lab.networks if _cut_off(network)]
    if cut_off:
        first, others = cut_off[0], len(cut_off) - 1
        more = f"; the same goes for {others} more" if others else ""
        yield Hit(
            (*first.main.path, "type"),
            first.main.type,
            f"pods in {first.label} and the node that they run on don't reach each other{more}",
            network=first,
        )


def _cut_off(network: Network) -> bool:
    main = network.main
    if written(main.config, "linkInContainer") is True:  # then the master is the pod's own
        return False
    mode = written(main.config, "mode")
    if main.type == "macvlan":
        return mode != "vepa"
    return main.type == "ipvlan" and mode in (None, "", "l2")


@rule(
    "LIF405",
    Severity.RISK,
    "network that only some nodes have",
    why=(
        "The scheduler knows nothing of interfaces. A pod that lands on a node without the master "
        "stays in ContainerCreating: Link not found."
    ),
    fix=f"annotations: {{{RESOURCE}: NAME}}   # which a device plugin offers there; or a "
    "nodeSelector in every pod, and accept",
    source="multus-cni #1244, #871, #744; multi-net-spec v1.3",
    says=("Link not found",),
)
def on_some_nodes(lab: Lab) -> Iterator[Hit]:
    """Find masters that some schedulable nodes of the zone have, and others don't."""
    interfaces = Interfaces.of(lab.zone)
    named = interfaces.named
    for network in lab.networks if len(named) > 1 else ():
        master = network.lies_on
        if master is None or network.resource:
            continue
        there = sum(len(nodes) for one, nodes in named.items() if carries(one, master))
        without = [node for one in named if not carries(one, master) for node in named[one]]
        if not there or not without:
            continue
        yield Hit(
            (*network.main.path, "master"),
            master,
            f"{master} is on {there} of {there + len(without)} nodes; pods fail on {some(without)}",
            network=network,
        )
