"""RTE305: a route's priority, table or scope is dropped in silence."""

from collections.abc import Iterator

from multus_lab.checks.among import with_routes
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.pod_routes import (
    METRICS,
    SETS_METRICS,
    amount,
    drops_metrics,
    pod_routes,
    scope_is_refused,
)
from multus_lab.checks.rule import Hit, network_rule
from multus_lab.versions import EVER, Span

_DROPPED = Span(before=SETS_METRICS)


@network_rule(
    "RTE305",
    Severity.ERROR,
    "priority, table or scope that is dropped in silence",
    among=with_routes,
    why=(
        "Plugins before v1.6.0 pass over them and set the route without; so does any release with "
        "a cniVersion before 0.3.0 or none. A default route that was to stand behind eth0's then "
        "takes over."
    ),
    fix="cniPlugins: v1.10.0   # in cluster, once the nodes have it",
    source="plugins v1.6.0 pkg/ipam/ipam_linux.go (v1.5.1 has none); CNI v1.3.0 types/040",
)
def dropped_metrics(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find them where the release or the cniVersion drops them; one note where none is told."""
    old = drops_metrics(network)
    if not old and (network.main.record.family != "plugins" or lab.since(SETS_METRICS)):
        return
    for route in pod_routes(network, lab):
        for key in METRICS:
            if (value := amount(route.given, key)) == 0:
                continue
            if lab.release is None and not old and scope_is_refused(route):
                continue  # other releases refuse it, and that is told
            cause = " with a cniVersion before 0.3.0" if old else ""
            yield Hit(
                (*route.path, key),
                value,
                f"{key} {value} is dropped in silence{cause}",
                fix=Line("cniVersion", "0.3.1") if old else _newer(network),
                held=EVER if old else _DROPPED,
            )
            if not old and lab.release is None:
                return


def _newer(network: Network) -> str | None:
    """The line that a stack has for it, or what to see to."""
    return "have plugins v1.6.0 or newer on the nodes" if network.in_json else None
