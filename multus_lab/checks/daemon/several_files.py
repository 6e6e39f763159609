"""MUL711: a primary network's file named where it has several names."""

from collections.abc import Iterator

from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab
from multus_lab.checks.primary import primary_file
from multus_lab.checks.rule import Hit, Place, lab_rule


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
    """Find a name that a stack gives where the distribution has several, or the stack has two."""
    if lab.multus is None or not lab.multus.install or (told := primary_file(lab)) is None:
        return
    (file, path), cluster = told, lab.cluster
    known = cluster.known if cluster is not None else None
    of_cluster = cluster.primary_network.file if cluster is not None else None
    if of_cluster not in (None, file):
        there = Place(None, ("cluster", "primaryNetwork", "file"), "another name here")
        message = (
            f"the cluster has it as {of_cluster}, and it is this one that the daemon looks for"
        )
        yield Hit(path, file, message, Line("multusMasterCNI", of_cluster), related=(there,))
    elif path and known and known.primary_files:
        message = f"on {known.name} nodes have it as {' or as '.join(known.primary_files)}"
        yield Hit(path, file, message)
