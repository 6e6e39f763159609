"""What is known of Kubernetes distributions, as data: one file per distribution.

A distribution's file is called as `cluster.distribution` has it, and holds its `DISTRIBUTION`:
where its nodes have what Multus mounts, which CNI plugins they have, and who brings Multus.
Adding a distribution is adding a file.
"""

from functools import cache
from importlib import import_module
from pathlib import Path

from multus_lab.distributions.record import (
    LINKS,
    REFERENCE,
    STANDARD,
    WHEREABOUTS_DIR,
    WHEREABOUTS_SEEN,
    Distribution,
    Mount,
    Paths,
    Primary,
    Usual,
)

__all__ = [
    "LINKS",
    "REFERENCE",
    "STANDARD",
    "WHEREABOUTS_DIR",
    "WHEREABOUTS_SEEN",
    "Distribution",
    "Mount",
    "Paths",
    "Primary",
    "Usual",
    "distribution",
    "every",
    "names",
]


@cache
def names() -> tuple[str, ...]:
    """Every distribution that has a file, in order."""
    files = (one.stem for one in Path(__file__).parent.glob("*.py"))
    return tuple(sorted(one for one in files if one not in ("__init__", "record")))


def every() -> tuple[Distribution, ...]:
    """What is known of each, in order."""
    return tuple(filter(None, map(distribution, names())))


def distribution(name: str) -> Distribution | None:
    """The distribution of that name, or None if there is no file of it."""
    if name not in names():
        return None
    found: Distribution = import_module(f"{__name__}.{name}").DISTRIBUTION
    return found
