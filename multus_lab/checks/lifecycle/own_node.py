"""LIF403: pods and their own node, which don't reach each other."""

from collections.abc import Iterator

from multus_lab.checks.among import takes_master
from multus_lab.checks.finding import Severity
from multus_lab.checks.links.masters import a_kind
from multus_lab.checks.links.unknown_mode import mode_of
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, network_rule


@network_rule(
    "LIF403",
    Severity.NOTE,
    "pods and their own node don't reach each other",
    among=takes_master,
    why="The kernel hands a frame of macvlan or ipvlan (l2 mode) to the wire and to siblings, "
    "never to the interface under it. Only a switch that sends frames back by the same port "
    "(hairpin, what vepa is made for) lifts that. Probes by the network's address, NodeLocal "
    "DNS and hostNetwork peers on the node fail; other nodes work.",
    fix="probe and serve by eth0, or give the node an interface of the same kind too: ip link add "
    "link MASTER name shim type macvlan mode bridge, or on an ipvlan's master: type ipvlan mode l2",
    source="multus-cni #226, #372, #463, #832, #1426; docs/secondary-networks.md",
    common=True,
)
def own_node(network: Network, _: Lab) -> Iterator[Hit]:
    """Tell it of each such network; printers group them."""
    link = network.link
    if link is None or not _cut_off(network):
        return
    mode = network.main.record.keys.keys["mode"].default
    shim = f"link add link {network.master or 'MASTER'} name shim type {link.kind} mode {mode}"
    yield Hit(
        (*network.main.path, "type"),
        network.main.type,
        "pods and the node that they run on don't reach each other by this network",
        f"probe and serve by eth0, or give the node {a_kind(network)} too: ip {shim}",
    )


def _cut_off(network: Network) -> bool:
    link, main = network.link, network.main
    if link is None or not link.takes_master or not network.on_node:
        return False
    mode = mode_of(main)
    if mode is None:
        return False
    return mode != "vepa" if link.own_mac else mode == "l2"
