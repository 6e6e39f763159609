"""Whose an object is, on the real engine: one stack after another on one cluster."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi import automation
from pulumi_kubernetes import core

from components import guard
from multus_lab.adoption.told import AdoptionError, NotDeclaredError
from multus_lab.ownership import OWNER, Owner
from multus_lab.testbed import Testbed
from tests.conftest import Built
from tests.engine.lab import CRD, MULTUS, PRIVATE, Lab

NAD = "NetworkAttachmentDefinition"


@pytest.fixture
def lab(testbed: Testbed, built: Built, tmp_path: Path) -> Iterator[Lab]:
    lab = Lab(tmp_path, testbed, name="one")
    yield lab
    lab.clear()


@pytest.fixture
def two(lab: Lab, tmp_path: Path) -> Lab:
    """A second stack with the same network, which leaves Multus to the first."""
    two = Lab(tmp_path, lab.bed, name="two")
    with two.edit() as config:
        config["multus-lab:multus"] = {"install": False}
    return two


def objects(lab: Lab) -> list[dict[str, Any]]:
    return [*lab.get(*MULTUS, "--show-managed-fields"), *networks(lab)]


def networks(lab: Lab) -> list[dict[str, Any]]:
    return lab.get("net-attach-def", "-A", "--show-managed-fields")


def uids(lab: Lab) -> set[str]:
    return {one["metadata"]["uid"] for one in objects(lab)}


def owners(lab: Lab) -> set[str]:
    return {one["metadata"].get("annotations", {}).get(OWNER, "") for one in objects(lab)}


def managers(lab: Lab) -> set[tuple[str, str]]:
    """Who manages fields of the stack's objects, but for controllers that write a status."""
    return {
        (entry["manager"], entry["operation"])
        for one in objects(lab)
        for entry in one["metadata"]["managedFields"]
        if "subresource" not in entry
    }


def range_end(lab: Lab) -> str:
    config = json.loads(lab.networks()[PRIVATE]["spec"]["config"])
    return str(config["ipam"]["rangeEnd"])


def set_range_end(lab: Lab, address: str) -> None:
    with lab.edit() as config:
        config["multus-lab:networks"][0]["ipam"]["rangeEnd"] = address


def set_memory(lab: Lab, request: str) -> None:
    with lab.edit() as config:
        config["multus-lab:multus"] = {"resources": {"requests": {"memory": request}}}


def memory(lab: Lab) -> str:
    (found,) = lab.get("daemonset/kube-multus-ds")
    container = found["spec"]["template"]["spec"]["containers"][0]
    return str(container["resources"]["requests"]["memory"])


ONE = "multus-lab/one/private"
TWO = "multus-lab/two/private"


def test_every_object_is_the_stack_s_and_managed_by_it_alone(lab: Lab) -> None:
    lab.up()
    assert owners(lab) == {ONE}
    assert managers(lab) == {(ONE, "Apply")}


def test_a_stack_from_before_moves_to_its_own_manager(lab: Lab) -> None:
    with pytest.MonkeyPatch.context() as patch:
        selector = core.v1.ObjectFieldSelectorArgs
        patch.setattr(Owner, "annotations", {})
        patch.setattr(
            core.v1,
            "ObjectFieldSelectorArgs",
            lambda api_version, field_path: selector(field_path=field_path),
        )
        lab.up()
    before = uids(lab)
    assert owners(lab) == {""}

    set_range_end(lab, "10.12.34.219")
    set_memory(lab, "60Mi")
    lab.engine.preview()
    lab.up()
    assert (range_end(lab), memory(lab)) == ("10.12.34.219", "60Mi")
    assert owners(lab) == {ONE}
    assert {name for name, _ in managers(lab)} == {ONE}

    set_range_end(lab, "10.12.34.218")
    set_memory(lab, "70Mi")
    lab.up()
    assert (range_end(lab), memory(lab)) == ("10.12.34.218", "70Mi")
    assert uids(lab) == before


def test_a_stack_whose_state_is_lost_takes_back_its_own(lab: Lab) -> None:
    lab.up()
    before = uids(lab)
    shutil.rmtree(lab.bed.folder / "pulumi")
    set_range_end(lab, "10.12.34.219")
    set_memory(lab, "60Mi")
    lab.up()
    assert (range_end(lab), memory(lab)) == ("10.12.34.219", "60Mi")
    assert uids(lab) == before
    assert managers(lab) == {(ONE, "Apply")}


@pytest.mark.parametrize("way", ["--server-side=true", "--server-side=false"])
def test_what_was_rendered_and_applied_is_the_stack_s(lab: Lab, way: str) -> None:
    lab.render_and_apply(way)
    before, versions = uids(lab), lab.versions()
    assert not any("not this stack's" in line for line in lab.preview())
    lab.up()
    assert uids(lab) == before
    assert {name: versions[name] for name in versions if "DaemonSet" in name} == {
        name: one for name, one in lab.versions().items() if "DaemonSet" in name
    }
    set_range_end(lab, "10.12.34.219")
    with lab.edit() as config:
        config["multus-lab:networks"][0].pop("labels", None)
    lab.up()
    assert range_end(lab) == "10.12.34.219"
    assert managers(lab) == {(ONE, "Apply")}


@pytest.mark.parametrize(
    ("manager", "labels"),
    [
        pytest.param("k9s", {"seen": "by-me"}, id="stays-theirs"),
        # The provider takes all of an object from managers whose names begin with "kubectl".
        pytest.param("kubectl-edit", None, id="kubectl-s"),
    ],
)
def test_what_others_edited_goes_to_the_stack_where_it_declares_it(
    manager: str, labels: dict[str, str] | None, lab: Lab
) -> None:
    lab.up()
    edit = {"metadata": {"labels": {"seen": "by-me"}}, "spec": {"config": "{}"}}
    name = f"net-attach-def/{PRIVATE.partition('/')[2]}"
    flags = ("--type=merge", f"--field-manager={manager}", "-p", json.dumps(edit))
    lab.bed.kubectl("patch", "-n", "default", name, *flags)
    set_range_end(lab, "10.12.34.219")
    lab.engine.preview()
    lab.up()
    assert range_end(lab) == "10.12.34.219"
    (network,) = lab.networks().values()
    assert network["metadata"].get("labels") == labels


def test_another_stack_s_network_is_refused_and_left_alone(lab: Lab, two: Lab) -> None:
    lab.up()
    before = lab.versions()
    set_range_end(two, "10.12.34.219")
    expected = f"{NAD} {PRIVATE}: stack {ONE} owns it; differs in"
    with pytest.raises(AdoptionError, match=expected):
        two.up()
    with pytest.raises(AdoptionError, match=expected):
        two.engine.up(adopt=[])
    assert any(expected in line for line in two.preview())
    assert lab.versions() == before

    two.engine.down()
    assert lab.versions() == before


def test_a_network_moves_to_another_stack(lab: Lab, two: Lab) -> None:
    lab.up()
    before = uids(lab)
    with pytest.raises(NotDeclaredError, match=r"--adopt default/other: "):
        two.engine.up(["default/other"])
    two.engine.up([PRIVATE])
    (network,) = lab.networks().values()
    assert network["metadata"]["annotations"][OWNER] == "multus-lab/two/private"

    with pytest.raises(AdoptionError, match="stack multus-lab/two/private owns it; equal"):
        lab.up()
    with lab.edit() as config:
        del config["multus-lab:networks"]
    forgotten = f"{NAD} {PRIVATE}: stack multus-lab/two/private owns it now; it is forgotten"
    assert any(forgotten in line for line in lab.preview())
    lab.up()
    assert uids(lab) == before
    set_range_end(two, "10.12.34.219")
    two.up()
    assert range_end(two) == "10.12.34.219"


def test_down_forgets_what_another_stack_took(lab: Lab, two: Lab) -> None:
    lab.up()
    two.engine.up([PRIVATE])
    lab.engine.down()
    assert set(lab.networks()) == {PRIVATE}
    assert len(lab.get(*MULTUS)) == 1
    two.engine.down()
    assert lab.networks() == {}


def plainly_refreshed(lab: Lab) -> None:
    """What `pulumi refresh` does, which knows nothing of owners."""
    engine = lab.engine
    engine._operate("refresh", automation.Stack.refresh, create=False)


def refreshed(lab: Lab) -> None:
    """What `multus-lab refresh` does."""
    assert [(one.change, one.owner) for one in lab.engine.refresh().objects] == [("forget", TWO)]


@pytest.mark.parametrize("refresh", [refreshed, plainly_refreshed])
def test_what_another_stack_took_stays_its_own_after_a_refresh(
    lab: Lab, two: Lab, refresh: Callable[[Lab], None]
) -> None:
    lab.up()
    two.engine.up([PRIVATE])
    before = uids(lab)
    refresh(lab)
    told = "leaves 1 network that isn't this stack's (default/privatezone-macvlan-conf)"
    assert told in lab.engine.dependants().told
    with pytest.raises(AdoptionError, match=f"stack {TWO} owns it; equal"):
        lab.up()
    with lab.edit() as config:
        del config["multus-lab:networks"]
    assert "delete" not in {one.change for one in lab.engine.preview().objects}
    lab.up()
    assert uids(lab) == before


@pytest.mark.parametrize("refresh", [refreshed, plainly_refreshed])
def test_down_after_a_refresh_forgets_what_another_stack_took(
    lab: Lab, two: Lab, refresh: Callable[[Lab], None]
) -> None:
    lab.up()
    two.engine.up([PRIVATE])
    refresh(lab)
    lab.engine.down()
    (network,) = lab.networks().values()
    assert network["metadata"]["annotations"][OWNER] == TWO


def test_a_network_comes_back(lab: Lab, two: Lab) -> None:
    lab.up()
    two.engine.up([PRIVATE])
    lab.engine.up([PRIVATE])
    assert owners(lab) == {ONE}
    two.engine.down()
    assert set(lab.networks()) == {PRIVATE}


def test_the_first_stack_goes_first_and_deletes(lab: Lab, two: Lab) -> None:
    lab.up()
    lab.engine.down()
    assert lab.networks() == {}
    assert [one["metadata"]["annotations"][OWNER] for one in lab.get(CRD)] == [ONE]
    two.up()
    assert set(lab.networks()) == {PRIVATE}


def test_a_zone_of_another_name_is_the_same_stack(lab: Lab) -> None:
    lab.up()
    before = uids(lab)
    with lab.edit() as config:
        config["multus-lab:zone"]["name"] = "public"
    set_memory(lab, "60Mi")
    lab.engine.preview()
    lab.up()
    assert owners(lab) == {"multus-lab/one/public"}
    assert uids(lab) == before


def test_what_was_made_anew_by_hand_is_not_the_stack_s(lab: Lab) -> None:
    lab.up()
    name = PRIVATE.partition("/")[2]
    lab.bed.kubectl("delete", "-n", "default", f"net-attach-def/{name}")
    hand_made = {
        "apiVersion": "k8s.cni.cncf.io/v1",
        "kind": NAD,
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"config": "{}"},
    }
    lab.bed.kubectl("create", "-f", "-", stdin=json.dumps(hand_made))
    with pytest.raises(AdoptionError, match=f"{NAD} {PRIVATE}: differs in"):
        lab.up()
    lab.engine.down()
    assert set(lab.networks()) == {PRIVATE}


def test_a_plain_pulumi_refuses_them_too(
    lab: Lab, two: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look(stack: Lab) -> None:
        monkeypatch.setattr(pulumi, "get_stack", lambda: stack.stack.name)
        guard.refuse_what_cannot_be(stack.stack.settings())

    monkeypatch.setenv("KUBECONFIG", str(lab.bed.kubeconfig))
    monkeypatch.setattr(pulumi, "get_project", lambda: "multus-lab")
    monkeypatch.setattr(guard, "get_monitor", lambda: None)
    look(lab)
    lab.up()
    look(lab)
    with pytest.raises(pulumi.RunError, match=f"{NAD} {PRIVATE}: stack {ONE} owns it"):
        look(two)
