"""MUL713: a CPU limit with which networks come too late."""

from collections.abc import Iterator

from multus_lab.checks.finding import Severity
from multus_lab.checks.network import Lab
from multus_lab.checks.rule import Hit, lab_rule

_LITTLE = 0.1
"""Cores that upstream's manifest allows, at which it was met; what is enough isn't known."""


@lab_rule(
    "MUL713",
    Severity.RISK,
    "CPU limit with which networks come too late",
    why="Plugins run as the daemon's children and count against its limit. On a busy node the "
    "kernel holds all of them back, until the runtime gives up on ADD: no pod starts, and each "
    "tries again. Without a limit the request still gives the daemon its part.",
    fix="remove resources.limits.cpu",
    source="multus-cni v4.3.0 deployments/multus-daemonset-thick.yml (100m); a public home lab's "
    "report of September 2026, whose pods stood for 11 hours",
)
def low_cpu(lab: Lab) -> Iterator[Hit]:
    """Find a limit as low as upstream's."""
    if lab.multus is None or not lab.multus.install:
        return
    from multus_lab.settings.types import amount  # noqa: PLC0415 - manifests do without

    limit = lab.multus.resources.limits.cpu
    if limit is not None and amount(limit) <= _LITTLE:
        message = f"{limit} are too little for the daemon and the plugins that it runs at once"
        yield Hit(("multus", "resources", "limits", "cpu"), limit, message)
