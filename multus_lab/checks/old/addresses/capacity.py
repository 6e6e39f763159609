"""Rules IPA on how many pods there are, and where: are the addresses enough, and whose are they."""

from collections.abc import Iterator

from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Fix, Line
from multus_lab.checks.interfaces import carries
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.plugins import ON_MASTER
from multus_lab.checks.rule import Hit, rule
from multus_lab.settings import Zone
from multus_lab.settings.pools import host_local_sets
from multus_lab.settings.zone import Node

_KUBELET_PODS = 110
"""How many pods a kubelet takes by default (Kubernetes, KubeletConfiguration `maxPods`)."""


@rule(
    "IPA207",
    Severity.RISK,
    "each node hands out the same addresses",
    why=(
        "host-local keeps its store on the node, and every node starts at the range's first "
        "address: two nodes with a pod each have a duplicate address on the segment."
    ),
    fix=Line("ipam", {"type": "whereabouts", "range": "10.12.34.0/24"}),
    source="multus-cni #144, #185, #278, #529, #640, #1150; microk8s #3008",
    says=("link … has address … in DADFAILED state",),
)
def same_addresses_on_each_node(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find host-local on a link that nodes share; a note where nothing tells the nodes."""
    if network.ipam_type != "host-local" or network.main.type not in ON_MASTER:
        return
    if not network.pieces:
        return
    nodes = nodes_of(network, lab)
    if lab.zone and lab.zone.nodes and len(nodes) < 2:
        return
    pool = network.pools[0]
    first, last = str(pool.first), str(pool.last)
    shared = {"type": "whereabouts", "range": pool.subnet, "range_start": first, "range_end": last}
    if nodes:
        names = ", ".join(node.name for node in nodes[:3]) + (", …" if len(nodes) > 3 else "")
        message = f"{len(nodes)} nodes ({names}) hand out {first}-{last}, each from {first}"
    else:
        message = f"every node hands out {first}-{last}: on more than one they collide"
        message += "; `nodes:` in the zone would settle it" if lab.zone else ""
    yield Hit(
        (*network.ipam_path, "type"),
        "host-local",
        message,
        fix=Line("ipam", shared | ({"gateway": pool.gateway} if pool.keys.get("gateway") else {})),
        severity=None if nodes else Severity.NOTE,
    )


@rule(
    "IPA211",
    Severity.ERROR,
    "fewer addresses than pods",
    why="The pod that finds none left stays in ContainerCreating: no IP addresses available.",
    fix=Line("rangeEnd", "10.12.34.250"),
    source="plugins v1.9.1 host-local allocator.go Get; whereabouts v0.9.4 pkg/allocate",
    says=(
        "no IP addresses available in range set: …",
        "Could not allocate IP in range: …",
    ),
)
def capacity(network: Network, lab: Lab) -> Iterator[Hit]:
    """Compare the addresses with the pods that are expected, where the zone tells them."""
    if network.ipam_type not in ("host-local", "whereabouts") or not network.pools:
        return
    found = _capacity(network)
    if found is None:
        return
    per_node = network.ipam_type == "host-local"
    nodes = len(nodes_of(network, lab))
    pods = pods_per_node(network, lab)
    if found == 0:
        yield _too_few(network, "none is left for a pod")
    elif pods is not None and (per_node or nodes):
        yield from _compared(network, found, pods if per_node else pods * nodes, per_node)
        shared = per_node and nodes > 1 and network.main.type in ON_MASTER
        if shared and pods <= found < pods * nodes:
            told = f"{found} addresses for {pods * nodes} pods on {nodes} nodes of one segment"
            yield _too_few(network, told, Severity.RISK)
    elif lab.zone and found < _KUBELET_PODS * (1 if per_node else max(nodes, 1)):
        missing = "podsPerNode: 10" if pods is None else "nodes: [{name: worker01}]"
        place = "on each node" if per_node else "in all"
        told = (
            f"{found} addresses {place}; `{missing}` in the zone would tell whether that's enough"
        )
        yield _too_few(network, told, Severity.NOTE, missing)


def _compared(network: Network, found: int, pods: int, per_node: bool) -> Iterator[Hit]:
    place = "on each node" if per_node else "on all nodes"
    if pods > found:
        yield _too_few(network, f"{found} addresses for {pods} pods {place}")
    elif pods == found:
        told = f"{found} addresses for {pods} pods {place}: none is spare for a rolling update"
        yield _too_few(network, told, Severity.RISK)


def _too_few(
    network: Network,
    message: str,
    severity: Severity | None = None,
    fix: Fix | None = None,
) -> Hit:
    pool = network.pools[0]
    place = (*pool.path, pool.key)
    return Hit(place, pool.keys.get(pool.key), message, fix or _wider(network), severity)


def _wider(network: Network) -> Line:
    """The line that takes all of the subnet."""
    pool = network.pools[0]
    last = pool.subnet[-2]
    if int(pool.last) >= int(last):
        return Line(pool.key, ..., "a larger network")
    return Line("range_end" if pool.ipam == "whereabouts" else "rangeEnd", last)


def _capacity(network: Network) -> int | None:
    """How many pods can have addresses: a pod takes one of each set, so the smallest counts."""
    sizes: dict[tuple[str | int, ...], int] = {}
    for piece in network.pieces:
        place = piece.pool.path
        sizes[place] = sizes.get(place, 0) + piece.last - piece.first + 1
    if network.ipam_type == "whereabouts":
        own = [sizes.get(pool.path, 0) for pool in network.pools if pool.ipam == "whereabouts"]
        return min(own, default=None)
    if not all(pool.sound for pool in network.pools):
        return None
    if len(network.pools) == 1:
        return sizes.get(network.pools[0].path, 0)
    sets = host_local_sets(network.main.ipam, network.ipam_path)
    readable = {pool.path for pool in network.pools}
    whole = [one for one in sets if one and all(path in readable for _, path in one)]
    return min((sum(sizes.get(path, 0) for _, path in one) for one in whole), default=None)


def pods_per_node(network: Network, lab: Lab) -> int | None:
    """How many pods of a node are expected in the network, where that is told."""
    own = network.settings.get("pods_per_node")
    if isinstance(own, int):
        return own
    return lab.zone.pods_per_node if lab.zone else None


def expected_pods(network: Network, lab: Lab) -> int | None:
    """How many pods are expected on all nodes, where the zone tells both."""
    pods = pods_per_node(network, lab)
    if pods is None or lab.zone is None or not lab.zone.nodes:
        return None
    return pods * len(nodes_of(network, lab))


def nodes_of(network: Network, lab: Lab) -> list[Node]:
    """The nodes on which pods run, without those whose interface is told to be another."""
    zone, master = lab.zone, network.lies_on
    return lab.once(("nodes", master), lambda: _nodes(zone, master)) if zone else []


def _nodes(zone: Zone, master: str | None) -> list[Node]:
    return [
        node
        for node in zone.schedulable_nodes()
        if master is None
        or (interface := zone.interface_of(node)) is None
        or carries(interface, master)
    ]
