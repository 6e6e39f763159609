"""Why a pod isn't ready, in its own words.

Reasons are those of a kubelet: kubernetes v1.36.3, pkg/kubelet/images/types.go (ErrImagePull,
ImagePullBackOff, …), pkg/kubelet/kuberuntime and pkg/kubelet/kubelet_pods.go.
"""

from collections.abc import Iterator

from multus_lab.cluster.client import Object

__all__ = ["condition", "is_ready", "one_line", "trouble"]

_STARTING = frozenset({"", "ContainerCreating", "PodInitializing"})
"""Reasons of every pod that starts, and that say nothing of what it waits for."""

_LONGEST = 300


def is_ready(pod: Object) -> bool:
    """Whether a pod is ready, and isn't being deleted."""
    if pod["metadata"].get("deletionTimestamp"):
        return False
    return condition(pod, "Ready").get("status") == "True"


def condition(one: Object, kind: str) -> Object:
    """A condition of an object; empty if it doesn't have that."""
    conditions = one.get("status", {}).get("conditions") or ()
    return next((found for found in conditions if found["type"] == kind), {})


def trouble(pod: Object) -> str:
    """Why a pod isn't ready; "" if it says no more than that it starts."""
    if pod["metadata"].get("deletionTimestamp"):
        return "the pod is being deleted"
    status = pod.get("status", {})
    if status.get("phase") == "Failed" and status.get("reason"):
        return _said(status["reason"], status.get("message", ""))
    scheduled = condition(pod, "PodScheduled")
    if scheduled.get("status") == "False":
        return _said(scheduled.get("reason", ""), scheduled.get("message", ""))
    return next(_containers(status), "")


def one_line(text: str) -> str:
    """A message of somebody else, on one line and not too long."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _containers(status: Object) -> Iterator[str]:
    """What keeps each container from being ready, in the order in which they start."""
    for one in status.get("initContainerStatuses") or ():
        state = one.get("state") or {}
        if state.get("terminated", {}).get("exitCode") != 0 and (why := _state(one)):
            yield why
    for one in status.get("containerStatuses") or ():
        if not one.get("ready") and (why := _state(one)):
            yield why


def _state(container: Object) -> str:
    state = container.get("state") or {}
    name = container["name"]
    if ended := state.get("terminated"):
        return f"{name} {_ended(ended)}"
    if "running" in state:
        return f"{name} runs and isn't ready"
    waits = state.get("waiting") or {}
    reason = waits.get("reason", "")
    before = (container.get("lastState") or {}).get("terminated")
    if before:
        return f"{name}: {reason or 'it starts again'}: it {_ended(before)}"
    return "" if reason in _STARTING else f"{name}: {_said(reason, waits.get('message', ''))}"


def _ended(state: Object) -> str:
    """How a container ended, with the last line that it said: the rest is the log before."""
    lines = [line for line in state.get("message", "").splitlines() if line.strip()]
    reason = state.get("reason", "")
    code = f"ended with exit code {state['exitCode']}"
    told = code if reason in ("", "Error", "Completed") else f"{code} ({reason})"
    return f"{told}: {one_line(lines[-1])}" if lines else told


def _said(reason: str, message: str) -> str:
    return one_line(": ".join(filter(None, (reason, message))))
