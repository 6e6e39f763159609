"""Whether a route can go by a gateway, for the addresses that pods of a network get.

The kernel takes a gateway only if it is reached without another one, and none that is the
interface's own (Linux net/ipv4/fib_semantics.c fib_check_nh, net/ipv6/route.c). All of this was
tried with plugins v1.9.1 and v1.10.0 on Linux 6.18.
"""

from typing import NamedTuple

from multus_lab.addresses import AnyAddress, AnyNetwork
from multus_lab.checks.finding import Severity
from multus_lab.checks.network import Network
from multus_lab.checks.pod_routes import is_broadcast, pools_of, weight


class Trouble(NamedTuple):
    """What is wrong with a gateway, and how much it weighs."""

    what: str
    severity: Severity


def trouble_with(network: Network, gw: AnyAddress, version: int, reached: bool) -> Trouble | None:
    """What is wrong with a gateway for a route of that IP version.

    `reached` tells that an on-link route leads to it.
    """
    pools = pools_of(network, version)
    fails = weight(network)
    if gw.version != version:
        return Trouble(f"is IPv{gw.version}, and the route is IPv{version}; pods fail", fails)
    if gw.is_unspecified:
        refused = Trouble("is refused by the kernel (invalid argument); pods fail", fails)
        return refused if version == 6 else None
    if version == 6 and gw.is_link_local:
        return None
    if any(is_broadcast(pool.subnet, gw) for pool in pools):
        return Trouble("is the subnet's broadcast address; pods fail", fails)
    if not reached and not any(gw in pool.subnet for pool in pools):
        return Trouble("is in no subnet of the network, so pods fail: unreachable", fails)
    nobodys = version == 4 and any(_is_network(pool.subnet, gw) for pool in pools)
    return _NOBODYS if nobodys else _pods_own(network, gw)


_NOBODYS = Trouble("is the subnet's own address, which no router has", Severity.RISK)


def _is_network(subnet: AnyNetwork, gw: AnyAddress) -> bool:
    return gw == subnet.network_address and subnet.num_addresses > 2


def _pods_own(network: Network, gw: AnyAddress) -> Trouble | None:
    """Tell a gateway that is handed out to pods.

    A pool's own gateway within its range is a matter of the rules on addresses.
    """
    for piece in network.pieces:
        pool = piece.pool
        if pool.subnet.version != gw.version or not piece.first <= int(gw) <= piece.last:
            continue
        if pool.key == "address" and gw.version == 6:
            return Trouble("is the pod's own address; pods fail", weight(network))
        if pool.key == "address":
            return Trouble("is the pod's own address", Severity.RISK)
        return Trouble("is an address that pods get", Severity.RISK) if gw != pool.gateway else None
    return None
