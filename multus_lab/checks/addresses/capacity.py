"""IPA211: fewer addresses than pods."""

from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from multus_lab.checks.addresses.pod_pools import is_fixed, set_of
from multus_lab.checks.addresses.slices import slice_length
from multus_lab.checks.among import counted_by
from multus_lab.checks.finding import Path, Severity
from multus_lab.checks.fix import Fix, Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, lab_rule
from multus_lab.plugins.pools import Pool

_KUBELET_PODS = 110
"""How many pods a kubelet takes by default (Kubernetes, KubeletConfiguration `maxPods`)."""


class _Untold(NamedTuple):
    """A network of which nobody tells how many pods it has: the addresses, and what would do."""

    addresses: int
    place: str
    missing: str
    network: Network


@lab_rule(
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
def capacity(lab: Lab) -> Iterator[Hit]:
    """Compare the addresses with the pods that are expected, if the zone has both.

    What the zone doesn't tell is a note once, at the network with the fewest addresses.
    """
    untold: dict[str, list[_Untold]] = {}
    for network in lab.among(_COUNTED):
        for found in _of(network, lab):
            if isinstance(found, Hit):
                yield found._replace(network=network)
            else:
                untold.setdefault(found.missing, []).append(found)
    yield from map(_would_tell, untold.values())


_COUNTED = counted_by("node", "cluster")


def _of(network: Network, lab: Lab) -> Iterator[Hit | _Untold]:
    if lab.zone is None and not any(one.holes for one in network.pools):
        return  # there is an address at least, and nobody tells for how many pods
    found = room(network)
    if network.ipam is None or found is None:
        return
    length = slice_length(network)
    per_node = network.ipam.counts == "node" or length is not None
    nodes = len(lab.nodes_of(network))
    pods = lab.pods_per_node(network)
    if length is None and (empty := list(_emptied(network))):
        yield from map(_nothing_left, empty)
    elif found == 0:
        yield _too_few(network, "none is left for a pod")
    elif pods is not None and (per_node or nodes):
        yield from _compared(network, found, pods if per_node else pods * nodes, per_node)
        shared = network.ipam.counts == "node" and nodes > 1 and network.on_node
        if shared and pods <= found < pods * nodes:
            told = f"{found} addresses for {pods * nodes} pods on {nodes} nodes of one segment"
            yield _too_few(network, told, Severity.RISK)
    elif lab.zone and found < _KUBELET_PODS * (1 if per_node else max(nodes, 1)):
        missing = "podsPerNode: 10" if pods is None else "nodes: [{name: worker01}]"
        yield _Untold(found, "on each node" if per_node else "in all", missing, network)


def _would_tell(untold: Sequence[_Untold]) -> Hit:
    addresses, place, missing, network = min(untold, key=attrgetter("addresses"))
    which = f", the fewest of {len(untold)} networks" if len(untold) > 1 else ""
    told = (
        f"{addresses} addresses {place}{which}; `{missing}` in the zone would tell whether that's "
        "enough"
    )
    return _too_few(network, told, Severity.NOTE, missing)._replace(network=network)


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
    pool = next(one for one in network.pools if not is_fixed(one))
    place = (*pool.path, pool.key)
    return Hit(place, pool.keys.get(pool.key), message, fix or _wider(network, pool), severity)


def _wider(network: Network, pool: Pool) -> Line:
    """The line that takes all of the subnet."""
    if (length := slice_length(network)) is not None:
        return Line("node_slice_size", f"/{max(length - 1, pool.subnet.prefixlen)}")
    last = pool.subnet[-2]
    end = network.ipam.end if network.ipam else ""
    if not end or int(pool.last) >= int(last):
        return Line(pool.key, ..., "a larger network")
    return Line(end, last)


def room(network: Network) -> int | None:
    """How many pods can have addresses: a pod takes one of each set, so the smallest counts.

    On each node, or on all together, as its IPAM plugin counts; None where it doesn't.
    """
    pools = [pool for pool in network.pools if not is_fixed(pool)]
    if not all(pool.sound for pool in pools):
        return None
    if (length := slice_length(network)) is not None:
        return min((2 ** (one.subnet.max_prefixlen - length) - 2 for one in pools), default=None)
    sizes: dict[Path, int] = {}
    ranges: dict[Path, int] = {}
    for pool in pools:
        place = set_of(pool)
        sizes.setdefault(place, 0)
        ranges[place] = ranges.get(place, 0) + 1
    for pool, first, last in network.pieces:
        if not is_fixed(pool):
            sizes[set_of(pool)] += last - first + 1
    whole = (size for place, size in sizes.items() if ranges[place] == _written(network, place))
    return min(whole, default=None)


def _nothing_left(pool: Pool) -> Hit:
    message = f"exclude leaves nothing of {pool.addresses}"
    return Hit((*pool.path, "exclude"), pool.keys["exclude"], message, Line("exclude", []))


def _emptied(network: Network) -> Iterator[Pool]:
    """The ranges of whereabouts of which `exclude` leaves nothing."""
    for pool in network.pools:
        excludes = pool.key == "range" and pool.keys.get("exclude")
        if excludes and all(piece.pool.path != pool.path for piece in network.pieces):
            yield pool


def _written(network: Network, place: Path) -> int:
    """How many ranges a set has, those too that can't be read."""
    found: Any = network.main.ipam
    for part in place[len(network.ipam_path) :]:
        found = found[part]
    return len(found) if isinstance(found, Sequence) else 1
