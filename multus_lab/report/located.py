"""What printers print: findings with their places, and what could not be read."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from multus_lab.checks import CODES, Finding, Severity
from multus_lab.checks.finding import Path
from multus_lab.checks.fix import told
from multus_lab.documents import lines_of


def level_of(finding: Finding) -> str:
    """How a finding weighs in words: its severity, or for an accepted one `warning`.

    An accepted note stays a note.
    """
    if finding.accepted is not None and finding.severity is not Severity.NOTE:
        return "warning"
    return finding.severity.value


@dataclass(eq=False)
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
        return lines_of(self.text)


_TOKEN = re.compile(
    r'"(?:[^"\\]|\\.)*"|'
    r"'(?:[^']|'')*'|"
    r'\\"(?:[^"\\]|\\(?!"))*\\"|'
    r"[^\s,\[\]{}\"'#\\]+(?: +[^\s,\[\]{}\"'#\\]+)*"
)
"""A text in quotes, or in quotes of JSON that stand in those of YAML, or words as they stand."""


@dataclass(eq=False)
class Spot:
    """A place in what was read, looked for when it is asked; `message` says what is there."""

    source: Source
    path: Path
    message: str = ""

    @cached_property
    def place(self) -> tuple[int, int]:
        """Line and column, from 1, of the value, or of what of the path there is."""
        return self.source.place(self.path)

    @property
    def line(self) -> int:
        """From 1."""
        return self.place[0]

    @property
    def column(self) -> int:
        """From 1, in characters."""
        return self.place[1]

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
    `hidden` counts the notes that were taken out.
    """

    findings: Sequence[Located] = ()
    unreadable: Sequence[Unreadable] = ()
    stacks: int = 0
    manifests: int = 0
    networks: int = 0
    empty: Sequence[tuple[str, Sequence[str]]] = ()
    hidden: int = 0

    @property
    def exit_code(self) -> int:
        """0 where nothing refuses, 1 where findings do, 2 where a file could not be read."""
        if self.unreadable:
            return 2
        return int(any(one.finding.refuses for one in self.findings))

    def refusing(self) -> "Report":
        """The same with nothing but what refuses."""
        return self._replace(findings=[one for one in self.findings if one.finding.refuses])

    def without_notes(self) -> "Report":
        """The same without notes."""
        kept = [one for one in self.findings if one.finding.severity is not Severity.NOTE]
        return self._replace(findings=kept, hidden=len(self.findings) - len(kept))

    def counts(self) -> Mapping[str, int]:
        """How many findings have each severity, and how many are `accepted` instead."""
        weights = (*(severity.value for severity in Severity), "accepted")
        found = Counter(
            [
                one.finding.severity if one.finding.accepted is None else "accepted"
                for one in self.findings
            ]
        )
        return {weight: found[weight] for weight in weights}


class Group(NamedTuple):
    """Notes of one code that hold for nearly every network of a kind; `first` is one of them.

    `networks` are their names, as often as several files have one of a name. `fix` is that of all
    of them, or what the code has for any network.
    """

    first: Located
    networks: Sequence[str]
    fix: str

    @property
    def which(self) -> str:
        """How many networks, and which, the first three by name."""
        count, names = len(self.networks), list(dict.fromkeys(self.networks))
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        return f"{count} network{'s' if count != 1 else ''} ({', '.join(names[:3])}{more})"


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
    return single, [_group(ones) for _, ones in sorted(common.items())]


def _group(ones: Sequence[Located]) -> Group:
    networks = dict.fromkeys((one.finding.source, one.finding.network) for one in ones)
    first = ones[0]
    fix = first.finding.fix
    if any(one.finding.fix != fix for one in ones):
        fix = told(CODES[first.finding.code].fix, in_json=not first.spot.source.stack)
    return Group(first, [name for _, name in networks], fix)
