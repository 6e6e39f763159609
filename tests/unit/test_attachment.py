"""How a pod asks for networks."""

import json

import pytest

from multus_lab.attachment import (
    ANNOTATION,
    DEFAULT_NETWORK,
    STATUS,
    Selection,
    annotation,
    asked_for,
    attached_to,
    default_routes,
)
from tests.unit.cases import cases

LAB = Selection("lab")


@cases(
    ("selections", "text"),
    [
        pytest.param([], "", id="none"),
        pytest.param([LAB], "default/lab", id="name"),
        pytest.param([Selection("lab", "web")], "web/lab", id="namespace"),
        pytest.param([Selection("lab", interface="net5")], "default/lab@net5", id="interface"),
        pytest.param([LAB, Selection("b", "web")], "default/lab,web/b", id="several-in-order"),
        pytest.param([LAB, LAB], "default/lab,default/lab", id="twice"),
    ],
)
def test_short_form(selections: list[Selection], text: str) -> None:
    assert annotation(selections) == text


@cases(
    ("selection", "asked"),
    [
        pytest.param(Selection("lab", ips=["10.12.34.5/24"]), {"ips": ["10.12.34.5/24"]}, id="ips"),
        pytest.param(
            Selection("lab", mac="02:00:0a:0c:22:05"), {"mac": "02:00:0a:0c:22:05"}, id="mac"
        ),
        pytest.param(
            Selection("lab", default_route=("10.12.34.254",)),
            {"default-route": ["10.12.34.254"]},
            id="default-route",
        ),
        pytest.param(
            Selection("lab", interface="net5", ips=("10.12.34.5", "fd00:12:34::5")),
            {"interface": "net5", "ips": ["10.12.34.5", "fd00:12:34::5"]},
            id="interface-too",
        ),
    ],
)
def test_json_form(selection: Selection, asked: dict[str, object]) -> None:
    assert json.loads(annotation([selection])) == [{"name": "lab", "namespace": "default"} | asked]


def test_json_form_of_a_name_that_the_short_form_cannot_say() -> None:
    assert annotation([Selection("lab.v2", "web")]) == '[{"name":"lab.v2","namespace":"web"}]'


def test_one_json_element_makes_all_json() -> None:
    elements = json.loads(annotation([LAB, Selection("b", ips=["10.12.34.5"]), LAB]))
    assert [element["name"] for element in elements] == ["lab", "b", "lab"]
    assert elements[0] == {"name": "lab", "namespace": "default"}


def test_json_form_is_canonical() -> None:
    text = annotation([Selection("lab", mac="02:00:0a:0c:22:05", interface="net1")])
    assert text == (
        '[{"interface":"net1","mac":"02:00:0a:0c:22:05","name":"lab","namespace":"default"}]'
    )


@cases(
    ("text", "places"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param("lab", ["web/lab"], id="the-pod-s-namespace"),
        pytest.param(" other/lab@net5 , b", ["other/lab", "web/b"], id="several"),
        pytest.param(
            '[{"name": "lab"}, {"name": "b", "namespace": "c"}]', ["web/lab", "c/b"], id="json"
        ),
        pytest.param('[{"name": "lab"', [], id="broken"),
        pytest.param('{"name": "lab"}', [], id="no-list"),
        pytest.param("[1]", [], id="no-elements"),
        pytest.param("[{}]", [], id="no-names"),
    ],
)
def test_what_a_pod_asks_for(text: str, places: list[str]) -> None:
    for key in (ANNOTATION, DEFAULT_NETWORK):
        metadata = {"name": "pod", "namespace": "web", "annotations": {key: text}}
        home = "kube-system" if key == DEFAULT_NETWORK else "web"
        assert asked_for(metadata) == {one.replace("web/", f"{home}/") for one in places}
        home = "multus" if key == DEFAULT_NETWORK else "web"
        told = {one.replace("web/", f"{home}/") for one in places}
        assert asked_for(metadata, "multus") == attached_to(metadata, "multus") == told


PRIMARY = {"name": "cbr0", "interface": "eth0", "default": True}
LAB_HAD = {"name": "kube-system/lab", "interface": "net1"}


@cases(
    ("status", "networks"),
    [
        pytest.param(None, [], id="nothing"),
        pytest.param([PRIMARY], [], id="the-primary-network"),
        pytest.param([PRIMARY, {"name": "cbr0", "interface": "lo"}], [], id="two-interfaces"),
        pytest.param([PRIMARY, LAB_HAD], ["kube-system/lab"], id="by-default"),
        pytest.param([PRIMARY, {"name": "file"}], ["file"], id="by-default-of-a-file"),
        pytest.param([LAB_HAD], ["kube-system/lab"], id="without-the-primary-network"),
        pytest.param([{"interface": "net1"}], [], id="no-name"),
        pytest.param({"name": "lab"}, [], id="no-list"),
        pytest.param(7, [], id="a-number"),
    ],
)
def test_what_a_pod_has(status: object, networks: list[str]) -> None:
    written = {} if status is None else {STATUS: json.dumps(status)}
    metadata = {"name": "pod", "namespace": "web", "annotations": written}
    assert attached_to(metadata) == set(networks)
    asking = {**metadata, "annotations": {**written, ANNOTATION: "b"}}
    assert attached_to(asking) == {"web/b", *networks}


@cases(
    ("text", "found"),
    [
        pytest.param("lab", {}, id="short"),
        pytest.param('[{"name": "lab"}]', {}, id="none"),
        pytest.param('[{"name": "lab", "default-route": []}]', {}, id="empty"),
        pytest.param('[{"name": "lab", "default-route": "10.0.0.1"}]', {}, id="no-list"),
        pytest.param('[{"default-route": ["10.0.0.1"]}]', {}, id="no-name"),
        pytest.param('[{"name": "lab", "default-route": ["10.0.0.1"]', {}, id="broken"),
        pytest.param(
            '[{"name": "lab", "default-route": ["10.0.0.1"]}, {"name": "b"}]',
            {"web/lab": ["10.0.0.1"]},
            id="the-pod-s-namespace",
        ),
        pytest.param(
            '[{"name": "b", "namespace": "c", "default-route": ["10.0.0.1", "fd00::1"]}]',
            {"c/b": ["10.0.0.1", "fd00::1"]},
            id="both-families",
        ),
    ],
)
def test_by_which_networks_a_pod_asks_for_a_default_route(
    text: str, found: dict[str, list[str]]
) -> None:
    assert default_routes({ANNOTATION: text}, "web") == found


def test_a_pod_without_annotations_asks_for_nothing() -> None:
    assert asked_for({"name": "pod", "namespace": "web"}) == set()
    assert asked_for({"name": "pod", "namespace": "web", "annotations": None}) == set()
