"""whereabouts in a cluster: release, image, resources and where it lies on the nodes."""

from typing import Annotated, Any, Literal, Self

from pydantic import PrivateAttr, model_validator

from multus_lab import releases
from multus_lab.distributions import STANDARD, WHEREABOUTS_DIR
from multus_lab.settings.cluster import Cluster
from multus_lab.settings.cron import Cron
from multus_lab.settings.image import (
    Repository,
    other_release,
    unknown_release,
    wrong_tag,
)
from multus_lab.settings.installed import Installed, one_of, pinned
from multus_lab.settings.model import Model
from multus_lab.settings.multus import Multus
from multus_lab.settings.pod import Quantities, Resources
from multus_lab.settings.types import Folder, refuse_all

DEFAULT = releases.whereabouts()[-1]
"""The release of a stack that names none."""

_UPSTREAM = "ghcr.io/k8snetworkplumbingwg/whereabouts"


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
    networks say so by `configuration_path`, which is filled in, also for one that another stack or
    the distribution brings.
    """

    config_dir: Folder | None = None
    bin_dir: Folder | None = None


class Whereabouts(Installed):
    """whereabouts, for networks whose addresses it counts over all nodes of the cluster.

    `install: false` is the default where the distribution can bring it. The counts of addresses are
    kept in `namespace`, and in another one begin anew. `reconcilerCron` is when addresses are freed
    whose pods are gone, in UTC. `nodeSlices` installs the controller of node slices; by default
    that is if one of the stack's networks has a `node_slice_size`. `retainCrd: false` lets
    `destroy` delete the CRDs, and with them all counts.
    """

    release: Annotated[str, pinned(DEFAULT, "`latest` is another one tomorrow")] = DEFAULT
    release_as: Annotated[str, one_of(releases.whereabouts)] | None = None
    repository: Repository = _UPSTREAM
    resources: InstalledResources = InstalledResources()
    controller_resources: ControllerResources = ControllerResources()
    paths: NodePaths = NodePaths()
    log_level: Literal["debug", "verbose", "error", "panic"] = "debug"
    reconciler_cron: Cron = "30 4 * * *"
    node_slices: bool | None = None

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

    @model_validator(mode="after")
    def _fits(self) -> Self:
        unknown = unknown_release(self.release, self.release_as, releases.whereabouts())
        refuse_all(
            [
                *unknown,
                *wrong_tag(self._tag, self.repository, self.digest),
                *other_release(
                    self._tag,
                    self.release,
                    self.release_as,
                    releases.whereabouts(),
                    upstream=self.repository == _UPSTREAM,
                ),
            ]
        )
        return self
