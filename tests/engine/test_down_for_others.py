"""`down` on a cluster where others have networks, on the real engine: somebody has to agree."""

import json
from collections.abc import Iterator

import pytest

from multus_lab.programs import KUBERNETES
from tests.conftest import Built
from tests.engine.clone import Clone

OTHERS = {
    "apiVersion": "k8s.cni.cncf.io/v1",
    "kind": "NetworkAttachmentDefinition",
    "metadata": {"name": "theirs", "namespace": "kube-public"},
    "spec": {"config": '{"cniVersion": "1.0.0", "type": "macvlan"}'},
}
ZONE = {"name": "lab", "range": "10.0.0.0/24", "interface": "eth1"}
OWN = {"name": "ours", "master": "eth1", "ipam": {"type": "none"}}
LOSSES = {
    True: "down deletes the Multus daemon, and leaves 1 network that isn't this stack's "
    "(kube-public/theirs) without one",
    False: "down deletes the CRD of all networks, and with it 1 network that isn't this stack's "
    "(kube-public/theirs)",
}


@pytest.fixture(scope="module")
def clone(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clone]:
    built(KUBERNETES)
    clone = Clone(tmp_path_factory.mktemp("others"))
    yield clone
    clone.testbed("others").down()


@pytest.mark.parametrize("retained", [True, False], ids=["daemon", "crd"])
def test_down_takes_from_others_only_what_is_agreed_to(clone: Clone, retained: bool) -> None:
    multus = {"retainCrd": retained}
    clone.write("mine", {"zone": ZONE, "networks": [OWN], "multus": multus})
    on_bed = ("mine", "--testbed", "others")
    assert clone.run("up", *on_bed).code == 0
    bed = clone.testbed("others")
    bed.kubectl("apply", "-f", "-", stdin=json.dumps(OTHERS))

    refused = clone.run("down", *on_bed)
    assert (refused.code, refused.last) == (
        1,
        f"multus-lab: {LOSSES[retained]}; add --yes to agree",
    )
    assert len(bed.kubectl("get", "net-attach-def", "-A", "-o", "name").split()) == 2
    assert bed.kubectl("get", "daemonset", "-n", "kube-system", "-o", "name").strip()

    agreed = clone.run("down", *on_bed, "--yes")
    assert agreed.code == 0
    assert LOSSES[retained] in agreed.err.splitlines()
    assert bed.kubectl("get", "daemonset", "-n", "kube-system", "-o", "name") == ""
    crds = bed.kubectl("get", "crd", "-o", "name")
    assert bool(crds) is retained
    if retained:
        left = bed.kubectl("get", "net-attach-def", "-A", "-o", "name").split()
        assert [name.rpartition("/")[2] for name in left] == ["theirs"]
        bed.kubectl("delete", "net-attach-def", "-n", "kube-public", "theirs")


def test_down_asks_nobody_if_nobody_else_has_networks(clone: Clone) -> None:
    clone.write("mine", {"zone": ZONE, "networks": [OWN]})
    assert clone.run("up", "mine", "--testbed", "others").code == 0
    done = clone.run("down", "mine", "--testbed", "others")
    assert (done.code, done.err) == (0, "")


ATTACHED = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {
        "name": "attached",
        "annotations": {"k8s.v1.cni.cncf.io/networks": "default/ours"},
    },
    "spec": {"nodeName": "worker01", "containers": [{"name": "a", "image": "a"}]},
}


def test_nodes_with_attached_pods_are_cleaned_if_somebody_agrees(clone: Clone) -> None:
    clone.write("mine", {"zone": ZONE, "networks": [OWN]})
    on_bed = ("mine", "--testbed", "others")
    assert clone.run("up", *on_bed).code == 0
    bed = clone.testbed("others")
    bed.kubectl("apply", "-n", "default", "-f", "-", stdin=json.dumps(ATTACHED))

    refused = clone.run("down", *on_bed, "--clean-nodes")
    told = (
        "1 pod is attached to networks (default/attached): without Multus nobody frees the "
        "addresses that they got there; end them first"
    )
    assert (refused.code, refused.last) == (1, f"multus-lab: {told}; add --yes to agree")
    assert bed.kubectl("get", "daemonset", "-n", "kube-system", "-o", "name").strip()

    agreed = clone.run("down", *on_bed, "--clean-nodes", "--yes")
    assert agreed.code == 0
    assert told in agreed.err.splitlines()
    said = [f"{node}: there was nothing" for node in ("master01", "worker01", "worker02")]
    assert [line for line in agreed.out.splitlines() if line in said] == [*said, *said]
    assert bed.kubectl("get", "daemonset", "-n", "kube-system", "-o", "name") == ""
