"""daemon-config.json: what the daemon reads of it, as a stack may set it."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from multus_lab.distributions import STANDARD
from multus_lab.distributions import Paths as Folders
from multus_lab.settings.folders import (
    CONFIG_DIR,
    CONFIG_FILE_DIR,
    EMPTIED,
    autoconfig_dir,
    covers,
    holds,
    in_container,
    in_run,
)
from multus_lab.settings.model import Later, Model
from multus_lab.settings.types import (
    Checked,
    CniVersion,
    ConfigFile,
    DnsLabel,
    File,
    Refusal,
    refuse,
    refuse_all,
)

if TYPE_CHECKING:
    from multus_lab.settings.node_certificate import PerNodeCertificate
else:
    _OF_CERTIFICATES = "multus_lab.settings.node_certificate"
    PerNodeCertificate = Annotated[Any, Later(_OF_CERTIFICATES, "PerNodeCertificate")]

Number = Annotated[int, Field(ge=0, le=2**31 - 1)]


class LogOptions(Model):
    """When the daemon's log file is rotated; sizes in MB, ages in days (lumberjack)."""

    max_age: Number | None = None
    max_size: Number | None = None
    max_backups: Number | None = None
    compress: bool | None = None


def _some(value: list[str]) -> list[str]:
    if not value:
        raise refuse(
            "a list of at least one namespace: with none the daemon takes `default`, as where the "
            "key is left out (multus-cni pkg/types/conf.go LoadNetConf)"
        )
    return value


class DaemonConfig(Model):
    """The keys of daemon-config.json that a stack may set, as far as its release reads them.

    Paths are not among them: they go with the DaemonSet's mounts. `multusMasterCNI` names the
    file of the cluster's default network where the first one in order is not it (#1499); by
    default it is `cluster.primaryNetwork.file`. With a `cniVersion` from 0.4.0 on the default
    network's has to be so too, or the daemon doesn't start (pkg/server/config/generator.go,
    CheckVersionCompatibility), unless `forceCNIVersion` rewrites that file on every node.
    `connectionLimit` bounds how many requests run at once (#1510); `metricsPort` listens on
    the host's network, and `enablePprof` there; `readinessindicatorfile` is a path in the daemon's
    container. `logFile` is one path for the daemon and the shim, which runs on the node.
    `defaultNetworks` are attached to every pod outside of the `systemNamespaces`.
    """

    cni_version: CniVersion = "0.3.1"
    log_level: Literal["debug", "verbose", "error", "panic"] = "verbose"
    log_to_stderr: bool = True
    log_file: File | None = None
    log_options: LogOptions | None = None
    multus_master_cni: Annotated[ConfigFile | None, Field(alias="multusMasterCNI")] = None
    force_cni_version: Annotated[bool | None, Field(alias="forceCNIVersion")] = None
    override_network_name: bool | None = None
    capabilities: dict[str, bool] | None = None
    namespace_isolation: bool | None = None
    global_namespaces: Annotated[list[DnsLabel], Checked(_some)] | None = None
    default_networks: list[str] | None = None
    system_namespaces: list[DnsLabel] | None = None
    multus_namespace: DnsLabel | None = None
    retry_delete_on_error: bool | None = None
    auxiliary_cni_chain_name: Annotated[str | None, Field(alias="auxiliaryCNIChainName")] = None
    connection_limit: Annotated[int, Field(ge=1)] | None = None
    metrics_port: Annotated[int, Field(ge=1, le=65535)] | None = None
    enable_pprof: bool | None = None
    readinessindicatorfile: File | None = None
    per_node_certificate: PerNodeCertificate | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.enable_pprof and self.metrics_port is None:
            allowed = "must go with a metricsPort, on which it listens (cmd/multus-daemon/main.go)"
            refuse_all([Refusal(("enablePprof",), True, allowed)])
        return self

    def values(self, paths: Folders, master: str | None) -> dict[str, Any]:
        """What is in the file daemon-config.json; with default settings what upstream's has.

        `paths` are the node's, which the daemon sees in its container; `master` is the primary
        network's file, unless it is named here.
        """
        config: dict[str, Any] = {
            "chrootDir": "/hostroot",
            "cniVersion": self.cni_version,
            "logLevel": self.log_level,
            "logToStderr": self.log_to_stderr,
            "cniConfigDir": CONFIG_DIR,
            "multusAutoconfigDir": autoconfig_dir(paths),
            "multusConfigFile": "auto",
            "socketDir": f"/host{in_run(paths.socket_dir)}",
        }
        # What the daemon and the shim, which runs on the node, have by default.
        if paths.bin_dir != STANDARD.bin_dir:
            config["binDir"] = paths.bin_dir
        if in_run(paths.socket_dir) != STANDARD.socket_dir:
            config["daemonSocketDir"] = in_run(paths.socket_dir)
        chosen: dict[str, Any] = self.model_dump(mode="json", exclude_none=True)
        if self.global_namespaces is not None:
            chosen["globalNamespaces"] = ",".join(self.global_namespaces)
        if master is not None:
            chosen.setdefault("multusMasterCNI", master)
        return config | chosen


def written(config: Mapping[str, Any]) -> str:
    """The text of daemon-config.json."""
    return json.dumps(config, indent=4) + "\n"


def unseen(config: DaemonConfig, folders: Folders) -> Iterator[Refusal]:
    """Files that the daemon or the shim would look for in vain."""
    seen = in_container(folders)
    yield from _unseen_certificate(config.per_node_certificate, seen, folders)
    file = config.readinessindicatorfile
    if file is not None and not _is_in(file, seen):
        allowed = (
            f"must be a path in the daemon's container, where the node's {folders.cni_config_dir} "
            f"is {CONFIG_DIR}, /run is /host/run and / is /hostroot: the daemon waits 45 seconds "
            "for the file, and ends (multus-cni #1306, cmd/multus-daemon/main.go)"
        )
        yield Refusal(("daemonConfig", "readinessindicatorfile"), file, allowed)
    elif file is not None and PurePosixPath(file).name.startswith("00-multus"):
        allowed = (
            "must be the primary network's file: the daemon writes its own only once this one is "
            "there (multus-cni cmd/multus-daemon/main.go)"
        )
        yield Refusal(("daemonConfig", "readinessindicatorfile"), file, allowed)
    file = config.log_file
    folder = log_folder(config)
    if folder is None:
        return
    if covers(folder) or _is_in(folder, _OURS) or in_run(folder) in map(in_run, seen):
        allowed = (
            "must be in a folder for logs, like /var/log/multus.log: the daemon's container has "
            "the node's folder at the same path, as the shim writes there too"
        )
        yield Refusal(("daemonConfig", "logFile"), file, allowed)
    elif holds(folders.socket_dir, folder):
        yield Refusal(("daemonConfig", "logFile"), file, _outside(folders))


_OURS = ("/host", "/hostroot", CONFIG_FILE_DIR)
"""Folders of the daemon's container that no node has."""


def _outside(folders: Folders) -> str:
    return f"must be outside of paths.socketDir, which is {folders.socket_dir}: {EMPTIED}"


def _is_in(file: str, folders: Iterable[str]) -> bool:
    return any(PurePosixPath(file).is_relative_to(one) for one in folders)


def _unseen_certificate(
    asked: PerNodeCertificate | None, seen: Sequence[str], folders: Folders
) -> Iterator[Refusal]:
    at = ("daemonConfig", "perNodeCertificate")
    if asked is None:
        return
    file, folder = asked.bootstrap_kubeconfig, asked.cert_dir
    if not _is_in(file, seen):
        allowed = (
            "must be a path in the daemon's container, where the node's / is /hostroot, as in "
            "/hostroot/etc/kubernetes/kubelet.conf"
        )
        yield Refusal((*at, "bootstrapKubeconfig"), file, allowed)
    if covers(folder) or _is_in(folder, _OURS) or _is_in(folder, seen):
        allowed = (
            "must be a folder of the node that is for this alone, like /etc/cni/multus/certs: the "
            "daemon's container has it at the same path"
        )
        yield Refusal((*at, "certDir"), folder, allowed)
    elif holds(folders.socket_dir, folder):
        yield Refusal((*at, "certDir"), folder, _outside(folders))


def log_folder(config: DaemonConfig) -> str | None:
    """The folder of the log file, which the daemon's container needs."""
    return None if config.log_file is None else str(PurePosixPath(config.log_file).parent)


_PATHS = {
    "cniConfigDir": "cniConfigDir",
    "multusAutoconfigDir": "multusAutoconfigDir",
    "binDir": "binDir",
    "socketDir": "socketDir",
    "daemonSocketDir": "socketDir",
    "cniDir": "cniDir",
    "confDir": "confDir",
}
"""Keys that go with mounts, to what a stack sets instead."""

_MADE = {
    "chrootDir": "plugins run below /hostroot, the node's root (pkg/server/exec_chroot.go)",
    "name": "the daemon makes it up (pkg/server/config/generator.go ParseMultusConfig)",
    "type": "it is the shim's (pkg/server/config/generator.go)",
    "clusterNetwork": "the daemon finds it (pkg/server/config/manager.go)",
    "delegates": "it doesn't go with the clusterNetwork that the daemon finds (pkg/types/types.go)",
    "kubeconfig": "the daemon uses its service account (pkg/k8sclient InClusterK8sClient)",
    "runtimeConfig": "the runtime sends it with each request (pkg/types/types.go)",
}
"""Keys that are read and can't be set, with the reason."""


def refused(extra: Mapping[str, Any]) -> Iterator[Refusal]:
    """Keys beside those that are typed: what no key to come can be. Go reads them in any case."""
    typed = {one.alias or "" for one in DaemonConfig.model_fields.values()}
    known = {one.lower(): one for one in (*typed, *_PATHS, *_MADE, "multusConfigFile")}
    for key, value in extra.items():
        meant = known.get(key.lower())
        if meant in typed:
            allowed = f"must be left out: it is daemonConfig.{meant}"
        elif meant in _PATHS:
            allowed = (
                f"must be left out: it goes with the DaemonSet's mounts, as paths.{_PATHS[meant]}"
            )
        elif meant in _MADE:
            allowed = f"must be left out: {_MADE[meant]}"
        elif meant == "multusConfigFile" and value != "auto":
            allowed = (
                "must be auto: with a path the daemon ends at once, without an error (multus-cni "
                "#1366, #1543)"
            )
        else:
            continue
        yield Refusal(("extraDaemonConfig", key), value, allowed)
