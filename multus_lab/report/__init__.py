"""How findings look: one printer per format, which prints and judges nothing."""

from collections.abc import Callable

from multus_lab.report.located import Located, Report, Source, Spot, Unreadable

FORMATS = ("text", "json", "sarif", "github")
"""What `check --format` takes."""

__all__ = ["FORMATS", "Located", "Report", "Source", "Spot", "Unreadable", "printer"]


def printer(name: str) -> Callable[[Report, bool], str]:
    """The printer of a format for machines, imported when it is asked for.

    It takes the report, and whether every note is to stand at its place.
    """
    from multus_lab.report import as_github, as_json, as_sarif  # noqa: PLC0415

    return {
        "json": lambda report, _: as_json.printed(report),
        "sarif": lambda report, _: as_sarif.printed(report),
        "github": lambda report, every: as_github.printed(report, every_note=every),
    }[name]
