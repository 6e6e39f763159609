"""Models whose keys are those of a plugin's record: a key's kind there is its type here."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, create_model

from multus_lab import plugins
from multus_lab.plugins import Key, Keys, Kind, Record
from multus_lab.plugins.kinds import (
    ADDRESS,
    ANY,
    CIDR,
    FILE,
    FLAG,
    INT,
    INTERFACE,
    MAC,
    TEXT,
    UINT32,
    UINT64,
    Items,
    Scalar,
    Values,
)
from multus_lab.plugins.record import ATTACHMENTS
from multus_lab.settings.model import Model, OpenModel
from multus_lab.settings.types import (
    LARGEST,
    SMALLEST,
    AbsolutePath,
    Address,
    Checked,
    InterfaceName,
    Json,
    MacAddress,
    Network,
    refuse,
)

_M = TypeVar("_M", bound=Model)

UInt32 = Annotated[int, Field(ge=0, le=2**32 - 1)]

_TYPES: Mapping[Kind, Any] = {
    TEXT: str,
    INTERFACE: InterfaceName,
    MAC: MacAddress,
    FILE: AbsolutePath,
    FLAG: bool,
    INT: Annotated[int, Field(ge=SMALLEST, le=LARGEST)],
    UINT32: UInt32,
    UINT64: Annotated[int, Field(ge=0, le=LARGEST)],
    ADDRESS: Address,
    CIDR: Network,
    ANY: Json,
}

_NOT_WRITTEN = frozenset({"name", "cniVersion", "ipam", "prevResult", *ATTACHMENTS})
"""Keys that a stack has once for a network, and those that are the runtime's."""

_MODELS: dict[int, type[Model]] = {}
"""The models of mappings, by the identity of their keys."""


def reads(keys: Keys, written: Collection[str] = ()) -> Callable[[type[_M]], type[_M]]:
    """Give a model the keys of a record that it doesn't declare itself.

    The defaults of the `written` keys are written out, so that they don't change with the plugin's.
    """

    def extend(model: type[_M]) -> type[_M]:
        made: type[_M] = _extended(model, model.__name__, keys, written)
        _MODELS[id(keys)] = made
        return made

    return extend


def of_plugin(record: Record, keys: Keys, base: type[_M]) -> type[_M]:
    """The model of a plugin that has nothing but its record: `base`, and the `keys` of that.

    What may come from elsewhere is not required.
    """
    kind = record.name
    read = replace(keys, required=()) if record.elsewhere else keys
    made: type[_M] = _extended(base, kind, read, type=(Literal[kind], kind))
    return made


def stands(kind: object) -> str:
    """Where a network says a plugin of that name, in words behind it; "" where that isn't known."""
    record = plugins.record(kind) if isinstance(kind, str) else None
    if record is None or (record.link and (record.link.given or not record.keys.closed)):
        return ""
    if record.link:
        return "makes an interface: it goes into `type` of a network"
    if record.chained:
        return "works on an interface: it goes into `chain`"
    return "gives addresses: it goes into `ipam.type`" if record.ipam else ""


def _extended(
    base: type[Model], name: str, keys: Keys, written: Collection[str] = (), **own: Any
) -> Any:
    declared = {field.alias or one for one, field in base.model_fields.items()}
    fields = _fields(name, keys, declared | _NOT_WRITTEN | own.keys(), written)
    bases = (base,) if keys.closed else (base, OpenModel)
    about = {"__module__": base.__module__, "__doc__": base.__doc__}
    return create_model(name, __base__=bases, **about, **own, **dict(fields))  # type: ignore[call-overload]


def _fields(
    model: str, keys: Keys, own: Collection[str], written: Collection[str] = ()
) -> Iterator[tuple[str, Any]]:
    needed = {group[0] for group in keys.required if len(group) == 1}
    for name, key in keys.keys.items():
        if name in own:
            continue
        kind = _type(f"{model}{name[0].upper()}{name[1:]}", key)
        if name in needed:
            yield _snake(name), (kind, Field(alias=name))
        else:
            default = key.default if name in written else None
            yield _snake(name), (kind | None, Field(default, alias=name))


def _type(model: str, key: Key) -> Any:
    if key.pattern:  # which says more than the kind does
        return Annotated[str, Checked(_taken_by(key))]
    if key.allowed and key.low is None and not key.any_case:
        return Literal[key.allowed]
    kind = _of_kind(model, key.kind)
    if key.allowed:
        return Annotated[kind, Checked(_taken_by(key))]
    if key.low is not None or key.high is not None:
        return Annotated[kind, Field(ge=key.low, le=key.high)]
    return kind


def _taken_by(key: Key) -> Callable[[object], object]:
    def check(value: object) -> object:
        if value == "" or not key.takes(value):
            raise refuse(key.range)
        return value

    return check


def _read_as(kind: Scalar) -> Callable[[object], object]:
    def check(value: object) -> object:
        if not kind.fits(value):
            raise refuse(kind.allows)
        return value

    return check


def _of_kind(model: str, kind: Kind) -> Any:
    match kind:
        case Items():
            return list[_of_kind(model, kind.item)]  # type: ignore[misc]
        case Values():
            return dict[str, _of_kind(model, kind.value)]  # type: ignore[misc]
        case Keys():
            known = _MODELS.get(id(kind))
            if known is None:
                known = _MODELS[id(kind)] = _nested(model, kind)
            return known
    return _TYPES.get(kind) or Annotated[Any, Checked(_read_as(kind))]


def _nested(name: str, keys: Keys) -> type[Model]:
    base = Model if keys.closed else OpenModel
    return create_model(name, __base__=base, **dict(_fields(name, keys, ())))


def _snake(name: str) -> str:
    """The field of a key: `rangeStart` is range_start, `vlanQoS` vlan_qos."""
    parts = [
        f"_{one.lower()}"
        if one.isupper() and not before.isupper() and before != "_"
        else one.lower()
        for before, one in zip(f"_{name}", name, strict=False)
    ]
    return "".join(parts).replace("-", "_").replace(".", "_").lstrip("_")
