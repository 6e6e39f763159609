"""A network of the zone: one NetworkAttachmentDefinition and the CNI configuration inside it."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import Field, create_model

from multus_lab.plugins import macvlan
from multus_lab.settings import ipam as ipams
from multus_lab.settings.ipam import Dns, OfAnyType
from multus_lab.settings.model import Model
from multus_lab.settings.recorded import reads
from multus_lab.settings.types import (
    Accept,
    CniVersion,
    DnsLabel,
    DnsSubdomain,
    LabelValue,
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


class DeclaredNetwork(Model):
    """A network that a stack declares, of whatever kind.

    `name` is the NAD's name and the CNI network's, as the NAD specification recommends
    (multi-net-spec v1.3, 3.4.2). `podsPerNode` stands in for the zone's, and `accept` has the
    findings that are meant.
    """

    name: DnsSubdomain
    namespace: DnsLabel = "default"
    labels: dict[QualifiedName, LabelValue] = {}
    annotations: dict[QualifiedName, str] = {}
    default_route: DefaultRoute = "never"
    pods_per_node: Count | None = None
    accept: Accept = {}
    cni_version: CniVersion = "0.3.1"
    type: str
    capabilities: Capabilities | None = None
    dns: Dns | None = None
    ipam: OfAnyType

    def cni_config(self) -> Mapping[str, Any]:
        """The CNI network configuration, by its keys in the specification.

        A list of plugins only where one is chained: sbr for `default_route: source-based`.
        """
        config: dict[str, Any] = self.model_dump(
            mode="json", exclude=_BESIDE_CNI, exclude_none=True
        )
        if self.ipam.type == "none":
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


@reads(macvlan.RECORD.keys)
class MacvlanNetwork(DeclaredNetwork):
    """A macvlan network; the record of macvlan has its keys.

    `mtu` is in bytes; without one the master's holds. Without `master` the plugin takes the
    interface of the node's default route.
    """

    type: Literal["macvlan"] = "macvlan"
    mtu: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None


@cache
def _with_ipam(kind: str) -> type[MacvlanNetwork]:
    """The model with that kind of ipam alone: it is built in a fraction of the time of all."""
    return create_model("MacvlanNetwork", __base__=MacvlanNetwork, ipam=(ipams.model(kind), ...))


def model_of(raw: object) -> type[MacvlanNetwork]:
    """The model for what a stack writes of a network."""
    ipam = raw.get("ipam") if isinstance(raw, dict) else None
    kind = ipam.get("type") if isinstance(ipam, dict) else None
    return _with_ipam(kind) if isinstance(kind, str) and kind in ipams.names() else MacvlanNetwork
