"""Rules IPA, and pools: what is valid by construction passes, and no input makes a rule fail."""

import itertools
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multus_lab.addresses import bare
from multus_lab.checks.network import Network
from multus_lab.plugins.whereabouts import exclusion
from tests.unit.rules import findings, lab, network
from tests.unit.test_settings import one as only_network

Subnet = IPv4Network | IPv6Network


@st.composite
def subnets(draw: st.DrawFn) -> Subnet:
    """A network of addresses that hosts can have, with four of them or more."""
    if draw(st.booleans()):
        number = draw(st.integers(10 << 24, (11 << 24) - 1))
        return ip_network((number, draw(st.integers(9, 30))), strict=False)
    number = draw(st.integers(0x2001 << 112, (0x2002 << 112) - 1))
    return ip_network((number, draw(st.integers(20, 126))), strict=False)


@st.composite
def ranges(draw: st.DrawFn, start: str, end: str) -> dict[str, Any]:
    """A subnet, its gateway, and two addresses in order behind that, as a pool has them."""
    subnet = draw(subnets())
    behind = st.integers(2, subnet.num_addresses - 2)
    first, last = sorted((draw(behind), draw(behind)))
    gateway = draw(st.integers(1, first - 1))
    return {
        "subnet": str(subnet),
        start: str(subnet[first]),
        end: str(subnet[last]),
        "gateway": str(subnet[gateway]),
    }


@st.composite
def host_local(draw: st.DrawFn) -> dict[str, Any]:
    keys = draw(ranges("rangeStart", "rangeEnd"))
    ipam = keys if draw(st.booleans()) else {"ranges": [[keys]]}
    return {"type": "host-local", **ipam}


@st.composite
def whereabouts(draw: st.DrawFn) -> dict[str, Any]:
    keys = draw(ranges("range_start", "range_end"))
    return {"type": "whereabouts", "range": keys.pop("subnet"), **keys}


def macvlan(ipam: Any, name: str = "lab") -> Network:
    config = {"cniVersion": "1.0.0", "name": name, "type": "macvlan", "master": name, "ipam": ipam}
    return network(config, name)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.one_of(host_local(), whereabouts()))
def test_what_is_valid_by_construction_has_notes_at_most(ipam: dict[str, Any]) -> None:
    found = findings(lab(macvlan(ipam), interface="eth0"), "IPA")
    assert [one for one in found if one.severity != "note"] == []


@settings(derandomize=True, max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 20)), max_size=12))
def test_a_sweep_finds_an_overlap_if_there_is_one(bounds: list[tuple[int, int]]) -> None:
    """Against all pairs: each network that overlaps with another is told, or the other is."""
    pools = [(low + 10, low + 10 + size) for low, size in bounds]
    networks = [
        network(
            {
                "name": f"n{index}",
                "type": "macvlan",
                "ipam": {
                    "type": "host-local",
                    "subnet": "10.1.0.0/24",
                    "rangeStart": f"10.1.0.{first}",
                    "rangeEnd": f"10.1.0.{last}",
                },
            },
            f"n{index}",
        )
        for index, (first, last) in enumerate(pools)
    ]
    told = {one.network for one in findings(lab(*networks), "IPA208")}
    ordered = sorted(range(len(pools)), key=lambda index: (*pools[index], index))
    expected = {
        f"default/n{index}"
        for place, index in enumerate(ordered)
        if any(pools[other][1] >= pools[index][0] for other in ordered[:place])
    }
    assert told == expected


@settings(derandomize=True, max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 255), st.integers(24, 32)), max_size=8),
    st.integers(1, 254),
    st.integers(1, 254),
)
def test_what_is_left_of_a_pool(holes: list[tuple[int, int]], one: int, other: int) -> None:
    first, last = sorted((one, other))
    exclude = [f"10.1.0.{number}/{length}" for number, length in holes]
    ipam = {
        "type": "whereabouts",
        "range": "10.1.0.0/24",
        "range_start": f"10.1.0.{first}",
        "range_end": f"10.1.0.{last}",
        "exclude": exclude,
    }
    left = {
        number for piece in macvlan(ipam).pieces for number in range(piece.first, piece.last + 1)
    }
    gone = [hole for text in exclude if (hole := exclusion(text))]
    every = map(ip_address, (f"10.1.0.{number}" for number in range(first, last + 1)))
    assert left == {int(one) for one in every if not any(one in hole for hole in gone)}


@settings(max_examples=50, deadline=None)
@given(
    prefix=st.integers(24, 30),
    ends=st.tuples(st.integers(1, 254), st.integers(1, 254)).map(sorted),
    gateway=st.integers(0, 255),
)
def test_usable_is_the_range_without_the_gateway(
    prefix: int, ends: list[int], gateway: int
) -> None:
    subnet = ip_network(f"10.12.34.0/{prefix}")
    start, end = (subnet[1 + number % (subnet.num_addresses - 2)] for number in ends)
    start, end = min(start, end), max(start, end)
    network = only_network(
        {
            "type": "host-local",
            "subnet": str(subnet),
            "rangeStart": str(start),
            "rangeEnd": str(end),
            "gateway": f"10.12.34.{gateway}",
        }
    )
    usable = [
        number
        for piece in network.ipam.usable()
        for number in range(int(piece.first), int(piece.last) + 1)
    ]
    wanted = set(range(int(start), int(end) + 1)) - {int(subnet[0]) + gateway}
    assert usable == sorted(wanted)


PARTS = st.sampled_from(["0", "1", "255", "256", "01", "1000", "", " 1", "0x1", "+1", "१", "1\0"])


@settings(derandomize=True, max_examples=60, deadline=None)
@given(
    st.one_of(
        st.ip_addresses().map(str),
        st.lists(PARTS, min_size=3, max_size=5).map(".".join),
        st.lists(PARTS, max_size=9).map(":".join),
    )
)
def test_an_address_is_what_python_takes_for_one(text: str) -> None:
    """The parser is the C library's."""
    try:
        expected: object = ip_address(text)
    except ValueError:
        expected = None
    try:
        found: object = bare(text)
    except ValueError:
        found = None
    assert found == expected


WORDS = [
    *("10.1.0.0/24", "10.1.0.9", "10.1.0.5-10.1.0.9/24", "2001:db8::/64", "2001:db8::1", "::/0"),
    *(
        "",
        "x",
        "/24",
        "10.1.0.0/",
        "-",
        "-/",
        "1-/24",
        "0.0.0.0/0",
        "fe80::1%eth0/64",
        "/28",
        "::1",
    ),
    *("10.1.0.0/33", "255.255.255.255/32", "::ffff:10.1.0.0/120", "10.1.0.0/²", "٣/24"),
]
KEYS = [
    *("subnet", "rangeStart", "rangeEnd", "gateway", "ranges", "routes", "dataDir", "resolvConf"),
    *("range", "range_start", "range_end", "exclude", "ipRanges", "node_slice_size", "dns"),
    *("network_name", "enable_overlapping_ranges", "addresses", "address", "dst", "gw", "ips"),
]
ODD = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 300) | st.floats() | st.sampled_from(WORDS),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)
    ),
    max_leaves=12,
)
KINDS = ["host-local", "whereabouts", "static", "dhcp", "", None, 3]


@settings(derandomize=True, max_examples=50, deadline=None)
@given(
    st.dictionaries(st.sampled_from(KEYS), ODD, max_size=8),
    st.sampled_from(KINDS),
    st.sampled_from(["macvlan", "vlan", "bridge", "host-device", 3]),
    st.dictionaries(
        st.sampled_from(
            ["capabilities", "cniVersion", "vlanId", "bridge", "vlan", "linkInContainer", "name"]
        ),
        ODD,
        max_size=4,
    ),
    st.booleans(),
)
def test_no_input_makes_a_rule_fail(
    ipam: dict[str, Any], kind: Any, main: Any, keys: dict[str, Any], in_zone: bool
) -> None:
    config = {"type": main, "master": "eth1", "ipam": {"type": kind} | ipam} | keys
    odd = network(config, "odd")
    chained = network({"plugins": [config, {"type": "sbr"}, None, 3]}, "chained")
    zone: dict[str, Any] = {
        "interface": "eth1",
        "podsPerNode": 3,
        "nodes": [{"name": "one", "addresses": ["10.1.0.9"]}, {"name": "two"}],
        "reserved": ["2001:db8::/80"],
        "gateway": ["10.1.0.1", "2001:db8::1"],
    }
    findings(lab(odd, chained, network({"ipam": ipam}), **zone if in_zone else {}), "IPA")


MIXED = [None, "10.1.0.9", "10.2.0.1", "2001:db8::9", 7]
NETS = ["10.1.0.0/24", "10.1.0.0/31", "2001:db8::/64", "10.1.0.9-2001:db8::9/24", "0.0.0.0/0"]


@pytest.mark.parametrize("subnet", NETS)
@pytest.mark.parametrize(
    ("kind", "keys"),
    [
        ("host-local", ("subnet", "rangeStart", "rangeEnd", "gateway")),
        ("whereabouts", ("range", "range_start", "range_end", "gateway")),
    ],
)
def test_no_mixture_of_families_makes_a_rule_fail(
    subnet: str, kind: str, keys: tuple[str, ...]
) -> None:
    for start in MIXED:
        networks = []
        for number, values in enumerate(itertools.product(MIXED, repeat=2)):
            ipam: dict[str, Any] = dict(zip(keys, (subnet, start, *values), strict=True))
            ipam |= {"type": kind, "exclude": [start], "routes": [{"dst": "10.9.0.0/16"}]}
            both = ipam | {"ranges": [[ipam, NETS]], "ipRanges": [ipam]}
            networks += [macvlan(ipam, f"lab{number}"), macvlan(both, f"both{number}")]
        findings(lab(*networks, podsPerNode=3), "IPA")
