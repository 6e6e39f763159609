"""The files of a stack in a folder, as runs that were killed leave them."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from multus_lab.engine.backend import Lock, StackFiles
from multus_lab.errors import MultusLabError

WHOLE = json.dumps({"version": 3, "checkpoint": {"latest": {"resources": []}}})
PENDING = [{"type": "creating", "resource": {"urn": "urn:pulumi:dev::multus-lab::a:b:C::d"}}]
NOBODY = 2**22 + 1  # more than any process id


@pytest.fixture
def files(tmp_path: Path) -> StackFiles:
    files = StackFiles(tmp_path, "multus-lab", "dev")
    files.state.parent.mkdir(parents=True)
    files.state.write_text(WHOLE)
    return files


def lock(files: StackFiles, pid: int, host: str = socket.gethostname()) -> Path:
    folder = files.root / ".pulumi" / "locks" / "organization" / "multus-lab" / "dev"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{pid}.json"
    content = {"pid": pid, "username": "ann", "hostname": host, "timestamp": "2026-11-26T15:00:00Z"}
    path.write_text(json.dumps(content))
    (folder / f"{pid}.json.attrs").write_text("{}")
    return path


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("file:///var/state", "/var/state"),
        ("file:///var/st%20ate?metadata=skip", "/var/st ate"),
        ("file://./state", "/work/state"),
        ("file://~/state", f"{Path.home()}/state"),
        ("file://~", str(Path.home())),
        ("s3://bucket", None),
        ("https://api.pulumi.com", None),
    ],
)
def test_a_backend_that_is_a_folder(url: str, expected: str | None) -> None:
    found = StackFiles.at(url, Path("/work"), "multus-lab", "dev")
    assert (found and str(found.root)) == expected


@pytest.mark.parametrize("ending", ["", ".gz", ".zst"])
def test_the_state_is_found_however_it_is_packed(ending: str, tmp_path: Path) -> None:
    files = StackFiles(tmp_path, "multus-lab", "dev")
    files.state.parent.mkdir(parents=True)
    path = files.state.with_name(f"dev.json{ending}")
    path.write_bytes(b"")
    assert files.state == path
    assert files.is_damaged()


@pytest.mark.parametrize(
    ("pid", "host", "expected"),
    [
        (os.getpid(), socket.gethostname(), (True, True)),
        (NOBODY, socket.gethostname(), (True, False)),
        (NOBODY, "elsewhere", (False, False)),
    ],
    ids=["running", "ended", "elsewhere"],
)
def test_whether_a_lock_is_held(
    pid: int, host: str, expected: tuple[bool, bool], files: StackFiles
) -> None:
    lock(files, pid, host)
    (found,) = files.locks()
    assert (found.is_here, found.is_held) == expected
    assert f"ann@{host} holds it since 2026-11-26 15:00:00 (process {pid}" in str(found)


def test_a_number_that_another_process_has_now_holds_nothing(files: StackFiles) -> None:
    path = lock(files, os.getpid())
    os.utime(path, (0, 0))
    assert not Lock.read(path).is_held


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"pid": "x"}', b"\xff"])
def test_a_lock_that_is_half_written_is_one(content: bytes, files: StackFiles) -> None:
    path = lock(files, NOBODY)
    path.write_bytes(content)
    assert str(Lock.read(path)) == f"the lock {path} can't be read"
    files.mend(print)
    assert files.locks() == []


def test_only_the_locks_of_one_process_are_given_back(files: StackFiles) -> None:
    lock(files, NOBODY)
    lock(files, NOBODY + 1)
    lock(files, os.getpid())
    files.give_back(NOBODY)
    files.give_back(os.getpid())  # which is running
    assert {one.pid for one in files.locks()} == {NOBODY + 1, os.getpid()}


def test_mending_ends_what_a_killed_run_has_left(files: StackFiles) -> None:
    engine = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True
    )
    lock(files, engine.pid)
    said: list[str] = []
    files.mend(said.append)
    assert engine.wait(10) == -9
    assert files.locks() == []
    assert said == ["gave back the lock that a killed run has left on stack dev"]


def test_the_lock_of_another_program_that_is_running_stays(files: StackFiles) -> None:
    # As a shell starts one: it leads no session.
    with subprocess.Popen(["sleep", "600"]) as other:
        path = lock(files, other.pid)
        try:
            with pytest.raises(MultusLabError, match=r"which is running\): .*: wait for it to end"):
                files.mend(print)
            assert other.poll() is None
        finally:
            other.kill()
    assert path.exists()


@pytest.mark.parametrize("damage", ["", "{", "[]", WHOLE[:-9]])
@pytest.mark.parametrize("backup", [None, WHOLE, ""], ids=["no backup", "a backup", "a bad one"])
def test_a_damaged_state_is_mended(damage: str, backup: str | None, files: StackFiles) -> None:
    files.state.write_text(damage)
    if backup is not None:
        files.backup.write_text(backup)
    said: list[str] = []
    files.mend(said.append)
    assert not files.is_damaged()
    assert files.state.exists() == (backup == WHOLE)
    assert files.state.with_name("dev.json.damaged").read_text() == damage
    assert len(said) == 1


def test_damaged_attributes_go(files: StackFiles) -> None:
    files.attributes.write_text("")
    assert files.has_damaged_attributes()
    files.mend(print)
    assert not files.attributes.exists()
    assert files.state.read_text() == WHOLE


def test_what_is_whole_is_left_alone(files: StackFiles) -> None:
    files.attributes.write_text("{}")
    files.backup.write_text("older")
    said: list[Any] = []
    files.mend(said.append)
    assert said == []
    assert sorted(path.name for path in files.state.parent.iterdir()) == [
        "dev.json",
        "dev.json.attrs",
        "dev.json.bak",
    ]


def test_pending_operations(files: StackFiles) -> None:
    assert files.pending() == []
    latest = {"resources": [], "pending_operations": PENDING}
    files.state.write_text(json.dumps({"checkpoint": {"latest": latest}}))
    assert files.pending() == PENDING
    files.state.write_text(json.dumps({"checkpoint": {"latest": None}}))
    assert files.pending() == []
