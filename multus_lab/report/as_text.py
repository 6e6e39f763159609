"""For people: findings by network, each with its place, why it hurts, and the way out."""

import os
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import TextIO

from multus_lab.checks import Finding, Severity
from multus_lab.checks.catalogue import catalogue
from multus_lab.manifests import ACCEPT
from multus_lab.report.located import Located, Report, Unreadable, level_of
from multus_lab.settings.problems import dotted

_COLOURS = {"error": "31", "risk": "33", "warning": "33", "note": "36", "bold": "1", "fix": "32"}

_Paint = Callable[[str, str], str]


def colours(stream: TextIO) -> bool:
    """Whether to colour: on a terminal only, and not where NO_COLOR says no."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return not plain and stream.isatty()


def printed(report: Report, colour: bool = False) -> str:
    """The report as text, with a summary for its last line."""
    paint = _coloured if colour else _uncoloured
    lines = [_unreadable(one, paint) for one in report.unreadable]
    explained: set[str] = set()
    for (_, network), group in groupby(
        report.findings, lambda one: (one.file, one.finding.network)
    ):
        lines += ["", paint("bold", visible(network))] if network else [""]
        for one in group:
            lines += _located(one, paint, one.finding.code not in explained)
            explained.add(one.finding.code)
    if report.findings:
        lines.append("")
    if report.stacks or report.manifests:
        lines.append(_summary(report))
    return "\n".join([*lines, ""]).lstrip("\n")


def _unreadable(one: Unreadable, paint: _Paint) -> str:
    place = f"{one.file}:{one.line}:{one.column}" if one.line else one.file
    return f"{paint('bold', visible(place))}: {paint('error', visible(one.message))}"


def told(finding: Finding) -> str:
    """One finding without the place in a file, as the program tells it: with why and fix."""
    return "\n".join(_finding(finding, "", _uncoloured, explain=True))


def _located(one: Located, paint: _Paint, explain: bool) -> Iterator[str]:
    finding = one.finding
    place = paint("bold", visible(f"{one.file}:{one.line}:{one.column}"))
    yield from _finding(finding, f"{place}: ", paint, explain)
    if explain and level_of(finding) == "risk" and not one.stack:
        # A line of YAML and of JSON alike.
        yield f'  or accept it: "annotations": {{"{ACCEPT}": "{{{finding.code}: the reason}}"}}'


def _finding(finding: Finding, place: str, paint: _Paint, explain: bool) -> Iterator[str]:
    what = " ".join(word for word in (dotted(finding.path), finding.value) if word)
    level = level_of(finding)
    yield (
        f"{place}{paint(level, f'{level} {finding.code}')} ({visible(what)}): "
        f"{visible(finding.message)}"
    )
    if finding.accepted is not None:
        yield f"  accepted: {visible(finding.accepted)}"
        return
    entry = catalogue().get(finding.code) if explain and finding.code != "SET001" else None
    if entry:
        yield f"  why: {visible(entry.why)}"
    if finding.fix:
        yield f"  {paint('fix', 'fix')}: {visible(finding.fix)}"


def _summary(report: Report) -> str:
    stacks = (f"{counted(report.stacks, 'stack')}",) if report.stacks else ()
    manifests = (f"{counted(report.manifests, 'manifest')}",) if report.manifests else ()
    read = ", ".join((*stacks, *manifests, counted(report.networks, "network")))
    counts = [
        *(counted(report.count(severity), severity.value) for severity in Severity),
        f"{report.accepted} accepted",
        f"{len(report.unreadable)} unreadable",
    ]
    found = ", ".join(count for count in counts if not count.startswith("0 "))
    return f"{read}: {found or 'nothing found'}"


def counted(count: int, what: str) -> str:
    """The number and the noun, in its plural where that is called for."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _coloured(what: str, text: str) -> str:
    return f"\033[{_COLOURS[what]}m{text}\033[0m"


def _uncoloured(_: str, text: str) -> str:
    return text


def visible(text: str) -> str:
    """The text on one line, with what a terminal would act on written as escapes."""
    if text.isprintable():
        return text
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode() for one in text
    )
