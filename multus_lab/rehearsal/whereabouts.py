"""whereabouts on a node of a rehearsal: the container of its DaemonSet, as the stack declares it.

Its image is alpine with programs and scripts in the root. The programs are built from the same
module, which has the scripts too; the rest is this machine's, with bash for alpine's shell.
"""

from collections.abc import Mapping
from pathlib import Path

from multus_lab.cluster.client import Object
from multus_lab.processes import Record, start, wait
from multus_lab.rehearsal.container import Container
from multus_lab.rehearsal.node import Account, Node

ACCOUNT = "whereabouts"
"""Whom its containers are (the DaemonSet's serviceAccountName)."""

_OF_THE_MACHINE = ("usr", "etc/alternatives")
_LINKS = ("lib", "lib64", "sbin")
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
    add_image(programs, made)
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


def add_image(programs: Path, made: Container) -> None:
    """Put the image's files into a container."""
    for file in (*programs.iterdir(), *(programs.parent / "scripts").iterdir()):
        made.bind_file(file, file.name)
    for name in _OF_THE_MACHINE:
        if (Path("/") / name).is_dir():
            made.bind(Path("/") / name, name)
    for name in _LINKS:
        theirs = Path("/") / name
        if theirs.is_symlink():
            made.link(name, theirs.readlink())
        elif theirs.is_dir():
            made.bind(theirs, name)
    made.link("bin/sh", _SHELL)
