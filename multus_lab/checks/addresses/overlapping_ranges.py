"""IPA208: two networks of a segment hand out the same addresses.

A sorted sweep over first and last addresses, n log n in networks.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import NamedTuple

from multus_lab.checks.addresses.once import once_each
from multus_lab.checks.addresses.pod_pools import beside, is_fixed, shown
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Fix, Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, Place, lab_rule
from multus_lab.plugins.pools import Piece


class _Claim(NamedTuple):
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

    @property
    def counted(self) -> bool:
        """Whether anyone keeps count of what is taken."""
        ipam = self.network.ipam
        return not is_fixed(self.piece.pool) and ipam is not None and ipam.counts != "nobody"


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


@lab_rule(
    "IPA208",
    Severity.ERROR,
    "two networks of a segment hand out the same addresses",
    why=(
        "host-local reserves in dataDir under the CNI network's name, and whereabouts under its "
        "network_name; neither sees the other's addresses. static reserves nothing."
    ),
    fix=Line("rangeStart", "10.12.34.221", "a range of its own"),
    source="plugins v1.9.1 host-local/backend/disk, static/main.go; whereabouts v0.9.4 "
    "pkg/storage/kubernetes/ipam.go",
)
def overlapping_ranges(lab: Lab) -> Iterator[Hit]:
    """Find networks whose ranges overlap; each is told once, beside one that it overlaps with."""
    told: set[int] = set()
    for claims in _segments(lab).values():
        claims.sort(key=lambda claim: claim.piece[1:])
        if not _meet(claims):
            continue
        for claim, other in (*_apart(claims), *_unshared(claims)):
            if id(claim.network) not in told:
                told.add(id(claim.network))
                yield _collision(claim, other)


def _meet(claims: Sequence[_Claim]) -> bool:
    """Whether any two of them overlap, which few do; they are in order."""
    reached = -1
    for claim in claims:
        _, first, last = claim.piece
        if first <= reached:
            return True
        reached = last
    return False


def _segments(lab: Lab) -> dict[Hashable, list[_Claim]]:
    found: dict[Hashable, list[_Claim]] = defaultdict(list)
    for network in once_each(lab):
        segment = lab.segment(network) if network.pieces else None
        if segment is not None:
            for piece in network.pieces:
                version = piece.pool.subnet.version
                found[(segment, version)].append(_Claim(network, piece, _store(network, piece)))
    return found


def _store(network: Network, piece: Piece) -> Hashable:
    ipam = network.ipam
    if ipam is None or ipam.store is None or is_fixed(piece.pool):
        return (network.ipam_type, id(network))
    return ipam.store(network.main.ipam, network.cni_name)


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
        if claim.network.ipam_type != "whereabouts" or is_fixed(claim.piece.pool):
            continue
        for shared in (False,) if claim.shared else (False, True):
            if other := reaches[(claim.store, shared)].other(claim.pool, claim):
                yield claim, other
        reaches[(claim.store, claim.shared)].add(claim.pool, claim)


def _collision(claim: _Claim, other: _Claim) -> Hit:
    pool, theirs = claim.piece.pool, other.piece.pool
    # A static network's addresses give way to those that pods ask for.
    asked = any(not one.counted and one.network.offers("ips") for one in (claim, other))
    return Hit(
        (*pool.path, pool.key),
        pool.keys.get(pool.key),
        f"{shown(pool)} {_meets(claim, other)} {other.network.label}; {_who_counts(claim, other)}",
        fix=_apart_from(claim, other),
        severity=Severity.RISK if asked else None,
        network=claim.network,
        related=(
            Place(other.network, (*theirs.path, theirs.key), f"{shown(theirs)} is handed out here"),
        ),
    )


def _meets(claim: _Claim, other: _Claim) -> str:
    pool, theirs = claim.piece.pool, other.piece.pool
    if is_fixed(theirs) and is_fixed(pool):
        return "is also given to pods of"
    if is_fixed(theirs):
        return f"includes {theirs.first}, an address of"
    if is_fixed(pool):
        return f"lies in {theirs.addresses} of"
    return f"overlaps with {theirs.addresses} of"


def _who_counts(claim: _Claim, other: _Claim) -> str:
    if not claim.counted and not other.counted:
        return "neither keeps count of what is taken"
    for one in (claim, other):
        if not one.counted:
            return f"{one.network.label} keeps no count of what is taken"
    if claim.store == other.store:
        return "without enable_overlapping_ranges each range counts for itself"
    return "each keeps its own count of what is taken"


def _apart_from(claim: _Claim, other: _Claim) -> Fix:
    pool, theirs = claim.piece.pool, other.piece.pool
    if claim.store == other.store:
        return Line("enable_overlapping_ranges", True)
    line = beside(claim.network, pool, int(theirs.first), int(theirs.last))
    return line or "give one of them addresses of its own"
