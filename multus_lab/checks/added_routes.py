"""Routes that route-override adds to the interface which the plugins before it made.

It goes on where the kernel refuses one, and tells that on its standard error alone. What becomes
of each is in openshift/route-override-cni 391c1b03 cmd/route-override/route-override.go
(processRoutes, addRoute): it has the interface, `dst` and `gw` and nothing else, and isn't set
beside another to the same destination (netlink RouteAdd with NLM_F_EXCL; Linux net/ipv4/fib_trie.c
fib_table_insert).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from multus_lab.addresses import AnyNetwork, bare
from multus_lab.checks import usual_clusters
from multus_lab.checks.fix import Fix, Line
from multus_lab.checks.network import Lab, Network, Plugin, Route, routes_at
from multus_lab.checks.pod_routes import (
    MAIN,
    METRIC,
    PodRoute,
    is_readable,
    moves_routes,
    pod_routes,
    pools_of,
    unsettled,
)
from multus_lab.plugins.pools import NOTHING

_OVERRIDE = "route-override"


class Idle(NamedTuple):
    """By which key a route isn't added, why not, and what mends it."""

    key: str
    why: str
    fix: Fix = "take it out"


class Added(NamedTuple):
    """A route that is to be added, or is `idle`."""

    route: PodRoute
    idle: Idle | None


def added_routes(network: Network, lab: Lab) -> Sequence[Added]:
    """The routes that route-override adds, and those that it can't."""
    if _OVERRIDE not in network.types:
        return ()
    return lab.once(("added routes", network), lambda: tuple(_added(network, lab)))


def all_routes(network: Network, lab: Lab) -> Sequence[PodRoute]:
    """The routes of the IPAM plugin, and those that are added to them."""
    given, added = pod_routes(network, lab), added_routes(network, lab)
    return (*given, *(one.route for one in added if one.idle is None)) if added else given


def _added(network: Network, lab: Lab) -> Iterator[Added]:
    there: set[AnyNetwork] = set()
    for index, plugin in enumerate(network.plugins[1:], 1):
        if plugin.type != _OVERRIDE:
            continue
        if not any(moves_routes(one, lab) for one in network.plugins[1 : index + 1]):
            there |= {one.dst for one in pod_routes(network, lab) if one.table == MAIN}
            there |= {pool.subnet for pool in network.pools if pool.subnet.version == 4}
        for given in _listed(plugin):
            version, gw = given.dst.version, given.gw
            via = None if gw is None or gw.is_unspecified else gw
            later = gw is None and bool(given.keys.get("gw"))
            route = PodRoute(given, gw, via, METRIC[version], MAIN, 0, later, index)
            if is_readable(given):
                yield Added(route, _idle(network, lab, route, there))
                there.add(given.dst)


def _listed(plugin: Plugin) -> Iterator[Route]:
    """Its routes; those in `args` stand in for its own."""
    of_args = _mapping(_mapping(plugin.config.get("args")).get("cni"))
    if of_args.get("addroutes") is not None:
        return routes_at(of_args, (*plugin.path, "args", "cni", "addroutes"))
    return routes_at(plugin.config, (*plugin.path, "addroutes"))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else NOTHING


def _idle(network: Network, lab: Lab, route: PodRoute, there: set[AnyNetwork]) -> Idle | None:
    """Why the kernel refuses it, if it does."""
    dst = route.dst
    text = str(route.given.keys.get("dst"))
    if route.version == 4 and bare(text.partition("/")[0]) != dst.network_address:
        return Idle("dst", f"{text} has host bits (invalid argument)", Line("dst", dst))
    if route.default and not usual_clusters.lacks(lab.cluster, route.version):
        return Idle("dst", "eth0's default route is there already (file exists)")
    if dst in there:
        return Idle("dst", f"there is a route to {dst} already (file exists)")
    wrong = _wrong_gateway(network, lab, route)
    return (
        Idle("gw", wrong, Line("gw", ..., "an address in the network's subnet")) if wrong else None
    )


def _wrong_gateway(network: Network, lab: Lab, route: PodRoute) -> str:
    """What is wrong with its gateway; those behind a route of the network are not judged."""
    gw, via, version = route.gw, route.via, route.version
    if gw is not None and gw.version != version:
        return f"the gateway {gw} is IPv{gw.version}, and the route is IPv{version}"
    known = network.pools and not unsettled(network) and not network.offers("ips")
    if via is None or not known or (version == 6 and via.is_link_local):
        return ""
    ways = (
        *(pool.subnet for pool in pools_of(network, version)),
        *(one.dst for one in pod_routes(network, lab)),
    )
    if any(via in one for one in ways):
        return ""
    return f"the gateway {gw} is in no subnet of the network (network is unreachable)"
