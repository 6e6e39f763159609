"""How much memory a node's daemon takes, with the plugins that it runs.

As a container's limit counts it, as nearly as /proc tells: what processes have of their own, and
of each program's file what is in memory, once. The kernel's share isn't in it.
"""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

_EVERY_SECONDS = 0.004
_PROC = Path("/proc")


class Meter:
    """The most memory that was seen, in bytes."""

    def __init__(self, roots: Iterable[int]) -> None:
        self._roots = frozenset(roots)
        self._over = threading.Event()
        self.most = 0

    @contextmanager
    def running(self) -> Iterator["Meter"]:
        """Look over and over meanwhile."""
        thread = threading.Thread(target=self._watch, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._over.set()
            thread.join()

    def _watch(self) -> None:
        while not self._over.is_set():
            self.most = max(self.most, taken(self._roots))
            self._over.wait(_EVERY_SECONDS)


def taken(roots: frozenset[int]) -> int:
    """What these processes and all below them take now, in bytes."""
    parents = dict(_parents())
    own, files = 0, dict[str, int]()
    started = {_program(one) for one in roots}
    for pid in parents:
        if not _is_below(pid, parents, roots):
            continue
        program = _program(pid)
        if pid not in roots and program in started:
            continue  # it is about to become a plugin, and has the daemon's memory until then
        status = _status(pid)
        own += status.get("RssAnon", 0) + status.get("RssShmem", 0)
        files[program] = max(files.get(program, 0), status.get("RssFile", 0))
    return own + sum(files.values())


def _parents() -> Iterator[tuple[int, int]]:
    """Each process with its parent."""
    for one in _PROC.iterdir():
        if one.name.isdigit():
            try:
                text = (one / "stat").read_text()
            except OSError:
                continue
            # The name in brackets may have blanks.
            yield int(one.name), int(text.rpartition(")")[2].split()[1])


def _is_below(pid: int, parents: dict[int, int], roots: frozenset[int]) -> bool:
    while pid in parents:
        if pid in roots:
            return True
        pid = parents[pid]
    return False


def _program(pid: int) -> str:
    try:
        return str((_PROC / str(pid) / "exe").readlink())
    except OSError:
        return ""


def _status(pid: int) -> dict[str, int]:
    """The sizes in a process's status, in bytes."""
    try:
        lines = (_PROC / str(pid) / "status").read_text().splitlines()
    except OSError:
        return {}
    found = {}
    for line in lines:
        key, _, value = line.partition(":")
        if value.endswith(" kB"):
            found[key] = int(value.split()[0]) * 1024
    return found
