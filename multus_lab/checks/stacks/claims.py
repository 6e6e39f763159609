"""Addresses that stacks claim, and where two of them claim the same."""

from collections.abc import Hashable, Iterable, Iterator
from operator import attrgetter
from typing import NamedTuple

from multus_lab.addresses import AddressRange
from multus_lab.checks.stacks.shared import At


class Claim(NamedTuple):
    """Addresses that a stack claims; `books` tells who keeps count of them."""

    at: At
    books: Hashable
    addresses: AddressRange

    @property
    def version(self) -> int:
        """4 or 6."""
        return self.addresses.first.version

    @property
    def first(self) -> int:
        """The first address, as a number."""
        return int(self.addresses.first)

    @property
    def last(self) -> int:
        """The last address, as a number."""
        return int(self.addresses.last)


def overlaps(claims: Iterable[Claim]) -> Iterator[tuple[Claim, Claim]]:
    """Two claims of different stacks and books that meet, the later stack's first.

    A sweep by first address: of each stack only those that reach furthest can meet the next one,
    and with two of different books there is one that counts.
    """
    furthest: dict[tuple[int, int], list[Claim]] = {}
    for claim in sorted(claims, key=attrgetter("version", "first")):
        for (version, stack), others in furthest.items():
            if version != claim.version or stack == claim.at.stack:
                continue
            other = next((one for one in others if one.books != claim.books), None)
            if other is not None and other.last >= claim.first:
                earlier, later = sorted((claim, other), key=lambda one: one.at.stack)
                yield later, earlier
        own = furthest.setdefault((claim.version, claim.at.stack), [])
        own[:] = _furthest([*own, claim])


def _furthest(claims: list[Claim]) -> Iterator[Claim]:
    """The one that reaches furthest, and the next of other books."""
    ordered = sorted(claims, key=attrgetter("last"), reverse=True)
    yield ordered[0]
    yield from [one for one in ordered if one.books != ordered[0].books][:1]
