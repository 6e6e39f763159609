"""A network as rules see it, read once, whether a stack declares it or a manifest holds it.

Its plugins' keys stand here as the plugins spell them, in whatever case they are written. What
can't be read, such as an address that is none, is left out: settings refuse it in a stack, and the
rules on shape find it in a manifest.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import compress
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from multus_lab import plugins
from multus_lab.addresses import AnyAddress, AnyNetwork, read_address, read_network
from multus_lab.attachment import RESOURCE
from multus_lab.checks.finding import Path
from multus_lab.checks.interfaces import carries
from multus_lab.plugins import Ipam, Keys, Link, Placeholder, Record, Spellings, in_any_case, number
from multus_lab.plugins.pools import NOTHING, Piece, Pool, pieces, text
from multus_lab.versions import Release, release

if TYPE_CHECKING:
    from multus_lab.settings import Cluster, Multus, Whereabouts, Zone
    from multus_lab.settings.zone import Node

_T = TypeVar("_T")


class Part(NamedTuple):
    """What one program reads: a plugin its own keys, or an IPAM plugin those of `ipam`."""

    record: Record
    keys: Keys
    config: Mapping[str, Any]
    path: Path
    tidy: bool
    """Whether it has known keys alone, and those required."""


@dataclass(slots=True)
class Plugin:
    """One plugin's configuration, by its record's spelling; `path` from the network's own."""

    type: str
    config: Mapping[str, Any]
    path: Path
    record: Record
    ipam: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    """Empty where it has none or no mapping, or asks no IPAM plugin whatever it has."""
    ipam_type: str = ""
    ipam_record: Record | None = None
    """The record of the IPAM plugin that it asks, where it asks one that has a record."""
    asks_ipam: bool = False
    """Whether it is known to hand its `ipam` to the IPAM plugin as it is."""
    parts: list[Part] = field(default_factory=list)
    """Its own keys, and those of the IPAM plugin that it asks, as far as records know them."""

    @classmethod
    def read(cls, config: Mapping[str, Any], path: Path, spelled: Spellings) -> "Plugin":
        """Read a plugin's configuration; `spelled` is told the keys in another case."""
        kind = text(in_any_case(config, "type"))
        record = plugins.record(kind) or plugins.UNKNOWN
        read: Any = record.keys.read(config, path, spelled)
        made = cls(kind, read, path, record, asks_ipam=record.main and record.keys.closed)
        if (own := record.own) is not None:
            made.parts.append(Part(record, own, read, path, own.tidy(read)))
        ipam: Any = read.get("ipam")
        # What is never asked gives no addresses; that the key isn't read, the plugin's keys tell.
        if isinstance(ipam, dict) and (record.link is None or record.link.takes_ipam):
            made.ipam_type = text(in_any_case(ipam, "type"))
            asked = plugins.record(made.ipam_type)
            if asked is not None and asked.ipam is not None:
                made.ipam_record = asked
                keys, place = asked.of_ipam, (*path, "ipam")
                ipam = keys.read(ipam, place, spelled)
                if made.asks_ipam:
                    made.parts.append(Part(asked, keys, ipam, place, keys.tidy(ipam)))
            made.ipam = ipam
        return made

    @property
    def without_ipam(self) -> bool:
        """Whether it would ask an IPAM plugin, and is known to have none."""
        link, written = self.record.link, (self.config.get("ipam"), self.ipam.get("type"))
        would = self.asks_ipam and link is not None and link.takes_ipam
        return would and not self.ipam_type and not any(map(rendered_later, written))

    @property
    def shape(self) -> Hashable:
        """What it has alike with others: the types, the keys, and whether it is tidy."""
        tidy = all(part.tidy for part in self.parts)
        return (self.type, self.ipam_type, tidy, tuple(self.config), tuple(self.ipam))

    def has(self, key: str) -> bool:
        """Whether the key is there, with anything but null."""
        return self.config.get(key) is not None

    def text(self, key: str) -> str:
        """The text of a key, by its default where it isn't there; "" for what is none."""
        return text(self.config.get(key) or self._default(key))

    def number(self, key: str) -> int:
        """The whole number of a key, by its default where it isn't there; 0 for what is none."""
        value = self.config.get(key)
        return number(self._default(key) if value is None or value == "" else value)

    def flag(self, key: str) -> bool:
        """Whether the key is true."""
        value = self.config.get(key)
        return value is True or (value in (None, "") and self._default(key) is True)

    def _default(self, key: str) -> object:
        known = self.record.keys.keys.get(key)
        return known.default if known else None


_NO_PLUGIN = Plugin("", NOTHING, (), plugins.UNKNOWN)


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
    a stack also `podsPerNode` …), and the whole `object` of a manifest. `source` is the number of
    what it was read from. `generated` tells that the API server makes up the end of its name
    (`metadata.generateName`), and `later` that a part of its configuration is rendered later, if
    that is known. `again` are the paths of keys that stand in one object of it more than once, of
    which the last counts. `typed` tells that it is a stack's by its type, so that settings have
    read its values, by the kinds that the records of its plugins have.
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
    again: Sequence[Path] = ()
    typed: bool = False

    label: str = field(init=False)
    """What it is called: `namespace/name`."""
    in_json: bool = field(init=False)
    """Whether its configuration is a text of JSON, as in a manifest."""
    plugins: tuple[Plugin, ...] = field(init=False)
    """The chain; a single plugin's configuration is a chain of one."""
    types: frozenset[str] = field(init=False)
    """The types of the plugins in its chain."""
    main: Plugin = field(init=False)
    """The plugin that makes the interface: the first one."""
    link: Link | None = field(init=False)
    """What the interface is like that its first plugin makes, where that is known."""
    on_node: bool = field(init=False)
    """Whether it lies on a master, and that is not the pod's own."""
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
    shape: Hashable = field(init=False)
    """What it has alike with others: whether it is typed, its plugins, their IPAM plugins, all
    their keys, and whether one of them is there twice."""

    def __post_init__(self) -> None:
        """Read the configuration."""
        self.label = f"{self.namespace}/{self.name}"
        self.in_json = self.path[-2:] == ("spec", "config")
        self.spelled = Spellings()
        if self.later is None:
            self.later = rendered_later(self.config)
        self.plugins = tuple(_plugins(self.config, self.spelled))
        self.types = frozenset([one.type for one in self.plugins])
        twice = bool(self.again or self.spelled.lost)
        parts = [one.shape for one in self.plugins]
        self.shape = (self.typed, twice, tuple(self.config), *parts)
        self.main = main = self.plugins[0] if self.plugins else _NO_PLUGIN
        self.cni_name = text(self.config.get("name")) or self.name
        self.master = text(main.config.get("master")) or None
        self.link = link = main.record.link
        self.on_node = link is not None and link.master and not main.flag("linkInContainer")
        self.lies_on = self.master if self.on_node else None
        self.ipam_type = main.ipam_type
        self.ipam_path = (*main.path, "ipam")
        # What a plugin that isn't known whole does with its `ipam` is its own affair.
        self.ipam = main.ipam_record.ipam if main.ipam_record and main.asks_ipam else None
        read = self.ipam.pools if self.ipam else None
        later = self.later and any(
            rendered_later(one) for key, one in main.ipam.items() if key not in _ASIDE
        )
        self.pools = tuple(read(main.ipam, self.ipam_path)) if read and not later else ()
        self.pieces = tuple(piece for pool in self.pools for piece in pieces(pool))
        routes = main.asks_ipam and main.ipam.get("routes")
        self.routes = tuple(routes_at(main.ipam, (*self.ipam_path, "routes"))) if routes else ()

    @property
    def once(self) -> bool:
        """Whether a node can have one pod of it at a time."""
        link = self.main.record.link
        if link is None or not link.once:
            return False
        return all(self.main.text(key) == value for key, value in link.once_where.items())

    @property
    def written_out(self) -> bool:
        """Whether its configuration stands there whole, without a stack's short forms."""
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


def routes_at(keys: Mapping[str, Any], path: Path) -> Iterator[Route]:
    """The routes that can be read of the last key of `path`, one of `keys`."""
    listed = keys.get(str(path[-1]))
    for index, one in enumerate(listed if isinstance(listed, list) else ()):
        own = one if isinstance(one, dict) else NOTHING
        dst = read_network(own.get("dst"))
        if dst is not None:
            yield Route(dst, read_address(own.get("gw")), (*path, index), own)


class Pod(NamedTuple):
    """A pod of a manifest, or a template of pods: `path` leads to its metadata.

    `source` is the number of what it was read from.
    """

    namespace: str
    annotations: Mapping[str, Any]
    path: Path
    source: int = 0


@dataclass(eq=False)
class Lab:
    """The networks that are judged together, and the inventory of zone and cluster, if any.

    `multus` is the daemon that the stack declares, and `whereabouts` what it says of that. `pods`
    are those of manifests.
    """

    networks: Sequence[Network]
    zone: "Zone | None" = None
    cluster: "Cluster | None" = None
    multus: "Multus | None" = None
    whereabouts: "Whereabouts | None" = None
    pods: Sequence[Pod] = ()
    _known: dict[Hashable, Any] = field(default_factory=dict)

    def once(self, key: Hashable, make: Callable[[], _T]) -> _T:
        """What `make` returns, worked out for the first rule that asks for `key`."""
        try:
            found: _T = self._known[key]
        except KeyError:
            found = self._known[key] = make()
        return found

    def among(self, which: Callable[[Network], object] | None) -> Sequence[Network]:
        """The networks of which `which` holds, asked of one of each shape; all without it."""
        if which is None:
            return self.networks
        return self.once(which, lambda: self._among(which))

    def _among(self, which: Callable[[Network], object]) -> Sequence[Network]:
        of_each, numbers = self._shapes
        held = [bool(which(one)) for one in of_each]
        if all(held):
            return self.networks
        return list(compress(self.networks, map(held.__getitem__, numbers))) if any(held) else ()

    @cached_property
    def _shapes(self) -> tuple[Sequence[Network], Sequence[int]]:
        """A network of each shape, and of every network the number of its own."""
        known: dict[Hashable, int] = {}
        numbers = [known.setdefault(one.shape, len(known)) for one in self.networks]
        return list(dict(zip(numbers, self.networks, strict=True)).values()), numbers

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

    def nodes_of(self, network: Network) -> "list[Node]":
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
        if link is None or not link.segment or (link.master and not network.on_node):
            return None
        if link.segment == ("master",) and network.master in self._zone_links:
            return "zone"
        main = network.main
        if network.later and any(
            isinstance(main.config.get(key), Placeholder) for key in link.segment
        ):
            return None
        return tuple([(key, main.text(key) or main.number(key)) for key in link.segment])

    def in_zone(self, network: Network) -> bool | None:
        """Whether a network lies on the zone's segment; None where nobody tells.

        A stack's networks on an interface of the nodes are its zone's if that isn't named, or the
        zone's isn't; those of a manifest may be of another one.
        """
        link, main, segment = network.link, network.main, self.segment(network)
        if link is not None and (link.alone or link.node_local):
            joins = "bridge" in link.segment and main.text("bridge") in self._zone_links
            return joins and not main.number("vlan")
        if link is None or segment is None:
            return None
        if segment == "zone" or (network.master is None and link.master_by_default):
            return True
        if self._zone_links:
            return False
        return None if network.in_json or link.segment != ("master",) else True

    @cached_property
    def _zone_links(self) -> frozenset[str]:
        if self.zone is None:
            return frozenset()
        named = [self.zone.interface, *map(self.zone.interface_of, self.zone.nodes)]
        return frozenset(filter(None, named))


def _nodes(zone: "Zone", master: str | None) -> "list[Node]":
    return [
        node
        for node in zone.schedulable_nodes()
        if master is None
        or (interface := zone.interface_of(node)) is None
        or carries(interface, master)
    ]
