"""Which nodes a DaemonSet leaves out, and why.

As the DaemonSet controller decides it: kubernetes v1.36.3, pkg/controller/daemon/
daemon_controller.go (NodeShouldRunDaemonPod) and util/daemonset_util.go
(AddOrUpdateDaemonPodTolerations).
"""

from collections.abc import Callable, Mapping, Sequence

from multus_lab.cluster.client import Object
from multus_lab.status.pods import condition, one_line

__all__ = ["left_out", "not_ready"]

_TOLERATED = (
    ("node.kubernetes.io/not-ready", "NoExecute"),
    ("node.kubernetes.io/unreachable", "NoExecute"),
    ("node.kubernetes.io/disk-pressure", "NoSchedule"),
    ("node.kubernetes.io/memory-pressure", "NoSchedule"),
    ("node.kubernetes.io/pid-pressure", "NoSchedule"),
    ("node.kubernetes.io/unschedulable", "NoSchedule"),
)
"""What every pod of a DaemonSet tolerates."""

_ON_THE_HOST = ("node.kubernetes.io/network-unavailable", "NoSchedule")


def not_ready(node: Object) -> str:
    """Why a node isn't Ready; "" if it is."""
    found = condition(node, "Ready")
    if found.get("status") == "True":
        return ""
    message = one_line(found.get("message", "")) or "its kubelet has never reported"
    return f"the node is NotReady: {message}"


def left_out(node: Object, template: Object) -> str:
    """Why pods of a template don't go to a node; "" if they do."""
    spec = template["spec"]
    labels = node["metadata"].get("labels") or {}
    if spec.get("nodeName") not in (None, "", node["metadata"]["name"]):
        return f"the DaemonSet is for node {spec['nodeName']} alone"
    for key, value in (spec.get("nodeSelector") or {}).items():
        if labels.get(key) != value:
            return f"the DaemonSet selects {key}={value}, and {_has(labels, key)}"
    if _is_averse(node, spec):
        return "the DaemonSet's node affinity doesn't match it"
    taint = next((one for one in _taints(node) if not _tolerates(spec, one)), None)
    return f"the DaemonSet doesn't tolerate its taint {_shown(taint)}" if taint else ""


def _has(labels: Mapping[str, str], key: str) -> str:
    return f"the node has {key}={labels[key]}" if key in labels else "the node has no such label"


def _is_averse(node: Object, spec: Object) -> bool:
    """Whether required node affinity keeps pods from a node: one of its terms has to match."""
    affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
    if not required:
        return False
    return not any(_matches(node, term) for term in required["nodeSelectorTerms"])


def _matches(node: Object, term: Object) -> bool:
    labels = node["metadata"].get("labels") or {}
    name = {"metadata.name": node["metadata"]["name"]}
    by_label, by_field = term.get("matchExpressions") or (), term.get("matchFields") or ()
    if not by_label and not by_field:  # such a term matches nothing
        return False
    return all(_meets(labels, one) for one in by_label) and all(
        _meets(name, one) for one in by_field
    )


_OPERATORS: Mapping[str, Callable[[str | None, Sequence[str]], bool]] = {
    "In": lambda value, values: value in values,
    "NotIn": lambda value, values: value not in values,
    "Exists": lambda value, _: value is not None,
    "DoesNotExist": lambda value, _: value is None,
    "Gt": lambda value, values: value is not None and int(value) > int(values[0]),
    "Lt": lambda value, values: value is not None and int(value) < int(values[0]),
}


def _meets(labels: Mapping[str, str], wanted: Object) -> bool:
    value = labels.get(wanted["key"])
    try:
        return _OPERATORS[wanted["operator"]](value, wanted.get("values") or ())
    except ValueError:  # a label that is no number
        return False


def _taints(node: Object) -> list[Object]:
    taints: list[Object] = (node.get("spec") or {}).get("taints") or []
    return [one for one in taints if one["effect"] in ("NoSchedule", "NoExecute")]


def _tolerates(spec: Object, taint: Object) -> bool:
    given = (*_TOLERATED, *((_ON_THE_HOST,) if spec.get("hostNetwork") else ()))
    if (taint["key"], taint["effect"]) in given:
        return True
    return any(_covers(one, taint) for one in spec.get("tolerations") or ())


def _covers(toleration: Object, taint: Object) -> bool:
    """Whether a toleration is for a taint (api/core/v1 v0.36.3, toleration.go)."""
    if toleration.get("effect") not in (None, "", taint["effect"]):
        return False
    key, operator = toleration.get("key") or "", toleration.get("operator") or "Equal"
    if key not in ("", taint["key"]):
        return False
    if operator == "Exists":
        return True
    same = (toleration.get("value") or "") == (taint.get("value") or "")
    return operator == "Equal" and bool(key) and same


def _shown(taint: Object) -> str:
    value = f"={taint['value']}" if taint.get("value") else ""
    return f"{taint['key']}{value}:{taint['effect']}"
