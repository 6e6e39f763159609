"""What printers print: findings with their places, and what could not be read."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from multus_lab.checks import CODES, Finding, Severity
from multus_lab.checks.finding import Path


def level_of(finding: Finding) -> str:
    """How a finding weighs in words: its severity, or for an accepted one `warning`.

    An accepted note stays a note.
    """
    if finding.accepted is not None and finding.severity is not Severity.NOTE:
        return "warning"
    return finding.severity.value


@dataclass(frozen=True)
class Source:
    """What was read: the `file` as a user names it, and the `stack` that it is, "" for a manifest.

    `place` tells line and column of a path, from 1; `alone` that a manifest is one document.
    """

    file: str
    stack: str
    place: Callable[[Path], tuple[int, int]]
    text: str
    alone: bool = False

    @cached_property
    def lines(self) -> Sequence[str]:
        """The lines of the file, as editors count them."""
        return re.split(r"\r\n?|\n", self.text)


_TOKEN = re.compile(
    r'"(?:[^"\\]|\\.)*"|' r"'(?:[^']|'')*'|[^\s,\[\]{}\"'#]+(?: +[^\s,\[\]{}\"'#]+)*"
)
"""A text in quotes, or words as they stand."""


class Spot(NamedTuple):
    """A place in what was read: `line` and `column` from 1; `message` says what is there."""

    source: Source
    line: int
    column: int
    message: str = ""

    @classmethod
    def of(cls, source: Source, path: Path, message: str = "") -> "Spot":
        """Where the value at a path stands, or what of the path there is."""
        return cls(source, *source.place(path), message)

    @property
    def excerpt(self) -> str:
        """The line, without what makes it end."""
        return self.source.lines[self.line - 1] if self.line <= len(self.source.lines) else ""

    @property
    def width(self) -> int:
        """How many characters the value has in its line, as far as that is to be seen."""
        token = _TOKEN.match(self.excerpt, self.column - 1)
        return len(token[0]) if token else 1


class Located(NamedTuple):
    """A finding, where its value stands, and the other places that it speaks of."""

    finding: Finding
    spot: Spot
    related: Sequence[Spot] = ()


class Unreadable(NamedTuple):
    """A file that could not be read, and so wasn't checked; line 0 where no line is to blame."""

    file: str
    line: int
    column: int
    message: str


class Report(NamedTuple):
    """All that a check found; `stacks`, `manifests` and `networks` count what it read.

    `empty` are the manifests without any network, each with the kinds that it has instead.
    """

    findings: Sequence[Located] = ()
    unreadable: Sequence[Unreadable] = ()
    stacks: int = 0
    manifests: int = 0
    networks: int = 0
    empty: Sequence[tuple[str, Sequence[str]]] = ()

    @property
    def exit_code(self) -> int:
        """0 where nothing refuses, 1 where findings do, 2 where a file could not be read."""
        if self.unreadable:
            return 2
        return int(any(one.finding.refuses for one in self.findings))

    def without_notes(self) -> "Report":
        """The same without notes."""
        kept = [one for one in self.findings if one.finding.severity is not Severity.NOTE]
        return self._replace(findings=kept)

    def count(self, severity: Severity) -> int:
        """How many findings have that severity; an accepted one counts as none."""
        return sum(
            one.finding.severity is severity and one.finding.accepted is None
            for one in self.findings
        )

    @property
    def accepted(self) -> int:
        """How many findings are accepted."""
        return sum(one.finding.accepted is not None for one in self.findings)


class Group(NamedTuple):
    """Notes of one code that hold for nearly every network of a kind; `first` is one of them."""

    first: Located
    networks: Sequence[str]

    @property
    def which(self) -> str:
        """How many networks, and which, the first three by name."""
        count = len(self.networks)
        named = ", ".join(self.networks[:3]) + (f" and {count - 3} more" if count > 3 else "")
        return f"{count} network{'s' if count != 1 else ''} ({named})"


def grouped(findings: Sequence[Located]) -> tuple[list[Located], list[Group]]:
    """The findings without notes that are common, and those by code."""
    single: list[Located] = []
    common: dict[str, list[Located]] = {}
    for one in findings:
        known = CODES.get(one.finding.code)
        if known is None or not known.common or one.finding.severity is not Severity.NOTE:
            single.append(one)
        elif one.finding.accepted is None:
            common.setdefault(one.finding.code, []).append(one)
    groups = [
        Group(ones[0], list(dict.fromkeys(one.finding.network for one in ones)))
        for _, ones in sorted(common.items())
    ]
    return single, groups
