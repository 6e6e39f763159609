"""How a network's pods get their addresses: one model for each IPAM plugin.

Their keys are those of the plugin's record. What has to fit together, and what a stack writes more
strictly than the plugin reads it, stands in a file of that plugin here; for others the record is
enough. A model is made when its type is asked for, so that a check costs only those that it meets.
"""

from collections.abc import Iterable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Annotated, TypeAlias

from multus_lab import plugins
from multus_lab.settings.ipam.base import Dns, Ipam, Route, StaticAddress, usable
from multus_lab.settings.recorded import of_plugin, stands
from multus_lab.settings.types import of_known_type

__all__ = [
    "Dns",
    "Ipam",
    "OfAnyType",
    "Route",
    "StaticAddress",
    "known",
    "model",
    "names",
    "usable",
]

_FIRST = ("host-local", "static", "dhcp", "whereabouts", "none")
"""In which order messages have them, all others behind."""

_FILES = {one.stem.replace("_", "-") for one in Path(__file__).parent.glob("[!_]*.py")} - {"base"}


def known(kind: str) -> bool:
    """Whether a stack may have that type."""
    if kind in _FILES:
        return True
    record = plugins.record(kind)
    return record is not None and record.ipam is not None


def names() -> Iterable[str]:
    """The types that a stack may have."""
    return [*_FIRST, *(one for one in plugins.names() if known(one) and one not in _FIRST)]


@cache
def model(kind: str) -> type[Ipam]:
    """The model of one of these types."""
    if kind in _FILES:
        found: type[Ipam] = import_module(f"{__name__}.{kind.replace('-', '_')}").MODEL
        return found
    record = plugins.record(kind)
    assert record is not None
    return of_plugin(record, record.of_ipam, Ipam)


OfAnyType: TypeAlias = Annotated[Ipam, of_known_type(known, names, stands)]
"""An `ipam` of a network whose model isn't made for one type of it."""
