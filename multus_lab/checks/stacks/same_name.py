"""XST503: two stacks declare the same network in one cluster."""

from collections.abc import Iterator

from multus_lab.checks.finding import Finding, Severity
from multus_lab.checks.rule import Code, code
from multus_lab.checks.stacks.shared import At, Shared, between

SAME_NAME = code(
    Code(
        "XST503",
        Severity.ERROR,
        "two stacks declare the same network in one cluster",
        why="The API keeps one object per namespace and name: each `up` undoes the other's.",
        fix="rename one of the two, or put it into another namespace",
        source="Kubernetes API, object names",
        acceptable=False,
    )
)


def same_name(shared: Shared) -> Iterator[Finding]:
    """Find networks of one cluster that have the same namespace and name."""
    first: dict[str, At] = {}
    for index in shared.members if shared.what == "cluster" else ():
        for network in shared.networks[index]:
            at = At(index, network.label, (*network.path, "name"), network.name)
            before = first.setdefault(network.label, at)
            if before.stack != index:
                stack = shared.called(before.stack)
                message = f"is declared by stack {stack} too, in the same {shared}"
                yield between(SAME_NAME, at, before, (message, "declares the same network"))
