"""What rehearsals install of what a stack declares."""

import functools
import json
from pathlib import Path

import pytest

from multus_lab import releases
from multus_lab.rehearsal import plan, subjects
from multus_lab.rehearsal.daemon import subject
from multus_lab.settings.node_plugins import INSTALL_PLUGINS
from tests.mocks.test_rehearsal_daemon import LOCAL, PLUGINS, Config, config, network
from tests.unit.cases import cases


@pytest.fixture
def rendered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was rendered already is what it was."""
    render = subjects.rendered

    @functools.cache
    def once(written: str, name: str) -> list[Config]:
        return render(json.loads(written), name)

    monkeypatch.setattr(subjects, "rendered", lambda given, name: once(json.dumps(given), name))


@cases("daemon", [True, False], ids=["installation", "networks"])
def test_what_a_stack_brings_is_rehearsed(daemon: bool, project_folder: Path) -> None:
    written = config(network(ipam=LOCAL), multus=PLUGINS, distribution="k3s")
    written = {**written, "accept": {"IPA207": "no pod looks for another here"}}
    file = project_folder / "Pulumi.one.yaml"
    file.write_text(json.dumps({"config": written}))
    if daemon:
        made = subject.of_stack("one", None).planned(1)[0].declared
        objects, brought = made.objects, made.layout.brought
    else:
        whole = subjects.of_stack("one").plan(1)
        objects, brought = whole.objects, whole.brought
    (spec,) = (one["spec"]["template"]["spec"] for one in objects if one["kind"] == "DaemonSet")
    assert INSTALL_PLUGINS in [one["name"] for one in spec["initContainers"]]
    assert brought == ["macvlan"]


@pytest.mark.parametrize("code", ["MUL701", "MUL702", "MUL703", "MUL704", "MUL710", "MUL712"])
def test_a_daemon_of_another_stack_is_rehearsed_whatever_is_said_of_it(
    code: str, project_folder: Path
) -> None:
    """The cases that these rules find, in stacks that leave the daemon to others."""
    every: dict[str, Config] = {
        "MUL701": {"daemonConfig": {"cniVersion": "1.0.0"}},
        "MUL702": {},
        "MUL703": {"resources": {"limits": {"memory": "50Mi"}}},
        "MUL704": {"release": "v4.3.0"},
        "MUL710": {"daemonConfig": {"metricsPort": 10250}},
        "MUL712": {"daemonConfig": {"defaultNetworks": ["lab"]}},
    }
    primary = {"primaryNetwork": {"file": "10-calico.conflist", "cniVersion": "0.3.1"}}
    multus: Config = {"install": False, **every[code]}
    written = config(network(ipam=LOCAL), multus=multus, distribution="rke2", **primary)
    written = {**written, "accept": {"IPA207": "one is enough"}}
    (project_folder / "Pulumi.one.yaml").write_text(json.dumps({"config": written}))
    kinds = [one["kind"] for one in subjects.of_stack("one").plan(1).objects]
    assert "DaemonSet" in kinds


def test_networks_without_a_zone_are_rehearsed(project_folder: Path) -> None:
    written = {**config(network(ipam=LOCAL)), "zone": {}}
    (project_folder / "Pulumi.one.yaml").write_text(json.dumps({"config": written}))
    whole = subjects.of_stack("one").plan(1)
    assert [one.network for one in whole.pods] == ["default/lab"] * len(whole.nodes)
    assert [one["kind"] for one in whole.objects].count("NetworkAttachmentDefinition") == 1


@cases(
    ("multus", "before"),
    [
        *(({}, release) for release in releases.names() if release != releases.DEFAULT),
        ({"release": "v4.3.0", "terminationGracePeriodSeconds": 5}, "v4.3.1"),
    ],
)
@pytest.mark.usefixtures("rendered_once")
def test_what_is_refused_of_a_release_is_upgraded_even_so(
    multus: Config, before: str, project_folder: Path
) -> None:
    primary = {"primaryNetwork": {"file": "10-calico.conflist"}}
    reasons = {"IPA207": "one is enough", **({"MUL704": "not for long"} if multus else {})}
    written = {**config(network(ipam=LOCAL), multus=multus, **primary), "accept": reasons}
    (project_folder / "Pulumi.one.yaml").write_text(json.dumps({"config": written}))
    made = subject.of_stack("one", before).planned(1)[0]
    assert made.before
    needed = releases.multus(before)
    assert needed
    assert (made.before.release, made.before.grace) == (before, needed.grace)
    assert made.declared.grace == multus.get("terminationGracePeriodSeconds", 30)


WAITING: Config = {
    "paths": {"multusAutoconfigDir": "/etc/cni/primary"},
    "daemonConfig": {
        "logLevel": "debug",
        "readinessindicatorfile": "/host/etc/cni/primary/10-calico.conflist",
        "perNodeCertificate": {
            "bootstrapKubeconfig": "/hostroot/etc/kubernetes/kubelet.conf",
            "certDir": "/etc/cni/multus/certs",
        },
    },
}


@pytest.mark.parametrize("daemon", [True, False], ids=["installation", "networks"])
@pytest.mark.parametrize("waits", [True, False], ids=["waits", "waits-not"])
def test_a_daemon_waits_for_nothing_that_no_rehearsal_has(
    daemon: bool, waits: bool, project_folder: Path
) -> None:
    multus = WAITING if waits else {"daemonConfig": {"logLevel": "debug"}}
    written = {**config(network(ipam=LOCAL), multus=multus), "accept": {"IPA207": "one is enough"}}
    (project_folder / "Pulumi.one.yaml").write_text(json.dumps({"config": written}))
    if daemon:
        made = subject.of_stack("one", "v4.2.4").planned(1)[0]
        assert made.before
        whole, versions = made.whole, [one.objects for one in made.versions]
    else:
        whole = subjects.of_stack("one").plan(1)
        versions = [whole.objects]
    assert whole.unmet == (list(plan.UNMET) if waits else [])
    for objects in versions:
        (file,) = (
            one["data"]["daemon-config.json"] for one in objects if one["kind"] == "ConfigMap"
        )
        daemon_config = json.loads(file)
        assert daemon_config["logLevel"] == "debug"
        assert not daemon_config.keys() & plan.UNMET.keys()
