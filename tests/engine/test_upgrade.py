"""From each release to another, and back, by one line of the stack file, on the real engine."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from multus_lab.engine.rollout import UnreadyError
from multus_lab.testbed import Testbed
from tests.conftest import Built
from tests.engine.lab import CRD, Lab

DS = "ds/kube-multus-ds"
UP = ("v4.1.4", "v4.2.4", "v4.3.0", "v4.3.1")
WAY = (*UP, *reversed(UP[:-1]))
CHANGES = {
    frozenset({"v4.1.4", "v4.2.4"}): {"DaemonSet"},
    frozenset({"v4.2.4", "v4.3.0"}): {"DaemonSet", "CustomResourceDefinition"},
    frozenset({"v4.3.0", "v4.3.1"}): {"DaemonSet", "ClusterRole"},
}
"""The kinds of what changes between two releases: a mount, a short name of the CRD, a right."""
HUGE = {"requests": {"cpu": "64"}, "limits": {"cpu": "64"}}
"""More than a node has, so that no pod of it is ever scheduled."""


@pytest.fixture
def lab(testbed: Testbed, built: Built, tmp_path: Path) -> Iterator[Lab]:
    lab = Lab(tmp_path, testbed, name="upgrade")
    yield lab
    lab.clear()


def release(lab: Lab, name: str, **multus: Any) -> None:
    with lab.edit() as written:
        written["multus-lab:multus"] = {"release": name, **multus}


def daemon(lab: Lab) -> tuple[str, int]:
    """The DaemonSet's UID, and how often what is declared of it has changed."""
    (one,) = lab.get(DS)
    return one["metadata"]["uid"], one["metadata"]["generation"]


def images(lab: Lab) -> dict[str, str]:
    """The release of the daemon that runs on each node."""
    found = lab.get("pod", "-l", "app=multus", "--field-selector", "status.phase=Running")
    return {
        one["spec"]["nodeName"]: one["spec"]["containers"][0]["image"].rpartition(":")[2]
        for one in found
    }


def untouched(lab: Lab) -> dict[str, tuple[str, int, str]]:
    """What changes of a network with whatever anybody does to it; and the CRD's UID."""
    (crd,) = lab.get(CRD)
    found = {
        name: (
            one["metadata"]["uid"],
            one["metadata"]["generation"],
            one["metadata"]["resourceVersion"],
        )
        for name, one in lab.networks().items()
    }
    return found | {"crd": (crd["metadata"]["uid"], 0, "")}


def test_to_each_release_and_back(lab: Lab) -> None:
    release(lab, WAY[0])
    lab.up()
    networks, (uid, generation) = untouched(lab), daemon(lab)
    assert networks
    for before, now in pairwise(WAY):
        pods = lab.pods()
        release(lab, now)
        outcome = lab.up()
        assert {one.kind for one in outcome.objects} == CHANGES[frozenset({before, now})]
        assert {one.change for one in outcome.objects} == {"update"}
        # Rolled once, on every node, and in place.
        generation += 1
        assert daemon(lab) == (uid, generation)
        assert images(lab) == dict.fromkeys(pods, f"{now}-thick")
        assert not set(lab.pods().values()) & set(pods.values())
        assert untouched(lab) == networks
        assert set(lab.up().changes) == {"same"}
        assert daemon(lab) == (uid, generation)


def test_the_first_node_that_does_not_come_up_stops_it(lab: Lab) -> None:
    release(lab, "v4.3.0", readyTimeout="6s")
    lab.up()
    networks, pods = untouched(lab), lab.pods()
    release(lab, "v4.3.1", readyTimeout="6s", resources=HUGE)
    with pytest.raises(UnreadyError) as error:
        lab.up()
    head, *lines = str(error.value).splitlines()
    daemon_set = "DaemonSet kube-system/kube-multus-ds"
    assert head == f"{daemon_set}: 0 of 3 pods ready, 2 as before, and no further one within 6s:"
    (waits,) = (line for line in lines if "Unschedulable" in line)
    assert ": Unschedulable: 0/3 nodes are available: 1 Insufficient cpu" in waits
    # The other nodes keep their daemon, of the release before.
    left = images(lab)
    assert list(left.values()) == ["v4.3.0-thick"] * 2
    assert {node: lab.pods()[node] for node in left} == {node: pods[node] for node in left}
    assert untouched(lab) == networks
    # And back it goes by the same line.
    release(lab, "v4.3.0", readyTimeout="60s")
    lab.up()
    assert images(lab) == dict.fromkeys(pods, "v4.3.0-thick")
    assert {node: lab.pods()[node] for node in left} == {node: pods[node] for node in left}
