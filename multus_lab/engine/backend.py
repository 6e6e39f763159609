"""The files of a stack in a backend that is a folder: its state, what guards it, its locks.

As the engine lays them out (pulumi v3.274.1, pkg/backend/diy: lock.go, state.go, store.go).
"""

import contextlib
import json
import socket
import urllib.parse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import psutil

from multus_lab.adoption.objects import is_object
from multus_lab.errors import MultusLabError
from multus_lab.files import write_private
from multus_lab.processes import end_session

__all__ = ["Lock", "StackFiles"]

# A lock is written within a moment of its process' start; clocks are set right by less than this.
_LATER_SECONDS = 2.0


@dataclass(frozen=True)
class Lock:
    """A stack's lock: its file, and who took it; the rest is empty where that can't be read."""

    path: Path
    pid: int = 0
    user: str = ""
    host: str = ""
    since: str = ""

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a lock's file, which may be a part of one."""
        content = _json(path) or {}
        pid = content.get("pid", 0)
        return cls(
            path,
            pid if isinstance(pid, int) else 0,
            *(str(content.get(key, "")) for key in ("username", "hostname", "timestamp")),
        )

    @property
    def is_here(self) -> bool:
        """Whether a process of this machine took it."""
        return self.pid > 0 and self.host == socket.gethostname()

    @property
    def is_held(self) -> bool:
        """Whether the process of this machine that took it is still running."""
        process = self._process()
        try:
            # A later one is somebody else's, who has the number now.
            latest = self.path.stat().st_mtime + _LATER_SECONDS
            return process is not None and process.create_time() < latest
        except (OSError, psutil.Error):
            return False

    def end(self) -> None:
        """End the engine that took it, or if it has ended, the plugins that it left behind.

        Raises:
            MultusLabError: it is held by what is no engine of a run of ours.

        """
        if self.is_here and (self.is_held or self._process() is None):
            end_session(self.pid)
            if self.is_held:
                raise MultusLabError(f"{self}: wait for it to end")

    def _process(self) -> psutil.Process | None:
        """The process that has the number now, if one has and is alive."""
        try:
            process = psutil.Process(self.pid)
            return None if process.status() == psutil.STATUS_ZOMBIE else process
        except (psutil.Error, ValueError):
            return None

    def __str__(self) -> str:
        if not self.pid:
            return f"the lock {self.path} can't be read"
        running = ""
        if self.is_here:
            running = ", which is running" if self.is_held else ", which is no longer running"
        since = f" since {self.since[:19].replace('T', ' ')}" if self.since else ""
        return f"{self.user}@{self.host} holds it{since} (process {self.pid}{running}): {self.path}"


@dataclass(frozen=True)
class StackFiles:
    """Where a file backend keeps one stack.

    Args:
        root: the backend's folder.
        project: the project's name.
        stack: the stack's.

    """

    root: Path
    project: str
    stack: str

    @classmethod
    def at(cls, url: str, work_dir: Path, project: str, stack: str) -> Self | None:
        """The files of a stack in the backend of that URL; None where it is no folder."""
        parts = urllib.parse.urlsplit(url)
        if parts.scheme != "file":
            return None
        # The engine resolves `~` and what is relative (`file://./state`) itself.
        root = Path(urllib.parse.unquote(parts.netloc + parts.path)).expanduser()
        return cls(work_dir / root, project, stack)

    @property
    def state(self) -> Path:
        """The state's file, whether it is there or not."""
        plain = self.root / ".pulumi" / "stacks" / self.project / f"{self.stack}.json"
        written = [plain.with_name(plain.name + ending) for ending in ("", ".gz", ".zst")]
        return next((path for path in written if path.exists()), plain)

    @property
    def backup(self) -> Path:
        """The state as it was before the last change of it."""
        return self.state.with_name(f"{self.state.name}.bak")

    @property
    def attributes(self) -> Path:
        """What the library below the engine keeps beside the state, and doesn't need."""
        return self.state.with_name(f"{self.state.name}.attrs")

    def locks(self) -> list[Lock]:
        """The locks on the stack, what a killed run has half written included."""
        folder = self.root / ".pulumi" / "locks" / "organization" / self.project / self.stack
        files = folder.glob("*") if folder.is_dir() else ()
        return [Lock.read(path) for path in sorted(files) if path.suffix != ".attrs"]

    def pending(self) -> list[dict[str, Any]]:
        """The operations of which the state doesn't know how they ended."""
        return pending(((_json(self.state) or {}).get("checkpoint") or {}).get("latest"))

    def count_in(self, operations: list[dict[str, Any]]) -> None:
        """Let the state have what was being created, so that a refresh finds out whether it is.

        The engine's own `refresh --import-pending-creates` forgets it (v3.274.1). What is no
        object of a cluster is made anew.
        """
        content = _json(self.state) or {}
        latest = content["checkpoint"]["latest"]
        for one in operations:
            if one["type"] == "creating" and (name := _id(one["resource"])):
                latest["resources"].append({**one["resource"], "id": name})
        latest["pending_operations"] = []
        write_private(self.state, json.dumps(content))

    def is_damaged(self) -> bool:
        """Whether there is a state that can't be read."""
        return _is_damaged(self.state)

    def has_backup(self) -> bool:
        """Whether there is a backup that can be read."""
        return self.backup.exists() and not _is_damaged(self.backup)

    def earlier(self) -> Path | None:
        """The newest whole one of the states that the engine keeps from before each change.

        None if there is none, as with PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS.
        """
        folder = self.root / ".pulumi" / "backups" / self.project / self.stack
        ending = self.state.name.removeprefix(self.stack)
        kept = folder.glob(f"{self.stack}.[0-9]*{ending}")
        whole = (path for path in kept if not _is_damaged(path))
        # Between stack and ending they have the time, in nanoseconds.
        return max(whole, key=lambda path: path.name, default=None)

    def has_damaged_attributes(self) -> bool:
        """Whether the attributes can't be read, which hides the state."""
        return self.attributes.exists() and _json(self.attributes) is None

    def give_back(self, pid: int) -> None:
        """Remove the locks of a process of this machine that has ended."""
        for lock in self.locks():
            if lock.is_here and lock.pid == pid and not lock.is_held:
                _remove(lock.path)

    def mend(self, tell: Callable[[str], None]) -> None:
        """Make the stack usable after a run that was killed, of which nobody is waiting any more.

        Args:
            tell: takes a sentence for each thing that was mended.

        Raises:
            MultusLabError: somebody else is at work on the stack.

        """
        for lock in self.locks():
            lock.end()
            _remove(lock.path)
            tell(f"gave back the lock that a killed run has left on stack {self.stack}")
        if self.has_damaged_attributes():
            self.attributes.unlink()
        if not self.is_damaged():
            return
        state, damaged = self.state, self.state.with_name(f"{self.state.name}.damaged")
        backup = self.backup if self.has_backup() else None
        state.replace(damaged)
        if backup:
            backup.replace(state)
        how = "its backup was taken instead" if backup else "and has no backup: begins anew"
        tell(f"the state of stack {self.stack} was damaged; {how}; the damaged one is {damaged}")


def pending(deployment: Any) -> list[dict[str, Any]]:
    """The pending operations of a deployment, as `pulumi stack export` prints it."""
    found: list[dict[str, Any]] = (deployment or {}).get("pending_operations") or []
    return found


def _id(resource: Mapping[str, Any]) -> str:
    """The provider's id of an object, from what it was to be: `NAMESPACE/NAME` or `NAME`."""
    if not is_object(resource["type"]):
        return ""
    metadata = resource.get("inputs", {}).get("metadata", {})
    place, name = metadata.get("namespace"), metadata.get("name")
    return "/".join(filter(None, [place, name])) if isinstance(name, str) else ""


def _is_damaged(state: Path) -> bool:
    if not state.exists():
        return False
    if ".json" in state.suffixes[-2:-1] and state.suffix in (".gz", ".zst"):
        return state.stat().st_size == 0
    return _json(state) is None


def _json(path: Path) -> dict[str, Any] | None:
    """The mapping that a file holds, None where it holds none."""
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def _remove(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    path.with_name(f"{path.name}.attrs").unlink(missing_ok=True)
