"""Contiguous addresses as first and last, never one by one: a /64 costs what a /29 costs."""

import ipaddress
from dataclasses import dataclass
from typing import Annotated

from multus_lab.settings.types import AnyAddress, Parsed, refuse


@dataclass(frozen=True)
class AddressRange:
    """The addresses from `first` to `last`, both included and of one family."""

    first: AnyAddress
    last: AnyAddress

    def __contains__(self, address: AnyAddress) -> bool:
        return address.version == self.first.version and int(self.first) <= int(address) <= int(
            self.last
        )

    @property
    def size(self) -> int:
        """How many addresses it holds."""
        return int(self.last) - int(self.first) + 1

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"


def _span(text: str) -> AddressRange:
    first, dash, last = text.partition("-")
    if dash:
        span = AddressRange(ipaddress.ip_address(first), ipaddress.ip_address(last))
    else:
        whole = ipaddress.ip_network(first)
        span = AddressRange(whole[0], whole[-1])
    if span.first.version != span.last.version or span.size < 1:
        raise refuse("a range whose last address does not come before its first")
    return span


Span = Annotated[
    AddressRange,
    Parsed(_span, (AddressRange,), "an address, a range first-last, or a network in CIDR form"),
]
"""Addresses as `10.0.0.5`, `10.0.0.5-10.0.0.9` or `10.0.0.0/29`."""
