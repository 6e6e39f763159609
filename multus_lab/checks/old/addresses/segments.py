"""Rules IPA across networks and inventory: nothing on a segment has the same address twice.

All are sorted sweeps over first and last addresses, n log n in networks.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any, TypeAlias

from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Fix, Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, rule
from multus_lab.settings import Zone
from multus_lab.settings.addresses import AddressRange
from multus_lab.settings.pools import Piece, Pool
from multus_lab.settings.types import AnyNetwork


@dataclass(frozen=True, slots=True)
class _Claim:
    """A piece of a network on a segment; `store` is where its addresses are reserved."""

    network: Network
    piece: Piece
    store: Hashable

    @property
    def pool(self) -> Hashable:
        """The pool of whereabouts: two networks of the same range share it."""
        subnet = self.piece.pool.subnet
        return int(subnet.network_address), subnet.prefixlen

    @property
    def shared(self) -> bool:
        """Whether whereabouts looks at other ranges too."""
        return self.network.main.ipam.get("enable_overlapping_ranges") is not False


class _Reach:
    """The claims that reach furthest, of two different keys."""

    __slots__ = ("best", "second")

    def __init__(self) -> None:
        self.best: tuple[Hashable, _Claim] | None = None
        self.second: tuple[Hashable, _Claim] | None = None

    def add(self, key: Hashable, claim: _Claim) -> None:
        """Count a claim in."""
        new = (key, claim)
        if self.best is None or self.best[0] == key:
            if self.best is None or claim.piece.last > self.best[1].piece.last:
                self.best = new
        elif claim.piece.last > self.best[1].piece.last:
            self.best, self.second = new, self.best
        elif self.second is None or claim.piece.last > self.second[1].piece.last:
            self.second = new

    def other(self, key: Hashable, claim: _Claim) -> _Claim | None:
        """A claim of another key that reaches into this one."""
        for one in (self.best, self.second):
            if one and one[0] != key and one[1].piece.last >= claim.piece.first:
                return one[1]
        return None


@rule(
    "IPA208",
    Severity.ERROR,
    "two networks of a segment hand out the same addresses",
    why=(
        "host-local reserves in dataDir under the CNI network's name, and whereabouts under its "
        "network_name; neither sees the other's addresses, nor those of static."
    ),
    fix=Line("rangeStart", "10.12.34.221", "a range of its own"),
    source="plugins v1.9.1 host-local/backend/disk; whereabouts v0.9.4 kubernetes/ipam.go",
)
def overlapping_ranges(lab: Lab) -> Iterator[Hit]:
    """Find networks whose ranges overlap; each is told once, beside one that it overlaps with."""
    told: set[int] = set()
    for claims in _segments(lab).values():
        if len(claims) < 2:
            continue
        claims.sort(key=lambda claim: (claim.piece.first, claim.piece.last))
        for claim, other in (*_apart(claims), *_unshared(claims)):
            if id(claim.network) not in told:
                told.add(id(claim.network))
                yield _collision(claim, other)


def _segments(lab: Lab) -> dict[Hashable, list[_Claim]]:
    links = _zone_links(lab.zone)
    found: dict[Hashable, list[_Claim]] = defaultdict(list)
    for network in lab.networks:
        segment = _segment(network, links)
        if segment is not None:
            store = _store(network)
            for piece in network.pieces:
                version = piece.pool.subnet.version
                found[(segment, version)].append(_Claim(network, piece, store))
    return found


def _zone_links(zone: Zone | None) -> set[str]:
    if zone is None:
        return set()
    return {link for node in zone.nodes if (link := zone.interface_of(node))} | (
        {zone.interface} if zone.interface else set()
    )


def _segment(network: Network, links: set[str]) -> Hashable:
    """The L2 segment: the master's name, and one for all interfaces into the zone."""
    kind, config = network.main.type, network.main.config
    if config.get("linkInContainer") is True:
        return None
    if kind in ("macvlan", "ipvlan"):
        master = network.master or ""
        return "zone" if master in links else ("link", master)
    if kind == "vlan" and network.master:
        tag = config.get("vlanId")
        return ("vlan", network.master, tag if isinstance(tag, int) else None)
    if kind == "bridge":
        bridge, tag = config.get("bridge"), config.get("vlan")
        name = bridge if bridge and isinstance(bridge, str) else "cni0"
        return ("bridge", name, tag if isinstance(tag, int) else None)
    return None


def _store(network: Network) -> Hashable:
    ipam = network.main.ipam
    if network.ipam_type == "host-local":
        folder = ipam.get("dataDir")
        written = folder if folder and isinstance(folder, str) else "/var/lib/cni/networks"
        return ("host-local", written.rstrip("/"), network.cni_name)
    if network.ipam_type == "whereabouts":
        name = ipam.get("network_name")
        return ("whereabouts", name if isinstance(name, str) else "")
    return (network.ipam_type, id(network))


def _apart(claims: Iterable[_Claim]) -> Iterator[tuple[_Claim, _Claim]]:
    """Overlaps of claims whose stores know nothing of each other."""
    reach = _Reach()
    for claim in claims:
        if other := reach.other(claim.store, claim):
            yield claim, other
        reach.add(claim.store, claim)


def _unshared(claims: Iterable[_Claim]) -> Iterator[tuple[_Claim, _Claim]]:
    """Overlaps of whereabouts' ranges of one store, where one of them looks at itself alone."""
    reaches: dict[tuple[Hashable, bool], _Reach] = defaultdict(_Reach)
    for claim in claims:
        if claim.piece.pool.ipam != "whereabouts":
            continue
        for shared in (False,) if claim.shared else (False, True):
            if other := reaches[(claim.store, shared)].other(claim.pool, claim):
                yield claim, other
        reaches[(claim.store, claim.shared)].add(claim.pool, claim)


def _collision(claim: _Claim, other: _Claim) -> Hit:
    pool, theirs = claim.piece.pool, other.piece.pool
    # A static network's addresses give way to those that pods ask for.
    asked = any(
        one.network.ipam_type == "static" and one.network.offers("ips") for one in (claim, other)
    )
    return Hit(
        (*pool.path, pool.key),
        pool.keys.get(pool.key),
        f"{pool.addresses} overlaps with {theirs.addresses} of {other.network.label}, "
        "which keeps its own count of what is taken",
        fix=_own_store(claim, other),
        severity=Severity.RISK if asked else None,
        network=claim.network,
    )


def _own_store(claim: _Claim, other: _Claim) -> Fix:
    kinds = {claim.network.ipam_type, other.network.ipam_type}
    last = other.piece.last
    if last < int(claim.piece.pool.subnet[-2]) and last < claim.piece.last:
        key = {"host-local": "rangeStart", "whereabouts": "range_start"}
        if claim.network.ipam_type in key:
            return Line(key[claim.network.ipam_type], other.piece.pool.last + 1)
    if kinds == {"whereabouts"} and claim.store == other.store:
        return Line("enable_overlapping_ranges", True)
    return "give one of them a range of its own"


class _Spans:
    """Spans of the inventory, to be asked which of them a piece runs into."""

    def __init__(self, what: str, spans: Iterable[tuple[AddressRange, str]]) -> None:
        self.what = what
        self._firsts: dict[int, list[int]] = {4: [], 6: []}
        self._reach: dict[int, list[tuple[int, str]]] = {4: [], 6: []}
        for span, text in sorted(
            spans, key=lambda one: (one[0].first.version, int(one[0].first), int(one[0].last))
        ):
            version = span.first.version
            furthest = (int(span.last), text)
            if self._reach[version] and self._reach[version][-1][0] >= furthest[0]:
                furthest = self._reach[version][-1]
            self._firsts[version].append(int(span.first))
            self._reach[version].append(furthest)

    def hit(self, piece: Piece) -> str | None:
        """The span that a piece overlaps with, if any."""
        version = piece.pool.subnet.version
        count = bisect_right(self._firsts[version], piece.last)
        if count and self._reach[version][count - 1][0] >= piece.first:
            return self._reach[version][count - 1][1]
        return None


def _inventory(zone: Zone) -> list[_Spans]:
    def alone(addresses: Iterable[Any], text: str = "{}") -> list[tuple[AddressRange, str]]:
        return [(AddressRange(one, one), text.format(one)) for one in addresses]

    def told(spans: Iterable[AddressRange]) -> list[tuple[AddressRange, str]]:
        return [(span, str(span.first) if span.size == 1 else str(span)) for span in spans]

    nodes = [pair for node in zone.nodes for pair in alone(node.addresses, "{} of " + node.name)]
    return [
        _Spans("the address of a node", nodes),
        _Spans("the zone's gateway", alone(zone.gateway)),
        _Spans("what zone.reserved keeps", told(zone.reserved)),
        _Spans("the DHCP scope", told(zone.dhcp_scope)),
        _Spans("the load-balancer pool", told(zone.load_balancer_pool)),
    ]


@rule(
    "IPA209",
    Severity.ERROR,
    "range over addresses that are others'",
    why=(
        "The zone's inventory gives them to nodes, the gateway, a DHCP server, load balancers or "
        "whatever is reserved, and no IPAM plugin asks the wire before it hands one out."
    ),
    fix=Line("rangeStart", "10.12.34.200"),
    source="rook Documentation/CRDs/Cluster/network-providers.md; plugins v1.9.1 macvlan.go",
)
def others_addresses(lab: Lab) -> Iterator[Hit]:
    """Find pools that run into the inventory, each kind once; a note where there is none."""
    if lab.zone is None:
        return
    inventory = _inventory(lab.zone)
    zone = lab.zone
    known = zone.reserved or zone.dhcp_scope or any(node.addresses for node in zone.nodes)
    for network in lab.networks:
        for spans in inventory:
            for piece in network.pieces:
                if text := spans.hit(piece):
                    pool = piece.pool
                    message = f"{pool.addresses} includes {spans.what}: {text}"
                    place = (*pool.path, pool.key)
                    yield Hit(place, pool.keys.get(pool.key), message, network=network)
                    break
        if not known and (whole := _whole_subnet(network)):
            yield Hit(
                (*whole.path, whole.key),
                whole.keys.get(whole.key),
                f"all of {whole.subnet} is handed out, and the zone doesn't say what else "
                "lives there: `reserved:`, `dhcpScope:` or the nodes' `addresses:` would",
                fix="reserved: [10.12.34.1-10.12.34.99]",
                severity=Severity.NOTE,
                network=network,
            )


def _whole_subnet(network: Network) -> Pool | None:
    narrow = ("rangeStart", "rangeEnd", "range_start", "range_end", "exclude")
    for pool in network.pools:
        keys = pool.keys
        whole = pool.ipam != "static" and "-" not in str(keys.get("range", ""))
        if whole and not any(keys.get(key) for key in narrow):
            return pool
    return None


_DEFAULTS = (
    ("podCidr", "10.244.0.0/16", "kubeadm's and flannel's"),
    ("podCidr", "10.42.0.0/16", "k3s'"),
    ("serviceCidr", "10.96.0.0/12", "kubeadm's"),
    ("serviceCidr", "10.43.0.0/16", "k3s'"),
)
"""Where clusters have pods and Services unless told otherwise."""


@rule(
    "IPA210",
    Severity.ERROR,
    "subnet over the cluster's pods or Services",
    why=(
        "The pod gets a connected route to the subnet, and with it loses the pods or Services "
        "that lie there."
    ),
    fix=Line("subnet", "10.12.34.0/24"),
    source="plugins v1.9.1 pkg/ipam/ipam_linux.go ConfigureIface; kernel routing, longest prefix",
)
def cluster_addresses(lab: Lab) -> Iterator[Hit]:
    """Find subnets that overlap with pod or service CIDR; a note where only defaults are known."""
    if lab.zone is None:
        return
    told = {"podCidr": lab.zone.pod_cidr, "serviceCidr": lab.zone.service_cidr}
    given = [(key, str(cidr), _bounds(cidr)) for key, ours in told.items() for cidr in ours]
    guessed = [
        (key, f"{cidr}, {whose} default", _bounds(ip_network(cidr)))
        for key, cidr, whose in _DEFAULTS
        if not told[key]
    ]
    cidrs: list[tuple[Severity | None, _Cidr]] = [(None, one) for one in given]
    cidrs += [(Severity.NOTE, one) for one in guessed]
    for network in lab.networks:
        for pool in network.pools:
            subnet = _bounds(pool.subnet)
            seen: set[str] = set()
            for severity, (key, text, cidr) in cidrs:
                if key in seen or not _overlap(subnet, cidr):
                    continue
                seen.add(key)
                unsure = f"; `{key}:` in the zone would settle it" if severity else ""
                yield Hit(
                    (*pool.path, pool.key),
                    pool.keys.get(pool.key),
                    f"{pool.subnet} overlaps with {key} {text}{unsure}",
                    fix=f"{key}: {text.partition(',')[0]}" if severity else None,
                    severity=severity,
                    network=network,
                )


_Bounds: TypeAlias = tuple[int, int, int]
_Cidr: TypeAlias = tuple[str, str, _Bounds]


def _bounds(network: AnyNetwork) -> _Bounds:
    return network.version, int(network.network_address), int(network.broadcast_address)


def _overlap(one: _Bounds, other: _Bounds) -> bool:
    return one[0] == other[0] and one[1] <= other[2] and other[1] <= one[2]
