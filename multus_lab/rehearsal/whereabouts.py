"""whereabouts on a node of a rehearsal: the container of its DaemonSet, as the stack declares it.

Its image is alpine with programs and scripts in the root. The programs are built from the same
module, which has the scripts too; the rest is this machine's, with bash for alpine's shell.
"""

import time
from collections.abc import Collection, Mapping
from pathlib import Path

from multus_lab.cluster.client import Cluster, Object
from multus_lab.processes import Record, living, start, wait
from multus_lab.rehearsal.container import Container
from multus_lab.rehearsal.node import Account, Node

ACCOUNT = "whereabouts"
"""Whom its containers are (the DaemonSet's serviceAccountName)."""

CONTROLLER = "whereabouts-controller"
"""The Deployment that divides ranges among nodes."""

_DIVIDED_SECONDS = 30.0
_POLL_SECONDS = 0.1
_SHELL = "/usr/bin/bash"
_CONFIG = "/etc/cni/net.d/whereabouts.d/whereabouts.conf"


def install(programs: Path, node: Node, objects: Mapping[str, Object], account: Account) -> Record:
    """Run the DaemonSet's container on a node, and wait until it has installed the program.

    Args:
        programs: the folder of the group's programs, whose scripts lie beside it.
        node: where.
        objects: the stack's DaemonSet, by kind and name.
        account: what the service account's volume holds.

    Returns:
        The container's process.

    Raises:
        ProcessError: the container ends, or never installs it.

    """
    spec = objects["DaemonSet/whereabouts"]["spec"]["template"]["spec"]
    (container,) = spec["containers"]
    made = node.container(spec, container, objects, account)
    _add_image(programs, made)
    command = made.command(node.netns, *container["command"], *container["args"])
    log = node.folder / f"whereabouts on {node.name}.log"
    started = start(command, node.folder, log, node.environment(container))
    size = (programs / "whereabouts").stat().st_size
    program = node.place(node.layout.paths.bin_dir) / "whereabouts"

    def installed() -> bool:
        config = node.place(_CONFIG)
        return config.exists() and program.exists() and program.stat().st_size == size

    wait("whereabouts on the node", installed, {log: started})
    return started


def run_once(
    programs: Path, node: Node, deployment: str, objects: Mapping[str, Object], account: Account
) -> Record:
    """Run a Deployment's container on a node, as `install` does the DaemonSet's."""
    spec = objects[f"Deployment/{deployment}"]["spec"]["template"]["spec"]
    (container,) = spec["containers"]
    # The controller's is called as the DaemonSet's.
    made = node.container(spec, {**container, "name": deployment}, objects, account)
    _add_image(programs, made)
    command = made.command(node.netns, *container["command"], *container.get("args", []))
    log = node.folder / f"{deployment}.log"
    return start(command, node.folder, log, node.environment(container))


def divided(
    controller: Record, pools: Collection[str], nodes: Collection[str], cluster: Cluster
) -> None:
    """Wait until the controller has given each node a slice of each pool.

    But not for ever: what it can't divide it says in its log alone, and then pods fail.
    """

    def so() -> bool:
        made = {one["metadata"]["name"]: one for one in cluster.items("NodeSlicePool")}
        return all(name in made and _sliced(made[name]).issuperset(nodes) for name in pools)

    deadline = time.monotonic() + _DIVIDED_SECONDS
    while not so() and living(controller) and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)


def _sliced(pool: Object) -> set[str]:
    """The nodes that have a slice of a pool."""
    return {one["nodeName"] for one in pool.get("status", {}).get("allocations", ())}


def _add_image(programs: Path, made: Container) -> None:
    """Put the image's files into a container."""
    for file in (*programs.iterdir(), *(programs.parent / "scripts").iterdir()):
        made.bind_file(file, file.name)
    made.bind_machine(_SHELL)
