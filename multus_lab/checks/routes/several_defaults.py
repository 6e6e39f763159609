"""RTE307: several networks take the default route."""

from collections.abc import Iterator

from multus_lab.checks.among import with_routes
from multus_lab.checks.finding import Severity
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.pod_routes import PodRoute
from multus_lab.checks.rule import Hit, Place, lab_rule
from multus_lab.checks.taken_default import taken_defaults


@lab_rule(
    "RTE307",
    Severity.NOTE,
    "several networks that take the default route",
    why=(
        "A pod that attaches two of them gets two default routes: with IPv4 the later network's "
        "wins, with IPv6 each connection takes one of the two. Two `default-route` in a pod's "
        "annotation are refused. Which networks a pod attaches is not in a network's configuration."
    ),
    fix="attach at most one of them to a pod, or chain sbr behind the others",
    source="multus-cni v4.3.0 CheckGatewayConfig; plugins v1.0.0 commit 76ef07eb",
)
def several_defaults(lab: Lab) -> Iterator[Hit]:
    """Tell the networks of a namespace that take the same family's default route."""
    groups: dict[tuple[str, int], list[tuple[Network, PodRoute]]] = {}
    for network in lab.among(with_routes) if lab.zone else ():
        for taking in taken_defaults(network, lab):
            if taking.likely:
                group = groups.setdefault((network.namespace, taking.version), [])
                group.append((network, taking.widest))
    for (_, version), group in groups.items():
        if len(group) > 1:
            (first, before), (network, route) = group[:2]
            more = f", and {len(group) - 2} more do" if len(group) > 2 else ""
            yield Hit(
                (*route.path, "dst"),
                str(route.dst),
                f"{first.label} takes the IPv{version} default route too{more}; a pod must not "
                "attach both",
                network=network,
                related=(Place(first, (*before.path, "dst"), "takes the default route too"),),
            )
