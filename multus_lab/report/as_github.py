"""For GitHub Actions: one workflow command a finding, which the run shows beside the line.

Escapes as in actions/toolkit, packages/core/src/command.ts (escapeData, escapeProperty).
"""

from multus_lab.report.as_text import visible
from multus_lab.report.located import Located, Report

_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


def printed(report: Report) -> str:
    """The report as workflow commands, one a line."""
    lines = [
        _command("error", one.file, one.line, one.column, "unreadable", one.message)
        for one in report.unreadable
    ]
    lines += map(_finding, report.findings)
    return "".join(f"{line}\n" for line in lines)


def _finding(one: Located) -> str:
    finding = one.finding
    level = "error" if finding.refuses else "warning" if finding.accepted is not None else "notice"
    lines = [f"{finding.network}: {finding.message}" if finding.network else finding.message]
    if finding.accepted is not None:
        lines.append(f"accepted: {finding.accepted}")
    elif finding.fix:
        lines.append(f"fix: {finding.fix}")
    message = "\n".join(map(visible, lines))
    return _command(level, one.file, one.line, one.column, finding.code, message)


def _command(  # noqa: PLR0913, PLR0917 - the parts of a workflow command
    level: str, file: str, line: int, column: int, title: str, message: str
) -> str:
    where = f"file={file.translate(_PROPERTY)}" + (f",line={line},col={column}" if line else "")
    return f"::{level} {where},title={title.translate(_PROPERTY)}::{message.translate(_DATA)}"
