"""The base of all settings: strict, camelCase in a stack config, unknown keys refused."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, ClassVar, NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationInfo
from pydantic.alias_generators import to_camel
from pydantic_core import CoreSchema, core_schema

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


class OpenModel(Model):
    """A mapping that may have other keys as well, of which nothing is known."""

    model_config = ConfigDict(extra="allow")

    __pydantic_extra__: dict[str, Json]


class Later(NamedTuple):
    """The model `name` of `module`, imported and built once there is something to validate by it.

    For what few stacks say: most of what a check does is to build models.
    """

    module: str
    name: str

    @property
    def model(self) -> type[Model]:
        """The model itself."""
        found: type[Model] = getattr(import_module(self.module), self.name)
        return found

    def _validated(self, value: object, info: ValidationInfo) -> Model:
        """As part of a stack, which has a context, its keys are those of a stack alone."""
        by_name = None if info.context is None else False
        return self.model.model_validate(value, context=info.context, by_name=by_name)

    def __get_pydantic_core_schema__(self, *_: Any) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(self._validated)
