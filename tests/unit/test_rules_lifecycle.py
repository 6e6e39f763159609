"""Rules LIF: what they tell of the how-to's network, and that no input makes them fail."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multus_lab.checks import judge_stack
from multus_lab.settings import load
from tests.unit.rules import findings, lab, macvlan, network
from tests.unit.rules.lifecycle import Json, nodes


def test_nodes_without_the_master_are_named() -> None:
    (hit,) = findings(lab(macvlan(), **nodes("eth1", *(f"eth{i}" for i in range(2, 8)))), "LIF405")
    assert hit.message == "eth1 is on 1 of 7 nodes; pods fail on w1, w2, w3 and 3 more"


@pytest.mark.parametrize(
    ("interfaces", "codes"),
    [
        (("eth1", "eth2"), ["LIF405"]),
        (("eth2", "eth3"), ["LNK105"]),
        (("eth1", "eth2", None), ["LIF405", "LNK105"]),  # and a note on the one that isn't told
    ],
)
def test_a_master_is_told_once(interfaces: tuple[str | None, ...], codes: list[str]) -> None:
    found = findings(lab(macvlan(), **nodes(*interfaces)))
    told = [one for one in found if one.code in {"LIF405", "LNK105"}]
    assert sorted(one.code for one in told) == codes
    assert len([one for one in told if one.severity != "note"]) == 1


def test_howto_network_has_its_own_node_alone(dev_config: Json) -> None:
    hits = [one for one in judge_stack(load(dev_config)) if one.code.startswith("LIF")]
    assert [(one.code, one.severity.value, one.path) for one in hits] == [
        ("LIF403", "note", ("networks", 0, "type"))
    ]


# st.characters() are all that JSON can write, and cost no look through a codec.
JSON: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(st.characters(), max_size=5)
    | st.just([])
    | st.just({})
)


@settings(deadline=None, max_examples=25)  # the machine may be busy
@given(kind=st.sampled_from(["macvlan", "ipvlan"]) | JSON, mode=JSON, master=JSON, inside=JSON)
def test_odd_input_never_raises(kind: Any, mode: Any, master: Any, inside: Any) -> None:
    config = {"type": kind, "mode": mode, "master": master, "linkInContainer": inside}
    one = network(config, annotations=mode)
    findings(lab(one, **nodes("eth1", "eth2")), "LIF")
