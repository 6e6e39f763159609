"""Records of distributions: each is sound, and Multus is where one, or a stack, has it."""

import copy
import functools
import hashlib
import json
from pathlib import Path
from typing import Any, NamedTuple

from pulumi.runtime import rpc

from multus_lab import distributions, plugins
from multus_lab.distributions import REFERENCE, Distribution
from multus_lab.rehearsal import subjects
from multus_lab.report.install import page
from multus_lab.settings import Multus, load
from tests.mocks.test_multus import DAEMON_SET, Config, Monitor, StackOf
from tests.unit.cases import cases

NAMES = distributions.names()
ZONE = {"name": "private", "range": "10.12.34.0/24"}


def known(name: str) -> Distribution:
    found = distributions.distribution(name)
    assert found is not None
    return found


@cases("name", NAMES, ids=NAMES)
def test_a_record_is_of_its_file_and_says_where_it_was_read(name: str) -> None:
    one = known(name)
    assert one.name == name
    assert len(one.read) > 10
    assert all(note.endswith(".") for note in one.notes)


def test_a_distribution_without_a_file_is_none() -> None:
    assert distributions.distribution("record") is None
    assert distributions.distribution("nomad") is None


def test_reference_plugins_are_those_of_their_records() -> None:
    records = [one for name in plugins.names() if (one := plugins.record(name)) is not None]
    ours = {one.name for one in records if one.read.startswith("containernetworking/plugins")}
    assert ours == REFERENCE


@cases("name", NAMES, ids=NAMES)
def test_the_plugins_of_a_distribution_have_records(name: str) -> None:
    assert (known(name).plugins or frozenset()) <= set(plugins.names())


@cases(
    ("distribution", "multus", "installs"),
    [
        ("kubeadm", {}, True),
        ("rke2", {}, False),
        ("openshift", {}, False),
        ("harvester", {}, False),
        ("openshift", {"install": True}, True),
        ("kubeadm", {"install": False}, False),
    ],
)
def test_who_brings_multus_is_left_to(distribution: str, multus: Config, installs: bool) -> None:
    config = {"zone": ZONE, "cluster": {"distribution": distribution}, "multus": multus}
    assert load(config).multus.install is installs


# --- the daemon, as it is registered --------------------------------------------------------------


class Installed(NamedTuple):
    """The daemon of one distribution and release, as far as distributions differ."""

    config: Config
    host: dict[str, str]
    mounts: dict[str, tuple[str, str]]
    rest: Any


def installed(daemon_set: Any, config: str) -> Installed:
    rest = copy.deepcopy(daemon_set)
    template = rest["spec"]["template"]
    digest = template["metadata"]["annotations"].pop("checksum/daemon-config")
    assert digest == hashlib.sha256(config.encode()).hexdigest()
    spec = template["spec"]
    volumes, mounts = spec.pop("volumes"), spec["containers"][0].pop("volumeMounts")
    return Installed(
        json.loads(config),
        {one["name"]: one["hostPath"]["path"] for one in volumes if "hostPath" in one},
        {one["name"]: (one["mountPath"], one.get("mountPropagation", "")) for one in mounts},
        rest,
    )


def registered(monitor: Monitor, type_: str, suffix: str) -> dict[str, Any]:
    return {
        one.name.removesuffix(suffix): rpc.deserialize_properties(one.object)
        for one in monitor.requests
        if one.type == type_
    }


def placed(told: Multus) -> tuple[dict[str, str], dict[str, tuple[str, str]]]:
    """The node's folders and the mounts that the settings ask for."""
    host = {one.volume: one.host for one in told.mounts if one.host}
    return host, {one.volume: (one.path, one.propagation or "") for one in told.mounts}


STD_CONFIG = "/host/etc/cni/net.d"
K3S = "/var/lib/rancher/k3s"


def changed(base: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    assert base.keys() <= other.keys()
    return {key: value for key, value in other.items() if base.get(key) != value}


# --- nodes that have their data elsewhere ---------------------------------------------------------


def test_a_data_dir_moves_all_that_lies_in_it() -> None:
    moved, paths = known("k3s").moved("/mnt/k3s/"), known("k3s").paths
    assert moved.paths == paths._replace(
        cni_config_dir="/mnt/k3s/agent/etc/cni/net.d", bin_dir="/mnt/k3s/data/cni"
    )
    assert moved.programs_dir == "/mnt/k3s/data/<hash>/bin"
    assert [one.path for one in moved.mounts] == ["/mnt/k3s/data"]
    assert moved.whereabouts_dir == "/mnt/k3s/agent/etc/cni/net.d"
    assert moved.plugins == known("k3s").plugins


@cases("name", NAMES, ids=NAMES)
def test_a_data_dir_is_one_that_paths_lie_in(name: str) -> None:
    one = known(name)
    if one.data_dir:
        assert one.moved(one.data_dir) == one
        assert one.moved("/elsewhere").paths != one.paths


def test_the_daemon_has_what_was_moved(stack_of: StackOf) -> None:
    monitor = Monitor()
    cluster = {"distribution": "k3s", "dataDir": "/mnt/k3s"}
    monitor.run(stack_of({"zone": ZONE, "cluster": cluster}))
    (made,) = registered(monitor, DAEMON_SET, "-daemon-set").values()
    (file,) = registered(monitor, "kubernetes:core/v1:ConfigMap", "-daemon-config").values()
    host = installed(made, file["data"]["daemon-config.json"]).host
    assert (host["cni"], host["cnibin"], host["k3s-data"]) == (
        *("/mnt/k3s/agent/etc/cni/net.d", "/mnt/k3s/data/cni", "/mnt/k3s/data"),
    )
    assert not [path for path in host.values() if path.startswith("/var/lib/rancher")]


# --- paths of a stack's own -----------------------------------------------------------------------

OWN = {
    "cniConfigDir": "/a/conf",
    "multusAutoconfigDir": "/a/primary",
    "binDir": "/a/bin",
    "netnsDir": "/a/netns",
    "kubeletDir": "/a/kubelet",
    "socketDir": "/run/a",
    "cniDir": "/a/cni",
    "confDir": "/a/nads",
}


def test_every_path_can_be_named(stack_of: StackOf) -> None:
    monitor = Monitor()
    stack = stack_of({"zone": ZONE, "cluster": {"distribution": "k3s"}, "multus": {"paths": OWN}})
    monitor.run(stack)
    (made,) = registered(monitor, DAEMON_SET, "-daemon-set").values()
    (file,) = registered(monitor, "kubernetes:core/v1:ConfigMap", "-daemon-config").values()
    one = installed(made, file["data"]["daemon-config.json"])
    assert one.host == {
        "cni": "/a/conf",
        "cni-primary": "/a/primary",
        "cnibin": "/a/bin",
        "host-run": "/run",
        "host-run-k8s-cni-cncf-io": "/run/k8s.cni.cncf.io",
        "host-run-netns": "/a/netns",
        "host-var-lib-cni-multus": "/a/cni",
        "host-var-lib-kubelet": "/a/kubelet",
        "hostroot": "/",
        "k3s-data": f"{K3S}/data",
        "multus-conf-dir": "/a/nads",
    }
    assert (one.host, one.mounts) == placed(stack.settings().multus)
    assert one.config == json.loads(stack.settings().multus.config_text)
    assert one.mounts["cnibin"] == ("/a/bin", "")
    assert one.mounts["host-run-netns"] == ("/a/netns", "HostToContainer")
    assert one.mounts["cni-primary"] == (one.config["multusAutoconfigDir"], "")
    assert one.config["multusAutoconfigDir"] == "/host/a/primary"
    assert one.config["binDir"] == "/a/bin"
    assert one.config["socketDir"] == "/host/run/a/"
    assert one.config["daemonSocketDir"] == "/run/a/"


def test_a_release_whose_manifest_has_no_confdir_gets_the_one_that_is_named() -> None:
    for paths, expected in (({}, None), ({"confDir": "/a/nads"}, "/a/nads")):
        told = load({"zone": ZONE, "multus": {"release": "v4.1.4", "paths": paths}}).multus
        assert placed(told)[0].get("multus-conf-dir") == expected


@cases(
    ("cluster", "other", "inside"),
    [
        ({"distribution": "k3s"}, "/etc/cni/net.d", "/host/primary"),
        ({}, "/run", "/host/primary"),
        ({}, "/etc/cni/primary", "/host/etc/cni/primary"),
        ({"distribution": "k3s"}, f"{K3S}/agent/etc/cni/net.d", STD_CONFIG),
    ],
)
def test_the_primary_network_s_folder_has_a_place_of_its_own(
    cluster: Config, other: str, inside: str
) -> None:
    paths = {"multusAutoconfigDir": other}
    told = load({"zone": ZONE, "cluster": cluster, "multus": {"paths": paths}}).multus
    assert json.loads(told.config_text)["multusAutoconfigDir"] == inside
    name = "cni" if inside == STD_CONFIG else "cni-primary"
    host, mounts = placed(told)
    assert (mounts[name][0], host[name]) == (inside, other)
    assert len({path for path, _ in mounts.values()}) == len(mounts)


@cases(
    ("paths", "differs"),
    [
        ({"multusAutoconfigDir": "/etc/cni/net.d/"}, {}),
        ({"binDir": "/opt/cni/bin"}, {}),
        ({"socketDir": "/var/run/multus"}, {}),
        (
            {"socketDir": "/var/run/lab"},
            {"socketDir": "/host/run/lab/", "daemonSocketDir": "/run/lab/"},
        ),
    ],
)
def test_a_path_that_is_the_default_changes_nothing(paths: Config, differs: Config) -> None:
    default, named = (
        json.loads(load({"zone": ZONE, "multus": {"paths": one}}).multus.config_text)
        for one in ({}, paths)
    )
    assert changed(default, named) == differs


def test_the_page_of_distributions_is_as_generated() -> None:
    """After a change: python -m multus_lab.report.install > docs/install.md."""
    written = Path(__file__).parents[2] / "docs" / "install.md"
    assert page() == written.read_text()


# --- rehearsals -----------------------------------------------------------------------------------


def test_a_rehearsal_has_no_operator_of_prometheus() -> None:
    multus = {"daemonConfig": {"metricsPort": 9091}, "podMonitor": {}}
    kinds = {one["kind"] for one in subjects.objects({"zone": ZONE, "multus": multus}, "test", {})}
    assert "Service" in kinds
    assert "PodMonitor" not in kinds


@functools.cache
def of_no_stack() -> list[subjects.Object]:
    """What a rehearsal has of a stack that says nothing, for reading alone."""
    return subjects.objects({}, "test", {})


@cases("name", ["k3s", "openshift", "talos"])
def test_a_rehearsal_has_nodes_of_its_own(name: str, project_folder: Path) -> None:
    cluster = {"distribution": name, "primaryNetwork": {"file": "10-calico.conflist"}}
    multus = {"paths": {"kubeletDir": "/data/kubelet"}, "daemonConfig": {"logLevel": "debug"}}
    config = {"zone": ZONE, "cluster": cluster, "multus": multus}
    seen = [subjects.objects(config, "test", {}), of_no_stack()]
    daemon_sets = [one for objects in seen for one in objects if one["kind"] == "DaemonSet"]
    files = [one["data"] for objects in seen for one in objects if one["kind"] == "ConfigMap"]
    theirs, plain = (
        installed(daemon_set, file["daemon-config.json"])
        for daemon_set, file in zip(daemon_sets, files, strict=True)
    )
    assert theirs.config == {**plain.config, "logLevel": "debug"}
    assert plain.config["multusMasterCNI"] == "10-cluster.conf"
    mounts = {one.name for one in known(name).mounts}
    assert changed(plain.host, theirs.host).keys() == mounts
    assert changed(plain.mounts, theirs.mounts).keys() == mounts
