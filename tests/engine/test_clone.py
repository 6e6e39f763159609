"""`multus-lab up --testbed` as a user runs it: the clone and the home folder stay as they are."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from multus_lab.programs import KUBERNETES, PULUMI, PULUMI_KUBERNETES
from tests.conftest import Built
from tests.engine.clone import Clone

BED = ("dev", "--testbed", "fresh")


@pytest.fixture
def clone(built: Built, tmp_path: Path) -> Iterator[Clone]:
    built(KUBERNETES, PULUMI, PULUMI_KUBERNETES)
    clone = Clone(tmp_path)
    yield clone
    assert clone.run("testbed", "down", "--name", "fresh").code == 0


def run(clone: Clone, verb: str, *arguments: str) -> str:
    done = clone.run(verb, *BED, *arguments)
    assert done.code == 0, done.err
    return done.out


def changes(clone: Clone, verb: str) -> set[str]:
    outcome: dict[str, Any] = json.loads(run(clone, verb, "--json"))
    return set(outcome["changes"])


def test_up_leaves_clone_and_home_alone(clone: Clone) -> None:
    before = contents(clone.folder)
    table = run(clone, "up")
    for node in ("master01", "worker01", "worker02"):
        assert any(node in line and "Running" in line for line in table.splitlines())
    assert "privatezone-macvlan-conf" in table
    assert changes(clone, "up") == {"same"}
    for closed in (">&-", "2>&-", "<&- >&- 2>&-"):
        command = f"{sys.executable} -m multus_lab preview {' '.join(BED)} {closed}"
        done = subprocess.run(command, shell=True, cwd=clone.folder, env=clone.env, check=False)
        assert (closed, done.returncode) == (closed, 0)
    # The garbage collector may not know the CRD yet, and the engine would wait for it.
    clone.testbed("fresh").kubectl("delete", "net-attach-def", "--all")
    assert changes(clone, "down") == {"delete"}
    assert contents(clone.folder) == before
    assert list(clone.home.iterdir()) == []


def contents(folder: Path) -> dict[Path, bytes]:
    """Every file but Python's own cache, which git ignores."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path: path.read_bytes() for path in files if "__pycache__" not in path.parts}


def test_logs_of_the_engine_are_few(clone: Clone) -> None:
    run(clone, "up")
    yesterday = datetime.now() - timedelta(days=1)  # local time, as the engine writes it
    name = f"pulumi-{yesterday:%Y%m%dT%H%M%S}-1.log"
    (large := clone.cache / "pulumi-home" / "logs" / name).touch()
    os.truncate(large, 20_000_000)
    run(clone, "preview")
    assert not large.exists()
    assert any(large.parent.iterdir())
