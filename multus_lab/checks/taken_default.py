"""Which of a network's routes together take what eth0's default route is there for."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from multus_lab.addresses import overlap
from multus_lab.checks import usual_clusters
from multus_lab.checks.added_routes import all_routes
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.pod_routes import (
    METRIC,
    PodRoute,
    skips_second_route,
    steers,
)

_UNICAST = {4: (0, 0xDFFFFFFF), 6: (0x2 << 124, (0x4 << 124) - 1)}
"""What a default route is there for: 0.0.0.0-223.255.255.255, and 2000::/3 (RFC 4291, 2.4)."""


class Taking(NamedTuple):
    """Routes of one family that are ahead of eth0's default route.

    With `likely` they take Services or pods with them, in any cluster that it may be. Without,
    that depends on what the inventory doesn't tell.
    """

    routes: Sequence[PodRoute]
    likely: bool

    @property
    def widest(self) -> PodRoute:
        """The route that takes most."""
        return min(self.routes, key=lambda route: route.dst.prefixlen)

    @property
    def version(self) -> int:
        """4 or 6."""
        return self.routes[0].version


def taken_defaults(network: Network, lab: Lab) -> Sequence[Taking]:
    """The routes of each family that together are ahead of eth0's default route.

    They are if one is a default route, or as soon as they hold a quarter of what that is there for
    and addresses of pods or Services. What leaves those alone, as a VPN's split tunnel does, is no
    default route in disguise.
    """
    given = all_routes(network, lab)
    if not _is_wide(given):
        return ()
    return lab.once(("takers", network), lambda: tuple(_takers(network, lab, given)))


def _is_wide(routes: Sequence[PodRoute]) -> bool:
    """Whether they may hold a quarter of the smaller one, 2000::/3: as if none were in another."""
    return 32 * sum([0.5**one.dst.prefixlen for one in routes]) >= 1


def _takers(network: Network, lab: Lab, given: Sequence[PodRoute]) -> Iterator[Taking]:
    skipped = skips_second_route(lab)
    for version, (first, last) in _UNICAST.items():
        taking = [
            route
            for route in given
            if route.version == version
            and steers(network, route, lab)
            and (not route.default or (route.metric <= METRIC[version] and not skipped))
        ]
        if usual_clusters.lacks(lab.cluster, version):
            continue  # eth0 has no address of that family, and no default route to lose
        if any(route.default for route in taking):
            yield Taking(taking, likely=True)
        elif 4 * _coverage(taking, first, last) > last - first:
            yield from _disguised(taking, lab)


def _disguised(taking: Sequence[PodRoute], lab: Lab) -> Iterator[Taking]:
    clusters = [
        any(overlap(one.network, route.dst) for one in cluster for route in taking)
        for cluster in usual_clusters.likely(lab.cluster)
    ]
    if all(clusters):
        yield Taking(taking, likely=True)
    elif usual_clusters.untold(lab.cluster):
        yield Taking(taking, likely=False)


def _coverage(taking: Sequence[PodRoute], first: int, last: int) -> int:
    """How many addresses from first to last the routes hold together."""
    covered = 0
    for start, end in sorted(
        (int(route.dst.network_address), int(route.dst.broadcast_address)) for route in taking
    ):
        covered += max(0, min(end, last) - max(start, first) + 1)
        first = max(first, end + 1)
    return covered
