"""A network as rules see it, whether a stack declares it or a manifest holds it.

What can't be read, such as an address that is none, is left out here: the settings refuse it in
a stack, and the rules on shape tell it in a manifest.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from ipaddress import IPv6Address, ip_network
from itertools import chain
from typing import Any

from multus_lab.checks.finding import Path
from multus_lab.settings import Zone
from multus_lab.settings.addresses import AddressRange
from multus_lab.settings.types import AnyAddress, AnyNetwork, bare

_LENGTH = re.compile("[0-9]{1,3}")
_NOTHING: Mapping[str, Any] = {}

RESOURCE = "k8s.v1.cni.cncf.io/resourceName"
"""The NAD's annotation by which pods get a device, and land where there is one (NAD spec. 3.3)."""


@dataclass(frozen=True, slots=True)
class Plugin:
    """One plugin's configuration; `path` from the network's own."""

    type: str
    config: Mapping[str, Any]
    path: Path

    @property
    def ipam(self) -> Mapping[str, Any]:
        """Its `ipam`, empty where it has none or no mapping."""
        ipam = self.config.get("ipam")
        return ipam if isinstance(ipam, dict) else _NOTHING


@dataclass(frozen=True, slots=True)
class Pool:
    """Addresses that an IPAM plugin hands out; `path` is where its keys stand.

    `subnet` is as written, host bits masked. `first` and `last` hold the plugin's defaults where
    nothing is written.
    """

    ipam: str
    subnet: AnyNetwork
    first: AnyAddress
    last: AnyAddress
    gateway: AnyAddress | None
    path: Path
    keys: Mapping[str, Any]

    @property
    def key(self) -> str:
        """The key that says of which network it is."""
        return {"static": "address", "whereabouts": "range"}.get(self.ipam, "subnet")

    @property
    def sound(self) -> bool:
        """Whether it is a range inside its subnet, as plugins ask for."""
        inside = self.first in self.subnet and self.last in self.subnet
        return inside and int(self.first) <= int(self.last)

    @property
    def addresses(self) -> AddressRange:
        """From first to last."""
        return AddressRange(self.first, self.last)


@dataclass(frozen=True, slots=True)
class Piece:
    """Addresses of a pool that pods can get, from first to last as integers."""

    pool: Pool
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Route:
    """A route that an IPAM plugin gives to the pod; `gw` as written."""

    dst: AnyNetwork
    gw: AnyAddress | None
    path: Path
    keys: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Network:
    """A NetworkAttachmentDefinition's configuration.

    `path` leads to it in the stack config or manifest, and `config` is it, as JSON has it.
    `metadata` leads to where name, namespace and annotations stand: in a stack, that is beside the
    keys of the configuration. `settings` are the keys there that say more of it (`annotations`, in
    a stack also `podsPerNode` …).
    """

    name: str
    namespace: str
    path: Path
    metadata: Path
    config: Mapping[str, Any]
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """What it is called: `namespace/name`."""
        return f"{self.namespace}/{self.name}"

    @property
    def in_json(self) -> bool:
        """Whether its configuration is a text of JSON beside the metadata, as in a manifest."""
        return self.path != self.metadata

    @property
    def resource(self) -> str:
        """The resource that a device plugin offers and pods of the network take, "" for none."""
        annotations = self.settings.get("annotations")
        return _text(annotations.get(RESOURCE)) if isinstance(annotations, dict) else ""

    @cached_property
    def plugins(self) -> tuple[Plugin, ...]:
        """The chain; a single plugin's configuration is a chain of one.

        `type` beside `plugins` wins, and the list is ignored (multus-cni v4.3.0).
        """
        listed = self.config.get("plugins")
        if "type" in self.config or not isinstance(listed, list):
            return (Plugin(_text(self.config.get("type")), self.config, ()),)
        return tuple(
            Plugin(_text(one.get("type")), one, ("plugins", index))
            for index, one in enumerate(listed)
            if isinstance(one, dict)
        )

    @cached_property
    def main(self) -> Plugin:
        """The plugin that makes the interface: the first one."""
        return self.plugins[0] if self.plugins else Plugin("", _NOTHING, ())

    def chained(self, kind: str) -> Plugin | None:
        """The first plugin of that type behind the main one."""
        return next((one for one in self.plugins[1:] if one.type == kind), None)

    @cached_property
    def cni_name(self) -> str:
        """The CNI network's name; Multus takes the NAD's where the configuration has none."""
        return _text(self.config.get("name")) or self.name

    @cached_property
    def ipam_type(self) -> str:
        """The IPAM plugin, "" where there is none."""
        return _text(self.main.ipam.get("type"))

    @cached_property
    def ipam_path(self) -> Path:
        """Where the `ipam` stands."""
        return (*self.main.path, "ipam")

    @cached_property
    def master(self) -> str | None:
        """The master interface, where it is named."""
        return _text(self.main.config.get("master")) or None

    @cached_property
    def pools(self) -> tuple[Pool, ...]:
        """What its IPAM plugin hands out, where the configuration tells."""
        reader = _POOLS.get(self.ipam_type)
        return tuple(reader(self.main.ipam, self.ipam_path)) if reader else ()

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """What pods can get: the pools without gateway and what is excluded."""
        return tuple(piece for pool in self.pools for piece in _pieces(pool))

    @cached_property
    def routes(self) -> tuple[Route, ...]:
        """The routes of its IPAM plugin."""
        listed = self.main.ipam.get("routes")
        return tuple(_routes(listed, self.ipam_path)) if isinstance(listed, list) else ()


@dataclass(frozen=True)
class Lab:
    """The networks that are judged together, and the zone's inventory where there is one."""

    networks: Sequence[Network]
    zone: Zone | None = None


@lru_cache(maxsize=65536)
def address(text: object) -> AnyAddress | None:
    """The address that a text is, or None; an IPv4-mapped one is IPv4, as Go's net takes it."""
    try:
        read = bare(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return (read.ipv4_mapped or read) if isinstance(read, IPv6Address) else read


@lru_cache(maxsize=65536)
def network(text: object) -> AnyNetwork | None:
    """The network that a text is in CIDR form, host bits masked, or None."""
    length = text.partition("/")[2] if isinstance(text, str) else ""
    if not isinstance(text, str) or not _LENGTH.fullmatch(length) or "%" in text:
        return None  # Python takes a netmask and a zone, which Go refuses
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _hashable(value: object) -> object:
    return value if isinstance(value, str) else None


RangeSet = list[tuple[Mapping[str, Any], Path]]
"""The keys of each range of a set, and where they stand."""


def host_local_sets(ipam: Mapping[str, Any], path: Path) -> Iterator[RangeSet]:
    """The range sets: a flat range is one ahead of `ranges` (plugins v1.9.1, host-local)."""
    if "subnet" in ipam:
        yield [(ipam, path)]
    sets = ipam.get("ranges")
    for i, one_set in enumerate(sets if isinstance(sets, list) else []):
        yield [
            (one, (*path, "ranges", i, j))
            for j, one in enumerate(one_set if isinstance(one_set, list) else [])
            if isinstance(one, dict)
        ]


def _host_local(ipam: Mapping[str, Any], path: Path) -> Iterator[Pool]:
    """All ranges of all sets (plugins v1.9.1, host-local/backend/allocator)."""
    for keys, place in chain.from_iterable(host_local_sets(ipam, path)):
        subnet = network(_hashable(keys.get("subnet")))
        if subnet is None or subnet.num_addresses < 4:
            continue
        yield Pool(
            "host-local",
            subnet,
            address(_hashable(keys.get("rangeStart"))) or subnet[1],
            address(_hashable(keys.get("rangeEnd"))) or subnet[-2 if subnet.version == 4 else -1],
            address(_hashable(keys.get("gateway"))) or subnet[1],
            place,
            keys,
        )


def _static(ipam: Mapping[str, Any], path: Path) -> Iterator[Pool]:
    listed = ipam.get("addresses")
    for index, one in enumerate(listed if isinstance(listed, list) else []):
        keys = one if isinstance(one, dict) else _NOTHING
        subnet = network(_hashable(keys.get("address")))
        if subnet is None:
            continue
        own = address(keys["address"].partition("/")[0])
        if own is None:
            continue
        gateway = address(_hashable(keys.get("gateway")))
        yield Pool("static", subnet, own, own, gateway, (*path, "addresses", index), keys)


def _whereabouts(ipam: Mapping[str, Any], path: Path) -> Iterator[Pool]:
    """`range` beside `ipRanges`; a range is a CIDR, or `first-last/prefix`.

    A start or end that lies outside of what is usable is dropped in silence, and so is an end
    before the start (whereabouts v0.9.4, pkg/iphelpers GetIPRange; pkg/config).
    """
    sources: list[tuple[Mapping[str, Any], Path]] = [(ipam, path)] if "range" in ipam else []
    listed = ipam.get("ipRanges")
    for index, one in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(one, dict):
            sources.append((one, (*path, "ipRanges", index)))
    gateway = address(_hashable(ipam.get("gateway")))
    for keys, place in sources:
        start, dash, end = _text(keys.get("range")).partition("-")
        subnet = network(end if dash else start)
        if subnet is None or subnet.num_addresses < 4:
            continue
        first, last = subnet[1], subnet[-2]
        if ipam.get("node_slice_size"):
            # A slice replaces start, end and exclude (whereabouts v0.9.4, kubernetes/ipam.go).
            yield Pool("whereabouts", subnet, first, last, gateway, place, {"range": keys["range"]})
            continue
        asked = address(start if dash else _hashable(keys.get("range_start")))
        if asked and asked in AddressRange(first, last):
            first = asked
        asked = address(end.partition("/")[0] if dash else _hashable(keys.get("range_end")))
        if asked and asked in AddressRange(first, last):
            last = asked
        yield Pool("whereabouts", subnet, first, last, gateway, place, keys)
    yield from _static(ipam, path)


def _pieces(pool: Pool) -> Iterator[Piece]:
    """A pool without its holes, in order; nothing of a pool that no plugin would take."""
    if not pool.sound:
        return
    first, last = int(pool.first), int(pool.last)
    for start, end in _holes(pool):
        if start > last or end < first:
            continue
        if first < start:
            yield Piece(pool, first, start - 1)
        first = end + 1
    if first <= last:
        yield Piece(pool, first, last)


def _holes(pool: Pool) -> list[tuple[int, int]]:
    """What a plugin never hands out: host-local its gateway, whereabouts what is excluded."""
    if pool.ipam == "host-local" and pool.gateway and pool.gateway.version == pool.subnet.version:
        return [(int(pool.gateway), int(pool.gateway))]
    excluded = pool.keys.get("exclude") if pool.ipam == "whereabouts" else None
    holes = [exclusion(one) for one in excluded] if isinstance(excluded, list) else []
    return sorted(
        (int(hole.network_address), int(hole.broadcast_address))
        for hole in holes
        if hole and hole.version == pool.subnet.version
    )


def exclusion(one: object) -> AnyNetwork | None:
    """What an item of whereabouts' `exclude` takes off: a network, or an address alone."""
    if not isinstance(one, str):
        return None
    alone = address(one)
    return network(one) if alone is None else network(f"{alone}/{alone.max_prefixlen}")


_POOLS = {"host-local": _host_local, "static": _static, "whereabouts": _whereabouts}


def _routes(listed: Sequence[Any], path: Path) -> Iterator[Route]:
    for index, one in enumerate(listed):
        keys = one if isinstance(one, dict) else _NOTHING
        dst = network(_hashable(keys.get("dst")))
        if dst is not None:
            gw = address(_hashable(keys.get("gw")))
            yield Route(dst, gw, (*path, "routes", index), keys)
