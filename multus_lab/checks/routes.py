"""Rules RTE: where a network sends the pod's packets."""

from collections.abc import Iterator

from multus_lab.checks.finding import Severity
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, rule


@rule(
    "RTE301",
    Severity.RISK,
    "default route through a secondary network",
    why=(
        "Since plugins v1.0.0 this route is put ahead of eth0's, so the pod's traffic to Services, "
        "DNS and other nodes leaves by the secondary network. With IPv6 the two share it."
    ),
    fix="defaultRoute: source-based   # and take the route out",
    source="plugins v1.0.0 commit 76ef07eb (RouteAddEcmp); multus-cni #1507, #847, #749, #539",
)
def default_route(network: Network, _: Lab) -> Iterator[Hit]:
    """Find a default route that nothing says is meant."""
    meant = network.settings.get("default_route") == "takeover"
    if meant or network.chained("sbr"):
        return
    for route in network.routes:
        if route.dst.prefixlen == 0:
            yield Hit(
                (*route.path, "dst"),
                str(route.dst),
                f"the pod's default route moves to {network.label}, and with it Services and DNS",
            )
