"""How a network's pods get their addresses: one model for each IPAM plugin, a file each.

Their keys are those of the plugin's record; what stands here is what has to fit together, and what
a stack writes more strictly than the plugin reads it. A model is imported when its type is asked
for, so that a check costs only those that it meets.
"""

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator
from pydantic_core import PydanticKnownError

from multus_lab.settings.ipam.base import Dns, Ipam, Route, StaticAddress

__all__ = ["Dns", "Ipam", "OfAnyType", "Route", "StaticAddress", "model", "names"]

_FIRST = ("host-local", "static", "dhcp", "whereabouts", "none")
"""In which order messages have them, those of other files behind."""

_FILES = {one.stem.replace("_", "-") for one in Path(__file__).parent.glob("[!_]*.py")} - {"base"}


def names() -> Iterable[str]:
    """The types that a stack may have."""
    return [*_FIRST, *sorted(_FILES - set(_FIRST))]


def model(kind: str) -> type[Ipam]:
    """The model of one of these types."""
    found: type[Ipam] = import_module(f"{__name__}.{kind.replace('-', '_')}").MODEL
    return found


def _of_known_type(value: Any) -> Any:
    """Refuse a mapping here: the model for its type would have read it, were it a known one."""
    if not isinstance(value, dict):
        return value
    if "type" not in value:
        raise PydanticKnownError("union_tag_not_found", {"discriminator": "'type'"})
    expected = ", ".join(f"'{one}'" for one in names())
    tag = {"discriminator": "'type'", "tag": str(value["type"]), "expected_tags": expected}
    raise PydanticKnownError("union_tag_invalid", tag)


OfAnyType: TypeAlias = Annotated[Ipam, BeforeValidator(_of_known_type)]
"""An `ipam` of a network whose model isn't made for one type of it."""
