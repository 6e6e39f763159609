"""What several stacks share, and a finding between two of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Literal, NamedTuple

from multus_lab.checks.finding import Finding, Path, Related, Severity
from multus_lab.checks.fix import told
from multus_lab.checks.judge import networks_of
from multus_lab.checks.network import Network
from multus_lab.checks.rule import Code
from multus_lab.problems import cut, shown
from multus_lab.settings import Stack


class NamedStack(NamedTuple):
    """A stack, and what to call it in messages."""

    name: str
    stack: Stack


class Shared(NamedTuple):
    """A segment or a cluster that several stacks name; `members` are their indices, in order.

    `networks` are those of each stack, by its index.
    """

    what: Literal["segment", "cluster"]
    name: str
    members: Sequence[int]
    stacks: Sequence[NamedStack]
    networks: Mapping[int, Sequence[Network]]

    def __str__(self) -> str:
        return f"{self.what} {self.name}"

    def stack(self, index: int) -> Stack:
        """The stack of that index."""
        return self.stacks[index].stack

    def called(self, index: int) -> str:
        """The name of the stack of that index."""
        return self.stacks[index].name


class At(NamedTuple):
    """A place in a stack: of which, whose network's, and what stands there."""

    stack: int
    network: str
    path: Path
    value: str = ""


def shared(stacks: Sequence[NamedStack]) -> list[Shared]:
    """Each segment and each cluster that several stacks name."""
    groups = [
        *_groups(stacks, "segment", lambda one: one.zone.segment),
        *_groups(stacks, "cluster", lambda one: one.cluster.name),
    ]
    members = {index for *_, group in groups for index in group}
    networks = {index: networks_of(stacks[index].stack.networks) for index in sorted(members)}
    return [Shared(what, name, group, stacks, networks) for what, name, group in groups]


_What = Literal["segment", "cluster"]


def _groups(
    stacks: Sequence[NamedStack], what: _What, key: Callable[[Stack], str | None]
) -> Iterator[tuple[_What, str, list[int]]]:
    named = sorted((name, index) for index, one in enumerate(stacks) if (name := key(one.stack)))
    for name, group in groupby(named, lambda pair: pair[0]):
        members = [index for _, index in group]
        if len(members) > 1:
            yield what, name, members


def between(
    code: Code, later: At, earlier: At, messages: tuple[str, str], severity: Severity | None = None
) -> Finding:
    """A finding at the later stack; `messages` are what is said there, and of the earlier place."""
    return Finding(
        code=code.code,
        severity=severity or code.severity,
        network=later.network,
        path=later.path,
        value=shown(later.value) if later.value else "",
        message=cut(messages[0], 1000),
        fix=told(code.fix, in_json=False),
        source=later.stack,
        related=(Related(earlier.stack, earlier.path, messages[1]),),
    )
