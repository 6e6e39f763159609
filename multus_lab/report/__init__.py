"""How findings look: one printer a format, which prints and judges nothing."""

from collections.abc import Callable

from multus_lab.report.located import Located, Report, Unreadable

FORMATS = ("text", "json", "sarif", "github")
"""What `check --format` takes."""

__all__ = ["FORMATS", "Located", "Report", "Unreadable", "printer"]


def printer(name: str) -> Callable[[Report], str]:
    """The printer of a format, imported when it is asked for."""
    from multus_lab.report import as_github, as_json, as_sarif, as_text  # noqa: PLC0415

    return {
        "text": as_text.printed,
        "json": as_json.printed,
        "sarif": as_sarif.printed,
        "github": as_github.printed,
    }[name]
