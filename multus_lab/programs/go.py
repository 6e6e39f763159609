"""Running the Go client: the right environment, its output as it comes, its end with ours."""

import contextlib
import os
import queue
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TextIO

import psutil

from multus_lab.errors import MultusLabError

__all__ = ["BuildError", "check_version", "environment", "run"]

_TICK_SECONDS = 0.5
_END_SECONDS = 5.0
_LAST_LINES = 5

# What Go's module client and the resolver below it say when nothing can be fetched.
_NO_NETWORK = re.compile(
    r"dial tcp|no such host|i/o timeout|TLS handshake timeout|proxyconnect|unexpected EOF"
    r"|connection re(set|fused)|network is unreachable|disabled by GOPROXY=off|50[234] "
)


class BuildError(MultusLabError):
    """A program could not be built: one sentence, then what Go said last."""

    def __init__(self, sentence: str, output: list[str] | None = None) -> None:
        # Go numbers its errors with a `# package` heading, which says where; both are kept.
        last = [f"  {line}" for line in (output or [])[-_LAST_LINES:]]
        super().__init__("\n".join([sentence, *last]))


def environment(folder: Path) -> dict[str, str]:
    """Return what Go runs in: the user's own environment, but for what decides what comes out.

    Args:
        folder: a folder with a `go.mod`; Go may pick another toolchain by it.

    Raises:
        BuildError: there is no `go`, or it doesn't run.

    """
    # The programs run here, whatever the user cross-compiles for otherwise, and link nothing
    # of this machine's C libraries. A go.work above the folder would replace our versions.
    ours = {**os.environ, "CGO_ENABLED": "0", "GOWORK": "off"}
    system, architecture = run(["env", "GOHOSTOS", "GOHOSTARCH"], folder, ours).split()
    return {**ours, "GOOS": system, "GOARCH": architecture}


def check_version(group: str, folder: Path, needed: str, env: Mapping[str, str]) -> None:
    """Refuse a Go that is older than `needed` (such as `1.26.0`).

    Asked before anything else, as an old Go stumbles over the `go.mod`'s newer lines first and
    complains of those.

    Raises:
        BuildError: it is older.

    """
    found = run(["env", "GOVERSION"], folder, env).strip()
    if _numbers(found) < _numbers(needed):
        raise BuildError(
            f"Go {needed} or newer is needed to build {group}, but `go` is "
            f"{found.removeprefix('go')}: install a newer one from https://go.dev/dl/"
        )


def _numbers(version: str) -> tuple[int, ...]:
    """`go1.26.8` as (1, 26, 8); a release candidate counts as its release."""
    return tuple(int(number) for number in re.findall(r"\d+", re.split(r"rc|beta|-", version)[0]))


def run(
    arguments: list[str],
    folder: Path,
    env: Mapping[str, str],
    said: Callable[[str], bool] = lambda _: False,
    tick: Callable[[], None] = lambda: None,
) -> str:
    """Run `go` in `folder` and return its standard output.

    Args:
        arguments: without the leading `go`.
        folder: its working directory.
        env: its whole environment.
        said: called with each line of standard error as it comes; true where the line is
            progress and no part of an error.
        tick: called at least every half second.

    Raises:
        BuildError: there is no `go`, or it failed; with the last lines that weren't progress.

    """
    if shutil.which("go", path=env.get("PATH")) is None:
        raise BuildError(
            "Go is needed to build what is not installed, but there is no `go` on PATH: "
            "install it from https://go.dev/dl/"
        )
    with subprocess.Popen(
        ["go", *arguments],
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    ) as child:
        try:
            output, errors = _listen(child, said, tick)
        except BaseException:
            _end(child.pid)
            raise
    if child.returncode != 0:
        raise BuildError(_sentence(arguments, errors), errors)
    return output


def _sentence(arguments: list[str], errors: list[str]) -> str:
    if any(_NO_NETWORK.search(line) for line in errors):
        return "Go could not fetch the modules it needs; is there a network?"
    return f"`go {arguments[0]}` failed"


def _listen(
    child: "subprocess.Popen[str]", said: Callable[[str], bool], tick: Callable[[], None]
) -> tuple[str, list[str]]:
    """Follow `child` to its end: its whole standard output, and its errors' lines."""
    lines: queue.Queue[tuple[TextIO, str | None]] = queue.Queue()

    def read(stream: TextIO) -> None:
        for line in stream:
            lines.put((stream, line))
        lines.put((stream, None))

    assert child.stdout is not None
    assert child.stderr is not None
    streams = (child.stdout, child.stderr)
    for stream in streams:
        threading.Thread(target=read, args=(stream,), daemon=True).start()
    output: list[str] = []
    errors: list[str] = []
    ended = 0
    while ended < len(streams):
        try:
            stream, line = lines.get(timeout=_TICK_SECONDS)
        except queue.Empty:
            pass
        else:
            if line is None:
                ended += 1
            elif stream is child.stdout:
                output.append(line)
            elif not said(line.rstrip()):
                errors.append(line.rstrip())
        tick()
    child.wait()
    return "".join(output), errors


def _end(pid: int) -> None:
    """End `go` and the compilers it started, so that nothing computes on after Ctrl-C."""
    try:
        go = psutil.Process(pid)
        family = [*go.children(recursive=True), go]
    except psutil.NoSuchProcess:
        return
    for process in family:
        _signal(process.terminate)
    _, left = psutil.wait_procs(family, timeout=_END_SECONDS)
    for process in left:
        _signal(process.kill)


def _signal(send: Callable[[], None]) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        send()
