"""A rehearsal in which each node is another distribution's; run inside the namespaces.

`python -m tests.wire.distributions`, as `multus_lab.rehearsal.stage` is run. It reads a plan with
a version of the daemon for each node, and tells what its pods became.
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from multus_lab.errors import MultusLabError
from multus_lab.rehearsal import plan
from multus_lab.rehearsal.daemon import load
from multus_lab.rehearsal.daemon.plan import Version
from multus_lab.rehearsal.node import Account, Node
from multus_lab.rehearsal.pods import sandbox
from multus_lab.rehearsal.stage import Scene, Stage, main, planned


@dataclass(frozen=True)
class Plan:
    """Nodes, and what is installed on each of them."""

    whole: plan.Plan
    versions: dict[str, Version]


@dataclass(frozen=True)
class Seen:
    """What became of each node: Multus' file, its shim, and what its pods have beside eth0.

    What failed is in `failed`, by the node.
    """

    files: dict[str, dict[str, Any]]
    shims: dict[str, list[str]]
    networks: dict[str, list[str]]
    failed: dict[str, str]


def read(line: str) -> Plan:
    content = json.loads(line)
    versions = {name: Version.read(one) for name, one in content["versions"].items()}
    return Plan(planned(content["whole"]), versions)


def play(stage: Stage) -> Seen:
    given, scene = stage.set_up(
        read, lambda one: one.whole, lambda one, node: one.versions[node].layout
    )
    account, seen = scene.account(), Seen({}, {}, {}, {})
    stage.each(lambda node: attach(node, given, scene, account, seen), scene.nodes)
    return seen


def attach(node: Node, given: Plan, scene: Scene, account: Account, seen: Seen) -> None:
    version = given.versions[node.name]
    objects = {f"{one['kind']}/{one['metadata']['name']}": one for one in version.objects}
    try:
        node.install_multus(objects, account, given.whole.primary, Path(version.image))
    except MultusLabError as error:
        seen.failed[node.name] = str(error)
        return
    seen.files[node.name] = json.loads(node.configuration.read_text())
    seen.shims[node.name] = [one.name for one in node.place(version.layout.paths.bin_dir).iterdir()]
    for pod in (one for one in given.whole.pods if one.node == node.name):
        made = sandbox(scene.cluster, pod, node)
        if said := made.add():
            seen.failed[node.name] = said
        else:
            seen.networks[node.name] = load.networks(made)
        if said := made.delete():
            seen.failed[node.name] = said


if __name__ == "__main__":
    main(sys.argv[1:], play)
