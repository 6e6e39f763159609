"""Removing from the cache what nothing uses any more: programs of other releases, and old logs."""

import re
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from multus_lab import cache
from multus_lab.processes import living
from multus_lab.programs import PROVIDER_VERSION, places
from multus_lab.testbed.errors import TestbedError
from multus_lab.testbed.startup import log_of, state_of
from multus_lab.testbed.state import State

__all__ = ["UNUSED_DAYS", "Removed", "prune", "summary"]

UNUSED_DAYS = 30
"""How long what is removed by the way, at the start of a test bed, was used by nothing."""

_QUIET_DAYS = 1
"""How long nothing was written to a log that is removed: today's may still be read."""

_DAY_SECONDS = 24 * 60 * 60
_PROGRAMS = re.compile(r"(?P<group>.+)-[0-9a-f]{16}(\.partial)?")


@dataclass(frozen=True)
class Removed:
    """What was removed: a folder of programs or a log, by its path in the cache; `size` in bytes.

    `logs` is how many logs it was, 0 for programs.
    """

    path: str
    size: int
    logs: int = 0

    def __str__(self) -> str:
        what = f"{self.logs} log{'s' * (self.logs > 1)} in {self.path}" if self.logs else self.path
        return f"{what}, {_bytes(self.size)}"


def prune(days: float = 0) -> list[Removed]:
    """Remove the programs that no group of this release has, and the logs of what has ended.

    A program that runs stays, whoever started it, and so does the log of a part that runs.

    Args:
        days: for how long nothing may have used or written it; at least one for logs.

    """
    root, now = cache.folder(), time.time()
    before = now - days * _DAY_SECONDS
    removed = [*_old_programs(root / "programs", before), *_old_providers(root, before)]
    quiet = min(before, now - _QUIET_DAYS * _DAY_SECONDS)
    folders = [_remove_logs(root / "pulumi-home" / "logs", quiet, lambda _: False)]
    folders += [_remove_logs_of(bed, quiet) for bed in sorted(root.glob("testbeds/*"))]
    found = removed + [one for one in folders if one.logs]
    return [Removed(str(Path(one.path).relative_to(root)), one.size, one.logs) for one in found]


def summary(removed: Sequence[Removed]) -> str:
    """What was removed, and how much, on one line."""
    programs, logs = sum(not one.logs for one in removed), sum(one.logs for one in removed)
    parts = [f"{programs} folder{'s' * (programs > 1)} of programs"] if programs else []
    parts += [f"{logs} log{'s' * (logs > 1)}"] if logs else []
    return ", ".join([*parts, _bytes(sum(one.size for one in removed))])


def _old_programs(folder: Path, before: float) -> Iterator[Removed]:
    current = {place.name for place in places(folder.parent)}
    for old in sorted(folder.glob("*"), reverse=True):  # a folder's .partial before it
        found = _PROGRAMS.fullmatch(old.name)
        if found is None or old.name in current or old.stat().st_mtime > before:
            continue
        with _unless_locked(folder / f"{found['group']}.lock") as free:
            if free and not _runs_from(old):
                yield _remove_folder(old)


def _old_providers(root: Path, before: float) -> Iterator[Removed]:
    """The releases of the engine's plugin that are no longer ours; as `pulumi plugin` lays them."""
    for old in sorted((root / "pulumi-home" / "plugins").glob("resource-kubernetes-v*")):
        used = old.with_name(f"{old.name}.lastused")
        if not old.is_dir() or old.name == f"resource-kubernetes-v{PROVIDER_VERSION}":
            continue
        if (used if used.exists() else old).stat().st_mtime <= before and not _runs_from(old):
            yield _remove_folder(old)
            for beside in (used, old.with_name(f"{old.name}.lock")):
                beside.unlink(missing_ok=True)


def _remove_folder(folder: Path) -> Removed:
    """Remove a folder; in the first step its name, so that nobody finds a part of it."""
    size = sum(one.lstat().st_size for one in folder.rglob("*") if not one.is_dir())
    going = folder
    if folder.suffix != ".partial":
        going = folder.rename(folder.with_name(f"{folder.name}.partial"))
    shutil.rmtree(going)
    return Removed(str(folder), size)


def _remove_logs_of(bed: Path, before: float) -> Removed:
    """Remove the old logs of a test bed, unless somebody is at work on it."""
    logs, state = bed / "logs", state_of(bed)
    if not logs.is_dir():
        return Removed(str(logs), 0)
    with _unless_locked(bed / "lock") as free:
        try:
            parts = State.load(state).processes
        except TestbedError:  # nobody knows what runs
            return Removed(str(logs), 0)
        written = {log_of(bed, name) for name, record in parts.items() if living(record)}
        return _remove_logs(logs, before, lambda log: not free or log in written)


def _remove_logs(folder: Path, before: float, stays: Callable[[Path], bool]) -> Removed:
    size = count = 0
    for log in sorted(folder.glob("*.log*")):
        written = log.stat()
        if written.st_mtime <= before and not stays(log):
            log.unlink(missing_ok=True)
            size, count = size + written.st_size, count + 1
    return Removed(str(folder), size, count)


def _runs_from(folder: Path) -> bool:
    """Whether a process of this machine, ours or not, runs a program of the folder."""
    inside = folder.resolve()
    for process in psutil.process_iter(["exe", "cmdline"]):
        # Of another user's process only the command line can be read.
        named = [process.info["exe"], *(process.info["cmdline"] or [])[:1]]
        paths = [Path(one) for one in named if one]
        if any(one.is_absolute() and one.resolve().is_relative_to(inside) for one in paths):
            return True
    return False


class _BusyError(Exception):
    """Somebody else holds a lock."""


@contextmanager
def _unless_locked(path: Path) -> Iterator[bool]:
    """Hold a lock if nobody does; tell whether it is held."""

    def busy() -> None:
        raise _BusyError

    with ExitStack() as held:
        try:
            held.enter_context(cache.lock(path, waiting=busy))
            free = True
        except _BusyError:
            free = False
        yield free


def _bytes(count: float) -> str:
    """A size as people read it."""
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"
