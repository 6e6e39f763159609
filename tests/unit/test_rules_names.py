"""Rules NAD: what they tell of a fault."""

from dataclasses import replace
from typing import Any

from multus_lab.checks.network import Network
from multus_lab.plugins import Placeholder, names, record
from tests.unit.cases import cases
from tests.unit.rules import at, chain, codes, findings, lab, macvlan, network, plugin
from tests.unit.rules.names import L2, POOL, WHEREABOUTS, host_local, ipam, route


@cases(
    ("given", "fix"),
    [
        (
            ipam(**WHEREABOUTS, rangeStart="10.12.34.9"),
            "range_start: 10.12.34.9   # instead of rangeStart",
        ),
        (macvlan(version="0.3.1"), "remove version, as cniVersion is there too"),
        (macvlan(mastr="eth1"), "remove mastr, as master is there too"),
        (macvlan(master=None, mastr="eth1"), "master: eth1   # instead of mastr"),
        (route(dst="10.0.0.0/8", metric=5), "priority: 5   # instead of metric"),
        (macvlan(isGateway=True), "remove isGateway"),
        (macvlan(vlan=5), "master: eth1.5   # an interface of the nodes in VLAN 5"),
        (macvlan(vlan=0), "remove vlan"),
        (macvlan(vlan=True), "remove vlan"),
        (plugin("bridge", bridge="br1", gateway="10.0.0.1"), "move gateway into `ipam`"),
        (macvlan(ipam=POOL | {"gateway": "10.12.34.1"}, gateway="10.12.34.1"), "remove gateway"),
        (ipam(type="static", address="10.0.0.5/24"), "move address into each entry of `addresses`"),
        (ipam(type="static", nameservers=["10.0.0.1"]), "move nameservers into `dns`"),
        (ipam(type="dhcp", mtu=1400), "move mtu beside the type of macvlan"),
        (plugin("sriov", vlanId=5), "vlan: 5   # instead of vlanId"),
        (plugin("ovs", vlan_id=5), "vlan: 5   # instead of vlan_id"),
        (plugin("vlan", master="eth1", vlan=5), "vlanId: 5   # instead of vlan"),
        (macvlan(master=None, parent="eth1"), "master: eth1   # instead of parent"),
        (
            ipam(type="host-local", ranges=[[{"range": "10.0.0.0/8", "subnet": "10.0.0.0/8"}]]),
            "remove range, as subnet is there too",
        ),
    ],
)
def test_unread_key_says_what_is_meant(given: Network, fix: str) -> None:
    assert [one.fix for one in findings(lab(given), "NAD003")] == [fix]


@cases(
    ("given", "fix"),
    [
        (macvlan(mtu="1400"), "mtu: 1400   # without quotes"),
        (macvlan(linkInContainer="True"), "linkInContainer: true   # without quotes"),
        (chain(L2, cniVersion=1), 'cniVersion: "1"   # in quotes'),
        (host_local(gateway="x"), "gateway: …   # an IPv4 or IPv6 address"),
        (plugin("sriov", spoofchk=True), 'spoofchk: "on"'),
        (plugin("sriov", trust=False), 'trust: "off"'),
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
    assert found[-1].message.endswith("; there may be more, shown once these are fixed")


@cases(
    ("given", "fix"),
    [
        (macvlan(runtimeConfig={"mac": "02:00:00:00:00:07"}), "mac: true"),
        (macvlan(args={"cni": {"mac": "02:00:00:00:00:07"}}), "mac: true"),
        (macvlan(args={"cni": {"ips": ["10.12.34.5/24"]}}), "ips: true"),
    ],
)
def test_reserved_key_says_which_capability_pods_ask_by(given: Network, fix: str) -> None:
    found = findings(lab(given), "NAD007")
    assert [one.fix for one in found] == [f"capabilities: {{{fix}}}   # and let the pod ask"]


def test_a_network_of_two_files_names_the_first() -> None:
    found = findings(lab(macvlan("a"), replace(macvlan("a"), source=3)), "NAD009")
    assert [(one.source, [place.source for place in one.related]) for one in found] == [(3, [0])]


def test_an_odd_name_alone_is_found_where_it_is_written() -> None:
    given = Network("lab?", "default", (0, "spec", "config"), (0, "metadata"), {})
    found = findings(lab(given), "NAD00")
    assert {(one.code, one.path) for one in found} == {
        ("NAD001", (0, "metadata", "name")),
        ("NAD006", (0, "spec", "config")),
    }


def test_a_missing_key_is_named_with_its_list() -> None:
    found = findings(lab(ipam(**WHEREABOUTS, routes=[{"gw": "10.12.34.1"}])), "NAD010")
    assert [one.message for one in found] == ["whereabouts needs `dst` in each entry of `routes`"]


def test_a_version_says_which_plugin_refuses_it() -> None:
    given = chain({"type": "acme"}, {"type": "bandwidth"}, cniVersion="4.0.0")
    found = findings(at("v1.9.1", given), "NAD005")
    assert [one.message for one in found] == [
        "bandwidth refuses it; it takes 0.3.0, 0.3.1, 0.4.0, 1.0.0, 1.1.0"
    ]


def test_what_is_rendered_later_is_one_note() -> None:
    later = Placeholder("${X}")
    values = dict.fromkeys(("mode", "mtu", "mac", "ipam", "linkInContainer", "cniVersion"), later)
    assert codes(lab(network({"type": "macvlan", "master": later, **values}))) == ["NAD013"]


def test_whole_network_without_fault_has_no_finding() -> None:
    assert codes(lab(macvlan()), "NAD") == []


@cases("kind", ["loopback", "macvtap"])
def test_of_an_ipam_that_is_never_asked_it_is_said_and_no_more(kind: str) -> None:
    route = {"dst": "0.0.0.0/0"}
    asked = {**WHEREABOUTS, "gateway": "10.99.0.1", "routes": [route]}
    given = network({"cniVersion": "0.4.0", "type": kind, "deviceID": "1", "ipam": asked})
    bare = {key: value for key, value in given.config.items() if key != "ipam"}
    found, without = codes(lab(given)), codes(lab(network(bare)))
    assert found == sorted([*without, "NAD003"])


def test_every_main_plugin_is_judged_with_every_ipam_plugin() -> None:
    known = [one for one in map(record, names()) if one is not None]
    for main in known:
        for asked in known:
            if main.main and asked.ipam is not None:
                codes(lab(plugin(main.name, ipam={"type": asked.name})))
