"""How a pod asks for networks."""

import json

import pytest

from multus_lab.attachment import Selection, annotation

LAB = Selection("lab")


@pytest.mark.parametrize(
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


@pytest.mark.parametrize(
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
