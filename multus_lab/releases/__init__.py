"""What is known of releases of Multus and whereabouts: one file per release, with its `RELEASE`.

A release's file is called `multus_` or `whereabouts_` and as its tag, with `_` for `.`. It says
what changed since the release before it, so that adding one is adding a file.
"""

from functools import cache
from importlib import import_module
from pathlib import Path

from multus_lab.releases.record import Granted, Multus, Trouble, Whereabouts
from multus_lab.versions import release as _number

__all__ = [
    "DEFAULT",
    "Granted",
    "Multus",
    "Trouble",
    "Whereabouts",
    "like",
    "multus",
    "names",
    "since",
    "whereabouts",
]

DEFAULT = "v4.3.1"
"""The release of a stack that names none."""


@cache
def names() -> tuple[str, ...]:
    """Every release that has a file, the oldest first."""
    files = (one.stem for one in Path(__file__).parent.glob("multus_*.py"))
    found = (one.removeprefix("multus_").replace("_", ".") for one in files)
    return tuple(sorted(found, key=_number))


@cache
def _imported(name: str) -> Multus:
    found: Multus = import_module(f"{__name__}.multus_{name.replace('.', '_')}").RELEASE
    return found


def multus(name: str) -> Multus | None:
    """The release of that tag, or None if there is no file of it."""
    return _imported(name) if name in names() else None


def like(shape: Multus, name: str) -> Multus:
    """The record of a release that nobody has read, which has another's shape.

    Troubles whose releases are all known are its own by its number, if it has one alone.
    """
    try:
        number = _number(name)
    except ValueError:
        return shape
    known = dict.fromkeys(one for each in names() for one in _imported(each).troubles)
    own = (one for one in known if (number in one.held if one.held else one in shape.troubles))
    return shape._replace(troubles=tuple(own))


def since(key: str) -> str:
    """The first release here whose daemon reads that key; "" if none does."""
    return next((name for name in names() if key in _imported(name).keys), "")


@cache
def whereabouts() -> tuple[str, ...]:
    """Every release of whereabouts that has a file, the oldest first."""
    files = (one.stem for one in Path(__file__).parent.glob("whereabouts_*.py"))
    found = (one.removeprefix("whereabouts_").replace("_", ".") for one in files)
    return tuple(sorted(found, key=_number))
