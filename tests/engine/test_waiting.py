"""What an `up` waits for, on the real engine: a daemon that isn't ready, and what isn't there."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from multus_lab import render
from multus_lab.cluster.connection import connect
from multus_lab.cluster.errors import UnavailableError
from multus_lab.engine import Engine
from multus_lab.engine.rollout import UnreadyError
from multus_lab.errors import MultusLabError
from multus_lab.prerequisites import presence
from multus_lab.prerequisites.presence import MissingError
from multus_lab.prerequisites.rights import RightsError
from multus_lab.progress import Progress
from multus_lab.testbed import Testbed
from tests.conftest import Built
from tests.engine.lab import CRD, CRD_KIND, MULTUS, Lab

DAEMON = "DaemonSet kube-system/kube-multus-ds"
DS = "ds/kube-multus-ds"
HUGE = {"readyTimeout": "8s", "resources": {"requests": {"cpu": "64"}, "limits": {"cpu": "64"}}}
"""More than a node has, so that no pod is ever scheduled."""


@pytest.fixture
def lab(testbed: Testbed, built: Built, tmp_path: Path) -> Iterator[Lab]:
    lab = Lab(tmp_path, testbed, name="waiting")
    yield lab
    lab.bed.kubectl("delete", "-n", "kube-system", "--ignore-not-found", "quota/few")
    lab.clear()


def declare(lab: Lab, **config: Any) -> None:
    with lab.edit() as written:
        written.update({f"multus-lab:{key}": value for key, value in config.items()})


def failed(lab: Lab, kind: type[MultusLabError], verb: str = "up", **options: bool) -> list[str]:
    """The lines that a run fails with."""
    engine = lab.engine
    with pytest.raises(kind) as error:
        getattr(engine, verb)(**options)
    assert error.value.exit_code == 1
    return str(error.value).splitlines()


def settled(lab: Lab) -> None:
    """Nothing is left of the run before: no lock, and nothing that is pending."""
    assert not lab.engine.state().get("pending_operations")
    assert not list((lab.bed.folder / "pulumi" / "state").rglob("locks/**/*.json"))


def fails(lab: Lab, node: str, **state: Any) -> None:
    """Have the pod of a node fail, as its kubelet would report it."""
    (name,) = (
        one["metadata"]["name"]
        for one in lab.get("pod", "-l", "app=multus")
        if one["spec"]["nodeName"] == node
    )
    container = {"name": "kube-multus", "ready": False, "restartCount": 1, "imageID": "", **state}
    container["image"] = "multus"
    unready = [{"type": one, "status": "False"} for one in ("Ready", "ContainersReady")]
    status = {"status": {"containerStatuses": [container], "conditions": unready}}
    patch = ("patch", "-n", "kube-system", "pod", name, "--subresource=status")
    lab.bed.kubectl(*patch, "--type=merge", "-p", json.dumps(status))
    lab.bed.kubectl(
        *("wait", "-n", "kube-system", DS, "--for=jsonpath={.status.numberReady}=2"),
        "--timeout=30s",
    )


# --- the daemon -----------------------------------------------------------------------------------


def test_a_daemon_that_never_gets_ready(lab: Lab) -> None:
    declare(lab, multus=HUGE)
    first, last = failed(lab, UnreadyError)
    assert first == f"{DAEMON}: 0 of 3 pods ready, and no further one within 8s:"
    nodes = "  master01, worker01, worker02: Unschedulable: 0/3 nodes are available: 1 Insufficient"
    assert last.startswith(nodes)
    progress = [line for line in lab.said if line.startswith(f"{DAEMON}: 0 of 3 pods ready (")]
    assert progress
    assert lab.said[lab.said.index(progress[0]) + 1].startswith(nodes)
    settled(lab)
    (uid,) = (one["metadata"]["uid"] for one in lab.get(DS))

    declare(lab, multus={})
    assert lab.up().changes == {"same": 9, "update": 1}
    assert [one["metadata"]["uid"] for one in lab.get(DS)] == [uid]
    assert len(lab.pods()) == 3
    assert set(lab.up().changes) == {"same"}


def test_an_update_that_never_gets_ready(lab: Lab) -> None:
    lab.up()
    declare(lab, multus=HUGE)
    *_, before, last = failed(lab, UnreadyError)
    assert before.endswith(": the pod of before is still to be replaced")
    assert ": Unschedulable: 0/3 nodes are available: " in last
    settled(lab)
    declare(lab, multus={})
    assert lab.up().changes == {"same": 9, "update": 1}
    assert len(lab.pods()) == 3


def test_pods_that_a_quota_forbids(lab: Lab) -> None:
    hard = {"hard": {"pods": "1"}}
    quota = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "few"}, "spec": hard}
    lab.bed.kubectl("apply", "-n", "kube-system", "-f", "-", stdin=json.dumps(quota))
    lab.bed.kubectl(
        *("wait", "-n", "kube-system", "quota/few", "--timeout=30s"),
        "--for=jsonpath={.status.hard.pods}=1",
    )
    declare(lab, multus={"readyTimeout": "5s"})
    first, last = failed(lab, UnreadyError)
    assert first == f"{DAEMON}: 1 of 3 pods ready, and no further one within 5s:"
    assert "FailedCreate: Error creating: pods" in last
    assert "exceeded quota: few" in last
    assert len(last.partition(": FailedCreate")[0].split(", ")) == 2
    settled(lab)
    lab.bed.kubectl("delete", "-n", "kube-system", "quota/few")
    assert set(lab.up().changes) <= {"same", "update"}
    assert len(lab.pods()) == 3


CRASH = {"terminated": {"exitCode": 1, "reason": "Error", "message": "up\npanic: no CNI"}}
IMAGE = {"reason": "ImagePullBackOff", "message": 'Back-off pulling image "multus"'}


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        pytest.param(
            {"state": {"waiting": {"reason": "CrashLoopBackOff"}}, "lastState": CRASH},
            "CrashLoopBackOff: it ended with exit code 1: panic: no CNI",
            id="crash",
        ),
        pytest.param(
            {"state": {"waiting": IMAGE}},
            'ImagePullBackOff: Back-off pulling image "multus"',
            id="image",
        ),
    ],
)
def test_a_pod_that_fails_later(lab: Lab, state: dict[str, Any], reason: str) -> None:
    declare(lab, multus={"readyTimeout": "3s"})
    lab.up()
    fails(lab, "worker01", **state)
    first, last = failed(lab, UnreadyError)
    assert first == f"{DAEMON}: 2 of 3 pods ready, and no further one within 3s:"
    assert last == f"  worker01: kube-multus: {reason}"
    settled(lab)
    (name,) = (
        one["metadata"]["name"]
        for one in lab.get("pod", "-l", "app=multus")
        if one["spec"]["nodeName"] == "worker01"
    )
    lab.bed.kubectl("delete", "-n", "kube-system", "pod", name)
    lab.up()
    assert len(lab.pods()) == 3


def select(lab: Lab, key: str, value: str) -> None:
    """Patch the selector by hand, and wait until the daemon's controller has seen it."""
    spec = {"spec": {"template": {"spec": {"nodeSelector": {key: value}}}}}
    lab.bed.kubectl("patch", "-n", "kube-system", DS, "-p", json.dumps(spec))
    lab.bed.kubectl("rollout", "status", "-n", "kube-system", DS, "--timeout=60s")


def test_nodes_that_are_left_out_are_listed(lab: Lab) -> None:
    lab.up()
    select(lab, "kubernetes.io/hostname", "worker01")
    lab.engine.up(refresh=False)
    at = lab.said.index(f"{DAEMON}: 1 of 1 pods ready; it does not run on")
    why = "the DaemonSet selects kubernetes.io/hostname=worker01, and the node has"
    assert lab.said[at + 1 : at + 3] == [
        f"  {name}: {why} kubernetes.io/hostname={name}" for name in ("master01", "worker02")
    ]


def test_a_daemon_that_wants_no_node(lab: Lab) -> None:
    lab.up()
    select(lab, "disk", "ssd")
    assert failed(lab, UnreadyError, refresh=False) == [
        f"{DAEMON} wants no pod on any node",
        "  it does not run on master01, worker01, worker02: the DaemonSet selects disk=ssd, and "
        "the node has no such label",
    ]
    settled(lab)


# --- what the cluster lacks -----------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["preview", "up"])
def test_a_namespace_that_is_not_there(lab: Lab, verb: str) -> None:
    lab.up()
    versions = lab.versions()
    network = {"master": "enp0s8", "ipam": {"type": "none"}, "namespace": "web"}
    declare(lab, networks=[network | {"name": "one"}, network | {"name": "two"}])
    assert failed(lab, MissingError, verb) == [
        "namespace web is not there, for web/one, web/two: create it first, by "
        f"`kubectl --kubeconfig {lab.bed.kubeconfig} create namespace web`"
    ]
    assert lab.versions() == versions
    settled(lab)


@pytest.mark.parametrize("verb", ["preview", "up"])
def test_a_zone_before_its_cluster(lab: Lab, verb: str) -> None:
    lab.bed.kubectl("delete", CRD, "--ignore-not-found")
    crd = [one for one in render.manifests(lab.stack) if one["kind"] == CRD_KIND]
    declare(lab, multus={"install": False})
    (said,) = failed(lab, MissingError, verb)
    assert said.startswith("the cluster has no CRD of NetworkAttachmentDefinitions, and the stack")
    # As beside the stack that brings it.
    assert lab.engine.preview(brought={presence.CRD}).changes == {"create": 3}
    lab.bed.kubectl("apply", "--server-side", "-f", "-", stdin=render.stream(crd))
    lab.bed.kubectl("wait", "--for=condition=Established", CRD, "--timeout=30s")
    assert lab.up().changes == {"create": 3}


class Other(Testbed):
    """A test bed by another kubeconfig."""

    def __init__(self, bed: Testbed, path: Path, document: Any) -> None:
        super().__init__(bed.folder)
        self._path = path
        path.write_text(yaml.safe_dump(document))

    @property
    def kubeconfig(self) -> Path:
        return self._path


class OtherLab(Lab):
    """A lab as somebody else sees it, or from elsewhere."""

    def __init__(self, lab: Lab, folder: Path, document: Any) -> None:
        self.bed, self.path, self.said = lab.bed, lab.path, []
        self.other = Other(lab.bed, folder / "kubeconfig", document)

    @property
    def engine(self) -> Engine:
        self.said = []
        return Engine.of_testbed(self.stack, self.other, Progress(), self.said.append)


def document(lab: Lab) -> Any:
    return yaml.safe_load(lab.bed.kubeconfig.read_text())


@pytest.mark.parametrize("verb", ["preview", "up", "refresh", "down"])
def test_an_api_server_that_does_not_answer(lab: Lab, tmp_path: Path, verb: str) -> None:
    lab.up()
    away = document(lab)
    away["clusters"][0]["cluster"]["server"] = "https://127.0.0.1:1"
    other = OtherLab(lab, tmp_path, away)
    assert failed(other, UnavailableError, verb) == [
        "the API server at 127.0.0.1:1 does not answer: Connection refused"
    ]
    assert not any("multus" in line for line in other.said)


# --- rights ---------------------------------------------------------------------------------------

READ = [
    ("apiextensions.k8s.io", "customresourcedefinitions"),
    ("rbac.authorization.k8s.io", "clusterroles"),
    ("rbac.authorization.k8s.io", "clusterrolebindings"),
    ("", "serviceaccounts"),
    ("", "configmaps"),
    ("apps", "daemonsets"),
    ("k8s.cni.cncf.io", "network-attachment-definitions"),
]


def somebody(lab: Lab, folder: Path, *rules: dict[str, Any]) -> OtherLab:
    """The lab as a service account sees it that has these rules alone."""
    cluster = connect(str(lab.bed.kubeconfig))
    rbac = "rbac.authorization.k8s.io"
    subject = {"kind": "ServiceAccount", "name": "somebody", "namespace": "default"}
    role = {"kind": "ClusterRole", "metadata": {"name": "somebody"}, "rules": list(rules)}
    reference = {"apiGroup": rbac, "kind": "ClusterRole", "name": "somebody"}
    bound = {"metadata": {"name": "somebody"}, "roleRef": reference, "subjects": [subject]}
    account = {"metadata": {"name": "somebody", "namespace": "default"}}
    cluster.apply({"apiVersion": "v1", "kind": "ServiceAccount", **account}, "test")
    cluster.apply({"apiVersion": f"{rbac}/v1", **role}, "test", force=True)
    cluster.apply({"apiVersion": f"{rbac}/v1", "kind": "ClusterRoleBinding", **bound}, "test")
    found = document(lab)
    found["users"][0]["user"] = {"token": cluster.token("somebody", "default")}
    return OtherLab(lab, folder, found)


def may(*verbs: str, group: str = "", resource: str = "", **more: Any) -> dict[str, Any]:
    return {"apiGroups": [group], "resources": [resource], "verbs": list(verbs), **more}


@pytest.mark.parametrize("verb", ["preview", "up"])
def test_who_may_only_look(lab: Lab, tmp_path: Path, verb: str) -> None:
    other = somebody(lab, tmp_path, *(may("get", group=one[0], resource=one[1]) for one in READ))
    first, *lines = failed(other, RightsError, verb)
    assert first.startswith("you lack rights on the cluster at 127.0.0.1:")
    assert sorted(lines) == sorted(
        [
            "  create, patch customresourcedefinitions.apiextensions.k8s.io",
            "  create, patch clusterroles.rbac.authorization.k8s.io",
            "  escalate, bind clusterroles.rbac.authorization.k8s.io multus, or all that it grants",
            "  create, patch clusterrolebindings.rbac.authorization.k8s.io",
            "  create, patch serviceaccounts in namespace kube-system",
            "  create, patch configmaps in namespace kube-system",
            "  create, patch, list, watch daemonsets.apps in namespace kube-system",
            "  list, watch pods in namespace kube-system",
            "  create, patch network-attachment-definitions.k8s.cni.cncf.io in namespace default",
        ]
    )
    assert lab.get(*MULTUS[1:]) == []


@pytest.mark.parametrize("verb", ["up", "refresh"])
def test_who_may_not_look(lab: Lab, tmp_path: Path, verb: str) -> None:
    lab.up()
    lines = failed(somebody(lab, tmp_path), RightsError, verb)
    assert "  get daemonsets.apps in namespace kube-system" in lines


CHANGES = ("get", "create", "patch", "update", "delete", "list", "watch")
GRANTED = [
    may("list", "watch", group="k8s.cni.cncf.io", resource="network-attachment-definitions"),
    may("get", "list", "watch", resource="pods"),
    may("update", resource="pods/status"),
    may("create", "patch", resource="events"),
    may("get", group="resource.k8s.io", resource="resourceclaims"),
    may("list", group="resource.k8s.io", resource="resourceslices"),
]


def test_who_is_no_administrator_and_holds_what_the_daemon_does(lab: Lab, tmp_path: Path) -> None:
    changes = (may(*CHANGES, group=one[0], resource=one[1]) for one in READ)
    other = somebody(lab, tmp_path, *changes, *GRANTED)
    # The role isn't there yet, and without the right to bind any the API server looks for it.
    said = other.preview()
    assert not [line for line in said if "Retry" in line]
    assert other.up().changes == {"create": 10}
    assert set(other.up().changes) == {"same"}
    assert len(lab.pods()) == 3
    other.engine.down()
    assert lab.get(*MULTUS[1:]) == []
