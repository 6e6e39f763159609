"""The stacks of this repository on the wire, from the command line as a user has it."""

import json
import subprocess
import sys
from ipaddress import ip_interface, ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.networks import EXAMPLES, network

ROOT = Path(__file__).parents[2]
FIRST = int(ip_interface("10.12.34.200").ip)


def rehearse(*arguments: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "multus_lab", "rehearse", *arguments],
        cwd=ROOT,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )


def seen(done: "subprocess.CompletedProcess[str]") -> Any:
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def dev() -> Any:
    done = rehearse("dev", "--json")
    assert done.returncode == 0, done.stderr  # its risks are accepted
    return seen(done)


@pytest.fixture(scope="module")
def lab() -> Any:
    done = rehearse("lab", "--json")
    assert done.returncode == 0, done.stderr
    return seen(done)


def addresses(pod: Any) -> list[str]:
    interface = next(one for one in pod["interfaces"] if one["name"] == "net1")
    return list(interface["addresses"])


def test_the_how_to_s_pods_get_its_addresses_from_200_on(dev: Any) -> None:
    assert len(dev["pods"]) == 6
    for node in ("master01", "worker01", "worker02"):
        pods = [one for one in dev["pods"] if one["node"] == node]
        got = sorted(int(ip_interface(addresses(one)[0]).ip) for one in pods)
        assert got == [FIRST, FIRST + 1]


def test_the_how_to_s_pods_lose_their_default_route(dev: Any) -> None:
    for pod in dev["pods"]:
        assert pod["default"][0] == "net1"
        assert pod["service"] == "net1"


def test_the_how_to_s_findings_are_those_that_check_accepts(dev: Any) -> None:
    found = {one["code"]: one for one in dev["findings"]}
    assert set(found) == {"IPA207", "RTE301", "LIF403"}
    assert all(one["predicted"] for one in found.values())
    assert found["IPA207"]["accepted"]
    assert found["RTE301"]["accepted"]
    assert "3 MACs answer for it" in found["IPA207"]["message"]


def test_every_pod_is_told_of_as_it_is(dev: Any, lab: Any) -> None:
    for pod in dev["pods"] + lab["pods"]:
        interface = next(one for one in pod["interfaces"] if one["name"] == "net1")
        status = next(one for one in pod["status"] if one["interface"] == "net1")
        assert status["mac"] == interface["mac"]
        assert interface["mtu"] == 1500
        assert [f"{one}/24" for one in status["ips"]] == interface["addresses"]


def test_the_lab_done_right_has_notes_alone(lab: Any) -> None:
    assert {one["severity"] for one in lab["findings"]} == {"note"}
    assert len({addresses(one)[0] for one in lab["pods"]}) == len(lab["pods"]) == 4
    for pod in lab["pods"]:
        assert pod["default"] == ["eth0"]
        assert all(pod["gateways"].values())
        assert len(pod["peers"]) == 3
        assert all(pod["peers"].values())


NAD = """
apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata: {name: storage, namespace: lab}
spec:
  config: '{"cniVersion": "1.0.0", "name": "storage", "plugins": [
    {"type": "macvlan", "master": "eth1", "mtu": 1400,
     "ipam": {"type": "static", "addresses": [{"address": "10.9.0.7/24"}]}},
    {"type": "tuning", "sysctl": {"net.ipv4.conf.IFNAME.arp_filter": "1"}}]}'
"""


def test_a_manifest_is_rehearsed_as_it_is_written() -> None:
    done = rehearse("--manifest", "-", "--pods", "1", "--json", stdin=NAD)
    told = seen(done)
    assert done.returncode == 1
    assert [(one["node"], addresses(one)) for one in told["pods"]] == [
        ("node1", ["10.9.0.7/24"]),
        ("node2", ["10.9.0.7/24"]),
    ]
    assert {one["mtu"] for pod in told["pods"] for one in pod["interfaces"]} == {1400, 1500}
    assert "IPA215" in {one["code"] for one in told["findings"]}


def test_each_type_is_rehearsed_or_left_out_by_name(tmp_path: Path) -> None:
    stack = yaml.safe_load((ROOT / "Pulumi.dev.yaml").read_text())
    # So that sbr keeps the way to the neighbours.
    stack["config"]["multus-lab:cluster"] = {"cniPlugins": "v1.10.0"}
    stack["config"]["multus-lab:networks"] = list(map(network, EXAMPLES))
    stack["config"]["multus-lab:whereabouts"] = {"install": True}
    path = tmp_path / "Pulumi.types.yaml"
    path.write_text(yaml.safe_dump(stack))
    done = rehearse(str(path), "--pods", "1", "--json")
    assert done.returncode == 0, done.stderr
    told = seen(done)
    attached = {one["network"] for one in told["pods"] if not one["error"]}
    assert attached | told["leftOut"].keys() == {f"default/{name}" for name in EXAMPLES}
    assert not attached & told["leftOut"].keys()
    # What every kernel with macvlan can.
    assert {f"default/{name}" for name in EVERYWHERE} <= attached
    assert all(one["severity"] == "note" for one in told["findings"])


EVERYWHERE = ("macvlan", "bridge-of-the-node", "ptp", "chain-with-sbr-last")


BROUGHT = """
config:
  multus-lab:cluster: {distribution: k3s}
  multus-lab:multus: {installPlugins: {image: "lab/plugins:v1.10.0", plugins: [macvlan]}}
  multus-lab:whereabouts: {install: true}
  multus-lab:zone: {name: lab, range: 10.12.34.0/24, interface: eth1, platform: bare-metal,
    podsPerNode: 2, nodes: [{name: worker01}, {name: worker02}]}
  multus-lab:networks:
    - name: slices
      cniVersion: 1.0.0
      master: eth1
      ipam: {type: whereabouts, range: 10.12.34.0/24, node_slice_size: /28}
"""


def test_what_a_stack_brings_to_nodes_is_rehearsed(tmp_path: Path) -> None:
    path = tmp_path / "Pulumi.brought.yaml"
    path.write_text(BROUGHT)
    done = rehearse(str(path), "--json")
    assert done.returncode == 0, done.stderr
    told = seen(done)
    assert told["leftOut"] == {}
    slices = {
        node: {
            ip_network(f"{ip_interface(addresses(pod)[0]).ip}/28", strict=False)
            for pod in told["pods"]
            if pod["node"] == node
        }
        for node in ("worker01", "worker02")
    }
    assert [len(one) for one in slices.values()] == [1, 1]
    assert not slices["worker01"] & slices["worker02"]
    assert all(one["severity"] == "note" for one in told["findings"])


def test_text_ends_with_what_was_real_and_a_summary() -> None:
    done = rehearse("--manifest", "-", "--pods", "1", stdin=NAD)
    assert done.stdout.startswith("POD ")
    assert "\nreal:\n" in done.stdout
    assert "\nstood in for:\n" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("2 nodes, 1 network, 2 pods in ")


def test_what_check_refuses_is_not_rehearsed(tmp_path: Path) -> None:
    written = (ROOT / "Pulumi.dev.yaml").read_text()
    stack = tmp_path / "Pulumi.bad.yaml"
    stack.write_text(written.partition("      accept:")[0])
    done = rehearse(str(stack))
    assert done.returncode == 1
    assert "risk RTE301" in done.stdout
    assert "nothing was rehearsed" in done.stderr
