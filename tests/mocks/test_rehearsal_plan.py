"""What is set up for a rehearsal: nodes and their links, gateways, and pods."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from multus_lab.attachment import RESOURCE
from multus_lab.checks.network import Network
from multus_lab.rehearsal.plan import Plan
from tests.unit.cases import cases
from tests.unit.rules import HOST_LOCAL, chain, lab, macvlan, network, plugin

NODES = [{"name": "a"}, {"name": "b"}]
WHEREABOUTS = {"type": "whereabouts", "range": "10.12.34.0/24", "range_end": "10.12.34.99"}


def plan(*networks: Network, pods: int = 2, **keys: Any) -> Plan:
    """The plan of networks, in the zone and the cluster that `keys` are of, where there are any."""
    given = lab(*networks, **keys)
    return Plan.of(networks, given.zone, pods, given.cluster)


def pool(**keys: Any) -> Network:
    """A macvlan network with the keys in its pool; None takes one out."""
    ipam = {key: value for key, value in {**HOST_LOCAL, **keys}.items() if value is not None}
    return macvlan(ipam=ipam)


def static(*addresses: Mapping[str, str], **keys: Any) -> Network:
    return macvlan(ipam={"type": "static", "addresses": list(addresses), **keys})


# --- nodes and links ------------------------------------------------------------------------------


def test_manifests_get_two_nodes() -> None:
    nodes = plan(macvlan()).nodes
    assert [(one.name, one.address, one.subnet) for one in nodes] == [
        ("node1", "198.18.0.1/16", "10.244.0.0/24"),
        ("node2", "198.18.0.2/16", "10.244.1.0/24"),
    ]


def test_a_stack_gets_its_zone_s_nodes() -> None:
    assert [one.name for one in plan(macvlan(), nodes=NODES).nodes] == ["a", "b"]


class Linked(NamedTuple):
    """Networks and a zone, and the links of its first and its second node."""

    name: str
    networks: Sequence[Network]
    zone: Mapping[str, Any]
    first: Sequence[tuple[str, str, int]]
    second: Sequence[tuple[str, str, int]] | None = None


ETH1, ETH2 = ("eth1", "segment1", 1500), ("eth2", "segment2", 1500)
IN_ZONE = ("eth1", "zone", 1500)

LINKED = [
    Linked("what a network asks for", [macvlan()], {}, [ETH1]),
    Linked("what two ask for", [macvlan("a"), macvlan("b", master="eth2")], {}, [ETH1, ETH2]),
    Linked("one that two ask for", [macvlan("a"), macvlan("b")], {}, [ETH1]),
    Linked("a key in another case", [macvlan(master=None, Master="eth1")], {}, [ETH1]),
    Linked("host-device's", [plugin("host-device", device="eth1")], {}, [ETH1]),
    Linked("none for a bridge", [plugin("bridge", bridge="br0")], {}, []),
    Linked("none without master", [macvlan(master=None)], {}, []),
    Linked("none for a master in the pod", [macvlan(master="eth0", linkInContainer=True)], {}, []),
    Linked("none that is there already", [macvlan("a", master="eth0")], {}, []),
    *(
        Linked(f"none that can't be: {name!r}", [macvlan(master=name)], {}, [])
        for name in ("lo", "ens33:1", "a/b", "e" * 16, "..", "a b", "é" * 8)
    ),
    Linked("the zone's", [macvlan()], {"interface": "eth1", "mtu": 9000}, [("eth1", "zone", 9000)]),
    Linked("the zone's, though none asks", [], {"interface": "eth1"}, [IN_ZONE]),
    Linked(
        "the zone's alone, where another is asked for",
        [macvlan(master="eth2")],
        {"interface": "eth1"},
        [IN_ZONE],
    ),
    Linked(
        "a VLAN of the zone's, with its MTU",
        [macvlan(master="eth1.5")],
        {"interface": "eth1", "mtu": 1400},
        [("eth1", "zone", 1400), ("eth1.5", "segment2", 1400)],
    ),
    Linked(
        "each node's own",
        [macvlan()],
        {"nodes": [{"name": "a", "interface": "eth1", "mtu": 9000}, {"name": "b"}], "mtu": 1450},
        [("eth1", "zone", 9000)],
        [("eth1", "zone", 1500)],
    ),
    Linked(
        "nodes that differ",
        [macvlan()],
        {"nodes": [{"name": "a"}, {"name": "b", "interface": "ens5"}], "interface": "eth1"},
        [IN_ZONE],
        [("ens5", "zone", 1500)],
    ),
]


@cases("case", LINKED, ids=lambda case: case.name)
def test_links(case: Linked) -> None:
    first, second = plan(*case.networks, **case.zone).nodes
    assert [(one.name, one.segment, one.mtu) for one in first.links] == case.first
    expected = case.first if case.second is None else case.second
    assert [(one.name, one.segment, one.mtu) for one in second.links] == expected


def test_every_link_leads_into_a_segment() -> None:
    for case in LINKED:
        made = plan(*case.networks, **case.zone)
        segments = {one.name for one in made.segments}
        assert {link.segment for node in made.nodes for link in node.links} <= segments


def test_a_bridge_s_port_is_one_on_every_node() -> None:
    made = plan(macvlan(), interface="eth1", bridgePorts=["eth1"], nodes=NODES)
    assert [link.port for node in made.nodes for link in node.links] == [True, True]
    assert not any(link.port for node in plan(macvlan()).nodes for link in node.links)


# --- what answers on the segment ------------------------------------------------------------------

TOLD = {"interface": "eth1", "gateway": "10.12.34.1"}
GATEWAYS: list[tuple[str, Network, Mapping[str, Any], list[str]]] = [
    ("written", macvlan(), {}, ["10.12.34.254/24"]),
    ("host-local's own choice", pool(gateway=None), {}, []),
    ("whereabouts'", macvlan(ipam={**WHEREABOUTS, "gateway": "10.12.34.1"}), {}, ["10.12.34.1/24"]),
    ("static's", static({"address": "10.9.0.5/16", "gateway": "10.9.0.1"}), {}, ["10.9.0.1/16"]),
    ("outside", pool(gateway="10.9.9.9"), {}, []),
    ("the broadcast address", pool(gateway="10.12.34.255"), {}, []),
    ("the network's address", pool(gateway="10.12.34.0"), {}, []),
    ("0.0.0.0", pool(gateway="0.0.0.0"), {}, []),
    (
        "a route's",
        pool(routes=[{"dst": "10.9.0.0/16", "gw": "10.12.34.7"}]),
        {},
        ["10.12.34.254/24", "10.12.34.7/24"],
    ),
    (
        "a route's that pods get",
        pool(routes=[{"dst": "10.9.0.0/16", "gw": "10.12.34.200"}]),
        {},
        ["10.12.34.254/24"],
    ),
    (
        "a route's outside",
        pool(routes=[{"dst": "10.9.0.0/16", "gw": "10.9.9.9"}]),
        {},
        ["10.12.34.254/24"],
    ),
    ("the zone's", macvlan(ipam=None), TOLD, ["10.12.34.1/24"]),
    ("the zone's in place of another", macvlan(), TOLD, ["10.12.34.1/24"]),
    ("the zone's, by the network", macvlan(), {"gateway": "10.12.34.1"}, ["10.12.34.1/24"]),
    (
        "the zone's not, on another segment",
        pool(subnet="10.9.0.0/24", rangeStart=None, rangeEnd=None, gateway=None),
        {"gateway": "10.12.34.1"},
        [],
    ),
    (
        "the zone's, and another subnet's",
        static({"address": "10.9.0.5/16", "gateway": "10.9.0.1"}),
        TOLD,
        ["10.12.34.1/24", "10.9.0.1/16"],
    ),
]


@cases(
    ("given", "keys", "expected"),
    [case[1:] for case in GATEWAYS],
    ids=[case[0] for case in GATEWAYS],
)
def test_gateways(given: Network, keys: Mapping[str, Any], expected: list[str]) -> None:
    (segment,) = plan(given, **keys).segments
    assert segment.gateways == expected


def test_each_segment_has_its_own_gateways() -> None:
    other = static({"address": "10.9.0.5/16", "gateway": "10.9.0.1"})
    other = replace(other, name="b", config={**other.config, "master": "eth2"})
    assert [one.gateways for one in plan(macvlan("a"), other).segments] == [
        ["10.12.34.254/24"],
        ["10.9.0.1/16"],
    ]


ASKED: list[tuple[str, Network, Mapping[str, Any], list[str]]] = [
    ("its own", macvlan(), {}, ["10.12.34.254"]),
    ("outside of its subnet too", pool(gateway="10.9.9.9"), {}, ["10.9.9.9"]),
    ("none", pool(gateway=None), {}, []),
    ("the zone's where it tells none", pool(gateway=None), TOLD, ["10.12.34.1"]),
    ("its own in place of the zone's", macvlan(), TOLD, ["10.12.34.254"]),
    (
        "a route's too",
        pool(routes=[{"dst": "10.9.0.0/16", "gw": "10.12.34.7"}]),
        {},
        ["10.12.34.254", "10.12.34.7"],
    ),
    (
        "no route's that is on-link",
        pool(routes=[{"dst": "10.9.0.0/16", "gw": "0.0.0.0"}]),
        {},
        ["10.12.34.254"],
    ),
    ("none of each interface", static({"address": "fd00::5/64", "gateway": "fe80::1"}), {}, []),
    ("none where there is no segment", plugin("bridge", ipam=HOST_LOCAL), {}, []),
]


@cases(("given", "keys", "expected"), [case[1:] for case in ASKED], ids=[case[0] for case in ASKED])
def test_the_gateways_that_pods_ask(
    given: Network, keys: Mapping[str, Any], expected: list[str]
) -> None:
    assert {tuple(pod.asks) for pod in plan(given, **keys).pods} == {tuple(expected)}


# --- the nodes' own addresses ---------------------------------------------------------------------

SPARE: list[tuple[str, list[Network], Mapping[str, Any], list[list[str]]]] = [
    ("the last ones", [macvlan()], {}, [["10.12.34.253/24"], ["10.12.34.252/24"]]),
    (
        "none that is the gateway's",
        [pool(gateway="10.12.34.253")],
        {},
        [["10.12.34.254/24"], ["10.12.34.252/24"]],
    ),
    (
        "none that pods get",
        [pool(rangeEnd="10.12.34.253")],
        {},
        [["10.12.34.199/24"], ["10.12.34.198/24"]],
    ),
    (
        "none that another network's pods get",
        [
            macvlan("a"),
            macvlan(
                "b", ipam={**HOST_LOCAL, "rangeStart": "10.12.34.221", "rangeEnd": "10.12.34.253"}
            ),
        ],
        {},
        [["10.12.34.199/24"], ["10.12.34.198/24"]],
    ),
    (
        "none that a route has",
        [pool(routes=[{"dst": "10.9.0.0/16", "gw": "10.12.34.253"}])],
        {},
        [["10.12.34.252/24"], ["10.12.34.251/24"]],
    ),
    (
        "none that is reserved",
        [macvlan()],
        {"reserved": ["10.12.34.240-10.12.34.253"]},
        [["10.12.34.239/24"], ["10.12.34.238/24"]],
    ),
    (
        "none of DHCP and load balancers",
        [macvlan()],
        {"dhcpScope": ["10.12.34.253"], "loadBalancerPool": ["10.12.34.252"]},
        [["10.12.34.251/24"], ["10.12.34.250/24"]],
    ),
    (
        "those that the zone tells",
        [macvlan()],
        {
            "nodes": [
                {"name": "a", "addresses": ["10.12.34.9", "172.27.0.1"]},
                {"name": "b", "addresses": ["10.12.34.10"]},
            ]
        },
        [["10.12.34.9/24"], ["10.12.34.10/24"]],
    ),
    (
        "none that is told of another node",
        [macvlan()],
        {"nodes": [{"name": "a"}, {"name": "b", "addresses": ["10.12.34.253"]}]},
        [["10.12.34.252/24"], ["10.12.34.253/24"]],
    ),
    (
        "none where pods get all",
        [macvlan(ipam={"type": "host-local", "subnet": "10.12.34.0/24"})],
        {},
        [[], []],
    ),
    (
        "too few",
        [macvlan(ipam={"type": "host-local", "subnet": "10.12.34.0/29", "rangeEnd": "10.12.34.5"})],
        {},
        [["10.12.34.6/29"], []],
    ),
    (
        "none of IPv6",
        [macvlan(ipam={"type": "host-local", "subnet": "fd00::/64", "rangeEnd": "fd00::9"})],
        {},
        [[], []],
    ),
    (
        "one in a subnet of two networks",
        [macvlan("a"), macvlan("b")],
        {},
        [["10.12.34.253/24"], ["10.12.34.252/24"]],
    ),
]


@cases(
    ("networks", "keys", "expected"), [case[1:] for case in SPARE], ids=[case[0] for case in SPARE]
)
def test_a_node_s_addresses(
    networks: list[Network], keys: Mapping[str, Any], expected: list[list[str]]
) -> None:
    nodes = plan(*networks, **keys).nodes
    assert [[one for link in node.links for one in link.addresses] for node in nodes] == expected


def test_the_first_pod_of_a_node_asks_for_its_node() -> None:
    asked = {pod.name: pod.node_addresses for pod in plan(macvlan()).pods}
    assert asked == {
        "lab-node1-1": ["10.12.34.253"],
        "lab-node1-2": [],
        "lab-node2-1": ["10.12.34.252"],
        "lab-node2-2": [],
    }


# --- pods -----------------------------------------------------------------------------------------

COUNTED: list[tuple[str, Network, Mapping[str, Any], list[int]]] = [
    ("as many as asked for", macvlan(), {}, [3, 3]),
    ("as many as the zone expects", macvlan(), {"podsPerNode": 1}, [1, 1]),
    ("no more than asked for", macvlan(), {"podsPerNode": 9}, [3, 3]),
    (
        "as many as the network expects",
        network(macvlan().config, pods_per_node=2),
        {"podsPerNode": 1},
        [2, 2],
    ),
    ("where none are expected", macvlan(), {"podsPerNode": 0}, [3, 3]),
    ("one to a device", plugin("host-device", device="eth1"), {}, [1, 1]),
    ("one to a VLAN", plugin("vlan", master="eth1", vlanId=5, ipam=HOST_LOCAL), {}, [1, 1]),
    (
        "where a resource is",
        network(macvlan().config, annotations={RESOURCE: "lab/eth1"}),
        {"nodes": [{"name": "a", "interface": "ens5"}, {"name": "b", "interface": "eth1"}]},
        [0, 3],
    ),
    (
        "none where none are scheduled",
        macvlan(),
        {"nodes": [{"name": "a", "schedulable": False}, {"name": "b"}]},
        [0, 3],
    ),
]


@cases(
    ("given", "keys", "expected"), [case[1:] for case in COUNTED], ids=[case[0] for case in COUNTED]
)
def test_pods_of_a_node(given: Network, keys: Mapping[str, Any], expected: list[int]) -> None:
    made = plan(given, pods=3, **keys)
    nodes = [pod.node for pod in made.pods]
    assert [nodes.count(node.name) for node in made.nodes] == expected


def test_pods_are_named_after_network_and_node() -> None:
    nodes = [{"name": "worker01.lab.example"}]
    names = [pod.name for pod in plan(macvlan("zone"), nodes=nodes).pods]
    assert names == ["zone-worker01.lab.example-1", "zone-worker01.lab.example-2"]


def test_networks_of_one_name_have_pods_of_their_own() -> None:
    one, other = network(macvlan().config, "lab", "one"), network(macvlan().config, "lab", "two")
    names = [pod.name for pod in plan(one, other, pods=1).pods]
    assert names == ["one.lab-node1-1", "one.lab-node2-1", "two.lab-node1-1", "two.lab-node2-1"]


def test_a_pod_s_name_fits_the_api() -> None:
    made = plan(macvlan("a" * 199 + "." + "b" * 53), pods=1, nodes=[{"name": "n" * 39 + ".lab"}])
    assert [pod.name for pod in made.pods] == [f"{'a' * 199}-{'n' * 39}-1"]


def test_pods_ask_for_their_network() -> None:
    (pod, _) = plan(network(macvlan().config, "lab", "storage"), pods=1).pods
    assert (pod.annotation, pod.namespace, pod.network) == ("storage/lab", "storage", "storage/lab")


@cases(
    ("given", "ends"),
    [
        (macvlan(master="eth0"), ""),
        (plugin("bridge"), "node"),
        (plugin("ptp"), "node"),
        (chain({"type": "bridge"}, {"type": "firewall"}), "node"),
        (plugin("dummy"), "pod"),
        (chain({"type": "tap"}, {"type": "firewall"}), "pod"),
        (network({}), "node"),
    ],
    ids=["macvlan", "bridge", "ptp", "bridge, firewall", "dummy", "tap, firewall", "nothing"],
)
def test_where_a_network_ends(given: Network, ends: str) -> None:
    assert {pod.ends for pod in plan(given).pods} == {ends}


GW = {"routes": [{"dst": "10.9.0.0/16", "gw": "10.8.0.254"}]}
V6 = {"routes": [{"dst": "fd09::/64", "gw": "fd08::1"}]}
ON_LINK = {"routes": [{"dst": "10.9.0.0/16", "gw": "0.0.0.0"}]}
IN_RANGE = {"routes": [{"dst": "10.9.0.0/16", "gw": "10.12.34.253"}]}

ASKING: list[tuple[str, Network, Mapping[str, Any], Sequence[str]]] = [
    ("of the documentation", static(), {}, ["192.0.2.254/24", "192.0.2.253/24"]),
    ("of the gateway's subnet", static(**GW), {}, ["10.8.0.253/24", "10.8.0.252/24"]),
    (
        "of the gateway's subnet of IPv6",
        static(**V6),
        {},
        ["fd08::ffff:ffff:ffff:fffe/64", "fd08::ffff:ffff:ffff:fffd/64"],
    ),
    ("of no gateway's", static(**ON_LINK), {}, ["192.0.2.254/24", "192.0.2.253/24"]),
    (
        "of the zone, but for what is its own",
        static(),
        {
            "gateway": "10.12.34.254",
            "reserved": ["10.12.34.252"],
            "nodes": [{"name": "a", "addresses": ["10.12.34.251"]}, {"name": "b"}],
        },
        ["10.12.34.253/24", "10.12.34.250/24"],
    ),
    (
        "of the zone, where the gateway is in it",
        static(**IN_RANGE),
        {"range": ["10.7.0.0/16", "10.12.34.0/24"]},
        ["10.12.34.254/24", "10.12.34.252/24"],
    ),
    (
        "of a gateway beyond the zone",
        static(**GW),
        {"gateway": "10.12.34.1"},
        ["10.8.0.253/24", "10.8.0.252/24"],
    ),
    (
        "with the capability too",
        macvlan(ipam={"type": "static"}, capabilities={"ips": True}),
        {},
        ["192.0.2.254/24", "192.0.2.253/24"],
    ),
    (
        "in a zone too small for both",
        static(),
        {"range": "10.7.0.0/30", "gateway": "10.7.0.1"},
        ["10.7.0.2/30"],
    ),
]


@cases(("given", "inventory", "asked"), [one[1:] for one in ASKING], ids=[one[0] for one in ASKING])
def test_pods_ask_for_an_address_each_where_the_network_has_none(
    given: Network, inventory: Mapping[str, Any], asked: Sequence[str]
) -> None:
    pods = plan(given, pods=1, **inventory).pods
    assert [one for pod in pods for one in pod.ips] == asked
    selections = [json.loads(pod.annotation) for pod in pods]
    assert selections == [
        [{"name": "lab", "namespace": "default", "ips": list(pod.ips)}] for pod in pods
    ]


@cases(
    "given",
    [
        macvlan(),
        static({"address": "10.9.0.7/24"}),
        static({}),
        macvlan(ipam={"type": "static"}, runtimeConfig={"ips": ["10.9.0.7/24"]}),
        macvlan(ipam={"type": "static"}, args={"cni": {"ips": ["10.9.0.7/24"]}}),
        macvlan(ipam=WHEREABOUTS),
        macvlan(ipam=None),
    ],
    ids=["host-local", "static", "no address", "runtimeConfig", "args", "whereabouts", "layer 2"],
)
def test_pods_ask_for_no_address_where_they_get_one_anyway(given: Network) -> None:
    assert not any(pod.ips for pod in plan(given).pods)


def test_what_pods_ask_for_is_nobody_else_s() -> None:
    taken = pool(subnet="10.8.0.0/24", gateway=None, rangeStart="10.8.0.240", rangeEnd="10.8.0.250")
    one, other = network(static(**GW).config, "a"), network(static(**GW).config, "b")
    made = plan(taken, one, other, pods=2)
    nodes = [address for node in made.nodes for link in node.links for address in link.addresses]
    asked = [address for pod in made.pods for address in pod.ips]
    assert len({*nodes, *asked, "10.8.0.254/24"}) == len(nodes) + len(asked) + 1
    assert not {f"10.8.0.{last}/24" for last in range(240, 251)} & set(asked)


def test_the_gateway_answers_pods_that_ask_for_their_addresses() -> None:
    made = plan(static(**GW), pods=1)
    assert [segment.gateways for segment in made.segments] == [["10.8.0.254/24"]]
    assert {tuple(pod.asks) for pod in made.pods} == {("10.8.0.254",)}


# --- what is left out, and the cluster around -----------------------------------------------------

UNBUILT = "the plugin {} is not among those that are built here"
LEFT_OUT: list[tuple[Network, str]] = [
    (
        macvlan(ipam={"type": "dhcp"}),
        "its addresses come from a DHCP server, and there is none here",
    ),
    (plugin("ovs"), UNBUILT.format("ovs")),
    (chain({"type": "macvlan"}, {"type": "route-override"}), UNBUILT.format("route-override")),
    (macvlan(ipam={"type": "spiderpool"}), UNBUILT.format("spiderpool")),
    (
        network({"type": "host-device"}, annotations={RESOURCE: "lab/eth1"}),
        "its device comes from a device plugin, and there is none here",
    ),
    (
        macvlan(linkInContainer=True),
        "its master eth1 is an interface of pods that have other networks too",
    ),
]


@cases(
    ("networks", "pools"),
    [
        ([macvlan(ipam=WHEREABOUTS)], []),
        ([macvlan(ipam={"type": "host-local", "node_slice_size": "/28"})], []),
        ([macvlan(ipam={**WHEREABOUTS, "node_slice_size": "/28"})], ["lab"]),
        ([macvlan(ipam={**WHEREABOUTS, "node_slice_size": "/28", "network_name": "b"})], ["b"]),
        (
            [
                macvlan(one, ipam={**WHEREABOUTS, "node_slice_size": "/28", "network_name": "b"})
                for one in ("lab", "other")
            ],
            ["b"],
        ),
        (
            [chain({"type": "macvlan", "ipam": {**WHEREABOUTS, "node_slice_size": "/28"}})],
            [],
        ),
    ],
    ids=["no slices", "another ipam", "by its name", "by network_name", "one pool", "no name"],
)
def test_pools_that_are_divided_among_nodes(networks: list[Network], pools: list[str]) -> None:
    made = plan(*networks)
    assert made.slices == pools
    assert made.left_out == {}


@cases(("given", "reason"), LEFT_OUT, ids=[case[1] for case in LEFT_OUT])
def test_left_out(given: Network, reason: str) -> None:
    made = plan(given, macvlan("other"))
    assert made.left_out == {"default/lab": reason}
    assert {pod.network for pod in made.pods} == {"default/other"}


@cases(
    "given",
    [
        network({}),
        macvlan(ipam=None),
        macvlan(ipam={"type": "static"}),
        macvlan(ipam=WHEREABOUTS),
        macvlan(linkInContainer=True, master="eth0"),
        network(macvlan().config, annotations={RESOURCE: "lab/eth1"}),
    ],
    ids=["nothing", "layer 2", "static", "whereabouts", "a master in the pod", "a resource"],
)
def test_not_left_out(given: Network) -> None:
    assert not plan(given).left_out


def subnet(text: str) -> Network:
    return macvlan(ipam={"type": "host-local", "subnet": text})


@cases(
    ("given", "keys", "expected"),
    [
        (macvlan(), {}, ["10.244.0.0/24", "10.244.1.0/24"]),
        (subnet("10.244.7.0/24"), {}, ["198.19.0.0/24", "198.19.1.0/24"]),
        (subnet("10.0.0.0/8"), {}, ["198.19.0.0/24", "198.19.1.0/24"]),
        (macvlan(), {"range": "10.244.0.0/20"}, ["198.19.0.0/24", "198.19.1.0/24"]),
        (macvlan(), {"podCidr": "10.42.0.0/16"}, ["10.42.0.0/24", "10.42.1.0/24"]),
        (macvlan(), {"podCidr": ["fd00::/48", "10.42.0.0/24"]}, ["10.42.0.0/24", "10.42.0.0/24"]),
        (macvlan(), {"podCidr": "fd00::/48"}, ["10.244.0.0/24", "10.244.1.0/24"]),
    ],
)
def test_subnets_of_the_default_network(
    given: Network, keys: Mapping[str, Any], expected: list[str]
) -> None:
    assert [node.subnet for node in plan(given, **keys).nodes] == expected


def test_the_service_that_pods_look_for_is_the_cluster_s() -> None:
    assert plan(macvlan()).service == "10.96.0.10"
    assert plan(macvlan(), serviceCidr=["fd00::/112", "10.43.0.0/16"]).service == "10.43.0.10"


def test_stores_are_where_networks_keep_their_addresses() -> None:
    kept = macvlan("b", ipam={**HOST_LOCAL, "dataDir": "/run/cni"})
    assert plan(macvlan("a"), kept).stores == ["/run/cni", "/var/lib/cni/networks"]


def test_whereabouts_is_had_where_a_network_asks_for_it() -> None:
    assert plan(macvlan("a"), macvlan("b", ipam=WHEREABOUTS)).whereabouts
    assert not plan(macvlan()).whereabouts


def test_the_cluster_s_release_of_the_plugins_is_known() -> None:
    assert plan(macvlan(), cniPlugins="v1.5.1").release == "v1.5.1"
    assert plan(macvlan(), interface="eth1").release == plan(macvlan()).release == ""
