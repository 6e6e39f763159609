"""What is known of CNI plugins, as data: one file per plugin, with its `RECORD`.

A plugin's file is called as its program, with `_` for `-`. It is imported when its type is asked
for, so that a check costs only the plugins that it meets.
"""

from functools import cache
from importlib import import_module
from pathlib import Path

from multus_lab.plugins.kinds import (
    ANY,
    EXACT_IN_LIST,
    FLAG,
    FLAG_OR_TEXT,
    TEXT,
    TEXTS,
    Items,
    Key,
    Keys,
    Kind,
    Object,
    Placeholder,
    Scalar,
    Spellings,
    Values,
    in_any_case,
    keys,
    number,
)
from multus_lab.plugins.record import ATTACHMENTS, CAPABILITIES, Ipam, Link, Record, plugin_keys

__all__ = [
    "CAPABILITIES",
    "CNI_VERSIONS",
    "LIST_KEYS",
    "OLD_RESULTS",
    "UNKNOWN",
    "Ipam",
    "Items",
    "Key",
    "Keys",
    "Kind",
    "Link",
    "Object",
    "Placeholder",
    "Record",
    "Scalar",
    "Spellings",
    "Values",
    "about",
    "in_any_case",
    "names",
    "number",
    "record",
]

_OTHER_FILES = {"__init__", "kinds", "needs", "pools", "record"}


@cache
def names() -> tuple[str, ...]:
    """Every plugin that has a record, in order."""
    files = (one.stem for one in Path(__file__).parent.glob("*.py"))
    return tuple(sorted(one.replace("_", "-") for one in files if one not in _OTHER_FILES))


_FILES = {one: one.replace("-", "_") for one in names()}


@cache
def _imported(name: str) -> Record:
    found: Record = import_module(f"{__name__}.{_FILES[name]}").RECORD
    return found


def record(name: str) -> Record | None:
    """The record of the plugin of that name, or None where there is none."""
    return _imported(name) if name in _FILES else None


def about(name: str) -> str:
    """What the plugin of that name is, in a sentence: its file begins with it."""
    told = import_module(f"{__name__}.{_FILES[name]}").__doc__ or ""
    return told.partition("\n\n")[0].removeprefix(f"{name}: ").replace("\n", " ")


UNKNOWN = Record("", "", plugin_keys({}, ipam=True, closed=False))
"""A plugin without a record: what libcni reads of any."""

LIST_KEYS = keys(
    {
        **ATTACHMENTS,
        "cniVersion": TEXT,
        "cniVersions": TEXTS,
        "name": TEXT,
        "disableCheck": FLAG,  # libcni takes a text as well, and Multus none
        "disableGC": FLAG,
        "loadOnlyInlinedPlugins": FLAG_OR_TEXT,
        "plugins": ANY,
    },
    exact=EXACT_IN_LIST,
)
"""What libcni reads of a configuration with a list of plugins (cni v1.3.0 libcni/conf.go)."""

CNI_VERSIONS = {
    "0.1.0": (0, 1, 0),
    "0.2.0": (0, 1, 0),
    "0.3.0": (0, 6, 0),
    "0.3.1": (0, 6, 0),
    "0.4.0": (0, 8, 0),
    "1.0.0": (1, 0, 0),
    "1.1.0": (1, 6, 0),
}
"""Each version of the CNI specification, in order, with the first release of
containernetworking/plugins that takes it."""

OLD_RESULTS = ("", "0.1.0", "0.2.0")
"""The versions whose result holds one address of a family, and of a route dst and gw alone; the
empty text stands for 0.1.0 (cni v1.3.0 pkg/types/020, pkg/types/040)."""
