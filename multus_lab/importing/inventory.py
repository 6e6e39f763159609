"""What networks tell of the cluster and the zone that they lie in.

Only what all of them agree on is taken, since a wrong inventory refuses what is right.
"""

from collections.abc import Iterator, Mapping, Sequence
from ipaddress import IPv4Network, IPv6Network, collapse_addresses
from typing import Any

from multus_lab.addresses import AnyNetwork
from multus_lab.checks.network import Network
from multus_lab.names import is_interface

UNTOLD: Mapping[str, str] = {
    "name": "what the zone is called; it stands in the owner of each object",
    "range": "what is designated to the zone; whether pods get others' addresses",
    "gateway": "the zone's router: whether a network hands its address out, or routes past it",
    "interface": "of the nodes, into the zone: whether masters are there, and who shares a segment",
    "segment": "the same in all stacks on that segment: whether two hand out one address",
    "mtu": "of that interface, in bytes: whether the networks' MTUs fit",
    "nodes": "on which pods run: whether addresses suffice, and whether two nodes hand out one",
    "dhcpScope": "what a DHCP server hands out there: whether a pool takes the same",
    "platform": "bare-metal, virtualbox, …: whether it lets pods' MAC addresses through",
    "reserved": "addresses that are somebody's: whether a network hands them out",
    "podsPerNode": "how many pods of a network a node is expected to have",
}
"""Keys of a zone, and what each would decide."""

UNTOLD_OF_CLUSTER: Mapping[str, str] = {
    "name": "the same in all stacks of this cluster: whether two make one network, or one daemon",
    "distribution": "kubeadm, k3s, rke2, …: where its nodes have what, and which plugins",
    "cniPlugins": "the release of the CNI plugins on its nodes: which keys they read; from v1.10.0 "
    "on `defaultRoute: source-based` also keeps the way to neighbours",
    "podCidr": "whether a network hands out what is the pods' already",
    "serviceCidr": "whether a network's routes lead Services away",
    "primaryNetwork": "its file and cniVersion: whether the daemon's fits",
}
"""Keys of a cluster, and what each would decide."""


def zone_of(networks: Sequence[Network]) -> dict[str, Any]:
    """The keys of the zone that the networks agree on: `range`, `gateway`, `interface`."""
    told = {
        "range": [str(one) for one in _ranges(networks)],
        "gateway": list(map(str, _gateways(networks))),
        "interface": _master(networks),
    }
    return {key: _plain(value) for key, value in told.items() if value}


def daemons_of(networks: Sequence[Network]) -> list[str]:
    """The daemons without which pods of the networks don't start, as a stack calls them."""
    counted = any(one.ipam_type == "whereabouts" for one in networks)
    return ["multus", "whereabouts"] if counted else ["multus"]


def _plain(value: Any) -> Any:
    """One of a list of one, as a stack has it."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _ranges(networks: Sequence[Network]) -> Iterator[AnyNetwork]:
    """The subnets of all pools, without those that lie in others; none if a network tells none."""
    if any(one.ipam is not None and one.ipam_type and not one.pools for one in networks):
        return
    subnets = {pool.subnet for one in networks for pool in one.pools}
    yield from collapse_addresses(sorted(one for one in subnets if isinstance(one, IPv4Network)))
    yield from collapse_addresses(sorted(one for one in subnets if isinstance(one, IPv6Network)))


def _gateways(networks: Sequence[Network]) -> list[Any]:
    """The gateways that the networks' pools name, each once, in the networks' order.

    What host-local takes for one where none is named need not be there.
    """
    found = (
        pool.gateway
        for one in networks
        for pool in one.pools
        if pool.keys.get("gateway") or one.main.ipam.get("gateway")
    )
    return list(dict.fromkeys(one for one in found if one is not None))


def _master(networks: Sequence[Network]) -> str | None:
    """The one interface of the nodes that all networks with a master lie on, if it can be one."""
    found = {one.lies_on for one in networks if one.on_node}
    only = found.pop() if len(found) == 1 else None
    return only if only is not None and is_interface(only) else None
