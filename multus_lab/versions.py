"""Releases as numbers, and the spans of releases for which something holds."""

from functools import lru_cache
from typing import NamedTuple, TypeAlias

Release: TypeAlias = tuple[int, int, int]
"""A release such as v1.10.0, as (1, 10, 0)."""

OLDEST: Release = (1, 0, 0)
"""From this release on a verdict has to hold, where nobody says which release there is."""


@lru_cache(maxsize=256)
def release(text: str) -> Release:
    """Read a release such as `v1.9.1`. Raises ValueError for anything else."""
    major, minor, patch = (int(part) for part in text.removeprefix("v").split("."))
    return major, minor, patch


def shown(one: Release) -> str:
    """The release as its tag has it, `v1.9.1`."""
    return "v" + ".".join(map(str, one))


class Span(NamedTuple):
    """The releases from `since` on, up to and without `before`."""

    since: Release = (0, 0, 0)
    before: Release | None = None

    def __contains__(self, one: Release) -> bool:  # type: ignore[override]
        return self.since <= one and (self.before is None or one < self.before)

    @property
    def always(self) -> bool:
        """Whether it holds every release that counts where none is named."""
        return self.since <= OLDEST and self.before is None

    def __str__(self) -> str:
        if self.before is None:
            return f"{shown(self.since)} and newer"
        if self.since <= OLDEST:
            return f"before {shown(self.before)}"
        return f"from {shown(self.since)} on, but before {shown(self.before)}"


EVER = Span()
"""Every release."""
