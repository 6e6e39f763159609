"""What rules can't decide without a line of the inventory."""

from multus_lab.checks.finding import Severity
from multus_lab.checks.network import Lab
from multus_lab.checks.rule import Hit


def undecided(line: str, message: str) -> Hit:
    """A note on the zone: what can't be decided, and the line that decides it."""
    return Hit(("zone",), None, message, line, Severity.NOTE)


def pods_line(lab: Lab) -> str | None:
    """The line that tells how many pods a node has, if there is a stack that can say so."""
    return "podsPerNode: 1" if lab.zone else None
