"""MUL707: settings of a daemon that the stack doesn't install."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from multus_lab.checks.finding import Severity
from multus_lab.checks.network import Lab
from multus_lab.checks.rule import Hit, lab_rule
from multus_lab.names import shortened

if TYPE_CHECKING:
    from multus_lab.settings.model import Model


@lab_rule(
    "MUL707",
    Severity.NOTE,
    "settings that have no effect",
    why="With `install: false` the stack declares nothing of the daemon: what it sets is for "
    "whoever installs it. Only the release, the paths and `retainCrd` of Multus are read, and "
    "`paths.configDir` of whereabouts: they say what the networks of the stack meet.",
    fix="remove them, or say install: true if it is this stack that installs it",
    source="components/__init__.py",
)
def idle_settings(lab: Lab) -> Iterator[Hit]:
    """Find what is set beside `install: false`, or where the distribution makes it that."""
    known = lab.cluster.known if lab.cluster else None
    if lab.multus is not None and not lab.multus.install:
        told = known.brings if known is not None else ""
        yield from _idle("multus", lab.multus, _OF_MULTUS, told)
    if lab.whereabouts is not None and not lab.whereabouts.install:
        told = known.brings_whereabouts if known is not None else ""
        yield from _idle("whereabouts", lab.whereabouts, _OF_WHEREABOUTS, told)
        paths = lab.whereabouts.paths
        if paths.bin_dir is not None:
            what = "where whereabouts is to be"
            yield Hit(("whereabouts", "paths", "binDir"), paths.bin_dir, _told(what, told))


_OF_MULTUS = frozenset({"install", "release", "release_as", "paths", "retain_crd"})
_OF_WHEREABOUTS = frozenset({"install", "paths", "retain_crd"})
"""What is read of a daemon that isn't installed."""


def _idle(section: str, settings: "Model", read: frozenset[str], brings: str) -> Iterator[Hit]:
    fields = type(settings).model_fields
    names = [fields[one].alias or one for one in fields if one in settings.model_fields_set - read]
    if names:
        listed = f"what {section} says of {shortened(names, 5)}"
        yield Hit((section, names[0]), None, _told(listed, brings))


def _told(what: str, brings: str) -> str:
    return f"{what} has no effect, as the stack doesn't install it{brings and f': {brings}'}"
