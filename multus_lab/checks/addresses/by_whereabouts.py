"""The same addresses and routes from whereabouts, which counts for all nodes together."""

from collections.abc import Mapping
from typing import Any

from multus_lab.addresses import read_network
from multus_lab.checks.addresses.pod_pools import set_of
from multus_lab.checks.addresses.unreachable_gateway import uses_gateway
from multus_lab.checks.fix import Fix, Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.pod_routes import first_gateways
from multus_lab.plugins.pools import Pool

_NOT_ALIKE = "take an IPAM plugin that counts for all nodes, such as whereabouts"


def by_whereabouts(network: Network, lab: Lab) -> Fix:
    """The `ipam` to paste, or advice where whereabouts can't hand out the same.

    A pod gets one address of each of its ranges, where host-local gives one of each set. It has one
    gateway for all of them, so routes of the other family name theirs. Nor does it set a gateway
    aside (whereabouts v0.9.4 pkg/allocate AssignIP, cmd/whereabouts.go cmdAdd).
    """
    pools = network.pools
    listed = [_range(pool) for pool in pools]
    ranges = [one for one in listed if one is not None]
    if len({set_of(pool) for pool in pools}) < len(pools) or len(ranges) < len(pools):
        return _NOT_ALIKE
    made: dict[str, Any] = {"type": "whereabouts"}
    made |= ranges[0] if len(ranges) == 1 else {"ipRanges": ranges}
    first = pools[0]
    gateway = first.gateway
    if gateway and (first.keys.get("gateway") or uses_gateway(network, first, lab)):
        made["gateway"] = gateway
    routes = network.main.ipam.get("routes")
    if isinstance(routes, list) and routes:
        made["routes"] = [_route(one, network, made) for one in routes]
    return Line("ipam", made)


def _range(pool: Pool) -> dict[str, Any] | None:
    """The pool without its gateway and the ends of its subnet; None if nothing is left of it."""
    subnet, gateway = pool.subnet, None if pool.gateway is None else int(pool.gateway)
    kind = type(pool.first)
    low, high = int(subnet.network_address) + 1, int(subnet.broadcast_address) - 1
    first, last = max(int(pool.first), low), min(int(pool.last), high)
    if first == gateway:
        first += 1
    elif last == gateway:
        last -= 1
    if not pool.sound or first > last:
        return None
    made: dict[str, Any] = {"range": subnet}
    if first != low:
        made["range_start"] = kind(first)
    if last != high:
        made["range_end"] = kind(last)
    if gateway is not None and first < gateway < last:
        made["exclude"] = [f"{pool.gateway}/{subnet.max_prefixlen}"]
    return made


def _route(route: object, network: Network, made: Mapping[str, Any]) -> object:
    """The route, with the gateway that would no longer be filled in."""
    dst = read_network(route.get("dst")) if isinstance(route, dict) else None
    if dst is None or not isinstance(route, dict) or route.get("gw"):
        return route
    filled = first_gateways(network).get(dst.version)
    return route if filled in (made.get("gateway"), None) else {**route, "gw": filled}
