"""`check`: findings of stacks and manifests, and what a code means."""

import sys
from typing import Any

from multus_lab import project, sources
from multus_lab.cli.output import write
from multus_lab.report import as_text, printer


def check(options: Any) -> int:
    """Check, and print what is found; returns the code to exit with."""
    if options.rules or options.explain is not None:
        return _explain(options.explain)

    stacks = options.stacks
    if not stacks and not options.manifest:
        stacks = list(map(str, project.stack_files(project.folder())))
        if not stacks:
            raise project.ProjectError("there is no Pulumi.<stack>.yaml to check")
    report = sources.check(stacks, options.manifest, options.each)
    if options.notes == "none":
        report = report.without_notes()
    every_note = options.notes == "all"
    if options.format == "text":
        colour = as_text.colours(sys.stdout)
        write(as_text.printed(report, colour, quiet=options.quiet, every_note=every_note))
    else:
        write(printer(options.format)(report, every_note))
    return report.exit_code


def _explain(code: str | None) -> int:
    """Print what a code means, or without one the list of all."""
    from multus_lab.report import rules  # noqa: PLC0415 - a check does without

    text = rules.listed() if code is None else rules.explained(code)
    if text is None:
        where = "`check --rules` lists them"
        print(f"multus-lab: no rule has the code {code!r}; {where}", file=sys.stderr)
        return 2
    write(text)
    return 0
