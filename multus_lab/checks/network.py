"""A network as rules see it, whether a stack declares it or a manifest holds it.

What can't be read, such as an address that is none, is left out here: the settings refuse it in
a stack, and the rules on shape tell it in a manifest.
"""

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from multus_lab.checks.finding import Path
from multus_lab.settings import Zone
from multus_lab.settings.addresses import AddressRange
from multus_lab.settings.types import AnyAddress, AnyNetwork

_NOTHING: Mapping[str, Any] = {}


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
class Pool:
    """Addresses that an IPAM plugin hands out; `path` is where its keys stand.

    `subnet` is as written, host bits masked. `first` and `last` hold the plugin's defaults where
    nothing is written.
    """

    ipam: str
    subnet: AnyNetwork
    first: AnyAddress
    last: AnyAddress
    gateway: AnyAddress | None
    path: Path
    keys: Mapping[str, Any]

    @property
    def addresses(self) -> AddressRange:
        """From first to last."""
        return AddressRange(self.first, self.last)


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
    `settings` are the keys beside the configuration that a stack says of it (`podsPerNode` …).
    """

    name: str
    namespace: str
    path: Path
    config: Mapping[str, Any]
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """What it is called: `namespace/name`."""
        return f"{self.namespace}/{self.name}"

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
        reader = _POOLS.get(self.ipam_type)
        return tuple(reader(self.main.ipam, self.ipam_path)) if reader else ()

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


@lru_cache(maxsize=65536)
def address(text: object) -> AnyAddress | None:
    """The address that a text is, or None."""
    try:
        return ipaddress.ip_address(text) if isinstance(text, str) else None
    except ValueError:
        return None


@lru_cache(maxsize=65536)
def network(text: object) -> AnyNetwork | None:
    """The network that a text is in CIDR form, host bits masked, or None."""
    if not isinstance(text, str) or "/" not in text:
        return None
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _hashable(value: object) -> object:
    return value if isinstance(value, str) else None


def _host_local(ipam: Mapping[str, Any], path: Path) -> Iterator[Pool]:
    """A flat range, and range sets (plugins v1.9.1, host-local/backend/allocator)."""
    sources: list[tuple[Mapping[str, Any], Path]] = [(ipam, path)] if "subnet" in ipam else []
    sets = ipam.get("ranges")
    for i, one_set in enumerate(sets if isinstance(sets, list) else []):
        for j, one in enumerate(one_set if isinstance(one_set, list) else []):
            if isinstance(one, dict):
                sources.append((one, (*path, "ranges", i, j)))
    for keys, place in sources:
        subnet = network(_hashable(keys.get("subnet")))
        if subnet is None or subnet.num_addresses < 4:
            continue
        last = subnet[-2] if subnet.version == 4 else subnet[-1]
        yield Pool(
            "host-local",
            subnet,
            address(_hashable(keys.get("rangeStart"))) or subnet[1],
            address(_hashable(keys.get("rangeEnd"))) or last,
            address(_hashable(keys.get("gateway"))) or subnet[1],
            place,
            keys,
        )


def _static(ipam: Mapping[str, Any], path: Path) -> Iterator[Pool]:
    listed = ipam.get("addresses")
    for index, one in enumerate(listed if isinstance(listed, list) else []):
        keys = one if isinstance(one, dict) else _NOTHING
        subnet = network(_hashable(keys.get("address")))
        if subnet is None:
            continue
        own = ipaddress.ip_address(keys["address"].partition("/")[0])
        gateway = address(_hashable(keys.get("gateway")))
        yield Pool("static", subnet, own, own, gateway, (*path, "addresses", index), keys)


def _whereabouts(ipam: Mapping[str, Any], path: Path) -> Iterator[Pool]:
    """`range` beside `ipRanges`; a range is a CIDR, or `first-last/prefix`."""
    sources: list[tuple[Mapping[str, Any], Path]] = [(ipam, path)] if "range" in ipam else []
    listed = ipam.get("ipRanges")
    for index, one in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(one, dict):
            sources.append((one, (*path, "ipRanges", index)))
    for keys, place in sources:
        text = _text(keys.get("range"))
        start, dash, end = text.partition("-")
        subnet = network(end if dash else text)
        if subnet is None:
            continue
        inner = 1 if subnet.num_addresses > 2 else 0
        first = address(start) if dash else None
        last = address(end.partition("/")[0]) if dash else None
        yield Pool(
            "whereabouts",
            subnet,
            address(_hashable(keys.get("range_start"))) or first or subnet[inner],
            address(_hashable(keys.get("range_end"))) or last or subnet[-1 - inner],
            address(_hashable(ipam.get("gateway"))),
            place,
            keys,
        )
    yield from _static(ipam, path)


_POOLS = {"host-local": _host_local, "static": _static, "whereabouts": _whereabouts}


def _routes(listed: Sequence[Any], path: Path) -> Iterator[Route]:
    for index, one in enumerate(listed):
        keys = one if isinstance(one, dict) else _NOTHING
        dst = network(_hashable(keys.get("dst")))
        if dst is not None:
            gw = address(_hashable(keys.get("gw")))
            yield Route(dst, gw, (*path, "routes", index), keys)
