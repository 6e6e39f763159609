"""What is told of a run that left something behind; a script plays `pulumi`."""

import json
import os
import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest
from pulumi.automation import LocalWorkspace

from multus_lab.engine.backend import StackFiles
from multus_lab.engine.command import Command
from multus_lab.engine.leftovers import BusyError, Leftovers, TestbedLeftovers

ENGINE = r"""#!/bin/sh
for one; do
    shift
    [ "$one" = --non-interactive ] || set -- "$@" "$one"
done
case "$1 $2" in
    "version ") echo v3.274.1 ;;
    "stack export") cat "${0%/*}/deployment.json" ;;
    *) printf '%s\n' "$@" > "${0%/*}/told" ;;
esac
"""

NOBODY = 2**22 + 1  # more than any process id
URN = "urn:pulumi:dev::multus-lab::multus-lab:multus:Multus$kubernetes:{kind}::{name}"


def creating(kind: str, called: str, **metadata: str) -> dict[str, Any]:
    resource = {
        "urn": URN.format(kind=kind, name=called),
        "type": f"kubernetes:{kind}",
        "inputs": {"metadata": metadata},
    }
    return {"type": "creating", "resource": resource}


DAEMON = creating("apps/v1:DaemonSet", "multus-daemonset", namespace="kube-system", name="multus")
ROLE = creating("rbac:ClusterRole", "multus-role", name="multus")
PROVIDER = {
    "type": "creating",
    "resource": {"urn": "urn:pulumi:dev::m::pulumi:providers:k::p", "type": "pulumi:providers:k"},
}
CHANGED = {**DAEMON, "type": "updating"}


class Place:
    """A project, a backend that is a folder, and a `pulumi` that does nothing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("bin", "state", "work dir"):
            (folder / name).mkdir()
        program = folder / "bin" / "pulumi"
        program.write_text(ENGINE)
        program.chmod(0o755)
        (folder / "work dir" / "Pulumi.yaml").write_text("name: multus-lab\nruntime: python\n")
        self.command = Command(str(folder))
        self.files = StackFiles(folder / "state", "multus-lab", "dev")
        self.files.state.parent.mkdir(parents=True)
        self.have()

    def have(self, *operations: dict[str, Any]) -> None:
        """Let these operations be pending."""
        latest = {"resources": [], "pending_operations": list(operations)}
        text = json.dumps({"version": 3, "deployment": latest})
        (self.folder / "bin" / "deployment.json").write_text(text)
        self.files.state.write_text(json.dumps({"checkpoint": {"latest": latest}}))

    def lock(self, pid: int = NOBODY, host: str = socket.gethostname()) -> Path:
        folder = self.files.root / ".pulumi" / "locks" / "organization" / "multus-lab" / "dev"
        folder.mkdir(parents=True, exist_ok=True)
        content = {"pid": pid, "username": "ann", "hostname": host, "timestamp": "2026"}
        path = folder / f"{pid}.json"
        path.write_text(json.dumps(content))
        return path

    def workspace(self, **env: str) -> LocalWorkspace:
        url = {"PULUMI_BACKEND_URL": self.files.root.as_uri()}
        return LocalWorkspace(
            work_dir=str(self.folder / "work dir"),
            env_vars={**url, **env},
            pulumi_command=self.command,
        )

    def of_user(self, **env: str) -> Leftovers:
        return Leftovers("dev", self.workspace(**env), self.command)

    def of_testbed(self) -> TestbedLeftovers:
        return TestbedLeftovers("dev", self.workspace(), self.command, "default")

    def told(self) -> list[str]:
        """The arguments of the last command that the engine got."""
        return (self.folder / "bin" / "told").read_text().splitlines()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    for name in list(os.environ):
        if name.startswith("PULUMI_") or name == "KUBECONFIG":
            monkeypatch.delenv(name)
    return Place(tmp_path)


def test_nothing_is_left(place: Place) -> None:
    assert place.of_user().left(killed=False) == []
    assert place.of_user().left(killed=True) == []
    assert place.of_testbed().left(killed=True) == []


@pytest.mark.parametrize(
    ("operations", "names"),
    [
        ([DAEMON], "creating DaemonSet multus-daemonset"),
        ([ROLE, CHANGED], "creating ClusterRole multus-role, updating DaemonSet multus-daemonset"),
        ([PROVIDER], "creating k p"),
    ],
)
def test_the_command_for_pending_operations_is_whole(
    operations: list[dict[str, Any]], names: str, place: Place
) -> None:
    place.have(*operations)
    leftovers = place.of_user(KUBECONFIG="/a b/config")
    said, command = leftovers.left(killed=False)
    assert said.startswith(f"pending: {names}; `up` takes back what was made, ")
    assert leftovers.remaining() == [said, command]
    subprocess.run(command, shell=True, check=True, env={}, cwd="/")
    told = place.told()
    assert told[:5] == ["refresh", "--cwd", str(place.folder / "work dir"), "--stack", "dev"]
    assert told[5:] == ["--yes", "--skip-preview", "--clear-pending-creates"]
    assert "KUBECONFIG='/a b/config' " in command
    assert f"PULUMI_BACKEND_URL={place.files.root.as_uri()} " in command


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("PULUMI_CONFIG_PASSPHRASE", "", "PULUMI_CONFIG_PASSPHRASE='' "),
        ("PULUMI_CONFIG_PASSPHRASE", "x", 'PULUMI_CONFIG_PASSPHRASE="$PULUMI_CONFIG_PASSPHRASE" '),
        ("PULUMI_CONFIG_PASSPHRASE_FILE", "/a b", "PULUMI_CONFIG_PASSPHRASE_FILE='/a b' "),
        ("PULUMI_BACKEND_URL", "postgres://ann:x@db/state", 'URL="$PULUMI_BACKEND_URL" '),
        ("PULUMI_BACKEND_URL", "s3://state", "PULUMI_BACKEND_URL=s3://state "),
        ("PULUMI_HOME", "/home", "PULUMI_HOME=/home "),
        ("PULUMI_ACCESS_TOKEN", "x", ""),
    ],
)
def test_the_environment_is_told_but_no_secret(
    name: str, value: str, expected: str, place: Place
) -> None:
    place.have(DAEMON)
    command = place.of_user(**{name: value}).left(killed=False)[-1]
    assert expected in command
    assert "x@" not in command
    assert "ACCESS" not in command


def test_our_own_lock_is_given_back(place: Place) -> None:
    place.command.pid = NOBODY
    place.lock(NOBODY)
    other = place.lock(NOBODY + 1)
    said = place.of_user().left(killed=True)
    assert [one.path for one in place.files.locks()] == [other]
    assert said[0].endswith(f"(process {NOBODY + 1}, which is no longer running): {other}")
    assert said[1:2] == ["unlock the stack:"]
    subprocess.run(said[2], shell=True, check=True, env={}, cwd="/")
    folder = str(place.folder / "work dir")
    assert place.told() == ["cancel", "--cwd", folder, "--stack", "dev", "--yes"]


@pytest.mark.parametrize(
    ("pid", "verbs"), [(os.getpid(), []), (NOBODY, ["cancel", "refresh"])], ids=["running", "ended"]
)
def test_a_lock_is_told_before_what_is_pending(pid: int, verbs: list[str], place: Place) -> None:
    path = place.lock(pid)
    place.have(DAEMON)
    first, *rest = place.of_user().remaining()
    assert str(path) in first
    commands = [line for line in rest if line.startswith("PULUMI_")]
    for verb, command in zip(verbs, commands, strict=True):
        subprocess.run(command, shell=True, check=True, env={}, cwd="/")
        assert place.told()[0] == verb


def test_a_backend_elsewhere_may_be_locked(place: Place) -> None:
    said = place.of_user(PULUMI_BACKEND_URL="s3://state").left(killed=True)
    assert said[0] == "the stack may still be locked; unlock it:"
    assert said[1].endswith("--stack dev --yes")
    assert place.of_user(PULUMI_BACKEND_URL="s3://state").left(killed=False) == []


LOCKED = "the stack is currently locked by 1 lock(s)"


@pytest.mark.parametrize(
    ("pid", "host", "expected"),
    [
        (os.getpid(), socket.gethostname(), "wait for it to end"),
        (NOBODY, socket.gethostname(), "unlock the stack:"),
        (NOBODY, "elsewhere", "once you are sure that it has ended, unlock the stack:"),
    ],
    ids=["running", "ended", "elsewhere"],
)
def test_a_lock_that_is_in_the_way(pid: int, host: str, expected: str, place: Place) -> None:
    path = place.lock(pid, host)
    first, lock, what, *command = place.of_user().explained(LOCKED).splitlines()
    assert first == "stack dev can't be used"
    assert str(path) in lock
    assert what.strip() == expected
    assert bool(command) == (pid == NOBODY)


BROKEN = "failed to load checkpoint: EOF"


@pytest.mark.parametrize("why", [LOCKED, BROKEN], ids=["locked", "broken"])
def test_a_lock_is_given_back_once_the_stack_can_be_read(why: str, place: Place) -> None:
    place.lock(NOBODY)
    place.files.attributes.write_bytes(b"")
    expected = ["rm ", "cancel "]
    for told in (place.of_user().explained(why).splitlines(), place.of_user().left(killed=True)):
        commands = [line for line in told if any(word in line for word in expected)]
        assert [word in line for word, line in zip(expected, commands, strict=True)] == [True, True]


def test_a_damaged_state_and_its_backup(place: Place) -> None:
    whole = place.files.state.read_bytes()
    place.files.state.write_bytes(b"")
    place.files.backup.write_bytes(whole)
    told = place.of_user().explained(BROKEN)
    assert f"its state {place.files.state} is damaged; take the backup" in told
    subprocess.run(told.splitlines()[-1], shell=True, check=True)
    assert place.files.state.read_bytes() == whole
    assert place.of_user().explained(BROKEN) == BROKEN


def test_a_damaged_state_without_a_backup(place: Place) -> None:
    place.files.state.write_bytes(b"")
    told = place.of_user().explained(BROKEN)
    assert f"{place.files.state} is damaged, and there is no backup of it" in told
    subprocess.run(told.splitlines()[-1], shell=True, check=True)
    assert not place.files.state.exists()
    assert place.of_user().explained(BROKEN) == BROKEN


def test_a_damaged_state_and_backup_with_whole_ones_from_before(place: Place) -> None:
    whole = place.files.state.read_bytes()
    place.files.state.write_bytes(whole[:-9])
    place.files.backup.write_bytes(b"")
    folder = place.files.root / ".pulumi" / "backups" / place.files.project / place.files.stack
    folder.mkdir(parents=True)
    kept = {17: b"{}", 18: whole, 19: whole[:-9]}
    for time, content in kept.items():
        (folder / f"{place.files.stack}.{time}95750967329338850.json").write_bytes(content)
        (folder / f"{place.files.stack}.{time}95750967329338850.json.attrs").write_text("{}")
    told = place.of_user().explained(BROKEN)
    assert f"its state {place.files.state} is damaged; take the newest whole backup" in told
    subprocess.run(told.splitlines()[-1], shell=True, check=True)
    assert place.files.state.read_bytes() == whole


def test_damaged_attributes(place: Place) -> None:
    place.files.attributes.write_bytes(b"")
    told = place.of_user().explained(BROKEN)
    subprocess.run(told.splitlines()[-1], shell=True, check=True)
    assert not place.files.attributes.exists()


@pytest.mark.parametrize(("why", "lines"), [(LOCKED, 3), (BROKEN, 1)])
def test_a_backend_elsewhere_can_t_be_looked_into(why: str, lines: int, place: Place) -> None:
    told = place.of_user(PULUMI_BACKEND_URL="s3://state").explained(why).splitlines()
    assert (told[0], len(told)) == (why, lines)


def test_other_failures_are_told_as_they_are(place: Place) -> None:
    place.lock()
    assert place.of_user().explained("it is forbidden") == "it is forbidden"


def test_on_a_test_bed_the_next_run_mends_it(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    place.have(DAEMON, PROVIDER, CHANGED)
    place.lock()
    what = "creating DaemonSet multus-daemonset, creating k p, updating DaemonSet multus-daemonset"
    assert place.of_testbed().left(killed=True) == [
        f"left: a lock, {what}; the next run mends it:",
        "multus-lab up dev --testbed default",
    ]
    with place.of_testbed().mended(changes=True):
        assert place.files.locks() == []
        assert place.told()[:3] == ["refresh", "--yes", "--skip-preview"]
        assert place.files.pending() == []
        content = json.loads(place.files.state.read_text())
        (kept,) = content["checkpoint"]["latest"]["resources"]
        assert kept == {**DAEMON["resource"], "id": "kube-system/multus"}
    assert capsys.readouterr().err == (
        "gave back the lock that a killed run has left on stack dev\n"
        f"settling what a killed run has left pending: {what}\n"
    )


def test_our_own_lock_on_a_test_bed_is_given_back(place: Place) -> None:
    place.command.pid = NOBODY
    place.lock(NOBODY)
    assert place.of_testbed().left(killed=True) == []
    assert place.files.locks() == []


@pytest.mark.parametrize(
    ("changes", "killed", "left"),
    [(True, True, True), (True, False, False), (False, True, False)],
    ids=["killed", "cancelled", "a killed preview"],
)
def test_a_killed_run_on_a_test_bed_has_written_no_state(
    changes: bool, killed: bool, left: bool, place: Place
) -> None:
    leftovers = place.of_testbed()
    with leftovers.mended(changes=changes):
        pass
    assert (
        leftovers.left(killed=killed)
        == [
            "left: a state that lacks what was done; the next run mends it:",
            "multus-lab up dev --testbed default",
        ]
        * left
    )


def test_two_runs_on_a_test_bed(place: Place) -> None:
    with place.of_testbed().mended(changes=True):
        lock = place.lock()
        with (
            pytest.raises(BusyError, match="another run is under way on stack dev of test bed d"),
            place.of_testbed().mended(changes=True),
        ):
            pass
        # A preview changes nothing, and so may go on beside it.
        with place.of_testbed().mended(changes=False):
            assert lock.exists()
    with place.of_testbed().mended(changes=False), place.of_testbed().mended(changes=True):
        assert not lock.exists()
