"""RTE309: a route of link scope goes through a gateway."""

from collections.abc import Iterator

from multus_lab.checks.among import with_routes
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.pod_routes import (
    LINK,
    NOWHERE,
    SETS_METRICS,
    configures,
    pod_routes,
    scope_is_refused,
    weight,
)
from multus_lab.checks.rule import Hit, network_rule
from multus_lab.versions import EVER, Span

_ON_LINK = Line("gw", "0.0.0.0")  # noqa: S104 - no gateway, and nothing to listen on


@network_rule(
    "RTE309",
    Severity.ERROR,
    "link-scope route with a gateway",
    among=with_routes,
    why=(
        "A route of scope 253 (link) has no gateway, and the plugin fills in the network's if none "
        "is written; the kernel refuses that (network is unreachable). IPv6 knows no scope. "
        "Plugins before v1.6.0 drop the scope."
    ),
    fix=_ON_LINK,
    source="plugins v1.10.0 pkg/ipam/ipam_linux.go ConfigureIface; Linux net/ipv4/fib_semantics.c",
    says=(
        "failed to add route … (Scope: link, …: network is unreachable",
        "failed to add route … (Scope: host, …: invalid argument",
        "failed to add route … (Scope: nowhere, …: invalid argument",
    ),
)
def scope_with_gateway(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find IPv4 routes of link scope and narrower that go through a gateway."""
    if not configures(network):
        return
    held = Span(since=SETS_METRICS) if network.main.record.family == "plugins" else EVER
    for route in pod_routes(network, lab):
        if not scope_is_refused(route):
            continue
        path, fix = (*route.path, "scope"), _ON_LINK
        if route.scope == NOWHERE:
            message, fix = "scope 255 is refused; pods fail", Line("scope", LINK)
        else:
            filled = "" if route.gw else ", which is filled in,"
            message = (
                f"scope {route.scope} and the gateway {route.via}{filled} are refused together; "
                "pods fail"
            )
        yield Hit(path, route.scope, message, fix, weight(network), held=held)
