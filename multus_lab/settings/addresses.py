"""Contiguous addresses as first and last, never one by one: a /64 costs what a /29 costs."""

from dataclasses import dataclass

from multus_lab.settings.types import AnyAddress


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
