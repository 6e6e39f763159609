"""The nodes of a test bed: one control plane and workers, as kubeadm and a kubelet leave them.

No kubelet runs; kwok reports them Ready, and their pods Running.
"""

import http
import platform
from dataclasses import dataclass
from typing import Any

from multus_lab.cluster.client import Cluster
from multus_lab.cluster.errors import RefusedError

__all__ = ["MAX_NODES", "Node", "fit", "names", "seen"]

MAX_NODES = 256
"""As many nodes as kube-controller-manager has pod networks for: a /24 each out of a /16."""

_OURS = "multus-lab/testbed"
_NOT_READY = {"node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"}
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


@dataclass(frozen=True)
class Node:
    """A node as the API server has it."""

    name: str
    ready: bool


def names(count: int) -> list[str]:
    """Return the names of `count` nodes: `master01`, then `worker01` and so on."""
    return ["master01", *(f"worker{number:02d}" for number in range(1, count))]


def seen(api: Cluster) -> tuple[Node, ...]:
    """Return the test bed's nodes by name; nodes that somebody else made aren't counted.

    Raises:
        UnavailableError: the API server does not answer.

    """
    found = api.items("Node", labels=_OURS)
    nodes = (Node(item["metadata"]["name"], _is_ready(item)) for item in found)
    return tuple(sorted(nodes, key=lambda node: node.name))


def _is_ready(node: dict[str, Any]) -> bool:
    """Tell whether pods can go there: a new node is Ready a moment before its taint goes."""
    conditions = node["status"].get("conditions", [])
    taints = {taint["key"] for taint in node["spec"].get("taints", [])}
    return _NOT_READY.isdisjoint(taints) and any(
        each["type"] == "Ready" and each["status"] == "True" for each in conditions
    )


def fit(api: Cluster, count: int, release: str) -> bool:
    """Add and remove nodes until there are `count`; tell whether any had to be.

    Args:
        api: the API server.
        count: how many there are to be, the control plane included.
        release: the version that their kubelets report.

    Raises:
        RefusedError: the API server refuses one.
        UnavailableError: it does not answer.

    """
    wanted = names(count)
    present = {node.name for node in seen(api)}
    for number, name in enumerate(wanted):
        if name not in present:
            _add(api, _node(name, number, release))
    for name in sorted(present.difference(wanted)):
        _remove(api, name)
    return present != set(wanted)


def _add(api: Cluster, node: dict[str, Any]) -> None:
    try:
        api.create(node)
    except RefusedError as error:
        if error.status != http.HTTPStatus.CONFLICT:  # it came meanwhile
            raise


def _remove(api: Cluster, name: str) -> None:
    api.delete("Node", name)
    # kwok ends the pods of nodes it knows, and the garbage collector waits 40 s before it ends
    # those of others. First the node, or a DaemonSet makes a new pod at once.
    for pod in api.items("Pod", fields=f"spec.nodeName={name}"):
        api.delete("Pod", pod["metadata"]["name"], pod["metadata"]["namespace"], grace=0)


def _node(name: str, number: int, release: str) -> dict[str, Any]:
    """Describe a node as its kubelet registers it, and kubeadm marks it."""
    architecture = _ARCHITECTURES.get(platform.machine(), platform.machine())
    master = number == 0
    # https://kubernetes.io/docs/reference/labels-annotations-taints/
    labels = {
        _OURS: "node",
        "kubernetes.io/arch": architecture,
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
    }
    if master:
        labels["node-role.kubernetes.io/control-plane"] = ""
        labels["node.kubernetes.io/exclude-from-external-load-balancers"] = ""
    taint = {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}
    capacity = {"cpu": "4", "memory": "8Gi", "ephemeral-storage": "100Gi", "pods": "110"}
    # 198.18.0.0/15 is for tests and is never routed (RFC 2544), so it is nobody's zone.
    address = f"198.18.{(number + 1) // 250}.{(number + 1) % 250 + 1}"
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "labels": labels,
            "annotations": {
                "kwok.x-k8s.io/node": "fake",
                "volumes.kubernetes.io/controller-managed-attach-detach": "true",
            },
        },
        "spec": {"taints": [taint]} if master else {},
        "status": {
            "addresses": [
                {"type": "InternalIP", "address": address},
                {"type": "Hostname", "address": name},
            ],
            "allocatable": capacity,
            "capacity": capacity,
            "nodeInfo": {
                "architecture": architecture,
                "bootID": "",
                "containerRuntimeVersion": "",
                "kernelVersion": "",
                "kubeProxyVersion": "",
                "kubeletVersion": release,
                "machineID": "",
                "operatingSystem": "linux",
                "osImage": "",
                "systemUUID": "",
            },
        },
    }
