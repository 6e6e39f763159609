"""IPA204: a gateway that a pod can't reach, or that its IPAM plugin refuses."""

from collections.abc import Iterator

from multus_lab.addresses import AnyAddress, read_address
from multus_lab.checks.addresses.pod_pools import set_of
from multus_lab.checks.among import with_pools
from multus_lab.checks.finding import Path, Severity
from multus_lab.checks.fix import Fix, Line
from multus_lab.checks.network import Lab, Network, Plugin
from multus_lab.checks.pod_routes import LINK, first_gateways, pod_routes
from multus_lab.checks.rule import Hit, network_rule
from multus_lab.plugins.pools import Pool
from multus_lab.plugins.record import NEVER
from multus_lab.versions import EVER, Span, shown

_SBR_GATEWAYS = (1, 10, 0)
"""The release of the plugins from which sbr reads `gateways`."""


@network_rule(
    "IPA204",
    Severity.RISK,
    "gateway that the pod can't reach",
    among=with_pools,
    why=(
        "host-local refuses a gateway outside the subnet since plugins v1.10.0, fe80:: too; before "
        "that, and in static and whereabouts, nothing checks it. A route without `gw`, or a "
        "chained sbr, uses it, and then the pod fails: network is unreachable. Of several gateways "
        "of a family the first counts for all routes. sbr puts each address' gateway behind it, "
        "and fails if that is of the other family. 0.0.0.0 is taken for no gateway, in silence."
    ),
    fix=Line("gateway", "10.12.34.254"),
    source="plugins v1.9.1, v1.10.0 host-local/backend/allocator/range.go, pkg/ipam/ipam_linux.go "
    "ConfigureIface, plugins/meta/sbr/main.go doRoutes; whereabouts v0.9.4 cmd/whereabouts.go "
    "cmdAdd; multus-cni #871, #278",
    says=(
        "failed to add route …: network is unreachable",
        "failed to add route …: invalid argument",
        "gateway … not in network …",
        "Failed to add default route to …: gateway, source, and destination ip are not the same "
        "IP family",
    ),
)
def unreachable_gateway(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find a gateway outside its subnet, one that is no host's address, and sbr with the wrong."""
    told: set[Path] = set()
    for pool in network.pools:
        place = gateway_place(network, pool)
        hit = None if pool.gateway is None or place in told else _judged(network, lab, pool)
        if hit is not None:
            told.add(place)
            yield hit


def _judged(network: Network, lab: Lab, pool: Pool) -> Hit | None:
    if not _is_written(network, pool):
        return None
    refused = _refused(network, lab, pool)
    if refused is not None and lab.release is not None:
        return refused
    return _other_family(network, lab, pool) or _unreached(network, lab, pool) or refused


def _refused(network: Network, lab: Lab, pool: Pool) -> Hit | None:
    """What the IPAM plugin itself refuses, in the told release or since a later one."""
    gateway = pool.gateway
    if network.ipam is None or gateway is None or gateway in pool.subnet:
        return None
    span = network.ipam.gateway_inside
    if span == NEVER or (lab.release is not None and lab.release not in span):
        return None
    fix: Fix = Line("gateway", pool.subnet[1])
    if _is_link_local(gateway):
        fix = f"take gateway out, and write `gw` {gateway} in each route"
    return Hit(
        gateway_place(network, pool),
        str(gateway),
        f"{network.ipam_type} refuses the gateway {gateway}: it is not in {pool.subnet}",
        fix=fix,
        severity=Severity.ERROR,
        held=span,
    )


def _other_family(network: Network, lab: Lab, pool: Pool) -> Hit | None:
    """An address that sbr gives a default route by a gateway of the other family."""
    gateway = pool.gateway
    if gateway is None or gateway.version == pool.subnet.version:
        return None
    sbr = _steering(network)
    if sbr is None:
        return None
    own = _own_gateway(sbr, pool.subnet.version)
    if own is not None and lab.since(_SBR_GATEWAYS):
        return None
    family, other = f"IPv{pool.subnet.version}", f"IPv{gateway.version}"
    fix = f"give {family} and {other} a network each"
    if lab.since(_SBR_GATEWAYS) is not False and not own:
        fix += f", or put `gateways` with one of {family} into sbr"
        fix += "" if lab.release else f" (plugins {shown(_SBR_GATEWAYS)} and newer)"
    return Hit(
        gateway_place(network, pool),
        str(gateway),
        f"{network.ipam_type} gives the {other} gateway {gateway} to the {family} address of "
        f"{pool.subnet} too, and sbr fails to put it there",
        fix=fix,
        severity=Severity.ERROR,
        held=Span(before=_SBR_GATEWAYS) if own else EVER,
    )


def _unreached(network: Network, lab: Lab, pool: Pool) -> Hit | None:
    gateway = pool.gateway
    link = network.link
    if gateway is None or link is None or not link.configures:
        return None
    own = pool.key == "address" and gateway == pool.first and uses_gateway(network, pool, lab)
    wrong = _no_router(network, pool, gateway)
    if own:
        wrong = f"the gateway {gateway} is the pod's own address"
    if not wrong or _reached_on_link(network, lab, gateway):
        return None
    # The kernel takes a gateway of the pod's own with IPv4, not with IPv6 (fib_check_nh, route.c).
    taken = gateway.is_unspecified or gateway == pool.subnet[0] or (own and gateway.version == 4)
    used = not taken and uses_gateway(network, pool, lab)
    if link.needs_gateway and not used and gateway not in pool.subnet:
        return None  # it is the node's end, to which the plugin sets a route of its own
    severity = Severity.ERROR if used else None
    if used:
        wrong += ", and a route leads by it"
    elif first_gateways(network).get(gateway.version) != gateway:
        wrong += ", but nothing goes by it: the first gateway counts for all routes"
        severity = Severity.NOTE
    if _refused(network, lab, pool):
        wrong += f"; {network.ipam_type} of plugins {_since(network)} refuses it"
        severity = severity if severity is not Severity.NOTE else None
    fix = Line("gateway", ... if own else pool.subnet[1], "the router's address" if own else "")
    return Hit(
        gateway_place(network, pool),
        str(gateway),
        wrong,
        fix=fix if pool.subnet.num_addresses > 2 else None,
        severity=severity,
    )


def _since(network: Network) -> str:
    return str(network.ipam.gateway_inside) if network.ipam else ""


def _no_router(network: Network, pool: Pool, gateway: AnyAddress) -> str:
    """Say what is wrong with the gateway; nothing if it is link-local, or in another subnet."""
    subnet = pool.subnet
    if _is_link_local(gateway):
        return ""
    if gateway.is_unspecified:
        return f"{gateway} is no gateway: routes by it are on-link, without a router"
    if gateway not in subnet:
        return (
            ""
            if _is_beside(network, pool, gateway)
            else f"the gateway {gateway} is outside of {subnet}"
        )
    if subnet.version == 4 and subnet.num_addresses > 2:
        if gateway == subnet[-1]:
            return f"the gateway {gateway} is the broadcast address of {subnet}"
        if gateway == subnet[0]:
            return f"the gateway {gateway} is the network's own address"
    return ""


def _is_beside(network: Network, pool: Pool, gateway: AnyAddress) -> bool:
    """Whether it is in the subnet of another address of the pod, or whereabouts' for the other.

    whereabouts has one gateway for all of its ranges, whatever their family.
    """
    own = set_of(pool)
    others = [one for one in network.pools if set_of(one) != own]
    shared = pool.key == "range" and gateway.version != pool.subnet.version
    return any(
        gateway in one.subnet or (shared and one.subnet.version == gateway.version)
        for one in others
    )


def _is_link_local(gateway: AnyAddress) -> bool:
    return gateway.version == 6 and gateway.is_link_local


def _is_written(network: Network, pool: Pool) -> bool:
    return bool(pool.keys.get("gateway") or network.main.ipam.get("gateway"))


def uses_gateway(network: Network, pool: Pool, lab: Lab) -> bool:
    """Whether a route goes by the pool's gateway, of its own accord or by a chained sbr."""
    gateway = pool.gateway
    if gateway is None:
        return False
    sbr = _steering(network)
    if sbr is not None:
        own = _own_gateway(sbr, pool.subnet.version)
        if own is None or lab.since(_SBR_GATEWAYS) is False:
            return True
    return first_gateways(network).get(gateway.version) == gateway and any(
        route.dst.version == gateway.version and not route.keys.get("gw")
        for route in network.routes
    )


def _steering(network: Network) -> Plugin | None:
    """A chained sbr that makes default routes: with a `table` it makes none."""
    sbr = network.chained("sbr")
    return None if sbr is None or sbr.has("table") else sbr


def _own_gateway(sbr: Plugin, version: int) -> AnyAddress | None:
    """The gateway of that family that sbr has of its own, which not all releases read."""
    listed = sbr.config.get("gateways")
    read = (read_address(one) for one in listed) if isinstance(listed, list) else ()
    return next((one for one in read if one and one.version == version), None)


def _reached_on_link(network: Network, lab: Lab, gateway: AnyAddress) -> bool:
    """Whether an on-link route of link scope reaches the gateway, ahead of those that use it."""
    for route in pod_routes(network, lab):
        if route.via == gateway:
            return False
        if route.via is None and route.scope >= LINK and gateway in route.dst:
            return True
    return False


def gateway_place(network: Network, pool: Pool) -> Path:
    """Where the pool's gateway is written."""
    own = "gateway" in pool.keys or not network.main.ipam.get("gateway")
    return (*(pool.path if own else network.ipam_path), "gateway")
