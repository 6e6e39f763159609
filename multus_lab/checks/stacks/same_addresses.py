"""XST501: two stacks hand out the same addresses on one segment."""

from collections import defaultdict
from collections.abc import Hashable, Iterator

from multus_lab.checks.finding import Finding, Severity
from multus_lab.checks.judge import in_stack
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Code, code
from multus_lab.checks.stacks.claims import Claim, overlaps
from multus_lab.checks.stacks.shared import At, Shared, between
from multus_lab.plugins.pools import Piece
from multus_lab.settings import Zone

SAME_ADDRESSES = code(
    Code(
        "XST501",
        Severity.ERROR,
        "two stacks hand out the same addresses on one segment",
        why="Each IPAM plugin keeps count for itself, so two pods get one address.",
        fix="give the two networks ranges that don't overlap",
        source="plugins v1.10.0 host-local, backend/disk: one folder per node and network",
    )
)


def same_addresses(shared: Shared) -> Iterator[Finding]:
    """Find them on a segment; a risk if stacks share no more than the cluster."""
    on: dict[Hashable, list[Claim]] = defaultdict(list)
    for index in shared.members:
        zone = shared.stack(index).zone
        for network in shared.networks[index]:
            segment = _segment(network, zone, shared.what == "segment")
            if segment is not None:
                on[segment] += [_claim(shared, index, network, one) for one in network.pieces]
    certain = shared.what == "segment"
    for segment, claims in on.items():
        severity = None if certain and segment != _UNTOLD else Severity.RISK
        for later, earlier in overlaps(claims):
            yield _found(shared, later, earlier, severity)


_UNTOLD = ("untold",)
"""Networks whose configuration doesn't tell on which segment they are."""


def _segment(network: Network, zone: Zone, of_zone: bool) -> Hashable | None:
    """What tells its segment from others of the cluster, or on the wire of the zone's; else None.

    What ends at the node meets nothing of another stack.
    """
    link = network.link
    if link is None or link.node_local:
        return None
    told = Lab([network]).segment(network)
    if not network.on_node or told is None:
        return _UNTOLD
    beside = tuple(network.main.number(key) for key in link.segment if key != "master")
    master = network.master or zone.interface or ""
    if not of_zone:
        return (master, *beside)
    links = {zone.interface, *map(zone.interface_of, zone.nodes)} - {None}
    base, _, vlan = master.partition(".")
    if master in links or not master:
        return ("", *beside)
    return (vlan, *beside) if base in links or not links else None


def _claim(shared: Shared, index: int, network: Network, piece: Piece) -> Claim:
    """The addresses of a pool; who keeps count for the cluster does so for all stacks of it."""
    pool, asked = piece.pool, network.main.ipam_record
    cluster, ipam = shared.stack(index).cluster.name, asked.ipam if asked else None
    books: Hashable = ("stack", index)
    if cluster and ipam and ipam.counts == "cluster":
        books = (
            cluster,
            ipam.store(network.main.ipam, network.cni_name) if ipam.store else pool.ipam,
        )
    path = in_stack((*network.path, *pool.path), shared.stack(index))
    return Claim(At(index, network.label, path, str(pool.addresses)), books, piece.addresses)


def _found(shared: Shared, later: Claim, earlier: Claim, severity: Severity | None) -> Finding:
    message = (
        f"hands out {later.at.value}, and so does {earlier.at.network} of stack "
        f"{shared.called(earlier.at.stack)} with {earlier.at.value}, in the same {shared}"
    )
    second = f"hands out {earlier.at.value}"
    return between(SAME_ADDRESSES, later.at, earlier.at, (message, second), severity)
