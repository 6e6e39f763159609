"""IPA206: a gateway that is among the addresses that pods get."""

from collections.abc import Iterator

from multus_lab.checks.addresses.pod_pools import is_fixed
from multus_lab.checks.addresses.unreachable_gateway import gateway_place
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Fix, Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, network_rule
from multus_lab.plugins.pools import Pool


@network_rule(
    "IPA206",
    Severity.ERROR,
    "gateway inside the range that pods get addresses of",
    why=(
        "whereabouts hands it to a pod like any other, and the segment loses its router. "
        "host-local skips it."
    ),
    fix=Line("exclude", ["10.12.34.254/32"]),
    source="whereabouts #601; v0.9.4 pkg/allocate/allocate.go; plugins v1.10.0 host-local "
    "allocator.go Next",
)
def gateway_in_range(network: Network, _: Lab) -> Iterator[Hit]:
    """Find a gateway that is given away, and one that a range was cut around in vain."""
    if network.ipam is None:
        return
    for piece in network.pieces:
        pool = piece.pool
        if not is_fixed(pool) and _holds(pool, piece.first, piece.last):
            yield Hit(
                gateway_place(network, pool),
                str(pool.gateway),
                f"a pod gets the gateway's address {pool.gateway}",
                fix=_left_out(network, pool),
            )
    for pool in network.pools:
        skipped = pool.gateway is not None and (int(pool.gateway),) * 2 in pool.holes
        cut = pool.keys.get(network.ipam.start) or pool.keys.get(network.ipam.end)
        if not (skipped and cut and pool.keys.get("gateway")):
            continue
        if _holds(pool, int(pool.first), int(pool.last)) and pool.gateway is not None:
            yield Hit(
                (*pool.path, "gateway"),
                str(pool.gateway),
                f"{pool.gateway} lies inside {pool.addresses}; {network.ipam_type} skips it",
                fix=Line(network.ipam.start, pool.gateway + 1)
                if pool.first == pool.gateway != pool.last
                else "leave it, or take it out of the range",
                severity=Severity.NOTE,
            )


def _left_out(network: Network, pool: Pool) -> Fix:
    """The exclusion; node slices take none."""
    if network.main.ipam.get("node_slice_size"):
        return f"node slices take no exclude: write a range without {pool.gateway}"
    listed = pool.keys.get("exclude")
    others = listed if isinstance(listed, list) else []
    return Line("exclude", [*others, f"{pool.gateway}/{pool.subnet.max_prefixlen}"])


def _holds(pool: Pool, first: int, last: int) -> bool:
    gateway = pool.gateway
    return (
        gateway is not None
        and gateway.version == pool.subnet.version
        and first <= int(gateway) <= last
    )
