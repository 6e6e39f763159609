"""The cluster as inventory: what its networks and the Multus daemon have to fit."""

from typing import Annotated, Self

from pydantic import BeforeValidator, model_validator

from multus_lab import distributions
from multus_lab.distributions import Distribution
from multus_lab.settings.model import Model
from multus_lab.settings.types import (
    Checked,
    CniVersion,
    ConfigFile,
    DnsLabel,
    Folder,
    Network,
    Refusal,
    Release,
    one_or_more,
    refuse,
    refuse_all,
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
    of, such as kubeadm or k3s; without it, paths are kubeadm's. `dataDir` is where its nodes have
    their data, if somebody has moved that (k3s `--data-dir`). `podCidr` and `serviceCidr` take
    one network or a list. `cniPlugins` is the release of containernetworking/plugins on the nodes,
    from v0.9.1 on. All of it is optional: what can't be decided without it is a note.
    """

    name: DnsLabel | None = None
    distribution: Annotated[str, Checked(_distribution)] | None = None
    data_dir: Folder | None = None
    primary_network: PrimaryNetwork = PrimaryNetwork()
    pod_cidr: Annotated[list[Network], BeforeValidator(one_or_more)] = []
    service_cidr: Annotated[list[Network], BeforeValidator(one_or_more)] = []
    cni_plugins: Release | None = None

    @property
    def known(self) -> Distribution | None:
        """What is known of its distribution, on nodes such as it has."""
        found = distributions.distribution(self.distribution or "")
        return found.moved(self.data_dir) if found and self.data_dir else found

    @property
    def record(self) -> Distribution:
        """What is known of it, or of one of which nobody says what it is."""
        return self.known or _UNTOLD

    @model_validator(mode="after")
    def _moves(self) -> Self:
        own = distributions.distribution(self.distribution or "")
        if self.data_dir is not None and not (own and own.data_dir):
            moving = ", ".join(one.name for one in distributions.every() if one.data_dir)
            allowed = f"must be left out: it moves paths of {moving} alone; set multus.paths"
            refuse_all([Refusal(("dataDir",), self.data_dir, allowed)])
        return self
