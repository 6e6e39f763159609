"""A network as rules see it, read once, whether a stack declares it or a manifest holds it.

Its plugins' keys stand here as the plugins spell them, in whatever case they are written. What
can't be read, such as an address that is none, is left out: settings refuse it in a stack, and the
rules on shape find it in a manifest.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from multus_lab import plugins
from multus_lab.addresses import AnyAddress, AnyNetwork, read_address, read_network
from multus_lab.checks.finding import Path
from multus_lab.checks.interfaces import carries
from multus_lab.plugins import Ipam, Link, Placeholder, Record, Spellings, in_any_case, number
from multus_lab.plugins.pools import NOTHING, Piece, Pool, pieces, text
from multus_lab.settings import Cluster, Multus, Zone
from multus_lab.settings.zone import Node
from multus_lab.versions import Release, release

_T = TypeVar("_T")

RESOURCE = "k8s.v1.cni.cncf.io/resourceName"
"""The NAD's annotation by which pods get a device, and land where there is one (NAD spec. 3.3)."""


ACCEPT = "multus-lab/accept"
"""A NAD's annotation: what it accepts, as a stack does, in YAML or JSON."""


@dataclass(slots=True)
class Plugin:
    """One plugin's configuration, by its record's spelling; `path` from the network's own."""

    type: str
    config: Mapping[str, Any]
    path: Path
    record: Record
    ipam: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    """Empty where it has none or no mapping."""
    ipam_type: str = ""
    ipam_record: Record | None = None
    """The record of the IPAM plugin that it asks, where it asks one that has a record."""
    tidy: bool = True
    ipam_tidy: bool = True
    """Whether it, and its `ipam`, have known keys alone, and those required."""

    @classmethod
    def read(cls, config: Mapping[str, Any], path: Path, spelled: Spellings) -> "Plugin":
        """Read a plugin's configuration; `spelled` is told the keys in another case."""
        kind = text(in_any_case(config, "type"))
        record = plugins.record(kind) or plugins.UNKNOWN
        read: Any = record.keys.read(config, path, spelled)
        made = cls(kind, read, path, record)
        made.tidy = record.own is None or record.own.tidy(read)
        ipam = read.get("ipam")
        if isinstance(ipam, dict):
            made.ipam_type = text(in_any_case(ipam, "type"))
            asked = plugins.record(made.ipam_type)
            if asked is not None and asked.ipam is not None:
                made.ipam_record = asked
                ipam = asked.of_ipam.read(ipam, (*path, "ipam"), spelled)
                made.ipam_tidy = asked.of_ipam.tidy(ipam)
            made.ipam = ipam
        return made

    def has(self, key: str) -> bool:
        """Whether the key is there, with anything but null."""
        return self.config.get(key) is not None

    def text(self, key: str) -> str:
        """The text of a key, by its default where it isn't there; "" for what is none."""
        return text(self._value(key))

    def number(self, key: str) -> int:
        """The whole number of a key, by its default where it isn't there; 0 for what is none."""
        return number(self._value(key))

    def flag(self, key: str) -> bool:
        """Whether the key is true."""
        return self._value(key) is True

    def _value(self, key: str) -> object:
        value = self.config.get(key)
        if value is None or value == "":
            known = self.record.keys.keys.get(key)
            return known.default if known else None
        return value


class Route(NamedTuple):
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
    a stack also `podsPerNode` …). `source` is the number of what it was read from. `generated`
    tells that the API server makes up the end of its name (`metadata.generateName`), and `later`
    that a part of its configuration is rendered later, if that is known.
    """

    name: str
    namespace: str
    path: Path
    metadata: Path
    config: Mapping[str, Any]
    settings: Mapping[str, Any] = field(default_factory=dict)
    source: int = 0
    generated: bool = False
    later: bool | None = None

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
    ipam: Ipam | None = field(init=False)
    """How its IPAM plugin gives addresses, if it is known that the main plugin asks it as it is."""
    pools: tuple[Pool, ...] = field(init=False)
    """What its IPAM plugin hands out, if the configuration tells, and nothing is rendered later."""
    pieces: tuple[Piece, ...] = field(init=False)
    """What pods can get: the pools without gateway and what is excluded."""
    routes: tuple[Route, ...] = field(init=False)
    """The routes of its IPAM plugin."""
    spelled: Spellings = field(init=False)
    """Keys that are written in another case, by their path from the configuration."""

    def __post_init__(self) -> None:
        """Read the configuration."""
        self.label = f"{self.namespace}/{self.name}"
        self.spelled = {}
        if self.later is None:
            self.later = rendered_later(self.config)
        self.plugins = tuple(_plugins(self.config, self.spelled))
        nothing = Plugin("", NOTHING, (), plugins.UNKNOWN)
        self.main = main = self.plugins[0] if self.plugins else nothing
        self.cni_name = text(self.config.get("name")) or self.name
        self.master = text(main.config.get("master")) or None
        self.lies_on = self.master if self.on_node else None
        self.ipam_type = main.ipam_type
        self.ipam_path = (*main.path, "ipam")
        # What a plugin that isn't known whole does with its `ipam` is its own affair.
        known = main.record.main and main.record.keys.closed
        self.ipam = main.ipam_record.ipam if main.ipam_record and known else None
        read = self.ipam.pools if self.ipam else None
        later = self.later and any(
            rendered_later(one) for key, one in main.ipam.items() if key not in _ASIDE
        )
        self.pools = tuple(read(main.ipam, self.ipam_path)) if read and not later else ()
        self.pieces = tuple(piece for pool in self.pools for piece in pieces(pool))
        self.routes = tuple(_routes(main.ipam.get("routes"), self.ipam_path)) if known else ()

    @property
    def link(self) -> Link | None:
        """What the interface is like that its first plugin makes, where that is known."""
        return self.main.record.link

    @property
    def on_node(self) -> bool:
        """Whether it lies on a master, and that is not the pod's own."""
        link = self.main.record.link
        return link is not None and link.master and not self.main.flag("linkInContainer")

    @property
    def once(self) -> bool:
        """Whether a node can have one pod of it at a time."""
        link = self.main.record.link
        if link is None or not link.once:
            return False
        return all(self.main.text(key) == value for key, value in link.once_where.items())

    @property
    def in_json(self) -> bool:
        """Whether its configuration is a text of JSON beside the metadata, as in a manifest."""
        return self.path != self.metadata

    @property
    def resource(self) -> str:
        """The resource that a device plugin offers and pods of the network take, "" for none."""
        annotations = self.settings.get("annotations")
        return text(annotations.get(RESOURCE)) if isinstance(annotations, dict) else ""

    def chained(self, kind: str) -> Plugin | None:
        """The first plugin of that type behind the main one."""
        return next((one for one in self.plugins[1:] if one.type == kind), None)

    def offers(self, capability: str) -> bool:
        """Whether pods may ask for it at run time (CNI conventions, "capabilities")."""
        capabilities = self.main.config.get("capabilities")
        return isinstance(capabilities, dict) and capabilities.get(capability) is True

    def as_written(self, path: Path) -> Path:
        """Where a path from the configuration leads in what was read, by the keys written there."""
        if not self.spelled:
            return (*self.path, *path)
        written: list[str | int] = []
        for end in range(len(path)):
            known = self.spelled.get(path[: end + 1])
            written.append(path[end] if known is None else known)
        return (*self.path, *written)


_ASIDE = ("routes", "dns")
"""Keys of an `ipam` that say nothing of addresses."""


def _plugins(config: Mapping[str, Any], spelled: Spellings) -> Iterator[Plugin]:
    """`type` beside `plugins` wins, and the list is ignored (multus-cni v4.3.0)."""
    listed = config.get("plugins")
    if "type" in config or not isinstance(listed, list):
        yield Plugin.read(config, (), spelled)
        return
    for index, one in enumerate(listed):
        if isinstance(one, dict):
            yield Plugin.read(one, ("plugins", index), spelled)


def rendered_later(value: object) -> bool:
    """Whether something in it is not known yet."""
    if isinstance(value, dict):
        return "${" in "".join(value) or any(map(rendered_later, value.values()))
    if isinstance(value, list):
        return any(map(rendered_later, value))
    return isinstance(value, Placeholder)


def _routes(listed: object, path: Path) -> Iterator[Route]:
    for index, one in enumerate(listed if isinstance(listed, list) else ()):
        keys = one if isinstance(one, dict) else NOTHING
        dst = read_network(keys.get("dst"))
        if dst is not None:
            yield Route(dst, read_address(keys.get("gw")), (*path, "routes", index), keys)


@dataclass(frozen=True)
class Lab:
    """The networks that are judged together, and the inventory of zone and cluster, if any.

    `multus` is the daemon that the stack declares.
    """

    networks: Sequence[Network]
    zone: Zone | None = None
    cluster: Cluster | None = None
    multus: Multus | None = None
    _known: dict[Hashable, Any] = field(default_factory=dict)

    def once(self, key: Hashable, make: Callable[[], _T]) -> _T:
        """What `make` returns, worked out for the first rule that asks for `key`."""
        if key not in self._known:
            self._known[key] = make()
        found: _T = self._known[key]
        return found

    @cached_property
    def release(self) -> Release | None:
        """The release of the CNI plugins, where the inventory tells it."""
        told = self.cluster.cni_plugins if self.cluster else None
        return release(told) if told else None

    def since(self, first: Release) -> bool | None:
        """Whether the CNI plugins are of that release or newer; None where nobody tells."""
        return None if self.release is None else self.release >= first

    def pods_per_node(self, network: Network) -> int | None:
        """How many pods of a node are expected in the network, where that is told."""
        own = network.settings.get("pods_per_node")
        if isinstance(own, int):
            return own
        return self.zone.pods_per_node if self.zone else None

    def nodes_of(self, network: Network) -> list[Node]:
        """The nodes on which pods run, without those whose interface is told to be another."""
        zone, master = self.zone, network.lies_on
        return self.once(("nodes", master), lambda: _nodes(zone, master)) if zone else []

    def expected_pods(self, network: Network) -> int | None:
        """How many pods are expected on all nodes, where the zone tells both."""
        pods = self.pods_per_node(network)
        if pods is None or self.zone is None or not self.zone.nodes:
            return None
        return pods * len(self.nodes_of(network))

    def segment(self, network: Network) -> Hashable | None:
        """What tells the L2 segment of a network; None where its configuration doesn't.

        All interfaces into the zone are one segment.
        """
        link = network.link
        if link is None or not link.segment or network.main.flag("linkInContainer"):
            return None
        if link.segment == ("master",) and network.master in self._zone_links:
            return "zone"
        values = tuple(network.main.config.get(key) for key in link.segment)
        if any(isinstance(one, Placeholder) for one in values):
            return None
        return tuple(
            (key, network.main.text(key) or network.main.number(key)) for key in link.segment
        )

    @cached_property
    def _zone_links(self) -> frozenset[str]:
        if self.zone is None:
            return frozenset()
        named = [self.zone.interface, *map(self.zone.interface_of, self.zone.nodes)]
        return frozenset(filter(None, named))


def _nodes(zone: Zone, master: str | None) -> list[Node]:
    return [
        node
        for node in zone.schedulable_nodes()
        if master is None
        or (interface := zone.interface_of(node)) is None
        or carries(interface, master)
    ]
