"""MUL702: Multus beside the one that the distribution brings."""

from collections.abc import Iterator

from multus_lab.checks.finding import Severity
from multus_lab.checks.network import Lab
from multus_lab.checks.rule import Hit, lab_rule


@lab_rule(
    "MUL702",
    Severity.RISK,
    "Multus where the distribution brings its own",
    why="A node runs one Multus: two write 00-multus.conf in turn, and each takes the other for "
    "the primary network or the socket for its own. If the distribution's is turned off, accept "
    "the finding and say so.",
    fix="multus: {install: false}",
    source="openshift/cluster-network-operator pkg/network/multus.go; rancher/rke2-charts "
    "packages/rke2-multus",
)
def second_daemon(lab: Lab) -> Iterator[Hit]:
    """Find a stack that installs Multus nevertheless."""
    known = lab.cluster.known if lab.cluster else None
    if known is None or not known.brings or lab.multus is None or not lab.multus.install:
        return
    message = f"{known.brings}, and this would be a second one"
    yield Hit(("multus", "install"), True, message)
