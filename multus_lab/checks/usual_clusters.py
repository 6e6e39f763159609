"""Where clusters have their pods and Services, if the inventory doesn't say.

IPv4: kubeadm's Services with flannel's pods, and what k3s and RKE2 have by their server's flags.
IPv6 has no defaults: these are the examples for dual stack of kubernetes.io and docs.rke2.io.
"""

from collections.abc import Iterator, Sequence
from ipaddress import ip_network
from typing import NamedTuple

from multus_lab.addresses import AnyNetwork
from multus_lab.settings import Cluster


class Taken(NamedTuple):
    """Addresses of a cluster's pods or Services; `whose` names the default, "" if it is told."""

    network: AnyNetwork
    what: str
    whose: str = ""

    def __str__(self) -> str:
        default = f" ({self.whose} default for {self.what})" if self.whose else ""
        return f"{self.network}{default}"


_PODS, _SERVICES = "pods", "Services"


def _usual(whose: str, pods: Sequence[str], services: Sequence[str]) -> tuple[Taken, ...]:
    return (
        *(Taken(ip_network(one), _PODS, whose) for one in pods),
        *(Taken(ip_network(one), _SERVICES, whose) for one in services),
    )


_KUBEADM = _usual(
    "kubeadm's", ("10.244.0.0/16", "2001:db8:42::/56"), ("10.96.0.0/12", "2001:db8:42:1::/112")
)
_K3S = _usual(
    "k3s's and RKE2's",
    ("10.42.0.0/16", "2001:cafe:42::/56"),
    ("10.43.0.0/16", "2001:cafe:43::/112"),
)
_USUAL = {"kubeadm": _KUBEADM, "k3s": _K3S, "rke2": _K3S}
"""The defaults of each distribution."""


def told(cluster: Cluster | None) -> tuple[Taken, ...]:
    """What the inventory says that pods and Services have."""
    if cluster is None:
        return ()
    return (
        *(Taken(one, _PODS) for one in cluster.pod_cidr),
        *(Taken(one, _SERVICES) for one in cluster.service_cidr),
    )


def untold(cluster: Cluster | None) -> list[str]:
    """The keys of the inventory that are missing to know where pods and Services are."""
    given = {
        "cluster.podCidr": cluster is not None and cluster.pod_cidr,
        "cluster.serviceCidr": cluster is not None and cluster.service_cidr,
    }
    return [key for key, known in given.items() if not known]


def likely(cluster: Cluster | None) -> Iterator[tuple[Taken, ...]]:
    """What pods and Services have in each cluster that it may be: as told, else by the defaults."""
    known = told(cluster)
    there = {one.what for one in known}
    distribution = cluster.distribution if cluster else None
    usual = [_USUAL[distribution]] if distribution in _USUAL else [_KUBEADM, _K3S]
    for defaults in usual:
        yield (*known, *(one for one in defaults if one.what not in there))


def lacks(cluster: Cluster | None, version: int) -> bool:
    """Whether the inventory says that pods have no address of that IP version by eth0."""
    pods = cluster.pod_cidr if cluster else []
    return bool(pods) and all(one.version != version for one in pods)


EXAMPLES = {"cluster.podCidr": "10.244.0.0/16", "cluster.serviceCidr": "10.96.0.0/12"}
"""A value to show for each key."""
