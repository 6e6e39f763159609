"""A clone of the project, in which the command line is run as a user runs it."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import yaml

from multus_lab import cache, project
from multus_lab.testbed import Testbed


class Ended(NamedTuple):
    """How a command has ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def last(self) -> str:
        """The last line of all, which standard error has where something went wrong.

        Empty if a signal came before anything was said.
        """
        return "".join((self.err.strip() or self.out.strip()).splitlines()[-1:])


class Clone:
    """A copy of the project, with a home folder and a cache of its own but the built programs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "clone"
        self.home = folder / "home"
        self.cache = folder / "cache"
        # Python writes bytecode as *.pyc.NUMBER first, which is gone again before it is copied.
        ignored = shutil.ignore_patterns(".git", ".venv", ".*_cache", "*.pyc.*")
        shutil.copytree(project.folder(), self.folder, ignore=ignored)
        self.temporary = folder / "tmp"
        self.home.mkdir()
        self.temporary.mkdir()
        self.cache.mkdir(mode=0o700)
        for name in ("programs", "pulumi-home"):
            (cache.folder() / name).mkdir(mode=0o700, parents=True, exist_ok=True)
            (self.cache / name).symlink_to(cache.folder() / name)
        gone = ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "KUBECONFIG")
        self.env = {
            key: value
            for key, value in os.environ.items()
            if key not in gone and not key.startswith("PULUMI_")
        }
        self.env |= {"HOME": str(self.home), "MULTUS_LAB_CACHE": str(self.cache)}
        self.env |= {"TMPDIR": str(self.temporary), "PYTHONFAULTHANDLER": "1"}

    def start(self, *arguments: str, **env: str) -> "subprocess.Popen[str]":
        """Start a command in a process group of its own, as a shell does on a terminal."""
        return subprocess.Popen(
            [sys.executable, "-m", "multus_lab", *arguments],
            cwd=self.folder,
            env={**self.env, **env},
            text=True,
            stdin=subprocess.DEVNULL,  # a terminal would stop a group in its background
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            process_group=0,
        )

    def run(self, *arguments: str, **env: str) -> Ended:
        return ended(self.start(*arguments, **env))

    def write(self, stack: str, config: dict[str, Any]) -> None:
        """Write a stack file."""
        written = {f"multus-lab:{key}": value for key, value in config.items()}
        path = self.folder / f"Pulumi.{stack}.yaml"
        path.write_text(yaml.safe_dump({"config": written}, sort_keys=False))

    def testbed(self, name: str) -> Testbed:
        return Testbed(self.cache / "testbeds" / name)

    def engines(self) -> list[str]:
        """What runs of the engine, its plugins and our own command line in this clone."""
        found = []
        for process in psutil.process_iter():
            try:
                ours = process.environ().get("MULTUS_LAB_CACHE") == str(self.cache)
                if ours and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process.name())
            except psutil.Error:
                continue
        return found


def engine_of(process: "subprocess.Popen[str]") -> psutil.Process:
    """The engine that a run of ours has started and is still waiting for."""
    found = []
    for child in psutil.Process(process.pid).children():
        with contextlib.suppress(psutil.NoSuchProcess):
            if "pulumi" in child.name():
                found.append(child)
    (engine,) = found
    return engine


def ended(process: "subprocess.Popen[str]") -> Ended:
    try:
        out, err = process.communicate(timeout=120)
    except BaseException:
        process.send_signal(signal.SIGABRT)  # which has Python say what its threads are at
        _, err = process.communicate()
        print(err)
        raise
    return Ended(process.returncode, out, err)
