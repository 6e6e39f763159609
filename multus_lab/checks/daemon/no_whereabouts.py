"""MUL706: networks of whereabouts, and nobody who is said to bring that."""

from collections.abc import Iterator

from multus_lab.checks.finding import Severity
from multus_lab.checks.network import Lab
from multus_lab.checks.rule import Hit, lab_rule

_FIX = (
    "whereabouts: {install: true}, or {install: false} if another stack or the distribution "
    "brings it"
)


@lab_rule(
    "MUL706",
    Severity.RISK,
    "networks of whereabouts without whereabouts",
    why="Multus doesn't bring whereabouts. Until somebody puts the program, its configuration and "
    "its CRDs there, each pod of the network waits for it (`failed to find plugin`).",
    fix=_FIX,
    source="whereabouts v0.9.4 README.md; multus-cni v4.3.0 deployments/",
)
def no_whereabouts(lab: Lab) -> Iterator[Hit]:
    """Find a stack whose networks need it, and that doesn't say who installs it."""
    if lab.multus is None or lab.whereabouts is not None:
        return
    own = (one for one in lab.networks if not one.in_json)
    needing = [one for one in own if one.ipam_type == "whereabouts"]
    if not needing:
        return
    first, count = needing[0], len(needing)
    known = lab.cluster.known if lab.cluster else None
    brings = f"; {known.brings_whereabouts}" if known and known.brings_whereabouts else ""
    what = "the network needs" if count == 1 else f"{count} networks need"
    message = f"{what} whereabouts, and the stack doesn't say who installs it{brings}"
    yield Hit((*first.ipam_path, "type"), "whereabouts", message, network=first)
