"""How a network's pods get their addresses: one model for each IPAM plugin, told apart by `type`.

Their keys are those of the plugin's record; what stands here is what has to fit together, and what
a stack writes more strictly than the plugin reads it.
"""

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import ConfigDict, Field, ValidationInfo, field_validator, model_validator

from multus_lab import plugins
from multus_lab.addresses import (
    AddressRange,
    AnyAddress,
    AnyInterface,
    AnyNetwork,
    bare,
    masked,
    too_small,
)
from multus_lab.plugins import dhcp, host_local, static, whereabouts
from multus_lab.plugins.pools import pieces
from multus_lab.plugins.record import DNS, FIXED_ADDRESS, ROUTE
from multus_lab.settings.model import Model
from multus_lab.settings.recorded import UInt32, reads
from multus_lab.settings.types import (
    Address,
    AddressWithPrefix,
    Network,
    refuse,
)
from multus_lab.settings.zone import Zone


@reads(ROUTE)
class Route(Model):
    """A route of the pod (CNI v1.3.0, `pkg/types.Route`); `gw` defaults to the gateway."""

    mtu: Annotated[int, Field(ge=0)] | None = None
    advmss: Annotated[int, Field(ge=0)] | None = None
    priority: UInt32 | None = None
    table: UInt32 | None = None
    scope: Annotated[int, Field(ge=0, le=255)] | None = None


@reads(DNS)
class Dns(Model):
    """Name resolution as a CNI result carries it (CNI v1.3.0, `pkg/types.DNS`)."""

    nameservers: list[Address] | None = None


class _Ipam(Model):
    """What all IPAM plugins have."""

    def usable(self) -> Iterator[AddressRange]:
        """The addresses that pods can get, as far as the settings tell, from first to last."""
        written = self.model_dump(mode="json", exclude_none=True)
        known = plugins.record(written["type"])
        pools = known.ipam.pools if known and known.ipam else None
        for pool in pools(written, ()) if pools else ():
            for piece in pieces(pool):
                yield piece.addresses


class _RangeKeys(Model):
    """The keys of host-local that say what it hands out (`allocator/range.go`)."""

    subnet: Network | None = None
    range_start: Address | None = None
    range_end: Address | None = None
    gateway: Address | None = None

    @field_validator("subnet")
    @classmethod
    def _holds_pods(cls, subnet: AnyNetwork | None, info: ValidationInfo) -> AnyNetwork | None:
        if subnet is not None and too_small(subnet):
            longest = subnet.max_prefixlen - 2
            raise refuse(f"a subnet of at most /{longest}: host-local can't allocate from less")
        return subnet if subnet is None else _within_zone(subnet, info)

    @field_validator("range_start", "range_end")
    @classmethod
    def _within_subnet(cls, address: AnyAddress | None, info: ValidationInfo) -> AnyAddress | None:
        subnet: AnyNetwork | None = info.data.get("subnet")
        if address is None or subnet is None:
            return address
        if address not in subnet:
            raise refuse(f"an address inside the subnet {subnet}")
        start: AnyAddress | None = info.data.get("range_start")
        if info.field_name == "range_end" and start is not None and int(address) < int(start):
            raise refuse(f"must not be below rangeStart {start}")
        return address


class Range(_RangeKeys):
    """A part of a subnet that host-local hands out."""

    subnet: Network


@reads(host_local.RECORD.keys)
class HostLocal(_Ipam, _RangeKeys):
    """host-local: each node hands out addresses on its own, from one flat range or `ranges`.

    `ranges` is a list of range sets; a pod gets one address from each set.
    """

    type: Literal["host-local"] = "host-local"
    ranges: list[Annotated[list[Range], Field(min_length=1)]] | None = None

    @model_validator(mode="after")
    def _has_addresses(self) -> Self:
        if self.subnet is None and not self.ranges:
            raise refuse("has neither a subnet nor ranges")
        return self


@reads(FIXED_ADDRESS)
class StaticAddress(Model):
    """An address that every pod of the network gets."""

    address: AddressWithPrefix

    @field_validator("address")
    @classmethod
    def _zone(cls, address: AnyInterface, info: ValidationInfo) -> AnyInterface:
        _within_zone(address.network, info)
        return address


@reads(static.RECORD.keys)
class Static(_Ipam):
    """static: the same addresses for every pod, unless a pod asks for its own."""

    type: Literal["static"] = "static"


@reads(dhcp.RECORD.keys)
class Dhcp(_Ipam):
    """dhcp: a lease for each pod, asked for by the daemon that runs on its node."""

    type: Literal["dhcp"] = "dhcp"
    priority: UInt32 | None = None


class _WhereaboutsRangeKeys(Model):
    """The keys of whereabouts that say what it hands out; they are snake_case."""

    model_config = ConfigDict(alias_generator=None)

    range: str | None = None
    range_start: Address | None = None
    range_end: Address | None = None
    exclude: list[str] | None = None

    @field_validator("range")
    @classmethod
    def _cidr(cls, text: str | None, info: ValidationInfo) -> str | None:
        if text is None:
            return None
        first, dash, last = text.rpartition("-")
        try:
            network, start = _network_of(text), bare(first) if dash else None
        except ValueError:
            raise refuse("a network like 10.12.34.0/24, or a range first-last/prefix") from None
        if start and (start not in network or int(start) > int(bare(last.partition("/")[0]))):
            raise refuse(
                f"a range first-last/prefix inside {network}, its last not below its first"
            )
        _within_zone(network, info)
        return text

    @field_validator("range_start", "range_end")
    @classmethod
    def _within_range(cls, address: AnyAddress | None, info: ValidationInfo) -> AnyAddress | None:
        text: str | None = info.data.get("range")
        if address is None or text is None:
            return address
        if address not in _network_of(text):
            raise refuse(f"an address inside the range's network {_network_of(text)}")
        start: AnyAddress | None = info.data.get("range_start")
        if info.field_name == "range_end" and start is not None and int(address) < int(start):
            raise refuse(f"must not be below range_start {start}")
        return address

    @field_validator("exclude")
    @classmethod
    def _excluded(cls, exclude: list[str] | None) -> list[str] | None:
        for one in exclude or []:
            try:
                ipaddress.ip_network(one, strict=False)
            except ValueError:
                raise refuse(f"addresses or networks in CIDR form; {one!r} is none") from None
        return exclude


class WhereaboutsRange(_WhereaboutsRangeKeys):
    """One of several ranges: a CIDR, or `first-last/prefix`; host bits are masked."""

    range: str


@reads(whereabouts.RECORD.keys)
class Whereabouts(_Ipam, _WhereaboutsRangeKeys):
    """whereabouts: one pool for all nodes, kept in the cluster."""

    type: Literal["whereabouts"] = "whereabouts"
    ip_ranges: Annotated[list[WhereaboutsRange] | None, Field(alias="ipRanges")] = None
    addresses: list[StaticAddress] | None = None
    gateway: Address | None = None

    @model_validator(mode="after")
    def _has_addresses(self) -> Self:
        if self.range is None and not self.ip_ranges and not self.addresses:
            raise refuse("has neither a range nor ipRanges nor addresses")
        return self


class NoIpam(_Ipam):
    """No addresses: the interface is set up on layer 2 alone."""

    type: Literal["none"] = "none"


Ipam: TypeAlias = Annotated[
    HostLocal | Static | Dhcp | Whereabouts | NoIpam, Field(discriminator="type")
]

IPAMS: Mapping[str, type[_Ipam]] = {
    "host-local": HostLocal,
    "static": Static,
    "dhcp": Dhcp,
    "whereabouts": Whereabouts,
    "none": NoIpam,
}
"""The model of each IPAM plugin, by its type."""


def _network_of(text: str) -> AnyNetwork:
    """The network of a whereabouts range, `10.0.0.0/24` or `10.0.0.5-10.0.0.9/24`."""
    return masked(text.rpartition("-")[2])


def _within_zone(network: AnyNetwork, info: ValidationInfo) -> AnyNetwork:
    """Refuse what lies outside the zone's range, where the zone is known."""
    zone: Zone | None = (info.context or {}).get("zone")
    if zone is not None and not zone.designates(network):
        ranges = ", ".join(map(str, zone.range))
        raise refuse(f"a subnet within the range of zone {zone.name}: {ranges}")
    return network
