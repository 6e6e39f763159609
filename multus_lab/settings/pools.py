"""What an IPAM plugin hands out, by its configuration as JSON has it: pools, and pieces of them.

For settings and for foreign configurations alike. What can't be read, such as an address that is
none, is left out here: the settings refuse it in a stack, and rules tell it in a manifest.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address
from itertools import chain
from typing import Any

from multus_lab.settings.addresses import AddressRange
from multus_lab.settings.problems import Path
from multus_lab.settings.types import AnyAddress, AnyNetwork, bare, masked

_NOTHING: Mapping[str, Any] = {}


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

    @property
    def addresses(self) -> AddressRange:
        """From first to last."""
        kind = type(self.pool.first)
        return AddressRange(kind(self.first), kind(self.last))


def pools(ipam: Mapping[str, Any], path: Path = ()) -> Iterator[Pool]:
    """What the plugin of the `ipam` at `path` hands out; nothing where only the plugin knows."""
    reader = _READERS.get(_text(ipam.get("type")))
    return reader(ipam, path) if reader else iter(())


def pieces(pool: Pool) -> Iterator[Piece]:
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


def too_small(subnet: AnyNetwork) -> bool:
    """Whether host-local and whereabouts can't allocate from it: it is longer than /30, or /126."""
    return subnet.prefixlen > subnet.max_prefixlen - 2


def exclusion(one: object) -> AnyNetwork | None:
    """What an item of whereabouts' `exclude` takes off: a network, or an address alone."""
    if not isinstance(one, str):
        return None
    alone = read_address(one)
    return read_network(one) if alone is None else read_network(f"{alone}/{alone.max_prefixlen}")


# --- each plugin ----------------------------------------------------------------------------------

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
        subnet = read_network(keys.get("subnet"))
        if subnet is None or too_small(subnet):
            continue
        yield Pool(
            "host-local",
            subnet,
            read_address(keys.get("rangeStart")) or subnet[1],
            read_address(keys.get("rangeEnd")) or subnet[-2 if subnet.version == 4 else -1],
            read_address(keys.get("gateway")) or subnet[1],
            place,
            keys,
        )


def _static(ipam: Mapping[str, Any], path: Path) -> Iterator[Pool]:
    listed = ipam.get("addresses")
    for index, one in enumerate(listed if isinstance(listed, list) else []):
        keys = one if isinstance(one, dict) else _NOTHING
        subnet = read_network(keys.get("address"))
        if subnet is None:
            continue
        own = read_address(keys["address"].partition("/")[0])
        if own is None:
            continue
        gateway = read_address(keys.get("gateway"))
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
    gateway = read_address(ipam.get("gateway"))
    for keys, place in sources:
        start, dash, end = _text(keys.get("range")).partition("-")
        subnet = read_network(end if dash else start)
        if subnet is None or too_small(subnet):
            continue
        first, last = subnet[1], subnet[-2]
        if ipam.get("node_slice_size"):
            # A slice replaces start, end and exclude (whereabouts v0.9.4, kubernetes/ipam.go).
            yield Pool("whereabouts", subnet, first, last, gateway, place, {"range": keys["range"]})
            continue
        asked = read_address(start if dash else keys.get("range_start"))
        if asked and asked in AddressRange(first, last):
            first = asked
        asked = read_address(end.partition("/")[0] if dash else keys.get("range_end"))
        if asked and asked in AddressRange(first, last):
            last = asked
        yield Pool("whereabouts", subnet, first, last, gateway, place, keys)
    yield from _static(ipam, path)


_READERS = {"host-local": _host_local, "static": _static, "whereabouts": _whereabouts}


# --- texts ----------------------------------------------------------------------------------------


def read_address(text: object) -> AnyAddress | None:
    """The address that a text is, or None; an IPv4-mapped one is IPv4, as Go's net takes it."""
    if not isinstance(text, str):
        return None
    try:
        read = bare(text)
    except ValueError:
        return None
    return (read.ipv4_mapped or read) if isinstance(read, IPv6Address) else read


def read_network(text: object) -> AnyNetwork | None:
    """The network that a text is in CIDR form, host bits masked, or None."""
    if not isinstance(text, str):
        return None
    try:
        return masked(text)
    except ValueError:
        return None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
