"""Which networks a rule looks at, so that it costs little where it can find nothing.

Thousands of networks have one shape: the same plugins with the same keys. So each of these goes by
a network's shape alone, and is asked of one network of each.
"""

from collections.abc import Callable
from functools import cache
from typing import TypeAlias

from multus_lab.checks.network import Network

Among: TypeAlias = Callable[[Network], object]
"""Whether a network is one of them, by its `shape`."""


@cache
def with_plugin(*types: str) -> Among:
    """Those with a plugin of one of these types, wherever in the chain."""
    return lambda network: not network.types.isdisjoint(types)


@cache
def with_ipam(*types: str) -> Among:
    """Those whose main plugin is known to ask one of these IPAM plugins."""
    return lambda network: network.ipam is not None and network.ipam_type in types


@cache
def counted_by(*who: str) -> Among:
    """Those of whose addresses it is known who counts them: the node, the cluster, nobody."""
    return lambda network: network.ipam is not None and network.ipam.counts in who


@cache
def with_key(*names: str) -> Among:
    """Those in which a plugin has one of these keys, be it one that it doesn't read."""
    return lambda network: any(not one.config.keys().isdisjoint(names) for one in network.plugins)


def untyped(network: Network) -> bool:
    """Those whose name and configuration settings haven't read, key by key."""
    return not network.typed


def with_chain(network: Network) -> bool:
    """Those with a plugin behind the main one."""
    return len(network.plugins) > 1


def with_pools(network: Network) -> bool:
    """Those of which it may be known what pods get."""
    return network.ipam is not None and network.ipam.pools is not None


def with_routes(network: Network) -> bool:
    """Those that may hand out routes, or have them added."""
    return "routes" in network.main.ipam or "route-override" in network.types


def with_master(network: Network) -> bool:
    """Those that may lie on an interface of the node that they name."""
    return network.link is not None and network.link.master and "master" in network.main.config


def joins_bridge(network: Network) -> bool:
    """Those whose interface is a port of a Linux bridge of the node."""
    return network.link is not None and network.link.bridge


def takes_master(network: Network) -> bool:
    """Those whose interface is given all frames of its master: macvlan, ipvlan."""
    return network.link is not None and network.link.takes_master
