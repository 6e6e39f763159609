"""The inside of a rehearsal: the first process of its namespaces, with which all of it ends.

`python -m multus_lab.rehearsal.stage FOLDER KUBERNETES PLUGINS MULTUS [WHEREABOUTS]`, all of them
folders, PLUGINS one or several as PATH has them, reads the plan as one line of JSON from standard
input, and writes a line of JSON for each step, and at last for what was seen. `world` starts it.
"""

import json
import os
import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from multus_lab.errors import MultusLabError
from multus_lab.processes import ProcessError
from multus_lab.rehearsal import plan, whereabouts
from multus_lab.rehearsal.commands import PATH, CommandError, ip, make_netns, run
from multus_lab.rehearsal.control_plane import ControlPlane
from multus_lab.rehearsal.errors import UnableError
from multus_lab.rehearsal.layout import Layout
from multus_lab.rehearsal.node import CLUSTER_BRIDGE, Account, Node, Programs
from multus_lab.rehearsal.observation import Observation
from multus_lab.rehearsal.plan import COUNTER, DAEMON, NAMESPACE
from multus_lab.rehearsal.pods import Pods
from multus_lab.rehearsal.told import tell

ACCOUNT = "multus"
_WORKERS = max(4, (os.cpu_count() or 2) * 2)
_T = TypeVar("_T")
_R = TypeVar("_R")


def main(arguments: Sequence[str], play: Callable[["Stage"], Any]) -> None:
    """Rehearse by `play`, which gives what was seen, and say how it went."""
    folder, kubernetes, plugins, multus, *rest = arguments
    programs = Programs(
        Path(kubernetes),
        [Path(one) for one in plugins.split(os.pathsep)],
        Path(multus),
        Path(rest[0]) if rest else None,
    )
    try:
        observation = play(Stage(Path(folder), programs))
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


@dataclass(frozen=True)
class Scene:
    """What is there before anything is installed on the nodes.

    `objects` are those that the API server holds, but for networks, by kind and name. `refused`
    has why it didn't take a network, and `lacking` why this machine can't have one.
    """

    cluster: ControlPlane
    nodes: Sequence[Node]
    objects: Mapping[str, Mapping[str, Any]]
    refused: Mapping[str, str]
    lacking: Mapping[str, str]

    def account(self, name: str = ACCOUNT) -> Account:
        """What the volume of a service account holds, by default of the daemon's."""
        token = self.cluster.api.token(name, NAMESPACE)
        return Account(token, self.cluster.authority.read_text(), NAMESPACE)

    def left(self, pods: Iterable[plan.Pod]) -> list[plan.Pod]:
        """Those of the pods whose networks are there."""
        return [one for one in pods if one.network not in self.refused.keys() | self.lacking.keys()]


class Stage:
    """One rehearsal, from the bare namespaces to what was seen in them."""

    def __init__(self, folder: Path, programs: Programs) -> None:
        self._folder = folder
        self._programs = programs
        self._threads = ThreadPoolExecutor(_WORKERS)

    def play(self) -> Observation:
        """Set up, run the pods, look, and take the pods down again."""
        whole, scene = self.set_up(
            lambda line: planned(json.loads(line)),
            lambda one: one,
            lambda one, _: Layout(brought=one.brought),
        )
        nodes, account = scene.nodes, scene.account()
        tell(step="starting Multus", of=len(nodes))
        self.each(lambda node: node.install_multus(scene.objects, account, whole.primary), nodes)
        self.install_whereabouts(scene, whole.slices)
        whole = replace(whole, pods=scene.left(whole.pods))
        run_of = Pods(scene.cluster, whole, {node.name: node for node in nodes}, self.each)
        return replace(run_of.observe(), refused=scene.refused, lacking=scene.lacking)

    def install_whereabouts(self, scene: Scene, slices: Collection[str]) -> None:
        """Have it on the nodes, where a network asks for it, and pools divided among them."""
        if programs := self._programs.whereabouts:
            tell(step="starting whereabouts", of=len(scene.nodes))
            counter = scene.account(whereabouts.ACCOUNT)
            self.each(
                lambda node: whereabouts.install(programs, node, scene.objects, counter),
                scene.nodes,
            )
            if slices:
                tell(step="dividing ranges among nodes")
                controller = whereabouts.run_once(
                    programs, scene.nodes[0], whereabouts.CONTROLLER, scene.objects, counter
                )
                names = [one.name for one in scene.nodes]
                whereabouts.divided(controller, slices, names, scene.cluster.api)

    def set_up(
        self,
        read: Callable[[str], _T],
        whole: Callable[[_T], plan.Plan],
        layout: Callable[[_T, str], Layout] = lambda *_: Layout(),
    ) -> tuple[_T, Scene]:
        """The plan, read from standard input, and what it asks for: nodes and API server.

        `layout` tells of a node, by its name, where it has what.
        """
        run("mount", "-t", "tmpfs", "-o", "mode=700", "multus-lab", self._folder)
        ip(
            [
                "link set lo up",
                *_bridge(CLUSTER_BRIDGE, [f"{plan.SERVER}/{plan.UNDERLAY.prefixlen}"]),
            ]
        )
        tell(step="starting the API server")
        (self._folder / "cluster").mkdir()
        cluster = ControlPlane(self._folder / "cluster", self._programs.kubernetes, DAEMON, COUNTER)
        starting = self._threads.submit(cluster.start)
        given = read(sys.stdin.readline())
        asked = whole(given)
        segments = self._segments(asked)
        tell(step="setting up nodes", of=len(asked.nodes))
        nodes = self.each(
            lambda one: Node(
                one[1],
                self._folder / str(one[0]),
                self._programs,
                segments,
                layout(given, one[1].name),
            ),
            list(enumerate(asked.nodes)),
        )
        missing = lacking(asked.trials, nodes[0].root)
        starting.result()
        refused, objects = self._fill(cluster, asked)
        return given, Scene(cluster, nodes, objects, refused, missing)

    def each(self, act: Callable[[_T], _R], over: Iterable[_T]) -> list[_R]:
        """What `act` gives for each, several at once."""
        return list(self._threads.map(act, over))

    def _segments(self, asked: plan.Plan) -> dict[str, Path]:
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

        return dict(self.each(made, asked.segments))

    def _fill(
        self, cluster: ControlPlane, asked: plan.Plan
    ) -> tuple[dict[str, str], dict[str, Mapping[str, Any]]]:
        """Have the API server hold the stack's objects; which networks it refused, and why."""
        networks = [one for one in asked.objects if one["kind"] == "NetworkAttachmentDefinition"]
        others = [one for one in asked.objects if one not in networks]
        namespaces = {one["metadata"].get("namespace", "default") for one in networks}
        namespaces |= {pod.namespace for pod in asked.pods}
        for name in sorted(namespaces | {"default", NAMESPACE}):
            cluster.have([_named("Namespace", name), _named("ServiceAccount", "default", name)])
        cluster.have(others)
        cluster.have(_named("Node", one.name) for one in asked.nodes)
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


def lacking(trials: Sequence[plan.Trial], root: Path) -> dict[str, str]:
    """Each network that this machine can't have, with the reason; a node's root is as good as all.

    Raises UnableError where it lacks what a rehearsal can't do without.
    """
    said = {test: _tried(test, root) for test in dict.fromkeys(one.test for one in trials)}
    for one in trials:
        if one.vital and said[one.test] is not None:
            raise UnableError(f"nothing can be rehearsed: {one.reason}: {said[one.test]}")
    return {one.network: one.reason for one in reversed(trials) if said[one.test] is not None}


def _tried(test: str, root: Path) -> str | None:
    """What a shell line says that fails on a node; None where it doesn't."""
    try:
        run("unshare", "--net", "chroot", root, "env", f"PATH={PATH}", "sh", "-c", test)
    except CommandError as error:
        return " ".join(error.stderr.split())
    return None


def planned(content: Mapping[str, Any]) -> plan.Plan:
    """Read a plan from JSON."""
    nodes = [
        plan.Node(**{**one, "links": [plan.Link(**link) for link in one["links"]]})
        for one in content["nodes"]
    ]
    segments = [plan.Segment(**one) for one in content["segments"]]
    pods = [plan.Pod(**one) for one in content["pods"]]
    trials = [plan.Trial(**one) for one in content["trials"]]
    made = {"nodes": nodes, "segments": segments, "pods": pods, "trials": trials}
    return plan.Plan(**{**content, **made})


if __name__ == "__main__":
    main(sys.argv[1:], Stage.play)
