"""The one folder outside the clone that is written to: built programs and test beds."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from multus_lab.errors import MultusLabError

__all__ = ["folder", "lock"]


def folder() -> Path:
    """Return the cache folder, made on first use and private to the user (mode 0700).

    It is `$MULTUS_LAB_CACHE`, else `$XDG_CACHE_HOME/multus-lab`, else `~/.cache/multus-lab`.
    An empty variable counts as unset, and a relative `XDG_CACHE_HOME` is ignored, both as the
    XDG Base Directory Specification 0.8 says. A folder that exists keeps its mode.

    Raises:
        MultusLabError: the folder can't be made or isn't writable.

    """
    place = _place()
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise MultusLabError(f"cannot make the cache folder {place}: {error.strerror}") from error
    if not os.access(place, os.W_OK | os.X_OK):
        raise MultusLabError(f"the cache folder {place} is not writable")
    return place


def _place() -> Path:
    if own := os.environ.get("MULTUS_LAB_CACHE"):
        return Path(own).expanduser().absolute()
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if Path(base).is_absolute() else Path.home() / ".cache") / "multus-lab"


@contextmanager
def lock(path: Path, waiting: Callable[[], None] | None = None) -> Iterator[None]:
    """Hold an exclusive lock on `path` (made, mode 0600) among all processes of this machine.

    Args:
        path: the lock's file; it is never removed, as a removed one could be held twice.
        waiting: called once, before waiting, where somebody else holds the lock.

    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if waiting is not None:
                waiting()
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)  # which also gives the lock back
