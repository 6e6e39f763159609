"""A network as rules see it, whether a stack declares it or a manifest holds it.

What can't be read, such as an address that is none, is left out here: the settings refuse it in
a stack, and the rules on shape tell it in a manifest.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from multus_lab.checks.finding import Path
from multus_lab.settings import Zone
from multus_lab.settings.pools import Piece, Pool, pieces, pools, read_address, read_network
from multus_lab.settings.types import AnyAddress, AnyNetwork

_NOTHING: Mapping[str, Any] = {}

RESOURCE = "k8s.v1.cni.cncf.io/resourceName"
"""The NAD's annotation by which pods get a device, and land where there is one (NAD spec. 3.3)."""


@dataclass(frozen=True, slots=True)
class Plugin:
    """One plugin's configuration; `path` from the network's own."""

    type: str
    config: Mapping[str, Any]
    path: Path

    @property
    def ipam(self) -> Mapping[str, Any]:
        """Its `ipam`, empty where it has none or no mapping."""
        ipam = self.config.get("ipam")
        return ipam if isinstance(ipam, dict) else _NOTHING


@dataclass(frozen=True, slots=True)
class Route:
    """A route that an IPAM plugin gives to the pod; `gw` as written."""

    dst: AnyNetwork
    gw: AnyAddress | None
    path: Path
    keys: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Network:
    """A NetworkAttachmentDefinition's configuration.

    `path` leads to it in the stack config or manifest, and `config` is it, as JSON has it.
    `metadata` leads to where name, namespace and annotations stand: in a stack, that is beside the
    keys of the configuration. `settings` are the keys there that say more of it (`annotations`, in
    a stack also `podsPerNode` …).
    """

    name: str
    namespace: str
    path: Path
    metadata: Path
    config: Mapping[str, Any]
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """What it is called: `namespace/name`."""
        return f"{self.namespace}/{self.name}"

    @property
    def in_json(self) -> bool:
        """Whether its configuration is a text of JSON beside the metadata, as in a manifest."""
        return self.path != self.metadata

    @property
    def resource(self) -> str:
        """The resource that a device plugin offers and pods of the network take, "" for none."""
        annotations = self.settings.get("annotations")
        return _text(annotations.get(RESOURCE)) if isinstance(annotations, dict) else ""

    @cached_property
    def plugins(self) -> tuple[Plugin, ...]:
        """The chain; a single plugin's configuration is a chain of one.

        `type` beside `plugins` wins, and the list is ignored (multus-cni v4.3.0).
        """
        listed = self.config.get("plugins")
        if "type" in self.config or not isinstance(listed, list):
            return (Plugin(_text(self.config.get("type")), self.config, ()),)
        return tuple(
            Plugin(_text(one.get("type")), one, ("plugins", index))
            for index, one in enumerate(listed)
            if isinstance(one, dict)
        )

    @cached_property
    def main(self) -> Plugin:
        """The plugin that makes the interface: the first one."""
        return self.plugins[0] if self.plugins else Plugin("", _NOTHING, ())

    def chained(self, kind: str) -> Plugin | None:
        """The first plugin of that type behind the main one."""
        return next((one for one in self.plugins[1:] if one.type == kind), None)

    def offers(self, capability: str) -> bool:
        """Whether pods may ask for it at run time (CNI conventions, "capabilities")."""
        capabilities = self.main.config.get("capabilities")
        return isinstance(capabilities, dict) and capabilities.get(capability) is True

    @cached_property
    def cni_name(self) -> str:
        """The CNI network's name; Multus takes the NAD's where the configuration has none."""
        return _text(self.config.get("name")) or self.name

    @cached_property
    def ipam_type(self) -> str:
        """The IPAM plugin, "" where there is none."""
        return _text(self.main.ipam.get("type"))

    @cached_property
    def ipam_path(self) -> Path:
        """Where the `ipam` stands."""
        return (*self.main.path, "ipam")

    @cached_property
    def master(self) -> str | None:
        """The master interface, where it is named."""
        return _text(self.main.config.get("master")) or None

    @cached_property
    def pools(self) -> tuple[Pool, ...]:
        """What its IPAM plugin hands out, where the configuration tells."""
        return tuple(pools(self.main.ipam, self.ipam_path))

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """What pods can get: the pools without gateway and what is excluded."""
        return tuple(piece for pool in self.pools for piece in pieces(pool))

    @cached_property
    def routes(self) -> tuple[Route, ...]:
        """The routes of its IPAM plugin."""
        listed = self.main.ipam.get("routes")
        return tuple(_routes(listed, self.ipam_path)) if isinstance(listed, list) else ()


@dataclass(frozen=True)
class Lab:
    """The networks that are judged together, and the zone's inventory where there is one."""

    networks: Sequence[Network]
    zone: Zone | None = None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _routes(listed: Sequence[Any], path: Path) -> Iterator[Route]:
    for index, one in enumerate(listed):
        keys = one if isinstance(one, dict) else _NOTHING
        dst = read_network(keys.get("dst"))
        if dst is not None:
            yield Route(dst, read_address(keys.get("gw")), (*path, "routes", index), keys)
