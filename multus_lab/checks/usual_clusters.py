"""Where clusters have their pods and Services, if the inventory doesn't say."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from multus_lab.addresses import AnyNetwork
from multus_lab.distributions import Usual, k3s, kubeadm

if TYPE_CHECKING:
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


_GUESSES = (kubeadm.USUAL, k3s.USUAL)
"""What it may be where nobody says: the defaults that most clusters have."""


def _taken(usual: Usual) -> tuple[Taken, ...]:
    return (
        *(Taken(one, _PODS, usual.whose) for one in usual.pods),
        *(Taken(one, _SERVICES, usual.whose) for one in usual.services),
    )


def told(cluster: "Cluster | None") -> tuple[Taken, ...]:
    """What the inventory says that pods and Services have."""
    if cluster is None:
        return ()
    return (
        *(Taken(one, _PODS) for one in cluster.pod_cidr),
        *(Taken(one, _SERVICES) for one in cluster.service_cidr),
    )


def untold(cluster: "Cluster | None") -> list[str]:
    """The keys of the inventory that are missing to know where pods and Services are."""
    given = {
        "cluster.podCidr": cluster is not None and cluster.pod_cidr,
        "cluster.serviceCidr": cluster is not None and cluster.service_cidr,
    }
    return [key for key, known in given.items() if not known]


def likely(cluster: "Cluster | None") -> Iterator[tuple[Taken, ...]]:
    """What pods and Services have in each cluster that it may be: as told, else by the defaults."""
    known = told(cluster)
    there = {one.what for one in known}
    own = cluster.known if cluster else None
    for usual in [own.usual] if own and own.usual else _GUESSES:
        yield (*known, *(one for one in _taken(usual) if one.what not in there))


def defaults(cluster: "Cluster | None") -> list[Taken]:
    """What pods and Services have by default in any cluster that it may be."""
    return [one for usual in likely(cluster) for one in usual if one.whose]


def lacks(cluster: "Cluster | None", version: int) -> bool:
    """Whether the inventory says that pods have no address of that IP version by eth0."""
    pods = cluster.pod_cidr if cluster else []
    return bool(pods) and all(one.version != version for one in pods)


EXAMPLES = {"cluster.podCidr": "10.244.0.0/16", "cluster.serviceCidr": "10.96.0.0/12"}
"""A value to show for each key."""
