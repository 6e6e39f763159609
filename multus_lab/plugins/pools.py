"""What an IPAM plugin hands out, by its configuration as JSON has it: pools, and pieces of them.

What can't be read, such as an address that is none, is left out here: settings refuse it in a
stack, and rules find it in a manifest. How a plugin's `ipam` is read stands in its record.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from multus_lab.addresses import (
    AddressRange,
    AnyAddress,
    AnyNetwork,
    read_address,
    read_network,
)
from multus_lab.plugins.kinds import Path

NOTHING: Mapping[str, Any] = {}


class Pool(NamedTuple):
    """Addresses that an IPAM plugin hands out; `path` is where its keys stand.

    `subnet` is as written, host bits masked, and `key` the key that says which it is. `first` and
    `last` hold the plugin's defaults where nothing is written. `holes` are first and last, as
    integers and in order, of what is never handed out of it.
    """

    ipam: str
    key: str
    subnet: AnyNetwork
    first: AnyAddress
    last: AnyAddress
    gateway: AnyAddress | None
    path: Path
    keys: Mapping[str, Any]
    holes: Sequence[tuple[int, int]] = ()

    @property
    def sound(self) -> bool:
        """Whether it is a range inside its subnet, as plugins ask for."""
        subnet, first, last = self.subnet, self.first, self.last
        low, high = subnet.network_address, subnet.broadcast_address
        same = type(first) is type(last) is type(low)
        return same and int(low) <= int(first) <= int(last) <= int(high)

    @property
    def addresses(self) -> AddressRange:
        """From first to last."""
        return AddressRange(self.first, self.last)


class Piece(NamedTuple):
    """Addresses of a pool that pods can get, from first to last as integers."""

    pool: Pool
    first: int
    last: int

    @property
    def addresses(self) -> AddressRange:
        """From first to last."""
        kind = type(self.pool.first)
        return AddressRange(kind(self.first), kind(self.last))

    def __contains__(self, address: AnyAddress) -> bool:  # type: ignore[override]
        own = type(address) is type(self.pool.first)
        return own and self.first <= int(address) <= self.last


def pieces(pool: Pool) -> Iterator[Piece]:
    """A pool without its holes, in order; nothing of a pool that no plugin would take."""
    if not pool.sound:
        return
    first, last = int(pool.first), int(pool.last)
    for start, end in pool.holes:
        if start > last or end < first:
            continue
        if first < start:
            yield Piece(pool, first, start - 1)
        first = end + 1
    if first <= last:
        yield Piece(pool, first, last)


def fixed(ipam: Mapping[str, Any], path: Path, name: str = "static") -> Iterator[Pool]:
    """The `addresses` that static, and whereabouts like it, give to every pod."""
    listed = ipam.get("addresses")
    for index, one in enumerate(listed if isinstance(listed, list) else []):
        keys = one if isinstance(one, dict) else NOTHING
        subnet = read_network(keys.get("address"))
        if subnet is None:
            continue
        own = read_address(keys["address"].partition("/")[0])
        if own is None:
            continue
        gateway = read_address(keys.get("gateway"))
        place = (*path, "addresses", index)
        yield Pool(name, "address", subnet, own, own, gateway, place, keys)


def text(value: object) -> str:
    """The text, or the empty one for anything else."""
    return value if isinstance(value, str) else ""
