"""whereabouts in a rehearsal: what its own DaemonSet brings to a cluster and to each node."""

import json
from collections.abc import Sequence
from pathlib import Path

import yaml

from multus_lab.kubeconfig import kubeconfig
from multus_lab.rehearsal.control_plane import PORT, ControlPlane
from multus_lab.rehearsal.node import Node
from multus_lab.rehearsal.plan import SERVER

_NAMESPACE = "kube-system"
_ACCOUNT = "whereabouts"
_FOLDER = "etc/cni/net.d/whereabouts.d"


def install(programs: Path, cluster: ControlPlane, nodes: Sequence[Node]) -> None:
    """Have its CRDs and role in the cluster, and its configuration on the nodes.

    As whereabouts v0.9.4 has it in doc/crds and script/install-cni.sh; `programs` is the folder
    of the group's programs, whose files lie beside it. Raises RehearsalError.
    """
    for path in sorted((programs.parent / "crds").glob("*.yaml")):
        found = filter(None, yaml.safe_load_all(path.read_text()))
        cluster.have(one for one in found if one["kind"] not in {"ConfigMap", "DaemonSet"})
    ours = kubeconfig(
        _ACCOUNT,
        f"https://{SERVER}:{PORT}",
        cluster.authority.read_bytes(),
        cluster.token(_NAMESPACE, _ACCOUNT),
        _NAMESPACE,
    )
    config = {
        "datastore": "kubernetes",
        "kubernetes": {"kubeconfig": f"/{_FOLDER}/whereabouts.kubeconfig"},
    }
    for node in nodes:
        folder = node.root / _FOLDER
        folder.mkdir()
        (folder / "whereabouts.kubeconfig").write_text(ours)
        (folder / "whereabouts.conf").write_text(json.dumps(config))
