"""`rehearse`: a stack's networks, or its installation, on real parts."""

import sys
import time
from typing import Any

from multus_lab.cli.output import write
from multus_lab.progress import Progress
from multus_lab.rehearsal import report, subjects, world
from multus_lab.rehearsal.daemon import report as daemon_report
from multus_lab.rehearsal.daemon import subject as daemon_subject
from multus_lab.rehearsal.subjects import MAX_PODS, SubjectError
from multus_lab.report.as_text import counted


def rehearse(options: Any) -> int:
    """Rehearse networks or an installation; returns the code to exit with."""
    if options.clean:
        if ended := world.clean():
            print(f"ended processes of {counted(ended, 'killed rehearsal')}")
        else:
            print("nothing is left of earlier rehearsals")
        return 0
    if not 1 <= options.pods <= MAX_PODS:
        raise SubjectError(f"--pods is 1 to {MAX_PODS} on each node, not {options.pods}")
    if options.daemon or options.before is not None:
        return _rehearsed(_installation(options), daemon_report, options)
    if (options.stack is None) == (not options.manifest):
        raise SubjectError("rehearse takes a stack, or --manifest with files")
    if options.manifest:
        return _rehearsed(subjects.of_manifests(options.manifest), report, options)
    return _rehearsed(subjects.of_stack(options.stack), report, options)


def _installation(options: Any) -> daemon_subject.Subject:
    if not options.daemon:
        raise SubjectError("--from is for a rehearsal of the installation: add --daemon")
    if options.stack is None or options.manifest:
        raise SubjectError("--daemon rehearses what a stack installs: name one, without --manifest")
    return daemon_subject.of_stack(options.stack, options.before)


def _rehearsed(subject: Any, told: Any, options: Any) -> int:
    """Rehearse a subject, and print what its room `told` makes of it."""
    if subject.refused:
        write(subject.refused)
        print("multus-lab: nothing was rehearsed, because check refuses the stack", file=sys.stderr)
        return 1
    start = time.monotonic()
    rehearsed = subject.rehearse(options.pods, Progress())
    findings, seconds = rehearsed.findings(), time.monotonic() - start
    printed = told.as_json if options.json else told.printed
    write(printed(rehearsed, findings, seconds))
    return int(any(one.refuses for one in findings))
