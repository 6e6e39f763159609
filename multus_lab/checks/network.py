"""A network as rules see it, whether a stack declares it or a manifest holds it.

What can't be read, such as an address that is none, is left out here: the settings refuse it in
a stack, and the rules on shape tell it in a manifest.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from multus_lab.checks.finding import Path
from multus_lab.checks.plugins import ON_MASTER, written
from multus_lab.settings import Zone
from multus_lab.settings.pools import Piece, Pool, pieces, pools, read_address, read_network
from multus_lab.settings.types import AnyAddress, AnyNetwork

_T = TypeVar("_T")

_NOTHING: Mapping[str, Any] = {}

RESOURCE = "k8s.v1.cni.cncf.io/resourceName"
"""The NAD's annotation by which pods get a device, and land where there is one (NAD spec. 3.3)."""


@dataclass(slots=True)
class Plugin:
    """One plugin's configuration; `path` from the network's own."""

    type: str
    config: Mapping[str, Any]
    path: Path
    ipam: Mapping[str, Any] = field(init=False)
    """Empty where it has none or no mapping."""

    def __post_init__(self) -> None:
        """Look for what rules ask again and again."""
        ipam = self.config.get("ipam")
        self.ipam = ipam if isinstance(ipam, dict) else _NOTHING


@dataclass(frozen=True, slots=True)
class Route:
    """A route that an IPAM plugin gives to the pod; `gw` as written."""

    dst: AnyNetwork
    gw: AnyAddress | None
    path: Path
    keys: Mapping[str, Any]


@dataclass(eq=False, slots=True)
class Network:
    """A NetworkAttachmentDefinition's configuration, and what rules ask of it again and again.

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

    label: str = field(init=False)
    """What it is called: `namespace/name`."""
    plugins: tuple[Plugin, ...] = field(init=False)
    """The chain; a single plugin's configuration is a chain of one."""
    main: Plugin = field(init=False)
    """The plugin that makes the interface: the first one."""
    cni_name: str = field(init=False)
    """The CNI network's name; Multus takes the NAD's where the configuration has none."""
    master: str | None = field(init=False)
    """The master interface, where it is named."""
    lies_on: str | None = field(init=False)
    """The node's interface that it lies on, where it is named."""
    ipam_type: str = field(init=False)
    """The IPAM plugin, "" where there is none."""
    ipam_path: Path = field(init=False)
    """Where the `ipam` stands."""
    pools: tuple[Pool, ...] = field(init=False)
    """What its IPAM plugin hands out, where the configuration tells."""
    pieces: tuple[Piece, ...] = field(init=False)
    """What pods can get: the pools without gateway and what is excluded."""
    routes: tuple[Route, ...] = field(init=False)
    """The routes of its IPAM plugin."""

    def __post_init__(self) -> None:
        """Read the configuration."""
        self.label = f"{self.namespace}/{self.name}"
        self.plugins = tuple(_plugins(self.config))
        self.main = main = self.plugins[0] if self.plugins else Plugin("", _NOTHING, ())
        self.cni_name = _text(self.config.get("name")) or self.name
        self.master = _text(main.config.get("master")) or None
        self.lies_on = self.master if _on_node(main) else None
        self.ipam_type = _text(main.ipam.get("type"))
        self.ipam_path = (*main.path, "ipam")
        self.pools = tuple(pools(main.ipam, self.ipam_path))
        self.pieces = tuple(piece for pool in self.pools for piece in pieces(pool))
        self.routes = tuple(_routes(main.ipam.get("routes"), self.ipam_path))

    @property
    def in_json(self) -> bool:
        """Whether its configuration is a text of JSON beside the metadata, as in a manifest."""
        return self.path != self.metadata

    @property
    def resource(self) -> str:
        """The resource that a device plugin offers and pods of the network take, "" for none."""
        annotations = self.settings.get("annotations")
        return _text(annotations.get(RESOURCE)) if isinstance(annotations, dict) else ""

    def chained(self, kind: str) -> Plugin | None:
        """The first plugin of that type behind the main one."""
        return next((one for one in self.plugins[1:] if one.type == kind), None)

    def offers(self, capability: str) -> bool:
        """Whether pods may ask for it at run time (CNI conventions, "capabilities")."""
        capabilities = self.main.config.get("capabilities")
        return isinstance(capabilities, dict) and capabilities.get(capability) is True


@dataclass(frozen=True)
class Lab:
    """The networks that are judged together, and the zone's inventory where there is one."""

    networks: Sequence[Network]
    zone: Zone | None = None
    _known: dict[Hashable, Any] = field(default_factory=dict)

    def once(self, key: Hashable, make: Callable[[], _T]) -> _T:
        """What `make` returns, worked out for the first rule that asks for `key`."""
        if key not in self._known:
            self._known[key] = make()
        found: _T = self._known[key]
        return found


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _plugins(config: Mapping[str, Any]) -> Iterator[Plugin]:
    """`type` beside `plugins` wins, and the list is ignored (multus-cni v4.3.0)."""
    listed = config.get("plugins")
    if "type" in config or not isinstance(listed, list):
        yield Plugin(_text(config.get("type")), config, ())
        return
    for index, one in enumerate(listed):
        if isinstance(one, dict):
            yield Plugin(_text(one.get("type")), one, ("plugins", index))


def _on_node(main: Plugin) -> bool:
    """Whether it lies on a master, and that is not the pod's own."""
    return main.type in ON_MASTER and written(main.config, "linkInContainer") is not True


def _routes(listed: object, path: Path) -> Iterator[Route]:
    for index, one in enumerate(listed if isinstance(listed, list) else ()):
        keys = one if isinstance(one, dict) else _NOTHING
        dst = read_network(keys.get("dst"))
        if dst is not None:
            yield Route(dst, read_address(keys.get("gw")), (*path, "routes", index), keys)
