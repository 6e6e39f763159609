"""Rules RTE: what they tell of the how-to's network."""

import pytest

from multus_lab.checks import judge_stack
from multus_lab.settings import load
from tests.unit.rules.routes import Json


def test_howto_network_has_the_default_route_alone(dev_config: Json) -> None:
    hits = [one for one in judge_stack(load(dev_config)) if one.code.startswith("RTE")]
    assert [(one.code, one.severity.value, one.path) for one in hits] == [
        ("RTE301", "risk", ("networks", 0, "ipam", "routes", 0, "dst"))
    ]


@pytest.mark.parametrize(
    ("choice", "expected"), [("never", ["RTE301"]), ("takeover", []), ("source-based", [])]
)
def test_choice_of_a_stack(dev_config: Json, choice: str, expected: list[str]) -> None:
    dev_config["networks"][0]["defaultRoute"] = choice
    hits = judge_stack(load(dev_config))
    assert [one.code for one in hits if one.code == "RTE301"] == expected
