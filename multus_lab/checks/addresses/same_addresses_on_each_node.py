"""IPA207: every node hands out the same addresses."""

from collections.abc import Iterator

from multus_lab.checks.addresses.by_whereabouts import by_whereabouts
from multus_lab.checks.among import counted_by
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.interfaces import some
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, network_rule


@network_rule(
    "IPA207",
    Severity.RISK,
    "each node hands out the same addresses",
    among=counted_by("node"),
    why=(
        "host-local keeps its store on the node, and every node starts at the range's first "
        "address: two nodes with a pod each have a duplicate address on the segment."
    ),
    fix=Line("ipam", {"type": "whereabouts", "range": "10.12.34.0/24"}),
    source="multus-cni #144, #185, #278, #529, #640, #1150; microk8s #3008",
    says=("link … has address … in DADFAILED state",),
    common=True,
)
def same_addresses_on_each_node(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find an IPAM plugin that counts on the node, on a link that nodes share.

    It is a note if nothing says which nodes there are, or whether devices share a segment.
    """
    ipam, link = network.ipam, network.link
    if ipam is None or link is None or ipam.counts != "node" or not network.pieces:
        return
    if not (network.on_node or (link.device and not link.node_local)):
        return
    nodes = lab.nodes_of(network)
    if lab.zone and lab.zone.nodes and len(nodes) < 2:
        return
    first, last = _ends(network)
    if nodes:
        names = some([node.name for node in nodes])
        message = f"{len(nodes)} nodes ({names}) hand out {first}-{last}, each from {first}"
    else:
        message = f"every node hands out {first}-{last}: with pods on two nodes they collide"
        message += "; `nodes:` in the zone would settle it" if lab.zone else ""
    yield Hit(
        (*network.ipam_path, "type"),
        network.ipam_type,
        message,
        fix=by_whereabouts(network, lab),
        severity=None if nodes and network.on_node else Severity.NOTE,
    )


def _ends(network: Network) -> tuple[str, str]:
    """The first and the last address that pods get of the first range that gives any, as text."""
    first, *others = network.pieces
    last = next((one for one in reversed(others) if one.pool is first.pool), first)
    kind = type(first.pool.first)
    return str(kind(first.first)), str(kind(last.last))
