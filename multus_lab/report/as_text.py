"""For people: findings by network, each with its place, why it hurts, and the way out."""

import os
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import TextIO

from multus_lab.attachment import ACCEPT, ANNOTATION
from multus_lab.checks import CODES, Finding, Severity
from multus_lab.problems import dotted
from multus_lab.report.located import Group, Located, Report, Spot, Unreadable, grouped, level_of

_COLOURS = {"error": "31", "risk": "33", "warning": "33", "note": "36", "bold": "1", "fix": "32"}

_Paint = Callable[[str, str], str]


def colours(stream: TextIO) -> bool:
    """Whether to colour: on a terminal only, and not where NO_COLOR says no."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return not plain and stream.isatty()


def printed(
    report: Report, colour: bool = False, *, quiet: bool = False, every_note: bool = False
) -> str:
    """The report as text, with a summary for its last line.

    With `quiet` a finding is one line, as grep has it, and nothing else is printed. Common notes
    are grouped by code, unless `every_note` is to be shown at its place.
    """
    paint = _coloured if colour else _uncoloured
    single, groups = (report.findings, []) if every_note else grouped(report.findings)
    lines = [_unreadable(one, paint) for one in report.unreadable]
    if quiet:
        lines += [_line(one, paint) for one in single]
        lines += [_at(one.first.spot, paint) + _group(one, paint) for one in groups]
        return "".join(f"{line}\n" for line in lines)
    explained: set[str] = set()
    for (_, network), group in groupby(
        single, lambda one: (one.spot.source.file, one.finding.network)
    ):
        lines += ["", paint("bold", visible(network))] if network else [""]
        for one in group:
            lines += _located(one, paint, one.finding.code not in explained)
            explained.add(one.finding.code)
    for one_group in groups:
        finding = one_group.first.finding._replace(fix=one_group.fix)
        lines += ["", _group(one_group, paint), *_explained(finding, paint)]
    if report.findings:
        lines.append("")
    lines += _without(report.empty)
    if report.stacks or report.manifests:
        lines.append(_summary(report))
    return "\n".join([*lines, ""]).lstrip("\n")


def _unreadable(one: Unreadable, paint: _Paint) -> str:
    place = f"{one.file}:{one.line}:{one.column}" if one.line else one.file
    return f"{paint('bold', visible(place))}: {paint('error', visible(one.message))}"


_MOST = 10
"""How many files without a network, and how many kinds that one has instead, are named."""


def _without(empty: Sequence[tuple[str, Sequence[str]]]) -> Iterator[str]:
    """The files without a network; where a whole repository is checked, nearly all are."""
    for file, kinds in empty[:_MOST]:
        has = f"; it has {', '.join(map(visible, kinds[:_MOST]))}" if kinds else ""
        more = f" and {len(kinds) - _MOST} more kinds" if len(kinds) > _MOST else ""
        yield f"{visible(file)}: no NetworkAttachmentDefinition{has}{more}"
    if len(empty) > _MOST:
        yield f"{counted(len(empty) - _MOST, 'more file')} without a NetworkAttachmentDefinition"


def told(finding: Finding) -> str:
    """One finding without the place in a file, as the program tells it: with why and fix."""
    return "\n".join([_headline(finding, "", _uncoloured), *_explained(finding, _uncoloured)])


def _located(one: Located, paint: _Paint, explain: bool) -> Iterator[str]:
    yield _line(one, paint)
    yield from _excerpt(one.spot, paint)
    for spot in one.related:
        yield f"  {_at(spot, paint)}{visible(spot.message)}"
        yield from _excerpt(spot, paint)
    yield from _explained(one.finding, paint, explain)
    if explain and one.finding.refuses and not one.spot.source.stack and _acceptable(one.finding):
        # A line of YAML and of JSON alike.
        reason = f"{{{one.finding.code}: the reason}}"
        yield f'  or accept it: "annotations": {{"{ACCEPT}": "{reason}"}}'


def _acceptable(finding: Finding) -> bool:
    known = CODES.get(finding.code)
    of_pod = ANNOTATION in finding.path  # whose network accepts it
    return bool(known and known.acceptable and finding.severity is Severity.RISK and not of_pod)


def _line(one: Located, paint: _Paint) -> str:
    return _headline(one.finding, _at(one.spot, paint), paint)


def _at(spot: Spot, paint: _Paint) -> str:
    return f"{paint('bold', visible(f'{spot.source.file}:{spot.line}:{spot.column}'))}: "


def _headline(finding: Finding, place: str, paint: _Paint) -> str:
    what = " ".join(word for word in (dotted(finding.path), finding.value) if word)
    level = level_of(finding)
    return (
        f"{place}{paint(level, f'{level} {finding.code}')} ({visible(what)}): "
        f"{visible(finding.message)}"
    )


def _explained(finding: Finding, paint: _Paint, explain: bool = True) -> Iterator[str]:
    if finding.accepted is not None:
        what = "accepted error" if finding.severity is Severity.ERROR else "accepted"
        yield f"  {what}: {visible(finding.accepted)}"
        return
    known = CODES.get(finding.code) if explain and finding.code != "SET001" else None
    if known:
        yield f"  why: {visible(known.why)}"
    if finding.fix:
        yield f"  {paint('fix', 'fix')}: {visible(finding.fix)}"


def _group(group: Group, paint: _Paint) -> str:
    code = CODES[group.first.finding.code]
    return f"{paint('note', f'note {code.code}')}: {code.title}: {visible(group.which)}"


_EXCERPT = 100
"""How many characters of a line are shown; a configuration is often one long line."""


def _excerpt(spot: Spot, paint: _Paint) -> Iterator[str]:
    """The line of the file, with a caret under each character of the value."""
    line, at = spot.excerpt, spot.column - 1
    start = 0 if at + spot.width <= _EXCERPT else max(0, at - _EXCERPT // 3)
    cut = line[start : start + _EXCERPT]
    before = ("…" if start else "") + visible(cut[: at - start])
    value = visible(cut[at - start :][: spot.width])
    after = visible(cut[at - start + spot.width :])
    if len(line) > start + _EXCERPT:
        after += "…"
    number = str(spot.line)
    yield f"  {number} | {before}{value}{after}".rstrip()
    carets = "^" * max(1, len(value))
    yield f"  {' ' * len(number)} | {' ' * len(before)}{paint('fix', carets)}"


def _summary(report: Report) -> str:
    stacks = (f"{counted(report.stacks, 'stack')}",) if report.stacks else ()
    manifests = (f"{counted(report.manifests, 'manifest')}",) if report.manifests else ()
    read = ", ".join((*stacks, *manifests, counted(report.networks, "network")))
    counts = {**report.counts(), "unreadable": len(report.unreadable)}
    plain = ("accepted", "unreadable")
    told = [
        f"{count} {what}" if what in plain else counted(count, what)
        for what, count in counts.items()
        if count
    ]
    if report.hidden:
        told.append(f"{counted(report.hidden, 'note')} hidden")
    found = ", ".join(told)
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
