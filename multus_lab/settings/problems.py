"""What pydantic finds wrong with a stack's settings, as problems."""

from collections.abc import Iterator, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from multus_lab.names import nearest
from multus_lab.problems import Path, Problem, cut
from multus_lab.settings.model import Later, Model


def problems_of(
    error: ValidationError, model: type[BaseModel], raw: object, path: Path
) -> Iterator[Problem]:
    """The problems of validating `raw`, which stands at `path`, as `model`."""
    for details in error.errors(include_url=False):
        place, allowed = path + _in_raw(details, raw), cut(_allowed(details, model), 1000)
        if details["type"] in _OF_KEYS:
            yield Problem(place, "", allowed)  # a key is wrong, and the path says it
        elif details["type"] == "union_tag_invalid":
            yield Problem.of(place, details["input"]["type"], allowed)
        else:
            yield Problem.of(place, details["input"], allowed)


def _in_raw(details: ErrorDetails, raw: object) -> Path:
    """The error's path among the raw values.

    pydantic's has more parts: the tag of a union's member, and the index of a scalar that
    stands for a list of one.
    """
    path: Path = ()
    for part in details["loc"]:
        if (isinstance(raw, dict) and part in raw) or (
            isinstance(raw, list) and isinstance(part, int) and part < len(raw)
        ):
            raw = raw[part]  # type: ignore[index]
            path += (part,)
        elif part == details["loc"][-1] and details["type"] == "missing":
            path += (part,)
    if details["type"].startswith("union_tag") and isinstance(raw, dict):
        path += ("type",)
    return path


_KINDS = {
    "string_type": "a string (quote a number or a boolean)",
    "int_type": "an integer, without quotes",
    "int_from_float": "an integer",
    "bool_type": "true or false, without quotes",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "missing": "is missing, and has no default",
    "union_tag_not_found": "is missing, and has no default",
    "string_pattern_mismatch": "text of the form {pattern}",
    "too_short": "a list of at least {min_length}",
    "too_long": "a mapping of at most {max_length}",
    "greater_than_equal": "at least {ge}",
    "less_than_equal": "at most {le}",
    "refused": "{allowed}",
    "key_refused": "{allowed}",
}

_OF_KEYS = {"missing", "extra_forbidden", "union_tag_not_found", "key_refused"}
"""Errors of keys, whatever their values."""


def _allowed(details: ErrorDetails, model: type[BaseModel]) -> str:
    kind, context = details["type"], details.get("ctx", {})
    if kind == "extra_forbidden":
        return _known_keys(details["loc"], model)
    if kind == "missing":
        return _missing(details["loc"], model)
    if kind == "literal_error":
        words = "must be" if isinstance(details["input"], str) else "must be a string in quotes:"
        return f"{words} {_one_of(context['expected'].replace(' or ', ', '))}"
    if kind == "union_tag_invalid":
        return f"must be {_one_of(context['expected_tags'])}"
    text = _KINDS.get(kind, details["msg"]).format(**context)
    return text if text.startswith(("is ", "has ", "must ")) else f"must be {text}"


def _one_of(quoted: str) -> str:
    """What is allowed, of a list in quotes."""
    plain = quoted.replace("'", "")
    return f"one of {plain}" if ", " in plain else plain


def _known_keys(loc: Path, model: type[BaseModel]) -> str:
    here = _model_at(loc[:-1], model)
    key = str(loc[-1])
    if issubclass(here, Model) and key in here.moved:
        return f"has moved to {here.moved[key]}"
    if issubclass(here, Model) and key in here.instead:
        return here.instead[key]
    fields = sorted(here.model_fields.items(), key=lambda one: not one[1].is_required())
    return unknown_key(key, [field.alias or name for name, field in fields])


def _missing(loc: Path, model: type[BaseModel]) -> str:
    here, text = _model_at(loc[:-1], model), _KINDS["missing"]
    hint = here.instead.get(str(loc[-1])) if issubclass(here, Model) else None
    return f"{text}; {hint}" if hint else text


def unknown_key(key: str, known: Sequence[str]) -> str:
    """What is told of a key that is none of `known`."""
    meant = nearest(key, known)
    hint = f"did you mean {meant}? " if meant else ""
    return f"is unknown; {hint}known here: {', '.join(known)}"


def _model_at(loc: Path, model: type[BaseModel]) -> type[BaseModel]:
    """The model that a pydantic error location leads to, from `model`."""
    here: Any = model
    for part in loc:
        if isinstance(part, int):
            continue
        models = list(_models_in(here))
        tagged = [one for one in models if _tag(one) == part] if len(models) > 1 else []
        here = tagged[0] if tagged else _field(models[0], part)
    return next(_models_in(here))


def _field(model: type[BaseModel], part: str) -> Any:
    """The annotation of a model's field, by its name or alias."""
    return next(
        field.annotation
        for name, field in model.model_fields.items()
        if part in (field.alias, name)
    )


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    if isinstance(annotation, Later):
        yield annotation.model
    for argument in get_args(annotation):
        yield from _models_in(argument)


def _tag(model: type[BaseModel]) -> object:
    field = model.model_fields.get("type")
    return field.default if field else None
