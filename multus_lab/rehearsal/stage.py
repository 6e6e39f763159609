"""The inside of a rehearsal: the first process of its namespaces, with which all of it ends.

`python -m multus_lab.rehearsal.stage FOLDER KUBERNETES PLUGINS MULTUS [WHEREABOUTS]`, all of them
folders, PLUGINS one or several as PATH has them, reads the plan as one line of JSON from standard
input, and writes a line of JSON for each step, and at last for what was seen. `world` starts it.
"""

import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path
from shutil import which
from typing import Any, TypeVar

from multus_lab.errors import MultusLabError
from multus_lab.plugins import record
from multus_lab.processes import ProcessError
from multus_lab.rehearsal import plan, whereabouts
from multus_lab.rehearsal.commands import PATH, CommandError, ip, make_netns, run
from multus_lab.rehearsal.control_plane import ControlPlane
from multus_lab.rehearsal.errors import UnableError
from multus_lab.rehearsal.node import CLUSTER_BRIDGE, Account, Node, Programs
from multus_lab.rehearsal.observation import Observation
from multus_lab.rehearsal.pods import Pods
from multus_lab.rehearsal.told import tell

NAMESPACE = "kube-system"
ACCOUNT = "multus"
DAEMON = f"system:serviceaccount:{NAMESPACE}:{ACCOUNT}"
"""Whom the API server takes the daemons for (the DaemonSet's serviceAccountName)."""

_WORKERS = max(4, (os.cpu_count() or 2) * 2)
_T = TypeVar("_T")
_R = TypeVar("_R")


def main(arguments: Sequence[str]) -> None:
    """Rehearse, and say how it went."""
    folder, kubernetes, plugins, multus, *rest = arguments
    programs = Programs(
        Path(kubernetes),
        [Path(one) for one in plugins.split(os.pathsep)],
        Path(multus),
        Path(rest[0]) if rest else None,
    )
    try:
        observation = Stage(Path(folder), programs).play()
    except UnableError as error:
        tell(unable=str(error))
    except ProcessError as error:
        tell(failed=error.brief)  # its log goes with the rehearsal
    except MultusLabError as error:
        tell(failed=str(error))
    except CommandError as error:
        command = " ".join(map(str, error.cmd))
        tell(failed=f"`{command}` failed: {' '.join(error.stderr.split())}")
    else:
        tell(observation=asdict(observation))


class Stage:
    """One rehearsal, from the bare namespaces to what was seen in them."""

    def __init__(self, folder: Path, programs: Programs) -> None:
        self._folder = folder
        self._programs = programs
        self._threads = ThreadPoolExecutor(_WORKERS)

    def play(self) -> Observation:
        """Set up, run the pods, look, and take the pods down again."""
        run("mount", "-t", "tmpfs", "-o", "mode=700", "multus-lab", self._folder)
        ip(
            [
                "link set lo up",
                *_bridge(CLUSTER_BRIDGE, [f"{plan.SERVER}/{plan.UNDERLAY.prefixlen}"]),
            ]
        )
        tell(step="starting the API server")
        (self._folder / "cluster").mkdir()
        cluster = ControlPlane(self._folder / "cluster", self._programs.kubernetes, DAEMON)
        starting = self._threads.submit(cluster.start)
        planned = _read_plan(sys.stdin.readline())
        missing = lacking(planned)
        segments = self._segments(planned)
        tell(step="setting up nodes", of=len(planned.nodes))
        nodes = self._map(
            lambda one: Node(one[1], self._folder / str(one[0]), self._programs, segments),
            list(enumerate(planned.nodes)),
        )
        starting.result()
        refused, objects = self._fill(cluster, planned)
        tell(step="starting Multus", of=len(nodes))
        account = Account(
            cluster.token(NAMESPACE, ACCOUNT), cluster.authority.read_text(), NAMESPACE
        )
        self._map(lambda node: node.install_multus(objects, account), nodes)
        if self._programs.whereabouts:
            whereabouts.install(self._programs.whereabouts, cluster, nodes)
        pods = [
            one
            for one in planned.pods
            if one.network not in refused and not set(one.kinds) & set(missing)
        ]
        planned = replace(planned, pods=pods)
        run_of = Pods(cluster, planned, {node.name: node for node in nodes}, self._map)
        return replace(run_of.observe(), refused=refused, lacking=missing)

    def _map(self, act: Callable[[_T], _R], over: Iterable[_T]) -> list[_R]:
        return list(self._threads.map(act, over))

    def _segments(self, planned: plan.Plan) -> dict[str, Path]:
        """The namespace of each segment, with a bridge in it that answers for the gateways.

        One namespace each, as two segments may have the same subnet.
        """
        folder = self._folder / "segments"
        folder.mkdir()

        def made(segment: plan.Segment) -> tuple[str, Path]:
            netns = folder / segment.name
            make_netns(netns)
            ip(_bridge(segment.name, segment.gateways), netns)
            return segment.name, netns

        return dict(self._map(made, planned.segments))

    def _fill(
        self, cluster: ControlPlane, planned: plan.Plan
    ) -> tuple[dict[str, str], dict[str, Mapping[str, Any]]]:
        """Have the API server hold the stack's objects; which networks it refused, and why."""
        networks = [one for one in planned.objects if one["kind"] == "NetworkAttachmentDefinition"]
        others = [one for one in planned.objects if one not in networks]
        namespaces = {one["metadata"].get("namespace", "default") for one in networks}
        namespaces |= {pod.namespace for pod in planned.pods}
        for name in sorted(namespaces | {"default", NAMESPACE}):
            cluster.have([_named("Namespace", name), _named("ServiceAccount", "default", name)])
        cluster.have(others)
        cluster.served("NetworkAttachmentDefinition")
        refused = {}
        for one in networks:
            if said := cluster.create(one):
                metadata = one["metadata"]
                refused[f"{metadata.get('namespace', 'default')}/{metadata['name']}"] = said
        return refused, {f"{one['kind']}/{one['metadata']['name']}": one for one in others}


def _bridge(name: str, addresses: Sequence[str]) -> list[str]:
    return [
        f"link add {name} type bridge",
        *(f"address add {one} dev {name} nodad" for one in addresses),
        f"link set {name} up",
    ]


def _named(kind: str, name: str, namespace: str = "") -> dict[str, Any]:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata}


def lacking(planned: plan.Plan) -> list[str]:
    """The plugins that can't be run on this machine. Raises UnableError for macvlan."""
    wanted = sorted({kind for pod in planned.pods for kind in pod.kinds})
    known = {kind: one for kind in wanted if (one := record(kind)) is not None}
    programs = {kind: one.program for kind, one in known.items() if one.program}
    found = [kind for kind, program in programs.items() if not which(program, path=PATH)]
    for kind, command in ((kind, one.kernel) for kind, one in known.items() if one.kernel):
        try:
            ip([command.format(CLUSTER_BRIDGE, "try"), "link delete try"])
        except CommandError as error:
            if kind == "macvlan":
                said = " ".join(error.stderr.split())
                raise UnableError(f"rehearse needs macvlan in the kernel: {said}") from error
            found.append(kind)
    return found


def _read_plan(line: str) -> plan.Plan:
    content = json.loads(line)
    nodes = [
        plan.Node(**{**one, "links": [plan.Link(**link) for link in one["links"]]})
        for one in content["nodes"]
    ]
    segments = [plan.Segment(**one) for one in content["segments"]]
    pods = [plan.Pod(**one) for one in content["pods"]]
    return plan.Plan(**{**content, "nodes": nodes, "segments": segments, "pods": pods})


if __name__ == "__main__":
    main(sys.argv[1:])
