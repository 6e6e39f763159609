"""MUL704: a release that leaks an address of the primary network for each pod that goes."""

from collections.abc import Iterator

from multus_lab import releases
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab
from multus_lab.checks.primary import frees_without_keys, primary_file
from multus_lab.checks.rule import Hit, Place, lab_rule
from multus_lab.releases import troubles


@lab_rule(
    "MUL704",
    Severity.RISK,
    "release that leaks an address for each pod that goes",
    why=f"{troubles.DEL_LEAK.what} With time no address is left on the node, and no pod starts.",
    fix=Line("release", releases.DEFAULT),
    source=troubles.DEL_LEAK.source,
)
def leaked_addresses(lab: Lab) -> Iterator[Hit]:
    """Find such a release over a .conflist, unless the plugin there needs no key on DEL."""
    if lab.multus is None or not lab.multus.install:
        return
    if troubles.DEL_LEAK not in lab.multus.shape.troubles:
        return
    path, release = ("multus", "release"), lab.multus.release
    told = primary_file(lab)
    if told is None:
        message = (
            f"{release} leaks an address for each pod that goes if the primary network's file is a "
            ".conflist, as it nearly always is, and what it is called isn't known"
        )
        fix = "cluster.primaryNetwork.file: 10-calico.conflist   # as the nodes have it"
        yield Hit(path, release, message, fix, Severity.NOTE)
        return
    file, where = told
    if file.endswith(".conflist") and not frees_without_keys(file):
        message = f"{release} leaks an address of the primary network for each pod that goes"
        place = Place(None, where, "a list of plugins")
        yield Hit(path, release, message, related=(place,) if where else ())
