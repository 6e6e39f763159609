"""Which networks lie on which interface of the nodes."""

from collections.abc import Mapping

from multus_lab.checks.network import Lab, Network


def takers(lab: Lab) -> Mapping[str, list[Network]]:
    """By master, the networks that the kernel gives all its frames to: macvlan, ipvlan."""
    return lab.once("takers of masters", lambda: _takers(lab))


def _takers(lab: Lab) -> Mapping[str, list[Network]]:
    found: dict[str, list[Network]] = {}
    for network in lab.networks:
        link, master = network.link, network.lies_on
        if master is not None and link is not None and link.takes_master:
            found.setdefault(master, []).append(network)
    return found


def kind(network: Network) -> str:
    """The kind of link that its interface is to the kernel, such as `macvlan`."""
    return (network.link.kind if network.link is not None else "") or network.main.type


def a_kind(network: Network) -> str:
    """The kind of link with its article, `an ipvlan`."""
    made = kind(network)
    return f"an {made}" if made[0] in "aeiou" else f"a {made}"


def own_macs(network: Network) -> bool:
    """Whether pods are on the wire of a node's interface by MACs of their own."""
    link = network.link
    if link is None or not link.own_mac or not network.on_node:
        return False
    return network.main.text("mode") != "passthru"
