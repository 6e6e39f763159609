"""The real daemon comes up and attaches a pod under the paths of every distribution."""

import copy
import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import pytest

from multus_lab import distributions, releases
from multus_lab.checks.judge import networks_of
from multus_lab.programs import CNI_PLUGINS, KUBERNETES, MULTUS_RELEASES, Group, build_all
from multus_lab.progress import Progress
from multus_lab.rehearsal import plan, world
from multus_lab.rehearsal.daemon.plan import Version
from multus_lab.rehearsal.daemon.subject import Subject
from multus_lab.settings import load
from tests.conftest import Built
from tests.wire.distributions import Plan, Seen

NAMES = distributions.names()
NO_MOUNT = "k3s without its mount"
TWO = "two folders"
OWN = "folders of its own"
PATHS = {
    TWO: {"multusAutoconfigDir": "/etc/cni/primary.d"},
    OWN: {
        "cniConfigDir": "/srv/net.d",
        "binDir": "/srv/bin",
        "netnsDir": "/var/run/docker/netns",
        "kubeletDir": "/srv/kubelet",
        "socketDir": "/run/lab/multus",
        "cniDir": "/srv/caches",
        "confDir": "/srv/nads",
    },
}

ZONE = {
    "name": "lab",
    "range": "10.12.34.0/24",
    "interface": "eth1",
    "mtu": 1500,
    "platform": "bare-metal",
    "podsPerNode": 1,
    "nodes": [{"name": one.replace(" ", "-")} for one in (*NAMES, NO_MOUNT, TWO, OWN)],
}
NETWORK = {
    "name": "lab",
    "cniVersion": "1.0.0",
    "master": "eth1",
    "ipam": {"type": "host-local", "subnet": "10.12.34.0/24"},
}


def config(release: str, name: str) -> Mapping[str, Any]:
    """A stack of that distribution, whoever brings Multus there."""
    distribution = {NO_MOUNT: "k3s", TWO: "kubeadm", OWN: "kubeadm"}.get(name, name)
    return {
        "cluster": {"distribution": distribution},
        "zone": ZONE,
        "networks": [NETWORK],
        "multus": {"install": True, "release": release, "paths": PATHS.get(name, {})},
        "accept": dict.fromkeys(("MUL702", "MUL704", "LNK119", "IPA207"), "on the wire"),
    }


def version(release: str, name: str, image: str) -> Version:
    given = config(release, name)
    made = Subject(name, given, load(given), "", "").planned(1)[0].declared
    objects: Any = copy.deepcopy(made.objects)
    for one in objects if name == NO_MOUNT else ():
        if one["kind"] == "DaemonSet":
            daemon = one["spec"]["template"]["spec"]["containers"][0]
            daemon["volumeMounts"] = [
                each for each in daemon["volumeMounts"] if each["name"] != "k3s-data"
            ]
    return replace(made, objects=objects, image=image)


def nodes_of(group: Group, names: Sequence[str]) -> Seen:
    """A rehearsal with a node for each of these."""
    programs = build_all([KUBERNETES, CNI_PLUGINS, group])
    image = str(programs[group.name])
    versions = {name.replace(" ", "-"): version(group.release, name, image) for name in names}
    stack = load(config(group.release, "kubeadm"))
    whole = plan.Plan.of(networks_of(stack.networks), stack.zone, 1, stack.cluster)
    whole = replace(whole, objects=versions["kubeadm"].objects)
    folders = world.folders(programs, [CNI_PLUGINS], [group])
    made = Plan(whole, versions)
    return Seen(
        **world.played("tests.wire.distributions", asdict(made), folders, Progress(io.StringIO()))
    )


@pytest.fixture(scope="module", params=MULTUS_RELEASES)
def seen(request: pytest.FixtureRequest, built: Built) -> Seen:
    group = MULTUS_RELEASES[request.param]
    built(group)
    assert releases.multus(group.release), "a release that is built has a record"
    return nodes_of(group, [*NAMES, NO_MOUNT, TWO, OWN])


@pytest.mark.parametrize("name", [*NAMES, "two-folders", "folders-of-its-own"])
def test_the_daemon_attaches_a_pod_under_the_paths_of(name: str, seen: Seen) -> None:
    assert name not in seen.failed
    file, shims = seen.files[name], seen.shims[name]
    assert file["type"] == "multus-shim"
    assert "multus-shim" in shims
    assert [one.split()[0] for one in seen.networks[name]] == ["net1"]
    assert seen.networks[name][0].split()[2].startswith("10.12.34.")


def test_k3s_needs_its_mount(seen: Seen) -> None:
    # Its plugins are absolute links, which the daemon looks up in its own container.
    assert "failed to find plugin" in seen.failed["k3s-without-its-mount"]
