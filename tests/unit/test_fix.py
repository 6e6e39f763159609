"""Fixes as they are told: as a line of a stack's YAML, and of a manifest's JSON."""

import json
from ipaddress import ip_address, ip_network
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from multus_lab.checks import CODES
from multus_lab.checks.fix import Line, told
from multus_lab.documents import parse
from tests.unit.cases import cases

V4, V6, NET6 = ip_address("10.1.0.9"), ip_address("fd00::1"), ip_network("fd00::/64")


@cases(
    ("fix", "in_yaml", "in_json"),
    [
        (Line("mtu", 1500), "mtu: 1500", '"mtu": 1500'),
        (Line("mode", "bridge"), "mode: bridge", '"mode": "bridge"'),
        (Line("gateway", V4), "gateway: 10.1.0.9", '"gateway": "10.1.0.9"'),
        (Line("gateway", V6), "gateway: fd00::1", '"gateway": "fd00::1"'),
        (Line("subnet", NET6), "subnet: fd00::/64", '"subnet": "fd00::/64"'),
        (Line("gw", "fd00::"), 'gw: "fd00::"', '"gw": "fd00::"'),
        (Line("dataDir", "/run/cni"), "dataDir: /run/cni", '"dataDir": "/run/cni"'),
        (Line("promiscMode", False), "promiscMode: false", '"promiscMode": false'),
        (Line("mac", "1", "in quotes"), 'mac: "1"   # in quotes', '"mac": "1"   # in quotes'),
        (Line("cniVersion", "0.3.1"), "cniVersion: 0.3.1", '"cniVersion": "0.3.1"'),
        (Line("name", "on"), 'name: "on"', '"name": "on"'),
        (Line("mtu", ..., "a number"), "mtu: …   # a number", '"mtu": …   # a number'),
        (Line("exclude", []), "exclude: []", '"exclude": []'),
        (Line(0, {"minID": 1, "maxID": 9}), "- {minID: 1, maxID: 9}", '{"minID": 1, "maxID": 9}'),
        (
            Line("ranges", [[{"subnet": NET6}], []]),
            "ranges: [[{subnet: fd00::/64}], []]",
            '"ranges": [[{"subnet": "fd00::/64"}], []]',
        ),
        ("remove mac", "remove mac", "remove mac"),
    ],
)
def test_fix(fix: Line | str, in_yaml: str, in_json: str) -> None:
    assert (told(fix, in_json=False), told(fix, in_json=True)) == (in_yaml, in_json)


WORDS = st.sampled_from(
    [
        *("true", "NULL", "Off", "1.0", "1e3", "0x1f", ".5", "1:2", "02:00:00:00:00:01", "0777"),
        *(
            "::",
            "::1",
            "fd00::",
            "a: b",
            "a #b",
            "- a",
            "a-",
            "/",
            "é",
            "",
            " ",
            "1.2.3",
            "e1.e2.e3",
        ),
        *("::ffff:10.0.0.1", "~", "=", "<<", "2001:db8::/64", "10.0.0.5-10.0.0.9/24", "\u2028"),
    ]
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | TEXT | WORDS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["subnet", "minID", "type"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=100, deadline=None)
@given(JSON)
def test_a_line_says_the_value(value: Any) -> None:
    line = Line("key", value)
    assert json.loads("{" + line.in_json() + "}") == {"key": value}
    (document,) = parse(line.in_yaml().encode(errors="surrogatepass"), "s.yaml")
    assert document.value == {"key": value}


def test_no_rule_s_line_is_written_out() -> None:
    """A sentence has no colon behind its first word, unless it is a line beside the networks."""
    beside = (
        *("accept:", "annotations:", "cniPlugins:", "daemonConfig.", "defaultRoute:", "multus:"),
        *("name:", "spec.config:", "whereabouts:", "zone."),
    )
    written = {
        one.code: one.fix
        for one in CODES.values()
        if isinstance(one.fix, str) and one.fix.split()[0].endswith(":")
    }
    assert {fix for fix in written.values() if not fix.startswith(beside)} == set()
