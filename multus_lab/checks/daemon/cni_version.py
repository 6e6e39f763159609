"""MUL701: a daemon that refuses the primary network for its cniVersion."""

from collections.abc import Iterator

from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab
from multus_lab.checks.primary import primary_file
from multus_lab.checks.rule import Hit, Place, lab_rule
from multus_lab.versions import release

_CHECKS: tuple[int, int, int] = (0, 4, 0)
"""The first cniVersion with CHECK: a daemon of it wants that of the primary network too."""


@lab_rule(
    "MUL701",
    Severity.ERROR,
    "daemon whose cniVersion the primary network doesn't have",
    why="A daemon with a cniVersion of 0.4.0 or newer doesn't start on a node whose primary "
    "network has an older one (`delegate cni version is 0.3.1 while top level cni version is "
    "0.4.0`): it writes no configuration, and no pod of the node gets a secondary network.",
    fix=Line("cniVersion", "0.3.1"),
    source="multus-cni v4.3.0 pkg/server/config/generator.go CheckVersionCompatibility, "
    "manager.go loadPrimaryCNIConfigFromFile",
)
def cni_version(lab: Lab) -> Iterator[Hit]:
    """Find a daemon of this stack that is newer than its cluster's primary network."""
    if lab.multus is None or not lab.multus.install:
        return
    own = lab.multus.daemon_config.cni_version
    if release(own) < _CHECKS or lab.multus.daemon_config.force_cni_version:
        return
    path = ("multus", "daemonConfig", "cniVersion")
    version = lab.cluster.primary_network.cni_version if lab.cluster is not None else None
    known = lab.cluster.known if lab.cluster else None
    brought, told = known and known.primary, primary_file(lab)
    if known and known.newest and release(own) > release(known.newest.cni_version):
        message = f"on {known.name} {known.newest.why}"
        fix = f"daemonConfig.cniVersion: {known.newest.cni_version}"
        yield Hit(path, own, message, fix, Severity.NOTE)
    elif version is not None:
        if release(version) < _CHECKS:
            message = (
                f"the daemon doesn't start: its cniVersion is {own}, and the primary network's "
                f"{version} is older than 0.4.0"
            )
            place = Place(None, ("cluster", "primaryNetwork", "cniVersion"), f"{version} here")
            yield Hit(path, own, message, related=(place,))
    elif known and brought and told and told[0] == brought.file:
        if release(brought.cni_version) < _CHECKS:
            message = (
                f"the daemon doesn't start: its cniVersion is {own}, and {known.name}'s "
                f"{brought.file} has {brought.cni_version}, which is older than 0.4.0"
            )
            yield Hit(path, own, message, severity=Severity.RISK)
    else:
        message = (
            f"with {own} the daemon starts only if the primary network's file has a cniVersion of "
            "0.4.0 or newer, and which it has isn't known"
        )
        fix = "cluster.primaryNetwork.cniVersion: 0.4.0   # as its file has it"
        yield Hit(path, own, message, fix, Severity.NOTE)
