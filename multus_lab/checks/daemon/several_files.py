"""MUL711: a primary network's file named where it has several names."""

from collections.abc import Iterator

from multus_lab.checks.finding import Severity
from multus_lab.checks.network import Lab
from multus_lab.checks.rule import Hit, lab_rule


@lab_rule(
    "MUL711",
    Severity.NOTE,
    "primary network's file, named where it has several names",
    why="On a node where the file has another name, the daemon waits for this one for two minutes "
    "and ends, again and again: no pod of the node gets a secondary network.",
    fix="name no file: the daemon takes the first one that is there",
    source="Azure/AKS #4349, #4355; multus-cni v4.3.0 pkg/server/config/manager.go "
    "findMasterPlugin",
)
def several_files(lab: Lab) -> Iterator[Hit]:
    """Find a name that a stack gives where the distribution has several."""
    known = lab.cluster.known if lab.cluster else None
    if known is None or not known.primary_files or lab.multus is None or not lab.multus.install:
        return
    own = lab.multus.daemon_config.multus_master_cni
    primary = lab.cluster.primary_network.file if lab.cluster is not None else None
    message = f"on {known.name} nodes have it as {' or as '.join(known.primary_files)}"
    if own is not None:
        yield Hit(("multus", "daemonConfig", "multusMasterCNI"), own, message)
    elif primary is not None:
        yield Hit(("cluster", "primaryNetwork", "file"), primary, message)
