"""whereabouts in a stack."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, ValidationInfo, field_validator, model_validator

from multus_lab.addresses import AnyAddress, bare, read_address
from multus_lab.plugins.whereabouts import RECORD, exclusion, network_of
from multus_lab.settings.ipam.base import Ipam, StaticAddress
from multus_lab.settings.model import Model
from multus_lab.settings.recorded import reads
from multus_lab.settings.types import Address, refuse


class _WhereaboutsRangeKeys(Model):
    """The keys of whereabouts that say what it hands out; they are snake_case."""

    model_config = ConfigDict(alias_generator=None)

    range: str | None = None
    range_start: Address | None = None
    range_end: Address | None = None
    exclude: list[str] | None = None

    @field_validator("range")
    @classmethod
    def _cidr(cls, text: str | None) -> str | None:
        if text is None:
            return None
        first, dash, last = text.rpartition("-")
        network, start = network_of(text), read_address(first) if dash else None
        if network is None or (dash and start is None):
            raise refuse("a network like 10.12.34.0/24, or a range first-last/prefix")
        if start and (start not in network or int(start) > int(bare(last.partition("/")[0]))):
            raise refuse(
                f"a range first-last/prefix inside {network}, its last not below its first"
            )
        return text

    @field_validator("range_start", "range_end")
    @classmethod
    def _within_range(cls, address: AnyAddress | None, info: ValidationInfo) -> AnyAddress | None:
        text: str | None = info.data.get("range")
        network = network_of(text)
        if address is None or network is None:
            return address
        if address not in network:
            raise refuse(f"an address inside the range's network {network}")
        start: AnyAddress | None = info.data.get("range_start")
        if info.field_name == "range_end" and start is not None and int(address) < int(start):
            raise refuse(f"must not be below range_start {start}")
        return address

    @field_validator("exclude")
    @classmethod
    def _excluded(cls, exclude: list[str] | None) -> list[str] | None:
        for one in exclude or []:
            if exclusion(one) is None:
                raise refuse(f"addresses or networks in CIDR form; {one!r} is none")
        return exclude


class WhereaboutsRange(_WhereaboutsRangeKeys):
    """One of several ranges: a CIDR, or `first-last/prefix`; host bits are masked."""

    range: str


@reads(RECORD.keys)
class Whereabouts(Ipam, _WhereaboutsRangeKeys):
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


MODEL = Whereabouts
