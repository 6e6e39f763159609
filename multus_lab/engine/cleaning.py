"""`down --clean-nodes`: nodes are freed of Multus in the order in which pods can still end.

First the configuration, by which the runtime goes back to the primary network; then the daemon,
with its networks; then shim, sockets and caches. Each is a run of the engine, which waits for all
nodes, and what follows isn't begun if one of them fails.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from pulumi import automation

from multus_lab import project
from multus_lab.adoption.objects import Known
from multus_lab.attachment import attached_to
from multus_lab.cluster.client import Cluster
from multus_lab.cluster.kinds import NETWORK
from multus_lab.cluster.objects import Key
from multus_lab.engine.attached import OVER
from multus_lab.engine.rollout import DAEMON_SET, Rollout, UnreadyError
from multus_lab.errors import MultusLabError
from multus_lab.interrupts import Interrupted
from multus_lab.leaving import NODE_CLEANER, Leaving, Step
from multus_lab.names import shortened
from multus_lab.render import run_program
from multus_lab.settings import Multus
from multus_lab.settings.node_plugins import DHCP_DAEMON_SET

__all__ = ["Attached", "Cleaning", "CleaningError", "attached_pods"]

_SHOWN = 5


class CleaningError(MultusLabError):
    """Nodes that can't be cleaned."""


@dataclass(frozen=True)
class Attached:
    """What of pods is left that hangs on Multus.

    Attributes:
        pods: pods with networks, by `namespace/name`.
        nodes: the nodes that they are on.
        ended_by_shim: nodes whose CRI-O ends by the shim the pods that it began with it.

    """

    pods: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    ended_by_shim: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """What has to be agreed to; "" if nothing has."""
        if not self.pods:
            return ""
        count = len(self.pods)
        who = "1 pod is" if count == 1 else f"{count} pods are"
        return (
            f"{who} attached to networks ({shortened(self.pods, _SHOWN)}): without Multus nobody "
            "frees the addresses that they got there; end them first"
        )


def attached_pods(cluster: Cluster) -> Attached:
    """The pods that hang on Multus. Raises ClusterError if pods or nodes can't be listed."""
    crio = {
        one["metadata"]["name"]
        for one in cluster.items("Node")
        if _runtime(one).startswith("cri-o:")
    }
    pods, nodes, by_shim = [], set(), set()
    for pod in cluster.items("Pod"):
        spec, node = pod["spec"], pod["spec"].get("nodeName", "")
        if not node or pod.get("status", {}).get("phase") in OVER or spec.get("hostNetwork"):
            continue
        if node in crio:
            by_shim.add(node)
        if attached_to(pod["metadata"]):
            pods.append(f"{pod['metadata']['namespace']}/{pod['metadata']['name']}")
            nodes.add(node)
    return Attached(tuple(sorted(pods)), tuple(sorted(nodes)), tuple(sorted(by_shim)))


def _runtime(node: Mapping[str, Any]) -> str:
    told = node.get("status", {}).get("nodeInfo", {}).get("containerRuntimeVersion", "")
    return str(told)


@dataclass(frozen=True)
class Cleaning:
    """The cleaning of the nodes of one stack.

    Attributes:
        stack: the stack, whose state has the daemon.
        made: what its state has.
        multus: what the stack says of the daemon.
        cluster: where its nodes are.
        rollout: makes what waits for the DaemonSet of that name.
        say: takes a line of the report.

    """

    stack: automation.Stack
    made: Mapping[Key, Known]
    multus: Multus
    cluster: Cluster
    rollout: Callable[[str], Rollout]
    say: Callable[[str], Any]

    def run(self, **options: Any) -> dict[str, tuple[str, ...]]:
        """Clean the nodes, and return what each reports; the rest of the stack is for `destroy`.

        Raises UnreadyError if a node fails, and CleaningError if the stack no longer says what is
        on the nodes, or a signal comes.
        """
        cleaner = self._urn()
        if cleaner is None:
            self.say("the stack's Multus daemon is gone already, so there are no nodes to clean")
            return {}
        try:
            first = self._clean(cleaner, Leaving(Step.CONFIGURATION), **options)
            going = [one.urn for one in self.made.values() if _goes_first(one.key)]
            if going:
                self.stack.destroy(target=going, target_dependents=True, **options)
            # Only now: until then pods could still be attached.
            left = attached_pods(self.cluster)
            leaving = Leaving(Step.REST, left.ended_by_shim, left.nodes)
            last = self._clean(cleaner, leaving, **options)
        except Interrupted:
            # The engine's run may have ended well, and the next one not have begun.
            raise CleaningError("the nodes are not clean yet") from None
        return {node: (*first.get(node, ()), *last.get(node, ())) for node in first | last}

    def _urn(self) -> str | None:
        """The cleaner's, which is made beside the daemon, or is there from a run that was ended.

        None if a run before has taken both away.
        """
        found = {one.name: one for one in self.made if one.kind == "DaemonSet"}
        key = found.get(NODE_CLEANER) or found.get(DAEMON_SET)
        if key is None and not self.multus.install:
            raise CleaningError(
                "the stack has no Multus daemon, and so no nodes to clean: leave --clean-nodes out"
            )
        if key is None:
            return None
        self._check(key)
        urn = self.made[key].urn
        if key.name == NODE_CLEANER:
            return urn
        return urn.removesuffix("-daemon-set") + "-node-cleaner"

    def _check(self, key: Key) -> None:
        """Refuse to clean by a file that says other things than what is up."""
        if unlike := self._unlike(key):
            raise CleaningError(f"{key} is up, {unlike} until its nodes are clean")

    def _unlike(self, key: Key) -> str:
        """What the file says that isn't so, and what to set back; "" if there is nothing."""
        multus = self.multus
        if not multus.install:
            return "and the stack no longer installs Multus: set multus.install to true"
        if key.namespace != multus.namespace:
            says = f"and the stack says namespace {multus.namespace}"
            return f"{says}: set multus.namespace back to {key.namespace}"
        there = self.cluster.find(*key.address)
        if there is None:
            return ""
        mounted, back = _mounted(there), "cluster.distribution and multus.paths"
        for path in (multus.folders.cni_config_dir, multus.folders.bin_dir):
            if path.rstrip("/") not in mounted:
                return f"but not with {path} of its nodes: set {back} back to what they were"
        return ""

    def _clean(self, urn: str, leaving: Leaving, **options: Any) -> dict[str, tuple[str, ...]]:
        rollout, engine = self.rollout(NODE_CLEANER), options.pop("on_event")

        def hear(event: Any) -> None:
            engine(event)
            rollout.hear(event)

        program = partial(run_program, project.folder(), leaving)
        try:
            with rollout.awaited():
                self.stack.up(target=[urn], program=program, on_event=hear, **options)
        except UnreadyError:
            # Some nodes are done even so, and whoever goes on from there has to know which.
            self._told(leaving.step)
            raise
        return self._told(leaving.step)

    def _told(self, step: Step) -> dict[str, tuple[str, ...]]:
        """What each node has reported of a step, once it is said."""
        reports = self._reports(step)
        for node, said in reports.items():
            self.say(f"{node}: {'; '.join(said) or 'there was nothing'}")
        return reports

    def _reports(self, step: Step) -> dict[str, tuple[str, ...]]:
        """What each node says of a step, by the nodes' names, of those that are done with it."""
        pods = self.cluster.items("Pod", self.multus.namespace, labels=f"name={NODE_CLEANER}")
        found = {str(pod["spec"].get("nodeName")): _said(pod, step) for pod in pods}
        return {node: said for node, said in sorted(found.items()) if said is not None}


def _mounted(one: Mapping[str, Any]) -> set[str]:
    """The folders of a node that a DaemonSet's pods have."""
    volumes: Iterable[Mapping[str, Any]] = one["spec"]["template"]["spec"].get("volumes") or ()
    return {each["hostPath"]["path"].rstrip("/") for each in volumes if "hostPath" in each}


def _goes_first(key: Key) -> bool:
    return key.kind == NETWORK or key.name in (DAEMON_SET, DHCP_DAEMON_SET)


def _said(pod: Mapping[str, Any], step: Step) -> tuple[str, ...] | None:
    """What a pod says of a step; None if it isn't done with it."""
    statuses: Iterable[Mapping[str, Any]] = pod.get("status", {}).get("initContainerStatuses") or ()
    ended = (
        one.get("state", {}).get("terminated") or {}
        for one in statuses
        if one["name"] == step.value
    )
    done = (one.get("message", "") for one in ended if one.get("exitCode") == 0)
    return next((tuple(one.splitlines()) for one in done), None)
