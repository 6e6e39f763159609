"""host-local in a stack."""

from typing import Annotated, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from multus_lab.addresses import AnyAddress, AnyNetwork, too_small
from multus_lab.plugins.host_local import RECORD
from multus_lab.settings.ipam.base import Ipam
from multus_lab.settings.model import Model
from multus_lab.settings.recorded import reads
from multus_lab.settings.types import Address, Network, refuse


class _RangeKeys(Model):
    """The keys of host-local that say what it hands out (`allocator/range.go`)."""

    subnet: Network | None = None
    range_start: Address | None = None
    range_end: Address | None = None
    gateway: Address | None = None

    @field_validator("subnet")
    @classmethod
    def _holds_pods(cls, subnet: AnyNetwork | None) -> AnyNetwork | None:
        if subnet is not None and too_small(subnet):
            longest = subnet.max_prefixlen - 2
            raise refuse(f"a subnet of at most /{longest}: host-local can't allocate from less")
        return subnet

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


@reads(RECORD.keys)
class HostLocal(Ipam, _RangeKeys):
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


MODEL = HostLocal
