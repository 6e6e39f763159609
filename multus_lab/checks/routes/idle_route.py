"""RTE308: a part of a route has no effect, or another one."""

from collections.abc import Iterator

from multus_lab.checks.added_routes import added_routes
from multus_lab.checks.among import with_routes
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.pod_routes import amount, configures, pod_routes
from multus_lab.checks.rule import Hit, network_rule

_ON_LINK = Line("gw", "0.0.0.0")  # noqa: S104 - no gateway, and nothing to listen on


@network_rule(
    "RTE308",
    Severity.RISK,
    "part of a route that has no effect, or another one",
    among=with_routes,
    why=(
        "`mtu` and `advmss` of a route are read and never set. Multicast through a gateway goes "
        "to the gateway's MAC address alone, so no member of the group sees it. route-override "
        "goes on without a route that the kernel refuses."
    ),
    fix="set the network's own mtu instead",
    source="plugins v1.10.0 pkg/ipam/ipam_linux.go ConfigureIface; route-override-cni 391c1b03 "
    "cmd/route-override/route-override.go processRoutes, addRoute; Linux fib_table_insert",
)
def idle_route(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find mtu and advmss, multicast behind a gateway, and what route-override can't add."""
    for route, idle in added_routes(network, lab):
        if idle is not None:
            message = f"route-override passes over the route to {route.dst} in silence: {idle.why}"
            value = route.given.keys.get(idle.key)
            yield Hit((*route.path, idle.key), value, message, fix=idle.fix)
    if not configures(network):
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
