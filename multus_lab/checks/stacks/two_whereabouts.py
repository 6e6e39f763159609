"""XST505: two stacks install whereabouts in one cluster."""

from collections.abc import Iterator

from multus_lab.checks.finding import Finding, Severity
from multus_lab.checks.rule import Code, code
from multus_lab.checks.stacks.shared import At, Shared, between

TWO_WHEREABOUTS = code(
    Code(
        "XST505",
        Severity.ERROR,
        "two stacks install whereabouts in one cluster",
        why="A node has one whereabouts: the second stack's CRDs and roles exist already, and in "
        "another namespace it would count the same addresses anew.",
        fix="whereabouts: {install: false}",
        source="README.md, a stack is one environment of one lab zone; whereabouts v0.9.4 "
        "script/lib.sh",
        acceptable=False,
    )
)

_PATH = ("whereabouts", "install")


def two_whereabouts(shared: Shared) -> Iterator[Finding]:
    """Find all that install whereabouts beside the first stack of a cluster that does."""
    if shared.what != "cluster":
        return
    stacks = ((i, shared.stack(i).whereabouts) for i in shared.members)
    installing = [At(i, "", _PATH) for i, one in stacks if one is not None and one.install]
    for at in installing[1:]:
        first = installing[0]
        message = f"stack {shared.called(first.stack)} installs whereabouts in the same {shared}"
        yield between(TWO_WHEREABOUTS, at, first, (message, "installs whereabouts"))
