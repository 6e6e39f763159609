"""The models of networks, one for each plugin that makes an interface, made from its record.

A model knows the IPAM plugin and the chained plugins of one network alone: so a message lists no
key of another type, and a check builds what it meets.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache, reduce
from operator import or_
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, create_model

from multus_lab import plugins
from multus_lab.plugins import Record, macvlan
from multus_lab.settings import ipam as ipams
from multus_lab.settings.network import (
    AddressedNetwork,
    Chained,
    DeclaredNetwork,
    TypedNetwork,
)
from multus_lab.settings.recorded import of_plugin, reads, stands
from multus_lab.settings.types import of_known_type

DEFAULT = "macvlan"
"""The type of a network that says none."""


@reads(macvlan.RECORD.keys, written=("mode",))
class MacvlanNetwork(AddressedNetwork):
    """A macvlan network; the record of macvlan has its keys.

    `mtu` is in bytes; without one the master's holds. Without `master` the plugin takes the
    interface of the node's default route. `mode` is written out, unless it is null.
    """

    type: Literal["macvlan"] = "macvlan"
    mtu: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None


_OWN: dict[str, type[TypedNetwork]] = {"macvlan": MacvlanNetwork}
"""Models that are stricter than the plugin's record."""


def names() -> Sequence[str]:
    """The types that a network may have."""
    others = (one for one in plugins.names() if one != DEFAULT and main(one))
    return (DEFAULT, *others)


def chained_names() -> Sequence[str]:
    """The types that a plugin of a chain may have."""
    return tuple(one for one in plugins.names() if chained(one))


def main(name: str) -> Record | None:
    """The record of a plugin that makes an interface, where its keys are known whole."""
    record = plugins.record(name)
    if record is None or record.link is None or record.link.given or not record.keys.closed:
        return None
    return record


def chained(name: str) -> Record | None:
    """The record of a plugin that works on an interface which another one has made."""
    record = plugins.record(name)
    return record if record is not None and record.chained else None


@lru_cache(maxsize=256)
def model(
    kind: str, ipam: str, chain: frozenset[str], hints: bool = False
) -> type[DeclaredNetwork]:
    """The model of one type, with that `ipam` and those chained plugins alone."""
    base = _of_type(kind)
    own: dict[str, Any] = {"hints": (ClassVar[bool], hints)} if hints else {}
    if ipam and "ipam" in base.model_fields:
        own["ipam"] = (ipams.model(ipam), ...)
    own["chain"] = (list[_of_chain(chain)], Field(default_factory=_no_chain))  # type: ignore[misc]
    return create_model(base.__name__, __base__=base, __doc__=base.__doc__, **own)


def _no_chain() -> list[Chained]:
    """A default that pydantic makes anew, and doesn't copy: a stack has thousands."""
    return []


@cache
def _of_type(kind: str) -> type[TypedNetwork]:
    record = main(kind)
    assert record is not None
    assert record.link is not None
    if kind in _OWN:
        return _OWN[kind]
    base = AddressedNetwork if record.link.takes_ipam else TypedNetwork
    return of_plugin(record, record.keys, base)


def _of_chain(kinds: Iterable[str]) -> Any:
    models = [_chained_model(one) for one in sorted(kinds)]
    found: Any = models[0] if models else Chained
    if len(models) > 1:
        found = Annotated[reduce(or_, models), Field(discriminator="type")]
    return Annotated[found, of_known_type(chained, chained_names, stands)]


@cache
def _chained_model(kind: str) -> type[Chained]:
    record = chained(kind)
    assert record is not None
    return of_plugin(record, record.keys, Chained)


def foreign(written: Mapping[str, Any]) -> Iterator[str]:
    """The keys that a network of the default type hasn't."""
    return (key for key in written if key not in _default_keys())


@cache
def _default_keys() -> frozenset[str]:
    fields = _of_type(DEFAULT).model_fields.items()
    return frozenset(field.alias or name for name, field in fields)


def types_with(key: str) -> Sequence[str]:
    """The types that have such a key of their own."""
    return [one for one in names() if (record := main(one)) and key in record.keys.keys]
