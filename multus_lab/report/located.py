"""What printers print: findings with their places, and what could not be read."""

from collections.abc import Sequence
from dataclasses import dataclass

from multus_lab.checks import Finding, Severity


def level_of(finding: Finding) -> str:
    """How a finding weighs in words: its severity, or for an accepted risk `warning`."""
    return "warning" if finding.accepted is not None else finding.severity.value


@dataclass(frozen=True, slots=True)
class Located:
    """A finding, and where its value is written: `line` and `column` from 1.

    `stack` is the stack's name, "" for a manifest.
    """

    finding: Finding
    stack: str
    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that could not be read, and so wasn't checked; line 0 where no line is to blame."""

    file: str
    line: int
    column: int
    message: str


@dataclass(frozen=True, slots=True)
class Report:
    """All that a check found; `stacks`, `manifests` and `networks` count what it read."""

    findings: Sequence[Located] = ()
    unreadable: Sequence[Unreadable] = ()
    stacks: int = 0
    manifests: int = 0
    networks: int = 0

    @property
    def exit_code(self) -> int:
        """0 where nothing refuses, 1 where findings do, 2 where a file could not be read."""
        if self.unreadable:
            return 2
        return int(any(one.finding.refuses for one in self.findings))

    def count(self, severity: Severity) -> int:
        """How many findings have that severity; an accepted risk counts as none."""
        return sum(
            one.finding.severity is severity and one.finding.accepted is None
            for one in self.findings
        )

    @property
    def accepted(self) -> int:
        """How many risks are accepted."""
        return sum(one.finding.accepted is not None for one in self.findings)
