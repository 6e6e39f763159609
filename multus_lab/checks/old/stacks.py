"""Rules XST: stacks against one another, where their zones share a segment or a cluster.

Stacks that name neither share nothing that is known, and nothing is guessed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from multus_lab.checks.catalogue import catalogue
from multus_lab.checks.finding import Finding, Path, Severity
from multus_lab.checks.judge import networks_of
from multus_lab.checks.network import Network
from multus_lab.settings import Stack
from multus_lab.settings.addresses import AddressRange


@dataclass(frozen=True, slots=True)
class NamedStack:
    """A stack, and what to call it in messages."""

    name: str
    stack: Stack


@dataclass(frozen=True, slots=True)
class _Claim:
    """Addresses that a stack claims, as integers; `books` is who keeps account of them."""

    stack: int
    books: str
    version: int
    first: int
    last: int
    addresses: AddressRange
    path: Path
    label: str
    what: str


def judge_stacks(stacks: Sequence[NamedStack]) -> list[tuple[int, Finding]]:
    """What is wrong between stacks, each finding with the index of the later one."""
    found: dict[tuple[str, int, Path], Finding] = {}
    sharing = (
        *_sharing(stacks, "segment", lambda one: one.zone.segment),
        *_sharing(stacks, "cluster", lambda one: one.zone.cluster),
    )
    shares = {index for _, members in sharing for index in members}
    networks = {index: networks_of(stacks[index].stack) for index in shares}
    for shared, members in sharing:
        on_segment = shared.startswith("segment")
        pools = [claim for index in members for claim in _pools(stacks, networks[index], index)]
        zones = [claim for index in members for claim in _zones(stacks, index)]
        hits = [
            *_overlaps("XST501", pools, shared, stacks, None if on_segment else Severity.RISK),
            *_overlaps("XST502", zones, shared, stacks, None),
        ]
        if not on_segment:
            hits += _same_names(stacks, networks, members, shared)
            hits += _two_daemons(stacks, members, shared)
        for index, finding in hits:
            found.setdefault((finding.code, index, finding.path), finding)
    return [
        (index, _settled(stacks[index].stack, finding)) for (_, index, _), finding in found.items()
    ]


def _sharing(
    stacks: Sequence[NamedStack], what: str, key: Callable[[Stack], str | None]
) -> Iterator[tuple[str, list[int]]]:
    """Each segment or cluster that several stacks name, and their indices."""
    named = sorted((name, index) for index, one in enumerate(stacks) if (name := key(one.stack)))
    for name, group in groupby(named, lambda pair: pair[0]):
        members = [index for _, index in group]
        if len(members) > 1:
            yield f"{what} {name}", members


def _pools(
    stacks: Sequence[NamedStack], networks: Iterable[Network], index: int
) -> Iterator[_Claim]:
    cluster = stacks[index].stack.zone.cluster
    for network in networks:
        for piece in network.pieces:
            pool = piece.pool
            # whereabouts keeps its books in the cluster, for all stacks of it.
            whereabouts = pool.ipam == "whereabouts" and cluster
            books = f"whereabouts {cluster}" if whereabouts else f"stack {index}"
            path = (*network.path, *pool.path)
            yield _Claim(
                index,
                books,
                pool.subnet.version,
                piece.first,
                piece.last,
                pool.addresses,
                path,
                network.label,
                "hands out",
            )


def _zones(stacks: Sequence[NamedStack], index: int) -> Iterator[_Claim]:
    for one in stacks[index].stack.zone.range:
        addresses = AddressRange(one[0], one[-1])
        yield _Claim(
            index,
            f"stack {index}",
            one.version,
            int(one[0]),
            int(one[-1]),
            addresses,
            ("zone", "range"),
            "",
            "claims",
        )


def _overlaps(
    code: str,
    claims: Iterable[_Claim],
    shared: str,
    stacks: Sequence[NamedStack],
    severity: Severity | None,
) -> Iterator[tuple[int, Finding]]:
    """Sweep the claims by first address; of each stack and books only the furthest can meet."""
    furthest: dict[tuple[int, int, str], _Claim] = {}
    for claim in sorted(claims, key=lambda one: (one.version, one.first)):
        for (version, stack, books), other in furthest.items():
            if version != claim.version or stack == claim.stack or books == claim.books:
                continue
            if other.last >= claim.first:
                later, earlier = sorted((claim, other), key=lambda one: one.stack, reverse=True)
                yield _overlap(code, later, earlier, shared, stacks, severity)
        own = (claim.version, claim.stack, claim.books)
        if own not in furthest or furthest[own].last < claim.last:
            furthest[own] = claim


def _overlap(  # noqa: PLR0913, PLR0917 - who, whom, where and how much it weighs
    code: str,
    later: _Claim,
    earlier: _Claim,
    shared: str,
    stacks: Sequence[NamedStack],
    severity: Severity | None,
) -> tuple[int, Finding]:
    whose = f"{earlier.label} of stack" if earlier.label else "the zone of stack"
    message = (
        f"{later.what} {later.addresses}, and so does {whose} {stacks[earlier.stack].name}"
        f" with {earlier.addresses}, in the same {shared}"
    )
    return later.stack, _finding(
        code, later.label, later.path, str(later.addresses), message, severity
    )


def _same_names(
    stacks: Sequence[NamedStack],
    networks: Mapping[int, Sequence[Network]],
    members: Iterable[int],
    shared: str,
) -> Iterator[tuple[int, Finding]]:
    first: dict[str, int] = {}
    for index in members:
        for network in networks[index]:
            before = first.setdefault(network.label, index)
            if before != index:
                message = f"is declared by stack {stacks[before].name} too, in the same {shared}"
                path = (*network.path, "name")
                yield index, _finding("XST503", network.label, path, network.name, message)


def _two_daemons(
    stacks: Sequence[NamedStack], members: Iterable[int], shared: str
) -> Iterator[tuple[int, Finding]]:
    owner, *others = [i for i in members if stacks[i].stack.multus.install] or [-1]
    for index in others:
        message = f"stack {stacks[owner].name} installs Multus in the same {shared}"
        yield index, _finding("XST504", "", ("multus", "install"), "", message)


def _finding(  # noqa: PLR0913, PLR0917 - a finding, part by part
    code: str,
    network: str,
    path: Path,
    value: str,
    message: str,
    severity: Severity | None = None,
) -> Finding:
    entry = catalogue()[code]
    return Finding(
        code,
        severity or entry.severity,
        network,
        path,
        f'"{value}"' if value else "",
        message,
        entry.fix,
    )


def _settled(stack: Stack, finding: Finding) -> Finding:
    """The finding, accepted where its network, the zone or the stack accepts the risk."""
    accepts = [stack.zone.accept, stack.accept]
    if finding.path[0] == "networks":
        accepts.insert(0, stack.networks[int(finding.path[1])].accept)
    reason = next((one[finding.code] for one in accepts if finding.code in one), None)
    if reason and finding.severity is Severity.RISK:
        return replace(finding, accepted=reason)
    return finding
