"""The command line as tests call it."""

import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from multus_lab import cli


class Ended(NamedTuple):
    """How a command ended."""

    code: object
    out: str
    err: str


class Run:
    """Calls the command line in a project folder."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys

    def __call__(self, *arguments: str) -> Ended:
        return self._ended(lambda: cli.main(arguments))

    def as_module(self, *arguments: str) -> Ended:
        """Call `python -m multus_lab`."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "argv", ["multus_lab", *arguments])
            return self._ended(lambda: runpy.run_module("multus_lab", run_name="__main__"))

    def _ended(self, call: Callable[[], object]) -> Ended:
        with pytest.raises(SystemExit) as ended:
            call()
        return Ended(ended.value.code, *self._capsys.readouterr())
