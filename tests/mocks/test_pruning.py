"""What goes from the cache, and what stays."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from multus_lab import cache as cache_folder
from multus_lab import cli
from multus_lab.programs import PROVIDER_VERSION, places
from multus_lab.testbed import prune, summary
from tests.unit.cases import cases

OLD = "kubernetes-0123456789abcdef"
DAYS = 24 * 60 * 60


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MULTUS_LAB_CACHE", str(tmp_path / "cache"))
    return cache_folder.folder()


def aged(path: Path, days: float) -> Path:
    """Have it last used or written that many days ago."""
    moment = time.time() - days * DAYS
    os.utime(path, (moment, moment))
    return path


def program(folder: Path, days: float = 0) -> Path:
    """A folder with a program of 1,000 bytes."""
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "one").write_bytes(b"x" * 1000)
    return aged(folder, days)


def log(path: Path, days: float) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * 500)
    return aged(path, days)


def left(cache: Path) -> set[str]:
    return {
        str(one.relative_to(cache))
        for one in cache.rglob("*")
        if one.is_file() and not one.name.endswith("lock")
    }


@pytest.mark.parametrize(
    ("days", "stays"),
    [(0, []), (29, ["programs/multus-fedcba9876543210/bin/one"])],
)
def test_programs_of_other_releases_go(days: float, stays: list[str], cache: Path) -> None:
    current = [program(place, days=99) for place in places(cache)]
    program(cache / "programs" / OLD, days=40)
    program(cache / "programs" / f"{OLD}.partial", days=40)
    program(cache / "programs" / "multus-fedcba9876543210", days=3)
    program(cache / "programs" / "somebody-s", days=99)
    provider = f"plugins/resource-kubernetes-v{PROVIDER_VERSION}"
    program(cache / "pulumi-home" / provider, days=99)
    program(cache / "pulumi-home" / "plugins" / "resource-kubernetes-v4.1.0", days=99)
    log(cache / "pulumi-home" / "plugins" / "resource-kubernetes-v4.1.0.lastused", days=35)
    removed = prune(days)
    assert left(cache) == {
        *(f"programs/{place.name}/bin/one" for place in current),
        "programs/somebody-s/bin/one",
        f"pulumi-home/{provider}/bin/one",
        *stays,
    }
    assert sum(one.size for one in removed) == 1000 * len(removed)
    assert {one.path for one in removed} >= {f"programs/{OLD}", f"programs/{OLD}.partial"}
    assert prune(days) == []


@pytest.fixture
def running(cache: Path) -> Iterator[Path]:
    """A program that runs, in a folder of an earlier release."""
    folder = program(cache / "programs" / OLD, days=99)
    shutil.copy(shutil.which("sleep") or "", folder / "bin" / "one")
    process = subprocess.Popen([folder / "bin" / "one", "600"])
    yield folder
    process.kill()
    process.wait()


def test_a_program_that_runs_stays(running: Path) -> None:
    assert prune() == []
    assert (running / "bin" / "one").exists()


def test_a_program_that_is_built_stays(cache: Path) -> None:
    folder = program(cache / "programs" / f"{OLD}.partial", days=99)
    with cache_folder.lock(cache / "programs" / "kubernetes.lock"):
        assert prune() == []
    assert [one.path for one in prune()] == [f"programs/{folder.name}"]


def bed(cache: Path, *running: str) -> Path:
    """A test bed with these parts running, and old logs of two."""
    folder = cache / "testbeds" / "default"
    (folder / "logs").mkdir(parents=True)
    record = {"pid": os.getpid(), "created": psutil.Process().create_time()}
    state = {"port": 1, "nodes": 3, "programs": "", "processes": dict.fromkeys(running, record)}
    (folder / "state.json").write_text(json.dumps(state))
    for name in ("etcd.log", "etcd.log.old", "kwok.log"):
        log(folder / "logs" / name, days=9)
    log(folder / "logs" / "kube-apiserver.log", days=0.5)
    return folder


@cases(
    ("days", "running", "stays"),
    [
        (0, (), ["kube-apiserver.log"]),
        (0, ("etcd",), ["etcd.log", "kube-apiserver.log"]),
        (8, ("kwok",), ["kube-apiserver.log", "kwok.log"]),
        (30, (), ["etcd.log", "etcd.log.old", "kube-apiserver.log", "kwok.log"]),
    ],
)
def test_logs_of_what_has_ended_go(
    days: float, running: tuple[str, ...], stays: list[str], cache: Path
) -> None:
    folder = bed(cache, *running)
    removed = prune(days)
    assert sorted(one.name for one in (folder / "logs").iterdir()) == stays
    assert sum(one.logs for one in removed) == 4 - len(stays)
    assert sum(one.size for one in removed) == 500 * (4 - len(stays))
    shutil.rmtree(cache / "testbeds")


def test_logs_of_a_bed_that_somebody_is_at_work_on_stay(cache: Path) -> None:
    folder = bed(cache)
    with cache_folder.lock(folder / "lock"):
        assert prune() == []


def test_logs_stay_if_nobody_knows_what_runs(cache: Path) -> None:
    (bed(cache) / "state.json").write_text("{")
    assert prune() == []


def test_what_was_removed_is_told(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program(cache / "programs" / OLD)
    for number in range(3):
        log(cache / "pulumi-home" / "logs" / f"{number}.log", days=2)
    with pytest.raises(SystemExit, match="0"):
        cli.main(["testbed", "prune"])
    assert capsys.readouterr().out == (
        f"removed programs/{OLD}, 1 kB\n"
        "removed 3 logs in pulumi-home/logs, 2 kB\n"
        "in all 1 folder of programs, 3 logs, 2 kB\n"
    )
    with pytest.raises(SystemExit, match="0"):
        cli.main(["testbed", "prune"])
    assert capsys.readouterr().out == (
        "nothing to remove: no programs of other releases, and no logs older than a day\n"
    )
    with pytest.raises(SystemExit, match="0"):
        cli.main(["testbed", "prune", "--json"])
    assert capsys.readouterr().out == "[]\n"
    assert summary([]) == "0 bytes"
