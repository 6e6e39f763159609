"""Running the programs of iproute2 and util-linux, and entering network namespaces."""

import ctypes
import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""Where a node's programs are looked for."""

CommandError = subprocess.CalledProcessError

_CLONE_NEWNET = 0x40000000  # linux/sched.h
_libc = ctypes.CDLL(None, use_errno=True)


def run(*command: str | Path, stdin: str = "") -> str:
    """Run a program and return what it prints. Raises CommandError with what it complained of."""
    return subprocess.run(
        [str(word) for word in command],
        input=stdin,
        capture_output=True,
        text=True,
        check=True,
        errors="replace",
    ).stdout


def within(netns: Path, *command: str | Path) -> list[str | Path]:
    """The command, run in a network namespace."""
    return ["nsenter", f"--net={netns}", "--", *command]


def ip(lines: Sequence[str], netns: Path | None = None) -> None:
    """Give `ip` all lines at once. Raises CommandError at the first that fails."""
    command = ["ip", "-batch", "-"]
    run(*(within(netns, *command) if netns else command), stdin="\n".join(lines) + "\n")


def ip_json(lines: Sequence[str], netns: Path, *options: str) -> list[list[dict[str, Any]]]:
    """What `ip` shows for each line, as JSON; lines that fail give nothing at all."""
    command = within(netns, "ip", "-json", *options, "-force", "-batch", "-")
    done = subprocess.run(
        [str(word) for word in command],
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        check=False,
    )
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]


def make_netns(path: Path) -> None:
    """Make a network namespace that lives as long as it is mounted at `path`."""
    path.touch()
    run("unshare", f"--net={path}", "ip", "link", "set", "lo", "up")


def bind(source: Path, target: Path, mode: str) -> None:
    """Have a folder at another path too; `mode` is rw or ro."""
    run("mount", "--rbind", source, target)
    if mode == "ro":
        run("mount", "-o", "remount,bind,ro", target)


def bind_file(source: Path, target: Path) -> None:
    """Have a file at another path too."""
    target.touch()
    run("mount", "--bind", source, target)


@contextmanager
def entered(netns: Path) -> Iterator[None]:
    """Have this thread, and the sockets that it opens, in a network namespace."""
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    try:
        other = os.open(netns, os.O_RDONLY | os.O_CLOEXEC)
        try:
            _setns(other)
        finally:
            os.close(other)
        try:
            yield
        finally:
            _setns(home)
    finally:
        os.close(home)


def _setns(handle: int) -> None:
    # os.setns is there from Python 3.12 on.
    if _libc.setns(handle, _CLONE_NEWNET) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
