"""RTE302: a route's gateway can't be used, or is missing."""

from collections.abc import Iterator, Sequence

from multus_lab.addresses import AnyAddress
from multus_lab.checks.among import with_routes
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.pod_routes import (
    LINK,
    MAIN,
    PodRoute,
    configures,
    leads_on_link,
    pod_routes,
    pools_of,
    unsettled,
    within,
)
from multus_lab.checks.route_gateways import trouble_with
from multus_lab.checks.rule import Hit, network_rule


@network_rule(
    "RTE302",
    Severity.ERROR,
    "route whose gateway can't be used",
    among=with_routes,
    why=(
        "The kernel takes a route only if its gateway lies in a subnet of the interface, or behind "
        "an on-link route before it (with IPv4 one that has `scope: 253`). IPv6's fe80:: gateways "
        "are always right. A route without `gw` takes the first gateway of its family; if there is "
        "none it is on-link: the pod looks for the destination on the segment itself. That may be "
        "meant, as for nodes that have an address on the segment, or nobody answers."
    ),
    fix=Line("gw", ..., "an address in the network's subnet"),
    source=(
        "plugins v1.10.0 pkg/ipam/ipam_linux.go ConfigureIface; Linux net/ipv4/fib_semantics.c "
        "fib_check_nh, net/ipv6/route.c; rook Documentation/CRDs/Cluster/network-providers.md"
    ),
    says=(
        "failed to add route …: network is unreachable",
        "failed to add route …: no route to host",
        "failed to add route …: gateway, source, and destination ip are not the same IP family",
        "failed to add route …: invalid argument",
    ),
)
def unusable_gateway(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find gateways that pods fail on, routes without any, and gateways that pods may be."""
    if not configures(network) or not network.pools or unsettled(network):
        return
    given = pod_routes(network, lab)
    named = _names_a_gateway(network)
    linked: list[PodRoute] = []
    for route in given:
        if route.later:
            continue
        if route.gw is None:
            yield from _without_gateway(network, route, named)
        else:
            yield from _with_gateway(network, route, route.gw, linked)
        if leads_on_link(route):
            linked.append(route)


def _names_a_gateway(network: Network) -> bool:
    """Whether there is any gateway; if not, on-link is all that a route can mean."""
    given = (*(pool.gateway for pool in network.pools), *(route.gw for route in network.routes))
    return any(one is not None and not one.is_unspecified for one in given)


def _without_gateway(network: Network, route: PodRoute, named: bool) -> Iterator[Hit]:
    """Tell a route that becomes on-link in silence, unless scope or destination mean that."""
    pools = pools_of(network, route.version)
    dst = route.dst
    if route.via is not None or route.scope >= LINK or dst.is_multicast:
        return
    if any(pool.gateway for pool in pools) or any(within(dst, pool.subnet) for pool in pools):
        return
    scope = ', or "scope": 253' if network.in_json else ", or scope: 253"
    meant = f"{scope} if on-link is meant" if route.version == 4 else ""
    if not pools:
        message = f"pods have no IPv{route.version} address here to reach {dst} from"
    elif named:
        message = (
            f"pods have no IPv{route.version} gateway here, so they look for {dst} on the segment "
            "itself"
        )
    else:
        message = (
            f"the network has no gateway, so pods look for {dst} on the segment itself; that is "
            "right only if its hosts are there"
        )
    note = pools and not named and not route.default
    yield Hit(
        (*route.path, "dst"),
        str(dst),
        message,
        fix=Line("gw", ..., f"an address in the network's subnet{meant}"),
        severity=Severity.NOTE if note else Severity.RISK,
    )


def _with_gateway(
    network: Network, route: PodRoute, gw: AnyAddress, linked: Sequence[PodRoute]
) -> Iterator[Hit]:
    trouble = trouble_with(network, gw, route.version, _behind(route, gw, linked))
    if trouble is not None:
        message = f"the gateway {gw} {trouble.what}"
        yield Hit((*route.path, "gw"), str(gw), message, severity=trouble.severity)


def _behind(route: PodRoute, gw: AnyAddress, linked: Sequence[PodRoute]) -> bool:
    """Whether a route before it leads to the gateway, in the main table or in its own."""
    return any(gw in one.dst and one.table in (MAIN, route.table) for one in linked)
