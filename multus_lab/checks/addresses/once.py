"""Which networks are held against each other."""

from collections.abc import Iterator

from multus_lab.checks.network import Lab, Network
from multus_lab.plugins import Placeholder


def once_each(lab: Lab) -> Iterator[Network]:
    """The networks whose name is known, each name once.

    The same name in another file is an overlay of the same network, and no second one beside it.
    """
    first: dict[str, int] = {}
    for network in lab.networks:
        named = network.config.get("name")
        if isinstance(named, Placeholder) or "${" in network.label or "${" in network.cni_name:
            continue
        if first.setdefault(network.label, network.source) == network.source:
            yield network
