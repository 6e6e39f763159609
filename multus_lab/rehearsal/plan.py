"""What a rehearsal is to set up, worked out from a stack or from the networks of manifests."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import IPv4Network, ip_interface
from typing import Any

from multus_lab.attachment import Selection, annotation
from multus_lab.checks.network import Network
from multus_lab.programs import CNI_PLUGINS
from multus_lab.settings import Zone
from multus_lab.settings.pools import Pool
from multus_lab.settings.types import AnyNetwork
from multus_lab.settings.zone import Node as ZoneNode

UNDERLAY = IPv4Network("198.18.0.0/16")
"""The nodes' own network, out of the range for benchmarks (RFC 2544), which no lab should use."""

SERVER = str(UNDERLAY[-2])
"""The API server's address, which every node reaches."""

_POD_CIDRS = (IPv4Network("10.244.0.0/16"), IPv4Network("198.19.0.0/16"))
_SERVICES = IPv4Network("10.96.0.0/16")
_MTU = 1500
_NODES = ("node1", "node2")
"""For manifests, which tell of no nodes: two, so that what repeats on each is seen."""

_STORE = "/var/lib/cni/networks"  # plugins v1.9.1, host-local/backend/disk
_SPARE_SEARCHED = 1024
_ACROSS_NODES = {"macvlan", "ipvlan", "vlan"}
KINDS = {
    "macvlan": "mode bridge",
    "ipvlan": "mode l2",
    "vlan": "id 1",
    "vrf": "table 100",
}
"""Kinds of links that a kernel may lack, each with what `ip link add` has to be told of it."""

_ONE_A_NODE = {"host-device", "vlan"}
"""Plugins that move or make an interface which a node has once."""


@dataclass(frozen=True)
class Link:
    """A node's interface into a segment; `addresses` are the node's own, with prefix length."""

    name: str
    segment: str
    mtu: int
    addresses: Sequence[str] = ()


@dataclass(frozen=True)
class Node:
    """A node; `subnet` is what its pods get of the cluster's default network."""

    name: str
    address: str
    subnet: str
    links: Sequence[Link]


@dataclass(frozen=True)
class Segment:
    """An L2 segment, and the addresses on it that answer as gateways, with prefix length."""

    name: str
    gateways: Sequence[str] = ()


@dataclass(frozen=True)
class Pod:
    """A pod that attaches one network.

    `kinds` are those of the links that its plugins make. `asks` are the gateways that it is to
    reach. `node_addresses` are its node's on the network.
    """

    name: str
    namespace: str
    node: str
    network: str
    annotation: str
    segment: str
    kinds: Sequence[str] = ()
    asks: Sequence[str] = ()
    node_addresses: Sequence[str] = ()


@dataclass(frozen=True)
class Plan:
    """A rehearsal; `left_out` has each network that can't be rehearsed here, with the reason.

    `objects` are the Kubernetes objects that the API server is to hold, `service` a Service's
    address. `stores` are folders where IPAM plugins keep what they have handed out.
    """

    nodes: Sequence[Node]
    segments: Sequence[Segment]
    pods: Sequence[Pod]
    service: str
    stores: Sequence[str] = ()
    whereabouts: bool = False
    left_out: Mapping[str, str] = field(default_factory=dict)
    objects: Sequence[Mapping[str, Any]] = ()

    @classmethod
    def of(cls, networks: Sequence[Network], zone: Zone | None, pods: int) -> "Plan":
        """Plan the rehearsal of networks, with `pods` pods of each on every node."""
        left_out = {one.label: reason for one in networks if (reason := _left_out(one))}
        rehearsed = [one for one in networks if one.label not in left_out]
        planner = _Planner(rehearsed, zone)
        return cls(
            nodes=planner.nodes,
            segments=list(planner.segments()),
            pods=[pod for network in rehearsed for pod in planner.pods(network, pods)],
            service=str((_first_v4(zone.service_cidr if zone else ()) or _SERVICES)[10]),
            stores=sorted({str(one.main.ipam.get("dataDir") or _STORE) for one in rehearsed}),
            whereabouts=any(one.ipam_type == "whereabouts" for one in rehearsed),
            left_out=left_out,
        )


def _left_out(network: Network) -> str:
    """Why a network can't be rehearsed, or ""."""
    if network.ipam_type == "dhcp":
        return "its addresses come from a DHCP server, and there is none here"
    known = {*CNI_PLUGINS.programs, "whereabouts", ""}
    types = [plugin.type for plugin in network.plugins] + [network.ipam_type]
    unknown = next((kind for kind in types if kind not in known), None)
    return f"the plugin {unknown} is not among those that are built here" if unknown else ""


def reach(network: Network) -> bool:
    """Whether pods of the network are to reach each other across nodes."""
    return network.main.type in _ACROSS_NODES


class _Planner:
    """Works out nodes, segments and pods from the networks, and the zone where there is one."""

    def __init__(self, networks: Sequence[Network], zone: Zone | None) -> None:
        self._networks = networks
        self._zone = zone
        own = {zone.interface} if zone and zone.interface else set()
        self._interfaces = sorted({name for one in networks for name in _links(one)} | own)

    def _segment(self, interface: str) -> str:
        """The segment that an interface leads into; Linux takes names of 15 characters."""
        zone = self._zone
        if zone and interface in {zone.interface, *map(zone.interface_of, zone.nodes)}:
            return "zone"
        return f"segment{self._interfaces.index(interface) + 1}"

    def _on(self, segment: str) -> list[Network]:
        """The networks of a segment."""
        return [
            one
            for one in self._networks
            if segment in {self._segment(name) for name in _links(one)}
        ]

    def segments(self) -> Iterator[Segment]:
        """Every segment with its gateways."""
        for name in sorted({self._segment(one) for one in self._interfaces}):
            yield Segment(name, sorted(self._gateways(name)))

    def _gateways(self, segment: str) -> set[str]:
        """The zone's, and in subnets where the zone tells of none, those of the networks."""
        found: dict[str, AnyNetwork] = {}
        if self._zone and segment == "zone":
            for one in self._zone.gateway:
                found |= {str(one): cidr for cidr in self._zone.range if one in cidr}
        told = list(found.values())
        for pool in (pool for network in self._on(segment) for pool in network.pools):
            # One outside its subnet can't be reached, and so is left without an answer.
            if (
                _gateway_told(pool)
                and pool.gateway is not None
                and pool.gateway in pool.subnet
                and pool.gateway not in {pool.subnet[0], pool.subnet.broadcast_address}
                and pool.subnet not in told
            ):
                found.setdefault(str(pool.gateway), pool.subnet)
        return {f"{gateway}/{subnet.prefixlen}" for gateway, subnet in found.items()}

    # --- nodes ---------------------------------------------------------------------------------

    @cached_property
    def nodes(self) -> list[Node]:
        """The zone's nodes, or two where none are known."""
        declared: Sequence[ZoneNode | None] = (self._zone.nodes if self._zone else None) or [
            None for _ in _NODES
        ]
        cidr = self._pod_cidr()
        subnets = list(cidr.subnets(new_prefix=24)) if cidr.prefixlen < 24 else [cidr]
        return [
            Node(
                name=own.name if own else _NODES[index],
                address=f"{UNDERLAY[1 + index]}/{UNDERLAY.prefixlen}",
                subnet=str(subnets[index % len(subnets)]),
                links=[self._link(name, own, index) for name in self._interfaces_of(own)],
            )
            for index, own in enumerate(declared)
        ]

    def _interfaces_of(self, own: ZoneNode | None) -> list[str]:
        """What the inventory says that the node has, else what the networks ask for."""
        known = self._zone.interface_of(own) if self._zone and own else None
        return [known] if known else self._interfaces

    def _link(self, name: str, own: ZoneNode | None, index: int) -> Link:
        segment = self._segment(name)
        in_zone = self._zone is not None and own is not None and segment == "zone"
        mtu = self._zone.mtu_of(own) if in_zone and self._zone and own else None
        # Several networks may lie in one subnet, in which a node has one address.
        by_subnet: dict[AnyNetwork, str] = {}
        for network in self._on(segment):
            for address in self._addresses(network, own, index):
                by_subnet.setdefault(ip_interface(address).network, address)
        return Link(name, segment, mtu or _MTU, list(by_subnet.values()))

    def _addresses(self, network: Network, own: ZoneNode | None, index: int) -> list[str]:
        """A node's addresses in a network: those declared, or one that nobody is given."""
        declared = [
            f"{one}/{pool.subnet.prefixlen}"
            for pool in network.pools
            for one in (own.addresses if own else ())
            if one in pool.subnet
        ]
        return declared or self._spare[network.label][index : index + 1]

    @cached_property
    def _spare(self) -> dict[str, list[str]]:
        """For each network, addresses of a subnet that no pod and nobody else gets."""
        return {network.label: list(self._unused(network)) for network in self._networks}

    def _unused(self, network: Network) -> Iterator[str]:
        pool = next((one for one in network.pools if one.subnet.version == 4 and one.sound), None)
        if pool is None:
            return
        zone = self._zone
        kept = (*zone.reserved, *zone.dhcp_scope, *zone.load_balancer_pool) if zone else ()
        taken = {one.gateway for one in network.pools} | set(zone.gateway if zone else ())
        last = int(pool.subnet.broadcast_address) - 1
        first = max(int(pool.subnet.network_address), last - _SPARE_SEARCHED)
        for number in range(last, first, -1):
            one = type(pool.first)(number)
            handed_out = any(each.first <= number <= each.last for each in network.pieces)
            if not handed_out and one not in taken and not any(one in span for span in kept):
                yield f"{one}/{pool.subnet.prefixlen}"

    def _pod_cidr(self) -> IPv4Network:
        """The zone's, or one that none of the networks lies in."""
        zone = self._zone
        if zone and (told := _first_v4(zone.pod_cidr)):
            return told
        taken = [pool.subnet for one in self._networks for pool in one.pools]
        taken += list(zone.range) if zone else []
        free = (
            cidr
            for cidr in _POD_CIDRS
            if not any(isinstance(one, IPv4Network) and one.overlaps(cidr) for one in taken)
        )
        return next(free, _POD_CIDRS[-1])

    # --- pods ----------------------------------------------------------------------------------

    def pods(self, network: Network, count: int) -> Iterator[Pod]:
        """`count` pods, or as many as are expected, on each node where pods are scheduled."""
        expected = network.settings.get("pods_per_node")
        if expected is None and self._zone is not None:
            expected = self._zone.pods_per_node
        most = 1 if network.main.type in _ONE_A_NODE else min(count, expected or count)
        away = {one.name for one in self._zone.nodes if not one.schedulable} if self._zone else {}
        for node in self.nodes:
            for number in range(most if node.name not in away else 0):
                yield self._pod(network, node, number + 1)

    def _pod(self, network: Network, node: Node, number: int) -> Pod:
        links = [link for link in node.links if link.name in set(_links(network))]
        own = [ip_interface(one).ip for link in links for one in link.addresses]
        twins = [one for one in self._networks if one.name == network.name]
        stem = network.name if len(twins) == 1 else f"{network.namespace}.{network.name}"
        return Pod(
            name=f"{stem[:200]}-{node.name[:40].rstrip('.-')}-{number}",
            namespace=network.namespace,
            node=node.name,
            network=network.label,
            annotation=annotation([Selection(network.name, network.namespace)]),
            segment=links[0].segment if links else "",
            kinds=[one.type for one in network.plugins if one.type in KINDS],
            asks=self._asked(network) if links else (),
            # One pod tells it for all of them on a node.
            node_addresses=[
                str(one)
                for one in (own if number == 1 else ())
                if any(one in pool.subnet for pool in network.pools)
            ],
        )

    def _asked(self, network: Network) -> list[str]:
        """The gateways that a pod of the network is told of, or else the zone's of its subnet."""
        told = {str(pool.gateway) for pool in network.pools if _gateway_told(pool)}
        told |= {str(one.gw) for one in network.routes if one.gw and not one.gw.is_unspecified}
        zones = self._zone.gateway if self._zone else ()
        subnets = [pool.subnet for pool in network.pools]
        return sorted(
            told or {str(one) for one in zones if any(one in subnet for subnet in subnets)}
        )


def _gateway_told(pool: Pool) -> bool:
    """Whether the gateway is written, rather than host-local's own choice."""
    written = pool.ipam == "whereabouts" or bool(pool.keys.get("gateway"))
    return written and pool.gateway is not None


def _links(network: Network) -> Iterator[str]:
    """The node's interfaces that a network needs."""
    config = network.main.config
    if config.get("linkInContainer") is not True:
        for key in ("master", "device"):
            name = config.get(key)
            if isinstance(name, str) and _can_be_made(name):
                yield name


def _can_be_made(name: str) -> bool:
    """Whether a link can have that name; what can't be is the plugin's to refuse."""
    plain = not any(one.isspace() or one in "/:%" for one in name)
    return plain and 0 < len(name.encode()) <= 15 and name not in {".", "..", "lo", "eth0"}


def _first_v4(cidrs: Iterable[AnyNetwork]) -> IPv4Network | None:
    return next((one for one in cidrs if isinstance(one, IPv4Network)), None)
