"""A network of a stack: one NetworkAttachmentDefinition and the CNI configuration inside it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from multus_lab.addresses import AddressRange
from multus_lab.attachment import ACCEPT, RESOURCE
from multus_lab.plugins import in_any_case, sbr
from multus_lab.plugins.pools import text
from multus_lab.problems import Path
from multus_lab.settings.ipam import Dns, OfAnyType, usable
from multus_lab.settings.model import Later, Model
from multus_lab.settings.types import (
    Accept,
    AnnotationKey,
    Checked,
    CniName,
    CniVersion,
    DnsLabel,
    DnsSubdomain,
    LabelValue,
    QualifiedName,
    Refusal,
    ResourceName,
    refuse,
    refuse_all,
)
from multus_lab.settings.zone import Count
from multus_lab.versions import release

if TYPE_CHECKING:
    from multus_lab.settings.capabilities import Capabilities
else:
    Capabilities = Annotated[Any, Later("multus_lab.settings.capabilities", "Capabilities")]

DefaultRoute = Literal["never", "source-based", "takeover"]
"""Whether the pod's default route leads into the network.

`source-based` answers from the network's address go back through it (the sbr plugin), while the
pod's own default route stays; `takeover` moves the pod's default route to the network.
"""


def _without_accept(annotations: dict[str, str]) -> dict[str, str]:
    if ACCEPT in annotations:
        raise refuse(f"without {ACCEPT}, which is made of `accept`: write that instead")
    return annotations


_EMPTY: Any = Field(default_factory=dict)
"""A default that pydantic makes anew, and doesn't copy: a stack has thousands."""


class DeclaredNetwork(Model):
    """A network that a stack declares, of whatever kind.

    `name` is the NAD's name and, if nothing else is said, the CNI network's, as the NAD
    specification recommends (multi-net-spec v1.3, 3.4.2). `resourceName` is the device plugin's
    resource of which each pod takes one. `podsPerNode` stands in for the zone's, and `accept` has
    the findings that are meant; it goes with the NAD, as an annotation.
    """

    name: DnsSubdomain
    namespace: DnsLabel = "default"
    labels: Annotated[dict[QualifiedName, LabelValue], _EMPTY]
    annotations: Annotated[dict[AnnotationKey, str], Checked(_without_accept), _EMPTY]
    resource_name: ResourceName | None = None
    pods_per_node: Count | None = None
    accept: Annotated[Accept, _EMPTY]

    within: ClassVar[tuple[str, ...]] = ()
    """Where the CNI configuration stands, from the network's own keys."""

    @model_validator(mode="after")
    def _one_resource(self) -> Self:
        if self.resource_name is not None and RESOURCE in self.annotations:
            allowed = f"must be left out: annotations have {RESOURCE} already"
            refuse_all([Refusal(("resourceName",), self.resource_name, allowed)])
        return self

    @property
    def plugin(self) -> str:
        """The type of the plugin that makes the interface, "" where settings don't look."""
        return ""

    @property
    def spelled(self) -> Mapping[Path, str]:
        """Paths of the CNI configuration whose last key is written otherwise here."""
        return {}

    @property
    def chained(self) -> int:
        """How many plugins its own `chain` has."""
        return 0

    def cni_config(self) -> Mapping[str, Any]:
        """The CNI network configuration, by its keys in the specification."""
        raise NotImplementedError

    def settings(self) -> Mapping[str, Any]:
        """What is said of it beside the configuration, for rules."""
        return {"pods_per_node": self.pods_per_node, "annotations": self._own_annotations()}

    def usable(self) -> Iterator[AddressRange]:
        """The addresses that pods can get, as far as the settings tell, from first to last."""
        return usable(plugins_in(self.cni_config())[0].get("ipam"))

    def nad_annotations(self) -> dict[str, str]:
        """The NAD's annotations: those declared, and what is accepted, as `check` reads it."""
        if not self.accept:
            return self._own_annotations()
        accepted = json.dumps(self.accept, sort_keys=True, ensure_ascii=False)
        return {**self._own_annotations(), ACCEPT: accepted}

    def _own_annotations(self) -> dict[str, str]:
        if self.resource_name is None:
            return self.annotations
        return {**self.annotations, RESOURCE: self.resource_name}

    def cni_json(self) -> str:
        """The configuration as canonical JSON: the same settings give the same bytes."""
        return json.dumps(self.cni_config(), sort_keys=True, separators=(",", ":"))


_BESIDE_CNI = set(DeclaredNetwork.model_fields) - {"name"}


class Chained(Model):
    """A plugin behind the one that makes the interface; `type` tells which."""

    type: str
    capabilities: Capabilities | None = None
    dns: Dns | None = None


class TypedNetwork(DeclaredNetwork):
    """A network by the keys of the plugin that makes its interface, its `type`.

    `chain` are the plugins behind that one, in their order. `cniName` is the CNI network's name
    where that isn't the NAD's: plugins keep their books by it.
    """

    cni_version: CniVersion = "0.3.1"
    cni_name: CniName | None = None
    type: str
    capabilities: Capabilities | None = None
    chain: list[Chained] = []
    dns: Dns | None = None

    instead: ClassVar[Mapping[str, str]] = {
        "plugins": "is a CNI configuration's: the first plugin's keys are the network's own, and "
        "the others are its `chain`; or all of it is its `config`",
        "ipam": "must be left out: this plugin asks no other one for addresses",
    }

    @property
    def plugin(self) -> str:
        """The type of the plugin that makes the interface."""
        return self.type

    @property
    def spelled(self) -> Mapping[Path, str]:
        """Paths of the CNI configuration whose last key is written otherwise here."""
        return {} if self.cni_name is None else {("name",): "cniName"}

    @property
    def chained(self) -> int:
        """How many plugins its own `chain` has."""
        return len(self.chain)

    def cni_config(self) -> Mapping[str, Any]:
        """The CNI network configuration; a list of plugins only where one is chained."""
        main, *chain = self._plugins()
        if not chain:
            return main
        top = {key: main.pop(key) for key in ("cniVersion", "name")}
        return top | {"plugins": [main, *chain]}

    def _plugins(self) -> list[dict[str, Any]]:
        config = self.model_dump(mode="json", exclude=_BESIDE_CNI, exclude_none=True)
        chain: list[dict[str, Any]] = config.pop("chain")
        config["name"] = config.pop("cniName", self.name)
        return [config, *chain]


class AddressedNetwork(TypedNetwork):
    """A network whose plugin asks an IPAM plugin, `ipam`, for addresses and routes."""

    default_route: DefaultRoute = "never"
    ipam: OfAnyType

    instead: ClassVar[Mapping[str, str]] = {
        **TypedNetwork.instead,
        "ipam": "{type: none} is a network without addresses",
    }

    hints: ClassVar[bool] = False
    """Whether the sbr of `default_route: source-based` keeps the way to the neighbours."""

    @model_validator(mode="after")
    def _one_sbr(self) -> Self:
        if self.default_route == "source-based" and any(one.type == "sbr" for one in self.chain):
            allowed = "must be left out: sbr is in `chain` already"
            refuse_all([Refusal(("defaultRoute",), self.default_route, allowed)])
        return self

    def settings(self) -> Mapping[str, Any]:
        """What is said of it beside the configuration, for rules."""
        return {**super().settings(), "default_route": self.default_route}

    def _plugins(self) -> list[dict[str, Any]]:
        main, *chain = super()._plugins()
        del main["defaultRoute"]
        if self.ipam.type == "none":
            del main["ipam"]
        elif self.default_route != "never":
            given = main["ipam"].get("routes", [])
            if added := list(self._default_routes(given)):
                main["ipam"]["routes"] = [*given, *added]
        if self.default_route == "source-based":
            chain.append({"type": "sbr", **({_HINTS: True} if self.hints else {})})
        return [main, *chain]

    def _default_routes(self, given: list[dict[str, Any]]) -> Iterator[dict[str, str]]:
        """A default route for each family that pods get addresses of, where none is given."""
        destinations = {route["dst"] for route in given}
        versions = {addresses.first.version for addresses in self.ipam.usable()}
        for version, destination in ((4, "0.0.0.0/0"), (6, "::/0")):
            if version in versions and destination not in destinations:
                yield {"dst": destination}


_HINTS = "addSourceHints"


def gives_hints(cni_plugins: str | None) -> bool:
    """Whether that release's sbr can keep the way to the neighbours; not where none is told."""
    return cni_plugins is not None and release(cni_plugins) in sbr.RECORD.keys.keys[_HINTS].held


def plugins_in(config: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The plugins of a CNI configuration that can be read; a `type` of its own stands for a list.

    So it is to Multus (v4.3.0 pkg/types/conf.go LoadDelegateNetConf).
    """
    return [config] if "type" in config or type_in(config) else config["plugins"]


def type_in(plugin: Mapping[str, Any]) -> str:
    """The plugin's name, whose key libcni and Multus read in any case of letters.

    cni v1.3.0 pkg/types/types.go PluginConf, multus-cni v4.3.0 pkg/types/conf.go.
    """
    return text(in_any_case(plugin, "type"))
