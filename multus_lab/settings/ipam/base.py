"""What the models of all IPAM plugins share."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from multus_lab import plugins
from multus_lab.addresses import AddressRange
from multus_lab.plugins.pools import pieces, text
from multus_lab.plugins.record import DNS, FIXED_ADDRESS, ROUTE
from multus_lab.settings.model import Model
from multus_lab.settings.recorded import UInt32, reads
from multus_lab.settings.types import Address, AddressWithPrefix


class Ipam(Model):
    """What all IPAM plugins have; `type` tells them apart."""

    type: str

    def usable(self) -> Iterator[AddressRange]:
        """The addresses that pods can get, as far as the settings tell, from first to last."""
        return usable(self.model_dump(mode="json", exclude_none=True))


def usable(ipam: object) -> Iterator[AddressRange]:
    """The addresses that an IPAM plugin hands out, as far as its configuration tells."""
    written = ipam if isinstance(ipam, dict) else {}
    known = plugins.record(text(written.get("type")))
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
