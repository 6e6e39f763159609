"""IPA206: a gateway that is among the addresses that pods get."""

from collections.abc import Iterator

from multus_lab.addresses import AnyAddress
from multus_lab.checks.addresses.pod_pools import is_fixed
from multus_lab.checks.addresses.unreachable_gateway import gateway_place
from multus_lab.checks.among import with_pools
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Fix, Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.pod_routes import bridge_gateway, bridge_is_gateway
from multus_lab.checks.rule import Hit, network_rule
from multus_lab.plugins.pools import Piece, Pool


@network_rule(
    "IPA206",
    Severity.ERROR,
    "gateway inside the range that pods get addresses of",
    among=with_pools,
    why=(
        "whereabouts hands it to a pod like any other, and the segment loses its router. "
        "host-local skips it. A bridge that is the gateway takes the subnet's second address where "
        "its IPAM plugin names none."
    ),
    fix=Line("exclude", ["10.12.34.254/32"]),
    source="whereabouts #601; v0.9.4 pkg/allocate/allocate.go; plugins v1.10.0 host-local "
    "allocator.go Next, bridge.go calcGateways",
)
def gateway_in_range(network: Network, _: Lab) -> Iterator[Hit]:
    """Find a gateway that is given away, and one that a range was cut around in vain."""
    if network.ipam is None:
        return
    for piece in network.pieces:
        yield from _given_away(network, piece)
    for pool in network.pools:
        skipped = pool.gateway is not None and (int(pool.gateway),) * 2 in pool.holes
        cut = pool.keys.get(network.ipam.start) or pool.keys.get(network.ipam.end)
        if not (skipped and cut and pool.keys.get("gateway")):
            continue
        if pool.gateway is not None and pool.gateway in pool.addresses:
            yield Hit(
                (*pool.path, "gateway"),
                str(pool.gateway),
                f"{pool.gateway} lies inside {pool.addresses}; {network.ipam_type} skips it",
                fix=Line(network.ipam.start, pool.gateway + 1)
                if pool.first == pool.gateway != pool.last
                else "leave it, or take it out of the range",
                severity=Severity.NOTE,
            )


def _given_away(network: Network, piece: Piece) -> Iterator[Hit]:
    """Tell a gateway that pods get; an address alone only if it is the bridge's."""
    pool, main = piece.pool, network.main
    gateway = bridge_gateway(main, pool)
    if gateway is None or (is_fixed(pool) and not bridge_is_gateway(main)):
        return
    if gateway in piece:
        made = pool.gateway is None
        yield Hit(
            (*pool.path, pool.key) if made else gateway_place(network, pool),
            pool.keys.get(pool.key) if made else str(gateway),
            f"a pod gets the gateway's address {gateway}"
            + (", which isGateway gives to the bridge" if bridge_is_gateway(main) else ""),
            fix=_left_out(network, pool, gateway),
        )


def _left_out(network: Network, pool: Pool, gateway: AnyAddress) -> Fix:
    """The exclusion; node slices take none, and neither does an address."""
    if is_fixed(pool):
        return f"give pods another address than {gateway}"
    if network.main.ipam.get("node_slice_size"):
        return f"node slices take no exclude: write a range without {gateway}"
    listed = pool.keys.get("exclude")
    others = listed if isinstance(listed, list) else []
    return Line("exclude", [*others, f"{gateway}/{pool.subnet.max_prefixlen}"])
