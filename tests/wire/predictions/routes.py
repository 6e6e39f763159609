"""What rules RTE and LIF predict of routes, and of nodes."""

from tests.wire.predictions.cases import (
    FAR,
    POOL,
    POOL6,
    ROUTE,
    Case,
    behind,
    bridge,
    macvlan,
    pool,
    routed,
    shared,
    to_node,
)

NEWEST = {"cniPlugins": "v1.10.0"}
SBR_ROUTE = "Failed to add default route to …"

CASES: list[Case] = [
    Case(
        "RTE302",
        "a gateway of IPv6 without an address",
        [routed({"dst": "fd09::/64", "gw": "fd00:1::1"})],
        "failed to add route …: no route to host",
    ),
    Case(
        "RTE302",
        "ptp's route by a gateway elsewhere",
        [to_node({"dst": FAR, "gw": "10.7.0.1"})],
        "failed to add route …: network is unreachable",
    ),
    Case(
        "IPA204",
        "ptp's route by its gateway elsewhere",
        [to_node({"dst": FAR}, gateway="10.7.0.1")],
        "failed to add route …: network is unreachable",
    ),
    Case(
        "RTE303",
        "ptp's route with host bits",
        [to_node({"dst": "10.9.0.1/24"})],
        "failed to add route …: invalid argument",
    ),
    Case(
        "RTE303",
        "the route to the subnet that ptp sets",
        [to_node({"dst": "10.1.0.0/24"})],
        "failed to add route …: file exists",
    ),
    Case(
        "RTE303",
        "the route to the gateway that ptp sets",
        [to_node({"dst": "10.1.0.1/32"})],
        "failed to add route …: file exists",
    ),
    Case(
        "RTE301",
        "a default route",
        [routed({"dst": "0.0.0.0/0"})],
        seen="leaves by net1, and Services are looked for there",
    ),
    Case(
        "RTE301",
        "halves",
        [routed({"dst": "0.0.0.0/1"}, {"dst": "128.0.0.0/1"})],
        seen="Services are looked for by net1",
    ),
    Case(
        "RTE301",
        "a bridge's default route",
        [bridge(isDefaultGateway=True, ipam=POOL)],
        seen="leaves by net1, and Services are looked for there",
    ),
    Case(
        "RTE302",
        "off the subnet",
        [routed({"dst": FAR, "gw": "10.99.0.1"})],
        f"{ROUTE}: network is unreachable",
    ),
    Case(
        "RTE302",
        "of the other family",
        [routed({"dst": FAR, "gw": "fd00:1::1"})],
        f"{ROUTE}: gateway, source, and destination ip are not the same IP family",
    ),
    Case(
        "RTE302",
        "the broadcast address",
        [routed({"dst": FAR, "gw": "10.1.0.255"})],
        f"{ROUTE}: invalid argument",
    ),
    Case(
        "RTE302",
        "IPv6 ::",
        [
            macvlan(
                ipam={
                    "type": "static",
                    "addresses": [{"address": "fd00:1::5/64"}],
                    "routes": [{"dst": "fd09::/64", "gw": "::"}],
                }
            )
        ],
        f"{ROUTE}: invalid argument",
    ),
    Case(
        "RTE302",
        "an address that pods get",
        [pool(gateway="10.1.0.254", routes=[{"dst": FAR, "gw": "10.1.0.200"}])],
        seen="doesn't answer",
    ),
    Case(
        "RTE303",
        "host bits",
        [routed({"dst": "10.9.0.1/16"})],
        f"{ROUTE}: invalid argument",
    ),
    Case(
        "RTE303",
        "twice",
        [routed({"dst": FAR}, {"dst": FAR})],
        f"{ROUTE}: file exists",
    ),
    Case(
        "RTE303",
        "a default route beside the bridge's",
        [
            bridge(
                isDefaultGateway=True,
                ipam={
                    "type": "static",
                    "addresses": [{"address": "10.1.0.5/24"}],
                    "routes": [{"dst": "0.0.0.0/0"}],
                },
            )
        ],
        f"{ROUTE}: file exists",
    ),
    Case(
        "RTE304",
        "over the Services",
        [routed({"dst": "10.96.0.0/16"})],
        seen="Services are looked for by net1",
        cluster={"serviceCidr": "10.96.0.0/16"},
    ),
    Case(
        "RTE304",
        "over half of its own subnet",
        [routed({"dst": "10.1.0.128/25"})],
        seen="neighbours on the segment are looked for by net1 via",
    ),
    Case(
        "RTE305",
        "a priority that is dropped",
        [routed({"dst": "0.0.0.0/0", "priority": 500}, cniVersion="0.2.0")],
        seen="leaves by net1",
        under="RTE301",
    ),
    Case(
        "RTE304",
        "over the neighbours of pods that ask",
        [
            macvlan(
                ipam={"type": "static", "routes": [{"dst": "10.1.0.0/24", "gw": "10.1.0.254"}]},
                capabilities={"ips": True},
            )
        ],
        seen="neighbours on the segment are looked for by net1 via",
    ),
    Case(
        "RTE306",
        "sbr",
        [behind({"type": "sbr"})],
        seen="neighbours on the segment are looked for by eth0",
        cluster={"cniPlugins": "v1.10.0"},
    ),
    Case(
        "RTE306",
        "sbr of an earlier release, whatever it is told",
        [behind({"type": "sbr", "addSourceHints": True})],
        seen="neighbours on the segment are looked for by eth0",
        plugins="v1.9.1",
    ),
    Case(
        "RTE309",
        "filled in",
        [routed({"dst": FAR, "scope": 253})],
        f"{ROUTE} (Scope: link, …: network is unreachable",
    ),
    Case(
        "RTE309",
        "host scope",
        [routed({"dst": FAR, "scope": 254})],
        f"{ROUTE} (Scope: host, …: invalid argument",
    ),
    Case(
        "RTE309",
        "nowhere",
        [routed({"dst": FAR, "scope": 255, "gw": "0.0.0.0"})],
        f"{ROUTE} (Scope: nowhere, …: invalid argument",
    ),
    Case(
        "RTE310",
        "three",
        [behind({"type": "sbr", "gateways": ["10.1.0.254", "fd00:1::1", "fd00:1::2"]})],
        "gateways list cannot contain more than 2 entries (one IPv4, one IPv6)",
        cluster=NEWEST,
    ),
    Case(
        "RTE310",
        "two of a family",
        [behind({"type": "sbr", "gateways": ["10.1.0.254", "10.1.0.253"]})],
        "gateways list contains multiple … addresses: …",
        cluster=NEWEST,
    ),
    Case(
        "RTE310",
        "a prefix length",
        [behind({"type": "sbr", "gateways": ["10.1.0.254/24"]})],
        "invalid static gateway IP address: …",
        cluster=NEWEST,
    ),
    Case(
        "RTE310",
        "off the subnet",
        [behind({"type": "sbr", "gateways": ["10.99.0.1"]})],
        f"{SBR_ROUTE}: network is unreachable",
        cluster=NEWEST,
    ),
    Case(
        "RTE310",
        "IPv6 off the subnet",
        [behind({"type": "sbr", "gateways": ["fd77::1"]}, ipam=POOL6)],
        f"{SBR_ROUTE}: no route to host",
        cluster=NEWEST,
    ),
    Case(
        "RTE310",
        "the broadcast address",
        [behind({"type": "sbr", "gateways": ["10.1.0.255"]})],
        f"{SBR_ROUTE}: invalid argument",
        cluster=NEWEST,
    ),
    Case("LIF403", "macvlan", [pool(rangeEnd="10.1.0.9")], seen="no pod reaches its own node"),
    Case(
        "LIF405",
        "a master that one node lacks",
        [shared()],
        "Link not found",
        zone={
            "nodes": [
                {"name": "node1", "interface": "eth2"},
                {"name": "node2", "interface": "eth1"},
            ]
        },
    ),
]
