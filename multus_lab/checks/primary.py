"""The primary network, which every pod has as eth0: what its interfaces on a node are called."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from multus_lab.checks.finding import Path
from multus_lab.checks.network import Lab, Network

if TYPE_CHECKING:
    from multus_lab.settings import Cluster


class Primary(NamedTuple):
    """A primary network: `file` is in the name of its file, and its interfaces match `own`.

    Names that match `shared` may be another's as well. `source` is where they were read. `bare`
    tells that on DEL its plugin frees addresses without any key of its own.
    """

    name: str
    file: str
    own: str
    source: str
    shared: str = "(?!)"
    bare: bool = False


PRIMARIES = (
    Primary(
        "flannel",
        "flannel|canal",
        r"flannel(-v6)?\.\d+|flannel-wg(-v6)?",
        "flannel-io/flannel pkg/backend/{vxlan,wireguard}; flannel-io/cni-plugin flannel_linux.go, "
        "which asks plugins' bridge for its default, cni0, and on DEL takes what it wrote on ADD",
        shared="cni0",
        bare=True,
    ),
    Primary(
        "Calico",
        "calico|canal",
        r"cali[0-9a-f]{11}|vxlan(-v6)?\.calico|wireguard\.cali|wg-v6\.cali|bpf(in|out)\.cali",
        "projectcalico/calico felix/dataplane/linux/dataplanedefs; NetworkManager's list in its "
        "documentation",
        shared="tunl0",
    ),
    Primary(
        "Cilium",
        "cilium",
        r"cilium_\w+|lxc_health|lxc[0-9a-f]{12}",
        "cilium/cilium pkg/defaults/node.go, which keeps all of cilium_ to itself; "
        "plugins/cilium-cni/cmd/cmd.go Del, which names the container to the agent",
        bare=True,
    ),
    Primary(
        "OVN-Kubernetes",
        "ovn",
        r"ovn-k8s-(mp|gw)\d+",
        "ovn-kubernetes go-controller/pkg/types/const.go; br-ex: OpenShift's documentation of "
        "OVN-Kubernetes",
        shared="br-ex|br-int|genev_sys_6081",
    ),
    Primary(
        "Antrea",
        "antrea",
        r"antrea-\w+",
        "antrea-io/antrea cmd/antrea-agent/options.go",
        shared="br-int",
    ),
    Primary(
        "kube-router",
        "kube-?router",
        "kube-bridge",
        "cloudnativelabs/kube-router pkg/controllers/routing/network_routes_controller.go",
    ),
)


def primary_file(lab: Lab) -> tuple[str, Path] | None:
    """The primary network's file as the daemon of this stack finds it, and where that is told.

    The path is () for the distribution's own; None if nobody knows.
    """
    cluster, multus = lab.cluster, lab.multus
    if multus is not None and multus.install and (own := multus.daemon_config.multus_master_cni):
        return own, ("multus", "daemonConfig", "multusMasterCNI")
    if cluster is not None and (file := cluster.primary_network.file):
        return file, ("cluster", "primaryNetwork", "file")
    known = cluster.known if cluster is not None else None
    return (known.primary.file, ()) if known and known.primary else None


def _of(file: str | None) -> list[Primary] | None:
    """The primary network by its file's name; None if that tells nothing."""
    known = [one for one in PRIMARIES if file and re.search(one.file, file)]
    return known or None


def frees_without_keys(file: str) -> bool:
    """Whether the primary network's plugin frees addresses on DEL, whatever keys it is given."""
    told = _of(file)
    return told is not None and all(one.bare for one in told)


def owner(interface: str, cluster: "Cluster | None") -> tuple[Primary, bool] | None:
    """The primary network whose interface that is, by its name, and whether that is sure.

    None if no primary network has it, or the cluster's is another.
    """
    named = _named(interface)
    if not named:
        return None
    told = _of(cluster.primary_network.file if cluster is not None else None)
    for one, own in named:
        if told is None or one in told:
            return one, own or told is not None
    return None


@lru_cache(maxsize=4096)
def _named(interface: str) -> Sequence[tuple[Primary, bool]]:
    """Those that may have an interface of that name, and whether nobody else calls one so."""
    return [
        (one, own)
        for one in PRIMARIES
        if (own := re.fullmatch(one.own, interface) is not None)
        or re.fullmatch(one.shared, interface)
    ]


def is_primary(network: Network, lab: Lab) -> bool:
    """Whether it is the cluster's primary network itself: a gateway of addresses for all pods."""
    pods = lab.cluster.pod_cidr if lab.cluster is not None else []
    main = network.main
    if not network.pools or not (main.flag("isGateway") or main.flag("isDefaultGateway")):
        return False
    return all(
        any(pool.first in one and pool.last in one for one in pods) for pool in network.pools
    )
