"""Rules IPA: for each what it catches, and a neighbour that it must not."""

from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from multus_lab.checks import RULES, judge_stack
from multus_lab.checks.network import Lab, Network
from multus_lab.settings import load
from tests.unit.conftest import ROOT
from tests.unit.rules import findings, lab, network

E, R, N = "error", "risk", "note"


def host_local(**keys: Any) -> dict[str, Any]:
    return {"type": "host-local", **keys}


def whereabouts(**keys: Any) -> dict[str, Any]:
    return {"type": "whereabouts", **keys}


def static(*addresses: str, **keys: Any) -> dict[str, Any]:
    return {"type": "static", "addresses": [{"address": one} for one in addresses], **keys}


def of(ipam: Mapping[str, Any], label: str = "lab", kind: str = "macvlan", **keys: Any) -> Network:
    config = {"cniVersion": "1.0.0", "name": label, "type": kind, "master": "eth1", "ipam": ipam}
    return network(config | keys, label)


def sets(*ranges: list[dict[str, Any]]) -> dict[str, Any]:
    return host_local(ranges=list(ranges))


NET = "10.1.0.0/24"
V6 = "2001:db8::/64"
TWO = {"nodes": [{"name": "one"}, {"name": "two"}]}
ONE = {"nodes": [{"name": "one"}, {"name": "two", "schedulable": False}]}
Found = tuple[str, str]

# Code, network(s), zone's keys (None: a manifest), and each finding of that code: severity and the
# path from the network's configuration.
CASES: list[tuple[str, Network | list[Network], dict[str, Any] | None, list[Found]]] = [
    # IPA201
    ("IPA201", of(host_local(subnet="10.1.0.7/24")), None, [(E, "ipam.subnet")]),
    ("IPA201", of(host_local(subnet=NET)), None, []),
    ("IPA201", of(host_local(subnet="10.1.0.0/31")), None, [(E, "ipam.subnet")]),
    ("IPA201", of(host_local(subnet="10.1.0.0/30")), None, []),
    ("IPA201", of(host_local(subnet="2001:db8::/127")), None, [(E, "ipam.subnet")]),
    ("IPA201", of(host_local(subnet="2001:db8::/126")), None, []),
    ("IPA201", of(host_local(subnet="::ffff:10.1.0.0/120")), None, [(E, "ipam.subnet")]),
    ("IPA201", of(host_local(subnet="")), None, []),
    ("IPA201", of(host_local(subnet=None)), None, []),
    (
        "IPA201",
        of(host_local(subnet=None, ranges=[[{"subnet": NET}]])),
        None,
        [(E, "ipam.subnet")],
    ),
    ("IPA201", of(sets([{"subnet": "10.1.0.9/24"}])), None, [(E, "ipam.ranges.0.0.subnet")]),
    ("IPA201", of(whereabouts(range="10.1.0.7/24")), None, []),
    # IPA202
    ("IPA202", of(host_local(subnet=NET, rangeStart="10.2.0.1")), None, [(E, "ipam.rangeStart")]),
    ("IPA202", of(host_local(subnet=NET, rangeEnd="10.1.1.0")), None, [(E, "ipam.rangeEnd")]),
    (
        "IPA202",
        of(host_local(subnet=NET, rangeStart=V6[:-3] + "1")),
        None,
        [(E, "ipam.rangeStart")],
    ),
    (
        "IPA202",
        of(host_local(subnet=NET, rangeStart="10.1.0.50", rangeEnd="10.1.0.20")),
        None,
        [(E, "ipam.rangeEnd")],
    ),
    ("IPA202", of(host_local(subnet=NET, rangeStart="10.1.0.20", rangeEnd="10.1.0.20")), None, []),
    ("IPA202", of(host_local(subnet=NET, rangeStart="::ffff:10.1.0.9")), None, []),
    # host-local v1.9.1 does not refuse this one: it hands out .255, and then 10.1.1.0.
    ("IPA202", of(host_local(subnet=NET, rangeStart="10.1.0.255")), None, [(E, "ipam.rangeStart")]),
    ("IPA202", of(host_local(subnet=NET, rangeStart="10.1.0.254")), None, []),
    # IPA203
    ("IPA203", of(host_local(subnet=NET, rangeStart="10.1.0.0")), None, [(R, "ipam.rangeStart")]),
    ("IPA203", of(host_local(subnet=NET, rangeEnd="10.1.0.255")), None, [(R, "ipam.rangeEnd")]),
    ("IPA203", of(host_local(subnet=NET, rangeEnd="10.1.0.254")), None, []),
    ("IPA203", of(host_local(subnet=V6, rangeEnd="2001:db8::ffff:ffff:ffff:ffff")), None, []),
    # IPA204
    ("IPA204", of(host_local(subnet=NET, gateway="10.2.0.1")), None, [(R, "ipam.gateway")]),
    (
        "IPA204",
        of(host_local(subnet=NET, gateway="10.2.0.1", routes=[{"dst": "10.9.0.0/16"}])),
        None,
        [(E, "ipam.gateway")],
    ),
    (
        "IPA204",
        of(
            host_local(
                subnet=NET, gateway="10.2.0.1", routes=[{"dst": "10.9.0.0/16", "gw": "10.1.0.9"}]
            )
        ),
        None,
        [(R, "ipam.gateway")],
    ),
    (
        "IPA204",
        of(
            host_local(
                subnet=NET,
                gateway="10.2.0.1",
                routes=[{"dst": "10.2.0.1/32", "gw": "0.0.0.0"}, {"dst": "10.9.0.0/16"}],
            )
        ),
        None,
        [],
    ),
    (
        "IPA204",
        of(host_local(subnet=NET, gateway="10.1.0.255", routes=[{"dst": "10.9.0.0/16"}])),
        None,
        [(E, "ipam.gateway")],
    ),
    # The network's own address is a gateway to Linux 5.14 and newer: no error, as the table has it.
    (
        "IPA204",
        of(host_local(subnet=NET, gateway="10.1.0.0", routes=[{"dst": "10.9.0.0/16"}])),
        None,
        [(R, "ipam.gateway")],
    ),
    (
        "IPA204",
        of(host_local(subnet=NET, gateway="0.0.0.0", routes=[{"dst": "10.9.0.0/16"}])),
        None,
        [(R, "ipam.gateway")],
    ),
    ("IPA204", of(host_local(subnet=V6, gateway="fe80::1")), None, []),
    ("IPA204", of(host_local(subnet=V6, gateway="2001:db9::1")), None, [(R, "ipam.gateway")]),
    (
        "IPA204",
        of({"type": "static", "addresses": [{"address": "10.1.0.5/24", "gateway": "10.2.0.1"}]}),
        None,
        [(R, "ipam.addresses.0.gateway")],
    ),
    ("IPA204", of(whereabouts(range=NET, gateway="10.2.0.1")), None, [(R, "ipam.gateway")]),
    ("IPA204", of(whereabouts(range=NET, gateway="fe80::1")), None, []),
    # IPA205
    ("IPA205", of(host_local(subnet=NET)), None, [(N, "ipam.gateway")]),
    ("IPA205", of(host_local(subnet=NET, gateway="10.1.0.1")), None, []),
    (
        "IPA205",
        of(host_local(subnet="10.12.34.0/24", routes=[{"dst": "10.9.0.0/16"}])),
        {"gateway": "10.12.34.254"},
        [(R, "ipam.gateway")],
    ),
    (
        "IPA205",
        of(host_local(subnet="10.12.34.0/24", routes=[{"dst": "10.9.0.0/16"}])),
        {"gateway": "10.12.34.1"},
        [(N, "ipam.gateway")],
    ),
    # IPA206
    ("IPA206", of(whereabouts(range=NET, gateway="10.1.0.1")), None, [(E, "ipam.gateway")]),
    ("IPA206", of(whereabouts(range=NET, gateway="10.1.0.1", exclude=["10.1.0.1/32"])), None, []),
    ("IPA206", of(whereabouts(range=NET, gateway="10.1.0.1", exclude=["10.1.0.1"])), None, []),
    ("IPA206", of(whereabouts(range=NET, gateway="10.1.0.1", range_start="10.1.0.9")), None, []),
    (
        "IPA206",
        of(host_local(subnet=NET, rangeStart="10.1.0.1", gateway="10.1.0.1")),
        None,
        [(N, "ipam.gateway")],
    ),
    ("IPA206", of(host_local(subnet=NET, gateway="10.1.0.1")), None, []),
    # IPA207
    ("IPA207", of(host_local(subnet=NET)), TWO, [(R, "ipam.type")]),
    ("IPA207", of(host_local(subnet=NET)), ONE, []),
    ("IPA207", of(host_local(subnet=NET)), {"interface": "eth1"}, [(N, "ipam.type")]),
    ("IPA207", of(host_local(subnet=NET)), None, [(N, "ipam.type")]),
    ("IPA207", of(host_local(subnet=NET), kind="bridge"), TWO, []),
    ("IPA207", of(whereabouts(range=NET)), TWO, []),
    (
        "IPA207",
        of(host_local(subnet=NET)),
        {"nodes": [{"name": "one", "interface": "eth1"}, {"name": "two", "interface": "eth2"}]},
        [],
    ),
    (
        "IPA207",
        of(host_local(subnet=NET), master="eth1.5"),
        {**TWO, "interface": "eth1"},
        [(R, "ipam.type")],
    ),
    # IPA208
    (
        "IPA208",
        [
            of(host_local(subnet=NET, rangeEnd="10.1.0.20"), "a"),
            of(host_local(subnet=NET, rangeStart="10.1.0.20"), "b"),
        ],
        None,
        [(E, "b:ipam.subnet")],
    ),
    (
        "IPA208",
        [
            of(host_local(subnet=NET, rangeEnd="10.1.0.20"), "a"),
            of(host_local(subnet=NET, rangeStart="10.1.0.21"), "b"),
        ],
        None,
        [],
    ),
    (
        "IPA208",
        [
            of(host_local(subnet=NET), "a"),
            of(host_local(subnet=NET, rangeEnd="10.1.0.9"), "b"),
            of(host_local(subnet=NET), "c", master="eth2"),
        ],
        None,
        [(E, "a:ipam.subnet")],
    ),
    (
        "IPA208",
        [of(host_local(subnet=NET), "a"), of(host_local(subnet=NET), "b", name="a")],
        None,
        [],
    ),
    (
        "IPA208",
        [
            of(host_local(subnet=NET), "a"),
            of(host_local(subnet=NET, dataDir="/run/x"), "b", name="a"),
        ],
        None,
        [(E, "b:ipam.subnet")],
    ),
    (
        "IPA208",
        [of(whereabouts(range=NET), "a"), of(whereabouts(range="10.1.0.0/16"), "b")],
        None,
        [],
    ),
    (
        "IPA208",
        [
            of(whereabouts(range=NET), "a"),
            of(whereabouts(range="10.1.0.0/16", enable_overlapping_ranges=False), "b"),
        ],
        None,
        [(E, "b:ipam.range")],
    ),
    (
        "IPA208",
        [
            of(whereabouts(range=NET), "a"),
            of(whereabouts(range=NET, enable_overlapping_ranges=False), "b"),
        ],
        None,
        [],
    ),
    (
        "IPA208",
        [of(whereabouts(range=NET), "a"), of(whereabouts(range=NET, network_name="x"), "b")],
        None,
        [(E, "b:ipam.range")],
    ),
    (
        "IPA208",
        [of(host_local(subnet=NET), "a"), of(static("10.1.0.9/24"), "b")],
        None,
        [(E, "b:ipam.addresses.0.address")],
    ),
    ("IPA208", [of(host_local(subnet=NET), "a"), of(static("10.1.0.1/24"), "b")], None, []),
    (
        "IPA208",
        [
            of(host_local(subnet=NET), "a"),
            of(static("10.1.0.9/24"), "b", capabilities={"ips": True}),
        ],
        None,
        [(R, "b:ipam.addresses.0.address")],
    ),
    (
        "IPA208",
        [
            of(host_local(subnet=NET), "a", kind="vlan", vlanId=5),
            of(host_local(subnet=NET), "b", kind="vlan", vlanId=6),
        ],
        None,
        [],
    ),
    (
        "IPA208",
        [
            of(host_local(subnet="10.12.34.0/24"), "a"),
            of(host_local(subnet="10.12.34.0/24"), "b", master="eth2"),
        ],
        {"nodes": [{"name": "one", "interface": "eth1"}, {"name": "two", "interface": "eth2"}]},
        [(E, "b:ipam.subnet")],
    ),
    # IPA209
    *(
        ("IPA209", of(host_local(subnet="10.12.34.0/24", rangeStart="10.12.34.200")), zone, found)
        for zone, found in (
            ({"nodes": [{"name": "one", "addresses": ["10.12.34.201"]}]}, [(E, "ipam.subnet")]),
            ({"nodes": [{"name": "one", "addresses": ["10.12.34.199"]}]}, []),
            ({"reserved": ["10.12.34.0/25", "10.12.34.254"]}, [(E, "ipam.subnet")]),
            ({"reserved": ["10.12.34.0/25", "10.12.34.255"]}, []),
            ({"reserved": ["10.12.34.0/24", "10.12.34.9"]}, [(E, "ipam.subnet")]),
            ({"dhcpScope": ["10.12.34.100-10.12.34.200"]}, [(E, "ipam.subnet")]),
            ({"dhcpScope": ["10.12.34.100-10.12.34.199"]}, []),
            ({"loadBalancerPool": ["10.12.34.240/29"]}, [(E, "ipam.subnet")]),
            ({"gateway": "10.12.34.254"}, [(E, "ipam.subnet")]),
            ({"gateway": "10.12.34.1"}, []),
        )
    ),
    (
        "IPA209",
        of(host_local(subnet="10.12.34.0/24", gateway="10.12.34.254")),
        {"gateway": "10.12.34.254", "reserved": []},
        [(N, "ipam.subnet")],
    ),
    (
        "IPA209",
        of(whereabouts(range="10.12.34.0/24", exclude=["10.12.34.64/26"])),
        {"dhcpScope": ["10.12.34.64-10.12.34.127"]},
        [],
    ),
    # IPA210
    ("IPA210", of(host_local(subnet=NET)), {"podCidr": "10.0.0.0/8"}, [(E, "ipam.subnet")]),
    ("IPA210", of(host_local(subnet=NET)), {"serviceCidr": "10.1.0.128/25"}, [(E, "ipam.subnet")]),
    ("IPA210", of(host_local(subnet=NET)), {"podCidr": "10.2.0.0/16"}, []),
    ("IPA210", of(host_local(subnet="10.244.3.0/24")), {"mtu": 1500}, [(N, "ipam.subnet")]),
    ("IPA210", of(host_local(subnet="10.244.3.0/24")), {"podCidr": "10.2.0.0/16"}, []),
    ("IPA210", of(host_local(subnet="10.244.3.0/24")), None, []),
    # IPA211
    ("IPA211", of(host_local(subnet="10.1.0.0/29")), {"podsPerNode": 6}, [(E, "ipam.subnet")]),
    ("IPA211", of(host_local(subnet="10.1.0.0/29")), {"podsPerNode": 5}, [(R, "ipam.subnet")]),
    ("IPA211", of(host_local(subnet="10.1.0.0/29")), {"podsPerNode": 4}, []),
    (
        "IPA211",
        of(host_local(subnet="10.1.0.0/29")),
        {"podsPerNode": 4} | TWO,
        [(R, "ipam.subnet")],
    ),
    ("IPA211", of(host_local(subnet="10.1.0.0/29"), kind="bridge"), {"podsPerNode": 4} | TWO, []),
    ("IPA211", of(host_local(subnet="10.1.0.0/29")), TWO, [(N, "ipam.subnet")]),
    ("IPA211", of(host_local(subnet=NET)), TWO, []),
    ("IPA211", of(host_local(subnet="10.1.0.0/29")), None, []),
    ("IPA211", of(whereabouts(range="10.1.0.0/29")), {"podsPerNode": 4} | TWO, [(E, "ipam.range")]),
    ("IPA211", of(whereabouts(range="10.1.0.0/29")), {"podsPerNode": 3} | TWO, [(R, "ipam.range")]),
    ("IPA211", of(whereabouts(range="10.1.0.0/29")), {"podsPerNode": 2} | TWO, []),
    (
        "IPA211",
        of(host_local(subnet=NET, rangeStart="10.1.0.1", rangeEnd="10.1.0.1")),
        None,
        [(E, "ipam.subnet")],
    ),
    (
        "IPA211",
        of(sets([{"subnet": NET}, {"subnet": "10.2.0.0/24"}], [{"subnet": V6}])),
        {"podsPerNode": 300},
        [],
    ),
    (
        "IPA211",
        of(sets([{"subnet": NET}], [{"subnet": V6}])),
        {"podsPerNode": 300},
        [(E, "ipam.ranges.0.0.subnet")],
    ),
    # IPA212
    ("IPA212", of(sets([])), None, [(E, "ipam.ranges.0")]),
    ("IPA212", of(sets([{"subnet": NET}, {"subnet": V6}])), None, [(E, "ipam.ranges.0")]),
    ("IPA212", of(sets([{"subnet": NET}], [{"subnet": V6}])), None, []),
    (
        "IPA212",
        of(sets([{"subnet": NET}], [{"subnet": "10.1.0.0/16"}])),
        None,
        [(E, "ipam.ranges.1.0.subnet")],
    ),
    (
        "IPA212",
        of(
            sets(
                [
                    {"subnet": NET, "rangeEnd": "10.1.0.99"},
                    {"subnet": NET, "rangeStart": "10.1.0.100"},
                ]
            )
        ),
        None,
        [],
    ),
    (
        "IPA212",
        of(sets([{"subnet": NET}], [{"subnet": "10.2.0.0/24"}]), cniVersion="0.2.0"),
        None,
        [(E, "cniVersion")],
    ),
    (
        "IPA212",
        of(sets([{"subnet": NET}, {"subnet": "10.2.0.0/24"}]), cniVersion="0.2.0"),
        None,
        [],
    ),
    ("IPA212", of(sets([{"subnet": NET}], [{"subnet": "10.2.0.0/24"}])), None, []),
    ("IPA212", of(static("10.1.0.4/24", "10.1.0.5/24"), cniVersion=""), None, [(E, "cniVersion")]),
    ("IPA212", of(static("10.1.0.4/24", "2001:db8::5/64"), cniVersion=""), None, []),
    # IPA213
    ("IPA213", of(host_local(subnet=NET)), None, [(N, "ipam.dataDir")]),
    ("IPA213", of(host_local(subnet=NET, dataDir="/var/lib/x")), None, [(N, "ipam.dataDir")]),
    ("IPA213", of(host_local(subnet=NET, dataDir="/run/cni")), None, []),
    # IPA214
    ("IPA214", of(whereabouts(range="10.1.0.0/31")), None, [(E, "ipam.range")]),
    ("IPA214", of(whereabouts(range="10.1.0.0/30")), None, []),
    ("IPA214", of(whereabouts(range=NET, range_start="10.2.0.1")), None, [(R, "ipam.range_start")]),
    (
        "IPA214",
        of(whereabouts(range=NET, range_start="10.1.0.9", range_end="10.1.0.5")),
        None,
        [(R, "ipam.range_end")],
    ),
    ("IPA214", of(whereabouts(range=NET, range_start="10.1.0.5", range_end="10.1.0.9")), None, []),
    ("IPA214", of(whereabouts(range="10.1.0.5-10.1.0.9/24")), None, []),
    ("IPA214", of(whereabouts(range="10.2.0.5-10.1.0.9/24")), None, [(E, "ipam.range")]),
    ("IPA214", of(whereabouts(range="10.1.0.9-10.1.0.5/24")), None, [(R, "ipam.range")]),
    (
        "IPA214",
        of(whereabouts(range="10.1.0.5-10.1.0.9/24", range_start="10.1.0.6")),
        None,
        [(R, "ipam.range_start")],
    ),
    ("IPA214", of(whereabouts(range=NET, exclude=["x"])), None, [(E, "ipam.exclude.0")]),
    # Not refused, as the table has it, but dropped: whereabouts v0.9.4 skipExcludedSubnets.
    ("IPA214", of(whereabouts(range=NET, exclude=["10.2.0.0/24"])), None, [(R, "ipam.exclude.0")]),
    ("IPA214", of(whereabouts(range=NET, exclude=["10.1.0.0/28", "10.1.0.99"])), None, []),
    (
        "IPA214",
        of(whereabouts(range=NET, exclude=["10.1.0.0/25", "10.1.0.128/25"])),
        None,
        [(E, "ipam.exclude")],
    ),
    (
        "IPA214",
        of(whereabouts(ipRanges=[{"range": NET}], exclude=["10.1.0.0/28"])),
        None,
        [(R, "ipam.exclude")],
    ),
    ("IPA214", of(whereabouts(range=NET, node_slice_size="/28")), None, []),
    ("IPA214", of(whereabouts(range=NET, node_slice_size=28)), None, [(E, "ipam.node_slice_size")]),
    (
        "IPA214",
        of(whereabouts(range=NET, node_slice_size="/20")),
        None,
        [(E, "ipam.node_slice_size")],
    ),
    ("IPA214", of(whereabouts(range=V6, node_slice_size="/80")), None, [(E, "ipam.range")]),
    (
        "IPA214",
        of(whereabouts(ipRanges=[{"range": NET}, {"range": "10.2.0.0/24"}], node_slice_size="28")),
        None,
        [(E, "ipam.node_slice_size")],
    ),
    (
        "IPA214",
        of(whereabouts(range=NET, node_slice_size="28", range_end="10.1.0.9")),
        None,
        [(R, "ipam.range_end")],
    ),
    # IPA215
    ("IPA215", of({"type": "static"}), None, [(E, "ipam.addresses")]),
    ("IPA215", of({"type": "static"}, capabilities={"ips": True}), None, []),
    ("IPA215", of(static("10.1.0.5/24")), None, [(N, "ipam.addresses")]),
    ("IPA215", of(static("10.1.0.5/24")), {"podsPerNode": 1} | TWO, [(R, "ipam.addresses")]),
    ("IPA215", of(static("10.1.0.5/24")), {"podsPerNode": 1} | ONE, []),
    # IPA216
    ("IPA216", of({"type": "dhcp"}), None, [(N, "ipam.type")]),
    ("IPA216", of(host_local(subnet=NET)), None, []),
    # IPA217
    (
        "IPA217",
        of(whereabouts(range=NET), capabilities={"ips": True}),
        None,
        [(R, "capabilities.ips")],
    ),
    ("IPA217", of(whereabouts(range=NET), capabilities={"mac": True}), None, []),
    (
        "IPA217",
        of(sets([{"subnet": NET}], [{"subnet": V6}]), capabilities={"ips": True}),
        None,
        [(R, "capabilities.ips")],
    ),
    ("IPA217", of(host_local(subnet=NET), capabilities={"ips": True}), None, []),
    # IPA219
    ("IPA219", of(static("10.1.0.5/24", dns={"domain": "x"})), None, [(R, "ipam.dns")]),
    ("IPA219", of(static("10.1.0.5/24", dns={"domain": "x"}), kind="bridge"), None, []),
    (
        "IPA219",
        of(host_local(subnet=NET, resolvConf="/etc/resolv.conf")),
        None,
        [(R, "ipam.resolvConf")],
    ),
    ("IPA219", of(static("10.1.0.5/24", dns={})), None, []),
    # IPA220
    ("IPA220", of(host_local(subnet="127.0.0.0/8")), None, [(E, "ipam.subnet")]),
    ("IPA220", of(host_local(subnet="224.1.0.0/16")), None, [(E, "ipam.subnet")]),
    ("IPA220", of(host_local(subnet="0.1.0.0/16")), None, [(E, "ipam.subnet")]),
    ("IPA220", of(whereabouts(range="ff02::/64")), None, [(E, "ipam.range")]),
    ("IPA220", of(host_local(subnet="128.0.0.0/8")), None, []),
    ("IPA220", of(static("10.1.0.255/24")), None, [(E, "ipam.addresses.0.address")]),
    # The kernel takes the network's own address, and Linux 5.14 and newer answer to it.
    ("IPA220", of(static("10.1.0.0/24")), None, [(R, "ipam.addresses.0.address")]),
    ("IPA220", of(static("10.1.0.255/23", "10.1.0.0/32")), None, []),
]


@pytest.mark.parametrize(
    ("code", "networks", "keys", "found"),
    CASES,
    ids=[f"{index}-{case[0]}" for index, case in enumerate(CASES)],
)
def test_what_each_rule_finds(
    code: str, networks: Network | list[Network], keys: dict[str, Any] | None, found: list[Found]
) -> None:
    alone = isinstance(networks, Network)
    given = [networks] if isinstance(networks, Network) else networks
    seen = [
        (
            finding.severity.value,
            ("" if alone else f"{finding.path[1]}:") + ".".join(map(str, finding.path[2:])),
        )
        for finding in findings(lab(*given, **keys or {}), code)
    ]
    assert seen == found


def test_every_rule_has_both_cases() -> None:
    codes = {code for code in RULES if code.startswith("IPA")}
    assert {code for code, _, _, found in CASES if found} == codes
    assert {code for code, _, _, found in CASES if not found} == codes


def test_a_network_s_own_expectation_stands_in_for_the_zone_s() -> None:
    config = of(host_local(subnet="10.1.0.0/29")).config
    own = network(config, pods_per_node=9)
    assert [one.severity for one in findings(lab(own, podsPerNode=1), "IPA211")] == ["error"]


def test_the_how_to_s_network_has_what_is_known_of_it_and_no_more() -> None:
    written = yaml.safe_load((ROOT / "Pulumi.dev.yaml").read_text())["config"]
    config = {key.removeprefix("multus-lab:"): value for key, value in written.items()}
    found = judge_stack(load(config))
    assert [(one.code, one.severity) for one in found if one.code.startswith("IPA")] == [
        ("IPA207", "risk"),
        ("IPA211", "note"),
        ("IPA213", "note"),
    ]
    assert "21 addresses" in next(one.message for one in found if one.code == "IPA211")


@pytest.mark.parametrize(
    ("ipam", "code"),
    [
        (host_local(subnet=""), "NAD004"),
        (host_local(subnet=None), "NAD010"),
        (host_local(subnet=None, ranges=[[{"subnet": NET}]]), "IPA201"),
        (sets([{"subnet": ""}]), "NAD004"),
        (sets([{"subnet": None}]), "NAD010"),
    ],
)
def test_an_empty_subnet_is_told_once(ipam: dict[str, Any], code: str) -> None:
    assert [one.code for one in findings(lab(of(ipam))) if one.severity == E] == [code]


def many(count: int, *, apart: bool) -> Lab:
    """Networks on 100 segments, which overlap with none or with all others of their segment."""
    first, last = ("200", "220") if apart else ("1", "254")
    ranges = ((f"10.{index >> 8 & 255}.{index & 255}", index) for index in range(count))
    return lab(
        *(
            of(
                host_local(
                    subnet=f"{base}.0/24" if apart else "10.0.0.0/8",
                    rangeStart=f"{base}.{first}",
                    rangeEnd=f"{base if apart else '10.255.255'}.{last}",
                    gateway=f"{base}.1" if apart else "10.255.255.254",
                ),
                f"n{index}",
                master=f"eth{index % 100}",
            )
            for base, index in ranges
        ),
        reserved=["10.12.34.0/25"],
        podCidr="172.16.0.0/16",
        serviceCidr="172.17.0.0/16",
        nodes=[{"name": "one", "addresses": ["10.12.34.1"]}, {"name": "two"}],
    )


def test_overlaps_are_told_once_a_network() -> None:
    found = findings(many(1_000, apart=False), "IPA208")
    assert len(found) == 1_000 - 100
    assert findings(many(1_000, apart=True), "IPA208") == []
