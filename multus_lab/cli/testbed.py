"""`testbed`: a throw-away cluster on this machine."""

from dataclasses import asdict
from typing import Any

from multus_lab.cli.output import write_json
from multus_lab.progress import Progress
from multus_lab.testbed import Status, Testbed, prune, summary


def testbed(options: Any) -> int:
    """Start, stop, show or prune; returns the code to exit with."""
    if options.action == "prune":
        return _prune(options)
    bed = Testbed.named(options.name)
    if options.action == "down":
        stopped = bed.down()
        print(f"test bed {bed.name} is down" + ("" if stopped else " already"))
        return 0
    if options.action == "up":
        status = bed.up(options.nodes, options.port, Progress())
    else:
        status = bed.status()
    if options.json:
        write_json(asdict(status))
    else:
        _print_status(bed, status)
    return 0 if status.state == "up" or options.action == "status" else 1


def _prune(options: Any) -> int:
    removed = prune()
    if options.json:
        write_json([asdict(one) for one in removed])
        return 0
    for one in removed:
        print(f"removed {one}")
    if removed:
        print(f"in all {summary(removed)}")
    else:
        print("nothing to remove: no programs of other releases, and no logs older than a day")
    return 0


def _print_status(bed: Testbed, status: Status) -> None:
    print(f"test bed {bed.name} is {status.state}", end="")
    if status.state != "down":
        print(f": {status.server}, {len(status.nodes)} nodes")
        print(f"export KUBECONFIG={status.kubeconfig}", end="")
    print()
    for problem in status.problems:
        print(f"  {problem}")
