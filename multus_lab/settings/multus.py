"""The Multus daemon of a cluster: release, image, resources and its own configuration."""

import json
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from multus_lab.settings.model import Model
from multus_lab.settings.types import CniVersion, ConfigFile, DnsLabel, Quantity, refuse


def _digest(value: str) -> str:
    algorithm, _, digits = value.partition(":")
    if algorithm != "sha256" or len(digits) != 64 or set(digits) - set("0123456789abcdef"):
        raise refuse("sha256: and 64 hexadecimal digits")
    return value


def _repository(value: str) -> str:
    name = value.rpartition("/")[2]
    if not name or any(c.isspace() for c in value) or {"@", ":"} & set(name):
        raise refuse("an image repository, without tag and digest")
    return value


class Quantities(Model):
    """CPU and memory of the daemon's container; null for none."""

    cpu: Quantity | None = None
    memory: Quantity | None = None


class Resources(Model):
    """What the daemon asks for and may use at most.

    Upstream's memory limit of 50Mi has the daemon killed, since the delegate plugins run as
    its children (multus-cni #1346, #1416: 500Mi can be too little where a node starts again
    with many pods). So there is no memory limit unless a stack sets one.
    """

    requests: Quantities = Quantities(cpu="100m", memory="50Mi")
    limits: Quantities = Quantities(cpu="100m")


class DaemonConfig(Model):
    """The keys of daemon-config.json that a stack may set (multus-cni v4.3.0).

    Paths are not among them: they go with the DaemonSet's mounts. `multusMasterCNI` names the
    file of the cluster's default network where the first one in order is not it (#1499).
    With a `cniVersion` from 0.4.0 on the default network's has to be so too, or the daemon doesn't
    start (pkg/server/config/generator.go, CheckVersionCompatibility).
    `connectionLimit` bounds how many requests run at once (#1510); `metricsPort` listens on
    the host's network; `readinessindicatorfile` is a path in the daemon's container.
    """

    cni_version: CniVersion = "0.3.1"
    log_level: Literal["debug", "verbose", "error", "panic"] = "verbose"
    log_to_stderr: bool = True
    multus_master_cni: Annotated[ConfigFile | None, Field(alias="multusMasterCNI")] = None
    namespace_isolation: bool | None = None
    global_namespaces: list[DnsLabel] | None = None
    connection_limit: Annotated[int, Field(ge=1)] | None = None
    metrics_port: Annotated[int, Field(ge=1, le=65535)] | None = None
    readinessindicatorfile: str | None = None

    def text(self) -> str:
        """The file daemon-config.json; with default settings upstream's, byte by byte."""
        config: dict[str, Any] = {
            "chrootDir": "/hostroot",
            "cniVersion": self.cni_version,
            "logLevel": self.log_level,
            "logToStderr": self.log_to_stderr,
            "cniConfigDir": "/host/etc/cni/net.d",
            "multusAutoconfigDir": "/host/etc/cni/net.d",
            "multusConfigFile": "auto",
            "socketDir": "/host/run/multus/",
        }
        chosen: dict[str, Any] = self.model_dump(mode="json", exclude_none=True)
        if self.global_namespaces is not None:
            chosen["globalNamespaces"] = ",".join(self.global_namespaces)
        return json.dumps(config | chosen, indent=4) + "\n"

    def sha256(self) -> str:
        """The digest of the file, in hexadecimal."""
        from hashlib import sha256  # noqa: PLC0415 - a check does without

        return sha256(self.text().encode()).hexdigest()


class Multus(Model):
    """The Multus thick daemon of the stack's cluster.

    `install: false` where another stack of the same cluster owns it. `digest` pins the image
    beyond its tag. `retainCrd: false` lets `destroy` delete the CRD, and with it every
    NetworkAttachmentDefinition of the cluster.
    """

    install: bool = True
    release: Literal["v4.3.0"] = "v4.3.0"
    repository: Annotated[str, AfterValidator(_repository)] = (
        "ghcr.io/k8snetworkplumbingwg/multus-cni"
    )
    digest: Annotated[str, AfterValidator(_digest)] | None = None
    resources: Resources = Resources()
    daemon_config: DaemonConfig = DaemonConfig()
    retain_crd: bool = True

    @property
    def image(self) -> str:
        """The release's thick image; every upstream manifest names the moving snapshot-thick."""
        tag = f"{self.repository}:{self.release}-thick"
        return f"{tag}@{self.digest}" if self.digest else tag
