"""Rules on gateways."""

from typing import Any

from multus_lab.checks.network import Network
from multus_lab.plugins import Placeholder
from tests.unit.rules import Case, E, N, R, at, lab, plugin
from tests.unit.rules.addresses.networks import (
    FAR,
    NET,
    V6,
    chained,
    from_file,
    host_local,
    of,
    routed,
    sets,
    static,
    whereabouts,
)

OUTSIDE = host_local(subnet=NET, gateway="10.2.0.1")
OUTSIDE_ROUTED = OUTSIDE | {"routes": [FAR]}
ON_LINK = {"dst": "10.2.0.1/32", "gw": "0.0.0.0"}
LINK_LOCAL = host_local(subnet=V6, gateway="fe80::1")
BOTH = whereabouts(
    ipRanges=[{"range": NET, "exclude": ["10.1.0.1/32"]}, {"range": V6}], gateway="10.1.0.1"
)
SBR = {"type": "sbr"}
V6_GATEWAY = {"gateways": ["2001:db8::1"]}


def to_node(*routes: Any) -> Network:
    """A ptp whose gateway lies outside of its subnet."""
    given = {"address": "10.1.0.5/24", "gateway": "10.2.0.1"}
    return plugin("ptp", ipam={"type": "static", "addresses": [given], "routes": list(routes)})


_OUTSIDE = [
    Case("IPA204", "outside of the subnet", lab(of(OUTSIDE)), [(R, "ipam.gateway")]),
    Case("IPA204", "inside of the subnet", lab(of(host_local(subnet=NET, gateway="10.1.0.254")))),
    Case(
        "IPA204",
        "outside of the subnet, by ptp",
        lab(to_node(FAR)),
        [(E, "ipam.addresses.0.gateway")],
    ),
    Case("IPA204", "the node's end of ptp", lab(to_node())),
    *(
        Case(
            "IPA204",
            f"the pod's own {address}, and a route by it",
            lab(of(routed((address, address.partition("/")[0]), routes=[{"dst": dst}]))),
            [(severity, "ipam.addresses.0.gateway")],
        )
        for address, dst, severity in (
            ("10.1.0.5/24", "10.9.0.0/16", R),
            ("fd00::5/64", "fd01::/64", E),
        )
    ),
    Case(
        "IPA204",
        "the pod's own, and no route by it",
        lab(of(routed(("10.1.0.5/24", "10.1.0.5")))),
    ),
    Case(
        "IPA204",
        "outside of the subnet, and a route by it",
        lab(of(OUTSIDE_ROUTED)),
        [(E, "ipam.gateway")],
    ),
    Case(
        "IPA204",
        "outside, which v1.10.0 refuses",
        at("v1.10.0", of(OUTSIDE)),
        [(E, "ipam.gateway")],
    ),
    Case("IPA204", "outside, which v1.9.1 takes", at("v1.9.1", of(OUTSIDE)), [(R, "ipam.gateway")]),
    Case(
        "IPA204",
        "outside of the subnet, and a route by another",
        lab(of(OUTSIDE | {"routes": [FAR | {"gw": "10.1.0.9"}]})),
        [(R, "ipam.gateway")],
    ),
    Case(
        "IPA204",
        "behind an on-link route of link scope",
        at("v1.9.1", of(OUTSIDE | {"routes": [ON_LINK | {"scope": 253}, FAR]})),
    ),
    Case(
        "IPA204",
        "behind an on-link route of link scope, with a new release",
        at("v1.10.0", of(OUTSIDE | {"routes": [ON_LINK | {"scope": 253}, FAR]})),
        [(E, "ipam.gateway")],
    ),
    # Without link scope the kernel takes no gateway behind it: network is unreachable (rehearsed).
    Case(
        "IPA204",
        "behind an on-link route of no scope",
        lab(of(OUTSIDE | {"routes": [ON_LINK, FAR]})),
        [(E, "ipam.gateway")],
    ),
    Case("IPA204", "link-local, of no told release", lab(of(LINK_LOCAL)), [(N, "ipam.gateway")]),
    Case("IPA204", "link-local up to v1.9.1", at("v1.9.1", of(LINK_LOCAL))),
    Case(
        "IPA204", "link-local from v1.10.0 on", at("v1.10.0", of(LINK_LOCAL)), [(E, "ipam.gateway")]
    ),
    Case(
        "IPA204", "link-local with whereabouts", lab(of(whereabouts(range=NET, gateway="fe80::1")))
    ),
    Case(
        "IPA204",
        "IPv6 outside of the subnet",
        lab(of(host_local(subnet=V6, gateway="2001:db9::1"))),
        [(R, "ipam.gateway")],
    ),
    Case(
        "IPA204",
        "outside, with static",
        at("v1.10.0", of(routed(("10.1.0.5/24", "10.2.0.1")))),
        [(R, "ipam.addresses.0.gateway")],
    ),
    Case(
        "IPA204",
        "outside, with whereabouts",
        at("v1.10.0", of(whereabouts(range=NET, gateway="10.2.0.1"))),
        [(R, "ipam.gateway")],
    ),
    Case(
        "IPA204",
        "a gateway that is rendered later",
        at("v1.10.0", of(host_local(subnet=NET, gateway=Placeholder("${GATEWAY}")))),
    ),
    Case(
        "IPA204",
        "in the second of two sets",
        at("v1.10.0", of(sets([{"subnet": NET}], [{"subnet": V6, "gateway": "fe80::1"}]))),
        [(E, "ipam.ranges.1.0.gateway")],
    ),
]

_NO_ROUTER = [
    Case(
        "IPA204",
        "the broadcast address, and a route by it",
        lab(of(host_local(subnet=NET, gateway="10.1.0.255", routes=[FAR]))),
        [(E, "ipam.gateway")],
    ),
    # The network's own address is a gateway to Linux 5.14 and newer: no error.
    Case(
        "IPA204",
        "the network's own address",
        lab(of(host_local(subnet=NET, gateway="10.1.0.0", routes=[FAR]))),
        [(R, "ipam.gateway")],
    ),
    Case(
        "IPA204",
        "0.0.0.0",
        lab(of(host_local(subnet=NET, gateway="0.0.0.0", routes=[FAR]))),
        [(R, "ipam.gateway")],
    ),
]

_SEVERAL = [
    Case(
        "IPA204",
        "one gateway of two addresses",
        lab(of(routed(("10.1.0.5/24", "10.1.0.1"), ("10.2.0.5/24", "10.1.0.1"), routes=[FAR]))),
    ),
    Case(
        "IPA204",
        "a second gateway that nothing goes by",
        lab(of(routed(("10.1.0.5/24", "10.1.0.1"), ("10.2.0.5/24", "10.3.0.1"), routes=[FAR]))),
        [(N, "ipam.addresses.1.gateway")],
    ),
    Case(
        "IPA204",
        "a first gateway in the second address' subnet",
        lab(of(routed(("10.1.0.5/24", "10.2.0.1"), ("10.2.0.5/24", ""), routes=[FAR]))),
    ),
    Case(
        "IPA204",
        "a gateway in another range of its set",
        at(
            "v1.9.1",
            of(sets([{"subnet": NET, "gateway": "10.2.0.1"}, {"subnet": "10.2.0.0/24"}])),
        ),
        [(R, "ipam.ranges.0.0.gateway")],
    ),
    Case("IPA204", "an IPv4 gateway beside IPv6", lab(of(BOTH))),
    Case(
        "IPA204",
        "an IPv4 gateway beside IPv6, with sbr",
        lab(chained(BOTH, SBR)),
        [(E, "plugins.0.ipam.gateway")],
    ),
    Case(
        "IPA204",
        "sbr with an IPv6 gateway of its own",
        at("v1.10.0", chained(BOTH, SBR | V6_GATEWAY)),
    ),
    Case(
        "IPA204",
        "an IPv6 gateway that sbr doesn't read yet",
        at("v1.9.1", chained(BOTH, SBR | V6_GATEWAY)),
        [(E, "plugins.0.ipam.gateway")],
    ),
    Case(
        "IPA204",
        "an IPv6 gateway that sbr may not read",
        lab(chained(BOTH, SBR | V6_GATEWAY)),
        [(N, "plugins.0.ipam.gateway")],
    ),
    Case("IPA204", "sbr that makes no routes", lab(chained(BOTH, SBR | {"table": 100}))),
    Case(
        "IPA204",
        "a gateway of the other family, with sbr",
        lab(chained(routed(("2001:db8::5/64", "10.1.0.1")), SBR)),
        [(E, "plugins.0.ipam.addresses.0.gateway")],
    ),
    Case(
        "IPA204",
        "a gateway of each family, with sbr",
        lab(chained(routed(("10.1.0.5/24", "10.1.0.1"), ("2001:db8::5/64", "2001:db8::1")), SBR)),
    ),
    Case(
        "IPA204",
        "outside of the subnet, with sbr",
        lab(chained(OUTSIDE, SBR)),
        [(E, "plugins.0.ipam.gateway")],
    ),
]

_NOT_WRITTEN = [
    Case("IPA205", "no gateway", lab(of(host_local(subnet=NET))), [(N, "ipam.gateway")]),
    Case("IPA205", "a gateway", lab(of(host_local(subnet=NET, gateway="10.1.0.1")))),
    Case("IPA205", "an ipam that nobody asks", lab(of(host_local(subnet=NET), kind="loopback"))),
    Case(
        "IPA205",
        "no gateway, and the zone has another",
        lab(of(host_local(subnet="10.12.34.0/24", routes=[FAR])), gateway="10.12.34.254"),
        [(R, "ipam.gateway")],
    ),
    Case(
        "IPA205",
        "no gateway, and the zone has the same",
        lab(of(host_local(subnet="10.12.34.0/24", routes=[FAR])), gateway="10.12.34.1"),
        [(N, "ipam.gateway")],
    ),
    Case("IPA205", "whereabouts, which sets none aside", lab(of(whereabouts(range=NET)))),
]

_IN_RANGE = [
    Case(
        "IPA206",
        "in the range of whereabouts",
        lab(of(whereabouts(range=NET, gateway="10.1.0.1"))),
        [(E, "ipam.gateway")],
    ),
    Case(
        "IPA206",
        "excluded from the range",
        lab(of(whereabouts(range=NET, gateway="10.1.0.1", exclude=["10.1.0.1/32"]))),
    ),
    Case(
        "IPA206",
        "excluded as an address",
        lab(of(whereabouts(range=NET, gateway="10.1.0.1", exclude=["10.1.0.1"]))),
    ),
    Case(
        "IPA206",
        "before the start of the range",
        lab(of(whereabouts(range=NET, gateway="10.1.0.1", range_start="10.1.0.9"))),
    ),
    Case(
        "IPA206",
        "in a node's slice",
        lab(of(whereabouts(range=NET, gateway="10.1.0.1", node_slice_size="/28"))),
        [(E, "ipam.gateway")],
    ),
    Case(
        "IPA206",
        "in a range of host-local, which skips it",
        lab(of(host_local(subnet=NET, rangeStart="10.1.0.1", gateway="10.1.0.1"))),
        [(N, "ipam.gateway")],
    ),
    Case(
        "IPA206",
        "in a subnet of host-local",
        lab(of(host_local(subnet=NET, gateway="10.1.0.1"))),
    ),
]


def _bridge(ipam: Any, label: str = "lab", **keys: Any) -> Network:
    """A bridge that is the gateway of its pods."""
    return of(ipam, label, kind="bridge", **{"bridge": "br0", "isGateway": True, **keys})


_OTHER = host_local(subnet="10.2.0.0/24")
_ON_BRIDGE = [
    Case(
        "IPA206",
        "the bridge's own choice",
        lab(_bridge(whereabouts(range=NET))),
        [(E, "ipam.range")],
    ),
    Case(
        "IPA206",
        "the bridge's own choice, excluded",
        lab(_bridge(whereabouts(range=NET, exclude=["10.1.0.1"]))),
    ),
    Case(
        "IPA206",
        "a bridge that is no gateway",
        lab(_bridge(whereabouts(range=NET), isGateway=False)),
    ),
    Case(
        "IPA206",
        "a pod with the bridge's address",
        lab(_bridge(static("10.1.0.1/24"))),
        [(E, "ipam.addresses.0.address")],
    ),
    Case(
        "IPA206",
        "a pod with the address that the bridge is told",
        lab(_bridge(routed(("10.1.0.9/24", "10.1.0.9")))),
        [(E, "ipam.addresses.0.gateway")],
    ),
    Case("IPA206", "a pod beside the bridge's address", lab(_bridge(static("10.1.0.2/24")))),
    Case("IPA206", "a pod that is a gateway", lab(of(routed(("10.1.0.1/24", "10.1.0.1"))))),
    Case("IPA206", "host-local behind such a bridge", lab(_bridge(host_local(subnet=NET)))),
    Case(
        "IPA222",
        "two subnets of one network",
        lab(_bridge(sets([{"subnet": NET}], [{"subnet": "10.2.0.0/24"}]))),
        [(E, "ipam.ranges.1.0.subnet")],
    ),
    Case(
        "IPA222",
        "a subnet of each family",
        lab(_bridge(sets([{"subnet": NET}], [{"subnet": V6}]))),
    ),
    Case(
        "IPA222",
        "two subnets of one set",
        lab(_bridge(sets([{"subnet": NET}, {"subnet": "10.2.0.0/24"}]))),
        [(R, "ipam.ranges.0.1.subnet")],
    ),
    Case(
        "IPA222",
        "two networks of a bridge",
        lab(_bridge(host_local(subnet=NET), "a"), _bridge(_OTHER, "b")),
        [(E, "b:ipam.subnet")],
    ),
    Case(
        "IPA222",
        "two gateways of a subnet",
        lab(
            _bridge(host_local(subnet=NET), "a"),
            _bridge(whereabouts(range=NET, gateway="10.1.0.254"), "b"),
        ),
        [(E, "b:ipam.gateway")],
    ),
    Case(
        "IPA222",
        "one gateway by two prefix lengths",
        lab(
            _bridge(host_local(subnet=NET), "a"),
            _bridge(
                routed(("10.1.0.9/16", "10.1.0.1")), "b", isGateway=None, isDefaultGateway=True
            ),
        ),
        [(E, "b:ipam.addresses.0.gateway")],
    ),
    Case(
        "IPA222",
        "one that takes the other off",
        lab(
            _bridge(host_local(subnet=NET), "a", forceAddress=True),
            _bridge(_OTHER, "b", forceAddress=True),
        ),
        [(R, "b:ipam.subnet")],
    ),
    Case(
        "IPA222",
        "two networks of one gateway",
        lab(
            _bridge(host_local(subnet=NET), "a"),
            _bridge(whereabouts(range=NET, gateway="10.1.0.1"), "b"),
        ),
    ),
    Case(
        "IPA222",
        "two networks of two bridges",
        lab(_bridge(host_local(subnet=NET), "a"), _bridge(_OTHER, "b", bridge="br1")),
    ),
    Case(
        "IPA222",
        "two VLANs of one bridge",
        lab(_bridge(host_local(subnet=NET), "a"), _bridge(_OTHER, "b", vlan=5)),
    ),
    Case(
        "IPA222",
        "a bridge that is one network's gateway",
        lab(_bridge(host_local(subnet=NET), "a"), _bridge(_OTHER, "b", isGateway=False)),
    ),
    Case(
        "IPA222",
        "overlapping subnets of IPv6",
        lab(_bridge(host_local(subnet=V6), "a"), _bridge(host_local(subnet="2001:db8::/48"), "b")),
        [(E, "a:ipam.subnet")],
    ),
    Case(
        "IPA222",
        "two subnets of IPv6",
        lab(
            _bridge(host_local(subnet=V6), "a"),
            _bridge(host_local(subnet="2001:db8:0:1::/64"), "b"),
        ),
    ),
    Case(
        "IPA222",
        "another file's network of that name",
        lab(
            from_file(0, _bridge(host_local(subnet=NET))),
            from_file(1, _bridge(_OTHER)),
        ),
    ),
    Case(
        "IPA222",
        "a subnet that is rendered later",
        lab(
            _bridge(host_local(subnet=NET), "a"),
            _bridge(host_local(subnet=Placeholder("${SUBNET}")), "b"),
        ),
    ),
]

CASES = [*_OUTSIDE, *_NO_ROUTER, *_SEVERAL, *_NOT_WRITTEN, *_IN_RANGE, *_ON_BRIDGE]
