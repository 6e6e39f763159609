"""`multus-lab up --testbed` as a user runs it: the clone and the home folder stay as they are."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from multus_lab import cache, project
from multus_lab.programs import KUBERNETES, PULUMI, PULUMI_KUBERNETES
from multus_lab.testbed import Testbed
from tests.conftest import Built

Run = Callable[..., str]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone of one's own, so that nobody else changes it."""
    ignored = shutil.ignore_patterns(".git", ".venv", ".*_cache", "__pycache__")
    return Path(shutil.copytree(project.folder(), tmp_path / "clone", ignore=ignored))


@pytest.fixture
def run(built: Built, clone: Path, tmp_path: Path) -> Iterator[Run]:
    """Run the command line with a home folder and a cache of its own, but the built programs."""
    built(KUBERNETES, PULUMI, PULUMI_KUBERNETES)
    (tmp_path / "home").mkdir()
    (tmp_path / "cache").mkdir(mode=0o700)
    for name in ("programs", "pulumi-home"):
        (tmp_path / "cache" / name).symlink_to(cache.folder() / name)
    gone = ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "PULUMI_HOME", "KUBECONFIG")
    env = {key: value for key, value in os.environ.items() if key not in gone}
    env |= {"HOME": str(tmp_path / "home"), "MULTUS_LAB_CACHE": str(tmp_path / "cache")}

    def run(*arguments: str) -> str:
        command = [sys.executable, "-m", "multus_lab", *arguments]
        done = subprocess.run(
            command, cwd=clone, env=env, text=True, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    yield run
    run("testbed", "down", "--name", "fresh")


def test_up_leaves_clone_and_home_alone(run: Run, clone: Path, tmp_path: Path) -> None:
    before = contents(clone)
    table = run("up", "dev", "--testbed", "fresh")
    for node in ("master01", "worker01", "worker02"):
        assert any(node in line and "Running" in line for line in table.splitlines())
    assert "privatezone-macvlan-conf" in table
    again = json.loads(run("up", "dev", "--testbed", "fresh", "--json"))
    assert set(again["changes"]) == {"same"}
    # The garbage collector may not know the CRD yet, and the engine would wait for it.
    Testbed(tmp_path / "cache" / "testbeds" / "fresh").kubectl("delete", "net-attach-def", "--all")
    down = json.loads(run("down", "dev", "--testbed", "fresh", "--json"))
    assert set(down["changes"]) == {"delete"}
    assert contents(clone) == before
    assert list((tmp_path / "home").iterdir()) == []


def contents(folder: Path) -> dict[Path, bytes]:
    """Every file but Python's own cache, which git ignores."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path: path.read_bytes() for path in files if "__pycache__" not in path.parts}
