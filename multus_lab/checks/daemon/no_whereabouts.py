"""MUL706: networks of whereabouts, and nobody who is said to bring that."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from multus_lab.checks.finding import Severity
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, Place, lab_rule

if TYPE_CHECKING:
    from multus_lab.settings import Whereabouts

_FIX = (
    "whereabouts: {install: true}, or {install: false} if another stack or the distribution "
    "brings it"
)
_FIX_SLICES = "remove whereabouts.nodeSlices: the controller comes if a network needs it"
_SLICED = "node_slice_size"


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
    own = [one for one in lab.networks if not one.in_json]
    if lab.whereabouts is not None:
        yield from _without_controller(lab.whereabouts, own)
    if lab.multus is None or lab.whereabouts is not None:
        return
    needing = [one for one in own if one.ipam_type == "whereabouts"]
    if not needing:
        return
    first, count = needing[0], len(needing)
    known = lab.cluster.known if lab.cluster else None
    brings = f"; {known.brings_whereabouts}" if known and known.brings_whereabouts else ""
    what = "the network needs" if count == 1 else f"{count} networks need"
    message = f"{what} whereabouts, and the stack doesn't say who installs it{brings}"
    yield Hit((*first.ipam_path, "type"), "whereabouts", message, network=first)


def _without_controller(whereabouts: "Whereabouts", own: Sequence[Network]) -> Iterator[Hit]:
    """Slices that nobody makes."""
    if not whereabouts.install or whereabouts.node_slices is not False:
        return
    sliced = [one for one in own if one.ipam_type == "whereabouts" and one.main.ipam.get(_SLICED)]
    if sliced:
        what = "the network has" if len(sliced) == 1 else f"{len(sliced)} networks have"
        message = f"{what} a {_SLICED}, and the stack leaves out the controller that makes slices"
        place = Place(sliced[0], (*sliced[0].ipam_path, _SLICED), "sliced")
        yield Hit(("whereabouts", "nodeSlices"), False, message, _FIX_SLICES, related=(place,))
