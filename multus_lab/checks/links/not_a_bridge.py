"""LNK126: a bridge that has the name of another interface."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from multus_lab.checks.among import joins_bridge
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, Place, Refusal, lab_rule

_HARDWARE = r"(eth|bond|team)\d+(\.\d+)?|(en|ib|wl|ww|sl)[a-z]*\d\w*(\.\d+)?"
"""Names that the kernel or systemd gives to interfaces that are no bridges."""


class _Other(NamedTuple):
    """Whose interface it is, in a message's words, and which network tells so."""

    whose: str
    network: Network | None


@lab_rule(
    "LNK126",
    Severity.RISK,
    "bridge that is another interface",
    why="The plugin makes a bridge of that name, or takes the one that is there. If the node has "
    "an interface of the name that is no bridge, pods fail. To put pods on the wire of an "
    "interface, make it a port of a bridge, which the plugin doesn't do; or take macvlan.",
    fix=Line("bridge", "br-lab"),
    source="plugins v1.9.1 bridge.go ensureBridge, bridgeByName; systemd.net-naming-scheme; "
    "Linux net/ethernet/eth.c (eth%d), drivers/net/bonding (bond%d), drivers/net/loopback.c",
    says=(Refusal("bridge", "no bridge"),),
)
def not_a_bridge(lab: Lab) -> Iterator[Hit]:
    """Find bridges named as an interface of the nodes; a note if that may be one by its name."""
    taken = lab.once("interfaces by their names", lambda: _taken(lab))
    for network in lab.among(joins_bridge):
        main = network.main
        name, path = main.text("bridge"), (*main.path, "bridge")
        if name == "lo":
            message = "lo is the loopback of each node, and no bridge"
            yield Hit(path, name, message, None, Severity.ERROR, network)
        elif (other := taken.get(name)) is not None:
            sure = re.fullmatch(_HARDWARE, name) is not None
            unless = "pods fail, unless it is a bridge" if sure else "pods fail if it is no bridge"
            message = f"{name} is {other.whose}; {unless}"
            severity, of = None if sure else Severity.NOTE, other.network
            place = (Place(of, (*of.main.path, _key(of)), "named here"),) if of else ()
            yield Hit(path, name, message, None, severity, network, related=place)


def _taken(lab: Lab) -> Mapping[str, _Other]:
    """The nodes' interfaces that the inventory or a network names."""
    taken: dict[str, _Other] = {}
    if lab.zone is not None:
        named = [lab.zone.interface, *map(lab.zone.interface_of, lab.zone.nodes)]
        taken = {one: _Other("the nodes' interface into the zone", None) for one in named if one}
        for one in lab.zone.bridge_ports:
            taken[one] = _Other("a port of a bridge or a bond, by zone.bridgePorts", None)
    for network in lab.networks:
        keys, link = network.main, network.link
        name = network.lies_on or (keys.text(_DEVICE) if link and _DEVICE in link.once else "")
        if name:
            taken.setdefault(name, _Other(f"the {_key(network)} of {network.label}", network))
    return taken


_DEVICE = "device"


def _key(network: Network) -> str:
    return "master" if network.lies_on else _DEVICE
