"""The dev stack on the real engine, from up over edits to down: the tests run in their order."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from multus_lab import render
from multus_lab.engine import EngineError, Outcome
from multus_lab.testbed import Testbed
from tests.conftest import Built
from tests.engine.lab import CRD, MULTUS, PRIVATE, Lab

HOWTO = {
    "cniVersion": "0.3.0",
    "type": "macvlan",
    "master": "enp0s8",
    "mode": "bridge",
    "ipam": {
        "type": "host-local",
        "subnet": "10.12.34.0/24",
        "rangeStart": "10.12.34.200",
        "rangeEnd": "10.12.34.220",
        "routes": [{"dst": "0.0.0.0/0"}],
        "gateway": "10.12.34.254",
    },
}
"""The configuration as the how-to writes it."""

MASTER = {"master": "enp0s8"}
EVERY_IPAM: list[dict[str, Any]] = [
    {
        "name": "flat",
        "namespace": "kube-public",
        "labels": {"zone": "private"},
        "annotations": {"example.com/note": 'two\nlines: and "quotes"'},
        "cniVersion": "1.1.0",
        **MASTER,
        "mtu": 1400,
        "bcqueuelen": 1000,
        "linkInContainer": False,
        "capabilities": {"mac": True},
        "ipam": {
            "type": "host-local",
            "ranges": [[{"subnet": "10.12.34.0/26"}], [{"subnet": "10.12.34.64/26"}]],
            "routes": [{"dst": "10.0.0.0/8", "gw": "10.12.34.1", "mtu": 1300, "priority": 7}],
        },
    },
    {
        "name": "fixed",
        **MASTER,
        "ipam": {"type": "static", "addresses": [{"address": "10.12.34.240/24"}]},
    },
    {"name": "leased", **MASTER, "ipam": {"type": "dhcp"}},
    {"name": "pooled", **MASTER, "ipam": {"type": "whereabouts", "range": "10.12.34.128/26"}},
    {"name": "bare", **MASTER, "ipam": {"type": "none"}},
]
"""A network of each kind, with each kind of value that a manifest can hold."""

RISKS = dict.fromkeys(["IPA207", "RTE308", "MUL706"], "nobody runs these")


@pytest.fixture(scope="module")
def lab(testbed: Testbed, built: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    lab = Lab(tmp_path_factory.mktemp("lab"), testbed)
    yield lab
    lab.clear()


@pytest.fixture(scope="module")
def previewed(lab: Lab) -> Outcome:
    outcome = lab.engine.preview()
    assert lab.get(*MULTUS) == []
    return outcome


@pytest.fixture(scope="module")
def created(lab: Lab, previewed: Outcome) -> Outcome:
    return lab.up()


@pytest.fixture
def dev(lab: Lab, created: Outcome) -> Lab:
    """The stack as the last test left it, but up."""
    return lab


def changed(before: Mapping[str, object], after: Mapping[str, object]) -> set[str]:
    """What was made, changed or removed between two `Lab.versions`."""
    return {name for name in {*before, *after} if before.get(name) != after.get(name)}


def test_preview_and_up_tell_the_same(previewed: Outcome, created: Outcome) -> None:
    # The stack, two components, Multus' six objects and the NAD.
    assert previewed.changes == created.changes == {"create": 10}


def test_up_gives_outputs(created: Outcome) -> None:
    image = "ghcr.io/k8snetworkplumbingwg/multus-cni:v4.3.1-thick"
    assert created.outputs["multus"] == {"release": "v4.3.1", "image": image}
    assert set(created.outputs["networks"]) == {PRIVATE}
    assert created.outputs["networks"][PRIVATE]["annotation"] == PRIVATE


def test_each_node_runs_a_multus_pod(dev: Lab) -> None:
    assert sorted(dev.pods()) == ["master01", "worker01", "worker02"]
    names = [pod["metadata"]["name"] for pod in dev.get("pod", "-l", "app=multus")]
    assert len(names) == 3
    assert all(name.startswith("kube-multus-ds-") for name in names)


def test_the_network_is_the_howto_s(dev: Lab) -> None:
    found = dev.networks()[PRIVATE]["spec"]["config"]
    assert json.loads(found) == HOWTO | {"name": "privatezone-macvlan-conf"}


def test_up_again_changes_nothing(dev: Lab) -> None:
    before, pods = dev.versions(), dev.pods()
    assert set(dev.up().changes) == {"same"}
    assert (dev.versions(), dev.pods()) == (before, pods)


def test_nothing_has_drifted(dev: Lab) -> None:
    assert set(dev.engine.refresh().changes) == {"same"}


def test_an_edited_range_updates_one_object(dev: Lab) -> None:
    before, pods = dev.versions(), dev.pods()
    with dev.edit() as config:
        config["multus-lab:networks"][0]["ipam"]["rangeEnd"] = "10.12.34.230"
    changes = dev.up().changes
    assert set(changes) == {"same", "update"}
    assert changes["update"] == 1
    assert changed(before, dev.versions()) == {
        "NetworkAttachmentDefinition/privatezone-macvlan-conf"
    }
    assert json.loads(dev.networks()[PRIVATE]["spec"]["config"])["ipam"]["rangeEnd"] == (
        "10.12.34.230"
    )
    assert dev.pods() == pods


def test_a_daemon_config_rolls_the_pods(dev: Lab) -> None:
    before, pods = dev.versions(), dev.pods()
    level = "debug" if "debug" not in dev.path.read_text() else "error"
    with dev.edit() as config:
        config["multus-lab:multus"] = {"daemonConfig": {"logLevel": level}}
    changes = dev.up().changes
    # An update of the DaemonSet, and one or, as the provider's settings are, a replacement.
    assert sum(changes.values()) - changes["same"] == 2
    assert changed(before, dev.versions()) == {
        "ConfigMap/multus-daemon-config",
        "DaemonSet/kube-multus-ds",
    }
    after = dev.pods()
    assert sorted(after) == sorted(pods)
    assert not set(after.values()) & set(pods.values())


def test_another_cluster_in_the_stack_file_is_never_used(dev: Lab, tmp_path: Path) -> None:
    elsewhere = tmp_path / "kubeconfig"
    elsewhere.write_text("this is no kubeconfig")
    written = dev.path.read_text()
    try:
        with dev.edit() as config:
            config["kubernetes:context"] = "production"
            config["kubernetes:cluster"] = "production"
            config["kubernetes:kubeconfig"] = str(elsewhere)
            config["kubernetes:namespace"] = "production"
        assert set(dev.up().changes) == {"same"}
    finally:
        dev.path.write_text(written)


def test_networks_come_and_go_alone_and_are_as_rendered(dev: Lab) -> None:
    before, pods = dev.versions(), dev.pods()
    with dev.edit() as config:
        config["multus-lab:networks"] += EVERY_IPAM
        config["multus-lab:accept"] = RISKS
    assert dev.up().changes["create"] == 2 * len(EVERY_IPAM)
    assert set(dev.networks()) == {
        PRIVATE,
        "kube-public/flat",
        *(f"default/{name}" for name in ("fixed", "leased", "pooled", "bare")),
    }
    assert sent(dev) == rendered(dev)

    with dev.edit() as config:
        del config["multus-lab:networks"][1:], config["multus-lab:accept"]
    assert dev.up().changes["delete"] == 2 * len(EVERY_IPAM)
    assert dev.versions() == before
    assert dev.pods() == pods


def sent(lab: Lab) -> dict[tuple[str, ...], str]:
    """What the engine gave to the provider, without the provider's own keys."""
    resources = [one for one in lab.engine.state()["resources"] if one["custom"]]
    objects = [one["inputs"] for one in resources if one["type"].startswith("kubernetes:")]
    return texts([{k: v for k, v in one.items() if not k.startswith("__")} for one in objects])


def rendered(lab: Lab) -> dict[tuple[str, ...], str]:
    return texts(render.manifests(lab.stack))


def texts(objects: list[Any]) -> dict[tuple[str, ...], str]:
    """Each object as JSON, in which 10 is not 10.0, by its place in the cluster."""
    found: dict[tuple[str, ...], str] = {
        (one["kind"], one["metadata"].get("namespace", ""), one["metadata"]["name"]): (
            json.dumps(one, sort_keys=True, indent=1)
        )
        for one in objects
    }
    assert len(found) == len(objects)
    return found


def test_down_leaves_the_crd_unless_the_stack_says_otherwise(dev: Lab) -> None:
    declared = len(dev.engine.state()["resources"]) - 1  # but the provider, which isn't counted
    (crd,) = dev.get(CRD)

    assert dev.engine.down().changes == {"delete": declared}
    assert [one["metadata"]["uid"] for one in dev.get(*MULTUS)] == [crd["metadata"]["uid"]]
    assert dev.networks() == {}
    assert dev.get("pod", "-l", "app=multus") == []

    with dev.edit() as config:
        config.setdefault("multus-lab:multus", {})["retainCrd"] = False
    try:
        assert dev.up().changes == {"create": declared}
        assert [one["metadata"]["uid"] for one in dev.get(CRD)] == [crd["metadata"]["uid"]]
        assert sorted(dev.pods()) == ["master01", "worker01", "worker02"]
        assert dev.engine.down().changes == {"delete": declared}
        assert dev.get(*MULTUS) == []
    finally:
        with dev.edit() as config:
            del config["multus-lab:multus"]["retainCrd"]


def test_what_was_never_up_has_nothing_to_take_down(testbed: Testbed, tmp_path: Path) -> None:
    lab = Lab(tmp_path, testbed, name="never")
    for act in (lab.engine.down, lab.engine.refresh, lab.engine.state):
        with pytest.raises(EngineError, match="stack never is not up"):
            act()
