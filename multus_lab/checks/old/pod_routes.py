"""A network's routes as they come to stand in the pod.

What becomes of a route that an IPAM plugin hands on is in plugins v1.9.1 `pkg/ipam/ipam_linux.go`
(ConfigureIface), and was tried with those binaries on Linux 6.18, in a pod whose default route
goes by eth0 with the kernel's own metrics.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from multus_lab.checks import plugins
from multus_lab.checks.finding import Path
from multus_lab.checks.network import Lab, Network, Route
from multus_lab.checks.plugins import Release, written
from multus_lab.settings import Zone
from multus_lab.settings.pools import Pool, read_address
from multus_lab.settings.types import AnyAddress, AnyNetwork

LOCAL, MAIN = 255, 254
"""The kernel's tables by number; it asks LOCAL, MAIN and then 253 (ip-rule(8))."""

LINK, NOWHERE = 253, 255
"""Scopes: of what needs no gateway, and of what there is no way to (rtnetlink(7))."""

METRIC = {4: 0, 6: 1024}
"""The kernel's metric of a route that says none, as eth0's default route."""

ROUTED = frozenset({"bridge", "dummy", "host-device", "ipvlan", "macvlan", "tap", "vlan"})
"""The plugins that set routes by ConfigureIface, and by nothing else."""

_IPAMS = frozenset({"host-local", "static", "whereabouts"})
"""The IPAM plugins that hand `routes` on as they are; dhcp takes the server's."""

_OLD = ("", "0.1.0", "0.2.0")
"""cniVersions whose result has room for a route's dst and gw alone (CNI v1.3.0 types/040)."""

_UNICAST = {4: (0, 0xDFFFFFFF), 6: (0x2 << 124, (0x4 << 124) - 1)}
"""What a default route is there for: 0.0.0.0-223.255.255.255, and 2000::/3 (RFC 4291, 2.4)."""


@dataclass(frozen=True, slots=True)
class PodRoute:
    """A route with what the plugin and the kernel put where nothing is written.

    `given` is the route as the network has it, `gw` its gateway, `via` the one that is used, None
    for on-link. `metric`, `table` and `scope` are what the kernel goes by.
    """

    given: Route
    gw: AnyAddress | None
    via: AnyAddress | None
    metric: int
    table: int
    scope: int

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


_release = lru_cache(maxsize=256)(plugins.release)


def told_release(zone: Zone | None) -> Release | None:
    """The release of the CNI plugins, where the inventory tells it."""
    told = zone.cni_plugins if zone else None
    return _release(told) if told else None


def skips_second_route(told: Release | None) -> bool:
    """Whether the plugins pass over a route to where one leads already (before v1.0.0)."""
    return told is not None and told < (1, 0, 0)


def drops_metrics(network: Network) -> bool:
    """Whether the cniVersion lets no priority, table or scope through, at any release."""
    version = network.config.get("cniVersion") or ""
    return version in _OLD


def pod_routes(network: Network, lab: Lab) -> Sequence[PodRoute]:
    """The routes of a network that can be read, in the order in which they are set."""
    return _seen(network, lab).routes


def default_takers(network: Network, lab: Lab) -> Sequence[Sequence[PodRoute]]:
    """The routes of each family that together are ahead of eth0's default route.

    They are as soon as they hold a quarter of what a default route is there for.
    """
    return _seen(network, lab).takers


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is made of a network once for all rules: most of their time would go into it."""

    routes: Sequence[PodRoute]
    takers: Sequence[Sequence[PodRoute]]


_NOTHING = _Seen((), ())


def _seen(network: Network, lab: Lab) -> _Seen:
    if not network.routes or network.ipam_type not in _IPAMS:
        return _NOTHING
    return lab.once(network, lambda: _look(network, told_release(lab.zone)))


def _look(network: Network, told: Release | None) -> _Seen:
    given = tuple(_pod_routes(network, told))
    return _Seen(given, tuple(_takers(network, given, told)))


def _pod_routes(network: Network, told: Release | None) -> Iterator[PodRoute]:
    """Read the routes; releases before v1.6.0 drop priority, table and scope."""
    gateways = first_gateways(network)
    dropped = drops_metrics(network) or (told is not None and told < (1, 6, 0))
    for route in network.routes:
        plain = len(route.keys) == 1  # as nearly all are: a dst alone
        gw = None if plain else route.gw or read_address(written(route.keys, "gw"))
        if not _readable(route, gw):
            continue
        version = route.dst.version
        via = gw or gateways.get(version)
        if via is not None and via.is_unspecified:
            via = None
        if plain or dropped:
            yield PodRoute(route, gw, via, METRIC[version], MAIN, 0)
            continue
        metric, table, scope = (amount(route, key) for key in ("priority", "table", "scope"))
        yield PodRoute(
            route,
            gw,
            via,
            metric if metric > 0 else METRIC[version],
            table if table > 0 else MAIN,
            scope % 256 if version == 4 else 0,  # IPv6 has none
        )


def first_gateways(network: Network) -> dict[int, AnyAddress]:
    """What fills in for a missing `gw`: of each family the first gateway of the addresses.

    A bridge that is the gateway takes the subnet's second address (its calcGatewayIP).
    """
    own = network.main.config
    made = network.main.type == "bridge" and (
        written(own, "isGateway") is True or written(own, "isDefaultGateway") is True
    )
    gateways: dict[int, AnyAddress] = {}
    for pool in network.pools:
        gateway = pool.gateway
        if gateway is None and made and pool.subnet.num_addresses > 1:
            gateway = pool.subnet[1]
        if gateway is not None:
            gateways.setdefault(gateway.version, gateway)
    return gateways


def pools_of(network: Network, route: PodRoute) -> list[Pool]:
    """The pools that give pods an address of the route's family."""
    return [pool for pool in network.pools if pool.subnet.version == route.version]


def number(value: object) -> int:
    """A whole number as Go reads it from JSON, 0 for what is none."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else 0
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def amount(route: Route, key: str) -> int:
    """A route's number of that name, 0 where there is none."""
    return number(written(route.keys, key)) if len(route.keys) > 1 else 0


def _readable(route: Route, gw: AnyAddress | None) -> bool:
    """Whether it means what is read: no IPv4 in IPv6's clothes, no `gw` that is no address."""
    dst = route.dst
    mapped = dst.version == 6 and dst.prefixlen >= 96 and int(dst.network_address) >> 32 == 0xFFFF
    return not mapped and (gw is not None or len(route.keys) == 1 or not written(route.keys, "gw"))


def elsewhere(network: Network) -> bool:
    """Whether a chained plugin moves the routes out of the main table.

    sbr with a `table` only adds rules (its doRoutesWithTable); vrf moves them into the VRF's
    (plugins/meta/vrf/vrf.go). What route-override leaves of them is not known.
    """
    if len(network.plugins) == 1:
        return False
    sbr = network.chained("sbr")
    moved = sbr is not None and written(sbr.config, "table") is None
    return moved or any(network.chained(one) is not None for one in ("vrf", "route-override"))


def steers(network: Network, route: PodRoute) -> bool:
    """Whether packets that the pod sends from no address in particular meet the route."""
    return route.table == LOCAL or (route.table == MAIN and not elsewhere(network))


def _takers(
    network: Network, given: Sequence[PodRoute], told: Release | None
) -> Iterator[Sequence[PodRoute]]:
    skipped = skips_second_route(told)
    for version, (first, last) in _UNICAST.items():
        taking = [
            route
            for route in given
            if route.version == version
            and steers(network, route)
            and (route.dst.prefixlen or (route.metric <= METRIC[version] and not skipped))
        ]
        if any(not route.dst.prefixlen for route in taking):
            yield taking
        elif 32 * sum(0.5**route.dst.prefixlen for route in taking) < 1:
            continue  # less than a quarter of the smaller one, 2000::/3, even without overlap
        elif 4 * _coverage(taking, first, last) > last - first:
            yield taking


def _coverage(taking: Sequence[PodRoute], first: int, last: int) -> int:
    """How many addresses from first to last the routes hold together."""
    covered = 0
    for start, end in sorted(
        (int(route.dst.network_address), int(route.dst.broadcast_address)) for route in taking
    ):
        covered += max(0, min(end, last) - max(start, first) + 1)
        first = max(first, end + 1)
    return covered
