"""A network of the zone: one NetworkAttachmentDefinition and the CNI configuration inside it."""

import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from multus_lab.settings.ipam import Dns, Ipam, NoIpam, UInt32
from multus_lab.settings.model import Model
from multus_lab.settings.types import (
    Accept,
    CniVersion,
    DnsLabel,
    DnsSubdomain,
    InterfaceName,
    LabelValue,
    MacAddress,
    QualifiedName,
)
from multus_lab.settings.zone import Count

_BESIDE_CNI = {"namespace", "labels", "annotations", "default_route", "pods_per_node", "accept"}

DefaultRoute = Literal["never", "source-based", "takeover"]
"""Whether the pod's default route leads into the network.

`source-based` answers from the network's address go back through it (the sbr plugin), while the
pod's own default route stays; `takeover` moves the pod's default route to the network.
"""


class Capabilities(Model):
    """What a pod may ask of the plugins at run time (CNI conventions, "capabilities")."""

    mac: bool | None = None
    ips: bool | None = None


class MacvlanNetwork(Model):
    """A macvlan network (plugins v1.9.1, `plugins/main/macvlan/macvlan.go`).

    `name` is the NAD's name and the CNI network's, as the NAD specification recommends
    (multi-net-spec v1.3, 3.4.2). `podsPerNode` stands in for the zone's, and `accept` for risks
    that are meant. `mtu` is in bytes; without one the master's holds. Without
    `master` the plugin takes the interface of the node's default route.
    """

    name: DnsSubdomain
    namespace: DnsLabel = "default"
    labels: dict[QualifiedName, LabelValue] = {}
    annotations: dict[QualifiedName, str] = {}
    default_route: DefaultRoute = "never"
    pods_per_node: Count | None = None
    accept: Accept = {}
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
        """The CNI network configuration, by its keys in the specification.

        A list of plugins only where one is chained: sbr for `default_route: source-based`.
        """
        config: dict[str, Any] = self.model_dump(
            mode="json", exclude=_BESIDE_CNI, exclude_none=True
        )
        if isinstance(self.ipam, NoIpam):
            del config["ipam"]
        elif self.default_route != "never":
            given = config["ipam"].get("routes", [])
            config["ipam"]["routes"] = [*given, *self._default_routes(given)]
        if self.default_route != "source-based":
            return config
        top = {key: config.pop(key) for key in ("cniVersion", "name")}
        return top | {"plugins": [config, {"type": "sbr"}]}

    def _default_routes(self, given: list[dict[str, Any]]) -> Iterator[dict[str, str]]:
        """A default route for each family that pods get addresses of, where none is given."""
        destinations = {route["dst"] for route in given}
        versions = {addresses.first.version for addresses in self.ipam.usable()}
        for version, destination in ((4, "0.0.0.0/0"), (6, "::/0")):
            if version in versions and destination not in destinations:
                yield {"dst": destination}

    def cni_json(self) -> str:
        """The configuration as canonical JSON: the same settings give the same bytes."""
        return json.dumps(self.cni_config(), sort_keys=True, separators=(",", ":"))
