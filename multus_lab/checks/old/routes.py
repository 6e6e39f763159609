"""Rules RTE: where a network sends the pod's packets.

What they say of kernel and plugins was tried with the binaries of plugins v1.9.1 on Linux 6.18.
"""

from collections.abc import Iterator, Sequence

from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.plugins import written
from multus_lab.checks.pod_routes import (
    LINK,
    MAIN,
    METRIC,
    NOWHERE,
    ROUTED,
    PodRoute,
    amount,
    default_takers,
    drops_metrics,
    elsewhere,
    number,
    pod_routes,
    pools_of,
    skips_second_route,
    steers,
    told_release,
)
from multus_lab.checks.rule import Hit, rule
from multus_lab.settings.types import AnyAddress, AnyNetwork, bare

_CONFIGURE = "plugins v1.9.1 pkg/ipam/ipam_linux.go ConfigureIface"
_ON_LINK = Line("gw", "0.0.0.0")  # noqa: S104 - no gateway, and nothing to listen on


@rule(
    "RTE301",
    Severity.RISK,
    "default route through a secondary network",
    why=(
        "Since plugins v1.0.0 this route is put ahead of eth0's, so the pod's traffic to Services, "
        "DNS and other nodes leaves by the secondary network. With IPv6 the two share it. Halves "
        "and quarters of the address space do the same, whatever their priority. Harmless are a "
        "default route with a priority above eth0's (0, with IPv6 1024) or in a table of its own, "
        "from plugins v1.6.0 on, and a chained sbr without a `table`."
    ),
    fix="defaultRoute: source-based   # and take the route out",
    source="plugins v1.0.0 commit 76ef07eb (RouteAddEcmp); multus-cni #1507, #847, #749, #539",
)
def default_route(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find a default route, in any disguise, that nothing says is meant."""
    if network.settings.get("default_route") == "takeover":
        return
    if _added_defaults(network) and not elsewhere(network):
        yield Hit(
            (*network.main.path, "isDefaultGateway"),
            True,
            f"the pod's default route moves to {network.label}, and with it Services and DNS",
            fix=Line("isDefaultGateway", False),
        )
    for taking in default_takers(network, lab):
        yield _taking(network, lab, taking)
    if lab.zone and network.ipam_type == "dhcp":
        yield from _default_by_dhcp(network)


def _taking(network: Network, lab: Lab, taking: Sequence[PodRoute]) -> Hit:
    """Stand at the widest of the routes that take the default together."""
    widest = min(taking, key=lambda route: route.dst.prefixlen)
    rest = [str(route.dst) for route in taking if route is not widest]
    message = f"moves to {network.label}, and with it Services and DNS"
    if widest.dst.prefixlen:
        others = f", {', '.join(rest[:3])}" if rest else ""
        message += f": {widest.dst}{others} are preferred to eth0's"
    elif widest.metric == 1024:
        message = f"is shared by eth0 and {network.label}: connections go by the one or the other"
    return Hit(
        (*widest.path, "dst"),
        str(widest.dst),
        f"the pod's default route {message}",
        fix=None if lab.zone else 'take the route out, or chain {"type": "sbr"} behind',
    )


def _added_defaults(network: Network) -> set[int]:
    """The families in which bridge adds a default route: those without one that has a `gw`.

    Its calcGateways (plugins v1.9.1 plugins/main/bridge/bridge.go).
    """
    main = network.main
    if main.type != "bridge" or written(main.config, "isDefaultGateway") is not True:
        return set()
    defaults = [route for route in network.routes if not route.dst.prefixlen]
    there = {route.dst.version for route in defaults if written(route.keys, "gw")}
    families: set[int] = {pool.subnet.version for pool in network.pools} or {4}
    return families - there if network.ipam_type else set()


def _default_by_dhcp(network: Network) -> Iterator[Hit]:
    """Tell what the server decides (plugins v1.9.1 plugins/ipam/dhcp/lease.go, Routes)."""
    if number(written(network.main.ipam, "priority")) == 0 and not elsewhere(network):
        yield Hit(
            (*network.ipam_path, "type"),
            "dhcp",
            "a router that the DHCP server names becomes the pod's default route, ahead of eth0's;"
            " only the server's options decide whether it does",
            fix="defaultRoute: source-based",
            severity=Severity.NOTE,
        )


@rule(
    "RTE302",
    Severity.ERROR,
    "route whose gateway can't be used",
    why=(
        "The kernel takes a route only when its gateway lies in a subnet of the interface, or "
        "behind an on-link route before it (with IPv4 one that has `scope: 253`). IPv6's fe80:: "
        "gateways are always right. Without any gateway of the family the route is on-link: the "
        "pod looks for the destination on the segment itself, where nobody answers."
    ),
    fix=Line("gw", ..., "an address in the network's subnet"),
    source=f"{_CONFIGURE}; Linux net/ipv4/fib_semantics.c fib_check_nh, net/ipv6/route.c",
    says=(
        "failed to add route …: network is unreachable",
        "failed to add route …: gateway, source, and destination ip are not the same IP family",
        "failed to add route …: invalid argument",
    ),
)
def unusable_gateway(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find gateways that pods fail on, routes without any, and gateways that pods may be."""
    if network.main.type not in ROUTED or not network.pools:
        return
    linked: list[PodRoute] = []
    for route in pod_routes(network, lab):
        if route.gw is None:
            yield from _without_gateway(network, route)
        else:
            yield from _with_gateway(network, route, route.gw, linked)
        if route.via is None and (route.version == 6 or route.scope >= LINK):
            linked.append(route)


def _without_gateway(network: Network, route: PodRoute) -> Iterator[Hit]:
    """Tell a route that becomes on-link in silence, unless scope or destination mean that."""
    pools = pools_of(network, route)
    dst = route.dst
    if route.via is not None or any(pool.gateway for pool in pools):
        return
    if route.scope >= LINK or dst.is_multicast or any(_within(dst, pool.subnet) for pool in pools):
        return
    meant = ", or scope: 253 where it is meant" if route.version == 4 else ""
    yield Hit(
        (*route.path, "dst"),
        str(dst),
        f"pods have no {'gateway' if pools else 'address'} of IPv{route.version} here, so they "
        f"look for {dst} on the segment itself",
        fix=Line("gw", ..., f"an address in the network's subnet{meant}"),
        severity=Severity.RISK,
    )


def _with_gateway(
    network: Network, route: PodRoute, gw: AnyAddress, linked: Sequence[PodRoute]
) -> Iterator[Hit]:
    pools = pools_of(network, route)
    if gw.version != route.version:
        yield _at_gateway(route, gw, f"is IPv{gw.version}, the route IPv{route.version}; pods fail")
    elif gw.is_unspecified:
        if gw.version == 6:
            yield _at_gateway(route, gw, "is refused by the kernel (invalid argument); pods fail")
    elif gw.version == 6 and gw.is_link_local:
        return
    elif any(_broadcast(pool.subnet, gw) for pool in pools):
        yield _at_gateway(route, gw, "is the subnet's broadcast address; pods fail")
    elif not any(gw in pool.subnet for pool in pools) and not _behind(route, gw, linked):
        yield _at_gateway(route, gw, "is in no subnet of the network, so pods fail: unreachable")
    else:
        yield from _pods_own(network, route, gw)


def _at_gateway(
    route: PodRoute, gw: AnyAddress, message: str, severity: Severity | None = None
) -> Hit:
    return Hit((*route.path, "gw"), str(gw), f"the gateway {gw} {message}", severity=severity)


def _behind(route: PodRoute, gw: AnyAddress, linked: Sequence[PodRoute]) -> bool:
    """Whether a route before it leads to the gateway, in the main table or in its own."""
    return any(gw in one.dst and one.table in (254, route.table) for one in linked)


def _broadcast(subnet: AnyNetwork, gw: AnyAddress) -> bool:
    return subnet.version == 4 and subnet.prefixlen < 31 and gw == subnet.broadcast_address


def _pods_own(network: Network, route: PodRoute, gw: AnyAddress) -> Iterator[Hit]:
    """Tell a gateway that is handed out to pods.

    A pool's own gateway within its range is a matter of the rules on addresses.
    """
    for piece in network.pieces:
        pool = piece.pool
        if pool.subnet.version != gw.version or not piece.first <= int(gw) <= piece.last:
            continue
        if pool.ipam == "static" and gw.version == 6:
            yield _at_gateway(route, gw, "is the pod's own address; pods fail")
        elif pool.ipam == "static":
            yield _at_gateway(route, gw, "is the pod's own address", Severity.RISK)
        elif gw != pool.gateway:
            yield _at_gateway(route, gw, "is an address that pods get", Severity.RISK)
        return


@rule(
    "RTE303",
    Severity.ERROR,
    "route that the kernel refuses",
    why=(
        "IPv4 destinations must have no host bits (invalid argument; IPv6 masks them), and a route "
        "can't be set twice (file exists). bridge's isDefaultGateway sets a default route too, by "
        "the same gateway as one without `gw`. Another gateway to the same destination is taken: "
        "with IPv4 the later route wins, with IPv6 connections go by the one or the other."
    ),
    fix="take one of the two routes out",
    source=f"{_CONFIGURE}, bridge.go calcGateways; Linux net/ipv4/fib_trie.c, net/ipv6/ip6_fib.c",
    says=(
        "failed to add route …: file exists",
        "failed to add route …: invalid argument",
    ),
)
def refused_route(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find destinations with host bits, and destinations that are there twice."""
    if network.main.type not in ROUTED:
        return
    skipped = skips_second_route(told_release(lab.zone))
    added = set() if skipped else _added_defaults(network)
    before: dict[tuple[AnyNetwork, int, int], list[PodRoute]] = {}
    for route in pod_routes(network, lab):
        dst = route.dst
        text = str(written(route.given.keys, "dst"))
        if route.version == 4 and _host_bits(text, dst):
            yield Hit((*route.path, "dst"), text, f"{text} has host bits", fix=Line("dst", dst))
            continue
        same = before.setdefault((dst, route.table, route.metric), [])
        if same:
            yield _twice(route, same, skipped)
        elif route.version in added and _as_added(route):
            message = f"isDefaultGateway sets the route to {dst} too, and pods fail: file exists"
            yield Hit((*route.path, "dst"), text, message, fix="take the route out")
        same.append(route)


def _as_added(route: PodRoute) -> bool:
    """Whether bridge's own default route would be the same: it has no metric, table or scope."""
    plain = (route.metric, route.table, route.scope) == (METRIC[route.version], MAIN, 0)
    return plain and not route.dst.prefixlen


def _host_bits(text: str, dst: AnyNetwork) -> bool:
    return bare(text.partition("/")[0]) != dst.network_address


def _twice(route: PodRoute, before: Sequence[PodRoute], skipped: bool) -> Hit:
    path, dst = (*route.path, "dst"), str(route.dst)
    same = any((one.via, one.scope) == (route.via, route.scope) for one in before)
    if skipped:
        message = f"{dst} has a second route, and the plugins pass over this one"
        return Hit(path, dst, message, severity=Severity.NOTE if same else Severity.RISK)
    if same:
        return Hit(path, dst, f"the route to {dst} is here twice, and pods fail: file exists")
    how = "this one wins" if route.version == 4 else "connections go by the one or the other"
    return Hit(path, dst, f"{dst} has a second route; {how}", severity=Severity.RISK)


@rule(
    "RTE304",
    Severity.RISK,
    "route that takes traffic which has its own way",
    why=(
        "A route to the network's own subnet sends what is for its neighbours through the gateway. "
        "One that holds pods' or Services' addresses is more specific than eth0's default route, "
        "so pods lose them."
    ),
    fix=Line("dst", ..., "a destination beyond the zone, the pods and the Services"),
    source="rook #12491; Linux longest prefix first",
)
def diverting_route(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find routes over the own subnet, the pods' and the Services'; tell where it isn't known."""
    defaults = {id(route) for taking in default_takers(network, lab) for route in taking}
    unsure: list[PodRoute] = []
    for route in pod_routes(network, lab):
        dst = route.dst
        if any(_hairpin(route, pool.subnet) for pool in network.pools):
            message = f"{dst} is on the segment, and goes through {route.via} instead"
            yield _diverting(route, message)
        elif lab.zone and steers(network, route) and id(route) not in defaults and dst.prefixlen:
            cluster = (*lab.zone.pod_cidr, *lab.zone.service_cidr)
            taken = [str(one) for one in cluster if one.overlaps(dst)]
            if taken:
                yield _diverting(route, f"{dst} takes the traffic to {', '.join(taken)} from eth0")
            elif not lab.zone.designates(dst):
                unsure.append(route)
    if lab.zone and unsure:
        missing = [
            key
            for key, given in (
                ("podCidr", lab.zone.pod_cidr),
                ("serviceCidr", lab.zone.service_cidr),
            )
            if not given
        ]
        if missing:
            yield _undecided(unsure[0], missing)


def _diverting(route: PodRoute, message: str) -> Hit:
    return Hit((*route.path, "dst"), str(route.dst), message)


def _undecided(route: PodRoute, missing: Sequence[str]) -> Hit:
    keys = " and ".join(missing)
    return Hit(
        (*route.path, "dst"),
        str(route.dst),
        f"whether it takes the traffic to pods or Services can't be told without the zone's {keys}",
        fix=f"{missing[0]}: {'10.244.0.0/16' if missing[0] == 'podCidr' else '10.96.0.0/12'}"
        "   # in zone, as the cluster has it",
        severity=Severity.NOTE,
    )


def _within(dst: AnyNetwork, subnet: AnyNetwork) -> bool:
    return (
        dst.version == subnet.version
        and dst.prefixlen >= subnet.prefixlen
        and dst.network_address in subnet
    )


def _hairpin(route: PodRoute, subnet: AnyNetwork) -> bool:
    """Whether a route through a gateway is preferred to the subnet's own.

    The kernel's route of the subnet has metric 0, with IPv6 256.
    """
    dst = route.dst
    if route.via is None or route.table < 254 or not _within(dst, subnet):
        return False
    own = 0 if route.version == 4 else 255
    return dst.prefixlen > subnet.prefixlen or route.metric <= own


@rule(
    "RTE305",
    Severity.ERROR,
    "priority, table or scope that is dropped in silence",
    why=(
        "Plugins before v1.6.0 read them and set the route without; any release does with a "
        "cniVersion before 0.3.0 or none. A default route that was to stand behind eth0's takes "
        "over."
    ),
    fix="cniPlugins: v1.9.1   # in zone, once the nodes have it",
    source="plugins v1.6.0 pkg/ipam/ipam_linux.go (v1.5.1 has none); CNI v1.3.0 types/040",
)
def dropped_metrics(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find them where the release or the cniVersion drops them; a note where it isn't known."""
    told = told_release(lab.zone)
    old = drops_metrics(network)
    if not old and (told >= (1, 6, 0) if told else not lab.zone):
        return
    for route in pod_routes(network, lab):
        for key in ("priority", "table", "scope"):
            if (value := amount(route.given, key)) == 0:
                continue
            path = (*route.path, key)
            if old:
                message = "is dropped with a cniVersion before 0.3.0"
                yield Hit(path, value, f"{key} {value} {message}", fix=Line("cniVersion", "0.3.1"))
            elif told:
                release = ".".join(map(str, told))
                yield Hit(path, value, f"{key} {value} is dropped by plugins v{release}")
            else:
                message = f"whether {key} {value} holds can't be told without the zone's cniPlugins"
                fix = "cniPlugins: v1.9.1   # in zone, as the nodes have it; from v1.6.0 on it does"
                yield Hit(path, value, message, fix=fix, severity=Severity.NOTE)
                return


@rule(
    "RTE306",
    Severity.RISK,
    "sbr takes the way to the neighbours",
    why=(
        "sbr up to v1.9.1 moves all routes of the interface into a table that only packets from "
        "the network's address meet, the one to its subnet too. What a pod sends to a neighbour "
        "without binding to that address leaves by eth0."
    ),
    fix="bind to the pod's address of the network, and accept it",
    source="plugins v1.9.1 plugins/meta/sbr/main.go doRoutes",
)
def lost_neighbours(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find sbr without a table of its own; a note where the release isn't told."""
    sbr = network.chained("sbr")
    if sbr is None or written(sbr.config, "table") is not None:
        return
    told = told_release(lab.zone)
    if told and told > (1, 9, 1):
        return
    path = (*sbr.path, "type")
    if told:
        message = f"what pods send to neighbours in {network.label} unbound leaves by eth0"
        yield Hit(path, "sbr", message)
    else:
        yield Hit(
            path,
            "sbr",
            "whether sbr leaves the way to the neighbours can't be told without the release of the "
            "plugins; up to v1.9.1 it does not",
            fix="cniPlugins: v1.9.1   # in zone, as the nodes have it" if lab.zone else None,
            severity=Severity.NOTE,
        )


@rule(
    "RTE307",
    Severity.NOTE,
    "several networks that take the default route",
    why=(
        "A pod that attaches two of them gets two default routes: with IPv4 the later network's "
        "wins, with IPv6 the two share. Two `default-route` in a pod's annotation are refused. "
        "Which networks a pod attaches is not in a network's configuration."
    ),
    fix="attach one of them a pod, or defaultRoute: source-based for the others",
    source="multus-cni v4.3.0 CheckGatewayConfig; plugins v1.0.0 commit 76ef07eb",
)
def several_defaults(lab: Lab) -> Iterator[Hit]:
    """Tell the networks of a namespace that take the same family's default route."""
    groups: dict[tuple[str, int], list[tuple[Network, PodRoute]]] = {}
    for network in lab.networks if lab.zone else ():
        for taking in default_takers(network, lab):
            group = groups.setdefault((network.namespace, taking[0].version), [])
            group.append((network, taking[0]))
    for (_, version), group in groups.items():
        if len(group) > 1:
            first, (network, route) = group[0][0], group[1]
            more = f", and {len(group) - 2} more do" if len(group) > 2 else ""
            yield Hit(
                (*route.path, "dst"),
                str(route.dst),
                f"{first.label} takes the IPv{version} default route too{more}: no pod can have "
                "both",
                network=network,
            )


@rule(
    "RTE308",
    Severity.RISK,
    "part of a route that has no effect, or another one",
    why=(
        "`mtu` and `advmss` of a route are read and never set. Multicast through a gateway goes "
        "to the gateway's MAC address alone, so no member of the group sees it."
    ),
    fix="set the network's own mtu instead",
    source=f"{_CONFIGURE}",
)
def idle_route(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find mtu and advmss, and multicast behind a gateway."""
    if network.main.type not in ROUTED:
        return
    for route in pod_routes(network, lab):
        for key in ("mtu", "advmss"):
            if (value := amount(route.given, key)) != 0:
                yield Hit((*route.path, key), value, f"a route's {key} is never applied")
        if route.via is not None and route.dst.is_multicast:
            yield Hit(
                (*route.path, "dst"),
                str(route.dst),
                f"multicast to {route.dst} goes to the gateway {route.via} alone",
                fix=_ON_LINK if route.version == 4 else "take the route out",
            )


@rule(
    "RTE309",
    Severity.ERROR,
    "link-scope route with a gateway",
    why=(
        "A route of scope 253 (link) has no gateway, and the plugin fills in the network's where "
        "none is written; the kernel refuses that (network is unreachable). IPv6 knows no scope."
    ),
    fix=_ON_LINK,
    source=f"{_CONFIGURE}; Linux net/ipv4/fib_semantics.c",
    says=(
        "failed to add route … (Scope: link, …: network is unreachable",
        "failed to add route … (Scope: host, …: invalid argument",
        "failed to add route … (Scope: nowhere, …: invalid argument",
    ),
)
def scope_with_gateway(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find IPv4 routes of link scope and narrower that go through a gateway."""
    if network.main.type not in ROUTED:
        return
    for route in pod_routes(network, lab):
        path = (*route.path, "scope")
        if route.scope == NOWHERE:
            yield Hit(path, route.scope, "scope 255 is refused; pods fail", fix=Line("scope", 253))
        elif route.scope >= LINK and route.via is not None and route.via.version == 4:
            filled = "" if route.gw else ", which is filled in,"
            message = (
                f"scope {route.scope} and the gateway {route.via}{filled} are refused; pods fail"
            )
            yield Hit(path, route.scope, message)
