"""A network's routes as they come to stand in the pod.

What becomes of a route that an IPAM plugin hands on is in plugins v1.10.0 `pkg/ipam/ipam_linux.go`
(ConfigureIface, as in v1.9.1), and was tried with those binaries on Linux 6.18, in a pod whose
default route goes by eth0 with the kernel's own metrics.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from multus_lab.addresses import AnyAddress, AnyNetwork
from multus_lab.checks.finding import Path, Severity
from multus_lab.checks.network import Lab, Network, Plugin, Route, rendered_later
from multus_lab.plugins import OLD_RESULTS, Placeholder, number
from multus_lab.plugins.pools import Pool
from multus_lab.versions import Release

LOCAL, MAIN = 255, 254
"""The kernel's tables by number; it asks LOCAL, MAIN and then 253 (ip-rule(8))."""

LINK, NOWHERE = 253, 255
"""Scopes: of what needs no gateway, and of what there is no way to (rtnetlink(7))."""

METRIC = {4: 0, 6: 1024}
"""The kernel's metric of a route that says none, as eth0's default route."""

METRICS = ("priority", "table", "scope")
"""What plugins set of a route from v1.6.0 on, and pass over before."""

SETS_METRICS: Release = (1, 6, 0)


class PodRoute(NamedTuple):
    """A route with what the plugin and the kernel put where nothing is written.

    `given` is the route as the network has it, `gw` its gateway, `via` the one that is used, None
    for on-link. `metric`, `table` and `scope` are what the kernel goes by. With `later` a
    placeholder tells its gateway, and nothing is known of that. `behind` is the number of the
    plugin that sets it, 0 for the main one.
    """

    given: Route
    gw: AnyAddress | None
    via: AnyAddress | None
    metric: int
    table: int
    scope: int
    later: bool = False
    behind: int = 0

    @property
    def dst(self) -> AnyNetwork:
        """Where it leads."""
        return self.given.dst

    @property
    def path(self) -> Path:
        """Where it stands in the network's configuration."""
        return self.given.path

    @property
    def version(self) -> int:
        """4 or 6."""
        return self.given.dst.version

    @property
    def default(self) -> bool:
        """Whether it leads everywhere."""
        return not self.given.dst.prefixlen


def pod_routes(network: Network, lab: Lab) -> Sequence[PodRoute]:
    """The routes of a network that can be read, in the order in which they are set."""
    if not network.routes:
        return ()
    return lab.once(("routes", network), lambda: tuple(_pod_routes(network, lab.release)))


def configures(network: Network) -> bool:
    """Whether its routes are set by ConfigureIface, and by nothing else."""
    return network.link is not None and network.link.configures


def sets_itself(network: Network, route: PodRoute) -> bool:
    """Whether the plugin sets the route after ConfigureIface too, where that one fails it.

    ptp sets one to the subnet of each address, and one to its gateway (v1.10.0 ptp.go
    setupContainerVeth).
    """
    link = network.link
    own = link is not None and link.needs_gateway
    if not own or (route.metric, route.table) != (METRIC[route.version], MAIN):
        return False
    return any(
        route.dst == pool.subnet or (pool.gateway == route.dst[0] and route.dst.num_addresses == 1)
        for pool in network.pools
    )


def weight(network: Network) -> Severity:
    """How much it weighs that ConfigureIface fails.

    It isn't certain with plugins of other projects, nor with a device that may be bound to a
    driver in user space: that gets neither addresses nor routes (host-device, sriov).
    """
    link = network.link
    if link is None or network.main.record.family != "plugins":
        return Severity.RISK
    device = link.device or any(network.main.has(key) for key in link.user_space)
    return Severity.RISK if device or (link.user_space and network.resource) else Severity.ERROR


def skips_second_route(lab: Lab) -> bool:
    """Whether the plugins pass over a route to where one leads already (before v1.0.0)."""
    return lab.since((1, 0, 0)) is False


def drops_metrics(network: Network) -> bool:
    """Whether the cniVersion lets no priority, table or scope through, at any release."""
    return (network.config.get("cniVersion") or "") in OLD_RESULTS


def _pod_routes(network: Network, release: Release | None) -> Iterator[PodRoute]:
    """Read the routes; releases before v1.6.0 drop priority, table and scope."""
    asked = network.main.ipam_record
    if asked is None or asked.ipam is None or not asked.ipam.routes:
        return
    gateways = first_gateways(network)
    unknown = unsettled(network)
    dropped = drops_metrics(network) or (release is not None and release < SETS_METRICS)
    for route in network.routes:
        plain = len(route.keys) == 1  # as nearly all are: a dst alone
        if not plain and not is_readable(route):
            continue
        version = route.dst.version
        later = route.gw is None and (unknown or bool(route.keys.get("gw")))
        via = None if later else route.gw or gateways.get(version)
        if via is not None and via.is_unspecified:
            via = None
        if plain or dropped:
            yield PodRoute(route, route.gw, via, METRIC[version], MAIN, 0, later)
            continue
        metric, table, scope = (amount(route, key) for key in METRICS)
        yield PodRoute(
            route,
            route.gw,
            via,
            metric if metric > 0 else METRIC[version],
            table if table > 0 else MAIN,
            scope % 256 if version == 4 else 0,  # IPv6 has none
            later,
        )


def is_readable(route: Route) -> bool:
    """Whether it means what is read: no IPv4 in IPv6's clothes, no `gw` that is no address.

    What stands behind an unknown metric, table or scope can't be judged.
    """
    dst, keys = route.dst, route.keys
    mapped = dst.version == 6 and dst.prefixlen >= 96 and int(dst.network_address) >> 32 == 0xFFFF
    if mapped or any(isinstance(keys.get(key), Placeholder) for key in METRICS):
        return False
    return route.gw is not None or not keys.get("gw") or isinstance(keys["gw"], Placeholder)


def bridge_is_gateway(main: Plugin) -> bool:
    """Whether it gives the node's end of the network the gateway's address (bridge)."""
    known = "isDefaultGateway" in main.record.keys.keys
    return known and (main.flag("isGateway") or main.flag("isDefaultGateway"))


def bridge_gateway(main: Plugin, pool: Pool) -> AnyAddress | None:
    """The gateway that pods of a pool get: without any, a bridge that is one takes the second.

    It is the second address of the subnet (bridge's calcGatewayIP).
    """
    if pool.gateway is not None or not bridge_is_gateway(main) or pool.subnet.num_addresses < 2:
        return pool.gateway
    return pool.subnet[1]


def first_gateways(network: Network) -> dict[int, AnyAddress]:
    """What fills in for a missing `gw`: of each family the first gateway of the addresses."""
    gateways: dict[int, AnyAddress] = {}
    for pool in network.pools:
        gateway = bridge_gateway(network.main, pool)
        if gateway is not None:
            gateways.setdefault(gateway.version, gateway)
    return gateways


def added_defaults(network: Network) -> set[int]:
    """The families in which bridge adds a default route: those without one that has a `gw`.

    Its calcGateways (plugins v1.10.0 plugins/main/bridge/bridge.go).
    """
    main = network.main
    if not bridge_is_gateway(main) or not main.flag("isDefaultGateway"):
        return set()
    defaults = [route for route in network.routes if not route.dst.prefixlen]
    there = {route.dst.version for route in defaults if route.keys.get("gw")}
    families: set[int] = {pool.subnet.version for pool in network.pools} or {4}
    return families - there if network.ipam_type else set()


def pools_of(network: Network, version: int) -> list[Pool]:
    """The pools that give pods an address of that IP version."""
    return [pool for pool in network.pools if pool.subnet.version == version]


def unsettled(network: Network) -> bool:
    """Whether a placeholder stands where addresses and gateways are written."""
    ipam = network.main.config.get("ipam")
    if not isinstance(ipam, dict):
        return ipam is not None
    if not network.later:
        return False
    return any(rendered_later(one) for key, one in network.main.ipam.items() if key != "routes")


def amount(route: Route, key: str) -> int:
    """A route's number of that name, 0 where there is none."""
    return number(route.keys.get(key)) if len(route.keys) > 1 else 0


def moves_routes(plugin: Plugin, lab: Lab) -> bool:
    """Whether a chained plugin takes the routes out of the main table, or may.

    vrf moves them into the VRF's, and sbr does so unless a key that it reads says otherwise.
    route-override does only by keys.
    """
    record, release = plugin.record, lab.release
    if record.moves_routes_by and not any(plugin.config.get(key) for key in record.moves_routes_by):
        return False
    return record.moves_routes and not any(
        plugin.has(key) and (release is None or release in record.keys.keys[key].held)
        for key in record.keeps_routes
    )


def elsewhere(network: Network, lab: Lab, behind: int = 0) -> bool:
    """Whether the routes are, or may be, in another table than the main one in the end.

    They are those that the plugin of the number `behind` sets.
    """
    return any(moves_routes(one, lab) for one in network.plugins[behind + 1 :])


def steers(network: Network, route: PodRoute, lab: Lab) -> bool:
    """Whether packets that the pod sends from no address in particular meet the route."""
    return route.table == LOCAL or (
        route.table == MAIN and not elsewhere(network, lab, route.behind)
    )


def is_broadcast(subnet: AnyNetwork, address: AnyAddress) -> bool:
    """Whether it is the subnet's broadcast address, which no gateway can be."""
    return subnet.version == 4 and subnet.prefixlen < 31 and address == subnet.broadcast_address


def leads_on_link(route: PodRoute) -> bool:
    """Whether a gateway behind it can be used: IPv4 asks for link scope."""
    return route.via is None and not route.later and (route.version == 6 or route.scope >= LINK)


def scope_is_refused(route: PodRoute) -> bool:
    """Whether the kernel takes no route of that scope, or none by a gateway."""
    by_gateway = route.via is not None and route.via.version == 4
    return route.scope == NOWHERE or (route.scope >= LINK and by_gateway)


def within(dst: AnyNetwork, subnet: AnyNetwork) -> bool:
    """Whether all of `dst` lies in `subnet`."""
    return (
        dst.version == subnet.version
        and dst.prefixlen >= subnet.prefixlen
        and dst.network_address in subnet
    )
