"""The component whereabouts: what it registers, as the engine would be asked to."""

import functools
import json
from typing import Any

import pytest

from components import whereabouts as component
from components.whereabouts import INTENDED_DIFFERENCES
from multus_lab import releases, render
from multus_lab.settings import SettingsError, load
from tests import upstream
from tests.mocks.test_multus import Config, StackOf, by_name, differences
from tests.unit.cases import cases

SLICED: Config = {"node_slice_size": "/28"}


def config(whereabouts: Config | None = None, **ipam: Any) -> Config:
    """A stack with one network of whereabouts, which doesn't need the stack to have Multus."""
    network = {
        "name": "pool",
        "master": "eth1",
        "ipam": {"type": "whereabouts", "range": "10.12.34.0/24", **ipam},
    }
    return {
        "zone": {"name": "private", "range": "10.12.34.0/24", "interface": "eth1"},
        "networks": [network],
        "multus": {"install": False},
        "accept": {
            "LNK119": "somebody puts them there",
            "MUL702": "the other one is off",
            "MUL708": "a link",
        },
        "whereabouts": whereabouts if whereabouts is not None else {"install": True},
    }


def rendered(written: Config) -> dict[str, Any]:
    """What a stack declares but for its network, for reading alone."""
    return _rendered(json.dumps(written))


@functools.cache
def _rendered(written: str) -> dict[str, Any]:
    objects = by_name(render.declared(json.loads(written), "dev"))
    del objects["NetworkAttachmentDefinition/pool"]
    return objects


def pod(objects: dict[str, Any], name: str = "DaemonSet/whereabouts") -> Any:
    return objects[name]["spec"]["template"]["spec"]


def granted(rules: list[Any]) -> set[tuple[str, str, tuple[str, ...]]]:
    return {
        (resource, verb, tuple(rule.get("resourceNames", ())))
        for rule in rules
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }


@pytest.fixture(scope="module")
def plain() -> dict[str, Any]:
    """Without slices."""
    return rendered(config())


@pytest.fixture(scope="module")
def sliced() -> dict[str, Any]:
    """With a network that has slices."""
    return rendered(config(**SLICED))


OURS = {"Role/whereabouts", "RoleBinding/whereabouts"}


@pytest.mark.parametrize("name", releases.whereabouts())
def test_it_differs_from_upstream_s_manifests_where_it_is_intended_alone(
    name: str, sliced: dict[str, Any]
) -> None:
    theirs = by_name(upstream.whereabouts(name))
    assert sliced.keys() - OURS == theirs.keys()
    found = {f"{one} {path}" for one in theirs for path in differences(theirs[one], sliced[one])}
    assert found == INTENDED_DIFFERENCES.keys()


def test_every_difference_has_its_reason() -> None:
    assert all(len(reason) > 20 for reason in INTENDED_DIFFERENCES.values())


def test_what_is_for_slices_comes_with_slices_alone(
    plain: dict[str, Any], sliced: dict[str, Any]
) -> None:
    assert sliced.keys() - plain.keys() == {
        "CustomResourceDefinition/nodeslicepools.whereabouts.cni.cncf.io",
        "Deployment/whereabouts-controller",
    }
    assert "nodeslicepools" not in str(plain)
    changed = {name for name, one in plain.items() if sliced[name] != one}
    assert changed == {
        "ClusterRole/whereabouts-cni",
        "ConfigMap/whereabouts-config",
        "Role/whereabouts",
    }


@cases(
    ("node_slices", "ipam", "comes"),
    [
        (None, {}, False),
        (None, SLICED, True),
        (True, {}, True),
        (False, SLICED, False),
    ],
)
def test_slices_of_another_stack_s_networks_can_be_asked_for(
    node_slices: bool | None, ipam: Config, comes: bool
) -> None:
    found = load(config({} if node_slices is None else {"nodeSlices": node_slices}, **ipam))
    assert found.whereabouts is not None
    assert found.whereabouts.slices is comes


READ = {
    ("ippools", "list", ()),
    ("ippools", "watch", ()),
    ("overlappingrangeipreservations", "list", ()),
    ("network-attachment-definitions", "list", ()),
    ("network-attachment-definitions", "watch", ()),
    ("pods", "get", ()),
    ("pods", "list", ()),
    ("pods", "watch", ()),
    ("nodes", "get", ()),
    ("events", "create", ()),
    ("events", "patch", ()),
}
WRITTEN = {
    ("ippools", "get", ()),
    ("ippools", "create", ()),
    ("ippools", "patch", ()),
    ("overlappingrangeipreservations", "get", ()),
    ("overlappingrangeipreservations", "create", ()),
    ("overlappingrangeipreservations", "delete", ()),
    ("leases", "create", ()),
}
LEASE = ("whereabouts",)


def test_roles_hold_what_is_used(plain: dict[str, Any]) -> None:
    assert granted(plain["ClusterRole/whereabouts-cni"]["rules"]) == READ
    leases = {("leases", "get", LEASE), ("leases", "update", LEASE)}
    assert granted(plain["Role/whereabouts"]["rules"]) == WRITTEN | leases


def test_roles_hold_more_for_slices(sliced: dict[str, Any]) -> None:
    slices = {("nodeslicepools", "list", ()), ("nodeslicepools", "watch", ())}
    nodes = {("nodes", "list", ()), ("nodes", "watch", ())}
    assert granted(sliced["ClusterRole/whereabouts-cni"]["rules"]) == READ | slices | nodes
    leases = {("leases", "get", ()), ("leases", "update", ())}
    counted = {("nodeslicepools", verb, ()) for verb in ("get", "create", "update", "delete")}
    assert granted(sliced["Role/whereabouts"]["rules"]) == WRITTEN | leases | counted


def test_what_a_plain_pulumi_looks_for_is_what_is_declared() -> None:
    for ipam in ({}, SLICED):
        told = load(config(**ipam)).whereabouts
        assert told is not None
        names = {f"{kind}/{name}" for kind, _, name in component.objects(told)}
        assert names == rendered(config(**ipam)).keys()


@cases(
    ("asked", "image"),
    [
        ({}, "ghcr.io/k8snetworkplumbingwg/whereabouts:v0.9.4"),
        (
            {"registry": "registry.lab:5000"},
            "registry.lab:5000/k8snetworkplumbingwg/whereabouts:v0.9.4",
        ),
        ({"repository": "lab/wb", "tag": "own"}, "lab/wb:own"),
        (
            {"release": "v0.9.5", "releaseAs": "v0.9.4"},
            "ghcr.io/k8snetworkplumbingwg/whereabouts:v0.9.5",
        ),
        (
            {"digest": f"sha256:{'a' * 64}"},
            f"ghcr.io/k8snetworkplumbingwg/whereabouts:v0.9.4@sha256:{'a' * 64}",
        ),
    ],
)
def test_image(asked: Config, image: str) -> None:
    told = load(config({"install": True, **asked})).whereabouts
    assert told is not None
    assert told.image == image


def test_every_container_runs_the_image_that_is_asked_for(sliced: dict[str, Any]) -> None:
    own = rendered(config({"install": True, "repository": "lab/wb", "tag": "own"}, **SLICED))
    release = "ghcr.io/k8snetworkplumbingwg/whereabouts:v0.9.4"
    for objects, image in ((sliced, release), (own, "lab/wb:own")):
        pods = [
            one["spec"]["template"]["spec"]
            for name, one in objects.items()
            if name.startswith(("DaemonSet/", "Deployment/"))
        ]
        assert len(pods) == 3
        assert {each["image"] for one in pods for each in one["containers"]} == {image}


def test_what_a_stack_sets_of_pods() -> None:
    asked = {
        "namespace": "net",
        "resources": {"limits": {"memory": "300Mi"}},
        "controllerResources": {"requests": {"cpu": "5m"}},
        "nodeSelector": {"lab/net": "yes"},
        "priorityClassName": None,
        "pullPolicy": "Always",
        "pullSecrets": ["mirror"],
        "updateStrategy": {"maxUnavailable": 2},
        "labels": {"team": "net"},
        "apiServer": {"host": "10.0.0.1"},
        "logLevel": "error",
        "reconcilerCron": "*/10 * * * *",
    }
    objects = rendered(config(asked))
    assert {one["metadata"].get("namespace", "net") for one in objects.values()} == {"net"}
    daemon_set, own = objects["DaemonSet/whereabouts"], pod(objects)
    assert daemon_set["spec"]["updateStrategy"]["rollingUpdate"] == {"maxUnavailable": 2}
    assert daemon_set["spec"]["template"]["metadata"]["labels"]["team"] == "net"
    assert own["nodeSelector"] == {"lab/net": "yes"}
    assert "priorityClassName" not in own
    once = pod(objects, "Deployment/whereabouts-reconciler")
    assert own["imagePullSecrets"] == once["imagePullSecrets"] == [{"name": "mirror"}]
    container, other = own["containers"][0], once["containers"][0]
    assert container["resources"]["limits"] == {"memory": "300Mi"}
    assert other["resources"] == {"requests": {"cpu": "5m"}}
    for one in (container, other):
        assert one["imagePullPolicy"] == "Always"
        assert {"name": "KUBERNETES_SERVICE_HOST", "value": "10.0.0.1"} in one["env"]
    assert container["args"][1].endswith("/ip-control-loop -log-level error\n")
    assert other["args"] == ["-log-level", "error"]
    assert objects["ConfigMap/whereabouts-config"]["data"] == {"cron-expression": "*/10 * * * *"}
    for kind in ("ClusterRoleBinding", "RoleBinding"):
        assert objects[f"{kind}/whereabouts"]["subjects"][0]["namespace"] == "net"


@cases("told", [None, [{"key": "lab/net", "operator": "Exists"}]], ids=["untold", "told"])
def test_what_runs_once_bears_the_taints_that_are_told(told: list[Any] | None) -> None:
    asked = {"nodeSlices": True} if told is None else {"nodeSlices": True, "tolerations": told}
    objects = rendered(config(asked))
    every = [{"operator": "Exists", "effect": one} for one in ("NoSchedule", "NoExecute")]
    assert pod(objects)["tolerations"] == (told or every)
    for name in ("whereabouts-reconciler", "whereabouts-controller"):
        assert pod(objects, f"Deployment/{name}").get("tolerations") == told


# --- paths ----------------------------------------------------------------------------------------

K3S = "/var/lib/rancher/k3s"
OF_K3S = f"{K3S}/agent/etc/cni/net.d/whereabouts.d/whereabouts.conf"


@cases(
    ("distribution", "whereabouts", "bin_dir"),
    [
        ("kubeadm", {}, "/opt/cni/bin"),
        ("crio", {}, "/usr/libexec/cni"),
        ("k3s", {}, f"{K3S}/data/cni"),
        ("microk8s", {}, "/var/snap/microk8s/current/opt/cni/bin"),
        ("rke2", {"install": True}, "/opt/cni/bin"),
        ("gke", {}, "/home/kubernetes/bin"),
        ("k3s", {"paths": {"binDir": "/opt/cni/bin"}}, "/opt/cni/bin"),
    ],
)
def test_it_is_where_the_distribution_s_nodes_have_their_plugins(
    distribution: str, whereabouts: Config, bin_dir: str
) -> None:
    stack = load(config(whereabouts) | {"cluster": {"distribution": distribution}})
    assert stack.whereabouts is not None
    assert (stack.whereabouts.bin_dir, stack.whereabouts.config_dir) == (bin_dir, "/etc/cni/net.d")
    # The program looks there by itself.
    assert "configuration_path" not in stack.networks[0].cni_json()


def test_it_has_the_folders_of_the_distribution_or_of_multus() -> None:
    k3s = config() | {"cluster": {"distribution": "k3s"}}
    multus = config() | {"multus": {"paths": {"binDir": "/usr/lib/cni"}}}
    for written, bin_dir in ((k3s, f"{K3S}/data/cni"), (multus, "/usr/lib/cni")):
        paths = [one["hostPath"]["path"] for one in pod(rendered(written))["volumes"]]
        assert paths == [bin_dir, "/etc/cni/net.d"]


def test_a_folder_of_its_own_is_told_to_the_scripts_and_to_the_networks() -> None:
    written = config({"paths": {"configDir": "/srv/cni/"}})
    own = pod(rendered(written))
    container = own["containers"][0]
    assert own["volumes"][1] == {"name": "cni-net-dir", "hostPath": {"path": "/srv/cni"}}
    assert {"name": "CNI_CONF_DIR", "value": "/host/srv/cni"} in container["env"]
    # The control loop looks nowhere else.
    assert [one["mountPath"] for one in container["volumeMounts"]] == [
        "/host/opt/cni/bin",
        "/host/etc/cni/net.d",
        "/host/srv/cni",
    ]
    path = '"configuration_path":"/srv/cni/whereabouts.d/whereabouts.conf"'
    assert path in load(written).networks[0].cni_json()


@cases(
    ("distribution", "whereabouts", "ipam", "path"),
    [
        ("k3s", {"install": False}, {}, OF_K3S),
        ("k3s", {"install": True}, {}, None),
        ("k3s", {"install": False}, {"configuration_path": "/own.conf"}, "/own.conf"),
        ("k3s", {"install": False, "paths": {"configDir": "/etc/cni/net.d"}}, {}, None),
        (
            "kubeadm",
            {"install": False, "paths": {"configDir": "/srv"}},
            {},
            "/srv/whereabouts.d/whereabouts.conf",
        ),
        ("openshift", {"install": False}, {}, None),
        ("rke2", {}, {}, None),
        ("microk8s", {"install": False}, {}, None),
        ("kubeadm", {"install": False}, {}, None),
    ],
)
def test_networks_look_where_somebody_else_s_whereabouts_is(
    distribution: str, whereabouts: Config, ipam: Config, path: str | None
) -> None:
    written = config(whereabouts, **ipam) | {"cluster": {"distribution": distribution}}
    assert load(written).networks[0].cni_config()["ipam"].get("configuration_path") == path


@cases(
    ("distribution", "installs"),
    [("kubeadm", True), ("k3s", True), ("rke2", False), ("openshift", False)],
)
def test_who_brings_whereabouts_is_left_to(distribution: str, installs: bool) -> None:
    for written, expected in (({}, installs), ({"install": True}, True)):
        told = load(config(written) | {"cluster": {"distribution": distribution}}).whereabouts
        assert told is not None
        assert told.install is expected


def test_a_stack_that_says_nothing_declares_nothing(stack_of: StackOf) -> None:
    written = config()
    del written["whereabouts"]
    written["accept"] = {"MUL706": "somebody else's"}
    objects = render.manifests(stack_of(written))
    assert not any(one["metadata"]["name"].startswith("whereabouts") for one in objects)


# --- what is refused ------------------------------------------------------------------------------

RELEASES = "must be one of v0.9.4; for another say whose shape it has (releaseAs: v0.9.4)"
CRON = 'must be minute, hour, day, month and weekday in UTC, like "30 4 * * *", or one of @yearly'


@cases(
    ("asked", "place", "allowed"),
    [
        ({"release": "latest"}, "release", "must be a release, like v0.9.4"),
        ({"release": "v0.8.0"}, "release", RELEASES),
        ({"releaseAs": "v0.8.0"}, "releaseAs", "must be one of v0.9.4"),
        ({"tag": "latest"}, "tag", "must be a tag that stays, or go with a digest"),
        ({"tag": "v0.9.3"}, "tag", "must be of release v0.9.4, of which the objects are"),
        ({"digest": "sha256:0"}, "digest", "must be sha256: and 64 hexadecimal digits"),
        ({"namespace": "Net"}, "namespace", "must be a DNS-1123 label"),
        ({"labels": {"app": "x"}}, "labels", "must be without app"),
        ({"logLevel": "info"}, "logLevel", "must be one of debug, verbose, error, panic"),
        ({"paths": {"configDir": "/"}}, "paths.configDir", "must be a node's folder"),
        ({"paths": {"confDir": "/etc"}}, "paths.confDir", "is unknown"),
        (
            {"resources": {"limits": {"memory": "1 GB"}}},
            "resources.limits.memory",
            "must be a Kube",
        ),
        ({"readyTimeout": "0s"}, "readyTimeout", "must be hours, minutes and seconds"),
        ({"nodeSlices": "yes"}, "nodeSlices", "must be true or false"),
        ({"instal": True}, "instal", "is unknown; did you mean install"),
        *(
            ({"reconcilerCron": one}, "reconcilerCron", CRON)
            for one in (
                *(
                    "",
                    "@dayly",
                    "@every",
                    "@every 0s",
                    "@every day",
                    "TZ=UTC 30 4 * * *",
                    "30 4 * *",
                    "30 4 * * * *",
                    "60 * * * *",
                    "* 24 * * *",
                ),
                *("* * 0 * *", "* * * 13 *", "* * * * 7", "5-1 * * * *", "*/0 * * * *"),
                *("1-2-3 * * * *", "x * * * *", ", * * * *", "* * * * mon-fry", "1/0 * * * *"),
            )
        ),
        *(
            ({"reconcilerCron": one}, "reconcilerCron", "must be a day that a month has")
            for one in ("0 0 30 2 *", "0 0 31 feb,apr-4 ?", "0 0 31 6 */1")
        ),
    ],
)
def test_refused(asked: Config, place: str, allowed: str) -> None:
    with pytest.raises(SettingsError) as error:
        load(config(asked))
    (problem,) = error.value.problems
    assert ".".join(map(str, problem.path)) == f"whereabouts.{place}"
    assert problem.allowed.startswith(allowed)


@cases(
    "cron",
    [
        "30 4 * * *",
        "*/5 * * * *",
        "0,30 1-3 1 jan-MAR mon,wed-fri",
        "? 0 31 12 6",
        "1-59/2 * * * *",
        "5/20 * * * *",
        "1, * * * *",
        "@daily",
        "@every 1h30m",
        "0 0 29 2 *",
        "0 0 31 2-3 *",
        "0 0 30 2 mon",
        "0 0 30 2 */2",
    ],
)
def test_cron(cron: str) -> None:
    told = load(config({"reconcilerCron": cron})).whereabouts
    assert told is not None
    assert told.reconciler_cron == cron
