"""Pods of a program of one's own, attached to the stack's networks on a real API server."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import components
from multus_lab import project
from multus_lab.attachment import ANNOTATION
from multus_lab.testbed import Testbed
from tests.conftest import Built
from tests.engine.lab import Lab

PROGRAM = """
import pulumi_kubernetes as k8s
from components import MacvlanNetwork, Multus, StackConfig, attach

stack = StackConfig().settings
multus = Multus("multus", stack.multus)
private, other = (MacvlanNetwork(one.name, one, multus=multus) for one in stack.networks)


def pod(name, *networks):
    container = {"name": "probe", "image": "example.com/probe"}
    metadata = {"name": name, "namespace": "default", **attach(*networks)}
    k8s.core.v1.Pod(name, metadata=metadata, spec={"containers": [container]})


pod("by-name", private, other.select(interface="lab0"))
pod("by-address", private.select(ips=["10.12.34.205"], default_route=["10.12.34.254"]), other)
"""

EXPECTED = {
    "by-name": "default/privatezone-macvlan-conf,kube-public/other@lab0",
    "by-address": [
        {
            "name": "privatezone-macvlan-conf",
            "namespace": "default",
            "ips": ["10.12.34.205"],
            "default-route": ["10.12.34.254"],
        },
        {"name": "other", "namespace": "kube-public"},
    ],
}


@pytest.fixture
def lab(testbed: Testbed, built: Built, tmp_path: Path) -> Iterator[Lab]:
    """The dev stack and one more network, under a program of its own."""
    lab = Lab(tmp_path, testbed, name="attached")
    with lab.edit() as config:
        network = {"name": "other", "namespace": "kube-public", "master": "enp0s8"}
        config["multus-lab:networks"].append({**network, "ipam": {"type": "none"}})
    with pytest.MonkeyPatch.context() as patch:
        schema = (project.folder() / "Pulumi.yaml").read_text()
        patch.chdir(tmp_path)
        patch.setattr(sys, "path", [*sys.path])
        Path("Pulumi.yaml").write_text(schema)
        Path("__main__.py").write_text(PROGRAM)
        Path("components").symlink_to(Path(components.__file__).parent)
        yield lab
    lab.bed.kubectl("delete", "pod", "--all", "--now")
    lab.clear()


def test_pods_ask_for_networks(lab: Lab) -> None:
    assert lab.up().changes == {"create": 14}
    found = {
        pod["metadata"]["name"]: pod["metadata"]["annotations"][ANNOTATION]
        for pod in lab.get("pod", "-n", "default")
    }
    assert found.pop("by-name") == EXPECTED["by-name"]
    assert json.loads(found.pop("by-address")) == EXPECTED["by-address"]
    assert found == {}
