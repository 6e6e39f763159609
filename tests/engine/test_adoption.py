"""Taking over, on the real engine, what somebody has made by other means."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from multus_lab import render
from multus_lab.adoption.told import AdoptionError
from multus_lab.ownership import OWNER
from multus_lab.testbed import Testbed
from tests import upstream
from tests.conftest import Built
from tests.engine.lab import CRD, MULTUS, PRIVATE, Lab

NAD = "NetworkAttachmentDefinition"
ONE = "multus-lab/one/private"
WAYS = ["--server-side=true", "--server-side=false"]


@pytest.fixture
def lab(testbed: Testbed, built: Built, tmp_path: Path) -> Iterator[Lab]:
    lab = Lab(tmp_path, testbed, name="one")
    yield lab
    lab.bed.kubectl("delete", "-n", "kube-system", "--ignore-not-found", "cm/multus-cni-config")
    lab.clear()


def apply(lab: Lab, text: str, *flags: str) -> None:
    lab.bed.kubectl("apply", *flags, "-f", "-", stdin=text)


def bare(one: render.Manifest) -> dict[str, Any]:
    """An object of the stack, as somebody would have made it who knows of no stacks."""
    return {**one, "metadata": {**one["metadata"], "annotations": {"by": "hand"}}}


def uids(lab: Lab) -> dict[str, str]:
    found = [*lab.get(*MULTUS), *lab.networks().values()]
    return {f"{one['kind']}/{one['metadata']['name']}": one["metadata"]["uid"] for one in found}


def generations(lab: Lab) -> dict[str, int]:
    found = [*lab.get(*MULTUS), *lab.networks().values()]
    return {
        f"{one['kind']}/{one['metadata']['name']}": one["metadata"]["generation"]
        for one in found
        if "generation" in one["metadata"]
    }


def owners(lab: Lab) -> set[str]:
    found = [*lab.get(*MULTUS), *lab.networks().values()]
    return {one["metadata"].get("annotations", {}).get(OWNER, "") for one in found}


def managers(lab: Lab) -> set[str]:
    found = [*lab.get(*MULTUS, "--show-managed-fields")]
    return {
        entry["manager"]
        for one in found
        for entry in one["metadata"]["managedFields"]
        if "subresource" not in entry
    }


def wait_for_pods(lab: Lab) -> None:
    lab.bed.kubectl("rollout", "status", "-n", "kube-system", "ds/kube-multus-ds", "--timeout=60s")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("manifest", upstream.THICK)
def test_upstream_s_installation_is_taken_over(lab: Lab, manifest: str, way: str) -> None:
    apply(lab, upstream.text(manifest), way)
    wait_for_pods(lab)
    before, versions = uids(lab), lab.versions()

    with pytest.raises(
        AdoptionError, match=r"multus-lab up \S+/Pulumi.one.yaml --testbed shared --adopt$"
    ) as error:
        lab.up()
    said = str(error.value).splitlines()
    assert "  ServiceAccount kube-system/multus: equal" in said
    limits = 'spec.template.spec.containers[0].resources.limits: {"cpu": "100m", "memory": "50Mi"}'
    assert f"    {limits} -> (none)" in said
    assert lab.preview()[: len(said) - 1] == said[:-1]
    assert lab.versions() == versions

    kept = generations(lab)
    lab.engine.up(adopt=[])
    after = uids(lab)
    assert {name: after[name] for name in before} == before
    assert owners(lab) == {ONE}
    assert managers(lab) == {ONE}
    (daemon_set,) = lab.get("daemonset/kube-multus-ds")
    pod = daemon_set["spec"]["template"]["spec"]
    assert "limits" not in pod["containers"][0]["resources"]
    (crd,) = lab.get(CRD)
    assert crd["spec"]["names"]["shortNames"] == ["nad", "net-attach-def"]
    name = f"CustomResourceDefinition/{crd['metadata']['name']}"
    equal = f"  {name.replace('/', ' ')}: equal" in said
    assert (generations(lab)[name] == kept[name]) is equal

    assert set(lab.up().changes) == {"same"}
    assert set(lab.engine.refresh().changes) == {"same"}
    lab.engine.down()
    assert [one["kind"] for one in lab.get(*MULTUS)] == ["CustomResourceDefinition"]


@pytest.mark.parametrize("way", WAYS)
def test_what_is_equal_keeps_all_but_an_annotation(lab: Lab, way: str) -> None:
    declared = render.manifests(lab.stack)
    daemon = [{**bare(one), "metadata": {**one["metadata"], "annotations": {}}} for one in declared]
    for some in (daemon[:1], daemon[1:]):
        apply(lab, render.stream(some), way)
        lab.bed.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s")
    wait_for_pods(lab)
    before, kept, pods = uids(lab), generations(lab), lab.pods()

    with pytest.raises(AdoptionError) as error:
        lab.up()
    assert str(error.value).count(": equal") == len(declared)
    lab.engine.up([PRIVATE])
    assert (uids(lab), generations(lab), lab.pods()) == (before, kept, pods)
    assert owners(lab) == {ONE}


def test_a_restarted_daemon_is_not_restarted_again(lab: Lab) -> None:
    lab.up()
    lab.bed.kubectl("rollout", "restart", "-n", "kube-system", "ds/kube-multus-ds")
    wait_for_pods(lab)
    lab.bed.kubectl("annotate", "-n", "kube-system", "ds/kube-multus-ds", f"{OWNER}-")
    pods = lab.pods()
    shutil.rmtree(lab.bed.folder / "pulumi")
    lab.engine.up(adopt=[])
    assert lab.pods() == pods


def test_hand_made_networks_are_taken_only_by_name(lab: Lab) -> None:
    lab.render_and_apply("--server-side")
    *_, network = render.manifests(lab.stack)
    hand_made = {**bare(network), "spec": {"config": "{}"}}
    lab.bed.kubectl("delete", "-n", "default", f"net-attach-def/{network['metadata']['name']}")
    lab.bed.kubectl("create", "-f", "-", stdin=json.dumps(hand_made))
    before = uids(lab)

    with pytest.raises(AdoptionError, match=f"{NAD} {PRIVATE}: differs in\n.*\n.*spec.config"):
        lab.engine.up(adopt=[])
    assert lab.networks()[PRIVATE]["spec"] == {"config": "{}"}
    lab.engine.up([PRIVATE])
    assert uids(lab) == before
    (found,) = lab.networks().values()
    assert found["spec"] == network["spec"]
    assert "by" not in found["metadata"]["annotations"]


@pytest.mark.parametrize(
    ("manifest", "variant"),
    [
        pytest.param("multus-daemonset-v4.3.0", "it is Multus thin; remove it first", id="thin"),
        pytest.param("multus-daemonset-crio-v4.3.0", "the entrypoint.sh of CRI-O's", id="crio"),
    ],
)
def test_another_kind_of_daemon_is_refused(lab: Lab, manifest: str, variant: str) -> None:
    apply(lab, upstream.text(manifest))
    versions = lab.versions()
    with pytest.raises(AdoptionError, match=variant):
        lab.engine.up(adopt=[])
    assert lab.versions() == versions


def test_multus_of_a_helm_chart_is_refused(lab: Lab) -> None:
    (daemon_set,) = (
        one for one in upstream.objects("multus-daemonset-v4.3.0") if one["kind"] == "DaemonSet"
    )
    notes = {"meta.helm.sh/release-name": "rke2-multus"}
    daemon_set["metadata"] |= {"name": "rke2-multus", "annotations": notes}
    apply(lab, json.dumps(daemon_set))
    try:
        with pytest.raises(AdoptionError, match=r"rke2-multus \(thin, of Helm release rke2-multus"):
            lab.engine.up(adopt=[])
        assert lab.get(*MULTUS) == []
    finally:
        lab.bed.kubectl("delete", "-n", "kube-system", "ds/rke2-multus")
