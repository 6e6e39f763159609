"""What is on a node that is its own: files, folders and interfaces, and addresses in books."""

import os
from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from pathlib import Path

from multus_lab.addresses import read_address
from multus_lab.plugins.host_local import DATA_DIR
from multus_lab.rehearsal.commands import ip_json
from multus_lab.rehearsal.control_plane import ControlPlane
from multus_lab.rehearsal.daemon.observation import Left, Taken
from multus_lab.rehearsal.node import Node
from multus_lab.rehearsal.plan import Plan
from multus_lab.rehearsal.pods import allocations

Held = frozenset[tuple[str, str, str]]
"""Node, network and address; for whereabouts "", the pool and the pod."""


def things(node: Node) -> set[str]:
    """The node's own files, folders (with a `/` at the end) and interfaces.

    Not what is mounted there from this machine, and not bridges, which may stay.
    """
    own = node.root.stat().st_dev
    found = set()
    for folder, folders, files in os.walk(node.root):
        here = Path(folder)
        folders[:] = [one for one in folders if _device(here / one) == own]
        found |= {f"/{(here / one).relative_to(node.root)}/" for one in folders}
        ours = (one for one in files if _device(here / one) == own)
        found |= {f"/{(here / one).relative_to(node.root)}" for one in ours}
    links = ip_json(["link show"], node.netns, "-details")[0]
    kinds = {one["ifname"]: one.get("linkinfo", {}).get("info_kind") for one in links}
    return found | {f"interface {name}" for name, kind in kinds.items() if kind != "bridge"}


def _device(path: Path) -> int:
    try:
        return path.lstat().st_dev
    except OSError:
        return -1  # it has just gone


def summed(found: Set[str], books: Iterable[str]) -> list[Left]:
    """New things in order, a new folder as one; but for those in the books of IPAM plugins."""
    kept = tuple(f"{one.rstrip('/')}/" for one in books)
    own = {one for one in found if not one.startswith(kept)}
    folders = sorted(one for one in own if one.endswith("/"))
    top: list[str] = []
    for one in folders:
        if not top or not one.startswith(top[-1]):
            top.append(one)
    alone = [Left(one) for one in own if not one.startswith(tuple(top))]
    counted = [
        Left(each, sum(one.startswith(each) and not one.endswith("/") for one in own))
        for each in top
    ]
    return sorted([*alone, *counted], key=lambda one: one.path)


def books(asked: Plan) -> set[str]:
    """The folders where IPAM plugins put down what they have given."""
    return {*asked.stores, DATA_DIR}


def held(cluster: ControlPlane, nodes: Sequence[Node], asked: Plan) -> Held:
    """The addresses that IPAM plugins have put down as given."""
    found = set()
    for node in nodes:
        for path in node.kept(books(asked)):
            folder, _, address = path.rpartition("/")
            if read_address(address):
                found.add((node.name, folder.rpartition("/")[2], address))
    return frozenset(found | {("", pool, whose) for pool, whose in allocations(cluster, asked)})


def told(phase: str, addresses: Held, two_folders: bool) -> list[Taken]:
    """Addresses that stay taken, by node and network."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for node, network, address in sorted(addresses):
        found[node, network].append(address)
    return [Taken(phase, two_folders, *key, some) for key, some in found.items()]
