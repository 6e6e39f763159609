"""Which networks join which bridge of the nodes."""

from collections.abc import Mapping

from multus_lab.checks.among import joins_bridge
from multus_lab.checks.network import Lab, Network
from multus_lab.plugins import Placeholder


def on_bridge(lab: Lab) -> Mapping[str, list[Network]]:
    """By bridge, the networks that join it."""
    return lab.once("networks on bridges", lambda: _on_bridge(lab))


def _on_bridge(lab: Lab) -> Mapping[str, list[Network]]:
    found: dict[str, list[Network]] = {}
    for network in lab.among(joins_bridge):
        main = network.main
        if isinstance(main.config.get("bridge"), Placeholder):
            continue
        if name := main.text("bridge"):
            found.setdefault(name, []).append(network)
    return found
