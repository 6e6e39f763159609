"""The components: what they register, as the engine would be asked to."""

import functools
import hashlib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi.runtime import rpc
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.resource import _get_stack_trace

from components import NETWORKS
from components.multus import INTENDED_DIFFERENCES, intended_differences
from components.multus import objects as objects_of
from components.pods import script
from multus_lab import releases, render
from multus_lab.attachment import ANNOTATION
from multus_lab.project import StackFile, stack_file
from multus_lab.settings import load
from tests import upstream as manifests
from tests.networks import EXAMPLES, network
from tests.unit.cases import cases

Config = dict[str, Any]
StackOf = Callable[[Config], StackFile]

ROOT = Path(__file__).parents[2]
NETWORK_KIND = "NetworkAttachmentDefinition"


def by_name(objects: list[Any]) -> dict[str, Any]:
    return {f"{one['kind']}/{one['metadata']['name']}": one for one in objects}


DAEMON = "DaemonSet/kube-multus-ds"


def template(objects: dict[str, Any]) -> Any:
    """The pod template of the DaemonSet."""
    return objects[DAEMON]["spec"]["template"]


@pytest.fixture(scope="module")
def plain(dev_objects: list[Any]) -> dict[str, Any]:
    """The objects of the dev stack, by name."""
    return by_name(dev_objects)


# --- parity with upstream -------------------------------------------------------------------------


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


def declared(config: Config, multus: Config) -> dict[str, Any]:
    """What a stack declares by these settings of the daemon, by name and for reading alone."""
    return _declared(json.dumps({**config, "multus": multus}))


@functools.cache
def _declared(written: str) -> dict[str, Any]:
    return by_name(render.declared(json.loads(written), "dev"))


def of_release(name: str, config: Config) -> dict[str, Any]:
    return declared(config, {"release": name})


def test_without_a_word_it_is_the_default_release(
    written_dev_config: Config, plain: dict[str, Any]
) -> None:
    assert of_release(releases.DEFAULT, written_dev_config) == plain


@pytest.mark.parametrize("name", releases.names())
def test_every_release_differs_from_its_manifest_where_it_is_intended_alone(
    name: str, written_dev_config: Config
) -> None:
    upstream, ours = by_name(manifests.thick(name)), of_release(name, written_dev_config)
    networks = {one for one in ours if one.startswith("NetworkAttachmentDefinition/")}
    assert ours.keys() - networks == upstream.keys()
    found = {f"{one} {path}" for one in upstream for path in differences(upstream[one], ours[one])}
    release = releases.multus(name)
    assert release is not None
    assert found == intended_differences(release).keys()


def test_every_difference_has_its_reason() -> None:
    own = [
        one
        for name in releases.names()
        if (known := releases.multus(name))
        for one in known.unlike.values()
    ]
    assert all(len(reason) > 20 for reason in (*INTENDED_DIFFERENCES.values(), *own))


@cases(
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


USED: dict[tuple[str, str], set[str]] = {
    ("k8s.cni.cncf.io", "network-attachment-definitions"): {"list", "watch"},
    ("", "pods"): {"get", "list", "watch"},
    ("", "pods/status"): {"update"},
    ("", "events"): {"create", "patch"},
}


@cases(
    ("name", "beside"),
    [
        ("v4.1.4", {}),
        ("v4.3.0", {}),
        (
            "v4.3.1",
            {
                ("resource.k8s.io", "resourceclaims"): {"get"},
                ("resource.k8s.io", "resourceslices"): {"list"},
            },
        ),
    ],
)
def test_cluster_role_holds_what_the_daemon_uses(
    name: str, beside: dict[tuple[str, str], set[str]], written_dev_config: Config
) -> None:
    rules = of_release(name, written_dev_config)["ClusterRole/multus"]["rules"]
    granted = {
        (group, resource): set(rule["verbs"])
        for rule in rules
        for group in rule["apiGroups"]
        for resource in rule["resources"]
    }
    assert granted == USED | beside


# --- what a stack can set -------------------------------------------------------------------------


def test_default_image_and_memory(plain: dict[str, Any]) -> None:
    pod = template(plain)["spec"]
    images = {one["image"] for one in (*pod["containers"], *pod["initContainers"])}
    assert images == {"ghcr.io/k8snetworkplumbingwg/multus-cni:v4.3.1-thick"}
    assert pod["containers"][0]["resources"] == {"requests": {"cpu": "100m", "memory": "50Mi"}}


NODES: Config = {
    "nodeAffinity": {
        "requiredDuringSchedulingIgnoredDuringExecution": {
            "nodeSelectorTerms": [
                {"matchExpressions": [{"key": "lab/zone", "operator": "In", "values": ["a"]}]}
            ]
        },
        "preferredDuringSchedulingIgnoredDuringExecution": [
            {
                "weight": 5,
                "preference": {
                    "matchExpressions": [
                        {"key": "lab/free", "operator": "Exists"},
                        {"key": "lab/speed", "operator": "Gt", "values": ["10"]},
                    ],
                    "matchFields": [
                        {"key": "metadata.name", "operator": "NotIn", "values": ["worker-1.lab"]}
                    ],
                },
            }
        ],
    }
}


@cases(
    ("multus", "expected", "strategy"),
    [
        (
            {
                "nodeSelector": {"lab/net": "yes"},
                "tolerations": [{"key": "lab", "value": "a", "effect": "NoSchedule"}],
                "affinity": NODES,
                "priorityClassName": "lab",
                "terminationGracePeriodSeconds": 45,
                "pullSecrets": ["ghcr", "mirror"],
                "updateStrategy": {"type": "OnDelete"},
            },
            {
                "nodeSelector": {"lab/net": "yes"},
                "tolerations": [
                    {"key": "lab", "operator": "Equal", "value": "a", "effect": "NoSchedule"}
                ],
                "affinity": NODES,
                "priorityClassName": "lab",
                "terminationGracePeriodSeconds": 45,
                "imagePullSecrets": [{"name": "ghcr"}, {"name": "mirror"}],
            },
            {"type": "OnDelete"},
        ),
        (
            {
                "nodeSelector": {},
                "priorityClassName": None,
                "updateStrategy": {"maxUnavailable": 2},
            },
            {"nodeSelector": {}},
            {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 2}},
        ),
        (
            {
                "tolerations": [{"key": "", "operator": "Exists", "value": "", "effect": ""}],
                "updateStrategy": {"maxUnavailable": "10%"},
            },
            {"tolerations": [{"operator": "Exists"}]},
            {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "10%"}},
        ),
        ({"updateStrategy": {}}, {}, {"type": "RollingUpdate"}),
    ],
)
def test_where_and_how_pods_run_and_are_replaced(
    multus: Config,
    expected: Config,
    strategy: Config,
    plain: dict[str, Any],
    written_dev_config: Config,
) -> None:
    default, asked = template(plain)["spec"], declared(written_dev_config, multus)
    kept = {key: one for key, one in default.items() if key not in {*expected, *multus}}
    assert _bare(template(asked)["spec"]) == _bare(kept | expected)
    assert asked[DAEMON]["spec"]["updateStrategy"] == strategy


def _bare(value: Any) -> Any:
    """A value without empty lists, which ask for nothing."""
    if isinstance(value, list):
        return [_bare(one) for one in value]
    if isinstance(value, dict):
        return {key: _bare(one) for key, one in value.items() if one != []}
    return value


def test_default_tolerations_priority_and_token(plain: dict[str, Any]) -> None:
    pod = template(plain)["spec"]
    assert pod["nodeSelector"] == {"kubernetes.io/os": "linux"}
    assert pod["priorityClassName"] == "system-node-critical"
    assert pod["automountServiceAccountToken"] is True
    assert pod["tolerations"] == [
        {"effect": "NoSchedule", "operator": "Exists"},
        {"effect": "NoExecute", "operator": "Exists"},
    ]


def test_namespace(plain: dict[str, Any], written_dev_config: Config) -> None:
    objects = declared(written_dev_config, {"namespace": "net"})
    found = {
        f"{name} {path}"
        for name, one in plain.items()
        for path in differences(one, objects[name])
        if not path.startswith(("metadata.annotations", "spec.config"))
    }
    assert found == {
        "ClusterRoleBinding/multus subjects[0].namespace",
        "ConfigMap/multus-daemon-config metadata.namespace",
        "DaemonSet/kube-multus-ds metadata.namespace",
        "ServiceAccount/multus metadata.namespace",
    }


@pytest.fixture(scope="module")
def asked(written_dev_config: Config) -> dict[str, Any]:
    """What a stack declares that sets much of the daemon, none of which hangs on another."""
    multus = {
        "resources": {"limits": {"memory": "512Mi"}},
        "labels": {"team": "lab"},
        "annotations": {"why": "nets"},
        "pullPolicy": "Always",
        "apiServer": {"host": "10.0.0.1"},
        "installResources": {"limits": {"memory": "64Mi"}},
        "daemonConfig": {"logFile": "/var/log/multus/daemon.log"},
        "repository": "registry.lab:5000/multus",
        "digest": f"sha256:{'0a' * 32}",
    }
    return declared(written_dev_config, multus)


def test_memory_limit(asked: dict[str, Any]) -> None:
    assert template(asked)["spec"]["containers"][0]["resources"] == {
        "requests": {"cpu": "100m", "memory": "50Mi"},
        "limits": {"memory": "512Mi"},
    }


def test_labels_annotations_and_policy(asked: dict[str, Any], plain: dict[str, Any]) -> None:
    made, default = asked[DAEMON], plain[DAEMON]
    for one, other in ((made, default), (made["spec"]["template"], default["spec"]["template"])):
        assert one["metadata"]["labels"] == other["metadata"]["labels"] | {"team": "lab"}
        notes, before = one["metadata"]["annotations"], other["metadata"]["annotations"]
        assert notes.keys() - before.keys() == {"why"}
    assert made["spec"]["selector"] == default["spec"]["selector"]
    pod = made["spec"]["template"]["spec"]
    policies = [one["imagePullPolicy"] for one in (*pod["containers"], *pod["initContainers"])]
    assert policies == ["Always", "Always"]


def test_api_server_and_resources_of_the_installer(asked: dict[str, Any]) -> None:
    pod = template(asked)["spec"]
    env = {one["name"]: one.get("value") for one in pod["containers"][0]["env"]}
    assert env == {
        "MULTUS_NODE_NAME": None,
        "KUBERNETES_SERVICE_HOST": "10.0.0.1",
        "KUBERNETES_SERVICE_PORT": "6443",
    }
    assert pod["initContainers"][0]["resources"] == {
        "requests": {"cpu": "10m", "memory": "15Mi"},
        "limits": {"memory": "64Mi"},
    }


def test_the_log_is_where_the_shim_writes_it(asked: dict[str, Any]) -> None:
    pod = template(asked)["spec"]
    assert {"name": "log", "hostPath": {"path": "/var/log/multus"}} in pod["volumes"]
    assert {"name": "log", "mountPath": "/var/log/multus"} in pod["containers"][0]["volumeMounts"]


def test_repository_and_digest_in_both_containers(asked: dict[str, Any]) -> None:
    pod = template(asked)["spec"]
    images = {one["image"] for one in (*pod["containers"], *pod["initContainers"])}
    assert images == {f"registry.lab:5000/multus:v4.3.1-thick@sha256:{'0a' * 32}"}


# --- plugins, and the daemon of dhcp --------------------------------------------------------------

PLUGINS: Config = {"image": "registry.lab/plugins:v1.9.1", "plugins": ["macvlan", "static"]}


def test_plugins_are_copied_before_the_daemon_starts(written_dev_config: Config) -> None:
    multus = {"installPlugins": PLUGINS, "pullPolicy": "Always", "paths": {"binDir": "/a/bin"}}
    pod = template(declared(written_dev_config, multus))["spec"]
    first, second = pod["initContainers"]
    assert first["name"] == "install-multus-binary"
    assert second == {
        "name": "install-plugins",
        "image": "registry.lab/plugins:v1.9.1",
        "imagePullPolicy": "Always",
        "command": [
            *script("install_plugins"),
            "/opt/cni/bin",
            "/host/opt/cni/bin",
            "false",
            "macvlan",
            "static",
        ],
        "resources": {"requests": {"cpu": "10m", "memory": "15Mi"}},
        "securityContext": {"privileged": True},
        "terminationMessagePolicy": "FallbackToLogsOnError",
        "volumeMounts": [{"name": "cnibin", "mountPath": "/host/opt/cni/bin"}],
    }
    assert {"name": "cnibin", "hostPath": {"path": "/a/bin"}} in pod["volumes"]


def test_plugins_from_another_folder_over_what_is_there(written_dev_config: Config) -> None:
    asked = PLUGINS | {"folder": "/plugins", "overwrite": True}
    objects = declared(written_dev_config, {"installPlugins": asked})
    command = template(objects)["spec"]["initContainers"][1]["command"]
    assert command[4:7] == ["/plugins", "/host/opt/cni/bin", "true"]


def test_the_daemon_of_dhcp_is_a_daemon_set_of_its_own(written_dev_config: Config) -> None:
    multus: Config = {
        "dhcpDaemon": {"image": "registry.lab/plugins:v1.9.1", "folder": "/plugins/"},
        "nodeSelector": {"lab/net": "yes"},
        "paths": {"netnsDir": "/var/run/netns"},
    }
    objects = dict(declared(written_dev_config, multus))
    del multus["dhcpDaemon"]
    without = declared(written_dev_config, multus)
    made = objects.pop("DaemonSet/multus-dhcp-daemon")
    assert objects == without
    spec = made["spec"]["template"]["spec"]
    multus_spec = objects["DaemonSet/kube-multus-ds"]["spec"]["template"]["spec"]
    for key in ("nodeSelector", "tolerations", "priorityClassName", "hostNetwork", "hostPID"):
        assert spec[key] == multus_spec[key]
    ours = objects["DaemonSet/kube-multus-ds"]["spec"]["updateStrategy"]
    assert made["spec"]["updateStrategy"] == ours
    # Neither finds the pods of the other.
    selectors = [one["spec"]["selector"] for one in (made, objects["DaemonSet/kube-multus-ds"])]
    assert selectors == [
        {"matchLabels": {"name": "multus-dhcp-daemon"}},
        {"matchLabels": {"name": "multus"}},
    ]
    (container,) = spec["containers"]
    assert container["command"][4:] == ["/plugins/dhcp", "/run/cni/dhcp.sock"]
    assert spec["volumes"] == [
        {"name": "dhcp-socket", "hostPath": {"path": "/run/cni"}},
        {"name": "netns", "hostPath": {"path": "/var/run/netns"}},
    ]
    assert [(one["name"], one["mountPath"]) for one in container["volumeMounts"]] == [
        ("dhcp-socket", "/run/cni"),
        ("netns", "/run/netns"),
        ("netns", "/var/run/netns"),
    ]


# --- metrics, and certificates --------------------------------------------------------------------

METRICS: Config = {"daemonConfig": {"metricsPort": 9091}}


MONITORED: Config = METRICS | {"podMonitor": {"labels": {"release": "lab"}}}


def test_metrics_have_a_service_and_on_request_a_monitor(written_dev_config: Config) -> None:
    objects = declared(written_dev_config, MONITORED)
    (container,) = template(objects)["spec"]["containers"]
    assert container["ports"] == [{"name": "metrics", "containerPort": 9091}]
    assert objects["Service/multus-metrics"]["spec"] == {
        "clusterIP": "None",
        "selector": {"name": "multus"},
        "ports": [{"name": "metrics", "port": 9091, "targetPort": "metrics"}],
    }
    monitor = objects["PodMonitor/multus-metrics"]
    assert monitor["apiVersion"] == "monitoring.coreos.com/v1"
    assert monitor["metadata"]["labels"]["release"] == "lab"
    assert monitor["spec"] == {
        "selector": {"matchLabels": {"name": "multus"}},
        "podMetricsEndpoints": [{"port": "metrics"}],
    }


CERTIFICATE: Config = {
    "daemonConfig": {
        "perNodeCertificate": {
            "bootstrapKubeconfig": "/hostroot/etc/kubernetes/kubelet.conf",
            "certDir": "/etc/cni/multus/certs",
        }
    }
}


def test_a_certificate_of_each_node_s_own(
    plain: dict[str, Any], written_dev_config: Config
) -> None:
    objects = declared(written_dev_config, CERTIFICATE)
    pod = template(objects)["spec"]
    folder = "/etc/cni/multus/certs"
    assert {"name": "certificates", "hostPath": {"path": folder}} in pod["volumes"]
    mounts = pod["containers"][0]["volumeMounts"]
    assert {"name": "certificates", "mountPath": folder} in mounts
    asks = {
        "apiGroups": ["certificates.k8s.io"],
        "resources": ["certificatesigningrequests"],
        "verbs": ["create", "get", "list", "watch"],
    }
    role = "ClusterRole/multus"
    assert objects[role]["rules"] == [*plain[role]["rules"], asks]
    account, group = objects["ClusterRoleBinding/multus"]["subjects"]
    assert [account] == plain["ClusterRoleBinding/multus"]["subjects"]
    assert (group["kind"], group["name"]) == ("Group", "system:multus")


DHCP: Config = {"dhcpDaemon": {"image": "lab/plugins:v1.9.1"}}


@cases("multus", [{}, DHCP, METRICS, MONITORED, DHCP | MONITORED])
def test_a_stack_says_what_it_brings(multus: Config, written_dev_config: Config) -> None:
    """The guard looks for these names in the cluster."""
    objects = declared(written_dev_config, multus).values()
    made = [(one["kind"], one["metadata"]["name"]) for one in objects]
    settings = load({**written_dev_config, "multus": multus})
    told = [(kind, name) for kind, _, name in objects_of(settings.multus)]
    assert sorted(told) == sorted(one for one in made if one[0] != NETWORK_KIND)


def test_a_release_in_the_shape_of_another(written_dev_config: Config) -> None:
    multus = {"release": "v4.9.0", "releaseAs": "v4.3.1"}
    spec = template(declared(written_dev_config, multus))["spec"]
    images = {one["image"] for one in (*spec["containers"], *spec["initContainers"])}
    assert images == {"ghcr.io/k8snetworkplumbingwg/multus-cni:v4.9.0-thick"}
    assert spec["terminationGracePeriodSeconds"] == 30


@cases(
    ("multus", "rolls"),
    [
        pytest.param({"daemonConfig": {"logLevel": "debug"}}, True, id="daemon-config"),
        pytest.param(
            {"daemonConfig": {"logLevel": "verbose"}, "retainCrd": False},
            False,
            id="the-default-and-retain-crd",
        ),
    ],
)
def test_a_change_of_the_daemon_config_rolls_the_pods(
    multus: Config, rolls: bool, plain: dict[str, Any], written_dev_config: Config
) -> None:
    assert (template(declared(written_dev_config, multus)) != template(plain)) is rolls


def test_the_annotation_is_the_digest_of_the_config(plain: dict[str, Any]) -> None:
    data = plain["ConfigMap/multus-daemon-config"]["data"]
    digest = hashlib.sha256(data["daemon-config.json"].encode()).hexdigest()
    annotations = template(plain)["metadata"]["annotations"]
    assert annotations == {"checksum/daemon-config": digest}


# --- how it is registered -------------------------------------------------------------------------

CRD = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition"
DAEMON_SET = "kubernetes:apps/v1:DaemonSet"
NAD = "kubernetes:k8s.cni.cncf.io/v1:NetworkAttachmentDefinition"
MULTUS = "multus-lab:multus:Multus"
NETWORK = "multus-lab:networks:MacvlanNetwork"
ROLE = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole"
BINDING = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding"
OBJECTS = {
    CRD,
    ROLE,
    BINDING,
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
        self.with_outputs: set[str] = set()
        self.exports: Config = {}

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802
        self.requests.append(request)
        response = super().RegisterResource(request)  # type: ignore[no-untyped-call]
        self.urns[request.type] = response.urn
        return response

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802
        self.with_outputs.add(request.urn)
        return super().RegisterResourceOutputs(request)  # type: ignore[no-untyped-call]

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
            patch.setattr(render, "_place", id)  # it can't look into what is secret
            render.declared(stack.config, stack.name)  # so that the program is asked


@pytest.fixture(scope="module")
def dev() -> Monitor:
    """What the dev stack asks of the engine, and which lines of the program do."""
    monitor = Monitor()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pulumi.runtime.resource._get_stack_trace", _get_stack_trace)
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


def test_a_node_has_one_daemon_at_a_time(dev: Monitor) -> None:
    assert dev.request(DAEMON_SET).deleteBeforeReplace is True


def test_network_waits_for_the_crd_alone(dev: Monitor) -> None:
    assert list(dev.request(NAD).dependencies) == [dev.urns[CRD]]


def test_each_type_is_a_component_that_was_any_other_before(
    monitor: Monitor, dev_config: Config, stack_of: StackOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("components.network.get_monitor", lambda: None)
    dev_config |= {name: {"install": False} for name in ("multus", "whereabouts")}
    dev_config["networks"] = list(map(network, EXAMPLES))
    monitor.run(stack_of(dev_config))
    prefix, tokens = "multus-lab:networks:", {one.__name__ for one in NETWORKS.values()}
    assert monitor.types() == {NAD, *(prefix + one for one in tokens)}
    for request in monitor.requests:
        if request.type.startswith(prefix):
            aliases = {one.urn.split("::")[2].removeprefix(prefix) for one in request.aliases}
            assert aliases == tokens - {request.type.removeprefix(prefix)}
            assert {one.urn.split("::")[3] for one in request.aliases} == {request.name}
    declared = monitor.exports["networks"]["default/vlan"]
    assert declared == {
        "annotation": "default/vlan",
        "usableAddresses": ["10.12.34.17-10.12.34.22 (6)"],
    }


def test_a_network_has_the_engine_write_no_outputs(dev: Monitor) -> None:
    assert dev.with_outputs == {dev.urns[one] for one in ("pulumi:pulumi:Stack", MULTUS)}


def test_a_network_keeps_only_the_nearest_lines_that_make_it(dev: Monitor) -> None:
    for kind, file in ((NETWORK, "__main__.py"), (NAD, "components/network.py")):
        frames = dev.request(kind).stackTrace.frames
        assert 0 < len(frames) <= 3
        assert frames[0].pc.uri == (ROOT / file).as_uri()
    assert not hasattr(sys, "tracebacklimit")


def test_exports(dev: Monitor) -> None:
    assert dev.exports == {
        "multus": {
            "release": "v4.3.1",
            "image": "ghcr.io/k8snetworkplumbingwg/multus-cni:v4.3.1-thick",
        },
        "whereabouts": None,
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


def test_the_crd_is_retained_by_default(dev: Monitor) -> None:
    assert {one.type for one in dev.requests if one.retainOnDelete} == {CRD}


@pytest.mark.parametrize(
    ("multus", "expected"),
    [
        pytest.param({"retainCrd": True, "readyTimeout": "90s"}, ({CRD}, 90), id="true"),
        pytest.param({"retainCrd": False}, (set(), 300), id="false"),
    ],
)
def test_the_crd_is_retained_and_each_node_waited_for_as_is_asked(
    multus: Config,
    expected: tuple[set[str], int],
    monitor: Monitor,
    dev_config: Config,
    stack_of: StackOf,
) -> None:
    monitor.run(stack_of(dev_config | {"multus": multus}))
    retained, seconds = expected
    assert {one.type for one in monitor.requests if one.retainOnDelete} == retained
    check_waits(monitor, seconds)


def test_the_provider_waits_for_each_node_by_default(dev: Monitor) -> None:
    check_waits(dev, 300)


def check_waits(monitor: Monitor, seconds: int) -> None:
    """The provider waits that long for each node that is made or changed."""
    waits, whole = monitor.request(DAEMON_SET).customTimeouts, f"{5000 * seconds}s"
    assert (waits.create, waits.update, waits.delete) == (whole, whole, "")


def test_the_binding_waits_for_its_role(dev: Monitor) -> None:
    assert list(dev.request(BINDING).dependencies) == [dev.urns[ROLE]]


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
        pytest.param(["multus-lab:accept"], True, id="secret-reason"),
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
    with pytest.raises(render.RefusedError, match=r"2 settings can't be used") as error:
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
"""
ATTACHED = {
    "a": "default/a",
    "b, a": "web/b,default/a",
    "a.select(interface='net5')": "default/a@net5",
    "a, b.select(ips=['10.12.34.5/24'], default_route=['10.12.34.254'])": (
        '[{"name":"a","namespace":"default"},{"default-route":["10.12.34.254"],'
        '"ips":["10.12.34.5/24"],"name":"b","namespace":"web"}]'
    ),
}


def test_attach(dev_config: Config, stack_of: StackOf, project_folder: Path) -> None:
    dev_config["networks"] = [
        {"name": "a", "master": "enp0s8", "ipam": {"type": "none"}},
        {"name": "b", "namespace": "web", "master": "enp0s8", "ipam": {"type": "none"}},
    ]
    pods = [
        f'k8s.core.v1.Pod("{index}", spec={{}}, '
        f'metadata={{"name": """{arguments}""", **attach({arguments})}})\n'
        for index, arguments in enumerate(ATTACHED)
    ]
    (project_folder / "__main__.py").unlink()
    (project_folder / "__main__.py").write_text(ATTACHING + "".join(pods))
    found = {
        one["metadata"]["name"]: one["metadata"]["annotations"]
        for one in render.manifests(stack_of(dev_config))
        if one["kind"] == "Pod"
    }
    assert found == {arguments: {ANNOTATION: one} for arguments, one in ATTACHED.items()}


SELECTING = """
from components import MacvlanNetwork, Multus, StackConfig

stack = StackConfig().settings
multus = Multus("multus", stack.multus) if stack.multus.install else None
network = MacvlanNetwork("a", stack.networks[0], multus=multus)
network.select()
network.select(default_route=["10.12.34.254"])
"""


@cases(
    ("multus", "told"),
    [
        pytest.param({"release": "v4.3.1"}, ["risk MUL705"], id="idle"),
        pytest.param({"install": False}, ["note MUL705"], id="unknown"),
        pytest.param({"release": "v4.2.0"}, [], id="that-works"),
    ],
)
def test_a_program_is_told_of_a_default_route_that_does_nothing(
    multus: Config, told: list[str], dev_config: Config, stack_of: StackOf, project_folder: Path
) -> None:
    said: list[str] = []
    dev_config["networks"] = [{"name": "a", "master": "enp0s8", "ipam": {"type": "none"}}]
    dev_config["multus"] = multus
    (project_folder / "__main__.py").unlink()
    (project_folder / "__main__.py").write_text(SELECTING)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("warn", "info"):
            patch.setattr(pulumi.log, name, lambda words, _=None: said.append(words))
        render.manifests(stack_of(dev_config))
    assert [one.partition(":")[0] for one in said] == told
