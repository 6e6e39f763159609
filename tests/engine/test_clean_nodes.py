"""`down --clean-nodes` on the real engine: what is there at each step, and what stops it.

kwok's nodes run no script, so the pods' reports are written here as their kubelet would.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from multus_lab.attachment import ANNOTATION, STATUS
from multus_lab.engine.cleaning import Cleaning, CleaningError
from multus_lab.engine.rollout import UnreadyError
from multus_lab.leaving import NODE_CLEANER, Step
from multus_lab.testbed import Testbed
from tests.conftest import Built
from tests.engine.lab import CRD, MULTUS, PRIVATE, Lab

NODES = ("master01", "worker01", "worker02")
DS, CLEANER = "ds/kube-multus-ds", f"ds/{NODE_CLEANER}"


@pytest.fixture
def lab(testbed: Testbed, built: Built, tmp_path: Path) -> Iterator[Lab]:
    lab = Lab(tmp_path, testbed, name="leaving")
    yield lab
    lab.bed.kubectl("delete", "-n", "kube-system", "--ignore-not-found", "quota/few", CLEANER)
    lab.bed.kubectl("delete", "pod", "--ignore-not-found", "attached", "by-default")
    lab.clear()


def containers(lab: Lab) -> list[list[str]]:
    """The init containers of each DaemonSet of a node cleaner, with what their script is told."""
    return [
        [
            " ".join(init["command"][4:])
            for init in one["spec"]["template"]["spec"]["initContainers"]
        ]
        for one in lab.get(CLEANER)
    ]


def reports(lab: Lab, step: Step) -> None:
    """Have each of the cleaner's pods say what it has removed."""
    for pod in lab.get("pod", "-l", f"name={NODE_CLEANER}"):
        names = [one["name"] for one in pod["spec"]["initContainers"]]
        ended = {"exitCode": 0, "message": f"{step.value} 1 removed\n{step.value} 2 removed\n"}
        statuses = [
            {
                **{"name": name, "image": "multus", "imageID": "", "ready": True},
                **{"restartCount": 0, "state": {"terminated": ended}},
            }
            for name in names
        ]
        status = {"status": {"initContainerStatuses": statuses}}
        patch = ("patch", "-n", "kube-system", "pod", pod["metadata"]["name"])
        lab.bed.kubectl(*patch, "--subresource=status", "--type=merge", "-p", json.dumps(status))


@pytest.fixture
def seen(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What there is after each step: the daemon, networks, the CRD, and the cleaner."""
    steps: list[tuple[Any, ...]] = []
    report = Cleaning._reports

    def watched(cleaning: Cleaning, step: Step) -> dict[str, tuple[str, ...]]:
        reports(lab, step)
        there = [bool(lab.get(one)) for one in (DS, CRD)]
        steps.append((step, *there, sorted(lab.networks()), containers(lab)))
        return report(cleaning, step)

    monkeypatch.setattr(Cleaning, "_reports", watched)
    return steps


FIRST = "configuration /host/config"


def test_nodes_are_cleaned_in_the_order_in_which_pods_can_end(
    lab: Lab, seen: list[tuple[Any, ...]]
) -> None:
    lab.up()
    outcome = lab.engine.down(clean_nodes=True)
    rest = "rest /host/bin /host/run/multus /host/caches  "
    assert seen == [
        (Step.CONFIGURATION, True, True, [PRIVATE], [[FIRST]]),
        (Step.REST, False, True, [], [[FIRST, rest]]),
    ]
    assert [line for line in lab.said if line.endswith(" 2 removed")] == [
        f"{node}: {step.value} 1 removed; {step.value} 2 removed" for step in Step for node in NODES
    ]
    told = tuple(f"{step.value} {number} removed" for step in Step for number in (1, 2))
    assert outcome.nodes == dict.fromkeys(NODES, told)
    assert lab.get(*MULTUS[1:], CLEANER) == []
    assert len(lab.get(CRD)) == 1  # which is retained, as ever
    assert {one.name for one in outcome.objects if one.change == "keep"} == {
        "network-attachment-definitions.k8s.cni.cncf.io"
    }
    assert lab.engine.down(clean_nodes=True).nodes == {}  # once more, of what is gone already


def test_caches_stay_on_nodes_with_attached_pods(lab: Lab, seen: list[tuple[Any, ...]]) -> None:
    lab.up()
    status = [{"name": "cbr0", "default": True}, {"name": PRIVATE}]
    for name, node, annotations in (
        ("attached", "worker01", {ANNOTATION: PRIVATE}),
        ("by-default", "worker02", {STATUS: json.dumps(status)}),
    ):
        metadata = {"name": name, "annotations": annotations}
        spec = {"nodeName": node, "containers": [{"name": "a", "image": "a"}]}
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
        lab.bed.kubectl("apply", "-n", "default", "-f", "-", stdin=json.dumps(pod))
    engine = lab.engine
    assert engine.attached().pods == ("default/attached", "default/by-default")
    engine.down(clean_nodes=True)
    (*_, rest) = seen[-1][-1][0]
    assert rest == "rest /host/bin /host/run/multus /host/caches  worker01 worker02"


def test_a_node_that_fails_keeps_the_daemon_everywhere(
    lab: Lab, seen: list[tuple[Any, ...]]
) -> None:
    with lab.edit() as written:
        written["multus-lab:multus"] = {"readyTimeout": "5s"}
    lab.up()
    pods, networks = lab.pods(), lab.networks()
    hard = {"hard": {"pods": "4"}}
    quota = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "few"}, "spec": hard}
    lab.bed.kubectl("apply", "-n", "kube-system", "-f", "-", stdin=json.dumps(quota))
    lab.bed.kubectl(
        *("wait", "-n", "kube-system", "quota/few", "--timeout=30s"),
        "--for=jsonpath={.status.used.pods}=3",
    )
    with pytest.raises(UnreadyError) as error:
        lab.engine.down(clean_nodes=True)
    first, last = str(error.value).splitlines()
    daemon_set = f"DaemonSet kube-system/{NODE_CLEANER}"
    assert first == f"{daemon_set}: 1 of 3 pods ready, and no further one within 5s:"
    assert "exceeded quota: few" in last
    # The node whose pod there was says so; the networks and the daemon are as they were.
    assert [(one[0], one[1]) for one in seen] == [(Step.CONFIGURATION, True)]
    assert sum(line.endswith(" 2 removed") for line in lab.said) == 1
    assert (lab.pods(), lab.networks()) == (pods, networks)
    seen.clear()

    lab.bed.kubectl("delete", "-n", "kube-system", "quota/few")
    with lab.edit() as written:  # a DaemonSet that was refused pods waits longer each time
        written["multus-lab:multus"] = {"readyTimeout": "2m"}
    lab.engine.down(clean_nodes=True)
    assert [one[0] for one in seen] == [*Step]
    assert lab.get(*MULTUS[1:], CLEANER) == []


def test_after_one_that_was_stopped_up_brings_all_back(lab: Lab) -> None:
    lab.up()

    def stops(*_: object) -> None:
        raise CleaningError("stopped")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Cleaning, "_reports", stops)
        with pytest.raises(CleaningError, match="stopped"):
            lab.engine.down(clean_nodes=True)
    assert len(lab.get(CLEANER)) == 1
    lab.up()
    assert lab.get(CLEANER) == []
    assert len(lab.pods()) == 3
    assert set(lab.up().changes) == {"same"}


def test_a_stack_without_a_daemon_has_no_nodes_to_clean(lab: Lab) -> None:
    lab.up()
    with lab.edit() as written:
        written["multus-lab:multus"] = {"install": False}
    lab.up()
    with pytest.raises(CleaningError, match="no Multus daemon"):
        lab.engine.down(clean_nodes=True)
    assert sorted(lab.networks()) == [PRIVATE]
