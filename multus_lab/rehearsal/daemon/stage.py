"""The inside of a rehearsal of an installation; see `multus_lab.rehearsal.stage`.

`python -m multus_lab.rehearsal.daemon.stage` takes what that takes, and reads another plan.
"""

import http
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from multus_lab.rehearsal import plan
from multus_lab.rehearsal.daemon import load, memory, remains
from multus_lab.rehearsal.daemon.observation import (
    IN_USE,
    REMOVAL,
    RESTART,
    UPGRADE,
    Crowd,
    Installed,
    Observation,
    Removed,
    Replaced,
    Start,
    Taken,
)
from multus_lab.rehearsal.daemon.plan import AT_ONCE, Plan, Version
from multus_lab.rehearsal.node import Node
from multus_lab.rehearsal.pods import sandbox
from multus_lab.rehearsal.runtime import Sandbox
from multus_lab.rehearsal.stage import Scene, Stage, main, planned
from multus_lab.rehearsal.told import Counted, tell

_POLL_SECONDS = 0.01
_SETTLED_SECONDS = 60.0


class Life:
    """What becomes of the daemon on all nodes, from its installation to its removal."""

    def __init__(self, stage: Stage, given: Plan, scene: Scene) -> None:
        self._stage = stage
        self._plan = given
        self._scene = scene
        self._account = scene.account()
        self._installed: list[Installed] = []
        self._replaced: list[Replaced] = []
        self._taken: list[Taken] = []
        self._running: list[Sandbox] = []
        self._was: dict[str, list[str]] = {}
        self._loads: dict[str, list[Sandbox]] = defaultdict(list)

    def observe(self) -> Observation:
        """Live it, and tell what was seen."""
        given, nodes = self._plan, self._scene.nodes
        self._stage.install_whereabouts(self._scene, given.whole.slices)
        first = given.before or given.declared
        before = {
            one.name: {*remains.things(one), f"{first.layout.primary_dir}/{one.planned.primary}"}
            for one in nodes
        }
        tell(step=f"installing Multus {first.release}", of=len(nodes))
        self._stage.each(lambda node: self._install(node, first), nodes)
        attached = self._attach()
        for one in self._sandboxes(given.load):
            self._loads[one.pod.node].append(one)
        if given.before:
            for node in nodes:
                self._replace(node, given.before, given.declared, UPGRADE)
        crowds = self._crowds(next(one for one in nodes if one.name == given.crowded))
        for node in nodes:
            self._replace(node, given.declared, given.declared, RESTART)
        removed = self._remove(before)
        for node in nodes:
            self._in_other_folders(node)
        return Observation(
            installed=self._installed,
            attached=attached,
            replaced=self._replaced,
            crowds=crowds,
            removed=removed,
            taken=self._taken,
            forbidden=self._forbidden(),
            refused=self._scene.refused,
            lacking=self._scene.lacking,
        )

    def _install(self, node: Node, version: Version) -> None:
        began = time.monotonic()
        node.layout = version.layout
        node.place(version.layout.primary_dir).mkdir(parents=True, exist_ok=True)
        objects = {f"{one['kind']}/{one['metadata']['name']}": one for one in version.objects}
        node.install_multus(objects, self._account, self._plan.whole.primary, Path(version.image))
        seconds = time.monotonic() - began
        self._installed.append(Installed(node.name, version.release, seconds))

    def _sandboxes(self, pods: Iterable[plan.Pod]) -> list[Sandbox]:
        nodes = {one.name: one for one in self._scene.nodes}
        cluster = self._scene.cluster
        there = self._scene.left(pods)
        return self._stage.each(lambda pod: sandbox(cluster, pod, nodes[pod.node]), there)

    def _attach(self) -> list[Start]:
        """Start the pods that run all the while."""
        made = self._sandboxes(self._plan.whole.pods)
        counted = Counted("attaching pods", len(made))
        done = self._stage.each(lambda one: counted.after(load.once(one)), made)
        both = zip(made, done, strict=True)
        self._running = [one for one, start in both if not (start.error or start.without)]
        self._was = {one.pod.name: load.networks(one) for one in self._running}
        return done

    def _crowds(self, node: Node) -> list[Crowd]:
        """Memory of a node's daemon: at rest, and while so many pods start at once."""
        roots = frozenset(node.daemons)
        crowds = [Crowd(0, memory.taken(roots))]
        pods = self._sandboxes(self._plan.crowd)
        counted = Counted("measuring memory", len(AT_ONCE))
        with self._watched(IN_USE, node, self._plan.declared):
            for count in AT_ONCE:
                crowd, pods[:count] = counted.after(_crowd(roots, pods[:count]))
                crowds.append(crowd)
        for one in pods:
            one.discard()
        return crowds

    def _replace(self, node: Node, old: Version, new: Version, phase: str) -> None:
        """Replace a node's daemon while pods come and go there."""
        where = " with the other folders" if new is self._plan.other else ""
        tell(step=f"{phase} under load on {node.name}{where}")
        with self._watched(phase, node, new):
            busy = load.Load(self._loads[node.name])
            _until(lambda: busy.each_started(0.0), busy)
            told = time.monotonic()
            with load.gap(node) as spans:
                node.stop_multus(old.grace)
                self._install(node, new)
            back = time.monotonic()
            _until(lambda: busy.each_started(back), busy)
            self._loads[node.name], times = busy.stop()
        here = [one for one in self._running if one.pod.node == node.name]
        self._replaced.append(
            Replaced(
                node=node.name,
                phase=phase,
                two_folders=new.layout.two_folders,
                gap=sum(spans),
                before=[one.start for one in times if one.ended < told],
                during=[one.start for one in times if one.ended >= told and one.began < back],
                running=[one.pod.name for one in here],
                lost=[
                    one.pod.name for one in here if load.networks(one) != self._was[one.pod.name]
                ],
            )
        )

    def _remove(self, before: Mapping[str, set[str]]) -> list[Removed]:
        """End the daemons while pods run, and then these as the runtime then can."""
        scene, asked = self._scene, self._plan.whole
        nodes = scene.nodes
        tell(step="removing Multus", of=len(nodes))
        known = {(one.node, one.network, each) for one in self._taken for each in one.addresses}
        had = remains.held(scene.cluster, nodes, asked)
        self._stage.each(lambda node: node.stop_multus(self._plan.declared.grace), nodes)
        self._stage.each(load.ended, self._running)
        self._running = []
        still = remains.held(scene.cluster, nodes, asked) & had
        two = self._plan.declared.layout.two_folders
        self._taken += remains.told(REMOVAL, still - known, two)
        return [
            Removed(
                node.name,
                remains.summed(remains.things(node) - before[node.name], remains.books(asked)),
                bool(node.network()),
            )
            for node in nodes
        ]

    def _in_other_folders(self, node: Node) -> None:
        """A restart with the primary network in another folder, or in the same."""
        other = self._plan.other
        (node.place(self._plan.declared.layout.primary_dir) / node.planned.primary).unlink()
        self._install(node, other)
        self._replace(node, other, other, RESTART)
        node.stop_multus(other.grace)

    @contextmanager
    def _watched(self, phase: str, node: Node, version: Version) -> Iterator[None]:
        """Put down what addresses are taken after that and weren't before."""
        cluster, asked = self._scene.cluster, self._plan.whole
        before = remains.held(cluster, [node], asked)
        yield
        after = remains.held(cluster, [node], asked)
        self._taken += remains.told(phase, after - before, version.layout.two_folders)

    def _forbidden(self) -> list[str]:
        """The calls of the daemon that the API server refused."""
        calls = self._scene.cluster.audited()
        return sorted(
            {
                f"{verb} {what}"
                for user, verb, what, code in calls
                if user == plan.DAEMON and code == http.HTTPStatus.FORBIDDEN
            }
        )


def _crowd(roots: frozenset[int], some: Sequence[Sandbox]) -> tuple[Crowd, list[Sandbox]]:
    """Start pods at once and end them, and the next sandboxes of theirs."""
    with ThreadPoolExecutor(len(some)) as threads:
        began = time.monotonic()
        with memory.Meter(roots).running() as meter:
            done = list(threads.map(load.once, some))
        seconds = time.monotonic() - began
        list(threads.map(Sandbox.delete, some))
    failed = sum(bool(one.error) for one in done)
    return Crowd(len(some), meter.most, failed, seconds), [one.next() for one in some]


def _until(condition: Callable[[], bool], busy: load.Load) -> None:
    """Wait for what pods do, and after a while no more: their starts tell."""
    deadline = time.monotonic() + _SETTLED_SECONDS
    while not condition() and time.monotonic() < deadline:
        busy.check()
        time.sleep(_POLL_SECONDS)


def read(line: str) -> Plan:
    """A plan, out of a line of JSON."""
    content = json.loads(line)
    pods = {key: [plan.Pod(**one) for one in content[key]] for key in ("load", "crowd")}
    versions = {
        key: Version.read(content[key]) if content[key] else None
        for key in ("declared", "other", "before")
    }
    return Plan(**{**content, **pods, **versions, "whole": planned(content["whole"])})


def _play(stage: Stage) -> Observation:
    given, scene = stage.set_up(
        read, lambda one: one.whole, lambda one, _: (one.before or one.declared).layout
    )
    return Life(stage, given, scene).observe()


if __name__ == "__main__":
    main(sys.argv[1:], _play)
