"""Contiguous addresses as first and last, never one by one: a /64 costs what a /29 costs."""

import ipaddress
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import PlainSerializer, PlainValidator

from multus_lab.settings.types import AnyAddress, refuse


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


def _span(value: Any) -> AddressRange:
    if isinstance(value, AddressRange):
        return value
    try:
        first, dash, last = str(value if isinstance(value, str) else "").partition("-")
        if dash:
            span = AddressRange(ipaddress.ip_address(first), ipaddress.ip_address(last))
        else:
            whole = ipaddress.ip_network(first)
            span = AddressRange(whole[0], whole[-1])
    except ValueError:
        raise refuse("an address, a range first-last, or a network in CIDR form") from None
    if span.first.version != span.last.version or span.size < 1:
        raise refuse("a range whose last address does not come before its first")
    return span


Span = Annotated[AddressRange, PlainValidator(_span), PlainSerializer(str, return_type=str)]
"""Addresses as `10.0.0.5`, `10.0.0.5-10.0.0.9` or `10.0.0.0/29`."""
