"""RTE301: the pod's default route moves to a secondary network."""

from collections.abc import Iterator

from multus_lab.checks.among import with_routes
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Fix, Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.pod_routes import (
    METRIC,
    added_defaults,
    configures,
    elsewhere,
    pools_of,
    unsettled,
)
from multus_lab.checks.rule import Hit, Place, network_rule
from multus_lab.checks.taken_default import Taking, taken_defaults
from multus_lab.checks.usual_clusters import lacks, untold
from multus_lab.plugins import Placeholder, number


def _may_take_default(network: Network) -> bool:
    """Those with routes, be they the bridge's or the DHCP server's."""
    bridged = "isDefaultGateway" in network.main.config
    return bool(with_routes(network)) or bridged or network.ipam_type == "dhcp"


@network_rule(
    "RTE301",
    Severity.RISK,
    "default route through a secondary network",
    among=_may_take_default,
    why=(
        "Since plugins v1.0.0 this route is put ahead of eth0's, so the pod's traffic to Services, "
        "DNS and other nodes leaves by the secondary network. With IPv6 the two share it. Halves "
        "and quarters of the address space do the same, whatever their priority, if they hold the "
        "addresses of Services or pods. These are harmless: a default route with a priority above "
        "eth0's (0, with IPv6 1024) or in a table of its own, from plugins v1.6.0 on; a chained "
        "sbr without a `table`; routes that leave Services and pods alone, such as a VPN's split "
        "tunnel."
    ),
    fix="defaultRoute: source-based   # and take the route out",
    source="plugins v1.0.0 commit 76ef07eb (RouteAddEcmp); multus-cni #1507, #847, #749, #539",
)
def default_route(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find a default route, in any disguise, that nothing says is meant."""
    if network.settings.get("default_route") == "takeover":
        return
    takings = taken_defaults(network, lab)
    added = {
        version
        for version in (set() if elsewhere(network, lab) else added_defaults(network))
        if not lacks(lab.cluster, version)
    }
    if added:
        yield _by_bridge(network, [one for one in takings if _same(one, added)])
    for taking in takings:
        if not _same(taking, added) and not _without_address(network, taking):
            yield _taking(network, taking) if taking.likely else _split_tunnel(network, lab, taking)
    if lab.zone and network.ipam_type == "dhcp":
        yield from _by_dhcp(network, lab)


def _same(taking: Taking, added: set[int]) -> bool:
    """Whether it is a default route beside the one that bridge adds, which is told already."""
    return taking.widest.default and taking.version in added


def _without_address(network: Network, taking: Taking) -> bool:
    """Whether pods have nothing to take that way with, which RTE302 tells."""
    told = configures(network) and bool(network.pools) and not unsettled(network)
    return told and taking.widest.gw is None and not pools_of(network, taking.version)


def _by_bridge(network: Network, beside: list[Taking]) -> Hit:
    return Hit(
        (*network.main.path, "isDefaultGateway"),
        True,
        f"the pod's default route moves to {network.label}, and with it Services and DNS",
        fix=Line("isDefaultGateway", False),
        related=tuple(
            Place(network, (*one.widest.path, "dst"), "this route does the same") for one in beside
        ),
    )


def _taking(network: Network, taking: Taking) -> Hit:
    """Point to the widest of the routes that take the default together."""
    widest = taking.widest
    rest = [str(route.dst) for route in taking.routes if route is not widest]
    message = f"moves to {network.label}, and with it Services and DNS"
    if not widest.default:
        others = f", {', '.join(rest[:3])}" if rest else ""
        message += f": {widest.dst}{others} are preferred to eth0's"
    elif widest.metric == METRIC[6]:
        message = f"is shared by eth0 and {network.label}: each connection takes one of the two"
    return Hit(
        (*widest.path, "dst"),
        str(widest.dst),
        f"the pod's default route {message}",
        fix=_behind_sbr(network),
    )


def _behind_sbr(network: Network) -> Fix | None:
    """The line that a stack has for it, or what it stands for."""
    return 'take the route out, or chain {"type": "sbr"} behind' if network.written_out else None


def _split_tunnel(network: Network, lab: Lab, taking: Taking) -> Hit:
    keys = " and ".join(untold(lab.cluster))
    return Hit(
        (*taking.widest.path, "dst"),
        str(taking.widest.dst),
        f"most of the pod's IPv{taking.version} traffic leaves by {network.label}; whether "
        f"Services and DNS stay with eth0 can't be told without {keys}",
        fix="check that no route holds the addresses of the cluster's pods or Services",
        severity=Severity.NOTE,
    )


def _by_dhcp(network: Network, lab: Lab) -> Iterator[Hit]:
    """Tell what the server decides (plugins v1.10.0 plugins/ipam/dhcp/lease.go, Routes)."""
    priority = network.main.ipam.get("priority")
    if (
        number(priority) == 0
        and not isinstance(priority, Placeholder)
        and not elsewhere(network, lab)
    ):
        yield Hit(
            (*network.ipam_path, "type"),
            "dhcp",
            "if the DHCP server names a router, it becomes the pod's default route, ahead of "
            "eth0's; only the server's options decide that",
            fix='chain {"type": "sbr"} behind'
            if network.written_out
            else "defaultRoute: source-based",
            severity=Severity.NOTE,
        )
