"""Where an API server keeps the objects of each kind that we read or make."""

from dataclasses import dataclass
from urllib.parse import quote

__all__ = ["DEFINITION", "KINDS", "MONITOR", "NETWORK", "ONLY_READ", "Kind"]

DEFINITION = "CustomResourceDefinition"
NETWORK = "NetworkAttachmentDefinition"
MONITOR = "PodMonitor"


@dataclass(frozen=True)
class Kind:
    """A kind's group and version, its name in paths, and whether its objects have a namespace."""

    api: str
    plural: str
    namespaced: bool = True

    def path(self, namespace: str = "", *names: str) -> str:
        """The path of an object, of what is below it, or of all in a namespace or everywhere."""
        root = "apis" if "/" in self.api else "api"
        inside = ["namespaces", namespace] if self.namespaced and namespace else []
        return "/".join(["", root, self.api, *map(_quoted, [*inside, self.plural, *names])])


def _quoted(name: str) -> str:
    return quote(name, safe="")


_RBAC = "rbac.authorization.k8s.io/v1"
_WHEREABOUTS = "whereabouts.cni.cncf.io/v1alpha1"

KINDS = {
    "ClusterRole": Kind(_RBAC, "clusterroles", namespaced=False),
    "ClusterRoleBinding": Kind(_RBAC, "clusterrolebindings", namespaced=False),
    "ConfigMap": Kind("v1", "configmaps"),
    DEFINITION: Kind("apiextensions.k8s.io/v1", "customresourcedefinitions", namespaced=False),
    "DaemonSet": Kind("apps/v1", "daemonsets"),
    "Deployment": Kind("apps/v1", "deployments"),
    "Event": Kind("v1", "events"),
    "IPPool": Kind(_WHEREABOUTS, "ippools"),
    "Namespace": Kind("v1", "namespaces", namespaced=False),
    NETWORK: Kind("k8s.cni.cncf.io/v1", "network-attachment-definitions"),
    "Node": Kind("v1", "nodes", namespaced=False),
    "NodeSlicePool": Kind(_WHEREABOUTS, "nodeslicepools"),
    "Pod": Kind("v1", "pods"),
    MONITOR: Kind("monitoring.coreos.com/v1", "podmonitors"),
    "ReplicaSet": Kind("apps/v1", "replicasets"),
    "Role": Kind(_RBAC, "roles"),
    "RoleBinding": Kind(_RBAC, "rolebindings"),
    "Service": Kind("v1", "services"),
    "ServiceAccount": Kind("v1", "serviceaccounts"),
}
"""By the kind as an object's `kind` has it."""

ONLY_READ = frozenset(
    {"Event", "IPPool", "Namespace", "Node", "NodeSlicePool", "Pod", "ReplicaSet"}
)
"""Kinds of which no stack has an object."""
