"""The base of all settings: strict, camelCase in a stack config, unknown keys refused."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from multus_lab.settings.types import Json


class Model(BaseModel):
    """A mapping of a stack config.

    In a stack config the keys are those of the CNI specification (`rangeStart`); in Python
    the fields are snake_case (`range_start`). A model is built when it first validates, since
    most are only part of another.
    """

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        alias_generator=to_camel,
        defer_build=True,
        validate_by_alias=True,
        validate_by_name=True,
        serialize_by_alias=True,
    )

    moved: ClassVar[Mapping[str, str]] = {}
    """Keys that were here once, to where they are now."""

    instead: ClassVar[Mapping[str, str]] = {}
    """Keys that are written here by mistake or left out, to what is told of that."""

    elsewhere: ClassVar[str] = ""
    """Where keys belong that nobody knows here."""


class OpenModel(Model):
    """A mapping that may have other keys as well, of which nothing is known."""

    model_config = ConfigDict(extra="allow")

    __pydantic_extra__: dict[str, Json]
