"""What was changed or deleted by hand: seen by a preview, and healed by an `up`."""

import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from multus_lab import settings
from multus_lab.adoption.told import AdoptionError
from multus_lab.engine import Outcome
from multus_lab.testbed import Testbed
from tests.conftest import Built
from tests.engine.lab import CRD, MULTUS, PRIVATE, Lab

NAD = "net-attach-def/privatezone-macvlan-conf"
DAEMON = "daemonset/kube-multus-ds"
CONFIG = json.dumps({"cniVersion": "0.3.0", "type": "macvlan", "master": "eth7"})

NETWORK = f"NetworkAttachmentDefinition {PRIVATE}"
DEFINITION = "CustomResourceDefinition network-attachment-definitions.k8s.cni.cncf.io"
IMAGE = "/spec/template/spec/containers/0/image"
DAEMON_CONFIG = settings.Multus(daemon_config=settings.DaemonConfig(log_level="debug")).config_text
SELECTOR = json.dumps({"spec": {"template": {"spec": {"nodeSelector": {"disk": "ssd"}}}}})
NAMES = '[{"op": "remove", "path": "/spec/names/shortNames"}]'
RULES = '[{"op": "add", "path": "/rules/-", "value": {"apiGroups": [""], '
RULES += '"resources": ["secrets"], "verbs": ["get"]}}]'


@pytest.fixture(scope="module")
def lab(testbed: Testbed, built: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    lab = Lab(tmp_path_factory.mktemp("drift"), testbed)
    lab.up()
    yield lab
    lab.clear()


def told(outcome: Outcome) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {str(one.key): (one.change, one.paths) for one in outcome.objects}


def declared(lab: Lab) -> dict[str, object]:
    """What the stack declares of its objects, as the cluster has it."""
    found = [*lab.get(*MULTUS), *lab.networks().values()]
    return {
        f"{one['kind']}/{one['metadata']['name']}": [
            {**one.get(key, {}), "status": None} if key == "spec" else one.get(key)
            for key in ("spec", "rules", "subjects", "roleRef", "data")
        ]
        for one in found
    }


@pytest.mark.parametrize(
    ("by_hand", "changes"),
    [
        pytest.param(("delete", NAD), {NETWORK: ("create", ())}, id="network-deleted"),
        pytest.param(
            (
                *("patch", NAD, "--field-manager=helm", "--type=merge", "-p"),
                json.dumps({"spec": {"config": CONFIG}}),
            ),
            {
                NETWORK: (
                    "update",
                    tuple(f"spec.config.{key}" for key in ("ipam", "master", "mode", "name")),
                )
            },
            id="network-edited",
        ),
        pytest.param(
            ("delete", CRD),
            {DEFINITION: ("create", ()), NETWORK: ("create", ())},
            id="crd-deleted",
        ),
        pytest.param(
            (
                "patch",
                CRD,
                "--type=json",
                "-p",
                '[{"op": "remove", "path": "/spec/names/shortNames/0"}]',
            ),
            {DEFINITION: ("update", ("spec.names.shortNames",))},
            id="crd-edited",
        ),
        pytest.param(
            ("delete", "clusterrole/multus"),
            {"ClusterRole multus": ("create", ())},
            id="role-deleted",
        ),
        pytest.param(
            ("patch", "clusterrole/multus", "--type=json", "-p", RULES),
            {"ClusterRole multus": ("update", ("rules",))},
            id="role-edited",
        ),
        pytest.param(
            ("delete", "-n", "kube-system", DAEMON),
            {"DaemonSet kube-system/kube-multus-ds": ("create", ())},
            id="daemon-deleted",
        ),
        pytest.param(
            (
                *("patch", "-n", "kube-system", DAEMON, "--type=json", "-p"),
                json.dumps([{"op": "replace", "path": IMAGE, "value": "example.com/other:v1"}]),
            ),
            {
                "DaemonSet kube-system/kube-multus-ds": (
                    "update",
                    ("spec.template.spec.containers[0].image",),
                )
            },
            id="daemon-edited",
        ),
        pytest.param(
            ("patch", "-n", "kube-system", DAEMON, "-p", SELECTOR),
            {
                "DaemonSet kube-system/kube-multus-ds": (
                    "update",
                    ("spec.template.spec.nodeSelector.disk",),
                )
            },
            id="daemon-selector",
        ),
        pytest.param(
            (
                *("patch", "-n", "kube-system", "configmap/multus-daemon-config", "-p"),
                json.dumps({"data": {"daemon-config.json": DAEMON_CONFIG}}),
            ),
            {
                "ConfigMap kube-system/multus-daemon-config": (
                    "replace",
                    ("data.daemon-config.json.logLevel",),
                )
            },
            id="daemon-config-edited",
        ),
        pytest.param(("label", NAD, "of=somebody"), {}, id="network-labelled"),
    ],
)
def test_what_was_done_by_hand_is_shown_and_healed(
    lab: Lab, by_hand: Sequence[str], changes: dict[str, tuple[str, tuple[str, ...]]]
) -> None:
    before = declared(lab)
    lab.bed.kubectl(*by_hand)
    # Without the role a preview doesn't know yet what of its binding depends on it.
    unknown = {"ClusterRoleBinding multus": ("update", ("subjects[0].namespace",))}
    missing = changes.get("ClusterRole multus") == ("create", ())
    assert told(lab.engine.preview()) == (changes | unknown if missing else changes)
    assert told(lab.up()) == changes
    assert declared(lab) == before


def edited(one: dict[str, Any], *path: str, value: object) -> dict[str, Any]:
    """An object as somebody makes it anew, with another value at a path."""
    copy: dict[str, Any] = json.loads(json.dumps(one))
    for key in ("uid", "resourceVersion", "managedFields", "creationTimestamp"):
        copy["metadata"].pop(key, None)
    *above, last = path
    place = copy
    for key in above:
        place = place[key]
    place[last] = value
    return copy


@pytest.mark.parametrize(
    ("what", "path", "value"),
    [
        pytest.param(["clusterrolebinding/multus"], ("roleRef", "name"), "view", id="role-ref"),
        pytest.param(
            ["--namespace", "kube-system", "configmap/multus-daemon-config"],
            ("immutable",),
            True,
            id="immutable",
        ),
    ],
)
@pytest.mark.parametrize("lost", [False, True], ids=["state", "no-state"])
def test_what_keeps_a_field_is_refused_with_the_command_that_deletes_it(
    lab: Lab, what: Sequence[str], path: Sequence[str], value: object, lost: bool
) -> None:
    before = declared(lab)
    (live,) = lab.get(*what)
    made = edited(live, *path, value=value)
    if "data" in made:
        made["data"]["daemon-config.json"] = "{}"
    lab.bed.kubectl("delete", *what)
    lab.bed.kubectl("create", "-f", "-", stdin=json.dumps(made))
    if lost:
        shutil.rmtree(lab.bed.folder / "pulumi")
    for run in (lab.engine.preview, lab.up):
        with pytest.raises(AdoptionError) as refused:
            run()
    command = str(refused.value).rpartition("after: kubectl ")[2]
    lab.bed.kubectl(*command.split())
    lab.up()
    assert declared(lab) == before


def test_what_is_being_deleted_is_refused_until_it_is_gone(lab: Lab) -> None:
    before = declared(lab)
    finalizers = ("patch", NAD, "--type=merge", "-p")
    lab.bed.kubectl(*finalizers, '{"metadata": {"finalizers": ["example.com/held"]}}')
    lab.bed.kubectl("delete", NAD, "--wait=false")
    for run in (lab.engine.preview, lab.up):
        with pytest.raises(AdoptionError, match=r"being deleted, and held by example\.com"):
            run()
    lab.bed.kubectl(*finalizers, '{"metadata": {"finalizers": null}}')
    assert told(lab.up()) == {NETWORK: ("create", ())}
    assert declared(lab) == before


def test_after_that_there_is_nothing_to_do(lab: Lab) -> None:
    assert told(lab.up()) == {}


def test_refresh_alone_reads_it_back(lab: Lab) -> None:
    before = declared(lab)
    lab.bed.kubectl("delete", NAD)
    assert told(lab.engine.preview(refresh=False)) == {}
    assert lab.engine.refresh().changes["delete"] == 1
    assert lab.networks() == {}
    assert told(lab.engine.up(refresh=False)) == {NETWORK: ("create", ())}
    assert declared(lab) == before


def test_a_preview_tells_the_pods_that_ask_for_a_network_that_changes(
    lab: Lab, tmp_path: Path
) -> None:
    for name, asked in (("short", "privatezone-macvlan-conf@net7"), ("other", "elsewhere/any")):
        lab.bed.kubectl("apply", "-f", "-", stdin=pod(name, asked))
    lab.bed.kubectl("apply", "-f", "-", stdin=pod("json", json.dumps([{"name": PRIVATE[8:]}])))
    written = lab.path.read_text()
    try:
        with lab.edit() as config:
            config["multus-lab:networks"][0]["ipam"]["rangeEnd"] = "10.12.34.219"
        (change,) = lab.engine.preview().objects
        assert change.paths == ("spec.config.ipam.rangeEnd",)
        assert change.pods == ("default/json", "default/short")
        asked = "2 pods use it (default/json, default/short)"
        assert lab.preview()[-1] == f"{NETWORK}: update; {asked}; they keep what they have"
        with lab.edit() as config:
            config["multus-lab:networks"][0]["name"] = "renamed"
        assert lab.preview()[-1] == f"{NETWORK}: delete; {asked}; pods made anew won't start"
    finally:
        lab.path.write_text(written)
        lab.bed.kubectl("delete", "pod", "short", "json", "other", "--now")


def pod(name: str, networks: str) -> str:
    manifest = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "annotations": {"k8s.v1.cni.cncf.io/networks": networks}},
        "spec": {"containers": [{"name": "one", "image": "example.com/one"}]},
    }
    return json.dumps(manifest)
