"""Models whose keys are those of a plugin's record: a key's kind there is its type here."""

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, Field, create_model

from multus_lab.plugins import Key, Keys, Kind
from multus_lab.plugins.kinds import (
    ADDRESS,
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
    Values,
)
from multus_lab.plugins.record import ATTACHMENTS
from multus_lab.settings.model import Model
from multus_lab.settings.types import (
    AbsolutePath,
    Address,
    InterfaceName,
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
    INT: int,
    UINT32: UInt32,
    UINT64: Annotated[int, Field(ge=0)],
    ADDRESS: Address,
    CIDR: Network,
}

_NOT_WRITTEN = frozenset({"name", "prevResult", *ATTACHMENTS})
"""Keys that a stack has elsewhere, and those that are the runtime's."""

_MODELS: dict[int, type[Model]] = {}
"""The models of mappings, by the identity of their keys."""


def reads(keys: Keys) -> Callable[[type[_M]], type[_M]]:
    """Give a model the keys of a record that it doesn't declare itself."""

    def extend(model: type[_M]) -> type[_M]:
        own = {field.alias or name for name, field in model.model_fields.items()}
        made = create_model(
            model.__name__,
            __base__=model,
            __module__=model.__module__,
            __doc__=model.__doc__,
            **dict(_fields(model.__name__, keys, own)),
        )
        _MODELS[id(keys)] = made
        return made

    return extend


def _fields(model: str, keys: Keys, own: set[str]) -> Iterator[tuple[str, Any]]:
    required = {group[0] for group in keys.required if len(group) == 1}
    for name, key in keys.keys.items():
        if name in own or name in _NOT_WRITTEN:
            continue
        kind = _type(f"{model}{name[0].upper()}{name[1:]}", key)
        if name in required:
            yield _snake(name), (kind, Field(alias=name))
        else:
            # A choice is written out, so that it doesn't change with the plugin's default.
            default = key.default if key.allowed else None
            yield (
                _snake(name),
                (kind | None if default is None else kind, Field(default, alias=name)),
            )


def _type(model: str, key: Key) -> Any:
    if key.allowed and key.low is None:
        return Literal[key.allowed]
    kind = _of_kind(model, key.kind)
    if key.allowed:
        return Annotated[kind, AfterValidator(_taken_by(key))]
    if key.low is not None or key.high is not None:
        return Annotated[kind, Field(ge=key.low, le=key.high)]
    return kind


def _taken_by(key: Key) -> Callable[[object], object]:
    def check(value: object) -> object:
        if not key.takes(value):
            raise refuse(key.range)
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
                known = create_model(model, __base__=Model, **dict(_fields(model, kind, set())))
                _MODELS[id(kind)] = known
            return known
    return _TYPES.get(kind, Any)


def _snake(name: str) -> str:
    """The field of a key: `rangeStart` is range_start, `vlanQoS` vlan_qos."""
    parts = [
        f"_{one.lower()}"
        if one.isupper() and not before.isupper() and before != "_"
        else one.lower()
        for before, one in zip(f"_{name}", name, strict=False)
    ]
    return "".join(parts).replace("-", "_").replace(".", "_").lstrip("_")
