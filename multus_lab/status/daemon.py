"""How a DaemonSet fares: how many pods it wants and has, what each of the others waits for."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from multus_lab.cluster.client import Cluster, Object
from multus_lab.cluster.errors import RefusedError
from multus_lab.cluster.objects import Key, listed
from multus_lab.names import shortened
from multus_lab.status.nodes import left_out, not_ready
from multus_lab.status.pods import is_ready, one_line, trouble

__all__ = ["Daemon", "look"]

_SHOWN_NODES = 3
_OLD = "the pod of before is still to be replaced"
_EVENTS_ASKED = 3
"""Pods whose events are looked at: of those that say nothing themselves, and of the others."""
_ALIKE = 100
"""Letters of a message by which it is known again."""


@dataclass(frozen=True)
class Daemon:
    """A DaemonSet, as far as its rollout goes."""

    key: Key
    wanted: int
    """Pods that it is to have (`desiredNumberScheduled`)."""
    ready: int
    """Ready pods, those of an earlier template too."""
    settled: bool
    """Whether its controller has seen what is declared, and every pod is ready and of it."""
    fresh: frozenset[str] = frozenset()
    """The nodes whose pod is ready and of the newest template, unless it is settled."""
    before: int = 0
    """Ready pods of an earlier template, unless it is settled."""
    troubles: tuple[tuple[str, str], ...] = ()
    """Node and reason of each pod that is awaited; the node is "" if the pod has none."""
    without: tuple[tuple[str, str], ...] = ()
    """Nodes on which it doesn't run, and isn't awaited, and why."""

    @property
    def well(self) -> bool:
        """Whether it runs wherever it is to, and that is somewhere."""
        return self.settled and self.wanted > 0

    @property
    def count(self) -> str:
        """How far it is."""
        if not self.wanted:
            return f"{self.key} " + (
                "wants no pod on any node" if self.settled else "has not been rolled out yet"
            )
        ready = self.ready if self.settled else len(self.fresh)
        before = f", {self.before} as before" if self.before else ""
        return f"{self.key}: {ready} of {self.wanted} pods ready{before}"

    def reasons(self, most: int | None = None) -> list[str]:
        """What is awaited, a line each, the most frequent reason first, what is no reason last."""
        return _lines(self.troubles, most)

    @property
    def exceptions(self) -> list[str]:
        """The nodes on which it isn't awaited, a line for each reason."""
        return _lines(self.without)


def look(cluster: Cluster, key: Key, nodes: bool = False) -> Daemon | None:
    """Look at a DaemonSet; None if there is none. Raises ClusterError if it can't be read.

    With `nodes` it looks at the nodes too, of which there may be thousands.
    """
    one = cluster.find(*key.address)
    if one is None:
        return None
    status = one.get("status") or {}
    wanted, ready = status.get("desiredNumberScheduled", 0), status.get("numberReady", 0)
    known = listed(cluster, "Node") if nodes else None
    there = list((known or {}).values())
    if _is_settled(one):
        return Daemon(key, wanted, ready, True, without=tuple(_left_out(one, there, not_ready)))
    pods = _pods(cluster, one)
    troubles = [*_awaited(cluster, one, pods, there), *_missing(cluster, one, pods, there)]
    fresh = frozenset(_node(pod) for pod in pods if _is_newest(one, pod) and is_ready(pod))
    before = sum(not _is_newest(one, pod) and is_ready(pod) for pod in pods)
    without = tuple(_left_out(one, there))
    return Daemon(key, wanted, ready, False, fresh, before, tuple(troubles), without)


def _is_settled(one: Object) -> bool:
    """As the provider takes a rollout for complete (cli-utils v0.37.2, kstatus/status/core.go)."""
    status = one.get("status") or {}
    if status.get("observedGeneration", 0) < one["metadata"]["generation"]:
        return False
    counts = (
        "currentNumberScheduled",
        "updatedNumberScheduled",
        "numberAvailable",
        "numberReady",
    )
    wanted = status.get("desiredNumberScheduled", 0)
    return all(status.get(count, 0) >= wanted for count in counts)


def _pods(cluster: Cluster, one: Object) -> list[Object]:
    selector = one["spec"]["selector"].get("matchLabels") or {}
    labels = ",".join(f"{key}={value}" for key, value in selector.items())
    found = cluster.items("Pod", one["metadata"]["namespace"], labels=labels)
    uid = one["metadata"]["uid"]
    return [pod for pod in found if any(owner["uid"] == uid for owner in _owners(pod))]


def _owners(pod: Object) -> Sequence[Object]:
    owners: Sequence[Object] = pod["metadata"].get("ownerReferences") or ()
    return owners


def _is_newest(one: Object, pod: Object) -> bool:
    """Whether a pod is of the newest template (pkg/controller/daemon/util, IsPodUpdated)."""
    wanted = one["metadata"]["annotations"]["deprecated.daemonset.template.generation"]
    return bool((pod["metadata"].get("labels") or {}).get("pod-template-generation") == wanted)


def _node(pod: Object) -> str:
    """The node of a pod, or the one that the controller means it for."""
    spec = pod["spec"]
    if spec.get("nodeName"):
        return str(spec["nodeName"])
    affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or {}
    fields = (
        field
        for term in required.get("nodeSelectorTerms") or ()
        for field in term.get("matchFields") or ()
        if field["key"] == "metadata.name"
    )
    return next((str(field["values"][0]) for field in fields), "")


def _awaited(
    cluster: Cluster, one: Object, pods: Iterable[Object], nodes: Sequence[Object]
) -> Iterator[tuple[str, str]]:
    """What is awaited of each pod that there is.

    Where nodes are told, of some with what was warned of about them beside their own state.
    """
    sick = {each["metadata"]["name"]: why for each in nodes if (why := not_ready(each))}
    asked = dict.fromkeys((True, False), 0)
    for pod in sorted(pods, key=_node):
        node, event = _node(pod), ""
        if not _is_newest(one, pod):
            why = _OLD
        elif is_ready(pod):
            continue
        else:
            why = sick.get(node) or trouble(pod)
            if (nodes or not why) and asked[bool(why)] < _EVENTS_ASKED:
                asked[bool(why)] += 1
                event = _warning(cluster, pod)
        yield node, why or event or "the pod starts"
        if why and not _is_in(event, why):
            yield node, event


def _is_in(event: str, state: str) -> bool:
    """Whether a pod's state tells already what was warned of about it, both perhaps cut."""
    message = event.partition(": ")[2].removeprefix("Error: ")
    return message[:_ALIKE] in state


def _missing(
    cluster: Cluster, one: Object, pods: Sequence[Object], nodes: Sequence[Object]
) -> Iterator[tuple[str, str]]:
    """Pods that there are to be and that aren't there."""
    if len(pods) >= (one.get("status") or {}).get("desiredNumberScheduled", 0):
        return
    why = _warning(cluster, {"kind": "DaemonSet", **one}) or "there is no pod yet"
    with_pod = set(map(_node, pods))
    names = [node["metadata"]["name"] for node in nodes if not left_out(node, _template(one))]
    yield from ((name, why) for name in sorted(set(names) - with_pod) or [""])


def _warning(cluster: Cluster, one: Object) -> str:
    """The last that was warned of about an object; "" if nothing was, or we may not look."""
    metadata = one["metadata"]
    fields = f"involvedObject.uid={metadata['uid']},type=Warning"
    try:
        events = list(cluster.items("Event", metadata["namespace"], fields=fields))
    except RefusedError:
        return ""
    last = max(events, key=_time, default=None)
    if last is None:
        return ""
    message = last.get("message", "").removeprefix("(combined from similar events): ")
    return one_line(f"{last['reason']}: {message}")


def _time(event: Object) -> str:
    times = (event.get("lastTimestamp"), event.get("eventTime"))
    return next(filter(None, times), None) or str(event["metadata"].get("creationTimestamp", ""))


def _left_out(
    one: Object, nodes: Iterable[Object], otherwise: Callable[[Object], str] = lambda _: ""
) -> Iterator[tuple[str, str]]:
    for node in nodes:
        if why := left_out(node, _template(one)) or otherwise(node):
            yield node["metadata"]["name"], why


def _template(one: Object) -> Object:
    template: Object = one["spec"]["template"]
    return template


def _lines(pairs: Iterable[tuple[str, str]], most: int | None = None) -> list[str]:
    """Nodes by their reason, a line each; `most` bounds the lines."""
    by_reason = defaultdict(list)
    for node, why in pairs:
        by_reason[why].append(node)
    found = sorted(by_reason.items(), key=lambda one: (one[0] == _OLD, -len(one[1])))
    named = ((shortened(nodes, _SHOWN_NODES), why) for why, nodes in found)
    lines = [": ".join(filter(None, pair)) for pair in named]
    if most is None or len(lines) <= most:
        return lines
    return [*lines[:most], f"and {len(lines) - most} other reasons"]
