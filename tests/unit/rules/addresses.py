"""Rules IPA: what each catches, and the neighbours that it spares."""

from collections.abc import Mapping, Sequence
from typing import Any

from multus_lab.checks.network import Lab, Network
from tests.unit.rules import Case, E, N, R, lab, network


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

_FOUND: list[tuple[str, Lab, Sequence[tuple[str, str]]]] = [
    # IPA201
    ("IPA201", lab(of(host_local(subnet="10.1.0.7/24"))), [(E, "ipam.subnet")]),
    ("IPA201", lab(of(host_local(subnet=NET))), []),
    ("IPA201", lab(of(host_local(subnet="10.1.0.0/31"))), [(E, "ipam.subnet")]),
    ("IPA201", lab(of(host_local(subnet="10.1.0.0/30"))), []),
    ("IPA201", lab(of(host_local(subnet="2001:db8::/127"))), [(E, "ipam.subnet")]),
    ("IPA201", lab(of(host_local(subnet="2001:db8::/126"))), []),
    ("IPA201", lab(of(host_local(subnet="::ffff:10.1.0.0/120"))), [(E, "ipam.subnet")]),
    ("IPA201", lab(of(host_local(subnet=""))), []),
    ("IPA201", lab(of(host_local(subnet=None))), []),
    ("IPA201", lab(of(host_local(subnet=None, ranges=[[{"subnet": NET}]]))), [(E, "ipam.subnet")]),
    ("IPA201", lab(of(sets([{"subnet": "10.1.0.9/24"}]))), [(E, "ipam.ranges.0.0.subnet")]),
    ("IPA201", lab(of(whereabouts(range="10.1.0.7/24"))), []),
    # IPA202
    ("IPA202", lab(of(host_local(subnet=NET, rangeStart="10.2.0.1"))), [(E, "ipam.rangeStart")]),
    ("IPA202", lab(of(host_local(subnet=NET, rangeEnd="10.1.1.0"))), [(E, "ipam.rangeEnd")]),
    ("IPA202", lab(of(host_local(subnet=NET, rangeStart=V6[:-3] + "1"))), [(E, "ipam.rangeStart")]),
    (
        "IPA202",
        lab(of(host_local(subnet=NET, rangeStart="10.1.0.50", rangeEnd="10.1.0.20"))),
        [(E, "ipam.rangeEnd")],
    ),
    ("IPA202", lab(of(host_local(subnet=NET, rangeStart="10.1.0.20", rangeEnd="10.1.0.20"))), []),
    ("IPA202", lab(of(host_local(subnet=NET, rangeStart="::ffff:10.1.0.9"))), []),
    # host-local v1.9.1 does not refuse this one: it hands out .255, and then 10.1.1.0.
    ("IPA202", lab(of(host_local(subnet=NET, rangeStart="10.1.0.255"))), [(E, "ipam.rangeStart")]),
    ("IPA202", lab(of(host_local(subnet=NET, rangeStart="10.1.0.254"))), []),
    # IPA203
    ("IPA203", lab(of(host_local(subnet=NET, rangeStart="10.1.0.0"))), [(R, "ipam.rangeStart")]),
    ("IPA203", lab(of(host_local(subnet=NET, rangeEnd="10.1.0.255"))), [(R, "ipam.rangeEnd")]),
    ("IPA203", lab(of(host_local(subnet=NET, rangeEnd="10.1.0.254"))), []),
    ("IPA203", lab(of(host_local(subnet=V6, rangeEnd="2001:db8::ffff:ffff:ffff:ffff"))), []),
    # IPA204
    ("IPA204", lab(of(host_local(subnet=NET, gateway="10.2.0.1"))), [(R, "ipam.gateway")]),
    (
        "IPA204",
        lab(of(host_local(subnet=NET, gateway="10.2.0.1", routes=[{"dst": "10.9.0.0/16"}]))),
        [(E, "ipam.gateway")],
    ),
    (
        "IPA204",
        lab(
            of(
                host_local(
                    subnet=NET,
                    gateway="10.2.0.1",
                    routes=[{"dst": "10.9.0.0/16", "gw": "10.1.0.9"}],
                )
            )
        ),
        [(R, "ipam.gateway")],
    ),
    (
        "IPA204",
        lab(
            of(
                host_local(
                    subnet=NET,
                    gateway="10.2.0.1",
                    routes=[
                        {"dst": "10.2.0.1/32", "gw": "0.0.0.0", "scope": 253},
                        {"dst": "10.9.0.0/16"},
                    ],
                )
            )
        ),
        [],
    ),
    # Without link scope the kernel takes no gateway behind it: network is unreachable (rehearsed).
    (
        "IPA204",
        lab(
            of(
                host_local(
                    subnet=NET,
                    gateway="10.2.0.1",
                    routes=[{"dst": "10.2.0.1/32", "gw": "0.0.0.0"}, {"dst": "10.9.0.0/16"}],
                )
            )
        ),
        [(E, "ipam.gateway")],
    ),
    (
        "IPA204",
        lab(of(host_local(subnet=NET, gateway="10.1.0.255", routes=[{"dst": "10.9.0.0/16"}]))),
        [(E, "ipam.gateway")],
    ),
    # The network's own address is a gateway to Linux 5.14 and newer: no error, as the table has it.
    (
        "IPA204",
        lab(of(host_local(subnet=NET, gateway="10.1.0.0", routes=[{"dst": "10.9.0.0/16"}]))),
        [(R, "ipam.gateway")],
    ),
    (
        "IPA204",
        lab(of(host_local(subnet=NET, gateway="0.0.0.0", routes=[{"dst": "10.9.0.0/16"}]))),
        [(R, "ipam.gateway")],
    ),
    ("IPA204", lab(of(host_local(subnet=V6, gateway="fe80::1"))), []),
    ("IPA204", lab(of(host_local(subnet=V6, gateway="2001:db9::1"))), [(R, "ipam.gateway")]),
    (
        "IPA204",
        lab(
            of({"type": "static", "addresses": [{"address": "10.1.0.5/24", "gateway": "10.2.0.1"}]})
        ),
        [(R, "ipam.addresses.0.gateway")],
    ),
    ("IPA204", lab(of(whereabouts(range=NET, gateway="10.2.0.1"))), [(R, "ipam.gateway")]),
    ("IPA204", lab(of(whereabouts(range=NET, gateway="fe80::1"))), []),
    # IPA205
    ("IPA205", lab(of(host_local(subnet=NET))), [(N, "ipam.gateway")]),
    ("IPA205", lab(of(host_local(subnet=NET, gateway="10.1.0.1"))), []),
    (
        "IPA205",
        lab(
            of(host_local(subnet="10.12.34.0/24", routes=[{"dst": "10.9.0.0/16"}])),
            gateway="10.12.34.254",
        ),
        [(R, "ipam.gateway")],
    ),
    (
        "IPA205",
        lab(
            of(host_local(subnet="10.12.34.0/24", routes=[{"dst": "10.9.0.0/16"}])),
            gateway="10.12.34.1",
        ),
        [(N, "ipam.gateway")],
    ),
    # IPA206
    ("IPA206", lab(of(whereabouts(range=NET, gateway="10.1.0.1"))), [(E, "ipam.gateway")]),
    ("IPA206", lab(of(whereabouts(range=NET, gateway="10.1.0.1", exclude=["10.1.0.1/32"]))), []),
    ("IPA206", lab(of(whereabouts(range=NET, gateway="10.1.0.1", exclude=["10.1.0.1"]))), []),
    ("IPA206", lab(of(whereabouts(range=NET, gateway="10.1.0.1", range_start="10.1.0.9"))), []),
    (
        "IPA206",
        lab(of(host_local(subnet=NET, rangeStart="10.1.0.1", gateway="10.1.0.1"))),
        [(N, "ipam.gateway")],
    ),
    ("IPA206", lab(of(host_local(subnet=NET, gateway="10.1.0.1"))), []),
    # IPA207
    ("IPA207", lab(of(host_local(subnet=NET)), **TWO), [(R, "ipam.type")]),
    ("IPA207", lab(of(host_local(subnet=NET)), **ONE), []),
    ("IPA207", lab(of(host_local(subnet=NET)), interface="eth1"), [(N, "ipam.type")]),
    ("IPA207", lab(of(host_local(subnet=NET))), [(N, "ipam.type")]),
    ("IPA207", lab(of(host_local(subnet=NET), kind="bridge"), **TWO), []),
    ("IPA207", lab(of(whereabouts(range=NET)), **TWO), []),
    (
        "IPA207",
        lab(
            of(host_local(subnet=NET)),
            nodes=[{"name": "one", "interface": "eth1"}, {"name": "two", "interface": "eth2"}],
        ),
        [],
    ),
    (
        "IPA207",
        lab(of(host_local(subnet=NET), master="eth1.5"), **TWO, interface="eth1"),
        [(R, "ipam.type")],
    ),
    # IPA208
    (
        "IPA208",
        lab(
            of(host_local(subnet=NET, rangeEnd="10.1.0.20"), "a"),
            of(host_local(subnet=NET, rangeStart="10.1.0.20"), "b"),
        ),
        [(E, "b:ipam.subnet")],
    ),
    (
        "IPA208",
        lab(
            of(host_local(subnet=NET, rangeEnd="10.1.0.20"), "a"),
            of(host_local(subnet=NET, rangeStart="10.1.0.21"), "b"),
        ),
        [],
    ),
    (
        "IPA208",
        lab(
            of(host_local(subnet=NET), "a"),
            of(host_local(subnet=NET, rangeEnd="10.1.0.9"), "b"),
            of(host_local(subnet=NET), "c", master="eth2"),
        ),
        [(E, "a:ipam.subnet")],
    ),
    ("IPA208", lab(of(host_local(subnet=NET), "a"), of(host_local(subnet=NET), "b", name="a")), []),
    (
        "IPA208",
        lab(
            of(host_local(subnet=NET), "a"),
            of(host_local(subnet=NET, dataDir="/run/x"), "b", name="a"),
        ),
        [(E, "b:ipam.subnet")],
    ),
    ("IPA208", lab(of(whereabouts(range=NET), "a"), of(whereabouts(range="10.1.0.0/16"), "b")), []),
    (
        "IPA208",
        lab(
            of(whereabouts(range=NET), "a"),
            of(whereabouts(range="10.1.0.0/16", enable_overlapping_ranges=False), "b"),
        ),
        [(E, "b:ipam.range")],
    ),
    (
        "IPA208",
        lab(
            of(whereabouts(range=NET), "a"),
            of(whereabouts(range=NET, enable_overlapping_ranges=False), "b"),
        ),
        [],
    ),
    (
        "IPA208",
        lab(of(whereabouts(range=NET), "a"), of(whereabouts(range=NET, network_name="x"), "b")),
        [(E, "b:ipam.range")],
    ),
    (
        "IPA208",
        lab(of(host_local(subnet=NET), "a"), of(static("10.1.0.9/24"), "b")),
        [(E, "b:ipam.addresses.0.address")],
    ),
    ("IPA208", lab(of(host_local(subnet=NET), "a"), of(static("10.1.0.1/24"), "b")), []),
    (
        "IPA208",
        lab(
            of(host_local(subnet=NET), "a"),
            of(static("10.1.0.9/24"), "b", capabilities={"ips": True}),
        ),
        [(R, "b:ipam.addresses.0.address")],
    ),
    (
        "IPA208",
        lab(
            of(host_local(subnet=NET), "a", kind="vlan", vlanId=5),
            of(host_local(subnet=NET), "b", kind="vlan", vlanId=6),
        ),
        [],
    ),
    (
        "IPA208",
        lab(
            of(host_local(subnet="10.12.34.0/24"), "a"),
            of(host_local(subnet="10.12.34.0/24"), "b", master="eth2"),
            nodes=[{"name": "one", "interface": "eth1"}, {"name": "two", "interface": "eth2"}],
        ),
        [(E, "b:ipam.subnet")],
    ),
    # IPA209
    *(
        (
            "IPA209",
            lab(of(host_local(subnet="10.12.34.0/24", rangeStart="10.12.34.200")), **zone),
            found,
        )
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
        lab(
            of(host_local(subnet="10.12.34.0/24", gateway="10.12.34.254")),
            gateway="10.12.34.254",
            reserved=[],
        ),
        [(N, "ipam.subnet")],
    ),
    (
        "IPA209",
        lab(
            of(whereabouts(range="10.12.34.0/24", exclude=["10.12.34.64/26"])),
            dhcpScope=["10.12.34.64-10.12.34.127"],
        ),
        [],
    ),
    # IPA210
    ("IPA210", lab(of(host_local(subnet=NET)), podCidr="10.0.0.0/8"), [(E, "ipam.subnet")]),
    ("IPA210", lab(of(host_local(subnet=NET)), serviceCidr="10.1.0.128/25"), [(E, "ipam.subnet")]),
    ("IPA210", lab(of(host_local(subnet=NET)), podCidr="10.2.0.0/16"), []),
    ("IPA210", lab(of(host_local(subnet="10.244.3.0/24")), mtu=1500), [(N, "ipam.subnet")]),
    ("IPA210", lab(of(host_local(subnet="10.244.3.0/24")), podCidr="10.2.0.0/16"), []),
    ("IPA210", lab(of(host_local(subnet="10.244.3.0/24"))), []),
    # IPA211
    ("IPA211", lab(of(host_local(subnet="10.1.0.0/29")), podsPerNode=6), [(E, "ipam.subnet")]),
    ("IPA211", lab(of(host_local(subnet="10.1.0.0/29")), podsPerNode=5), [(R, "ipam.subnet")]),
    ("IPA211", lab(of(host_local(subnet="10.1.0.0/29")), podsPerNode=4), []),
    (
        "IPA211",
        lab(of(host_local(subnet="10.1.0.0/29")), **{"podsPerNode": 4} | TWO),
        [(R, "ipam.subnet")],
    ),
    (
        "IPA211",
        lab(of(host_local(subnet="10.1.0.0/29"), kind="bridge"), **{"podsPerNode": 4} | TWO),
        [],
    ),
    ("IPA211", lab(of(host_local(subnet="10.1.0.0/29")), **TWO), [(N, "ipam.subnet")]),
    ("IPA211", lab(of(host_local(subnet=NET)), **TWO), []),
    ("IPA211", lab(of(host_local(subnet="10.1.0.0/29"))), []),
    (
        "IPA211",
        lab(of(whereabouts(range="10.1.0.0/29")), **{"podsPerNode": 4} | TWO),
        [(E, "ipam.range")],
    ),
    (
        "IPA211",
        lab(of(whereabouts(range="10.1.0.0/29")), **{"podsPerNode": 3} | TWO),
        [(R, "ipam.range")],
    ),
    ("IPA211", lab(of(whereabouts(range="10.1.0.0/29")), **{"podsPerNode": 2} | TWO), []),
    (
        "IPA211",
        lab(of(host_local(subnet=NET, rangeStart="10.1.0.1", rangeEnd="10.1.0.1"))),
        [(E, "ipam.subnet")],
    ),
    (
        "IPA211",
        lab(
            of(sets([{"subnet": NET}, {"subnet": "10.2.0.0/24"}], [{"subnet": V6}])),
            podsPerNode=300,
        ),
        [],
    ),
    (
        "IPA211",
        lab(of(sets([{"subnet": NET}], [{"subnet": V6}])), podsPerNode=300),
        [(E, "ipam.ranges.0.0.subnet")],
    ),
    # IPA212
    ("IPA212", lab(of(sets([]))), [(E, "ipam.ranges.0")]),
    ("IPA212", lab(of(sets([{"subnet": NET}, {"subnet": V6}]))), [(E, "ipam.ranges.0")]),
    ("IPA212", lab(of(sets([{"subnet": NET}], [{"subnet": V6}]))), []),
    (
        "IPA212",
        lab(of(sets([{"subnet": NET}], [{"subnet": "10.1.0.0/16"}]))),
        [(E, "ipam.ranges.1.0.subnet")],
    ),
    (
        "IPA212",
        lab(
            of(
                sets(
                    [
                        {"subnet": NET, "rangeEnd": "10.1.0.99"},
                        {"subnet": NET, "rangeStart": "10.1.0.100"},
                    ]
                )
            )
        ),
        [],
    ),
    (
        "IPA212",
        lab(of(sets([{"subnet": NET}], [{"subnet": "10.2.0.0/24"}]), cniVersion="0.2.0")),
        [(E, "cniVersion")],
    ),
    ("IPA212", lab(of(sets([{"subnet": NET}, {"subnet": "10.2.0.0/24"}]), cniVersion="0.2.0")), []),
    ("IPA212", lab(of(sets([{"subnet": NET}], [{"subnet": "10.2.0.0/24"}]))), []),
    ("IPA212", lab(of(static("10.1.0.4/24", "10.1.0.5/24"), cniVersion="")), [(E, "cniVersion")]),
    ("IPA212", lab(of(static("10.1.0.4/24", "2001:db8::5/64"), cniVersion="")), []),
    # IPA213
    ("IPA213", lab(of(host_local(subnet=NET))), [(N, "ipam.dataDir")]),
    ("IPA213", lab(of(host_local(subnet=NET, dataDir="/var/lib/x"))), [(N, "ipam.dataDir")]),
    ("IPA213", lab(of(host_local(subnet=NET, dataDir="/run/cni"))), []),
    # IPA214
    ("IPA214", lab(of(whereabouts(range="10.1.0.0/31"))), [(E, "ipam.range")]),
    ("IPA214", lab(of(whereabouts(range="10.1.0.0/30"))), []),
    ("IPA214", lab(of(whereabouts(range=NET, range_start="10.2.0.1"))), [(R, "ipam.range_start")]),
    (
        "IPA214",
        lab(of(whereabouts(range=NET, range_start="10.1.0.9", range_end="10.1.0.5"))),
        [(R, "ipam.range_end")],
    ),
    ("IPA214", lab(of(whereabouts(range=NET, range_start="10.1.0.5", range_end="10.1.0.9"))), []),
    ("IPA214", lab(of(whereabouts(range="10.1.0.5-10.1.0.9/24"))), []),
    ("IPA214", lab(of(whereabouts(range="10.2.0.5-10.1.0.9/24"))), [(E, "ipam.range")]),
    ("IPA214", lab(of(whereabouts(range="10.1.0.9-10.1.0.5/24"))), [(R, "ipam.range")]),
    (
        "IPA214",
        lab(of(whereabouts(range="10.1.0.5-10.1.0.9/24", range_start="10.1.0.6"))),
        [(R, "ipam.range_start")],
    ),
    ("IPA214", lab(of(whereabouts(range=NET, exclude=["x"]))), [(E, "ipam.exclude.0")]),
    # Not refused, as the table has it, but dropped: whereabouts v0.9.4 skipExcludedSubnets.
    ("IPA214", lab(of(whereabouts(range=NET, exclude=["10.2.0.0/24"]))), [(R, "ipam.exclude.0")]),
    ("IPA214", lab(of(whereabouts(range=NET, exclude=["10.1.0.0/28", "10.1.0.99"]))), []),
    (
        "IPA214",
        lab(of(whereabouts(range=NET, exclude=["10.1.0.0/25", "10.1.0.128/25"]))),
        [(E, "ipam.exclude")],
    ),
    (
        "IPA214",
        lab(of(whereabouts(ipRanges=[{"range": NET}], exclude=["10.1.0.0/28"]))),
        [(R, "ipam.exclude")],
    ),
    ("IPA214", lab(of(whereabouts(range=NET, node_slice_size="/28"))), []),
    ("IPA214", lab(of(whereabouts(range=NET, node_slice_size=28))), [(E, "ipam.node_slice_size")]),
    (
        "IPA214",
        lab(of(whereabouts(range=NET, node_slice_size="/20"))),
        [(E, "ipam.node_slice_size")],
    ),
    ("IPA214", lab(of(whereabouts(range=V6, node_slice_size="/80"))), [(E, "ipam.range")]),
    (
        "IPA214",
        lab(
            of(
                whereabouts(
                    ipRanges=[{"range": NET}, {"range": "10.2.0.0/24"}], node_slice_size="28"
                )
            )
        ),
        [(E, "ipam.node_slice_size")],
    ),
    (
        "IPA214",
        lab(of(whereabouts(range=NET, node_slice_size="28", range_end="10.1.0.9"))),
        [(R, "ipam.range_end")],
    ),
    # IPA215
    ("IPA215", lab(of({"type": "static"})), [(E, "ipam.addresses")]),
    ("IPA215", lab(of({"type": "static"}, capabilities={"ips": True})), []),
    ("IPA215", lab(of(static("10.1.0.5/24"))), [(N, "ipam.addresses")]),
    ("IPA215", lab(of(static("10.1.0.5/24")), **{"podsPerNode": 1} | TWO), [(R, "ipam.addresses")]),
    ("IPA215", lab(of(static("10.1.0.5/24")), **{"podsPerNode": 1} | ONE), []),
    # IPA216
    ("IPA216", lab(of({"type": "dhcp"})), [(N, "ipam.type")]),
    ("IPA216", lab(of(host_local(subnet=NET))), []),
    # IPA217
    (
        "IPA217",
        lab(of(whereabouts(range=NET), capabilities={"ips": True})),
        [(R, "capabilities.ips")],
    ),
    ("IPA217", lab(of(whereabouts(range=NET), capabilities={"mac": True})), []),
    (
        "IPA217",
        lab(of(sets([{"subnet": NET}], [{"subnet": V6}]), capabilities={"ips": True})),
        [(R, "capabilities.ips")],
    ),
    ("IPA217", lab(of(host_local(subnet=NET), capabilities={"ips": True})), []),
    # IPA219
    ("IPA219", lab(of(static("10.1.0.5/24", dns={"domain": "x"}))), [(R, "ipam.dns")]),
    ("IPA219", lab(of(static("10.1.0.5/24", dns={"domain": "x"}), kind="bridge")), []),
    (
        "IPA219",
        lab(of(host_local(subnet=NET, resolvConf="/etc/resolv.conf"))),
        [(R, "ipam.resolvConf")],
    ),
    ("IPA219", lab(of(static("10.1.0.5/24", dns={}))), []),
    # IPA220
    ("IPA220", lab(of(host_local(subnet="127.0.0.0/8"))), [(E, "ipam.subnet")]),
    ("IPA220", lab(of(host_local(subnet="224.1.0.0/16"))), [(E, "ipam.subnet")]),
    # Linux 5.3 and newer use it as any other (rehearsed).
    ("IPA220", lab(of(host_local(subnet="0.1.0.0/16"))), [(R, "ipam.subnet")]),
    ("IPA220", lab(of(whereabouts(range="ff02::/64"))), [(E, "ipam.range")]),
    ("IPA220", lab(of(host_local(subnet="128.0.0.0/8"))), []),
    ("IPA220", lab(of(static("10.1.0.255/24"))), [(E, "ipam.addresses.0.address")]),
    # The kernel takes the network's own address, and Linux 5.14 and newer answer to it.
    ("IPA220", lab(of(static("10.1.0.0/24"))), [(R, "ipam.addresses.0.address")]),
    ("IPA220", lab(of(static("10.1.0.255/23", "10.1.0.0/32"))), []),
]

CASES = [Case(code, "", one, found) for code, one, found in _FOUND]
