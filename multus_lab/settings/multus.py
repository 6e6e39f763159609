"""The Multus daemon of a cluster: release, image, resources and its own configuration."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import PrivateAttr, model_validator

from multus_lab import releases
from multus_lab.attachment import MULTUS_NAMESPACE
from multus_lab.distributions import Paths as Folders
from multus_lab.settings.cluster import Cluster
from multus_lab.settings.daemon_config import (
    DaemonConfig,
    log_folder,
    refused,
    unseen,
    written,
)
from multus_lab.settings.folders import (
    CONF_VOLUME,
    Mount,
    Paths,
    mounted_twice,
    unfit,
    upstream_mounts,
)
from multus_lab.settings.image import (
    UPSTREAM,
    Repository,
    other_release,
    unknown_release,
    wrong_tag,
)
from multus_lab.settings.installed import Installed, one_of, pinned
from multus_lab.settings.model import Later, Model
from multus_lab.settings.pod import Quantities, Resources, Seconds
from multus_lab.settings.types import Json, LabelValue, QualifiedName, Refusal, refuse_all
from multus_lab.versions import release as number

if TYPE_CHECKING:
    from multus_lab.settings.node_certificate import PerNodeCertificate
    from multus_lab.settings.node_plugins import DhcpDaemon, InstallPlugins
else:
    DhcpDaemon, InstallPlugins = (
        Annotated[Any, Later("multus_lab.settings.node_plugins", name)]
        for name in ("DhcpDaemon", "InstallPlugins")
    )


class DaemonResources(Resources):
    """What the daemon asks for and may use at most.

    There is no limit unless a stack sets one. Upstream's of 50Mi of memory has the daemon killed,
    since the delegate plugins run as its children (multus-cni #1346, #1416: 500Mi can be too
    little where a node starts again with many pods). Its limit of 100m of CPU slows ADD down
    beyond what the runtime waits for when many pods start at once. OpenShift sets neither
    (cluster-network-operator bindata/network/multus/multus.yaml).
    """

    requests: Quantities = Quantities(cpu="100m", memory="50Mi")


class InstallResources(Resources):
    """The same of the containers that copy the shim and plugins."""

    requests: Quantities = Quantities(cpu="10m", memory="15Mi")


class PodMonitor(Model):
    """A PodMonitor of the Prometheus operator for the daemon's metrics.

    `labels` are those by which a Prometheus selects its monitors.
    """

    labels: dict[QualifiedName, LabelValue] = {}


class Multus(Installed):
    """The Multus thick daemon of the stack's cluster.

    `install: false` is the default where the distribution brings Multus itself. Without a node's
    daemon no pod starts there, so its pods tolerate every taint and are evicted last.
    `terminationGracePeriodSeconds` is by default what the release needs. `paths` are the nodes'
    where the distribution's don't fit. `extraDaemonConfig` has keys of releases to come, which go
    into daemon-config.json as they are. `retainCrd: false` lets `destroy` delete the CRD, and with
    it every NetworkAttachmentDefinition of the cluster. `installPlugins` brings CNI plugins that
    the nodes lack, and `dhcpDaemon` what networks with dhcp need beside it. With
    `daemonConfig.metricsPort` there is a Service for the metrics, and a PodMonitor if there is a
    `podMonitor`.
    """

    release: Annotated[str, pinned(releases.DEFAULT, "what moves isn't one (multus-cni #1422)")] = (
        releases.DEFAULT
    )
    release_as: Annotated[str, one_of(releases.names)] | None = None
    repository: Repository = UPSTREAM
    resources: DaemonResources = DaemonResources()
    install_resources: InstallResources = InstallResources()
    termination_grace_period_seconds: Seconds | None = None
    paths: Paths = Paths()
    daemon_config: DaemonConfig = DaemonConfig()
    extra_daemon_config: dict[str, Json] = {}
    install_plugins: InstallPlugins | None = None
    dhcp_daemon: DhcpDaemon | None = None
    pod_monitor: PodMonitor | None = None

    _cluster: Cluster = PrivateAttr(default_factory=Cluster)

    def model_post_init(self, context: Any) -> None:
        """Take from the stack's cluster what the stack doesn't say here."""
        self._cluster = (context or {}).get("cluster") or Cluster()
        if "install" not in self.model_fields_set and self._cluster.record.brings:
            self.__dict__["install"] = False

    @property
    def brings(self) -> str:
        """What brings a Multus of the distribution's own; "" if nothing does."""
        return self._cluster.record.brings

    @property
    def folders(self) -> Folders:
        """The nodes' folders: the distribution's, but for those that the stack names."""
        return self.paths.over(self._cluster.record.paths)

    @property
    def mounts(self) -> list[Mount]:
        """The folders of the daemon's container: upstream's, the distribution's, the stack's."""
        upstream = upstream_mounts(self.folders)
        return [
            *(one for one in upstream if one.volume != CONF_VOLUME or self.has_conf_dir),
            *(Mount(one.name, one.path, *one[1:]) for one in self._cluster.record.mounts),
            *(Mount("log", one, one) for one in [self.log_folder] if one),
            *(Mount("certificates", one.cert_dir, one.cert_dir) for one in self.certificates),
        ]

    @property
    def certificates(self) -> "list[PerNodeCertificate]":
        """The certificate of each node's own, if the stack asks for one."""
        asked = self.daemon_config.per_node_certificate
        return [asked] if asked and asked.enabled else []

    @property
    def config_text(self) -> str:
        """The file daemon-config.json."""
        values = self.daemon_config.values(self.folders, self.primary_file)
        return written(values | self.extra_daemon_config)

    @property
    def primary_file(self) -> str | None:
        """What the primary network's file is called, as the daemon is told; None for the first."""
        return self.daemon_config.multus_master_cni or self._cluster.primary_network.file

    @property
    def log_folder(self) -> str | None:
        """The node's folder that the log file is in, if there is one."""
        return log_folder(self.daemon_config)

    @property
    def metrics_port(self) -> int | None:
        """The port of the node on which the daemon tells its metrics."""
        return self.daemon_config.metrics_port

    @property
    def config_sha256(self) -> str:
        """The digest of that file, in hexadecimal."""
        from hashlib import sha256  # noqa: PLC0415 - a check does without

        return sha256(self.config_text.encode()).hexdigest()

    @property
    def shape(self) -> releases.Multus:
        """What is known of the release, or of the one that it is like."""
        found = releases.multus(self.release_as or self.release)
        assert found is not None
        return releases.like(found, self.release) if self.release_as else found

    @property
    def has_conf_dir(self) -> bool:
        """Whether the node's `confDir` is mounted: a release's manifest does, or the stack asks."""
        return self.shape.conf_dir or self.paths.conf_dir is not None

    @property
    def home(self) -> str:
        """The namespace in which the cluster's daemon looks for default networks."""
        own = self.daemon_config.multus_namespace if self.install else None
        return own or MULTUS_NAMESPACE

    @property
    def grace(self) -> int:
        """Seconds that the daemon has between SIGTERM and SIGKILL."""
        asked = self.termination_grace_period_seconds
        return self.shape.grace if asked is None else asked

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.pod_monitor is not None and self.metrics_port is None:
            allowed = "must go with daemonConfig.metricsPort, without which there are no metrics"
            refuse_all([Refusal(("podMonitor",), self.pod_monitor.labels, allowed)])
        unknown = unknown_release(self.release, self.release_as, releases.names())
        refuse_all(unknown or self._not_of_release())
        refuse_all(self._wrong_image())
        refuse_all(
            [
                *unfit(self.paths, self.folders),
                *unseen(self.daemon_config, self.folders),
                *refused(self.extra_daemon_config),
            ]
        )
        refuse_all(mounted_twice(self.mounts, [*self._own_mounts()]))
        refuse_all(self._killed_early())
        return self

    def _own_mounts(self) -> Iterator[tuple[str, tuple[str, ...], object]]:
        """Volumes whose path in the container is for the stack to say: each with key and value."""
        paths, config = self.paths, self.daemon_config
        for volume, key, value in (
            ("cnibin", ("paths", "binDir"), paths.bin_dir),
            ("host-run-netns", ("paths", "netnsDir"), paths.netns_dir),
            ("cni-primary", ("paths", "multusAutoconfigDir"), paths.multus_autoconfig_dir),
            ("log", ("daemonConfig", "logFile"), config.log_file),
        ):
            if value is not None:
                yield volume, key, value
        for own in self.certificates:
            yield "certificates", ("daemonConfig", "perNodeCertificate", "certDir"), own.cert_dir

    def _killed_early(self) -> Iterator[Refusal]:
        asked, drain = self.termination_grace_period_seconds, self.shape.drain
        if asked is not None and drain and asked <= drain:
            allowed = (
                f"must be more than {drain}: so long {self.shape.name} waits after SIGTERM before "
                "it takes its file away, and killed before that it leaves the node without pods "
                "until the next daemon is there (multus-cni 95a09323 cmd/multus-daemon/main.go "
                "SigTermCancelAfter)"
            )
            yield Refusal(("terminationGracePeriodSeconds",), asked, allowed)

    def _wrong_image(self) -> list[Refusal]:
        """A tag that isn't the release's, or that isn't a release's daemon at all."""
        if self.tag is None:
            return []
        return [*wrong_tag(self._tag, self.repository, self.digest)] or [
            *other_release(
                self._tag,
                self.release,
                self.release_as,
                releases.names(),
                upstream=self.repository == UPSTREAM,
            )
        ]

    def _not_of_release(self) -> Iterator[Refusal]:
        """What a stack sets that its release can't have."""
        config, shape = self.daemon_config, self.shape
        for key, value in config.model_dump(mode="json", exclude_none=True).items():
            if key not in shape.keys:
                since = releases.since(key)
                allowed = f"must be left out: {shape.name} doesn't read it, but {since} and newer"
                yield Refusal(("daemonConfig", key), value, allowed)
        if number(config.cni_version) > number(shape.newest_cni):
            allowed = (
                f"must be at most {shape.newest_cni}: with a newer one STATUS of {shape.name} "
                "fails, and nodes stay NotReady (multus-cni #1490)"
            )
            yield Refusal(("daemonConfig", "cniVersion"), config.cni_version, allowed)

    @property
    def _tag(self) -> str:
        return self.tag or f"{self.release}-thick"
