"""What is told of a run's changes to the objects of a cluster."""

from typing import Any, cast

import pytest
from pulumi.automation.events import (
    EngineEvent,
    OpType,
    PropertyDiff,
    ResourcePreEvent,
    StepEventMetadata,
    StepEventStateMetadata,
)

from multus_lab.adoption.survey import Lost, Seen, Standing, Survey
from multus_lab.attachment import DEFAULT_NETWORK
from multus_lab.cluster.client import Cluster
from multus_lab.engine.attached import told, with_pods
from multus_lab.engine.changes import Change, Changes
from tests.mocks.test_adoption import NAD, OURS, THEIRS, Fake, account, nad, state

TYPE = f"kubernetes:k8s.cni.cncf.io/v1:{NAD}"
KEY = (NAD, "default", "net")


def step(
    op: OpType,
    old: dict[str, Any] | None = None,
    new: dict[str, Any] | None = None,
    *paths: str,
    kind: str = TYPE,
    retained: bool = False,
) -> EngineEvent:
    def side(inputs: dict[str, Any] | None) -> StepEventStateMetadata | None:
        if inputs is None:
            return None
        names = (kind, "urn:x", "default/net", "", "")
        return StepEventStateMetadata(*names, inputs=inputs, retain_on_delete=retained)

    diff = {path: cast("PropertyDiff", None) for path in paths}
    metadata = StepEventMetadata(op, "urn:x", kind, "", side(old), side(new), detailed_diff=diff)
    return EngineEvent(0, 0, resource_pre_event=ResourcePreEvent(metadata))


EDITED = nad(config='{"mtu": 1400}')
CHAINED = '{"plugins": [{"type": "ipvlan"}, {"type": "sbr"}]}'


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        pytest.param([step(OpType.SAME, nad(), nad())], [], id="same"),
        pytest.param([step(OpType.REFRESH, nad(), nad())], [], id="refresh"),
        pytest.param([step(OpType.CREATE, None, nad())], [Change(*KEY, "create")], id="create"),
        pytest.param(
            [step(OpType.UPDATE, nad(), EDITED, "spec.config")],
            [Change(*KEY, "update", ("spec.config.mtu",))],
            id="update",
        ),
        pytest.param(
            [step(OpType.UPDATE, nad(config='{"type": "macvlan"}'), nad(config=CHAINED))],
            [
                Change(
                    *KEY,
                    "update",
                    ("spec.config.plugins", "spec.config.type"),
                    interface="macvlan -> ipvlan",
                )
            ],
            id="update-of-the-type",
        ),
        pytest.param(
            [step(OpType.UPDATE, nad(), nad(), "spec.config", "metadata.labels")],
            [Change(*KEY, "update", ("metadata.labels", "spec.config"))],
            id="update-of-a-secret",
        ),
        pytest.param([step(OpType.DELETE, nad())], [Change(*KEY, "delete")], id="delete"),
        pytest.param(
            [step(OpType.DELETE, nad(), retained=True)], [Change(*KEY, "keep")], id="keep"
        ),
        pytest.param(
            [
                step(OpType.CREATE_REPLACEMENT, nad(), EDITED, "spec.config"),
                step(OpType.REPLACE, nad(), EDITED, "spec.config"),
                step(OpType.DELETE_REPLACED, nad()),
            ],
            [Change(*KEY, "replace", ("spec.config.mtu",))],
            id="replace",
        ),
        pytest.param(
            [step(OpType.CREATE, None, {}, kind="multus-lab:multus:Multus")], [], id="component"
        ),
    ],
)
def test_what_the_engine_tells(events: list[EngineEvent], expected: list[Change]) -> None:
    changes = Changes()
    for event in events:
        changes.hear(event)
    assert list(changes.told(Survey())) == expected


OBJECT = ("ServiceAccount", "kube-system", "multus")


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param(
            Seen(account(), account(), Standing.NOBODYS, None),
            Change(*OBJECT, "take over", adopt="--adopt"),
            id="nobody-s",
        ),
        pytest.param(
            Seen(account(), account(THEIRS), Standing.ANOTHERS, None),
            Change(*OBJECT, "take over", owner=THEIRS, adopt="--adopt kube-system/multus"),
            id="another-s",
        ),
        pytest.param(
            Seen(account(), account(OURS), Standing.OURS, None),
            Change(*OBJECT, "take over", owner=OURS),
            id="ours-without-a-state",
        ),
    ],
)
def test_what_was_seen_before(seen: Seen, expected: Change) -> None:
    changes = Changes()
    changes.hear(step(OpType.CREATE, None, account(), kind="kubernetes:core/v1:ServiceAccount"))
    assert changes.told(Survey((seen,))) == (expected,)


def test_what_is_forgotten() -> None:
    (known,) = state(nad()).values()
    lost = Survey(lost=(Lost(known, THEIRS),))
    assert Changes().told(lost) == (Change(*KEY, "forget", owner=THEIRS),)


def test_what_a_killed_run_has_left() -> None:
    left = Survey(orphans=tuple(state(nad()).values()))
    assert Changes().told(left) == (Change(*KEY, "delete"),)


def pod(name: str, networks: str, phase: str = "Running") -> dict[str, Any]:
    annotations = {"k8s.v1.cni.cncf.io/networks": networks}
    metadata = {"name": name, "namespace": "default", "annotations": annotations}
    return {"kind": "Pod", "metadata": metadata, "status": {"phase": phase}}


@pytest.mark.parametrize(
    ("change", "pods", "line"),
    [
        ("update", 0, ""),
        ("update", 1, f"{NAD} default/net: update; 1 pod uses it (default/p0); "),
        ("delete", 2, f"{NAD} default/net: delete; 2 pods use it (default/p0, default/p1); "),
        ("replace", 7, f"{NAD} default/net: replace; 7 pods use it (default/p0, "),
        ("create", None, ""),
    ],
)
def test_pods_that_ask_for_what_changes(change: str, pods: int | None, line: str) -> None:
    there = [pod(f"p{number}", "net") for number in range(pods or 3)] if pods != 0 else []
    others = [pod("over", "net", "Succeeded"), pod("else", "other/net")]
    cluster = cast("Cluster", Fake(*there, *others))
    changes = [Change(*KEY, change), Change(*OBJECT, "update")]
    found = with_pods(changes, cluster, "kube-system")
    assert len(found[0].pods) == (pods or 0)
    assert found[1] == changes[1]
    said = told(found)
    assert [one[: len(line)] for one in said] == ([line] if line else [])
    assert all("p5" not in one for one in said)


@pytest.mark.parametrize(("home", "asking"), [("default", 1), ("kube-system", 0)])
def test_pods_whose_default_network_changes(home: str, asking: int) -> None:
    there = pod("p", "")
    there["metadata"]["annotations"] = {DEFAULT_NETWORK: "net"}
    (found,) = with_pods([Change(*KEY, "update")], cast("Cluster", Fake(there)), home)
    assert len(found.pods) == asking


@pytest.mark.parametrize(
    ("pods", "asked"),
    [((), "no pod uses it"), (("default/p",), "1 pod uses it (default/p)")],
)
def test_who_keeps_the_old_interface(pods: tuple[str, ...], asked: str) -> None:
    change = Change(*KEY, "update", pods=pods, interface="macvlan -> ipvlan")
    assert told([change]) == [
        f"{NAD} default/net: update, macvlan -> ipvlan; {asked}; running pods keep the interface "
        "that they have until they are made anew"
    ]
