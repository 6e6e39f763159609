"""whereabouts in a cluster: release, image, resources and where it lies on the nodes."""

import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, PrivateAttr, model_validator

from multus_lab import releases
from multus_lab.distributions import STANDARD, WHEREABOUTS_DIR
from multus_lab.settings.cluster import Cluster
from multus_lab.settings.cron import Cron
from multus_lab.settings.image import (
    Digest,
    Registry,
    Repository,
    Tag,
    reference,
    unknown_release,
    wrong_tag,
)
from multus_lab.settings.model import Model
from multus_lab.settings.multus import ApiServer, Multus
from multus_lab.settings.pod import (
    EVERY_TAINT,
    Affinity,
    Annotations,
    Labels,
    Quantities,
    Resources,
    Toleration,
    UpdateStrategy,
)
from multus_lab.settings.types import (
    DnsLabel,
    DnsSubdomain,
    Duration,
    Folder,
    LabelValue,
    QualifiedName,
    refuse,
    refuse_all,
    seconds,
)

DEFAULT = releases.whereabouts()[-1]
"""The release of a stack that names none."""


def _pinned(value: str) -> str:
    if not re.fullmatch(r"v\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?", value):
        raise refuse(f"a release, like {DEFAULT}: `latest` is another one tomorrow")
    return value


def _known(value: str) -> str:
    if value not in releases.whereabouts():
        raise refuse(f"must be one of {', '.join(releases.whereabouts())}")
    return value


class InstalledResources(Resources):
    """What whereabouts asks for on each node, and may use at most.

    Upstream's limit of 100m of CPU is left out, and so is that of memory: what it holds grows with
    the cluster's pools.
    """

    requests: Quantities = Quantities(cpu="100m", memory="100Mi")


class ControllerResources(Resources):
    """The same of the reconciler and of the controller of node slices, which run once.

    They list the pods or nodes of the whole cluster, for which upstream's limit of 50Mi is little.
    """

    requests: Quantities = Quantities(cpu="100m", memory="50Mi")


class NodePaths(Model):
    """Folders of the nodes, if they aren't those of whereabouts' manifest and Multus' own.

    `whereabouts.d` lies in `configDir`, where the program looks by itself. Somewhere else, the
    networks say so by `configuration_path`, which is filled in.
    """

    config_dir: Folder | None = None
    bin_dir: Folder | None = None


class Whereabouts(Model):
    """whereabouts, for networks whose addresses it counts over all nodes of the cluster.

    `install: false` if another stack of the same cluster owns it, or the distribution brings it;
    that is the default where the distribution can. `namespace` has to be there, and to let
    privileged pods run; the counts of addresses are kept in it, and in another one begin anew. The
    image is the release's, from `registry` where that is a mirror. `reconcilerCron` is when
    addresses are freed whose pods are gone, in UTC. `nodeSlices` installs the controller of node
    slices; by default that is if one of the stack's networks has a `node_slice_size`. `retainCrd:
    false` lets `destroy` delete the CRDs, and with them all counts. All else is as for Multus.
    """

    install: bool = True
    release: Annotated[str, AfterValidator(_pinned)] = DEFAULT
    release_as: Annotated[str, AfterValidator(_known)] | None = None
    namespace: DnsLabel = "kube-system"
    registry: Registry | None = None
    repository: Repository = "ghcr.io/k8snetworkplumbingwg/whereabouts"
    tag: Tag | None = None
    digest: Digest | None = None
    pull_policy: Literal["Always", "IfNotPresent", "Never"] | None = None
    pull_secrets: list[DnsSubdomain] = []
    resources: InstalledResources = InstalledResources()
    controller_resources: ControllerResources = ControllerResources()
    node_selector: dict[QualifiedName, LabelValue] = {"kubernetes.io/os": "linux"}
    tolerations: list[Toleration] = EVERY_TAINT
    affinity: Affinity | None = None
    priority_class_name: DnsSubdomain | None = "system-node-critical"
    update_strategy: UpdateStrategy = UpdateStrategy()
    labels: Labels = {}
    annotations: Annotations = {}
    api_server: ApiServer | None = None
    paths: NodePaths = NodePaths()
    log_level: Literal["debug", "verbose", "error", "panic"] = "debug"
    reconciler_cron: Cron = "30 4 * * *"
    node_slices: bool | None = None
    retain_crd: bool = True
    ready_timeout: Duration = "5m"

    _bin_dir: str = PrivateAttr(default=STANDARD.bin_dir)
    _sliced: bool = PrivateAttr(default=False)

    def model_post_init(self, context: Any) -> None:
        """Take from the rest of the stack what isn't said here."""
        told = context or {}
        multus: Multus | None = told.get("multus")
        if multus is not None:
            self._bin_dir = multus.folders.bin_dir
        self._sliced = bool(told.get("sliced"))
        cluster: Cluster = told.get("cluster") or Cluster()
        if "install" not in self.model_fields_set and cluster.record.brings_whereabouts:
            self.__dict__["install"] = False

    @property
    def config_dir(self) -> str:
        """The node's folder with `whereabouts.d`."""
        return (self.paths.config_dir or WHEREABOUTS_DIR).rstrip("/")

    @property
    def bin_dir(self) -> str:
        """The node's folder of CNI plugins."""
        return self.paths.bin_dir or self._bin_dir

    @property
    def slices(self) -> bool:
        """Whether the controller of node slices comes with it."""
        return self._sliced if self.node_slices is None else self.node_slices

    @property
    def image(self) -> str:
        """The release's image; upstream's manifests name the moving `latest`."""
        return reference(self.registry, self.repository, self._tag, self.digest)

    @property
    def ready_seconds(self) -> int:
        """`readyTimeout` in seconds."""
        return seconds(self.ready_timeout)

    @property
    def _tag(self) -> str:
        return self.tag or self.release

    @model_validator(mode="after")
    def _fits(self) -> Self:
        unknown = unknown_release(self.release, self.release_as, releases.whereabouts())
        refuse_all([*unknown, *wrong_tag(self._tag, self.repository, self.digest)])
        return self
