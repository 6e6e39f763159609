"""Rules LIF: what each catches, and the neighbour that it leaves alone."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multus_lab.checks import judge_stack
from multus_lab.checks.network import Lab, Network
from multus_lab.settings import load
from tests.unit.rules import HOST_LOCAL, chain, findings, lab, macvlan, network, plugin

Json = dict[str, Any]

RESOURCE = "k8s.v1.cni.cncf.io/resourceName"


def ipvlan(**keys: Any) -> Network:
    return plugin("ipvlan", master="eth1", ipam=HOST_LOCAL, **keys)


def nodes(*interfaces: str | None) -> Json:
    """Nodes w0, w1 … with these interfaces; one that begins with `-` takes no pods."""
    return {
        "nodes": [
            {"name": f"w{index}"}
            | ({"interface": name.lstrip("-")} if name else {})
            | ({"schedulable": False} if name and name.startswith("-") else {})
            for index, name in enumerate(interfaces)
        ]
    }


CAUGHT: list[tuple[str, str, Lab, list[tuple[str, str]]]] = [
    # Linux 6.18: ping from the pod to its node and back has no answer, whatever the mode.
    ("LIF403", "macvlan", lab(macvlan()), [("note", "lab.type")]),
    ("LIF403", "private", lab(macvlan(mode="private")), [("note", "lab.type")]),
    ("LIF403", "passthru", lab(macvlan(mode="passthru")), [("note", "lab.type")]),
    ("LIF403", "ipvlan", lab(ipvlan()), [("note", "lab.type")]),
    ("LIF403", "ipvlan l2", lab(ipvlan(mode="l2")), [("note", "lab.type")]),
    (
        "LIF403",
        "told once",
        lab(plugin("bridge"), macvlan("a"), macvlan("b")),
        [("note", "a.type")],
    ),
    (
        "LIF403",
        "chained",
        lab(chain({"type": "macvlan"}, {"type": "tuning"})),
        [("note", "lab.plugins.0.type")],
    ),
    ("LIF405", "one of two", lab(macvlan(), **nodes("eth1", "eth2")), [("risk", "lab.master")]),
    (
        "LIF405",
        "zone's and own",
        lab(macvlan(), interface="eth2", **nodes("eth1", None)),
        [("risk", "lab.master")],
    ),
    (
        "LIF405",
        "each group's",
        lab(macvlan("a"), macvlan("b", master="eth2"), **nodes("eth1", "eth2")),
        [("risk", "a.master"), ("risk", "b.master")],
    ),
    (
        "LIF405",
        "another annotation",
        lab(network(macvlan().config, annotations={"team": "x"}), **nodes("eth1", "eth2")),
        [("risk", "lab.master")],
    ),
]

SPARED: list[tuple[str, str, Lab]] = [
    ("LIF403", "bridge", lab(plugin("bridge", ipam=HOST_LOCAL))),
    ("LIF403", "vepa", lab(macvlan(mode="vepa"))),
    ("LIF403", "ipvlan l3", lab(ipvlan(mode="l3"))),
    ("LIF403", "within the pod", lab(macvlan(linkInContainer=True))),
    ("LIF403", "no network", lab()),
    ("LIF405", "every node", lab(macvlan(), **nodes("eth1", "eth1"))),
    ("LIF405", "no node is LNK105's", lab(macvlan(), **nodes("eth2", "eth3"))),
    ("LIF405", "no pods there", lab(macvlan(), **nodes("eth1", "-eth2"))),
    ("LIF405", "not told", lab(macvlan(), **nodes("eth1", None))),
    ("LIF405", "no zone", lab(macvlan())),
    ("LIF405", "master not named", lab(macvlan(master=None), **nodes("eth1", "eth2"))),
    ("LIF405", "within the pod", lab(macvlan(linkInContainer=True), **nodes("eth1", "eth2"))),
    (
        "LIF405",
        "bound to a resource",
        lab(network(macvlan().config, annotations={RESOURCE: "x/lab"}), **nodes("eth1", "eth2")),
    ),
]


def found(one: Lab, code: str) -> list[tuple[str, str]]:
    """Severity and dotted path, from the network's name on, of what a rule finds."""
    return [(hit.severity.value, ".".join(map(str, hit.path[1:]))) for hit in findings(one, code)]


@pytest.mark.parametrize(
    ("code", "given_lab", "expected"),
    [pytest.param(code, one, hits, id=f"{code} {name}") for code, name, one, hits in CAUGHT],
)
def test_rule_catches(code: str, given_lab: Lab, expected: list[tuple[str, str]]) -> None:
    assert found(given_lab, code) == expected


@pytest.mark.parametrize(
    ("code", "given_lab"),
    [pytest.param(code, one, id=f"{code} {name}") for code, name, one in SPARED],
)
def test_rule_spares(code: str, given_lab: Lab) -> None:
    assert found(given_lab, code) == []


def test_nodes_without_the_master_are_named() -> None:
    (hit,) = findings(lab(macvlan(), **nodes("eth1", *(f"eth{i}" for i in range(2, 8)))), "LIF405")
    assert hit.message == "eth1 is on 1 of 7 nodes; pods fail on w1, w2, w3 and 3 more"


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
