"""The test bed with its real parts. Each test brings `bed` up itself, so their order is free."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest
import urllib3

from multus_lab.cluster.client import Cluster
from multus_lab.cluster.errors import RefusedError, UnavailableError
from multus_lab.processes import ProcessError, last_lines
from multus_lab.programs import KUBERNETES
from multus_lab.testbed import Removed, Status, Testbed, TestbedError, nodes
from multus_lab.testbed.parts import PARTS
from tests.conftest import Built

HOWTO_NODES = ["master01", "worker01", "worker02"]


@pytest.fixture(scope="module")
def bed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Testbed]:
    built(KUBERNETES)
    # Longer than a socket's path may be.
    bed = Testbed(tmp_path_factory.mktemp("long" * 25) / "bed")
    yield bed
    bed.down()
    assert running_in(bed) == []


@pytest.fixture
def other(built: Built, tmp_path: Path) -> Iterator[Testbed]:
    built(KUBERNETES)
    bed = Testbed(tmp_path / "other")
    yield bed
    if (bed.folder / "state.json").exists():
        bed.down()
    assert running_in(bed) == []


def running_in(bed: Testbed) -> list[str]:
    """Every process with its working directory in the test bed, recorded or not."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.cwd() == str(bed.folder):
                found.append(process.name())
        except psutil.Error:
            continue
    return found


def pids(status: Status) -> dict[str, int | None]:
    return {process.name: process.pid for process in status.processes}


def state(bed: Testbed) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((bed.folder / "state.json").read_text())
    return content


def kill(bed: Testbed, part: str) -> None:
    pid = pids(bed.status())[part]
    assert pid is not None
    process = psutil.Process(pid)
    process.kill()
    process.wait(10)


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_up_gives_the_howto_s_nodes(bed: Testbed) -> None:
    status = bed.up(nodes=3)
    assert status.state == "up"
    assert status.problems == ()
    assert [(node.name, node.ready) for node in status.nodes] == [(n, True) for n in HOWTO_NODES]
    found = json.loads(bed.kubectl("get", "nodes", "-o", "json"))["items"]
    taints = {node["metadata"]["name"]: node["spec"].get("taints") for node in found}
    assert taints == {
        "master01": [{"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}],
        "worker01": None,
        "worker02": None,
    }
    release = KUBERNETES.versions["k8s.io/kubernetes"]
    assert {node["status"]["nodeInfo"]["kubeletVersion"] for node in found} == {release}
    server = json.loads(bed.kubectl("version", "-o", "json"))["serverVersion"]
    assert server["gitVersion"] == release


def test_up_again_changes_nothing(bed: Testbed) -> None:
    first = bed.up()
    kubeconfig = bed.kubeconfig.stat()
    again = bed.up()
    assert not again.changed
    assert pids(again) == pids(first)
    assert again.nodes == first.nodes
    assert bed.kubeconfig.stat().st_mtime_ns == kubeconfig.st_mtime_ns
    assert bed.status() == again


def test_two_ups_at_once_start_it_once(other: Testbed) -> None:
    with ThreadPoolExecutor() as pool:
        one, two = pool.map(lambda _: Testbed(other.folder).up(nodes=1), range(2))
    assert pids(one) == pids(two)
    assert sorted([one.changed, two.changed]) == [False, True]
    assert sorted(running_in(other)) == sorted(PARTS)


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (5, [*HOWTO_NODES, "worker03", "worker04"]),
        (1, ["master01"]),
        (3, HOWTO_NODES),
    ],
)
def test_more_and_fewer_nodes(bed: Testbed, count: int, expected: list[str]) -> None:
    before = bed.up()
    status = bed.up(nodes=count)
    assert [node.name for node in status.nodes] == expected
    assert all(node.ready for node in status.nodes)
    assert pids(status) == pids(before)
    assert bed.up().nodes == status.nodes  # as many as last time where nothing is said


DAEMON_SET = {
    "apiVersion": "apps/v1",
    "kind": "DaemonSet",
    "metadata": {"name": "everywhere", "namespace": "kube-system"},
    "spec": {
        "selector": {"matchLabels": {"app": "everywhere"}},
        "template": {
            "metadata": {"labels": {"app": "everywhere"}},
            "spec": {
                "tolerations": [{"operator": "Exists"}],
                "containers": [
                    {
                        "name": "one",
                        "image": "example.com/none",
                        "securityContext": {"privileged": True},
                    }
                ],
            },
        },
    },
}


def test_pods_run_and_go_with_their_node(bed: Testbed) -> None:
    bed.up(nodes=4)
    bed.kubectl("apply", "-f", "-", stdin=json.dumps(DAEMON_SET))

    def pods() -> list[tuple[str, str]]:
        found = bed.kubectl("get", "pod", "-n", "kube-system", "-l", "app=everywhere", "-o", "json")
        return sorted(
            (pod["spec"].get("nodeName", ""), pod["status"]["phase"])
            for pod in json.loads(found)["items"]
        )

    wait_for(lambda: pods() == [(name, "Running") for name in [*HOWTO_NODES, "worker03"]])
    bed.up(nodes=3)
    wait_for(lambda: pods() == [(name, "Running") for name in HOWTO_NODES])
    bed.kubectl("delete", "daemonset", "-n", "kube-system", "everywhere", "--cascade=foreground")
    assert pods() == []


@pytest.mark.parametrize("part", PARTS)
def test_a_killed_part_is_reported_and_repaired(bed: Testbed, part: str) -> None:
    before = bed.up()
    name = f"kept-{part}"
    bed.kubectl("create", "configmap", name)
    config = bed.kubeconfig.read_text()
    kill(bed, part)
    broken = bed.status()
    assert broken.state == "broken"
    assert any(problem.startswith(f"{part} does not run") for problem in broken.problems)
    assert str(bed.folder / "logs" / f"{part}.log") in " ".join(broken.problems)
    repaired = bed.up()
    assert repaired.state == "up"
    assert repaired.changed
    assert pids(repaired)[part] != pids(before)[part]
    assert bed.kubeconfig.read_text() == config
    assert sorted(running_in(bed)) == sorted(PARTS)
    assert name in bed.kubectl("get", "configmap", "-o", "name")


def test_up_tells_what_it_removes_that_is_old(
    bed: Testbed, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    old = Removed("programs/kubernetes-0123456789abcdef", 412_300_000)
    monkeypatch.setattr("multus_lab.testbed.bed.prune", lambda days: [old] if days == 30 else [])
    bed.up()
    told = "removed what nothing has used for 30 days: 1 folder of programs, 412 MB"
    assert told in capsys.readouterr().err.splitlines()


def test_a_node_that_somebody_removed_comes_back(bed: Testbed) -> None:
    bed.up(nodes=3)
    bed.kubectl("delete", "node", "worker02")
    assert bed.status().problems == ("there are 2 nodes, not 3",)
    assert [node.name for node in bed.up().nodes] == HOWTO_NODES


def test_a_node_of_somebody_else_stays(bed: Testbed) -> None:
    bed.up(nodes=3)
    node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "theirs"}}
    bed.kubectl("apply", "-f", "-", stdin=json.dumps(node))
    assert [node.name for node in bed.up(nodes=3).nodes] == HOWTO_NODES
    assert bed.kubectl("get", "node", "theirs", "-o", "name") == "node/theirs\n"
    bed.kubectl("delete", "node", "theirs")


def test_nothing_listens_but_on_loopback(bed: Testbed) -> None:
    status = bed.up()
    heard = {
        (process.name, connection.laddr.ip)
        for process in status.processes
        for connection in psutil.Process(process.pid).net_connections("inet")
        if connection.status == psutil.CONN_LISTEN or not connection.raddr
    }
    assert heard == {("kube-apiserver", "127.0.0.1")}


@pytest.mark.parametrize("token", ["", "guessed"])
def test_a_stranger_gets_nothing(bed: Testbed, token: str) -> None:
    bed.up()
    url = f"https://127.0.0.1:{state(bed)['port']}"
    authority = bed.folder / "certs" / "apiserver.crt"
    stranger = {"Authorization": f"Bearer {token}"}
    for path in ("/", "/readyz", "/version", "/api/v1/nodes"):
        pool = urllib3.PoolManager(ca_certs=str(authority), headers=stranger)
        assert pool.request("GET", url + path).status == 401
    with pytest.raises(RefusedError, match="it does not accept our credentials"):
        Cluster.at(url, authority, token).get("Node", "master01")


def test_everything_is_private_to_the_user(bed: Testbed) -> None:
    bed.up()
    assert bed.folder.stat().st_mode & 0o777 == 0o700
    files = ("kubeconfig", "tokens.csv", "state.json", "etcd.sock", "certs/apiserver.key")
    paths = [bed.folder / name for name in files] + list((bed.folder / "logs").iterdir())
    assert [path for path in paths if path.stat().st_mode & 0o077] == []


def test_down_stops_all_removes_data_and_keeps_logs(bed: Testbed) -> None:
    status = bed.up()
    assert bed.down() == ("kwok", *list(PARTS)[-2::-1])
    assert running_in(bed) == []
    assert bed.status().state == "down"
    assert bed.status().problems == ()
    left = sorted(path.name for path in bed.folder.iterdir())
    assert left == ["lock", "logs", "state.json"]
    assert {f"{part}.log" for part in PARTS} <= {p.name for p in (bed.folder / "logs").iterdir()}
    assert bed.down() == ()
    with pytest.raises(TestbedError, match="is down"):
        bed.kubectl("get", "nodes")
    assert bed.up().server == status.server  # the port is kept


def test_down_of_what_never_was(other: Testbed) -> None:
    assert other.down() == ()
    assert not other.folder.exists()
    assert other.status().state == "down"


def test_a_kept_port_taken_by_another_program(bed: Testbed) -> None:
    before = bed.up()
    bed.down()
    with socket.socket() as thief:
        thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        thief.bind(("127.0.0.1", state(bed)["port"]))
        thief.listen()
        status = bed.up()
    assert status.state == "up"
    assert status.server != before.server
    assert status.server is not None
    assert status.server in bed.kubeconfig.read_text()
    assert "node/master01" in bed.kubectl("get", "nodes", "-o", "name")


def test_a_port_asked_for(bed: Testbed) -> None:
    with socket.socket() as thief:
        thief.bind(("127.0.0.1", 0))
        taken = thief.getsockname()[1]
        bed.down()
        with pytest.raises(TestbedError, match=f"port {taken} on 127.0.0.1 is in use"):
            bed.up(port=taken)
        assert running_in(bed) == []
    status = bed.up(port=taken)
    assert status.server == f"https://127.0.0.1:{taken}"
    assert not bed.up(port=taken).changed
    with pytest.raises(TestbedError, match=f"is up on port {taken}"):
        bed.up(port=taken - 1)
    assert bed.status().state == "up"


def test_a_stale_process_id_is_nobody_s(other: Testbed) -> None:
    # As after a restart of the machine: the ids belong to others by now.
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        other.folder.mkdir()
        record = {"pid": stranger.pid, "created": psutil.boot_time() - 3600}
        content = {
            "port": None,
            "nodes": None,
            "programs": "",
            "processes": dict.fromkeys(PARTS, record),
        }
        (other.folder / "state.json").write_text(json.dumps(content))
        assert other.status().state == "broken"
        assert [process.pid for process in other.status().processes] == [None] * len(PARTS)
        assert other.down() == ()
        (other.folder / "state.json").write_text(json.dumps(content))
        assert other.up(nodes=1).state == "up"
        other.down()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_after_the_machine_was_off_the_data_is_there(bed: Testbed) -> None:
    bed.up(nodes=3)
    bed.kubectl("create", "configmap", "kept-all")
    for part in PARTS:
        kill(bed, part)
    status = bed.up()
    assert status.state == "up"
    assert [node.name for node in status.nodes] == HOWTO_NODES
    assert "kept-all" in bed.kubectl("get", "configmap", "-o", "name")


def test_it_outlives_the_run_that_started_it(other: Testbed) -> None:
    program = (
        "import sys; from pathlib import Path; from multus_lab.testbed import Testbed; "
        "Testbed(Path(sys.argv[1])).up(nodes=1)"
    )
    subprocess.run([sys.executable, "-c", program, str(other.folder)], check=True)
    assert other.status().state == "up"
    assert not other.up().changed


def ends_during(start: Testbed, part: str, times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a part killed that many times while a start waits for the nodes to be registered."""
    left = times

    def fit(*arguments: Any) -> bool:
        nonlocal left
        if left:
            left -= 1
            kill(start, part)
            raise UnavailableError("not yet")
        return nodes.fit(*arguments)

    monkeypatch.setattr(
        "multus_lab.testbed.bed.bed_nodes", SimpleNamespace(fit=fit, seen=nodes.seen)
    )


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_ends_while_it_is_waited_for_is_started_again(
    bed: Testbed, part: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bed.up()
    bed.kubectl("create", "configmap", f"waited-{part}")
    ends_during(bed, part, 2, monkeypatch)
    status = bed.up()
    assert (status.state, status.changed) == ("up", True)
    assert sorted(running_in(bed)) == sorted(PARTS)
    assert f"waited-{part}" in bed.kubectl("get", "configmap", "-o", "name")
    told = [line for line in capsys.readouterr().err.splitlines() if "started again" in line]
    log = bed.folder / "logs" / f"{part}.log.old"
    assert told == [f"{part} has ended and is started again; see {log}"] * 2
    assert log.exists()


def test_a_part_that_ends_again_and_again_is_the_error(
    other: Testbed, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends_during(other, "kwok", 3, monkeypatch)
    with pytest.raises(ProcessError, match=r"^kwok has ended; its log is .*kwok\.log"):
        other.up(nodes=1)
    assert running_in(other) == []


def test_a_failing_start_says_why_and_leaves_nothing(other: Testbed) -> None:
    (other.folder / "etcd" / "member" / "snap").mkdir(parents=True)
    (other.folder / "etcd" / "member" / "snap" / "db").write_bytes(os.urandom(65536))
    reason = "failed to open database: invalid database"  # and not the stack of its panic
    with pytest.raises(ProcessError, match=rf"etcd has ended; its log is .*etcd\.log\n  {reason}$"):
        other.up()
    assert running_in(other) == []
    assert other.status().state == "down"
    shutil.rmtree(other.folder / "etcd")
    assert other.up(nodes=1).state == "up"


def test_a_failing_later_part_stops_the_earlier_ones(other: Testbed) -> None:
    other.folder.mkdir()
    (other.folder / "tokens.csv").write_text("not,enough\n")
    reason = "command failed: token file 'tokens.csv' must have at least 3 columns"
    with pytest.raises(ProcessError, match=rf"kube-apiserver has ended; its log is .*\n  {reason}"):
        other.up()
    assert running_in(other) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="mounts a small disk")
@pytest.mark.parametrize(
    ("size", "reason"),
    [
        ("24k", r"cannot write \S+: No space left on device"),
        ("20m", r"etcd has ended; its log is \S+\n  failed to create WAL: no space left on device"),
    ],
)
def test_a_full_disk_is_one_clear_error(other: Testbed, size: str, reason: str) -> None:
    program = (
        "import sys; from pathlib import Path; from multus_lab.testbed import Testbed\n"
        "from multus_lab.errors import MultusLabError\n"
        "try: Testbed(Path(sys.argv[1])).up(nodes=1)\n"
        "except MultusLabError as error: print(error)"
    )
    other.folder.mkdir()
    script = 'mount -t tmpfs -o size=$1 none "$2" && exec "$3" -c "$4" "$2"'
    arguments = [size, str(other.folder), sys.executable, program]
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", script, "sh", *arguments],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    assert re.fullmatch(f"{reason}\n", done.stdout)
    assert running_in(other) == []


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff\x00", b'{"processes": {"a": 1}}'])
def test_a_damaged_state_is_one_clear_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "state.json").write_bytes(content)
    for act in (Testbed(tmp_path).status, Testbed(tmp_path).down):
        with pytest.raises(TestbedError, match=r"state\.json is damaged"):
            act()


@pytest.mark.parametrize("name", ["", "-a", "A", "a/b", "..", "a.b", "a" * 64, "a\n", "ä"])
def test_a_name_that_is_refused(name: str) -> None:
    with pytest.raises(TestbedError, match="name is"):
        Testbed.named(name)


@pytest.mark.parametrize("name", ["default", "a", "7", "a-b-3", "a" * 63])
def test_a_name_that_is_taken(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MULTUS_LAB_CACHE", str(tmp_path / "cache"))
    assert Testbed.named(name).folder == tmp_path / "cache" / "testbeds" / name
    assert (tmp_path / "cache").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"nodes": 0}, "1 to 256 nodes, not 0"),
        ({"nodes": 257}, "1 to 256 nodes, not 257"),
        ({"port": 0}, "a port is 1 to 65535, not 0"),
        ({"port": 65536}, "a port is 1 to 65535, not 65536"),
    ],
)
def test_what_up_refuses(arguments: dict[str, int], expected: str, tmp_path: Path) -> None:
    with pytest.raises(TestbedError, match=expected):
        Testbed(tmp_path / "none").up(**arguments)  # type: ignore[arg-type]
    assert not (tmp_path / "none").exists()


def test_status_as_json(bed: Testbed) -> None:
    content = json.loads(json.dumps(bed.up().as_json()))
    assert content["state"] == "up"
    assert content["kubeconfig"] == str(bed.kubeconfig)
    assert {"name": "master01", "ready": True} in content["nodes"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"", []),
        (b"one\n", ["one"]),
        (b"one\n\ntwo\n  three  \n\n", ["two", "three"]),
        (b"x" * 400, ["x" * 300]),
        (b"\xff\n", ["\ufffd"]),
    ],
)
def test_the_last_lines_of_a_log(tmp_path: Path, text: bytes, expected: list[str]) -> None:
    (tmp_path / "log").write_bytes(text)
    assert last_lines(tmp_path / "log") == expected


def test_the_shared_one(testbed: Testbed) -> None:
    assert testbed.status().state == "up"
