"""An installation from first to last, from the command line as a user has it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from multus_lab import releases
from multus_lab.programs import MULTUS_RELEASES
from multus_lab.releases import troubles
from tests.wire.test_traces import machine

ROOT = Path(__file__).parents[2]
FIRST, *_, LAST = MULTUS_RELEASES

# On nodes with links for plugins, folders of their own, and without macvlan.
STACK = f"""
config:
  multus-lab:cluster: {{distribution: k3s, dataDir: /mnt/k3s,
    primaryNetwork: {{file: 10-flannel.conflist}}}}
  multus-lab:multus: {{release: {LAST}, resources: {{limits: {{memory: 2Gi}}}},
    installPlugins: {{image: "lab/plugins:v1.10.0", plugins: [macvlan]}}}}
  multus-lab:zone: {{name: lab, range: 10.12.34.0/24, interface: eth1, mtu: 1500,
    platform: bare-metal, podsPerNode: 2, nodes: [{{name: worker01}}, {{name: worker02}}]}}
  multus-lab:networks:
    - name: wire
      cniVersion: 1.0.0
      master: eth1
      ipam: {{type: host-local, subnet: 10.12.34.0/24}}
      accept: {{IPA207: no pod looks for another here}}
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("daemon") / "Pulumi.k3s.yaml"
    path.write_text(STACK)
    before = machine()
    words = ("rehearse", str(path), "--daemon", "--from", FIRST, "--json")
    done = subprocess.run(
        [sys.executable, "-m", "multus_lab", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return {**json.loads(done.stdout), "machine": (before, machine())}


def replaced(told: Any, phase: str, two: bool) -> list[Any]:
    found = [one for one in told["replaced"] if (one["phase"], one["twoFolders"]) == (phase, two)]
    assert [one["node"] for one in found] == ["worker01", "worker02"]
    return found


def test_the_machine_is_as_it_was(told: Any) -> None:
    before, after = told["machine"]
    assert before == after


def test_each_release_comes_up_and_attaches_pods(told: Any) -> None:
    assert (told["from"], told["fromPrograms"], told["release"]) == (FIRST, FIRST, LAST)
    assert {one["release"] for one in told["installed"]} == {FIRST, LAST}
    assert len(told["attached"]) == 4
    assert not [one for one in told["attached"] if one["error"] or one["without"]]


@pytest.mark.parametrize("phase", ["upgrade", "restart"])
def test_pods_start_without_their_networks_while_the_daemon_is_replaced(
    phase: str, told: Any
) -> None:
    for one in replaced(told, phase, two=False):
        assert one["gap"] > 0
        assert one["without"]
        assert not [each for each in one["before"] if each["without"] or each["error"]]
    assert "WIR610" in {one["code"] for one in told["findings"]}


def test_with_two_folders_pods_wait_for_their_networks(told: Any) -> None:
    for one in replaced(told, "restart", two=True):
        assert one["gap"] > 0
        assert not one["without"]
        assert not [each for each in one["during"] if each["error"]]
        assert one["longestWait"] > 0


def test_pods_that_run_keep_their_networks(told: Any) -> None:
    for phase in ("upgrade", "restart"):
        for one in replaced(told, phase, two=False):
            assert len(one["running"]) == 2
            assert not one["lost"]


def test_memory_grows_with_the_pods_that_start_at_once(told: Any) -> None:
    memory = told["memory"]
    assert memory["limit"] == 2 << 30
    assert [one["pods"] for one in memory["crowds"]] == [0, 1, 10, 50]
    rest, one, ten, fifty = (one["memory"] for one in memory["crowds"])
    # On a busy machine what a crowd takes may be seen at a better moment than its worst.
    assert 10 << 20 < rest < min(one, ten, fifty)
    assert one < max(ten, fifty) < 2 << 30
    assert not [one for one in memory["crowds"] if one["failed"]]


def test_the_programs_are_left_on_nodes_and_not_the_configuration(told: Any) -> None:
    for one in told["removed"]:
        left = {each["path"] for each in one["left"]}
        assert {"/mnt/k3s/data/cni/multus-shim", "/mnt/k3s/data/cni/macvlan"} <= left
        assert not [each for each in left if "00-multus.conf" in each]


def test_pods_that_outlive_multus_leave_their_addresses_behind(told: Any) -> None:
    found = [one for one in told["taken"] if one["phase"] == "removal"]
    assert {(one["node"], one["network"]) for one in found} == {
        ("worker01", "wire"),
        ("worker02", "wire"),
    }
    assert [len(one["addresses"]) for one in found] == [2, 2]


def test_the_primary_network_loses_addresses_if_the_release_is_known_to_leak(told: Any) -> None:
    known = releases.multus(LAST)
    assert known
    leaked = {one["phase"] for one in told["taken"] if one["network"] == "cluster"}
    leaks = troubles.DEL_LEAK in known.troubles
    assert ("in use" in leaked, "restart" in leaked) == (leaks, leaks)
    ours = [one for one in told["findings"] if one["code"] == "WIR604"]
    assert [one["severity"] for one in ours] == (["note"] if leaks else [])
