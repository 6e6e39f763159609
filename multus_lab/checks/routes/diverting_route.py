"""RTE304: a route takes traffic that has its own way: to neighbours, pods or Services."""

from collections.abc import Iterator, Sequence

from multus_lab.addresses import AnyNetwork, overlap
from multus_lab.checks import usual_clusters
from multus_lab.checks.added_routes import all_routes
from multus_lab.checks.among import with_routes
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.pod_routes import MAIN, PodRoute, sets_itself, steers, within
from multus_lab.checks.rule import Hit, network_rule
from multus_lab.checks.taken_default import taken_defaults

_OWN_METRIC = {4: 0, 6: 255}
"""Up to which metric a route is preferred to the kernel's own of the subnet (0, IPv6 256)."""

_SUBNET = {4: 16, 6: 48}
"""From which prefix length on a destination may be a whole subnet of pods."""


@network_rule(
    "RTE304",
    Severity.RISK,
    "route that takes traffic which has its own way",
    among=with_routes,
    why=(
        "A route to the network's own subnet sends what is for its neighbours through the gateway. "
        "One that holds pods' or Services' addresses is more specific than eth0's default route, "
        "so pods lose them."
    ),
    fix=Line("dst", ..., "a destination beyond the zone, the pods and the Services"),
    source="rook #12491; Linux longest prefix first; kubeadm's, k3s's and RKE2's defaults",
)
def diverting_route(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find routes over the own subnet, the pods' and the Services'; tell where it isn't known."""
    given = all_routes(network, lab)
    if not given:
        return
    defaults = {id(route) for taking in taken_defaults(network, lab) for route in taking.routes}
    told = lab.once(usual_clusters.told, lambda: usual_clusters.told(lab.cluster))
    unsure: list[PodRoute] = []
    for route in given:
        dst = route.dst
        if sets_itself(network, route):  # RTE303 finds it
            continue
        if any(_hairpin(route, pool.subnet) for pool in network.pools):
            yield _diverting(
                route, f"{dst} is on the segment, and goes through {route.via} instead"
            )
        elif _may_hairpin(network, route):
            yield _perhaps(network, route)
        elif steers(network, route, lab) and id(route) not in defaults and not route.default:
            taken = [str(one) for one in told if overlap(one.network, dst)]
            if taken:
                yield _diverting(route, f"{dst} takes the traffic to {', '.join(taken)} from eth0")
            elif lab.zone is None or not lab.zone.designates(dst):
                unsure.append(route)
    yield from _undecided(unsure, lab)


def _diverting(route: PodRoute, message: str) -> Hit:
    return Hit((*route.path, "dst"), str(route.dst), message)


def _hairpin(route: PodRoute, subnet: AnyNetwork) -> bool:
    """Whether a route through a gateway is preferred to the subnet's own."""
    dst = route.dst
    if route.via is None or route.table < MAIN or not within(dst, subnet):
        return False
    return dst.prefixlen > subnet.prefixlen or route.metric <= _OWN_METRIC[route.version]


def _may_hairpin(network: Network, route: PodRoute) -> bool:
    """Whether it is so for pods that ask for an address of the destination.

    The gateway has to lie in the pods' subnet, so a destination that it lies in is either wider,
    or takes the neighbours.
    """
    asked = network.main.ipam_record
    ipam = asked.ipam if asked else None
    if network.pools or ipam is None or ipam.counts != "nobody" or not ipam.asked:
        return False
    dst = route.dst
    return (route.via in dst if route.via is not None else False) and _SUBNET[
        route.version
    ] <= dst.prefixlen < dst.max_prefixlen


def _perhaps(network: Network, route: PodRoute) -> Hit:
    return Hit(
        (*route.path, "dst"),
        str(route.dst),
        f"the gateway {route.via} lies in {route.dst} itself: pods that ask for an address with a "
        f"prefix length of {route.dst.prefixlen} or less reach their neighbours through the "
        f"gateway in {network.label}",
        fix="take the route out: the address that a pod asks for brings the route to its subnet",
        severity=Severity.NOTE,
    )


def _undecided(unsure: Sequence[PodRoute], lab: Lab) -> Iterator[Hit]:
    """Tell once a network what would decide it, best by a route over a usual cluster's addresses.

    Without an inventory nothing is told of a route that no usual cluster minds.
    """
    if not unsure:
        return
    missing = lab.once(usual_clusters.untold, lambda: usual_clusters.untold(lab.cluster))
    if not missing:
        return
    defaults = lab.once(usual_clusters.defaults, lambda: usual_clusters.defaults(lab.cluster))
    for route in unsure:
        taken = {str(one) for one in defaults if overlap(one.network, route.dst)}
        if taken:
            message = f"{route.dst} takes the traffic to {', '.join(sorted(taken))} from eth0"
            yield _note(route, f"{message}, if the cluster has it", missing, lab)
            return
    if lab.cluster is not None:
        message = (
            f"{' and '.join(missing)} aren't given, so nobody can tell whether {unsure[0].dst} "
        )
        yield _note(unsure[0], f"{message}takes the traffic to pods or Services", missing, lab)


def _note(route: PodRoute, message: str, missing: Sequence[str], lab: Lab) -> Hit:
    example = f"{missing[0]}: {usual_clusters.EXAMPLES[missing[0]]}   # as the cluster has it"
    alone = "leave the cluster's pods and Services out, or check with a stack that tells them"
    return Hit(
        (*route.path, "dst"),
        str(route.dst),
        message,
        fix=alone if lab.cluster is None else example,
        severity=Severity.NOTE,
    )
