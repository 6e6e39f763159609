"""Which networks lie on which interface of the nodes."""

from collections.abc import Iterable, Mapping

from multus_lab.checks.network import Lab, Network


def on_master(lab: Lab) -> Mapping[str, list[Network]]:
    """By master, the networks that lie on it."""
    return lab.once("networks on masters", lambda: _by_master(lab.networks))


def takers(lab: Lab) -> Mapping[str, list[Network]]:
    """By master, the networks that the kernel gives all its frames to: macvlan, ipvlan."""
    return lab.once("takers of masters", lambda: _by_master(filter(_takes, lab.networks)))


def _takes(network: Network) -> bool:
    return network.link is not None and network.link.takes_master


def _by_master(networks: Iterable[Network]) -> Mapping[str, list[Network]]:
    found: dict[str, list[Network]] = {}
    for network in networks:
        if network.lies_on is not None:
            found.setdefault(network.lies_on, []).append(network)
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
