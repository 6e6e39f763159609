"""What a stack declares, as manifests."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from multus_lab import render, sources
from multus_lab.ownership import Owner
from multus_lab.project import StackFile, stack_file
from multus_lab.settings import SettingsError
from tests.upstream import documents

Config = dict[str, Any]
StackOf = Callable[[Config], StackFile]

KINDS = [
    "CustomResourceDefinition",
    "ServiceAccount",
    "ClusterRole",
    "ClusterRoleBinding",
    "ConfigMap",
    "DaemonSet",
]
NAD = "NetworkAttachmentDefinition"


def network(name: str, namespace: str = "default") -> Config:
    return {"name": name, "namespace": namespace, "master": "enp0s8", "ipam": {"type": "none"}}


def names(objects: list[render.Manifest]) -> list[str]:
    return [f"{one['metadata']['namespace']}/{one['metadata']['name']}" for one in objects]


def test_dev_stack_crd_first_and_networks_last(dev_objects: list[render.Manifest]) -> None:
    assert [one["kind"] for one in dev_objects] == [*KINDS, NAD]


def test_network(dev_config: Config, stack_of: StackOf) -> None:
    (declared,) = dev_config["networks"]
    dev_config["multus"] = {"install": False}
    declared |= {"namespace": "web", "labels": {"tier": "lab"}, "annotations": {"owner": "me"}}
    definition = dict(render.manifests(stack_of(dev_config))[-1])
    config = json.loads(definition.pop("spec")["config"])
    accepted = definition["metadata"]["annotations"].pop("multus-lab/accept")
    assert json.loads(accepted) == declared["accept"]
    assert definition == {
        "apiVersion": "k8s.cni.cncf.io/v1",
        "kind": NAD,
        "metadata": {
            "name": declared["name"],
            "namespace": "web",
            "labels": {"tier": "lab"},
            "annotations": {
                "owner": "me",
                "multus-lab/owner": "multus-lab/test/private",
                "pulumi.com/patchFieldManager": "multus-lab/test/private",
            },
        },
    }
    assert config == {
        key: value
        for key, value in declared.items()
        if key not in {"namespace", "labels", "annotations", "accept"}
    }


@pytest.mark.parametrize("place", ["network", "zone", "stack"])
def test_a_rendered_network_is_checked_as_its_stack_is(
    place: str, dev_config: Config, stack_of: StackOf, tmp_path: Path
) -> None:
    declared, neighbour = dev_config["networks"][0], network("neighbour")
    dev_config |= {"multus": {"install": False}, "networks": [declared, neighbour]}
    if place != "network":
        reasons = declared.pop("accept") | {"LNK111": "nothing has it"}
        (dev_config["zone"] if place == "zone" else dev_config)["accept"] = reasons
    stack = stack_of(dev_config)
    objects = {one["metadata"]["name"]: one for one in render.manifests(stack)}
    assert "multus-lab/accept" not in objects["neighbour"]["metadata"]["annotations"]

    path = tmp_path / "rendered.yaml"
    path.write_text(render.stream(list(objects.values())))
    rendered = sources.check([], [str(path)])
    assert rendered.exit_code == 0
    (warned,) = (one.finding for one in rendered.findings if one.finding.code == "RTE301")
    (expected,) = (
        one.finding
        for one in sources.check_stack(stack)[0].findings
        if one.finding.code == "RTE301"
    )
    assert warned.accepted == expected.accepted
    assert not [one for one in rendered.findings if one.finding.code == "ACC001"]


def test_install_false_leaves_the_networks_alone(dev_config: Config, stack_of: StackOf) -> None:
    objects = render.manifests(stack_of(dev_config | {"multus": {"install": False}}))
    assert [one["kind"] for one in objects] == [NAD]


def test_same_stack_gives_the_same_bytes(
    dev_objects: list[render.Manifest], project_folder: Path
) -> None:
    assert render.stream(render.manifests(stack_file("dev"))) == render.stream(dev_objects)


def test_order_of_networks_and_keys_does_not_matter(dev_config: Config, stack_of: StackOf) -> None:
    dev_config["multus"] = {"install": False}
    dev_config["networks"] += [network("b"), network("a", "web"), network("a")]
    forward = render.stream(render.manifests(stack_of(dev_config)))
    dev_config["networks"] = [
        dict(reversed(one.items())) for one in reversed(dev_config["networks"])
    ]
    assert render.stream(render.manifests(stack_of(dev_config))) == forward
    assert names(documents(forward)) == [
        "default/a",
        "default/b",
        "default/privatezone-macvlan-conf",
        "web/a",
    ]


def test_stream_reads_back(dev_objects: list[render.Manifest]) -> None:
    assert documents(render.stream(dev_objects)) == dev_objects


def test_numbers_stay_whole(dev_objects: list[render.Manifest]) -> None:
    spec = dev_objects[KINDS.index("DaemonSet")]["spec"]
    assert repr(spec["template"]["spec"]["terminationGracePeriodSeconds"]) == "30"


def test_secret_shows_as_placeholder(dev_config: Config, stack_of: StackOf) -> None:
    dev_config["networks"][0]["annotations"] = {"owner": {"secure": "v1:Y2lwaGVy"}}
    dev_config["multus"] = {"install": False}
    text = render.stream(render.manifests(stack_of(dev_config)))
    assert "owner: '<secure: networks[0].annotations.owner>'" in text
    assert "Y2lwaGVy" not in text


def test_broken_stack_renders_nothing(dev_config: Config, stack_of: StackOf) -> None:
    dev_config["networks"][0]["mode"] = "Bridge"
    with pytest.raises(SettingsError, match=r"\d+:\d+: networks\[0\].mode: "):
        render.manifests(stack_of(dev_config))


OLD_PRIMARY = {"primaryNetwork": {"file": "10-calico.conflist", "cniVersion": "0.3.1"}}
NEW_DAEMON = {"daemonConfig": {"cniVersion": "0.4.0"}}
MOVED_DEFAULT = {"type": "whereabouts", "range": "10.12.34.0/26", "routes": [{"dst": "0.0.0.0/0"}]}
REFUSED = [
    pytest.param({"networks": [network("n") | {"master": "eth9"}]}, "error LNK105", id="rule"),
    pytest.param(
        {"networks": [network("n") | {"ipam": MOVED_DEFAULT}], "whereabouts": {"install": False}},
        "risk RTE301",
        id="risk",
    ),
    pytest.param({"accept": {"ABC123": "x"}}, "error ACC001", id="accept"),
    pytest.param({"cluster": OLD_PRIMARY, "multus": NEW_DAEMON}, "error MUL701", id="daemon"),
]


@pytest.mark.parametrize(("more", "found"), REFUSED)
def test_refused_stack_renders_nothing(
    more: Config, found: str, dev_config: Config, stack_of: StackOf
) -> None:
    with pytest.raises(
        render.RefusedError, match=rf"^the checks refuse the stack:\n  .*yaml:\d+:\d+: {found} "
    ):
        render.manifests(stack_of(dev_config | more))


def test_program_that_refuses_what_nobody_checked(dev_config: Config) -> None:
    # As a rehearsal's config may be, which has a daemon that the stack itself hasn't.
    refused = dev_config | {"cluster": OLD_PRIMARY, "multus": NEW_DAEMON}
    with pytest.raises(render.RefusedError, match="the checks refuse the stack:\nerror MUL701 "):
        render.declared(refused, "test")


# --- into a folder --------------------------------------------------------------------------------


def written(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def nad(name: str, namespace: str = "default") -> render.Manifest:
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": "v1", "kind": NAD, "metadata": metadata, "spec": {}}


def test_one_file_an_object_in_order(dev_objects: list[render.Manifest], tmp_path: Path) -> None:
    paths = render.write(dev_objects, "dev", tmp_path / "new" / "folder")
    assert sorted(paths) == sorted((tmp_path / "new" / "folder").iterdir())
    assert [documents(path.read_text()) for path in sorted(paths)] == [[one] for one in dev_objects]


def test_again_gives_the_same_files(tmp_path: Path) -> None:
    first, second = (
        {path.name: path.read_bytes() for path in render.write([nad("a")], "dev", tmp_path)}
        for _ in range(2)
    )
    assert first == second


def test_what_is_no_longer_declared_goes(tmp_path: Path) -> None:
    both = render.write([nad("a"), nad("b")], "dev", tmp_path)
    assert render.write([nad("b")], "dev", tmp_path) == both[1:]
    assert written(tmp_path) == {both[1].name}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("kustomization.yaml", b"resources: []\n", id="other-yaml"),
        pytest.param("notes.txt", b"# Rendered by multus-lab from stack dev\n", id="no-yaml"),
        pytest.param("binary.yaml", b"\xff\x00", id="binary"),
        pytest.param("lab.yaml", b"# Rendered by multus-lab from stack lab\n", id="other-stack"),
        pytest.param("d.yaml", b"# Rendered by multus-lab from stack dev2\n", id="longer-name"),
    ],
)
def test_foreign_files_stay(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    render.write([nad("a")], "dev", tmp_path)
    assert (tmp_path / name).read_bytes() == content


@pytest.mark.parametrize("header", ["", "# Rendered by multus-lab from stack lab\n", "# \xff"])
def test_a_file_of_another_s_is_not_overwritten(header: str, tmp_path: Path) -> None:
    (path,) = render.write([nad("b")], "dev", tmp_path)
    path.write_text(f"{header}kind: Own\n", encoding="latin-1")
    before = path.read_bytes()
    with pytest.raises(render.OutputError, match=r"b\.yaml: is there already, and not rendered"):
        render.write([nad("a"), nad("b")], "dev", tmp_path)
    assert path.read_bytes() == before
    assert written(tmp_path) == {path.name}


def test_no_two_objects_share_a_file(tmp_path: Path) -> None:
    render.write([nad("c", "a-b"), nad("b-c", "a"), nad("c", "a.b")], "dev", tmp_path)
    assert len(written(tmp_path)) == 3


def test_output_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(render.OutputError, match=r"file: .*; expected a folder"):
        render.write([nad("a")], "dev", tmp_path / "file")


def test_every_object_bears_its_owner(dev_objects: list[render.Manifest]) -> None:
    expected = Owner("multus-lab", "dev", "private").annotations
    assert all(one["metadata"]["annotations"].items() >= expected.items() for one in dev_objects)
