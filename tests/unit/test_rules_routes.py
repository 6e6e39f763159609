"""Rules RTE: what they tell of the how-to's network, and that no input makes them fail."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multus_lab.checks import judge_stack
from multus_lab.settings import load
from tests.unit.rules import chain, findings, lab, plugin
from tests.unit.rules.routes import CLUSTER, NEW, NEWEST, OLD, Json


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


# st.characters() are all that JSON can write, and cost no look through a codec.
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=9)
    | st.sampled_from(
        ["0.0.0.0/0", "::/0", "10.12.34.9", "fe80::1", "fe80::1%0", "::ffff:1.2.3.4"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(), max_size=4), inner)
    ),
    max_leaves=5,
)
KEYS = ["dst", "gw", "mtu", "advmss", "priority", "table", "scope", "GW"]
ROUTE = JSON | st.dictionaries(st.sampled_from(KEYS), JSON)


ODD_IPAM = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["host-local", "static", "whereabouts", "dhcp"]) | JSON,
        "routes": JSON | st.lists(ROUTE, max_size=4),
        "addresses": JSON
        | st.lists(st.fixed_dictionaries({"address": JSON, "gateway": JSON}), max_size=2),
        "subnet": JSON,
    }
)


SECOND = st.fixed_dictionaries(
    {"type": st.sampled_from(["sbr", "vrf", "coordinator"]) | JSON},
    optional={
        "table": JSON,
        "gateways": JSON | st.lists(JSON, max_size=3),
        "addSourceHints": JSON,
    },
)


@settings(deadline=None, max_examples=25)  # the machine may be busy
@given(
    ipam=ODD_IPAM,
    second=JSON | SECOND,
    version=JSON,
    told=st.sampled_from([{}, NEW, NEWEST, OLD, CLUSTER]),
)
def test_odd_input_never_raises(ipam: Json, second: Any, version: Any, told: Json) -> None:
    main = {"type": "bridge", "isDefaultGateway": True, "ipam": ipam}
    one = chain(main, second, cniVersion=version)
    alone = plugin("macvlan", ipam=ipam, cniVersion=version)
    findings(lab(one, alone, **told), "RTE")
