"""MUL710: a port for metrics on which the node's own programs listen."""

from collections.abc import Iterator, Mapping

from multus_lab.checks.finding import Severity
from multus_lab.checks.network import Lab
from multus_lab.checks.rule import Hit, lab_rule

_EVERY, _MOST, _CONTROL = "every node", "most nodes", "nodes of the control plane"

_TAKEN: Mapping[int, tuple[str, str]] = {
    2379: ("etcd", _CONTROL),
    2380: ("etcd", _CONTROL),
    2381: ("etcd", _CONTROL),
    6443: ("kube-apiserver", _CONTROL),
    10248: ("the kubelet", _EVERY),
    10249: ("kube-proxy", _MOST),
    10250: ("the kubelet", _EVERY),
    10256: ("kube-proxy", _MOST),
    10257: ("kube-controller-manager", _CONTROL),
    10258: ("cloud-controller-manager", _CONTROL),
    10259: ("kube-scheduler", _CONTROL),
}
"""Who listens where by default (k8s.io/kubernetes v1.36.3 pkg/cluster/ports, cmd/kubeadm)."""


@lab_rule(
    "MUL710",
    Severity.RISK,
    "metrics on a port of the node's own",
    why="The daemon is on the node's network, on every node, those of the control plane too. Who "
    "comes second can't listen: either nobody sees metrics, which the daemon says at logLevel "
    "debug alone, or the node's own program doesn't start.",
    fix="daemonConfig.metricsPort: 9696, or another that nobody has on the nodes",
    source="multus-cni v4.3.0 cmd/multus-daemon/main.go startMultusDaemon; k8s.io/kubernetes "
    "v1.36.3 pkg/cluster/ports",
)
def taken_port(lab: Lab) -> Iterator[Hit]:
    """Find such a port of a daemon that the stack installs."""
    port = lab.multus.metrics_port if lab.multus is not None and lab.multus.install else None
    if port is None or port not in _TAKEN:
        return
    who, where = _TAKEN[port]
    message = f"{who} listens on port {port} of {where}"
    yield Hit(("multus", "daemonConfig", "metricsPort"), port, message)
