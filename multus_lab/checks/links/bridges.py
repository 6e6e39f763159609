"""Which networks join which bridge of the nodes."""

from collections.abc import Mapping

from multus_lab.checks.network import Lab, Network
from multus_lab.plugins import Placeholder


def on_bridge(lab: Lab) -> Mapping[str, list[Network]]:
    """By bridge, the networks that join it."""
    return lab.once("networks on bridges", lambda: _on_bridge(lab))


def _on_bridge(lab: Lab) -> Mapping[str, list[Network]]:
    found: dict[str, list[Network]] = {}
    for network in lab.networks:
        main = network.main
        if not joins_bridge(network) or isinstance(main.config.get("bridge"), Placeholder):
            continue
        if name := main.text("bridge"):
            found.setdefault(name, []).append(network)
    return found


def joins_bridge(network: Network) -> bool:
    """Whether its interface is a port of a Linux bridge of the node."""
    return network.link is not None and network.link.bridge
