"""The cluster as inventory: what its networks and the Multus daemon have to fit."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from multus_lab import distributions
from multus_lab.distributions import Distribution
from multus_lab.settings.model import Model
from multus_lab.settings.types import (
    CniVersion,
    ConfigFile,
    DnsLabel,
    Network,
    Release,
    one_or_more,
    refuse,
)


def _distribution(value: str) -> str:
    if value not in distributions.names():
        known = ", ".join(distributions.names())
        raise refuse(f"one of {known}; for any other leave it out, and set multus.paths")
    return value


class PrimaryNetwork(Model):
    """The network that every pod has as eth0: its file in the nodes' CNI folder, and its version.

    `file` is like 10-calico.conflist, and `cniVersion` the one that stands in it.
    """

    file: ConfigFile | None = None
    cni_version: CniVersion | None = None


_UNTOLD = Distribution("", "")
"""A cluster of which nobody says what it is: the paths of upstream's manifests."""


class Cluster(Model):
    """A Kubernetes cluster, as far as it is known.

    `name` tells stacks of one cluster from others. `distribution` is one that there is a record
    of, such as kubeadm or k3s; without it, paths are kubeadm's. `podCidr` and `serviceCidr` take
    one network or a list. `cniPlugins` is the release of containernetworking/plugins on the nodes,
    from v0.9.1 on. All of it is optional: what can't be decided without it is a note.
    """

    name: DnsLabel | None = None
    distribution: Annotated[str, AfterValidator(_distribution)] | None = None
    primary_network: PrimaryNetwork = PrimaryNetwork()
    pod_cidr: Annotated[list[Network], BeforeValidator(one_or_more)] = []
    service_cidr: Annotated[list[Network], BeforeValidator(one_or_more)] = []
    cni_plugins: Release | None = None

    @property
    def record(self) -> Distribution:
        """What is known of its distribution."""
        return distributions.distribution(self.distribution or "") or _UNTOLD
