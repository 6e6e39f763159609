"""The models of networks, one for each plugin that makes an interface, made from its record.

A model knows the IPAM plugin and the chained plugins of one network alone: so a message lists no
key of another type, and a check builds what it meets.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache, reduce
from operator import or_
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    create_model,
    model_validator,
)

from multus_lab import plugins
from multus_lab.names import nearest
from multus_lab.plugins import Record, macvlan
from multus_lab.problems import SettingsError
from multus_lab.settings import ipam as ipams
from multus_lab.settings.network import (
    AddressedNetwork,
    Chained,
    ConfiguredNetwork,
    DeclaredNetwork,
    TypedNetwork,
)
from multus_lab.settings.problems import problems_of
from multus_lab.settings.recorded import of_plugin, reads, stands
from multus_lab.settings.types import Refusal, of_known_type, refuse, refuse_all

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
        return ConfiguredNetwork
    if "spec" in written or "metadata" in written:
        return _OfManifest
    kind, chain = written.get("type", DEFAULT), written.get("chain")
    if not isinstance(kind, str) or _main(kind) is None:
        return _OfNoType
    if "type" not in written and any(map(_types_with, _foreign(written))):
        return _OfForgottenType
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
    own["chain"] = (list[_of_chain(chain)], Field(default_factory=list))  # type: ignore[misc]
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


def _no_type(value: object) -> object:
    if told := stands(value):
        raise refuse(f"a plugin that makes an interface; {value} {told}")
    meant = nearest(value, names()) if isinstance(value, str) else None
    hint = f"; did you mean {meant}?" if meant else ""
    known = ", ".join(names())
    raise refuse(f"one of {known}; for any other write the CNI configuration as `config`{hint}")


class _OfNoType(DeclaredNetwork):
    """A network whose type is none: what else it says can't be judged."""

    model_config = ConfigDict(extra="ignore")

    type: Annotated[Any, BeforeValidator(_no_type)]


class _OfForgottenType(DeclaredNetwork):
    """A network that says no type, and has keys of others than the default one."""

    model_config = ConfigDict(extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _of_others(cls, raw: dict[str, Any]) -> object:
        foreign = {key: found for key in _foreign(raw) if (found := _types_with(key))}
        key, types = next(iter(foreign.items()))
        meant = [one for one in types if all(one in found for found in foreign.values())]
        told = " or ".join(f"type: {one}" for one in meant or types)
        allowed = f"is a key of another type: say {told}; without one the network is {DEFAULT}"
        refuse_all([Refusal((key,), raw[key], allowed, of_key=True)])
        return raw


def _foreign(written: Mapping[str, Any]) -> Iterator[str]:
    """The keys that a network of the default type hasn't."""
    fields = _of_type(DEFAULT).model_fields.items()
    known = {field.alias or name for name, field in fields}
    return (key for key in written if key not in known)


def _types_with(key: str) -> Sequence[str]:
    """The types that have such a key of their own."""
    return [one for one in names() if (record := _main(one)) and key in record.keys.keys]


class _OfManifest(DeclaredNetwork):
    """A NetworkAttachmentDefinition where a network should stand."""

    @model_validator(mode="before")
    @classmethod
    def _of_an_object(cls, raw: dict[str, Any]) -> object:
        key = "spec" if "spec" in raw else "metadata"
        told = (
            "is a Kubernetes object's: `multus-lab import --manifest FILE` makes entries of those"
        )
        refuse_all([Refusal((key,), raw[key], told, of_key=True)])
        return raw
