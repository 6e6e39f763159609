"""LNK107: a master that can't carry a macvlan."""

import re
from collections.abc import Iterator

from multus_lab.checks.among import with_master
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.links.masters import kind
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, network_rule

_NOT_ETHERNET = r"(ib|wg|tun|ppp|ww|sl)[a-z]*\d\w*"
"""Names by which interfaces that are no Ethernet usually go: InfiniBand, WireGuard, tunnels."""


@network_rule(
    "LNK107",
    Severity.ERROR,
    "master that can't carry a macvlan",
    among=with_master,
    why="The kernel takes Ethernet interfaces as masters, and not the loopback. And it hands an "
    "interface's frames to one taker: a port of a bridge, a bond or Open vSwitch carries no "
    "macvlan or ipvlan, while the bridge or the bond itself does.",
    fix=Line("master", "eth1"),
    source="Linux drivers/net/macvlan.c macvlan_port_create, net/core/dev.c "
    "netdev_rx_handler_register; vdsm #405; systemd.net-naming-scheme (ib, sl, ww); wireguard, "
    "tun, ppp by their customary names",
    says=(
        "failed to create macvlan: invalid argument",
        "failed to create macvlan: device or resource busy",
    ),
)
def no_carrier(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find the loopback as a master, ports, and names that are customary for no Ethernet."""
    master, link = network.lies_on, network.link
    if master is None or link is None:
        return
    path = (*network.main.path, "master")
    if master == "lo":
        yield Hit(path, master, "the kernel lets nothing lie on the loopback: invalid argument")
    elif link.takes_master and lab.zone is not None and master in lab.zone.bridge_ports:
        message = (
            f"by the inventory {master} is a port of a bridge or a bond, so it carries no "
            f"{kind(network)}"
        )
        yield Hit(path, master, message, Line("master", ..., "the bridge or the bond itself"))
    elif link.takes_master and link.own_mac and re.fullmatch(_NOT_ETHERNET, master):
        message = (
            f"by its name no Ethernet interface: the kernel puts a {kind(network)} on no other"
        )
        yield Hit(path, master, message, severity=Severity.RISK)
