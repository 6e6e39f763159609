"""Rules on what shares a segment, and on whether there are enough addresses."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from multus_lab.checks.network import Lab, Network
from multus_lab.plugins import Placeholder
from multus_lab.settings import Zone
from tests.unit.rules import Case, E, N, R, lab
from tests.unit.rules.addresses.networks import (
    NET,
    V6,
    from_file,
    host_local,
    of,
    sets,
    static,
    whereabouts,
)

TWO: Mapping[str, Any] = {"nodes": [{"name": "one"}, {"name": "two"}]}
ONE: Mapping[str, Any] = {"nodes": [{"name": "one"}, {"name": "two", "schedulable": False}]}
APART: Mapping[str, Any] = {
    "nodes": [{"name": "one", "interface": "eth1"}, {"name": "two", "interface": "eth2"}]
}

_EACH_NODE = [
    Case(
        "IPA207",
        "host-local on two nodes",
        lab(of(host_local(subnet=NET)), **TWO),
        [(R, "ipam.type")],
    ),
    Case("IPA207", "whereabouts on two nodes", lab(of(whereabouts(range=NET)), **TWO)),
    Case("IPA207", "host-local on one node", lab(of(host_local(subnet=NET)), **ONE)),
    Case(
        "IPA207",
        "a zone without nodes",
        lab(of(host_local(subnet=NET)), interface="eth1"),
        [(N, "ipam.type")],
    ),
    Case("IPA207", "a network alone", lab(of(host_local(subnet=NET))), [(N, "ipam.type")]),
    Case(
        "IPA207",
        "host-local behind each node's bridge",
        lab(of(host_local(subnet=NET), kind="bridge"), **TWO),
    ),
    Case("IPA207", "a master that one node has", lab(of(host_local(subnet=NET)), **APART)),
    Case(
        "IPA207",
        "a VLAN of the zone's interface",
        lab(of(host_local(subnet=NET), master="eth1.5"), **TWO, interface="eth1"),
        [(R, "ipam.type")],
    ),
    Case(
        "IPA207",
        "a subnet that is rendered later",
        lab(of(host_local(subnet=Placeholder("${SUBNET}"))), **TWO),
    ),
]


def _two(one: Any, other: Any, **keys: Any) -> Any:
    """Two networks on one master; `keys` are the second one's."""
    return lab(of(one, "a"), of(other, "b", **keys))


_LOW = host_local(subnet=NET, rangeEnd="10.1.0.20")
_OVERLAPS = [
    Case(
        "IPA208",
        "two ranges that meet",
        _two(_LOW, host_local(subnet=NET, rangeStart="10.1.0.20")),
        [(E, "b:ipam.subnet")],
    ),
    Case("IPA208", "two ranges apart", _two(_LOW, host_local(subnet=NET, rangeStart="10.1.0.21"))),
    Case(
        "IPA208",
        "a range inside of another",
        lab(
            of(host_local(subnet=NET), "a"),
            of(host_local(subnet=NET, rangeEnd="10.1.0.9"), "b"),
            of(host_local(subnet=NET), "c", master="eth2"),
        ),
        [(E, "a:ipam.subnet")],
    ),
    Case("IPA208", "one name", _two(host_local(subnet=NET), host_local(subnet=NET), name="a")),
    Case(
        "IPA208",
        "one name in two folders",
        _two(host_local(subnet=NET), host_local(subnet=NET, dataDir="/run/x"), name="a"),
        [(E, "b:ipam.subnet")],
    ),
    Case(
        "IPA208",
        "a name that is rendered later",
        _two(host_local(subnet=NET), host_local(subnet=NET), name=Placeholder("${NAME}")),
    ),
    Case(
        "IPA208",
        "a start that is rendered later",
        _two(_LOW, host_local(subnet=NET, rangeStart=Placeholder("${START}"))),
    ),
    Case(
        "IPA208",
        "whereabouts twice",
        _two(whereabouts(range=NET), whereabouts(range="10.1.0.0/16")),
    ),
    Case(
        "IPA208",
        "whereabouts that looks at its own range alone",
        _two(
            whereabouts(range=NET),
            whereabouts(range="10.1.0.0/16", enable_overlapping_ranges=False),
        ),
        [(E, "b:ipam.range")],
    ),
    Case(
        "IPA208",
        "whereabouts of one range",
        _two(whereabouts(range=NET), whereabouts(range=NET, enable_overlapping_ranges=False)),
    ),
    Case(
        "IPA208",
        "whereabouts of another network_name",
        _two(whereabouts(range=NET), whereabouts(range=NET, network_name="x")),
        [(E, "b:ipam.range")],
    ),
    Case(
        "IPA208",
        "an address in another network's range",
        _two(host_local(subnet=NET), static("10.1.0.9/24")),
        [(E, "b:ipam.addresses.0.address")],
    ),
    Case(
        "IPA208",
        "an address that is the other's gateway",
        _two(host_local(subnet=NET), static("10.1.0.1/24")),
    ),
    Case(
        "IPA208",
        "an address that pods ask otherwise for",
        _two(host_local(subnet=NET), static("10.1.0.9/24"), capabilities={"ips": True}),
        [(R, "b:ipam.addresses.0.address")],
    ),
    Case(
        "IPA208",
        "two static networks of one address",
        _two(static("10.1.0.9/24"), static("10.1.0.9/24")),
        [(E, "b:ipam.addresses.0.address")],
    ),
    Case(
        "IPA208",
        "two static networks of two addresses",
        _two(static("10.1.0.8/24"), static("10.1.0.9/24")),
    ),
    Case(
        "IPA208",
        "two VLANs",
        lab(
            of(host_local(subnet=NET), "a", kind="vlan", vlanId=5),
            of(host_local(subnet=NET), "b", kind="vlan", vlanId=6),
        ),
    ),
    Case(
        "IPA208",
        "two interfaces into the zone",
        lab(
            of(host_local(subnet="10.12.34.0/24"), "a"),
            of(host_local(subnet="10.12.34.0/24"), "b", master="eth2"),
            **APART,
        ),
        [(E, "b:ipam.subnet")],
    ),
    Case(
        "IPA208",
        "two files",
        lab(of(host_local(subnet=NET), "a"), from_file(1, of(host_local(subnet=NET), "b"))),
        [(E, "b:ipam.subnet")],
    ),
    Case(
        "IPA208",
        "one network in two files",
        lab(
            of(host_local(subnet=NET), "a"),
            from_file(1, of(host_local(subnet=NET), "a", name="other")),
        ),
    ),
]


def _in_zone(**zone: Any) -> Any:
    return lab(of(host_local(subnet="10.12.34.0/24", rangeStart="10.12.34.200")), **zone)


def _node(address: str) -> dict[str, Any]:
    return {"nodes": [{"name": "one", "addresses": [address]}]}


def _taken(name: str, zone: Mapping[str, Any], found: Sequence[tuple[str, str]] = ()) -> Case:
    return Case("IPA209", name, _in_zone(**zone), found)


_FOUND = [(E, "ipam.subnet")]
_OTHERS = [
    _taken("a node's address", _node("10.12.34.201"), _FOUND),
    _taken("a node's address outside of the range", _node("10.12.34.199")),
    _taken("a reserved address", {"reserved": ["10.12.34.0/25", "10.12.34.254"]}, _FOUND),
    _taken("no reserved address", {"reserved": ["10.12.34.0/25", "10.12.34.255"]}),
    _taken("all reserved", {"reserved": ["10.12.34.0/24", "10.12.34.9"]}, _FOUND),
    _taken("the DHCP scope", {"dhcpScope": ["10.12.34.100-10.12.34.200"]}, _FOUND),
    _taken("beside the DHCP scope", {"dhcpScope": ["10.12.34.100-10.12.34.199"]}),
    _taken("a load balancer's", {"loadBalancerPool": ["10.12.34.240/29"]}, _FOUND),
    _taken("the zone's gateway", {"gateway": "10.12.34.254"}, _FOUND),
    _taken("beside the zone's gateway", {"gateway": "10.12.34.1"}),
    Case(
        "IPA209",
        "a whole subnet, and nothing else is known",
        lab(
            of(host_local(subnet="10.12.34.0/24", gateway="10.12.34.254")),
            gateway="10.12.34.254",
            reserved=[],
        ),
        [(N, "ipam.subnet")],
    ),
    Case(
        "IPA209",
        "a whole subnet, behind each node's bridge",
        lab(of(host_local(subnet="10.12.34.0/24"), kind="bridge", master=None), mtu=1500),
    ),
    Case(
        "IPA209",
        "what is excluded",
        lab(
            of(whereabouts(range="10.12.34.0/24", exclude=["10.12.34.64/26"])),
            dhcpScope=["10.12.34.64-10.12.34.127"],
        ),
    ),
    Case(
        "IPA209",
        "a node's address for all pods",
        lab(of(static("10.12.34.9/24")), **_node("10.12.34.9")),
        [(E, "ipam.addresses.0.address")],
    ),
]

_AWAY = host_local(subnet="10.9.0.0/24")


def _away(name: str, found: Sequence[tuple[str, str]] = (), ipam: Any = _AWAY, **keys: Any) -> Case:
    """A network whose addresses aren't the zone's 10.12.34.0/24, on nodes with eth1 into that."""
    return Case("IPA223", name, lab(of(ipam, **keys), interface="eth1"), found)


def _of_manifest() -> Network:
    return replace(of(_AWAY), path=("networks", "lab", "spec", "config"))


_OUTSIDE = [
    _away("another subnet", [(R, "ipam.subnet")]),
    _away(
        "an address of another subnet",
        [(R, "ipam.addresses.0.address")],
        static("198.51.100.7/32"),
    ),
    _away(
        "one of two subnets",
        [(R, "ipam.ranges.1.0.subnet")],
        sets([{"subnet": "10.12.34.0/25"}], [{"subnet": "10.9.0.0/24"}]),
    ),
    _away("whereabouts", [(R, "ipam.range")], whereabouts(range="10.9.0.0/24")),
    _away("the default route's interface", [(R, "ipam.subnet")], master=None),
    _away("the zone's bridge", [(R, "ipam.subnet")], kind="bridge", bridge="eth1"),
    _away(
        "a subnet that is wider",
        [(N, "ipam.subnet")],
        host_local(subnet="10.12.0.0/16", rangeStart="10.12.34.9", rangeEnd="10.12.34.99"),
    ),
    _away("a device", [(N, "ipam.subnet")], kind="host-device", device="eth2"),
    Case("IPA223", "an interface that isn't told", lab(of(_AWAY), mtu=1500), [(R, "ipam.subnet")]),
    Case(
        "IPA223",
        "a VLAN, and the zone's interface isn't told",
        lab(of(_AWAY, kind="vlan", vlanId=5), mtu=1500),
        [(N, "ipam.subnet")],
    ),
    Case(
        "IPA223",
        "a manifest's, and the zone's interface isn't told",
        lab(_of_manifest(), mtu=1500),
        [(N, "spec.config.ipam.subnet")],
    ),
    Case(
        "IPA223",
        "a manifest's, on the zone's interface",
        lab(_of_manifest(), interface="eth1"),
        [(R, "spec.config.ipam.subnet")],
    ),
    _away("a part of the zone's range", (), host_local(subnet="10.12.34.128/25")),
    _away("dummy", (), static("198.51.100.7/32"), kind="dummy", master=None),
    _away("ptp", kind="ptp", master=None),
    _away("a bridge of the node", kind="bridge", bridge="br-lab", master=None),
    _away("a VLAN of the zone's bridge", kind="bridge", bridge="eth1", vlan=5, master=None),
    _away("another interface", master="eth2"),
    _away("a VLAN of the zone's interface", kind="vlan", vlanId=5),
    _away("a subnet that is rendered later", (), host_local(subnet=Placeholder("${SUBNET}"))),
    _away(
        "a range that ends before it starts",
        (),
        host_local(subnet="10.9.0.0/24", rangeStart="10.9.0.9", rangeEnd="10.9.0.5"),
    ),
    Case("IPA223", "a zone without a range", Lab([of(_AWAY)], Zone(interface="eth1"))),
    Case("IPA223", "no zone", lab(of(_AWAY))),
]

_KUBEADM = host_local(subnet="10.244.3.0/24")
_CLUSTER = [
    Case(
        "IPA210",
        "the cluster's pods",
        lab(of(host_local(subnet=NET)), podCidr="10.0.0.0/8"),
        [(E, "ipam.subnet")],
    ),
    Case(
        "IPA210",
        "beside the cluster's pods",
        lab(of(host_local(subnet=NET)), podCidr="10.2.0.0/16"),
    ),
    Case(
        "IPA210",
        "the cluster's Services",
        lab(of(host_local(subnet=NET)), serviceCidr="10.1.0.128/25"),
        [(E, "ipam.subnet")],
    ),
    Case("IPA210", "a well-known default", lab(of(_KUBEADM), mtu=1500), [(N, "ipam.subnet")]),
    Case("IPA210", "no default, as it is told", lab(of(_KUBEADM), podCidr="10.2.0.0/16")),
    Case("IPA210", "a default, of a network alone", lab(of(_KUBEADM)), [(N, "ipam.subnet")]),
    Case(
        "IPA210",
        "k3s' Services",
        lab(of(whereabouts(range="10.43.1.0/24"))),
        [(N, "ipam.range")],
    ),
    Case("IPA210", "another distribution's default", lab(of(_KUBEADM), distribution="k3s")),
]

_SMALL = host_local(subnet="10.1.0.0/29")
_SHARED = whereabouts(range="10.1.0.0/29")
_SLICED = whereabouts(range=NET, node_slice_size="/29")


def _pods(count: int, nodes: Mapping[str, Any] = TWO) -> dict[str, Any]:
    return {"podsPerNode": count, **nodes}


_CAPACITY = [
    Case(
        "IPA211", "more pods than addresses", lab(of(_SMALL), podsPerNode=6), [(E, "ipam.subnet")]
    ),
    Case("IPA211", "an address to spare", lab(of(_SMALL), podsPerNode=4)),
    Case("IPA211", "no address to spare", lab(of(_SMALL), podsPerNode=5), [(R, "ipam.subnet")]),
    Case(
        "IPA211",
        "too few for two nodes of a segment",
        lab(of(_SMALL), **_pods(4)),
        [(R, "ipam.subnet")],
    ),
    Case("IPA211", "enough behind each node's bridge", lab(of(_SMALL, kind="bridge"), **_pods(4))),
    Case("IPA211", "unknown pods", lab(of(_SMALL), **TWO), [(N, "ipam.subnet")]),
    Case(
        "IPA211",
        "unknown pods of several networks, told at the smallest",
        lab(of(_SHARED, "first"), of(_SMALL, "second"), of(_SMALL, "third"), **TWO),
        [(N, "second:ipam.subnet")],
    ),
    Case("IPA211", "unknown pods of a large subnet", lab(of(host_local(subnet=NET)), **TWO)),
    Case("IPA211", "a network alone", lab(of(_SMALL))),
    Case("IPA211", "whereabouts on two nodes", lab(of(_SHARED), **_pods(4)), [(E, "ipam.range")]),
    Case("IPA211", "just enough on two nodes", lab(of(_SHARED), **_pods(3)), [(R, "ipam.range")]),
    Case("IPA211", "enough on two nodes", lab(of(_SHARED), **_pods(2))),
    Case(
        "IPA211",
        "a node's slice that is too small",
        lab(of(_SLICED), **_pods(7)),
        [(E, "ipam.range")],
    ),
    Case("IPA211", "a node's slice that is large enough", lab(of(_SLICED), **_pods(5))),
    Case(
        "IPA211",
        "the gateway's address alone",
        lab(of(host_local(subnet=NET, rangeStart="10.1.0.1", rangeEnd="10.1.0.1"))),
        [(E, "ipam.subnet")],
    ),
    Case(
        "IPA211",
        "two ranges of a set",
        lab(
            of(sets([{"subnet": NET}, {"subnet": "10.2.0.0/24"}], [{"subnet": V6}])),
            podsPerNode=300,
        ),
    ),
    Case(
        "IPA211",
        "nothing left",
        lab(of(whereabouts(range=NET, exclude=["10.1.0.0/25", "10.1.0.128/25"])), podsPerNode=2),
        [(E, "ipam.exclude")],
    ),
    Case(
        "IPA211",
        "one range of a set",
        lab(of(sets([{"subnet": NET}], [{"subnet": V6}])), podsPerNode=300),
        [(E, "ipam.ranges.0.0.subnet")],
    ),
]

CASES = [*_EACH_NODE, *_OVERLAPS, *_OTHERS, *_OUTSIDE, *_CLUSTER, *_CAPACITY]
