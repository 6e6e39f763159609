"""XST504: two stacks install Multus in one cluster."""

from collections.abc import Iterator

from multus_lab.checks.finding import Finding, Severity
from multus_lab.checks.rule import Code, code
from multus_lab.checks.stacks.shared import At, Shared, between

TWO_DAEMONS = code(
    Code(
        "XST504",
        Severity.ERROR,
        "two stacks install Multus in one cluster",
        why="A node runs one Multus: the second stack's DaemonSet and CRD exist already.",
        fix="multus: {install: false}",
        source="README.md, a stack is one environment of one lab zone",
        acceptable=False,
    )
)

_PATH = ("multus", "install")


def two_daemons(shared: Shared) -> Iterator[Finding]:
    """Find all that install Multus beside the first stack of a cluster that does."""
    if shared.what != "cluster":
        return
    installing = [At(i, "", _PATH) for i in shared.members if shared.stack(i).multus.install]
    for at in installing[1:]:
        first = installing[0]
        message = f"stack {shared.called(first.stack)} installs Multus in the same {shared}"
        yield between(TWO_DAEMONS, at, first, (message, "installs Multus"))
