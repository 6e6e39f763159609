"""Starting processes that outlive us, telling whether they live, and ending them."""

import contextlib
import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

from multus_lab.testbed.errors import TestbedError
from multus_lab.testbed.state import Record

__all__ = ["living", "start", "stop"]

# Start times are reckoned from the machine's boot time, which moves by up to a second whenever
# the clock is set right. A process id isn't given out again within that.
_CREATED_TOLERANCE_SECONDS = 2.0
_POLL_SECONDS = 0.02

PATIENCE_SECONDS = 15.0
"""How long a process has to end; kube-controller-manager gives its controllers 10 s."""

# Kept so that an ended child of this very run is reaped, and is not taken for a living one.
_children: dict[int, "subprocess.Popen[bytes]"] = {}


def start(command: Sequence[str], folder: Path, log: Path, env: Mapping[str, str]) -> Record:
    """Start a process in a session of its own, so that it outlives this one and its terminal.

    Args:
        command: the program's path and its arguments.
        folder: its working directory.
        log: where both its outputs go; the log of the run before is kept as `<log>.old`.
        env: its whole environment.

    Raises:
        TestbedError: it can't be started at all.

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
        raise TestbedError(f"{Path(command[0]).name} does not start: {error}", log) from error
    finally:
        os.close(handle)


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
        TestbedError: it lives on even so.

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
    raise TestbedError(f"{name} (process {record.pid}) does not end")
