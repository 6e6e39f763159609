"""Starting programs that go on by themselves, waiting for what they bring, and ending them."""

import contextlib
import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from multus_lab.cluster.errors import UnavailableError
from multus_lab.errors import MultusLabError

__all__ = [
    "PATIENCE_SECONDS",
    "EndedError",
    "ProcessError",
    "Record",
    "end_session",
    "last_lines",
    "living",
    "reason",
    "start",
    "stop",
    "wait",
]

# Start times are reckoned from the machine's boot time, which moves by up to a second whenever
# the clock is set right. A process id isn't given out again within that.
_CREATED_TOLERANCE_SECONDS = 2.0
_POLL_SECONDS = 0.02
_READY_SECONDS = 120.0  # ten times what two slow cores take
_TAIL_BYTES = 65536  # more than the stack of each goroutine, which a panic writes
_LINE_LENGTH = 300

PATIENCE_SECONDS = 15.0
"""How long a process has to end; kube-controller-manager gives its controllers 10 s."""

# Kept so that an ended child of this very run is reaped, and is not taken for a living one.
_children: dict[int, "subprocess.Popen[bytes]"] = {}


class ProcessError(MultusLabError):
    """A process doesn't start, ends too early, is never ready or doesn't end.

    Args:
        sentence: what, and of which process.
        log: its log, which may say why; what it says is shown, with its path.

    """

    def __init__(self, sentence: str, log: Path | None = None) -> None:
        lines = reason(log) if log else []
        self.brief = ": ".join([sentence, *filter(None, ["; ".join(lines)])])
        place = f"; its log is {log}" if log else ""
        super().__init__("\n".join([sentence + place, *(f"  {line}" for line in lines)]))


class EndedError(ProcessError):
    """A process has ended that was to bring what is waited for.

    Args:
        name: the process'.
        log: its log.

    """

    def __init__(self, name: str, log: Path) -> None:
        super().__init__(f"{name} has ended", log)
        self.name = name


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
        EndedError: a process has ended.
        ProcessError: it doesn't in time.

    """
    deadline = time.monotonic() + _READY_SECONDS
    while not _holds(condition):
        for log, record in running.items():
            if not living(record):
                raise EndedError(log.stem, log)
        if time.monotonic() > deadline:
            log = list(running)[-1]
            late = f"{log.stem} is not ready after {_READY_SECONDS:.0f} s"
            raise ProcessError(f"{late}, still waiting for {what}", log)
        tick()
        time.sleep(_POLL_SECONDS)


def _holds(condition: Callable[[], bool]) -> bool:
    try:
        return condition()
    except UnavailableError:
        return False


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


# How programs in Go say what is wrong: klog's errors, what cobra prints, and what ends them.
_ERROR = re.compile(
    r"[EF]\d{4} \S+ +\d+ [^\]]+\] (?P<klog>.+)|(Error|panic|fatal error): (?P<plain>.+)"
)
_KLOG_MESSAGE = re.compile(r'"([^"]*)"')
_KLOG_ERROR = re.compile(r' err="((?:[^"\\]|\\.)*)"')


def reason(log: Path) -> list[str]:
    """Return why a program has ended, as its log has it: its last error, else its last lines.

    A panic is an error, and the stack below it isn't.
    """
    lines = _tail(log)
    for above, line in zip(["", *lines][-2::-1], reversed(lines), strict=True):
        if error := _error(line):
            # zap says more than the panic that it ends with.
            fuller = _zap(above) if line.startswith("panic: ") else ""
            return [(fuller or error)[:_LINE_LENGTH]]
    return last_lines(log)


def _error(line: str) -> str:
    """The error that a line of a log tells of, if it does."""
    if line.startswith("{"):
        return _zap(line)
    found = _ERROR.match(line)
    if found is None:
        return ""
    if not found["klog"]:
        return found["plain"].strip()
    message, error = _KLOG_MESSAGE.match(found["klog"]), _KLOG_ERROR.search(found["klog"])
    if message is None:
        return found["klog"].strip()
    return ": ".join([message[1], *([error[1].replace('\\"', '"')] if error else [])])


def _zap(line: str) -> str:
    """The error in a line of etcd's."""
    try:
        content = json.loads(line)
    except ValueError:
        return ""
    if not isinstance(content, dict) or content.get("level") not in ("error", "panic", "fatal"):
        return ""
    return ": ".join(str(content[key]) for key in ("msg", "error") if content.get(key))


def last_lines(log: Path, count: int = 2) -> list[str]:
    """Return the last lines of a log that aren't blank, each cut to a readable length.

    None where there is no log to read.
    """
    return [line[:_LINE_LENGTH] for line in _tail(log)[-count:]]


def _tail(log: Path) -> list[str]:
    try:
        with log.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _TAIL_BYTES))
            text = file.read().decode(errors="replace")
    except OSError:
        return []
    return [line.strip() for line in text.splitlines() if line.strip()]


def end_session(leader: int) -> bool:
    """Kill every process of the session that `leader` began; tell whether there was one.

    What `leader` has started may be in other process groups, but is in its session, which keeps
    its number while one of them lives, even when `leader` is gone.
    """
    found = False
    while members := [pid for pid in psutil.pids() if _is_in_session(pid, leader)]:
        found = True
        for pid in members:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(_POLL_SECONDS)
    return found


def _is_in_session(pid: int, leader: int) -> bool:
    try:
        # A zombie is dead, and waits for a parent that may be us.
        return os.getsid(pid) == leader and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except (OSError, psutil.Error):
        return False
