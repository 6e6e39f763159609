"""What a rehearsal is to set up, worked out from a stack or from the networks of manifests."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import IPv4Network, ip_address, ip_interface, ip_network
from itertools import islice
from typing import Any

from multus_lab.addresses import AnyAddress, AnyNetwork, overlap
from multus_lab.attachment import Selection, annotation
from multus_lab.checks.addresses.slices import slice_pool
from multus_lab.checks.interfaces import carries
from multus_lab.checks.network import Network
from multus_lab.names import SHORT, is_interface
from multus_lab.plugins import in_any_case
from multus_lab.plugins.host_local import DATA_DIR
from multus_lab.plugins.pools import Pool
from multus_lab.programs import CNI_PLUGINS, MULTUS
from multus_lab.settings import Cluster, Zone
from multus_lab.settings.zone import Node as ZoneNode

UNDERLAY = IPv4Network("198.18.0.0/16")
"""The nodes' own network, out of the range for benchmarks (RFC 2544), which no lab should use."""

SERVER = str(UNDERLAY[-2])
"""The API server's address, which every node reaches."""

DEFAULT_NETWORK = "10-cluster.conf"
"""The file of the cluster's default network on a node."""

CLUSTER = "cluster"
"""The name of that network."""

PRIMARY: Mapping[str, Any] = {"type": "bridge", "bridge": "cni0", "isDefaultGateway": True}
"""The plugin of that network; host-local gives it addresses of the node's subnet."""

NAMESPACE = "kube-system"
"""Where a rehearsal has the accounts of Multus and whereabouts."""

DAEMON, COUNTER = (f"system:serviceaccount:{NAMESPACE}:{one}" for one in ("multus", "whereabouts"))
"""Whom the API server takes their pods for (the DaemonSets' serviceAccountName)."""

_POD_CIDRS = (IPv4Network("10.244.0.0/16"), IPv4Network("198.19.0.0/16"))
_SERVICES = IPv4Network("10.96.0.0/16")
_MTU = 1500
_NODES = ("node1", "node2")
"""For manifests, which tell of no nodes: two, so that what repeats on each is seen."""

_EXAMPLES = IPv4Network("192.0.2.0/24")
"""Addresses for documentation (RFC 5737)."""

_SPARE_SEARCHED = 1024


@dataclass(frozen=True)
class Link:
    """A node's interface into a segment; `addresses` are the node's own, with prefix length.

    `port` tells that a bridge of the node has it.
    """

    name: str
    segment: str
    mtu: int
    addresses: Sequence[str] = ()
    port: bool = False


@dataclass(frozen=True)
class Node:
    """A node; `subnet` is what its pods get of the cluster's default network.

    `primary` is that network's file. As a .conflist it holds a list of one plugin, and as a .conf
    the plugin alone.
    """

    name: str
    address: str
    subnet: str
    links: Sequence[Link]
    primary: str = DEFAULT_NETWORK


@dataclass(frozen=True)
class Segment:
    """An L2 segment, and the addresses on it that answer as gateways, with prefix length."""

    name: str
    gateways: Sequence[str] = ()


@dataclass(frozen=True)
class Pod:
    """A pod that attaches one network.

    `ends` is where the network does if that isn't a segment: at the "node", at the "pod", or ""
    for nowhere. `asks` are the gateways that it is to reach. `node_addresses` are its node's on
    the network. `ips` are the addresses that its annotation asks for.
    """

    name: str
    namespace: str
    node: str
    network: str
    annotation: str
    segment: str
    ends: str = ""
    asks: Sequence[str] = ()
    node_addresses: Sequence[str] = ()
    ips: Sequence[str] = ()


@dataclass(frozen=True)
class Trial:
    """What a network needs of the machine: the shell line that shows that it is there.

    `reason` is why the network is left out where it isn't, and with `vital` nothing is rehearsed.
    """

    network: str
    test: str
    reason: str
    vital: bool = False


UNMET = {
    "perNodeCertificate": "who approves certificates: the daemon has its account's token alone",
    "readinessindicatorfile": "the readinessindicatorfile: the daemon doesn't wait for it",
}
"""Keys of daemon-config.json that wait for what no rehearsal has, and what is so instead."""


@dataclass(frozen=True)
class Plan:
    """A rehearsal; `left_out` has each network that can't be rehearsed here, with the reason.

    `objects` are the Kubernetes objects that the API server is to hold, `service` a Service's
    address. `trials` tell what the machine has to have. `stores` are folders where IPAM plugins
    keep what they have handed out. `release` is that of the CNI plugins on the cluster's nodes, and
    `multus` the daemon's there, "" if unknown; `daemon` is the release of Multus that runs here.
    `primary` is the plugin of the cluster's default network. `slices` are the pools that the
    controller of whereabouts divides among nodes, and `brought` what nodes have by the stack alone.
    `unmet` are keys of `UNMET` that the stack sets.
    """

    nodes: Sequence[Node]
    segments: Sequence[Segment]
    pods: Sequence[Pod]
    service: str
    trials: Sequence[Trial] = ()
    stores: Sequence[str] = ()
    whereabouts: bool = False
    slices: Sequence[str] = ()
    brought: Sequence[str] = ()
    unmet: Sequence[str] = ()
    release: str = ""
    multus: str = ""
    daemon: str = MULTUS.release
    primary: Mapping[str, Any] = field(default_factory=lambda: PRIMARY)
    left_out: Mapping[str, str] = field(default_factory=dict)
    objects: Sequence[Mapping[str, Any]] = ()

    @classmethod
    def of(
        cls,
        networks: Sequence[Network],
        zone: Zone | None,
        pods: int,
        cluster: Cluster | None = None,
    ) -> "Plan":
        """Plan the rehearsal of networks, with `pods` pods of each on every node."""
        left_out = {one.label: reason for one in networks if (reason := next(_hindrances(one), ""))}
        rehearsed = [one for one in networks if one.label not in left_out]
        planner = _Planner(rehearsed, zone, cluster)
        return cls(
            nodes=planner.nodes,
            segments=list(planner.segments()),
            pods=[pod for network in rehearsed for pod in planner.pods(network, pods)],
            service=str((_first_v4(cluster.service_cidr if cluster else ()) or _SERVICES)[10]),
            trials=[trial for network in rehearsed for trial in _trials(network)],
            stores=sorted({str(one.main.ipam.get("dataDir") or DATA_DIR) for one in rehearsed}),
            whereabouts=any(one.ipam_type == "whereabouts" for one in rehearsed),
            slices=sorted({slice_pool(one) for one in rehearsed} - {""}),
            release=(cluster.cni_plugins or "") if cluster else "",
            left_out=left_out,
        )


def _hindrances(network: Network) -> Iterator[str]:
    """Why a network can't be rehearsed."""
    known = {*CNI_PLUGINS.programs, "whereabouts", ""}
    asked = network.main.ipam_record
    ipam = asked.ipam if asked else None
    types = [plugin.type for plugin in network.plugins] + [network.ipam_type]
    for unknown in (kind for kind in types if kind not in known):
        yield f"the plugin {unknown} is not among those that are built here"
    if ipam is not None and ipam.counts == "server":
        yield "its addresses come from a DHCP server, and there is none here"
    if network.main.type == "host-device" and network.resource:
        yield "its device comes from a device plugin, and there is none here"
    if _in_pod(network) and network.master not in (None, "eth0"):
        yield f"its master {network.master} is an interface of pods that have other networks too"


def _trials(network: Network) -> Iterator[Trial]:
    """What its plugins, and the keys that are set, need of the machine."""
    for plugin in network.plugins:
        for need in plugin.record.needs:
            if need.asked(plugin.config):
                yield Trial(network.label, need.test, need.reason(plugin.type), need.vital)


def _ends(network: Network) -> str:
    """Where it ends, if that isn't at the end of a segment."""
    link = network.link
    if link is None or link.alone:
        return "pod" if link else "node"
    return "node" if link.node_local else ""


def _in_pod(network: Network) -> bool:
    """Whether its master is an interface of the pod."""
    return network.main.flag("linkInContainer")


def _once(network: Network) -> bool:
    """Whether a node has the interface once, in any mode: no second pod is tried."""
    return network.once and network.link is not None and not network.link.once_where


def reach(network: Network) -> bool:
    """Whether pods of the network are to reach each other across nodes."""
    return network.link is not None and network.link.master


class _Planner:
    """Works out nodes, segments and pods from the networks, and the zone where there is one."""

    def __init__(
        self, networks: Sequence[Network], zone: Zone | None, cluster: Cluster | None
    ) -> None:
        self._networks = networks
        self._cluster = cluster
        self._zone = zone
        self._wanted = {name for one in networks for name in _links(one)}
        told = [zone.interface, *map(zone.interface_of, zone.nodes)] if zone else []
        self._of_zone = set(filter(None, told))
        self._interfaces = sorted(self._wanted | self._of_zone)
        self._free: dict[AnyNetwork, Iterator[str]] = {}

    def _segment(self, interface: str) -> str:
        """The segment that an interface leads into; Linux takes names of 15 characters."""
        if interface in self._of_zone:
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
        """The zone's, and in subnets where the zone tells of none, those of the networks.

        One outside its subnet can't be reached, and so is left without an answer.
        """
        networks = self._on(segment)
        found = dict(self._zones_gateways(segment, networks))
        told = list(found.values())
        for network in networks:
            by_routes = {one.gw for one in network.routes if not handed_out(network, one.gw)}
            wanted = [
                (pool.subnet, by_routes | ({pool.gateway} if _gateway_told(pool) else set()))
                for pool in network.pools
            ]
            if subnet := self._asked_subnet(network):
                wanted.append((subnet, by_routes))
            for subnet, gateways in wanted:
                for gateway in gateways if subnet not in told else ():
                    if gateway is not None and is_host(gateway, subnet):
                        found.setdefault(str(gateway), subnet)
        return {f"{gateway}/{subnet.prefixlen}" for gateway, subnet in found.items()}

    def _zones_gateways(
        self, segment: str, networks: Sequence[Network]
    ) -> Iterator[tuple[str, AnyNetwork]]:
        """Those on the segment: where the zone's interface isn't told, by the networks there."""
        if self._zone is None or (self._of_zone and segment != "zone"):
            return
        pools = [pool for network in networks for pool in network.pools]
        for gateway in self._zone.gateway:
            for cidr in self._zone.range:
                here = segment == "zone" or any(gateway in pool.subnet for pool in pools)
                if here and gateway in cidr:
                    yield str(gateway), cidr

    # --- nodes ---------------------------------------------------------------------------------

    @cached_property
    def nodes(self) -> list[Node]:
        """The zone's nodes, or two where none are known."""
        cidr = self._pod_cidr()
        subnets = list(cidr.subnets(new_prefix=24)) if cidr.prefixlen < 24 else [cidr]
        return [
            Node(
                name=own.name if own else _NODES[index],
                address=f"{UNDERLAY[1 + index]}/{UNDERLAY.prefixlen}",
                subnet=str(subnets[index % len(subnets)]),
                links=[self._link(name, own, index) for name in self._interfaces_of(own)],
            )
            for index, own in enumerate(self._declared)
        ]

    @property
    def _declared(self) -> Sequence[ZoneNode | None]:
        return (self._zone.nodes if self._zone else ()) or [None for _ in _NODES]

    def _interfaces_of(self, own: ZoneNode | None) -> list[str]:
        """What the inventory says that it has, with VLANs of that, else all that is asked for."""
        known = self._into_zone(own)
        if known is None:
            return sorted(self._wanted)
        return [known, *(one for one in sorted(self._wanted - {known}) if carries(known, one))]

    def _into_zone(self, own: ZoneNode | None) -> str | None:
        """The node's interface into the zone, where the inventory tells."""
        if self._zone is None:
            return None
        return self._zone.interface_of(own) if own else self._zone.interface

    def _link(self, name: str, own: ZoneNode | None, index: int) -> Link:
        segment, zone = self._segment(name), self._zone
        mtu = None
        if zone and carries(self._into_zone(own), name):
            mtu = zone.mtu_of(own) if own else zone.mtu
        # Several networks may lie in one subnet, in which a node has one address.
        by_subnet: dict[AnyNetwork, str] = {}
        for network in self._on(segment):
            for address in self._addresses(network, own, index):
                by_subnet.setdefault(ip_interface(address).network, address)
        port = zone is not None and name in zone.bridge_ports
        return Link(name, segment, mtu or _MTU, list(by_subnet.values()), port)

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
        """For each network an address for each node, of a subnet, that nobody else has."""
        count = len(self._declared)
        found = {}
        for one in self._networks:
            subnets = (each.subnet for each in one.pools if each.sound)
            subnet = next((each for each in subnets if each.version == 4), None)
            found[one.label] = list(islice(self._unused(subnet), count)) if subnet else []
        return found

    def _unused(self, subnet: AnyNetwork) -> Iterator[str]:
        """Addresses that no pod of any network, no gateway and nothing of the zone's has."""
        zone = self._zone
        kept = (*zone.reserved, *zone.dhcp_scope, *zone.load_balancer_pool) if zone else ()
        taken = {each.gateway for one in self._networks for each in one.pools}
        taken |= {each.gw for one in self._networks for each in one.routes}
        if zone:
            taken |= {*zone.gateway, *(one for node in zone.nodes for one in node.addresses)}
        last = subnet.num_addresses - 2
        for index in range(last, max(0, last - _SPARE_SEARCHED), -1):
            one = subnet[index]
            if one in taken or any(one in span for span in kept):
                continue
            if not any(handed_out(each, one) for each in self._networks):
                yield f"{one}/{subnet.prefixlen}"

    def _pod_cidr(self) -> IPv4Network:
        """The cluster's, or one that none of the networks lies in."""
        zone = self._zone
        if self._cluster and (told := _first_v4(self._cluster.pod_cidr)):
            return told
        taken = [pool.subnet for one in self._networks for pool in one.pools]
        taken += list(zone.range) if zone else []
        free = (cidr for cidr in _POD_CIDRS if not any(overlap(one, cidr) for one in taken))
        return next(free, _POD_CIDRS[-1])

    # --- pods ----------------------------------------------------------------------------------

    def pods(self, network: Network, count: int) -> Iterator[Pod]:
        """`count` pods, or as many as are expected, on each node where pods are scheduled."""
        expected = network.settings.get("pods_per_node")
        if expected is None and self._zone is not None:
            expected = self._zone.pods_per_node
        most = 1 if _once(network) else min(count, expected or count)
        away = {one.name for one in self._zone.nodes if not one.schedulable} if self._zone else {}
        # A device plugin has them land where the interface is.
        needed = set(_links(network)) if network.resource else set()
        for node in self.nodes:
            here = needed <= {link.name for link in node.links} and node.name not in away
            for number in range(most if here else 0):
                ips = self._asked_for(network)
                if ips is not None:
                    yield self._pod(network, node, number + 1, ips)

    def _asked_for(self, network: Network) -> Sequence[str] | None:
        """What the next pod of a network asks for; None where there is no address left for it."""
        subnet = self._asked_subnet(network)
        if subnet is None:
            return ()
        nodes = {one for node in self.nodes for link in node.links for one in link.addresses}
        free = self._free.setdefault(subnet, self._unused(subnet))
        found = next((one for one in free if one not in nodes), None)
        return [found] if found else None

    def _asked_subnet(self, network: Network) -> AnyNetwork | None:
        """The subnet of what pods ask for, for a network that gives them no address by itself.

        Multus hands it to static with or without the capability (multus-cni v4.3.0, DelegateAdd).
        It is the routes' gateway's, and the zone's where that is in it or there is none.
        """
        asked = network.main.ipam_record
        if not asked or not asked.ipam or asked.ipam.counts != "nobody" or _addressed(network):
            return None
        zones = self._zone.range if self._zone else ()
        for gateway in (one.gw for one in network.routes if one.gw and not one.gw.is_unspecified):
            around = ip_network(f"{gateway}/{24 if gateway.version == 4 else 64}", strict=False)
            return next((one for one in zones if gateway in one), around)
        return next(iter(zones), _EXAMPLES)

    def _pod(self, network: Network, node: Node, number: int, ips: Sequence[str]) -> Pod:
        links = [link for link in node.links if link.name in set(_links(network))]
        own = [ip_interface(one).ip for link in links for one in link.addresses]
        twins = [one for one in self._networks if one.name == network.name]
        stem = network.name if len(twins) == 1 else f"{network.namespace}.{network.name}"
        return Pod(
            name=f"{stem[:200].rstrip('.-')}-{node.name[:40].rstrip('.-')}-{number}",
            namespace=network.namespace,
            node=node.name,
            network=network.label,
            annotation=annotation([Selection(network.name, network.namespace, ips=ips)]),
            segment=links[0].segment if links else "",
            ends=_ends(network),
            asks=self._asked(network) if links else (),
            # One pod tells it for all of them on a node.
            node_addresses=[
                str(one)
                for one in (own if number == 1 else ())
                if any(one in pool.subnet for pool in network.pools)
            ],
            ips=ips,
        )

    def _asked(self, network: Network) -> list[str]:
        """The gateways that a pod of the network is told of, or else the zone's of its subnet."""
        told = {str(pool.gateway) for pool in network.pools if _gateway_told(pool)}
        told |= {str(one.gw) for one in network.routes if one.gw and not one.gw.is_unspecified}
        told -= {one for one in told if ip_address(one).is_link_local}  # on every interface
        zones = self._zone.gateway if self._zone else ()
        subnets = [pool.subnet for pool in network.pools]
        if asked := self._asked_subnet(network):
            subnets.append(asked)
        return sorted(
            told or {str(one) for one in zones if any(one in subnet for subnet in subnets)}
        )


def _gateway_told(pool: Pool) -> bool:
    """Whether the gateway is written, rather than host-local's own choice."""
    told = pool.ipam == "whereabouts" or bool(pool.keys.get("gateway"))
    return told and pool.gateway is not None


def handed_out(network: Network, address: AnyAddress | None) -> bool:
    """Whether it is one of those that pods get."""
    return address is not None and any(
        one.pool.subnet.version == address.version and one.first <= int(address) <= one.last
        for one in network.pieces
    )


def is_host(address: AnyAddress, subnet: AnyNetwork) -> bool:
    """Whether a host of the subnet can have the address."""
    own = (subnet.network_address, subnet.broadcast_address)
    return address in subnet and (subnet.version == 6 or address not in own)


def _links(network: Network) -> Iterator[str]:
    """The node's interfaces that a network needs."""
    config = network.main.config
    if not _in_pod(network):
        for key in ("master", "device"):
            name = config.get(key)
            if isinstance(name, str) and _can_be_made(name):
                yield name


def _addressed(network: Network) -> bool:
    """Whether a static network has addresses, be it in what is a runtime's to tell."""
    config = network.main.config
    told = in_any_case(config, "args"), in_any_case(config, "runtimeConfig")
    return any((*told, network.main.ipam.get("addresses")))


def _can_be_made(name: str) -> bool:
    """Whether a link can have that name; what can't be is the plugin's to refuse."""
    return is_interface(name, SHORT) and "%" not in name and name not in {"lo", "eth0"}


def _first_v4(cidrs: Iterable[AnyNetwork]) -> IPv4Network | None:
    return next((one for one in cidrs if isinstance(one, IPv4Network)), None)
