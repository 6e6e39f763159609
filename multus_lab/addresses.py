"""IP addresses and networks as texts of them are read: as strictly as Go's `net` package does."""

import ipaddress
import re
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Interface,
    IPv4Network,
    IPv6Address,
    IPv6Interface,
    IPv6Network,
)
from typing import NamedTuple, TypeAlias

AnyAddress: TypeAlias = IPv4Address | IPv6Address
AnyNetwork: TypeAlias = IPv4Network | IPv6Network
AnyInterface: TypeAlias = IPv4Interface | IPv6Interface


class AddressRange(NamedTuple):
    """The addresses from `first` to `last`, both included and of one family.

    Never one by one: a /64 costs what a /29 costs.
    """

    first: AnyAddress
    last: AnyAddress

    def __contains__(self, address: AnyAddress) -> bool:  # type: ignore[override]
        return address.version == self.first.version and int(self.first) <= int(address) <= int(
            self.last
        )

    @property
    def size(self) -> int:
        """How many addresses it holds."""
        return int(self.last) - int(self.first) + 1

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"


@lru_cache(maxsize=65536)
def bare(text: str) -> AnyAddress:
    """Read an address, strictly. Raises ValueError."""
    try:
        a, b, c, d = map(_OCTETS.__getitem__, text.split("."))
    except (KeyError, ValueError):
        if "%" in text:  # a zone index, which Go's net.ParseIP refuses
            raise ValueError(text) from None
        return ipaddress.ip_address(text)
    return IPv4Address(a << 24 | b << 16 | c << 8 | d)


_OCTETS = {str(number): number for number in range(256)}
"""By which an IPv4 address is read as strictly as Python does, in a third of the time."""


@lru_cache(maxsize=65536)
def masked(text: str) -> AnyNetwork:
    """Read the network of an address with its prefix length; host bits are masked.

    Raises ValueError.
    """
    address, length = _split(text)
    kind = IPv4Network if address.version == 4 else IPv6Network
    return kind((int(address), length), strict=False)


def prefixed(text: str) -> AnyInterface:
    """Read an address and its prefix length, strictly. Raises ValueError."""
    return ipaddress.ip_interface(_split(text))


def _split(text: str) -> tuple[AnyAddress, int]:
    """An address and its prefix length; Python also reads a netmask there."""
    address, _, length = text.partition("/")
    if not _LENGTH.fullmatch(length):
        raise ValueError(text)
    return bare(address), int(length)


_LENGTH = re.compile("[0-9]{1,3}")


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


def overlap(one: AnyNetwork, other: AnyNetwork) -> bool:
    """Whether they have an address in common: as far as the shorter prefix goes, they are alike.

    `ipaddress` asks for each end of each whether it lies in the other.
    """
    if one.version != other.version:
        return False
    beyond = one.max_prefixlen - min(one.prefixlen, other.prefixlen)
    return int(one.network_address) >> beyond == int(other.network_address) >> beyond


def too_small(subnet: AnyNetwork) -> bool:
    """Whether host-local and whereabouts can't allocate from it: it is longer than /30, or /126."""
    return subnet.prefixlen > subnet.max_prefixlen - 2
