"""MUL703, MUL713: limits at which the daemon is killed, or comes too late, when pods start."""

from collections.abc import Iterator

from multus_lab.checks.finding import Severity
from multus_lab.checks.network import Lab
from multus_lab.checks.rule import Hit, lab_rule

_ALONE = 60 * 2**20
"""Bytes that the daemon takes before it runs a plugin, at most (multus-cni #1346)."""

_ENOUGH = 256 * 2**20
"""Bytes: each plugin that it runs takes up to 55 MiB more (cilium-cni)."""


@lab_rule(
    "MUL703",
    Severity.RISK,
    "memory limit at which the daemon is killed",
    why="Plugins run as the daemon's children and count against its limit, one for each pod that "
    "starts or ends. When a node starts again they all do at once: the daemon is killed, and no "
    "pod of the node gets a network, nor does what would help.",
    fix="remove resources.limits.memory, or set daemonConfig.connectionLimit",
    source="multus-cni #1346, #1416, #1349, #1144; siderolabs/talos #12463; siderolabs/docs, "
    "Multus CNI",
)
def low_memory(lab: Lab) -> Iterator[Hit]:
    """Find a limit below 256Mi without a limit of requests at once, or below what is the least."""
    if lab.multus is None or not lab.multus.install:
        return
    from multus_lab.settings.types import amount  # noqa: PLC0415 - manifests do without

    limit, path = lab.multus.resources.limits.memory, ("multus", "resources", "limits", "memory")
    if limit is None or amount(limit) >= _ENOUGH:
        return
    known = lab.cluster.known if lab.cluster else None
    if known is not None and known.least_memory and amount(limit) < amount(known.least_memory):
        message = (
            f"{limit} are too little on {known.name}, which wants at least {known.least_memory}"
        )
        yield Hit(path, limit, message, f"resources.limits.memory: {known.least_memory}")
    elif amount(limit) < _ALONE:
        message = f"{limit} are too little for the daemon alone, and it runs plugins beside"
        yield Hit(path, limit, message, "remove resources.limits.memory")
    elif not lab.multus.daemon_config.connection_limit:
        message = (
            f"{limit} are too little for the daemon and the plugins that it runs at once, which "
            "are as many as there are pods"
        )
        limits = "connectionLimit" in lab.multus.shape.keys
        fix = None if limits else "remove resources.limits.memory"
        yield Hit(path, limit, message, fix)


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
