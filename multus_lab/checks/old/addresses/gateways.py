"""Rules IPA on gateways: the address that is the router's, and no pod's."""

from collections.abc import Iterator

from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.pod_routes import LINK, pod_routes
from multus_lab.checks.rule import Hit, rule
from multus_lab.settings.pools import Pool


@rule(
    "IPA204",
    Severity.RISK,
    "gateway that the pod can't reach",
    why=(
        "No IPAM plugin checks it. A route without `gw`, or a chained sbr, uses it, and then the "
        "pod fails: network is unreachable. 0.0.0.0 is taken for no gateway, in silence."
    ),
    fix=Line("gateway", "10.12.34.254"),
    source="plugins v1.9.1 host-local range.go, pkg/ipam/ipam_linux.go; multus-cni #871, #278",
    says=(
        "failed to add route …: network is unreachable",
        "failed to add route …: invalid argument",
    ),
)
def unreachable_gateway(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find a gateway outside its subnet, and one that is no host's address."""
    for pool in _with_own_gateway(network):
        wrong = _unreachable(pool)
        if not wrong or _reached_on_link(network, lab, pool):
            continue
        fatal = not pool.gateway.is_unspecified and pool.gateway != pool.subnet[0]  # type: ignore[union-attr]
        used = fatal and _uses_gateway(network, pool)
        yield Hit(
            _gateway_path(network, pool),
            str(pool.gateway),
            wrong + (", and a route leads by it" if used else ""),
            fix=Line("gateway", pool.subnet[1]) if pool.subnet.num_addresses > 2 else None,
            severity=Severity.ERROR if used else None,
        )


@rule(
    "IPA205",
    Severity.NOTE,
    "no gateway is given, and host-local sets one aside",
    why=(
        "Without `gateway` host-local claims the subnet's second address, never hands it out, and "
        "gives it to routes that name no `gw`."
    ),
    fix=Line("gateway", "10.12.34.254"),
    source="plugins v1.9.1 host-local/backend/allocator/range.go; plugins #109",
)
def gateway_by_default(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find ranges of host-local without a gateway; a risk where the zone's is another."""
    if network.ipam_type != "host-local":
        return
    for pool in network.pools:
        if pool.keys.get("gateway"):
            continue
        own = [
            gateway
            for gateway in (lab.zone.gateway if lab.zone else ())
            if gateway in pool.subnet and gateway != pool.gateway
        ]
        wrong = bool(own) and _uses_gateway(network, pool)
        yield Hit(
            (*pool.path, "gateway"),
            None,
            f"{pool.gateway} is set aside as the gateway of {pool.subnet}"
            + (f", and routes lead by it, while the zone's is {own[0]}" if wrong else ""),
            fix=Line("gateway", own[0] if own else pool.gateway),
            severity=Severity.RISK if wrong else None,
        )


@rule(
    "IPA206",
    Severity.ERROR,
    "gateway inside the range that pods get addresses of",
    why=(
        "whereabouts hands it to a pod like any other, and the segment loses its router. "
        "host-local skips it."
    ),
    fix=Line("exclude", ["10.12.34.254/32"]),
    source="whereabouts #601; v0.9.4 pkg/allocate/allocate.go; host-local allocator.go Next",
)
def gateway_in_range(network: Network, _: Lab) -> Iterator[Hit]:
    """Find a gateway that whereabouts gives away, or that a range of host-local was cut around."""
    if network.ipam_type == "whereabouts":
        for piece in network.pieces:
            pool = piece.pool
            if pool.ipam == "whereabouts" and _holds(pool, piece.first, piece.last):
                yield Hit(
                    _gateway_path(network, pool),
                    str(pool.gateway),
                    f"a pod gets the gateway's address {pool.gateway}",
                    fix=Line("exclude", [f"{pool.gateway}/{pool.subnet.max_prefixlen}"]),
                )
    elif network.ipam_type == "host-local":
        for pool in _with_own_gateway(network):
            cut = pool.keys.get("rangeStart") or pool.keys.get("rangeEnd")
            if cut and _holds(pool, int(pool.first), int(pool.last)):
                yield Hit(
                    (*pool.path, "gateway"),
                    str(pool.gateway),
                    f"{pool.gateway} lies inside {pool.addresses}; host-local skips it",
                    fix=Line("rangeStart", pool.gateway + 1)
                    if pool.first == pool.gateway != pool.last
                    else "leave it, or take it out of the range",
                    severity=Severity.NOTE,
                )


def _with_own_gateway(network: Network) -> Iterator[Pool]:
    """The pools whose gateway is written; whereabouts has one for all of a family."""
    for pool in network.pools:
        if pool.gateway is None:
            continue
        if pool.ipam != "whereabouts":
            if pool.keys.get("gateway"):
                yield pool
        elif pool.gateway.version == pool.subnet.version:
            yield pool


def _unreachable(pool: Pool) -> str:
    """Say what is wrong with the gateway; nothing where an IPv6 one is link-local."""
    gateway, subnet = pool.gateway, pool.subnet
    if gateway is None or (gateway.version == 6 and gateway.is_link_local):
        return ""
    if gateway.is_unspecified:
        return f"{gateway} is no gateway: routes by it are on-link, without a router"
    if gateway not in subnet:
        return f"the gateway {gateway} is outside of {subnet}"
    if subnet.version == 4 and subnet.num_addresses > 2:
        if gateway == subnet[-1]:
            return f"the gateway {gateway} is the broadcast address of {subnet}"
        if gateway == subnet[0]:
            return f"the gateway {gateway} is the network's own address"
    return ""


def _uses_gateway(network: Network, pool: Pool) -> bool:
    """Whether a route of the pool's family names no gateway of its own, or sbr is chained."""
    if network.chained("sbr"):
        return True
    return any(
        route.dst.version == pool.subnet.version and not route.keys.get("gw")
        for route in network.routes
    )


def _reached_on_link(network: Network, lab: Lab, pool: Pool) -> bool:
    """Whether an on-link route of link scope reaches the gateway, ahead of those that use it."""
    for route in pod_routes(network, lab):
        if route.via == pool.gateway:
            return False
        if route.via is None and route.scope >= LINK and pool.gateway in route.dst:
            return True
    return False


def _holds(pool: Pool, first: int, last: int) -> bool:
    gateway = pool.gateway
    return (
        gateway is not None
        and gateway.version == pool.subnet.version
        and first <= int(gateway) <= last
    )


def _gateway_path(network: Network, pool: Pool) -> tuple[str | int, ...]:
    return (*(network.ipam_path if pool.ipam == "whereabouts" else pool.path), "gateway")
