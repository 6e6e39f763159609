"""The models of networks, one for each plugin that makes an interface, made from its record.

A model knows the IPAM plugin and the chained plugins of one network alone: so a message lists no
key of another type, and a check builds what it meets.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache, reduce
from operator import or_
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, create_model

from multus_lab import plugins
from multus_lab.plugins import Record, macvlan
from multus_lab.problems import SettingsError
from multus_lab.settings import ipam as ipams
from multus_lab.settings.network import (
    AddressedNetwork,
    Chained,
    DeclaredNetwork,
    TypedNetwork,
)
from multus_lab.settings.problems import problems_of
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
    others = (one for one in plugins.names() if one != DEFAULT and _main(one))
    return (DEFAULT, *others)


def chained_names() -> Sequence[str]:
    """The types that a plugin of a chain may have."""
    return tuple(one for one in plugins.names() if _chained(one))


def _main(name: str) -> Record | None:
    """The record of a plugin that makes an interface, where its keys are known whole."""
    record = plugins.record(name)
    if record is None or record.link is None or record.link.given or not record.keys.closed:
        return None
    return record


def _chained(name: str) -> Record | None:
    record = plugins.record(name)
    return record if record is not None and record.chained else None


def model_of(raw: object) -> type[DeclaredNetwork]:
    """The model for what a stack writes of a network."""
    written = raw if isinstance(raw, dict) else {}
    if "config" in written:
        from multus_lab.settings.configured_network import ConfiguredNetwork  # noqa: PLC0415 - rare

        return ConfiguredNetwork
    kind, chain = written.get("type", DEFAULT), written.get("chain")
    if wrong := _no_network(written, kind):
        return wrong
    types = (_type_of(one) for one in (chain if isinstance(chain, list) else ()))
    known = frozenset(one for one in types if _chained(one))
    asked = _type_of(written.get("ipam"))
    return _model(kind, asked if ipams.known(asked) else "", known)


def network(written: Mapping[str, object]) -> DeclaredNetwork:
    """A network by the keys that a stack has for it. Raises SettingsError."""
    model = model_of(written)
    try:
        return model.model_validate(written, by_alias=True, by_name=False)
    except ValidationError as error:
        raise SettingsError(problems_of(error, model, written, ()), "the network") from None


def _no_network(written: Mapping[str, Any], kind: object) -> type[DeclaredNetwork] | None:
    """The model that refuses what isn't a network of a type, and says why; None for one that is."""
    manifest = "spec" in written or "metadata" in written
    untyped = not isinstance(kind, str) or _main(kind) is None
    forgotten = "type" not in written and any(map(types_with, foreign(written)))
    if not (manifest or untyped or forgotten):
        return None
    from multus_lab.settings import no_network  # noqa: PLC0415 - seldom met

    if manifest:
        return no_network.Manifest
    return no_network.NoType if untyped else no_network.ForgottenType


def _type_of(raw: object) -> str:
    kind = raw.get("type") if isinstance(raw, dict) else None
    return kind if isinstance(kind, str) else ""


@lru_cache(maxsize=256)
def _model(kind: str, ipam: str, chain: frozenset[str]) -> type[DeclaredNetwork]:
    """The model of one type, with that `ipam` and those chained plugins alone."""
    base = _of_type(kind)
    own: dict[str, Any] = {}
    if ipam and "ipam" in base.model_fields:
        own["ipam"] = (ipams.model(ipam), ...)
    own["chain"] = (list[_of_chain(chain)], [])  # type: ignore[misc]
    return create_model(base.__name__, __base__=base, __doc__=base.__doc__, **own)


@cache
def _of_type(kind: str) -> type[TypedNetwork]:
    record = _main(kind)
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
    return Annotated[found, of_known_type(_chained, chained_names, stands)]


@cache
def _chained_model(kind: str) -> type[Chained]:
    record = _chained(kind)
    assert record is not None
    return of_plugin(record, record.keys, Chained)


def foreign(written: Mapping[str, Any]) -> Iterator[str]:
    """The keys that a network of the default type hasn't."""
    fields = _of_type(DEFAULT).model_fields.items()
    known = {field.alias or name for name, field in fields}
    return (key for key in written if key not in known)


def types_with(key: str) -> Sequence[str]:
    """The types that have such a key of their own."""
    return [one for one in names() if (record := _main(one)) and key in record.keys.keys]
