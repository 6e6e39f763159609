"""The command line `multus-lab`: it reads arguments, calls a room, and prints.

A command's room here is imported when it is run, so that `check` starts without Pulumi and `--help`
without anything.
"""

import atexit
import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from multus_lab.cli.arguments import parser
from multus_lab.errors import MultusLabError
from multus_lab.interrupts import Interrupted, raised

_OF_THE_ENGINE = {"kubernetes", "psutil", "pulumi", "pulumi_kubernetes", "urllib3"}
"""What the extra `engine` of the package brings; `check` does without it."""

_SHORT = {"check", "importing"}
"""Rooms whose work ends before it has made much garbage."""

_GET_ENGINE = "pip install '.[engine]' in a clone of multus-lab"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    _open_streams()
    options = parser().parse_args(arguments)
    try:
        with raised():
            code = _run(options)
    except Interrupted as stop:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # from here on it ends us at once
        _say_last(f"multus-lab: {stop}")
        code = stop.exit_code
    sys.exit(code)


def _run(options: Any) -> int:
    """Run one command, and tell why it fails; returns the code to exit with."""
    code: int
    try:
        code = _call(options)
    except MultusLabError as error:
        print(f"multus-lab: {error}", file=sys.stderr)
        code = error.exit_code
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in _OF_THE_ENGINE:
            raise
        needed = f"this command needs {package}, which is not installed"
        print(f"multus-lab: {needed}: {_GET_ENGINE}", file=sys.stderr)
        code = 2
    except BrokenPipeError:
        sys.stderr.close()
        code = 1
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        print(f"multus-lab: {place}{error.strerror}", file=sys.stderr)
        code = 1
    return code


def _open_streams() -> None:
    """Give the standard streams that were closed before we started (`>&-`) somewhere to go.

    In their order, so that each gets its own number, which the next file opened would have.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            nowhere = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115 - for good
            setattr(sys, name, nowhere)


def _call(options: Any) -> int:
    room, name = options.run.split(":")
    _without_pydantic_plugins()
    with _uncollected() if room in _SHORT else nullcontext():
        act: Callable[[Any], int] = getattr(import_module(f"multus_lab.cli.{room}"), name)
        return act(options)


def _say_last(text: str) -> None:
    """Say it if somebody still hears it; what can't be printed must not change the exit code."""
    try:
        print(text, file=sys.stderr)
        sys.stdout.flush()
    except OSError:  # the terminal has closed
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.stdout, sys.stderr):
            os.dup2(nowhere, stream.fileno())


@contextmanager
def _uncollected() -> Iterator[None]:
    """Look for no garbage meanwhile, nor at exit: nearly all that a check makes is modules.

    To look through them over and over is a sixth of the time that a check of one stack takes.
    """
    atexit.register(gc.freeze)
    gc.disable()
    try:
        yield
    finally:
        # All that was made counts as looked through, or the next object made would set that off.
        gc.freeze()
        gc.unfreeze()
        gc.enable()


def _without_pydantic_plugins() -> None:
    """Have pydantic look for no plugins in all installed packages, nor import what that takes.

    That is longer than a check of ours; PYDANTIC_DISABLE_PLUGINS spares the look alone.
    """
    sys.modules.setdefault("pydantic.plugin._loader", SimpleNamespace(get_plugins=tuple))  # type: ignore[arg-type]
