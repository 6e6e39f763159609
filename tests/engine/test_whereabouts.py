"""whereabouts on the real engine and API server: brought up, drifted, taken over, left behind."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from multus_lab import project
from multus_lab.adoption.told import AdoptionError
from multus_lab.ownership import OWNER
from multus_lab.testbed import Testbed
from tests import upstream
from tests.conftest import Built
from tests.engine.lab import Lab

CRDS = (
    "customresourcedefinition/ippools.whereabouts.cni.cncf.io",
    "customresourcedefinition/overlappingrangeipreservations.whereabouts.cni.cncf.io",
)
SLICES = (
    "customresourcedefinition/nodeslicepools.whereabouts.cni.cncf.io",
    "deployment/whereabouts-controller",
)
OBJECTS = (
    *CRDS,
    "clusterrole/whereabouts-cni",
    "clusterrolebinding/whereabouts",
    "role/whereabouts",
    "rolebinding/whereabouts",
    "serviceaccount/whereabouts",
    "configmap/whereabouts-config",
    "daemonset/whereabouts",
    "deployment/whereabouts-reconciler",
)
ONE, TWO = "multus-lab/one/private", "multus-lab/two/private"


def lab_of(folder: Path, bed: Testbed, name: str) -> Lab:
    """The stack lab under another name, which brings whereabouts."""
    lab = Lab(folder, bed, name)
    text = (project.folder() / "Pulumi.lab.yaml").read_text(encoding="utf-8")
    lab.path.write_text(text, encoding="utf-8")
    return lab


@pytest.fixture
def lab(testbed: Testbed, built: Built, tmp_path: Path) -> Iterator[Lab]:
    lab = lab_of(tmp_path, testbed, "one")
    yield lab
    lab.bed.kubectl("delete", "-n", "kube-system", *OBJECTS, *SLICES, "--ignore-not-found")
    lab.clear()


def found(lab: Lab, *more: str) -> dict[str, Any]:
    objects = lab.get(*OBJECTS, *more)
    return {f"{one['kind'].lower()}/{one['metadata']['name']}": one for one in objects}


def owners(lab: Lab) -> set[str]:
    return {one["metadata"].get("annotations", {}).get(OWNER, "") for one in found(lab).values()}


def test_a_stack_brings_it_and_leaves_the_counts(lab: Lab, tmp_path: Path) -> None:
    outcome = lab.up()
    assert outcome.outputs["whereabouts"]["release"] == "v0.9.4"
    assert found(lab, *SLICES).keys() == set(OBJECTS)
    assert owners(lab) == {ONE}
    (daemon_set,) = lab.get("daemonset/whereabouts")
    assert daemon_set["status"]["numberReady"] == 3
    assert set(lab.up().changes) == {"same"}

    # Slices come with a network that has them, and go with it.
    with lab.edit() as config:
        config["multus-lab:networks"][0]["ipam"] = {
            "type": "whereabouts",
            "range": "10.12.34.192/27",
            "node_slice_size": "/29",
        }
    lab.up()
    assert found(lab, *SLICES).keys() == {*OBJECTS, *SLICES}

    lab.engine.down()
    assert found(lab, *SLICES).keys() == {*CRDS, SLICES[0]}
    # Another stack takes the counts over without being told to.
    other = lab_of(tmp_path, lab.bed, "two")
    other.up()
    assert owners(other) == {TWO}


def test_what_was_changed_by_hand_comes_back(lab: Lab) -> None:
    lab.up()
    rules = json.dumps({"rules": []})
    lab.bed.kubectl("patch", "role/whereabouts", "-n", "kube-system", "--type=merge", "-p", rules)
    lab.bed.kubectl("delete", "deployment/whereabouts-reconciler", "-n", "kube-system")
    changed = "Role kube-system/whereabouts: changed by others in rules; `up` brings back what is"
    assert f"{changed} declared" in lab.preview()
    lab.up()
    after = found(lab)
    assert after.keys() == set(OBJECTS)
    assert len(after["role/whereabouts"]["rules"]) == 4


@pytest.mark.parametrize("way", ["--server-side=true", "--server-side=false"])
def test_upstream_s_installation_is_taken_over(lab: Lab, way: str) -> None:
    theirs = [
        one
        for one in upstream.whereabouts("v0.9.4")
        if one["metadata"]["name"] != "whereabouts-controller"
        and not one["metadata"]["name"].startswith("nodeslicepools")
    ]
    lab.bed.kubectl("apply", way, "-f", "-", stdin=yaml.safe_dump_all(theirs))
    before = {name: one["metadata"]["uid"] for name, one in found(lab).items()}
    with pytest.raises(AdoptionError, match=r"--adopt$") as error:
        lab.up()
    said = str(error.value).splitlines()
    for crd in CRDS:
        assert f"  CustomResourceDefinition {crd.partition('/')[2]}: equal" in said
    assert "  ServiceAccount kube-system/whereabouts: equal" in said
    assert "  ClusterRole whereabouts-cni: differs in" in said
    lab.engine.up(adopt=[])
    after = found(lab)
    assert {name: after[name]["metadata"]["uid"] for name in before} == before
    assert owners(lab) == {ONE}
    pod = after["daemonset/whereabouts"]["spec"]["template"]["spec"]
    assert pod["containers"][0]["image"].endswith(":v0.9.4")
    assert "limits" not in pod["containers"][0]["resources"]
    assert set(lab.up().changes) == {"same"}
    assert set(lab.engine.refresh().changes) == {"same"}


def test_one_under_another_name_is_refused(lab: Lab) -> None:
    (theirs,) = (one for one in upstream.whereabouts("v0.9.4") if one["kind"] == "DaemonSet")
    theirs["metadata"]["name"] = "multus-rke2-whereabouts"
    lab.bed.kubectl("apply", "-f", "-", stdin=yaml.safe_dump(theirs))
    try:
        with pytest.raises(AdoptionError) as error:
            lab.up()
    finally:
        lab.bed.kubectl("delete", "-n", "kube-system", "daemonset/multus-rke2-whereabouts")
    assert str(error.value).splitlines()[0] == (
        "whereabouts already runs as DaemonSet kube-system/multus-rke2-whereabouts; a second one "
        "would count the same addresses anew: remove it first, or set whereabouts.install to false"
    )
