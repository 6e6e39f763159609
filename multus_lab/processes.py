"""Starting programs that go on by themselves, waiting for what they bring, and ending them."""

import contextlib
import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from multus_lab.api import answers
from multus_lab.errors import MultusLabError

__all__ = [
    "PATIENCE_SECONDS",
    "ProcessError",
    "Record",
    "last_lines",
    "living",
    "start",
    "stop",
    "wait",
]

# Start times are reckoned from the machine's boot time, which moves by up to a second whenever
# the clock is set right. A process id isn't given out again within that.
_CREATED_TOLERANCE_SECONDS = 2.0
_POLL_SECONDS = 0.02
_READY_SECONDS = 120.0  # ten times what two slow cores take
_TAIL_BYTES = 8192
_LINE_LENGTH = 300

PATIENCE_SECONDS = 15.0
"""How long a process has to end; kube-controller-manager gives its controllers 10 s."""

# Kept so that an ended child of this very run is reaped, and is not taken for a living one.
_children: dict[int, "subprocess.Popen[bytes]"] = {}


class ProcessError(MultusLabError):
    """A process doesn't start, ends too early, is never ready or doesn't end.

    Args:
        sentence: what, and of which process.
        log: its log, whose last lines may say why; they are shown, with its path.

    """

    def __init__(self, sentence: str, log: Path | None = None) -> None:
        lines = last_lines(log) if log else []
        self.brief = ": ".join([sentence, *filter(None, ["; ".join(lines)])])
        place = f"; its log is {log}" if log else ""
        super().__init__("\n".join([sentence + place, *(f"  {line}" for line in lines)]))


@dataclass(frozen=True)
class Record:
    """One started process.

    Attributes:
        pid: its process id, which somebody else's process may have by now.
        created: its start in seconds since the epoch, by which to tell.

    """

    pid: int
    created: float


def start(command: Sequence[str], folder: Path, log: Path, env: Mapping[str, str]) -> Record:
    """Start a process in a session of its own, so that it outlives this one and its terminal.

    Args:
        command: the program's path and its arguments.
        folder: its working directory.
        log: where both its outputs go; the log of the run before is kept as `<log>.old`.
        env: its whole environment.

    Raises:
        ProcessError: it can't be started at all.

    """
    if log.exists():
        log.replace(log.with_name(f"{log.name}.old"))
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        child = subprocess.Popen(
            command,
            cwd=folder,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=handle,
            stderr=handle,
            start_new_session=True,
            umask=0o077,
        )
        _children[child.pid] = child
        return Record(child.pid, psutil.Process(child.pid).create_time())
    except (OSError, psutil.Error) as error:
        raise ProcessError(f"{Path(command[0]).name} does not start: {error}", log) from error
    finally:
        os.close(handle)


def wait(
    what: str,
    condition: Callable[[], bool],
    running: Mapping[Path, Record],
    tick: Callable[[], None] = lambda: None,
) -> None:
    """Wait until `condition` holds; that the API server does not answer counts as not yet.

    Args:
        what: what is waited for.
        condition: whether it is there.
        running: the processes that bring it, by their logs; the last one is waited for.
        tick: called over and over meanwhile.

    Raises:
        ProcessError: it doesn't in time, or a process has ended.

    """
    deadline = time.monotonic() + _READY_SECONDS
    while not answers(condition):
        for log, record in running.items():
            if not living(record):
                raise ProcessError(f"{log.stem} has ended", log)
        if time.monotonic() > deadline:
            log = list(running)[-1]
            late = f"{log.stem} is not ready after {_READY_SECONDS:.0f} s"
            raise ProcessError(f"{late}, still waiting for {what}", log)
        tick()
        time.sleep(_POLL_SECONDS)


def living(record: Record) -> psutil.Process | None:
    """Return the recorded process, or None where it has ended.

    That another process has its id by now, or that it waits as a zombie to be reaped by a
    parent that isn't us, counts as ended.
    """
    if child := _children.get(record.pid):
        child.poll()
    try:
        process = psutil.Process(record.pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        near = abs(process.create_time() - record.created) < _CREATED_TOLERANCE_SECONDS
        return process if near else None
    except psutil.Error:  # gone, or somebody else's
        return None


def stop(name: str, record: Record, patience: float = PATIENCE_SECONDS) -> bool:
    """End a process, kindly first; tell whether there was one to end.

    Args:
        name: how an error speaks of it.
        record: the process.
        patience: seconds it has to end before it is killed.

    Raises:
        ProcessError: it lives on even so.

    """
    process = living(record)
    if process is None:
        return False
    for end, seconds in ((process.terminate, patience), (process.kill, PATIENCE_SECONDS)):
        with contextlib.suppress(psutil.NoSuchProcess):
            end()
        # Not psutil's wait, which waits for zombies to be reaped by whoever is their parent.
        deadline = time.monotonic() + seconds
        while living(record):
            if time.monotonic() > deadline:
                break
            time.sleep(_POLL_SECONDS)
        else:
            return True
    raise ProcessError(f"{name} (process {record.pid}) does not end")


def last_lines(log: Path, count: int = 2) -> list[str]:
    """Return the last lines of a log that aren't blank, each cut to a readable length.

    None where there is no log to read.
    """
    try:
        with log.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - _TAIL_BYTES))
            text = file.read().decode(errors="replace")
    except OSError:
        return []
    lines = [line.strip()[:_LINE_LENGTH] for line in text.splitlines() if line.strip()]
    return lines[-count:]
