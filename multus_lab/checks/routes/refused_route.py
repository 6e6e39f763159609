"""RTE303: the kernel refuses a route, or has a second one to the same destination."""

from collections.abc import Iterator, Sequence

from multus_lab.addresses import AnyNetwork, bare
from multus_lab.checks.among import with_routes
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.pod_routes import (
    MAIN,
    METRIC,
    PodRoute,
    added_defaults,
    configures,
    pod_routes,
    sets_itself,
    skips_second_route,
    unsettled,
    weight,
)
from multus_lab.checks.rule import Hit, Place, network_rule


@network_rule(
    "RTE303",
    Severity.ERROR,
    "route that the kernel refuses",
    among=with_routes,
    why=(
        "IPv4 destinations must have no host bits (invalid argument; IPv6 masks them), and a route "
        "can't be set twice (file exists). bridge's isDefaultGateway sets a default route too, by "
        "the same gateway as one without `gw`. ptp sets a route to the subnet of each address, and "
        "one to its gateway. A second gateway to the same destination is taken: with IPv4 the "
        "later route wins, with IPv6 each connection takes one of the two."
    ),
    fix="take one of the two routes out",
    source=(
        "plugins v1.10.0 pkg/ipam/ipam_linux.go ConfigureIface, bridge.go calcGateways, ptp.go "
        "setupContainerVeth; Linux "
        "net/ipv4/fib_trie.c, net/ipv6/ip6_fib.c"
    ),
    says=(
        "failed to add route …: file exists",
        "failed to add route …: invalid argument",
    ),
)
def refused_route(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find destinations with host bits, and destinations that are there twice."""
    if not configures(network):
        return
    skipped = skips_second_route(lab)
    added = set() if skipped or unsettled(network) else added_defaults(network)
    before: dict[tuple[AnyNetwork, int, int], list[PodRoute]] = {}
    for route in pod_routes(network, lab):
        dst = route.dst
        text = str(route.given.keys.get("dst"))
        if route.version == 4 and _host_bits(text, dst):
            yield Hit(
                (*route.path, "dst"),
                text,
                f"{text} has host bits, and pods fail: invalid argument",
                fix=Line("dst", str(dst)),
                severity=weight(network),
            )
            continue
        if route.later:
            continue
        same = before.setdefault((dst, route.table, route.metric), [])
        if same:
            yield _twice(network, route, same, skipped)
        elif route.version in added and _as_added(route):
            message = f"isDefaultGateway sets the route to {dst} too, and pods fail: file exists"
            yield Hit((*route.path, "dst"), text, message, fix="take the route out")
        elif sets_itself(network, route):
            message = f"{network.main.type} sets the route to {dst} too, and pods fail: file exists"
            yield Hit((*route.path, "dst"), text, message, fix="take the route out")
        same.append(route)


def _as_added(route: PodRoute) -> bool:
    """Whether bridge's own default route would be the same: it has no metric, table or scope."""
    plain = (route.metric, route.table, route.scope) == (METRIC[route.version], MAIN, 0)
    return plain and route.default


def _host_bits(text: str, dst: AnyNetwork) -> bool:
    return bare(text.partition("/")[0]) != dst.network_address


def _twice(network: Network, route: PodRoute, before: Sequence[PodRoute], skipped: bool) -> Hit:
    same = next((one for one in before if (one.via, one.scope) == (route.via, route.scope)), None)
    severity = Severity.RISK
    if skipped:
        severity = Severity.NOTE if same else Severity.RISK
        message = f"{route.dst} has a second route, and the plugins pass over this one"
    elif same:
        severity = weight(network)
        message = f"the route to {route.dst} is here twice, and pods fail: file exists"
    else:
        how = "this one wins" if route.version == 4 else "each connection takes one of the two"
        message = f"{route.dst} has a second route; {how}"
    first = Place(network, (*(same or before[0]).path, "dst"), "the first route to it")
    return Hit((*route.path, "dst"), str(route.dst), message, severity=severity, related=(first,))
