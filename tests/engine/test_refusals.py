"""Stack configs that can't be used, as the engine meets them where nobody has checked before."""

from collections.abc import Iterator
from typing import Any

import pytest

from multus_lab.checks import judge_stack
from multus_lab.engine import EngineError
from multus_lab.report.as_text import told
from multus_lab.settings import SettingsError, load
from multus_lab.testbed import Testbed
from tests.conftest import Built
from tests.engine.lab import Lab

NETWORK = {
    "name": "one",
    "master": "enp0s8",
    "ipam": {"type": "host-local", "subnet": "10.12.34.0/24"},
}


@pytest.fixture(scope="module")
def lab(testbed: Testbed, built: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    lab = Lab(tmp_path_factory.mktemp("refused"), testbed, name="refused")
    yield lab
    lab.clear()


def preview_refused(lab: Lab, config: dict[str, Any]) -> str:
    """What the engine says to the dev stack with other values for some keys."""
    dev = lab.path.read_text()
    with lab.edit() as written:
        written.update({f"multus-lab:{key}": value for key, value in config.items()})
    try:
        with pytest.raises(EngineError) as refused:
            lab.engine.preview()
    finally:
        lab.path.write_text(dev)
    said = "\n".join(lab.said)
    assert "Traceback" not in said
    # Nothing is registered but the stack itself.
    assert "multus-lab:multus:Multus" not in said
    assert "multus-lab:networks:MacvlanNetwork" not in said
    assert "kubernetes:" not in said
    return str(refused.value)


@pytest.mark.parametrize(
    "config",
    [
        {"networks": [{**NETWORK, "ipam": {"type": "host-local", "subnet": "10.12.35.0/33"}}]},
        {"networks": [NETWORK, {**NETWORK, "mode": "brigde"}], "multus": {"relase": "v4.3.0"}},
        {"netwoks": []},
    ],
    ids=["a network", "several at once", "an unknown key"],
)
def test_the_program_refuses_what_cannot_be_used(lab: Lab, config: dict[str, Any]) -> None:
    with pytest.raises(SettingsError) as expected:
        load({**lab.stack.config, **config})
    assert preview_refused(lab, config) == str(expected.value)


def test_the_program_refuses_risks_that_nobody_accepts(lab: Lab) -> None:
    config = {"networks": [NETWORK]}
    findings = judge_stack(load({**lab.stack.config, **config}))
    refused = [told(finding) for finding in findings if finding.refuses]
    assert refused
    text = "\n".join(["the checks refuse the stack:", *refused])
    assert preview_refused(lab, config) == text


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"zone": "private"}, "configuration key 'zone' must be of type 'object'"),
        ({"networks": {"one": NETWORK}}, "key 'networks' must be of type 'array<object>'"),
        ({"networks": ["one"]}, "key 'networks' must be of type 'array<object>'"),
        ({"multus": True}, "configuration key 'multus' must be of type 'object'"),
    ],
    ids=["a text for the zone", "a mapping of networks", "a list of names", "true for multus"],
)
def test_the_schema_refuses_before_the_program_runs(
    lab: Lab, config: dict[str, Any], expected: str
) -> None:
    said = preview_refused(lab, config)
    assert said.startswith("validating stack config: ")
    assert expected in said
    assert "\n" not in said
