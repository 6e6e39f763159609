"""The pods that use networks which a preview changes."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from multus_lab.adoption.comparison import PODS_KEEP
from multus_lab.attachment import attached_to
from multus_lab.cluster.client import Cluster
from multus_lab.cluster.kinds import NETWORK
from multus_lab.engine.changes import Change
from multus_lab.names import shortened

__all__ = ["OVER", "told", "with_pods"]

_CHANGES = ("update", "replace", "delete")
OVER = ("Succeeded", "Failed")
"""Phases of pods that have no interface any more."""
_SHOWN = 5


def with_pods(changes: Iterable[Change], cluster: Cluster, home: str) -> tuple[Change, ...]:
    """The changes, those of networks with the pods that use them.

    `home` is where Multus looks for default networks.

    Raises ClusterError if pods can't be listed, and some network changes.
    """
    changes = tuple(changes)
    if not any(map(_concerns_pods, changes)):
        return changes
    pods = defaultdict(list)
    for pod in cluster.items("Pod"):
        if pod.get("status", {}).get("phase") not in OVER:
            metadata = pod["metadata"]
            for place in attached_to(metadata, home):
                pods[place].append(f"{metadata['namespace']}/{metadata['name']}")
    return tuple(
        replace(one, pods=tuple(sorted(pods[one.key.place]))) if _concerns_pods(one) else one
        for one in changes
    )


def _concerns_pods(change: Change) -> bool:
    return change.kind == NETWORK and change.change in _CHANGES


def told(changes: Iterable[Change]) -> list[str]:
    """A line for each network that changes for pods: what they use, or get an interface of."""
    return [_line(one) for one in changes if one.pods or one.interface]


def _line(one: Change) -> str:
    if one.interface:
        return f"{one.key}: {one.change}, {one.interface}; {_pods(one.pods)}; {PODS_KEEP}"
    ends = "pods made anew won't start" if one.change == "delete" else "they keep what they have"
    return f"{one.key}: {one.change}; {_pods(one.pods)}; {ends}"


def _pods(pods: tuple[str, ...]) -> str:
    if not pods:
        return "no pod uses it"
    who = "1 pod uses" if len(pods) == 1 else f"{len(pods)} pods use"
    return f"{who} it ({shortened(pods, _SHOWN)})"
