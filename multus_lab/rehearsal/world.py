"""The outside of a rehearsal: namespaces of its own, that end with this process, however it ends.

All that is rehearsed is a descendant of one process, the first of a PID namespace; the kernel
kills that one with us (prctl, PR_SET_PDEATHSIG), and with it everything in its namespaces: the
processes, the network namespaces with their interfaces, the mounts and the files, which lie in
memory. So nothing is left, after SIGKILL either.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil

from multus_lab import cache
from multus_lab.programs import (
    CNI_PLUGINS,
    KUBERNETES,
    MULTUS_RELEASES,
    WHEREABOUTS,
    Group,
    build_all,
)
from multus_lab.progress import Progress, Task
from multus_lab.rehearsal.errors import RehearsalError, UnableError
from multus_lab.rehearsal.observation import Observation
from multus_lab.rehearsal.plan import Plan

_STAGE = "multus_lab.rehearsal.stage"
INSTALLATION = "multus_lab.rehearsal.daemon.stage"
"""What goes on inside: a rehearsal of networks, or of an installation."""

_TOOLS = {
    "ip": "iproute2",
    "nsenter": "util-linux",
    "setpriv": "util-linux",
    "unshare": "util-linux",
}
_SHELL = {"bash": "bash"}
"""whereabouts' scripts are for alpine's shell, which other systems' sh isn't."""

_FOLDER = "rehearsal"


def rehearse(
    plan: Plan, progress: Progress, plugins: Sequence[Group] = (CNI_PLUGINS,)
) -> Observation:
    """Carry out a rehearsal, and return what was seen.

    The programs are built first where they aren't yet. Nothing of it outlives the call.

    Args:
        plan: what is rehearsed.
        progress: where to tell how far it is.
        plugins: whose CNI plugins the nodes have; of those that several have, the first one's.

    Raises:
        UnableError: not root, no namespaces, no macvlan in the kernel.
        RehearsalError: it can't be carried through.
        BuildError: the programs can't be built.

    """
    can_rehearse(plan.whereabouts)
    others = [MULTUS_RELEASES[plan.daemon], *([WHEREABOUTS] if plan.whereabouts else [])]
    programs = build_all([KUBERNETES, *others, *plugins], progress=progress)
    given = folders(programs, plugins, others)
    return Observation.of(played(_STAGE, asdict(plan), given, progress))


def folders(
    programs: Mapping[str, Path], plugins: Sequence[Group], others: Sequence[Group]
) -> list[str]:
    """What a stage is given: Kubernetes, CNI plugins, Multus, and perhaps whereabouts."""
    found = [str(programs[group.name]) for group in (KUBERNETES, *others)]
    found.insert(1, os.pathsep.join(str(programs[group.name]) for group in plugins))
    return found


def played(
    stage: str, plan: Mapping[str, Any], folders: Sequence[str], progress: Progress
) -> Mapping[str, Any]:
    """Have a stage carry out a plan, with programs out of `folders`; what it has seen.

    Raises UnableError and RehearsalError, as `rehearse` does.
    """
    clean()
    with progress.task("rehearsing", delay=0.0) as task, _staged(stage, folders) as process:
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps(plan) + "\n")
            process.stdin.flush()
        except BrokenPipeError:
            pass  # it has ended already, and says why
        return _followed(process, task)


def can_rehearse(whereabouts: bool) -> None:
    """Raise UnableError if this user can't rehearse here, with whereabouts or without."""
    if sys.platform != "linux":
        raise UnableError("rehearse needs Linux, with its network namespaces")
    if os.geteuid() != 0:
        raise UnableError("rehearse needs root, to make network namespaces and interfaces in them")
    for tool, package in {**_TOOLS, **(_SHELL if whereabouts else {})}.items():
        if shutil.which(tool) is None:
            raise UnableError(f"rehearse needs `{tool}`: install {package}")


@contextmanager
def _staged(module: str, programs: Sequence[str]) -> "Iterator[subprocess.Popen[str]]":
    """The first process of the namespaces, which is gone when this ends."""
    folder = cache.folder() / _FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    package = Path(__file__).parents[2]
    command = [
        *("setpriv", "--pdeathsig", "KILL"),
        *("unshare", "--mount", "--net", "--uts", "--ipc", "--pid"),
        *("--fork", "--kill-child", "--mount-proc", "--propagation", "private"),
        *(sys.executable, "-m", module, str(folder), *programs),
    ]
    stage = subprocess.Popen(
        command,
        cwd=package,
        env={**os.environ, "PYTHONPATH": str(package), _MARK: str(os.getpid())},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A Ctrl-C is ours to act upon.
        start_new_session=True,
    )
    try:
        yield stage
    finally:
        stage.kill()
        stage.wait()


_MARK = "MULTUS_LAB_REHEARSAL_OF"


def _followed(stage: "subprocess.Popen[str]", task: Task) -> Mapping[str, Any]:
    """Read what the stage tells, up to what was seen."""
    assert stage.stdout is not None
    assert stage.stderr is not None
    errors: list[str] = []
    reader = threading.Thread(target=lambda: errors.extend(stage.stderr or ()), daemon=True)
    reader.start()
    for line in stage.stdout:
        event = json.loads(line)
        if "step" in event:
            task.tick(_step(event))
        elif "unable" in event:
            raise UnableError(event["unable"])
        elif "failed" in event:
            raise RehearsalError(event["failed"])
        else:
            seen: Mapping[str, Any] = event["observation"]
            return seen
    stage.wait()
    reader.join(timeout=1)
    said = [one.strip() for one in errors if one.strip()]
    if any(one.startswith("unshare:") for one in said):
        raise UnableError(f"no namespaces can be made here: {said[-1]}")
    raise RehearsalError("\n  ".join(["the rehearsal broke off", *said[-6:]]))


def _step(event: Mapping[str, Any]) -> str:
    done, of = event.get("done"), event.get("of")
    return str(event["step"]) + (f", {done} of {of}" if done else f" ({of})" if of else "")


def clean() -> int:
    """End what is left of rehearsals that were killed; returns of how many.

    The kernel does so by itself (see above); this looks, and ends what has nobody any more.
    """
    found = 0
    for process in psutil.process_iter(["cmdline"]):
        try:
            if not {_STAGE, INSTALLATION}.intersection(process.info["cmdline"] or ()):
                continue
            owner = int(process.environ().get(_MARK, "0"))
            if owner and not psutil.pid_exists(owner):
                process.send_signal(signal.SIGKILL)
                found += 1
        except (psutil.Error, ValueError):
            continue
    return found
