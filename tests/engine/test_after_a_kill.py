"""What runs leave that were killed, and how the next one gets on: a test, or more, for each fault.

On a test bed, and with the user's own backend, for which the commands that are told are run.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from multus_lab.engine.backend import StackFiles
from multus_lab.programs import KUBERNETES, PULUMI, PULUMI_KUBERNETES
from multus_lab.testbed import Testbed
from tests.conftest import Built
from tests.engine.clone import Clone, Ended, ended, engine_of

NETWORK = "default/privatezone-macvlan-conf"
RUNNING = re.compile(r"kubernetes:\S+ .* (?:creating|deleting)")
"""What the engine prints when it has begun to change something."""


@pytest.fixture(scope="module")
def clone(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clone]:
    built(KUBERNETES, PULUMI, PULUMI_KUBERNETES)
    clone = Clone(tmp_path_factory.mktemp("killed"))
    try:
        clone.run("testbed", "up", "--name", "bed")
        yield clone
    finally:
        clone.run("testbed", "down", "--name", "bed")


class Stack:
    """The dev stack, and how its command line is told where it goes."""

    def __init__(self, clone: Clone, files: StackFiles, *arguments: str, **env: str) -> None:
        self.clone = clone
        self.files = files
        self.arguments = ("dev", *arguments)
        self.env = env
        self.bed: Testbed = clone.testbed("bed")

    def run(self, verb: str) -> Ended:
        done = self.clone.run(verb, *self.arguments, **self.env)
        assert "Traceback" not in done.out + done.err
        return done

    def works(self, verb: str) -> Ended:
        """Run it, and have no fault left afterwards."""
        done = self.run(verb)
        assert done.code == 0, done.err
        assert self.clone.engines() == []
        assert self.files.locks() == []
        assert self.files.pending() == []
        return done

    def killed(self, verb: str, *whom: str) -> Ended:
        """Kill, while it changes something: `us`, or the `engine`."""
        process = self.clone.start(verb, *self.arguments, **self.env)
        assert process.stdout is not None
        while not RUNNING.search(process.stdout.readline()):
            assert process.poll() is None
        engine = engine_of(process)
        for victim in whom:
            os.kill({"us": process.pid, "engine": engine.pid}[victim], signal.SIGKILL)
        return ended(process)

    def networks(self) -> list[str]:
        found = self.bed.kubectl("get", "net-attach-def", "-A", "--ignore-not-found", "-o", "json")
        metadata = [one["metadata"] for one in json.loads(found or '{"items": []}')["items"]]
        return [f"{one['namespace']}/{one['name']}" for one in metadata]

    def checkpoint(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.files.state.read_text())
        return content

    def forget(self, kind: str) -> Mapping[str, Any]:
        """Let the state have a resource of that kind as being created."""
        content = self.checkpoint()
        latest = content["checkpoint"]["latest"]
        (resource,) = [one for one in latest["resources"] if one["type"].endswith(f":{kind}")]
        latest["resources"].remove(resource)
        made = {key: value for key, value in resource.items() if key not in ("id", "outputs")}
        latest["pending_operations"] = [{"resource": made, "type": "creating"}]
        self.files.state.write_text(json.dumps(content))
        found: Mapping[str, Any] = resource
        return found


@pytest.fixture
def on_bed(clone: Clone) -> Iterator[Stack]:
    """The stack on the test bed, of which nothing is up yet; at the end `down` has to work."""
    state = clone.testbed("bed").folder / "pulumi" / "state"
    stack = Stack(clone, StackFiles(state, "multus-lab", "dev"), "--testbed", "bed")
    yield stack
    stack.works("down")
    assert stack.networks() == []


@pytest.fixture
def of_user(clone: Clone, tmp_path: Path) -> Iterator[Stack]:
    """The stack in a backend of the user's own, of which nothing is up yet; `down` has to work."""
    state = tmp_path / "user's own state"
    state.mkdir()
    stack = Stack(
        clone,
        StackFiles(state, "multus-lab", "dev"),
        PULUMI_BACKEND_URL=state.as_uri(),
        PULUMI_CONFIG_PASSPHRASE="",
        KUBECONFIG=str(clone.testbed("bed").kubeconfig),
    )
    yield stack
    stack.works("down")
    assert stack.networks() == []


def commands(done: Ended) -> list[str]:
    """The commands that a failed run tells."""
    starts = ("PULUMI_", "cp ", "mv ", "rm ", "KUBECONFIG=")
    return [line.strip() for line in done.err.splitlines() if line.strip().startswith(starts)]


def mend(done: Ended) -> None:
    """Run what it says, in a shell that knows nothing."""
    assert commands(done)
    for command in commands(done):
        subprocess.run(command, shell=True, check=True, cwd="/", env={}, capture_output=True)


@pytest.mark.parametrize("whom", [("us",), ("engine",), ("us", "engine")], ids="-".join)
@pytest.mark.parametrize("verb", ["up", "down"])
def test_a_killed_run_on_a_test_bed(on_bed: Stack, verb: str, whom: tuple[str, ...]) -> None:
    if verb == "down":
        on_bed.works("up")
    done = on_bed.killed(verb, *whom)
    if whom == ("engine",):
        assert done.code == 1
        assert [line.strip() for line in done.err.splitlines()[-3:]] == [
            "multus-lab: pulumi was ended by SIGKILL",
            "left: a state that lacks what was done; the next run mends it:",
            "multus-lab up dev --testbed bed",
        ]
    on_bed.works("up")
    assert on_bed.networks() == [NETWORK]


@pytest.mark.parametrize("verb", ["up", "down"])
def test_a_killed_run_is_cancelled_by_its_guard(of_user: Stack, verb: str) -> None:
    if verb == "down":
        of_user.works("up")
    of_user.killed(verb, "us")
    deadline = time.monotonic() + 60
    while of_user.clone.engines():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    of_user.works("up")


def test_a_second_signal_ends_at_once(on_bed: Stack) -> None:
    process = on_bed.clone.start("up", *on_bed.arguments)
    assert process.stdout is not None
    while not RUNNING.search(process.stdout.readline()):
        assert process.poll() is None
    # The engine is stopped, so that it can't be faster than the second signal.
    engine = engine_of(process)
    engine.suspend()
    os.killpg(process.pid, signal.SIGINT)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(1)
    os.killpg(process.pid, signal.SIGINT)
    done = ended(process)
    assert done.code == 130
    assert "multus-lab: interrupted: `up` was ended at once" in done.err
    assert "Traceback" not in done.err
    assert on_bed.clone.engines() == []
    assert on_bed.files.locks() == []
    if on_bed.files.pending():
        assert "multus-lab up dev --testbed bed" in done.err
    on_bed.works("up")


@pytest.mark.parametrize("signals", [1, 2])
def test_a_signal_while_the_cluster_does_not_answer(
    clone: Clone, tmp_path: Path, signals: int
) -> None:
    zone = {"name": "silent", "range": "10.0.0.0/24", "interface": "eth1"}
    clone.write("daemon", {"zone": zone})
    clone.write("silent", {"zone": zone, "multus": {"install": False}})
    env = {"PULUMI_BACKEND_URL": tmp_path.as_uri(), "PULUMI_CONFIG_PASSPHRASE": ""}
    with socket.create_server(("127.0.0.1", 0)) as server:
        kubeconfig = {
            "clusters": [
                {"name": "it", "cluster": {"server": f"http://127.0.0.1:{server.getsockname()[1]}"}}
            ],
            "users": [{"name": "it", "user": {"token": "x"}}],
            "contexts": [{"name": "it", "context": {"cluster": "it", "user": "it"}}],
            "current-context": "it",
        }
        (tmp_path / "kubeconfig").write_text(json.dumps(kubeconfig))
        env["KUBECONFIG"] = str(tmp_path / "kubeconfig")
        server.settimeout(60)
        process = clone.start("up", "daemon", "silent", **env)
        asked, _ = server.accept()
        with asked:
            for _ in range(signals):
                time.sleep(0.5)  # less is one wish
                os.killpg(process.pid, signal.SIGINT)
            done = ended(process)
    assert done.code == 130
    assert done.last == "multus-lab: interrupted: `up` was not begun"
    assert "Traceback" not in done.err
    assert clone.engines() == []


def test_a_state_of_zero_bytes_on_a_test_bed(on_bed: Stack) -> None:
    on_bed.works("up")
    on_bed.files.state.write_bytes(b"")
    assert "its backup was taken instead" in on_bed.works("up").err
    shutil.copy(on_bed.files.state, on_bed.files.backup)
    on_bed.files.state.write_bytes(b"")
    on_bed.works("up")


def test_a_state_of_zero_bytes_without_a_backup(on_bed: Stack) -> None:
    on_bed.works("up")
    on_bed.files.state.write_bytes(b"")
    on_bed.files.backup.unlink(missing_ok=True)
    assert "has no backup" in on_bed.works("up").err
    assert on_bed.networks() == [NETWORK]


def test_attributes_of_zero_bytes_on_a_test_bed(on_bed: Stack) -> None:
    on_bed.works("up")
    assert not on_bed.files.attributes.exists()
    on_bed.files.attributes.write_bytes(b"")
    on_bed.works("up")


@pytest.mark.parametrize("exists", [True, False], ids=["was created", "was not created"])
@pytest.mark.parametrize("verb", ["preview", "up", "down"])
def test_a_pending_create_on_a_test_bed(on_bed: Stack, verb: str, exists: bool) -> None:
    on_bed.works("up")
    on_bed.forget("NetworkAttachmentDefinition")
    if not exists:
        on_bed.bed.kubectl("delete", "net-attach-def", "-n", "default", NETWORK.split("/")[1])
    done = on_bed.works(verb)
    assert "settling what a killed run has left pending: creating NetworkAttachment" in done.err
    assert on_bed.networks() == (
        [] if verb == "down" or (verb, exists) == ("preview", False) else [NETWORK]
    )


def test_a_killed_run_in_the_user_s_own_backend(of_user: Stack) -> None:
    of_user.killed("up", "us", "engine")
    assert len(of_user.files.locks()) == 1
    told = commands(of_user.run("preview"))
    # The engine may have died while it wrote the attributes beside its state.
    first, *pending = [one for one in told if not one.startswith("rm ")]
    assert " cancel " in first
    assert len(pending) == bool(of_user.files.pending())
    done = of_user.run("up")
    assert done.code == 1
    assert str(of_user.files.locks()[0].path) in done.err
    assert "which is no longer running" in done.err
    mend(done)
    if of_user.run("up").code == 0 and of_user.files.pending():
        mend(of_user.run("up"))
    of_user.works("up")
    assert of_user.networks() == [NETWORK]


@pytest.mark.parametrize("exists", [True, False], ids=["was created", "was not created"])
def test_a_pending_create_in_the_user_s_own_backend(of_user: Stack, exists: bool) -> None:
    of_user.works("up")
    of_user.forget("NetworkAttachmentDefinition")
    if not exists:
        of_user.bed.kubectl("delete", "net-attach-def", "-n", "default", NETWORK.split("/")[1])
    done = of_user.run("up")
    assert done.code == 0
    mend(done)
    of_user.works("up")
    assert of_user.networks() == [NETWORK]


@pytest.mark.parametrize("exists", [True, False], ids=["was created", "was not created"])
def test_down_deletes_what_was_being_created_in_the_user_s_own_backend(
    of_user: Stack, exists: bool
) -> None:
    of_user.works("up")
    of_user.forget("DaemonSet")
    daemon = ("daemonset/kube-multus-ds", "-n", "kube-system")
    if not exists:
        of_user.bed.kubectl("delete", *daemon)
    assert commands(of_user.works("down")) == []
    assert of_user.bed.kubectl("get", *daemon, "--ignore-not-found") == ""
    of_user.works("up")
    assert of_user.bed.kubectl("get", *daemon, "-o", "name").strip()


@pytest.mark.parametrize("file", ["state", "attributes"])
def test_a_file_of_zero_bytes_in_the_user_s_own_backend(of_user: Stack, file: str) -> None:
    of_user.works("up")
    path: Path = getattr(of_user.files, file)
    path.write_bytes(b"")
    done = of_user.run("up")
    assert done.code == 1
    assert f"{path} is damaged" in done.err
    mend(done)
    of_user.works("up")


def test_a_state_and_a_backup_of_zero_bytes_in_the_user_s_own_backend(of_user: Stack) -> None:
    of_user.works("up")
    of_user.works("up")
    of_user.files.state.write_bytes(b"")
    of_user.files.backup.write_bytes(b"")
    done = of_user.run("up")
    assert done.code == 1
    mend(done)
    of_user.works("up")
    assert of_user.networks() == [NETWORK]


def test_a_state_of_zero_bytes_of_which_nothing_is_left(of_user: Stack) -> None:
    of_user.works("up")
    of_user.files.state.write_bytes(b"")
    of_user.files.backup.unlink()
    shutil.rmtree(of_user.files.root / ".pulumi" / "backups")
    done = of_user.run("up")
    assert done.code == 1
    told = f"its state {of_user.files.state} is damaged, and there is no backup of it"
    assert told in done.err
    mend(done)
    of_user.works("up")
    assert of_user.networks() == [NETWORK]


def test_a_lock_that_is_held_is_waited_for(of_user: Stack) -> None:
    of_user.works("up")
    folder = of_user.files.root / ".pulumi" / "locks" / "organization" / "multus-lab" / "dev"
    folder.mkdir(parents=True, exist_ok=True)
    content = {"pid": os.getpid(), "username": "ann", "hostname": os.uname().nodename}
    (folder / "x.json").write_text(json.dumps({**content, "timestamp": "2026-11-26T15:00:00Z"}))
    done = of_user.run("up")
    assert (done.code, done.last.strip()) == (1, "wait for it to end")
    assert f"ann@{os.uname().nodename} holds it" in done.err
    assert commands(done) == []
    (folder / "x.json").unlink()


def test_another_passphrase_is_told_before_anything_is_changed(of_user: Stack) -> None:
    of_user.works("up")
    of_user.bed.kubectl("delete", "net-attach-def", "-n", "default", NETWORK.split("/")[1])
    before = of_user.checkpoint()
    done = of_user.clone.run("up", "dev", **of_user.env | {"PULUMI_CONFIG_PASSPHRASE": "another"})
    assert done.code == 1
    assert "incorrect passphrase" in done.last
    assert of_user.checkpoint() == before


POLICY = """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: no-networks}
spec:
  failurePolicy: Fail
  matchConstraints:
    resourceRules:
      - apiGroups: [k8s.cni.cncf.io]
        apiVersions: [v1]
        operations: [CREATE]
        resources: [network-attachment-definitions]
  validations: [{expression: "false", message: nobody may have networks}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: no-networks}
spec: {policyName: no-networks, validationActions: [Deny]}
"""


def test_the_last_line_is_the_cause(on_bed: Stack) -> None:
    on_bed.bed.kubectl("apply", "-f", "-", stdin=POLICY)
    try:
        done = on_bed.run("up")
    finally:
        on_bed.bed.kubectl("delete", "-f", "-", stdin=POLICY)
    assert done.code == 1
    assert "nobody may have networks" in done.last
    told = done.err[done.err.index("multus-lab: ") :]
    assert told.startswith(f"multus-lab: NetworkAttachmentDefinition {NETWORK}: ")
    for word in ("urn:", "update failed", "Resource monitor"):
        assert word not in told


@pytest.mark.skipif(os.geteuid() != 0, reason="mounts a disk of its own")
@pytest.mark.parametrize(
    ("mount", "why"),
    [
        pytest.param("-t tmpfs -o size=8k none", "no space left on device", id="full"),
        pytest.param("-t tmpfs -o ro none", "read-only file system", id="read-only"),
    ],
)
def test_a_disk_that_takes_nothing_is_one_sentence(
    clone: Clone, tmp_path: Path, mount: str, why: str
) -> None:
    state = tmp_path / "state"
    state.mkdir()
    script = f"mount {mount} {state} && exec {sys.executable} -m multus_lab up dev"
    process = subprocess.run(
        ["unshare", "--mount", "sh", "-c", script],
        cwd=clone.folder,
        env={
            **clone.env,
            "PULUMI_BACKEND_URL": state.as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "",
            "KUBECONFIG": str(clone.testbed("bed").kubeconfig),
        },
        text=True,
        capture_output=True,
        check=False,
    )
    assert process.returncode == 1
    last = process.stderr.splitlines()[-1]
    assert re.fullmatch(rf"multus-lab: cannot write {state}\S+: {why}", last)
