"""What was seen of an installation: data only, as JSON carries it out of the namespaces."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

IN_USE, RESTART, UPGRADE, REMOVAL = "in use", "restart", "upgrade", "removal"
"""What there is to a daemon's life."""


@dataclass(frozen=True)
class Installed:
    """The daemon came up on a node, `seconds` after its pod was started there."""

    node: str
    release: str
    seconds: float


@dataclass(frozen=True)
class Start:
    """A pod that was started: `seconds` until it ran, in how many tries.

    `without` tells that it ran without its networks. `error` is what the last try said where it
    never ran.
    """

    pod: str
    seconds: float
    tries: int = 1
    without: bool = False
    error: str = ""


@dataclass(frozen=True)
class Replaced:
    """A node's daemon was replaced while pods came and went.

    `two_folders` tells the layout. For `gap` seconds Multus' configuration wasn't there. `before`
    are starts that were over when the daemon was told to end, `during` those that weren't, up to
    the new daemon's configuration. `running` are the pods that ran all the while, and `lost` those
    of them whose networks are no longer as they were.
    """

    node: str
    phase: str
    two_folders: bool
    gap: float
    before: Sequence[Start]
    during: Sequence[Start]
    running: Sequence[str] = ()
    lost: Sequence[str] = ()

    @property
    def without(self) -> list[str]:
        """The starts that ended without the pod's networks, by the pod."""
        return [one.pod for one in self.during if one.without]

    @property
    def longest(self) -> float:
        """How long a pod waited at most that got its networks; 0 if none did."""
        waits = (one.seconds for one in self.during if not one.without and not one.error)
        return max(waits, default=0.0)


@dataclass(frozen=True)
class Taken:
    """Addresses that nobody has any more and that stay taken; `node` is "" for the cluster's.

    `two_folders` tells the layout that the daemon had.
    """

    phase: str
    two_folders: bool
    node: str
    network: str
    addresses: Sequence[str]


@dataclass(frozen=True)
class Crowd:
    """So many pods started at once, and the most memory in bytes of the daemon and its plugins."""

    pods: int
    memory: int
    failed: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class Left:
    """A new file or interface, or a new folder (with a `/` at the end) with so many files."""

    path: str
    files: int = 1


@dataclass(frozen=True)
class Removed:
    """A node after Multus went: what is left there that wasn't before it came.

    `configured` tells whether the runtime finds a network's file, by which it starts pods.
    """

    node: str
    left: Sequence[Left]
    configured: bool = True


@dataclass(frozen=True)
class Observation:
    """All that was seen.

    `attached` are the starts of the first pods. `refused` has why the API server didn't take a
    network, `lacking` why one can't be had on this machine. `forbidden` are the calls of the
    daemon that the API server refused.
    """

    installed: Sequence[Installed]
    attached: Sequence[Start]
    replaced: Sequence[Replaced]
    crowds: Sequence[Crowd]
    removed: Sequence[Removed]
    taken: Sequence[Taken]
    forbidden: Sequence[str] = ()
    refused: Mapping[str, str] | None = None
    lacking: Mapping[str, str] | None = None

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "Observation":
        """Read it from JSON."""
        replaced = [
            Replaced(
                **{
                    **one,
                    "before": [Start(**each) for each in one["before"]],
                    "during": [Start(**each) for each in one["during"]],
                }
            )
            for one in content["replaced"]
        ]
        removed = [
            Removed(**{**one, "left": [Left(**each) for each in one["left"]]})
            for one in content["removed"]
        ]
        kinds = {"installed": Installed, "attached": Start, "crowds": Crowd, "taken": Taken}
        made = {key: [kind(**one) for one in content[key]] for key, kind in kinds.items()}
        return cls(**{**content, **made, "replaced": replaced, "removed": removed})
