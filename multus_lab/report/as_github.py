"""For GitHub Actions: one workflow command per finding, which the run shows beside the line.

Escapes as in actions/toolkit, packages/core/src/command.ts (escapeData, escapeProperty).
"""

from multus_lab.checks import CODES
from multus_lab.report.as_text import visible
from multus_lab.report.located import Group, Located, Report, grouped, level_of

_LEVELS = {"error": "error", "risk": "error", "warning": "warning", "note": "notice"}

_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


def printed(report: Report, *, every_note: bool = False) -> str:
    """The report as workflow commands, one per line; common notes are one command per code."""
    single, groups = (report.findings, []) if every_note else grouped(report.findings)
    lines = [
        _command("error", one.file, one.line, one.column, "unreadable", visible(one.message))
        for one in report.unreadable
    ]
    lines += map(_finding, single)
    lines += map(_group, groups)
    return "".join(f"{line}\n" for line in lines)


def _finding(one: Located) -> str:
    finding = one.finding
    level = _LEVELS[level_of(finding)]
    lines = [f"{finding.network}: {finding.message}" if finding.network else finding.message]
    if finding.accepted is not None:
        lines.append(f"accepted: {finding.accepted}")
    lines += [
        f"{spot.source.file}:{spot.line}:{spot.column}: {spot.message}" for spot in one.related
    ]
    if finding.accepted is None and finding.fix:
        lines.append(f"fix: {finding.fix}")
    message = "\n".join(map(visible, lines))
    spot = one.spot
    return _command(level, spot.source.file, spot.line, spot.column, finding.code, message)


def _group(group: Group) -> str:
    code, spot = CODES[group.first.finding.code], group.first.spot
    message = visible(f"{code.title}: {group.which}")
    return _command("notice", spot.source.file, spot.line, spot.column, code.code, message)


def _command(  # noqa: PLR0913, PLR0917 - the parts of a workflow command
    level: str, file: str, line: int, column: int, title: str, message: str
) -> str:
    where = f"file={file.translate(_PROPERTY)}" + (f",line={line},col={column}" if line else "")
    return f"::{level} {where},title={title.translate(_PROPERTY)}::{message.translate(_DATA)}"
