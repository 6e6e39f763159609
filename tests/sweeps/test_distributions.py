"""Multus differs by what stands in a distribution's record alone: the oldest and newest release."""

import json
from pathlib import Path

import pytest

from multus_lab import releases
from multus_lab.project import stack_file
from tests.mocks.test_distributions import (
    K3S,
    NAMES,
    STD_CONFIG,
    ZONE,
    Installed,
    changed,
    installed,
    registered,
)
from tests.mocks.test_multus import CRD, DAEMON_SET, ROLE, Config, Monitor

RELEASES = (releases.names()[0], releases.names()[-1])
"""What differs by release is told apart for kubeadm alone (test_multus)."""

ALL = """
from components import Multus, StackConfig
from multus_lab import distributions, releases, settings

for name in distributions.names():
    cluster = settings.Cluster(distribution=name)
    for release in (releases.names()[0], releases.names()[-1]):
        written = {"install": True, "release": release}
        told = settings.Multus.model_validate(written, context={"cluster": cluster})
        Multus(f"{name} {release}", told)
"""


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Monitor:
    """What a program registers that installs each release for every distribution."""
    folder = tmp_path_factory.mktemp("all")
    root = Path(__file__).parents[2]
    (folder / "Pulumi.yaml").symlink_to(root / "Pulumi.yaml")
    (folder / "components").symlink_to(root / "components")
    (folder / "__main__.py").write_text(ALL)
    (folder / "Pulumi.all.yaml").write_text(json.dumps({"config": {"multus-lab:zone": ZONE}}))
    monitor = Monitor()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.syspath_prepend(str(root))
        monitor.run(stack_file("all"))
    return monitor


PRIMARY, SNAP = "/var/run/multus/cni/net.d", "/var/snap/microk8s"

DIFFERS: dict[str, tuple[Config, dict[str, str], dict[str, tuple[str, str]]]] = {
    "kubeadm": ({}, {}, {}),
    "crio": (
        {"binDir": "/usr/libexec/cni"},
        {"cnibin": "/usr/libexec/cni"},
        {"cnibin": ("/usr/libexec/cni", "")},
    ),
    "k3s": (
        {"binDir": f"{K3S}/data/cni"},
        {
            "cni": f"{K3S}/agent/etc/cni/net.d",
            "cnibin": f"{K3S}/data/cni",
            "k3s-data": f"{K3S}/data",
        },
        {"cnibin": (f"{K3S}/data/cni", ""), "k3s-data": (f"{K3S}/data", "")},
    ),
    "rke2": ({}, {}, {}),
    "microk8s": (
        {"binDir": f"{SNAP}/current/opt/cni/bin"},
        {
            "cni": f"{SNAP}/current/args/cni-network",
            "cnibin": f"{SNAP}/current/opt/cni/bin",
            "host-var-lib-kubelet": f"{SNAP}/common/var/lib/kubelet",
            "microk8s-snap": "/snap/microk8s",
        },
        {
            "cnibin": (f"{SNAP}/current/opt/cni/bin", ""),
            "microk8s-snap": ("/snap/microk8s", "HostToContainer"),
        },
    ),
    "k0s": ({}, {"host-var-lib-kubelet": "/var/lib/k0s/kubelet"}, {}),
    "talos": ({}, {"host-run-netns": "/var/run/netns"}, {}),
    "kind": ({}, {}, {}),
    "minikube": ({}, {}, {}),
    "eks": ({}, {}, {}),
    "bottlerocket": ({}, {}, {}),
    "aks": ({}, {}, {}),
    "gke": (
        {"binDir": "/home/kubernetes/bin"},
        {"cnibin": "/home/kubernetes/bin"},
        {"cnibin": ("/home/kubernetes/bin", "")},
    ),
    "openshift": (
        {
            "binDir": "/var/lib/cni/bin",
            "multusAutoconfigDir": f"/host{PRIMARY}",
            "socketDir": "/host/run/multus/socket/",
            "daemonSocketDir": "/run/multus/socket/",
        },
        {"cni": "/etc/kubernetes/cni/net.d", "cnibin": "/var/lib/cni/bin", "cni-primary": PRIMARY},
        {"cnibin": ("/var/lib/cni/bin", ""), "cni-primary": (f"/host{PRIMARY}", "")},
    ),
    "harvester": ({}, {}, {}),
}
"""Each distribution's configuration, folders of the node and mounts, as far as they aren't
kubeadm's."""


def test_every_distribution_has_its_differences() -> None:
    assert DIFFERS.keys() == set(NAMES)


@pytest.mark.parametrize("release", RELEASES)
def test_a_distribution_differs_from_kubeadm_where_it_is_expected_alone(
    release: str, everything: Monitor
) -> None:
    daemon_sets = registered(everything, DAEMON_SET, "-daemon-set")
    configs = registered(everything, "kubernetes:core/v1:ConfigMap", "-daemon-config")

    def of(name: str) -> Installed:
        config = configs[f"{name} {release}"]["data"]["daemon-config.json"]
        return installed(daemon_sets[f"{name} {release}"], config)

    base = of("kubeadm")
    for name in NAMES:
        one = of(name)
        seen = (
            changed(base.config, one.config),
            changed(base.host, one.host),
            changed(base.mounts, one.mounts),
        )
        assert (name, seen) == (name, DIFFERS[name])
        assert one.rest == base.rest
        assert one.config["cniConfigDir"] == STD_CONFIG


@pytest.mark.parametrize(("type_", "suffix"), [(CRD, "-crd"), (ROLE, "-cluster-role")])
def test_nothing_but_the_daemon_differs_by_distribution(
    type_: str, suffix: str, everything: Monitor
) -> None:
    found = registered(everything, type_, suffix)
    assert len(found) == len(NAMES) * len(RELEASES)
    for release in RELEASES:
        assert all(found[f"{name} {release}"] == found[f"kubeadm {release}"] for name in NAMES)
