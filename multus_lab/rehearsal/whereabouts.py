"""whereabouts in a rehearsal: what its own DaemonSet brings to a cluster and to each node."""

import base64
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from multus_lab.rehearsal.control_plane import PORT, ControlPlane
from multus_lab.rehearsal.node import Node
from multus_lab.rehearsal.plan import SERVER

_NAMESPACE = "kube-system"
_ACCOUNT = "whereabouts"
_FOLDER = "etc/cni/net.d/whereabouts.d"


def install(programs: Path, cluster: ControlPlane, nodes: Sequence[Node]) -> None:
    """Have its CRDs and role in the cluster, and its configuration on the nodes.

    As whereabouts v0.9.4 has it in doc/crds and script/install-cni.sh; `programs` is the folder
    of the group's programs, whose files lie beside it. Raises ControlPlaneError.
    """
    for path in sorted((programs.parent / "crds").glob("*.yaml")):
        found = filter(None, yaml.safe_load_all(path.read_text()))
        cluster.have(one for one in found if one["kind"] not in {"ConfigMap", "DaemonSet"})
    kubeconfig = _kubeconfig(cluster.token(_NAMESPACE, _ACCOUNT), cluster.authority.read_bytes())
    config = {
        "datastore": "kubernetes",
        "kubernetes": {"kubeconfig": f"/{_FOLDER}/whereabouts.kubeconfig"},
    }
    for node in nodes:
        folder = node.root / _FOLDER
        folder.mkdir()
        (folder / "whereabouts.kubeconfig").write_text(json.dumps(kubeconfig))
        (folder / "whereabouts.conf").write_text(json.dumps(config))


def _kubeconfig(token: str, authority: bytes) -> dict[str, Any]:
    cluster = {
        "server": f"https://{SERVER}:{PORT}",
        "certificate-authority-data": base64.b64encode(authority).decode(),
    }
    context = {"cluster": "local", "user": _ACCOUNT, "namespace": _NAMESPACE}
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "local", "cluster": cluster}],
        "users": [{"name": _ACCOUNT, "user": {"token": token}}],
        "contexts": [{"name": _ACCOUNT, "context": context}],
        "current-context": _ACCOUNT,
    }
