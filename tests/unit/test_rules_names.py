"""Rules NAD: what they tell of a fault, and that no input makes them fail."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multus_lab.checks.network import Network
from multus_lab.checks.plugins import IPAM_KEYS, LIST_KEYS, PLUGINS, VERSIONS
from tests.unit.rules import chain, codes, findings, lab, macvlan, network
from tests.unit.rules.names import L2, WHEREABOUTS, host_local, ipam, route


@pytest.mark.parametrize(
    ("given", "fix"),
    [
        (
            ipam(**WHEREABOUTS, rangeStart="10.12.34.9"),
            "range_start: 10.12.34.9   # instead of rangeStart",
        ),
        (macvlan(version="0.3.1"), "cniVersion: 0.3.1   # instead of version"),
        (macvlan(mastr="eth1"), "master: eth1   # instead of mastr"),
        (route(dst="10.0.0.0/8", metric=5), "priority: 5   # instead of metric"),
        (macvlan(isGateway=True), "remove isGateway"),
    ],
)
def test_unread_key_says_what_is_meant(given: Network, fix: str) -> None:
    assert [one.fix for one in findings(lab(given), "NAD003")] == [fix]


@pytest.mark.parametrize(
    ("given", "fix"),
    [
        (macvlan(mtu="1400"), "mtu: 1400   # without quotes"),
        (macvlan(linkInContainer="True"), "linkInContainer: true   # without quotes"),
        (chain(L2, cniVersion=1), 'cniVersion: "1"   # in quotes'),
        (host_local(gateway="x"), "gateway: …   # an IPv4 or IPv6 address"),
    ],
)
def test_unreadable_value_says_how_it_is_read(given: Network, fix: str) -> None:
    assert [one.fix for one in findings(lab(given), "NAD004")] == [fix]


def test_of_many_unread_keys_the_first_are_told() -> None:
    keys: dict[str, Any] = {f"zz{index}": 1 for index in range(5000)}
    found = findings(lab(macvlan(**keys)), "NAD003")
    assert len(found) == 101
    assert found[-1].message == "macvlan reads none of 4,900 more keys here"


def test_of_a_million_mistakes_the_first_are_told() -> None:
    given = host_local(routes=[{"dst": "10.0.0.0/33"}] * 3000)
    found = findings(lab(given), "NAD004")
    assert len(found) == 1001
    assert found[-1].message.endswith("; there may be more, to be told once these are mended")


def test_whole_network_without_fault_has_no_finding() -> None:
    assert codes(lab(macvlan()), "NAD") == []


# --- odd input ------------------------------------------------------------------------------------

_KEYS = st.sampled_from(
    sorted(
        {"Master", "args", "runtimeConfig", "minID", "maxID", "id"}
        | set(LIST_KEYS.keys)
        | {key for known in PLUGINS.values() for key in known.keys.keys}
        | {key for keys in IPAM_KEYS.values() for key in keys.keys}
        | {"dst", "gw", "address", "scope", "priority"}
    )
)
_WORDS = st.sampled_from(
    [
        *(*PLUGINS, *IPAM_KEYS, *VERSIONS),
        *("eth1", "lo", "passthru", "l3", "02:00:00:00:00:01"),
        *("10.0.0.0/24", "fd00::/64", "::/0", "10.0.0.1", "10.0.0.0-10.0.0.9/24"),
    ]
)
# st.characters() are all that JSON can write, and cost no look through a codec.
_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=3)
    | _WORDS
    | st.sampled_from([0, 1, 67, 1500, 4095, 10**30])
)
JSON: st.SearchStrategy[Any] = st.recursive(
    _LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(_KEYS | st.text(st.characters(), max_size=2), inner, max_size=4)
    ),
    max_leaves=10,
)
CONFIG = st.dictionaries(_KEYS, JSON, max_size=6)


@settings(max_examples=25, deadline=None)
@given(st.lists(CONFIG, max_size=3), st.booleans())
def test_no_rule_of_shape_or_link_raises_on_any_json(configs: list[Any], zoned: bool) -> None:
    networks = [network(config, "lab", pods_per_node=2) for config in configs]
    given = lab(*networks, mtu=1400, macLimit=1, platform="cloud") if zoned else lab(*networks)
    for finding in [*findings(given, "NAD"), *findings(given, "LNK")]:
        assert finding.message
        assert finding.fix
        json.dumps(finding.path)
