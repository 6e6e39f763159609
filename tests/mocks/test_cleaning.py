"""What `down --clean-nodes` looks at, what it declares, and what it tells."""

import json
from collections.abc import Iterator
from functools import partial
from types import SimpleNamespace
from typing import Any, cast

import pytest

from multus_lab import render
from multus_lab.adoption.objects import Known
from multus_lab.attachment import ANNOTATION, STATUS
from multus_lab.cluster.client import Cluster
from multus_lab.cluster.objects import Key
from multus_lab.engine.cleaning import Attached, Cleaning, CleaningError, attached_pods
from multus_lab.leaving import NODE_CLEANER, Leaving, Step
from multus_lab.settings import load
from tests.mocks.test_multus import Config, StackOf, by_name
from tests.unit.cases import cases

Object = dict[str, Any]


class Fake:
    """A cluster of some nodes and pods."""

    def __init__(self, pods: list[Object], **runtimes: str) -> None:
        self.listed: dict[str, list[Object]] = {
            "Pod": pods,
            "Node": [
                {
                    "metadata": {"name": name},
                    "status": {"nodeInfo": {"containerRuntimeVersion": runtime}},
                }
                for name, runtime in runtimes.items()
            ],
        }

    def items(self, kind: str, namespace: str = "", labels: str = "") -> Iterator[Object]:
        return iter(self.listed[kind])

    def find(self, kind: str, name: str, namespace: str = "") -> Object:
        folders = ("/etc/cni/net.d", "/opt/cni/bin/", "/run")
        volumes = [*({"hostPath": {"path": one}} for one in folders), {"configMap": {}}]
        return {"spec": {"template": {"spec": {"volumes": volumes}}}}


def pod(name: str, node: str = "a", networks: str = "", **more: Any) -> Object:
    annotations = {ANNOTATION: networks} if networks else {}
    spec = {"nodeName": node, **more.pop("spec", {})} if node else {}
    metadata = {"name": name, "namespace": "web", "annotations": annotations}
    return {"metadata": metadata, "spec": spec, "status": more}


def by_default(name: str) -> Object:
    """One that asks for nothing, and is attached by the daemon's `defaultNetworks`."""
    made = pod(name)
    status = [{"name": "cbr0", "default": True}, {"name": "kube-system/lab"}]
    made["metadata"]["annotations"][STATUS] = json.dumps(status)
    return made


@cases(
    ("pods", "runtime", "found"),
    [
        pytest.param([pod("one")], "containerd://2.2.0", Attached(), id="none"),
        pytest.param(
            [pod("two", networks="lab"), pod("one", networks="lab")],
            "containerd://2.2.0",
            Attached(("web/one", "web/two"), ("a",)),
            id="attached",
        ),
        pytest.param(
            [by_default("one"), pod("two", "b")],
            "containerd://2.2.0",
            Attached(("web/one",), ("a",)),
            id="attached-by-default",
        ),
        pytest.param(
            [pod("one", networks="lab", phase="Succeeded"), pod("two", "", networks="lab")],
            "cri-o://1.36.0",
            Attached(),
            id="ended-or-not-begun",
        ),
        pytest.param(
            [pod("one"), pod("host", node="b", spec={"hostNetwork": True})],
            "cri-o://1.36.0",
            Attached(ended_by_shim=("a",)),
            id="cri-o",
        ),
    ],
)
def test_which_pods_hang_on_multus(pods: list[Object], runtime: str, found: Attached) -> None:
    assert attached_pods(cast("Cluster", Fake(pods, a=runtime, b=runtime))) == found


@cases(
    ("pods", "told"),
    [
        ((), ""),
        (("web/one",), "1 pod is attached to networks (web/one): "),
        (tuple("abcdef"), "6 pods are attached to networks (a, b, c, d, e, 1 more): "),
    ],
)
def test_what_has_to_be_agreed_to(pods: tuple[str, ...], told: str) -> None:
    assert Attached(pods).told.startswith(told)
    assert bool(Attached(pods).told) is bool(pods)


# --- what it declares -----------------------------------------------------------------------------


def cleaner(
    leaving: Leaving, config: Config, stack_of: StackOf, monkeypatch: pytest.MonkeyPatch
) -> dict[str, Any]:
    """What the program declares in a step."""
    program = partial(render.run_program, leaving=leaving)
    monkeypatch.setattr(render, "run_program", program)
    return by_name(render.manifests(stack_of(config)))


def test_it_is_declared_beside_the_daemon_and_without_networks(
    dev_config: Config,
    dev_objects: list[Any],
    stack_of: StackOf,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = cleaner(Leaving(Step.CONFIGURATION), dev_config, stack_of, monkeypatch)
    before = {one for one in by_name(dev_objects) if not one.startswith("NetworkAtt")}
    assert made.keys() - before == {f"DaemonSet/{NODE_CLEANER}"}
    spec = made[f"DaemonSet/{NODE_CLEANER}"]["spec"]["template"]["spec"]
    daemon = made["DaemonSet/kube-multus-ds"]["spec"]["template"]["spec"]
    for key in ("nodeSelector", "tolerations", "priorityClassName", "hostNetwork"):
        assert spec[key] == daemon[key]
    (only,) = spec["initContainers"]
    assert only["command"][4:] == ["configuration", "/host/config"]
    assert only["image"] == daemon["containers"][0]["image"]


def test_the_rest_has_the_distribution_s_folders(
    dev_config: Config, stack_of: StackOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    dev_config["cluster"] = {"distribution": "k3s"}
    dev_config["accept"] = {"LNK119": "they are there"}
    dev_config["multus"] = {"paths": {"socketDir": "/var/run/lab/", "cniDir": "/a/cni"}}
    leaving = Leaving(Step.REST, ("a",), ("b", "c"))
    made = cleaner(leaving, dev_config, stack_of, monkeypatch)
    spec = made[f"DaemonSet/{NODE_CLEANER}"]["spec"]["template"]["spec"]
    first, last = spec["initContainers"]
    assert first["command"][4:] == ["configuration", "/host/config"]
    assert last["command"][4:] == (
        ["rest", "/host/bin", "/host/run/lab", "/host/caches", "a", "b c"]
    )
    assert {one["name"]: one["hostPath"]["path"] for one in spec["volumes"]} == {
        "config": "/var/lib/rancher/k3s/agent/etc/cni/net.d",
        "run": "/run",
        "bin": "/var/lib/rancher/k3s/data/cni",
        "caches": "/a/cni",
    }
    assert {one["name"]: one["mountPath"] for one in last["volumeMounts"]} == {
        "run": "/host/run",
        "bin": "/host/bin",
        "caches": "/host/caches",
    }


# --- what it tells --------------------------------------------------------------------------------


def ended(name: str, message: str, code: int = 0) -> Object:
    return {"name": name, "state": {"terminated": {"exitCode": code, "message": message}}}


def cleaning(made: list[Key], pods: list[Object], **said: Any) -> Cleaning:
    known = {key: Known(key, f"urn::{_resource(key)}", "", "", "", False) for key in made}
    nothing = cast("Any", SimpleNamespace())
    cluster = cast("Cluster", Fake(pods))
    return Cleaning(nothing, known, load(said).multus, cluster, nothing, print)


def _resource(key: Key) -> str:
    return {"kube-multus-ds": "multus-daemon-set"}.get(key.name, "multus-node-cleaner")


DAEMON = Key("DaemonSet", "kube-system", "kube-multus-ds")


def test_each_node_says_what_it_did() -> None:
    one = pod("x", "b", initContainerStatuses=[ended("rest", "shim removed\nsockets removed\n")])
    none = pod("y", "a", initContainerStatuses=[ended("rest", "")])
    before = pod("z", "c", initContainerStatuses=[ended("configuration", "file removed\n")])
    failed = pod("f", "d", initContainerStatuses=[ended("rest", "no such file\n", 1)])
    starts = pod("s", "e", initContainerStatuses=[{"name": "rest", "state": {"waiting": {}}}])
    pods = [one, none, before, failed, starts, pod("n", "f")]
    reports = cleaning([DAEMON], pods)._reports(Step.REST)
    assert list(reports.items()) == [("a", ()), ("b", ("shim removed", "sockets removed"))]


@cases(
    "made",
    [
        pytest.param([DAEMON], id="beside-the-daemon"),
        pytest.param([DAEMON._replace(name=NODE_CLEANER)], id="that-is-there-still"),
    ],
)
def test_which_resource_the_cleaner_is(made: list[Key]) -> None:
    assert cleaning(made, [])._urn() == "urn::multus-node-cleaner"


@cases(
    ("said", "refused"),
    [
        (
            {"multus": {"namespace": "net"}},
            "the stack says namespace net: set multus.namespace back to kube-system",
        ),
        ({"multus": {"install": False}}, "no longer installs Multus: set multus.install to true"),
        (
            {"cluster": {"distribution": "rke2"}},
            "no longer installs Multus: set multus.install to true",
        ),
        (
            {"cluster": {"distribution": "crio"}},
            "not with /usr/libexec/cni of its nodes: set cluster.distribution",
        ),
        ({"multus": {"paths": {"cniConfigDir": "/etc/net.d"}}}, "not with /etc/net.d of its nodes"),
    ],
)
def test_what_is_up_has_to_be_what_the_stack_says(said: Config, refused: str) -> None:
    with pytest.raises(CleaningError) as error:
        cleaning([DAEMON], [], **said).run()
    assert str(error.value).startswith("DaemonSet kube-system/kube-multus-ds is up, ")
    assert refused in str(error.value)


def test_without_a_daemon_there_is_nothing_to_clean(capsys: pytest.CaptureFixture[str]) -> None:
    assert cleaning([DAEMON._replace(name="other")], []).run() == {}
    assert "is gone already" in capsys.readouterr().out
    with pytest.raises(CleaningError, match="leave --clean-nodes out"):
        cleaning([], [], multus={"install": False}).run()
