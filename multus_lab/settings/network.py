"""A network of the zone: one NetworkAttachmentDefinition and the CNI configuration inside it."""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from multus_lab.settings.ipam import Dns, Ipam, NoIpam, UInt32
from multus_lab.settings.model import Model
from multus_lab.settings.types import (
    CniVersion,
    DnsLabel,
    DnsSubdomain,
    InterfaceName,
    LabelValue,
    MacAddress,
    QualifiedName,
)

_OF_THE_NAD = {"namespace", "labels", "annotations"}


class Capabilities(Model):
    """What a pod may ask of the plugins at run time (CNI conventions, "capabilities")."""

    mac: bool | None = None
    ips: bool | None = None


class MacvlanNetwork(Model):
    """A macvlan network (plugins v1.9.1, `plugins/main/macvlan/macvlan.go`).

    `name` is the NAD's name and the CNI network's, as the NAD specification recommends
    (multi-net-spec v1.3, 3.4.2). `mtu` is in bytes; without one the master's holds. Without
    `master` the plugin takes the interface of the node's default route.
    """

    name: DnsSubdomain
    namespace: DnsLabel = "default"
    labels: dict[QualifiedName, LabelValue] = {}
    annotations: dict[QualifiedName, str] = {}
    cni_version: CniVersion = "0.3.1"
    type: Literal["macvlan"] = "macvlan"
    master: InterfaceName | None = None
    mode: Literal["bridge", "private", "vepa", "passthru"] = "bridge"
    mtu: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None
    mac: MacAddress | None = None
    link_in_container: bool | None = None
    bcqueuelen: UInt32 | None = None
    capabilities: Capabilities | None = None
    dns: Dns | None = None
    ipam: Ipam

    def cni_config(self) -> Mapping[str, Any]:
        """The CNI network configuration, by its keys in the specification."""
        config: dict[str, Any] = self.model_dump(
            mode="json", exclude=_OF_THE_NAD, exclude_none=True
        )
        if isinstance(self.ipam, NoIpam):
            del config["ipam"]
        return config

    def cni_json(self) -> str:
        """The configuration as canonical JSON: the same settings give the same bytes."""
        return json.dumps(self.cni_config(), sort_keys=True, separators=(",", ":"))
