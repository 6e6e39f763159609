"""The components: what they register, as the engine would be asked to."""

import functools
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml
from pulumi.runtime import rpc
from pulumi.runtime.mocks import MockMonitor

from components.multus import INTENDED_DIFFERENCES
from multus_lab import render
from multus_lab.attachment import ANNOTATION
from multus_lab.project import StackFile, stack_file

Config = dict[str, Any]
StackOf = Callable[[Config], StackFile]

ROOT = Path(__file__).parents[2]
UPSTREAM = Path(__file__).parent / "upstream" / "multus-daemonset-thick-v4.3.0.yml"
UPSTREAM_SHA256 = "2d622f697809644a12704497bbf5c3256adc1e7f5b5504655e4993743651b585"


def by_name(objects: list[Any]) -> dict[str, Any]:
    return {f"{one['kind']}/{one['metadata']['name']}": one for one in objects}


def template(objects: list[Any]) -> Any:
    """The pod template of the DaemonSet."""
    return by_name(objects)["DaemonSet/kube-multus-ds"]["spec"]["template"]


# --- parity with upstream -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def upstream() -> dict[str, Any]:
    assert hashlib.sha256(UPSTREAM.read_bytes()).hexdigest() == UPSTREAM_SHA256
    return by_name(list(yaml.safe_load_all(UPSTREAM.read_text())))


def differences(theirs: Any, ours: Any, path: str = "") -> Iterator[str]:
    """The paths at which two values differ, each as deep as it goes."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key in theirs.keys() | ours.keys():
            yield from differences(theirs.get(key), ours.get(key), f"{path}.{key}".lstrip("."))
    elif isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
        for index, (their, our) in enumerate(zip(theirs, ours, strict=True)):
            yield from differences(their, our, f"{path}[{index}]")
    elif theirs != ours or type(theirs) is not type(ours):
        yield path


def test_the_same_objects_as_upstream(upstream: dict[str, Any], dev_objects: list[Any]) -> None:
    ours = by_name(dev_objects)
    networks = {name for name in ours if name.startswith("NetworkAttachmentDefinition/")}
    assert ours.keys() - networks == upstream.keys()


def test_the_objects_differ_where_it_is_intended_and_nowhere_else(
    upstream: dict[str, Any], dev_objects: list[Any]
) -> None:
    ours = by_name(dev_objects)
    found = {
        f"{name} {path}" for name in upstream for path in differences(upstream[name], ours[name])
    }
    assert found == INTENDED_DIFFERENCES.keys()


def test_every_difference_has_its_reason() -> None:
    assert all(len(reason) > 20 for reason in INTENDED_DIFFERENCES.values())


@pytest.mark.parametrize(
    ("theirs", "ours", "paths"),
    [
        pytest.param({"a": [{"b": 1}]}, {"a": [{"b": 1}]}, set(), id="equal"),
        pytest.param({"a": [{"b": 1}]}, {"a": [{"b": 2}]}, {"a[0].b"}, id="changed"),
        pytest.param({"a": {"b": 1}}, {"a": {}}, {"a.b"}, id="missing"),
        pytest.param({"a": {}}, {"a": {"b": 1}}, {"a.b"}, id="added"),
        pytest.param({"a": [1]}, {"a": [1, 2]}, {"a"}, id="longer"),
        pytest.param({"a": 1}, {"a": True}, {"a"}, id="other-type"),
    ],
)
def test_differences(theirs: Any, ours: Any, paths: set[str]) -> None:
    assert set(differences(theirs, ours)) == paths


def test_cluster_role_holds_what_the_daemon_uses(dev_objects: list[Any]) -> None:
    rules = by_name(dev_objects)["ClusterRole/multus"]["rules"]
    granted = {
        (group, resource): set(rule["verbs"])
        for rule in rules
        for group in rule["apiGroups"]
        for resource in rule["resources"]
    }
    assert granted == {
        ("k8s.cni.cncf.io", "network-attachment-definitions"): {"list", "watch"},
        ("", "pods"): {"get", "list", "watch"},
        ("", "pods/status"): {"update"},
        ("", "events"): {"create", "patch"},
    }


# --- what a stack can set -------------------------------------------------------------------------


def test_default_image_and_memory(dev_objects: list[Any]) -> None:
    pod = template(dev_objects)["spec"]
    images = {one["image"] for one in (*pod["containers"], *pod["initContainers"])}
    assert images == {"ghcr.io/k8snetworkplumbingwg/multus-cni:v4.3.0-thick"}
    assert pod["containers"][0]["resources"] == {
        "requests": {"cpu": "100m", "memory": "50Mi"},
        "limits": {"cpu": "100m"},
    }


def test_memory_limit(dev_config: Config, stack_of: StackOf) -> None:
    multus = {"resources": {"limits": {"memory": "512Mi"}}}
    pod = template(render.manifests(stack_of(dev_config | {"multus": multus})))["spec"]
    assert pod["containers"][0]["resources"] == {
        "requests": {"cpu": "100m", "memory": "50Mi"},
        "limits": {"memory": "512Mi"},
    }


def test_repository_and_digest_in_both_containers(dev_config: Config, stack_of: StackOf) -> None:
    multus = {"repository": "registry.lab:5000/multus", "digest": f"sha256:{'0a' * 32}"}
    pod = template(render.manifests(stack_of(dev_config | {"multus": multus})))["spec"]
    images = {one["image"] for one in (*pod["containers"], *pod["initContainers"])}
    assert images == {f"registry.lab:5000/multus:v4.3.0-thick@sha256:{'0a' * 32}"}


@pytest.mark.parametrize(
    ("multus", "rolls"),
    [
        pytest.param({"daemonConfig": {"logLevel": "debug"}}, True, id="daemon-config"),
        pytest.param({"daemonConfig": {"logLevel": "verbose"}}, False, id="the-default"),
        pytest.param({"retainCrd": False}, False, id="retain-crd"),
    ],
)
def test_a_change_of_the_daemon_config_rolls_the_pods(
    multus: Config,
    rolls: bool,
    dev_objects: list[Any],
    dev_config: Config,
    stack_of: StackOf,
) -> None:
    objects = render.manifests(stack_of(dev_config | {"multus": multus}))
    assert (template(objects) != template(dev_objects)) is rolls


def test_the_annotation_is_the_digest_of_the_config(dev_objects: list[Any]) -> None:
    data = by_name(dev_objects)["ConfigMap/multus-daemon-config"]["data"]
    digest = hashlib.sha256(data["daemon-config.json"].encode()).hexdigest()
    annotations = template(dev_objects)["metadata"]["annotations"]
    assert annotations == {"checksum/daemon-config": digest}


# --- how it is registered -------------------------------------------------------------------------

CRD = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition"
DAEMON_SET = "kubernetes:apps/v1:DaemonSet"
NAD = "kubernetes:k8s.cni.cncf.io/v1:NetworkAttachmentDefinition"
MULTUS = "multus-lab:multus:Multus"
NETWORK = "multus-lab:networks:MacvlanNetwork"
OBJECTS = {
    CRD,
    "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole",
    "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding",
    "kubernetes:core/v1:ServiceAccount",
    "kubernetes:core/v1:ConfigMap",
    DAEMON_SET,
}


class Monitor(MockMonitor):
    """Keeps what a program asks of the engine: the requests and their URNs, and the exports."""

    def __init__(self) -> None:
        super().__init__(render._Recorder())
        self.requests: list[Any] = []
        self.urns: dict[str, str] = {}
        self.exports: Config = {}

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802
        self.requests.append(request)
        response = super().RegisterResource(request)  # type: ignore[no-untyped-call]
        self.urns[request.type] = response.urn
        return response

    def types(self) -> set[str]:
        return {request.type for request in self.requests} - {"pulumi:pulumi:Stack"}

    def request(self, type_: str) -> Any:
        (found,) = [request for request in self.requests if request.type == type_]
        return found

    def run(self, stack: StackFile, *secret_keys: str) -> None:
        """Run the stack's program as the engine does, which knows what of a config is secret."""
        configure = functools.partial(pulumi.runtime.set_all_config, secret_keys=list(secret_keys))
        set_mocks = pulumi.runtime.set_mocks

        def export(name: str, value: Any) -> None:
            pulumi.Output.from_input(value).apply(lambda found: self.exports.update({name: found}))

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(pulumi.runtime, "set_all_config", configure)
            patch.setattr(pulumi.runtime, "set_mocks", functools.partial(set_mocks, monitor=self))
            patch.setattr(pulumi, "export", export)
            patch.setattr(StackFile, "settings", lambda _: None)  # so that the program is asked
            patch.setattr(render, "_place", id)  # it can't look into what is secret
            render.manifests(stack)


@pytest.fixture(scope="module")
def dev() -> Monitor:
    """What the dev stack asks of the engine."""
    monitor = Monitor()
    monitor.run(stack_file(str(ROOT / "Pulumi.dev.yaml")))
    return monitor


@pytest.fixture
def monitor() -> Monitor:
    return Monitor()


def test_type_tokens(dev: Monitor) -> None:
    assert dev.types() == {MULTUS, NETWORK, NAD} | OBJECTS


def test_children_have_their_component_as_parent(dev: Monitor) -> None:
    parents = {request.type: request.parent for request in dev.requests}
    assert {parents[one] for one in OBJECTS} == {dev.urns[MULTUS]}
    assert parents[NAD] == dev.urns[NETWORK]
    assert {parents[MULTUS], parents[NETWORK]} == {dev.urns["pulumi:pulumi:Stack"]}


def test_daemon_set_waits_for_all_the_others(dev: Monitor) -> None:
    others = {dev.urns[one] for one in OBJECTS - {DAEMON_SET}}
    assert set(dev.request(DAEMON_SET).dependencies) == others


def test_network_waits_for_the_crd_alone(dev: Monitor) -> None:
    assert list(dev.request(NAD).dependencies) == [dev.urns[CRD]]


def test_exports(dev: Monitor) -> None:
    assert dev.exports == {
        "multus": {
            "release": "v4.3.0",
            "image": "ghcr.io/k8snetworkplumbingwg/multus-cni:v4.3.0-thick",
        },
        "networks": {
            "default/privatezone-macvlan-conf": {
                "annotation": "default/privatezone-macvlan-conf",
                "usableAddresses": ["10.12.34.200-10.12.34.220 (21)"],
            }
        },
    }


def test_install_false_registers_no_daemon(
    monitor: Monitor, dev_config: Config, stack_of: StackOf
) -> None:
    monitor.run(stack_of(dev_config | {"multus": {"install": False}}))
    assert monitor.types() == {NETWORK, NAD}
    assert list(monitor.request(NAD).dependencies) == []
    assert monitor.exports["multus"] is None


@pytest.mark.parametrize(
    ("multus", "retained"),
    [
        pytest.param({}, {CRD}, id="default"),
        pytest.param({"retainCrd": True}, {CRD}, id="true"),
        pytest.param({"retainCrd": False}, set(), id="false"),
    ],
)
def test_retain_crd(
    multus: Config, retained: set[str], monitor: Monitor, dev_config: Config, stack_of: StackOf
) -> None:
    monitor.run(stack_of(dev_config | {"multus": multus}))
    assert {one.type for one in monitor.requests if one.retainOnDelete} == retained


def test_names_of_resources_tell_networks_apart(
    monitor: Monitor, dev_config: Config, stack_of: StackOf
) -> None:
    network: Config = {"name": "lab", "master": "enp0s8", "ipam": {"type": "none"}}
    dev_config["networks"] = [network, network | {"namespace": "web"}]
    dev_config["multus"] = {"install": False}
    monitor.run(stack_of(dev_config))
    names = [request.name for request in monitor.requests if request.type == NAD]
    assert sorted(names) == ["default/lab", "web/lab"]


@pytest.mark.parametrize(
    ("secret_keys", "secret"),
    [
        pytest.param(["multus-lab:networks"], True, id="secret"),
        pytest.param(["multus-lab:zone"], False, id="secret-elsewhere"),
        pytest.param([], False, id="plain"),
    ],
)
def test_config_with_a_secret_is_kept_secret(
    secret_keys: list[str], secret: bool, monitor: Monitor, dev_config: Config, stack_of: StackOf
) -> None:
    dev_config["networks"][0]["annotations"] = {"owner": "me"}
    dev_config["multus"] = {"install": False}
    monitor.run(stack_of(dev_config), *secret_keys)
    definition = rpc.deserialize_properties(monitor.request(NAD).object)
    assert rpc.is_rpc_secret(definition["spec"]) is secret
    assert rpc.is_rpc_secret(definition["metadata"]) is secret


def test_broken_config_registers_nothing(
    monitor: Monitor, dev_config: Config, stack_of: StackOf
) -> None:
    dev_config["networks"][0]["mode"] = "Bridge"
    with pytest.raises(pulumi.RunError, match=r"2 settings can't be used") as error:
        monitor.run(stack_of(dev_config | {"zonne": {}}))
    assert "networks[0].mode" in str(error.value)
    assert "zonne" in str(error.value)
    assert monitor.types() == set()


def test_what_is_accepted_is_a_warning_but_for_notes(
    monitor: Monitor, dev_config: Config, stack_of: StackOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", said.append)
    dev_config["cluster"] = {"primaryNetwork": {"cniVersion": "0.3.1"}}
    dev_config["multus"] = {"daemonConfig": {"cniVersion": "0.4.0"}}
    dev_config["accept"] = {"MUL701": "a fork of the daemon", "LIF403": "nobody asks"}
    monitor.run(stack_of(dev_config))
    (told,) = said
    codes = [line.split()[1] for line in told.splitlines() if line.startswith("warning ")]
    assert codes == ["MUL701", "IPA207", "RTE301"]
    assert "  accepted error: a fork of the daemon" in told.splitlines()
    assert "LIF403" not in told


# --- pods -----------------------------------------------------------------------------------------

ATTACHING = """
import pulumi_kubernetes as k8s
from components import MacvlanNetwork, StackConfig, attach

a, b = (MacvlanNetwork(one.name, one) for one in StackConfig().settings.networks)
k8s.core.v1.Pod("probe", metadata={{"name": "probe", **attach({arguments})}}, spec={{}})
"""


@pytest.mark.parametrize(
    ("arguments", "annotation"),
    [
        pytest.param("a", "default/a", id="one"),
        pytest.param("b, a", "web/b,default/a", id="two-in-order"),
        pytest.param("a.select(interface='net5')", "default/a@net5", id="interface"),
        pytest.param(
            "a, b.select(ips=['10.12.34.5/24'], default_route=['10.12.34.254'])",
            '[{"name":"a","namespace":"default"},{"default-route":["10.12.34.254"],'
            '"ips":["10.12.34.5/24"],"name":"b","namespace":"web"}]',
            id="json",
        ),
    ],
)
def test_attach(
    arguments: str, annotation: str, dev_config: Config, stack_of: StackOf, project_folder: Path
) -> None:
    dev_config["networks"] = [
        {"name": "a", "master": "enp0s8", "ipam": {"type": "none"}},
        {"name": "b", "namespace": "web", "master": "enp0s8", "ipam": {"type": "none"}},
    ]
    (project_folder / "__main__.py").unlink()
    (project_folder / "__main__.py").write_text(ATTACHING.format(arguments=arguments))
    pod = by_name(render.manifests(stack_of(dev_config)))["Pod/probe"]
    assert pod["metadata"]["annotations"] == {ANNOTATION: annotation}
