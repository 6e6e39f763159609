"""LNK111: a macvlan on a Wi-Fi interface."""

from collections.abc import Iterator

from multus_lab.checks.among import with_master
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.links.masters import kind
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, network_rule


@network_rule(
    "LNK111",
    Severity.RISK,
    "macvlan on a Wi-Fi interface",
    among=with_master,
    why="An access point takes frames from the one MAC that has joined it, and drops those from a "
    "pod's own MAC.",
    fix=Line("type", "ipvlan"),
    source="cni.dev plugins/current/main/macvlan; systemd.net-naming-scheme (wl)",
)
def wifi_master(network: Network, _: Lab) -> Iterator[Hit]:
    """Find masters that are wireless by their name."""
    master, link = network.lies_on, network.link
    if master is None or link is None or not (link.takes_master and link.own_mac):
        return
    if master.startswith("wl"):
        message = f"a wireless interface, by its name: most don't carry a {kind(network)}"
        yield Hit((*network.main.path, "master"), master, message)
