"""LNK116: a gateway on an ipvlan that routes by itself."""

from collections.abc import Iterator

from multus_lab.addresses import AnyAddress
from multus_lab.checks.among import with_routes
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network, Route
from multus_lab.checks.rule import Hit, network_rule


@network_rule(
    "LNK116",
    Severity.RISK,
    "gateway on an ipvlan that routes by itself",
    among=with_routes,
    why="In the modes l3 and l3s the node's own routes decide where packets go, and there is no "
    "ARP, broadcast or multicast: the gateway is never asked.",
    fix=Line("mode", "l2"),
    source="Linux Documentation/networking/ipvlan.rst",
)
def gateway_in_l3(network: Network, _: Lab) -> Iterator[Hit]:
    """Find routes by a gateway in the modes l3 and l3s."""
    link, mode = network.link, network.main.text("mode")
    if link is None or not link.takes_master or mode not in ("l3", "l3s"):
        return
    for route in network.routes:
        gateway = _gateway(network, route)
        if gateway is not None:
            message = f"in mode {mode} the node's routes decide, and gateway {gateway} isn't asked"
            yield Hit((*route.path, "dst"), str(route.dst), message)


def _gateway(network: Network, route: Route) -> AnyAddress | None:
    """The gateway that a route is meant to go by: its own, or that of its family.

    host-local makes one up, which counts only for a default route.
    """
    if route.gw is not None:
        return None if route.gw.is_unspecified else route.gw
    if route.keys.get("gw") or route.keys.get("scope"):
        return None
    for pool in network.pools:
        written = pool.keys.get("gateway") or network.main.ipam.get("gateway")
        if pool.gateway is None or pool.gateway.version != route.dst.version:
            continue
        return pool.gateway if written or route.dst.prefixlen == 0 else None
    return None
