"""What the models of all IPAM plugins share."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from multus_lab import plugins
from multus_lab.addresses import AddressRange, AnyInterface, AnyNetwork
from multus_lab.plugins.pools import pieces
from multus_lab.plugins.record import DNS, FIXED_ADDRESS, ROUTE
from multus_lab.settings.model import Model
from multus_lab.settings.recorded import UInt32, reads
from multus_lab.settings.types import Address, AddressWithPrefix, refuse
from multus_lab.settings.zone import Zone


class Ipam(Model):
    """What all IPAM plugins have; `type` tells them apart."""

    type: str

    def usable(self) -> Iterator[AddressRange]:
        """The addresses that pods can get, as far as the settings tell, from first to last."""
        written = self.model_dump(mode="json", exclude_none=True)
        known = plugins.record(written["type"])
        pools = known.ipam.pools if known and known.ipam else None
        for pool in pools(written, ()) if pools else ():
            for piece in pieces(pool):
                yield piece.addresses


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


@reads(FIXED_ADDRESS)
class StaticAddress(Model):
    """An address that every pod of the network gets."""

    address: AddressWithPrefix

    @field_validator("address")
    @classmethod
    def _zone(cls, address: AnyInterface, info: ValidationInfo) -> AnyInterface:
        within_zone(address.network, info)
        return address


def within_zone(network: AnyNetwork, info: ValidationInfo) -> AnyNetwork:
    """Refuse what lies outside the zone's range, where the zone is known."""
    zone: Zone | None = (info.context or {}).get("zone")
    if zone is not None and not zone.designates(network):
        ranges = ", ".join(map(str, zone.range))
        raise refuse(f"a subnet within the range of zone {zone.name}: {ranges}")
    return network
