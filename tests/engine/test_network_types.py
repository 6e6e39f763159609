"""A stack with a network of each type on the real engine: up, changed in place, no drift, down."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from multus_lab import importing, project, render
from multus_lab.testbed import Testbed
from tests.conftest import Built
from tests.engine.lab import Lab
from tests.networks import EXAMPLES, network

FIXED = {"type": "static", "addresses": [{"address": "10.12.34.251/32"}]}
AFTER = {
    "vlan": {"name": "vlan", "master": "enp0s8", "ipam": EXAMPLES["vlan"].network["ipam"]},
    "tap": {"name": "tap", "config": {"cniVersion": "1.0.0", "plugins": [{"type": "userspace"}]}},
    "config": {"name": "config", "type": "dummy", "ipam": FIXED},
}
"""Networks of other types than their examples."""
NOW = {"vlan": "macvlan", "tap": "userspace", "config": "dummy"}
BEFORE = {"vlan": "vlan", "tap": "tap", "config": "userspace"}


@pytest.fixture(scope="module")
def lab(testbed: Testbed, built: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    lab = Lab(tmp_path_factory.mktemp("types"), testbed, name="types")
    with lab.edit() as config:
        config["multus-lab:networks"] = list(map(network, EXAMPLES))
        config["multus-lab:whereabouts"] = {"install": False}
    yield lab
    lab.clear()


def configs(lab: Lab) -> dict[str, object]:
    return {name: one["spec"]["config"] for name, one in lab.networks().items()}


def rendered(lab: Lab) -> dict[str, object]:
    networks = (one for one in render.manifests(lab.stack) if "spec" in one)
    return {
        f"{one['metadata']['namespace']}/{one['metadata']['name']}": one["spec"]["config"]
        for one in networks
        if one["kind"] == "NetworkAttachmentDefinition"
    }


def components(lab: Lab) -> dict[str, str]:
    """The type of each network's component, by its name."""
    prefix = "multus-lab:networks:"
    urns = [one["urn"] for one in lab.engine.state()["resources"] if one["type"].startswith(prefix)]
    return {urn.rpartition("::")[2]: urn.split("::")[2].removeprefix(prefix) for urn in urns}


def test_it_comes_up_as_previewed_and_rendered(lab: Lab) -> None:
    previewed = lab.engine.preview().changes
    # The stack and Multus' component with six objects, and of each network a component and a NAD.
    assert lab.up().changes == previewed == {"create": 8 + 2 * len(EXAMPLES)}
    assert configs(lab) == rendered(lab)
    for name, example in EXAMPLES.items():
        annotations = lab.networks()[f"default/{name}"]["metadata"]["annotations"]
        assert example.annotations.items() <= annotations.items()


def test_an_import_gives_them_back(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", str(lab.bed.kubeconfig))
    context = yaml.safe_load(lab.bed.kubeconfig.read_text())["current-context"]
    read = importing.read_cluster(context)
    made = importing.imported([read], Path("Pulumi.imported.yaml"), accept=True)
    assert made.left_out == []
    assert made.report.exit_code == 0
    networks = project.of_text(made.text, made.path).settings().networks
    assert {f"{one.namespace}/{one.name}": one.cni_json() for one in networks} == configs(lab)


def test_nothing_drifts(lab: Lab) -> None:
    assert set(lab.engine.refresh().changes) == {"same"}
    assert set(lab.up().changes) == {"same"}


def test_another_type_changes_the_network_in_place(lab: Lab) -> None:
    before = lab.networks()
    with lab.edit() as config:
        config["multus-lab:networks"] = [AFTER.get(name, network(name)) for name in EXAMPLES]
    said = [line for line in lab.preview() if " -> " in line]
    for name, plugin in NOW.items():
        assert any(
            line.startswith(
                f"NetworkAttachmentDefinition default/{name}: update, {BEFORE[name]} -> {plugin}; "
                "no pod uses it; running pods keep the interface"
            )
            for line in said
        )
    changes = lab.up().changes
    assert changes["update"] == len(AFTER)
    assert set(changes) == {"same", "update"}
    after = lab.networks()
    made = [components(lab)[f"default/{name}"] for name in AFTER]
    assert made == ["MacvlanNetwork", "Network", "DummyNetwork"]
    for key, one in after.items():
        assert one["metadata"]["uid"] == before[key]["metadata"]["uid"]
        assert (one == before[key]) is (key.partition("/")[2] not in AFTER)
    assert configs(lab) == rendered(lab)
    assert set(lab.engine.refresh().changes) == {"same"}


def test_it_goes(lab: Lab) -> None:
    assert lab.engine.down().changes == {"delete": 8 + 2 * len(EXAMPLES)}
    assert lab.networks() == {}
