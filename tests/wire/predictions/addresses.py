"""What rules IPA predict of addresses."""

from tests.wire.predictions.cases import (
    FAR,
    NODE,
    NODES,
    POOL6,
    ROUTE,
    Case,
    behind,
    bridge,
    macvlan,
    pool,
    sets,
    shared,
    static,
)

BOTH = {
    "type": "whereabouts",
    "ipRanges": [
        {"range": "10.1.0.0/24", "exclude": ["10.1.0.1/32"]},
        {"range": "fd00:1::/64"},
    ],
    "gateway": "10.1.0.1",
}
SBR = (
    "Failed to add default route to …: gateway, source, and destination ip are not the same IP "
    "family"
)

CASES: list[Case] = [
    Case(
        "IPA201",
        "host bits",
        [pool(subnet="10.1.0.7/24")],
        "Network has host bits set. For a subnet mask of length … the network address is …",
    ),
    Case(
        "IPA201",
        "two addresses",
        [pool(subnet="10.1.0.0/31")],
        "Network … too small to allocate from",
    ),
    Case(
        "IPA201",
        "IPv4 written as IPv6",
        [pool(subnet="::ffff:10.1.0.0/120")],
        "IPNet IP and Mask version mismatch",
    ),
    Case(
        "IPA202", "a start outside", [pool(rangeStart="10.1.9.9")], "RangeStart … not in network …"
    ),
    Case(
        "IPA201",
        "null",
        [
            macvlan(
                ipam={"type": "host-local", "subnet": None, "ranges": [[{"subnet": "10.1.0.0/24"}]]}
            )
        ],
        "invalid CIDR address: …",
    ),
    Case(
        "IPA202",
        "a start behind the last address",
        [pool(rangeStart="10.1.0.255")],
        seen="which is in none of the network's ranges",
        plugins="v1.9.1",
    ),
    Case(
        "IPA202",
        "a start behind the last address, refused",
        [pool(rangeStart="10.1.0.255")],
        "RangeStart … is after RangeEnd … in network …",
    ),
    Case("IPA202", "an end outside", [pool(rangeEnd="10.1.9.9")], "RangeEnd … not in network …"),
    Case(
        "IPA203",
        "the broadcast address",
        [pool(rangeStart="10.1.0.254", rangeEnd="10.1.0.255")],
        seen="doesn't reach",
        pods=2,
    ),
    Case(
        "IPA204",
        "off the subnet, and a route",
        [pool(gateway="10.1.9.9", routes=[{"dst": FAR}])],
        f"{ROUTE}: network is unreachable",
        plugins="v1.9.1",
    ),
    Case(
        "IPA204",
        "the broadcast address, and a route",
        [pool(gateway="10.1.0.255", routes=[{"dst": FAR}])],
        f"{ROUTE}: invalid argument",
    ),
    Case(
        "IPA204",
        "off the subnet",
        [pool(gateway="10.1.9.9")],
        seen="gateway",
        plugins="v1.9.1",
    ),
    Case(
        "IPA204",
        "off the subnet, refused",
        [pool(gateway="10.1.9.9")],
        "gateway … not in network …",
    ),
    Case("IPA204", "0.0.0.0, refused", [pool(gateway="0.0.0.0")], "gateway … not in network …"),
    Case(
        "IPA204",
        "off the subnet, with static",
        [
            macvlan(
                ipam={
                    "type": "static",
                    "addresses": [{"address": "10.1.0.5/24", "gateway": "10.1.9.9"}],
                }
            )
        ],
        seen="gateway",
    ),
    Case(
        "IPA204",
        "link-local, refused",
        [macvlan(ipam={**POOL6, "gateway": "fe80::1"})],
        "gateway … not in network …",
    ),
    Case(
        "IPA204",
        "an IPv4 gateway for IPv6, and sbr",
        [behind({"type": "sbr"}, ipam=BOTH)],
        SBR,
    ),
    Case(
        "IPA204",
        "an IPv4 gateway for IPv6, and sbr of an older release",
        [behind({"type": "sbr", "gateways": ["fd00:1::1"]}, ipam=BOTH)],
        SBR,
        plugins="v1.9.1",
    ),
    Case("IPA204", "the network's address", [pool(gateway="10.1.0.0")], seen="doesn't answer"),
    Case(
        "IPA206",
        "whereabouts' gateway",
        [shared(gateway="10.1.0.1")],
        seen="which is the gateway's",
    ),
    Case("IPA207", "host-local on two nodes", [pool()], seen="at once", nodes=2),
    Case(
        "IPA207",
        "IPv6 on two nodes",
        [macvlan(ipam={**POOL6, "gateway": "fd00:1::1"})],
        "link … has address … in DADFAILED state",
        nodes=2,
    ),
    Case("IPA208", "two names for one pool", [pool(), pool()], seen="is in"),
    Case(
        "IPA208",
        "two kinds of ipam for one pool",
        [shared(), pool(gateway="10.1.0.254")],
        seen="is in",
    ),
    Case(
        "IPA209",
        "a node's address",
        [shared()],
        seen="which is node",
        zone={"interface": "eth1", "nodes": [{"name": "node1", "addresses": ["10.1.0.1"]}]},
    ),
    Case(
        "IPA209",
        "the zone's gateway",
        [shared()],
        seen="which is the gateway's",
        zone={"interface": "eth1", "gateway": "10.1.0.1", "nodes": NODE},
    ),
    Case(
        "IPA210",
        "the Services' addresses",
        [pool(subnet="10.96.0.0/24")],
        seen="Services are looked for by net1",
        cluster={"serviceCidr": "10.96.0.0/16"},
    ),
    Case(
        "IPA211",
        "three pods for two addresses",
        [pool(subnet="10.1.0.0/30", gateway="10.1.0.1")],
        "no IP addresses available in range set: …",
        zone={"podsPerNode": 2, "nodes": NODE},
        pods=2,
    ),
    Case(
        "IPA211",
        "three pods for two addresses of whereabouts",
        [shared(range="10.1.0.0/30")],
        "Could not allocate IP in range: …",
        zone={"podsPerNode": 3, "nodes": NODE},
        pods=3,
    ),
    Case(
        "IPA211",
        "the gateway's address alone",
        [pool(rangeStart="10.1.0.1", rangeEnd="10.1.0.1")],
        "no IP addresses available in range set: …",
    ),
    Case("IPA212", "an empty set", [sets([])], "empty range set"),
    Case(
        "IPA212",
        "both families in a set",
        [sets([{"subnet": "10.1.0.0/24"}, {"subnet": "fd00:1::/64"}])],
        "mixed address families",
    ),
    Case(
        "IPA212",
        "two sets of one subnet",
        [sets([{"subnet": "10.1.0.0/24"}], [{"subnet": "10.1.0.0/24"}])],
        "range set … overlaps with …",
    ),
    Case(
        "IPA212",
        "a subnet twice in a set",
        [sets([{"subnet": "10.1.0.0/24"}, {"subnet": "10.1.0.0/24"}])],
        "subnets … overlap",
    ),
    Case(
        "IPA212",
        "two addresses with an old version",
        [{**static("10.1.0.5/24", "10.1.1.5/24"), "cniVersion": "0.2.0"}],
        "does not support more than 1 address per family",
    ),
    Case(
        "IPA212",
        "two ranges of whereabouts in one network",
        [
            macvlan(
                ipam={
                    "type": "whereabouts",
                    "ipRanges": [
                        {"range": "10.1.0.10-10.1.0.19/24"},
                        {"range": "10.1.0.40-10.1.0.49/24"},
                    ],
                }
            )
        ],
        "failed to add IP addr …: file exists",
    ),
    Case(
        "IPA214",
        "two addresses",
        [shared(range="10.1.0.0/31")],
        "has no usable IP addresses, it is too small",
    ),
    Case(
        "IPA214",
        "a start outside",
        [shared(range="10.2.0.5-10.1.0.9/24")],
        "invalid range start for CIDR …",
    ),
    Case("IPA214", "no network", [shared(exclude=["x"])], "could not parse exclude range"),
    Case(
        "IPA214",
        "no prefix length",
        [shared(range="10.1.0.0")],
        "invalid CIDR …: invalid CIDR address: …",
    ),
    Case(
        "IPA214",
        "a range of several that can't be read",
        [macvlan(ipam={"type": "whereabouts", "ipRanges": [{"range": "10.1.0/24"}]})],
        "invalid CIDR …: invalid CIDR address: …",
    ),
    Case(
        "IPA214",
        "a first address that is none",
        [shared(range="10.1.0-10.1.0.9/24")],
        "invalid range start IP: …",
    ),
    Case(
        "IPA214",
        "a gateway with a prefix",
        [shared(gateway="10.1.0.254/24")],
        "couldn't parse gateway IP: …",
    ),
    Case(
        "IPA214",
        "a network_name in capitals",
        [shared(network_name="Lab_A")],
        "metadata.name: Invalid value: …",
    ),
    Case(
        "IPA211",
        "nothing left",
        [shared(exclude=["10.1.0.0/24"])],
        seen="Could not allocate IP in range: … excludeRanges: [",
    ),
    Case(
        "IPA215",
        "none, of pods that ask for none",
        [macvlan(ipam={"type": "static"}, args={"cni": {}})],
        "IPAM plugin returned missing IP config",
    ),
    Case(
        "IPA215",
        "one for all",
        [static("10.1.0.5/24")],
        seen="at once",
        zone={"podsPerNode": 1, "nodes": NODES},
        nodes=2,
    ),
    Case(
        "IPA215",
        "one of IPv6 for all",
        [
            macvlan(
                ipam={
                    "type": "static",
                    "addresses": [{"address": "fd00:1::5/64", "gateway": "fd00:1::1"}],
                }
            )
        ],
        "link … has address … in DADFAILED state",
        nodes=2,
    ),
    Case(
        "IPA219",
        "name servers of a file",
        [pool(resolvConf="/etc/resolv.conf")],
        seen="has nothing of the ipam's name servers",
    ),
    Case(
        "IPA219",
        "name servers of static",
        [static("10.1.0.5/24", dns={"nameservers": ["10.1.0.53"]})],
        seen="has nothing of the ipam's name servers",
    ),
    Case(
        "IPA220",
        "IPv6 multicast",
        [static("ff05::5/64")],
        "failed to add IP addr …: cannot assign requested address",
    ),
    Case(
        "IPA220",
        "IPv4 loopback",
        [pool(subnet="127.7.0.0/24")],
        seen="doesn't reach",
        pods=2,
    ),
    Case(
        "IPA220",
        "IPv4 multicast",
        [pool(subnet="224.7.0.0/24")],
        seen="doesn't reach",
        pods=2,
    ),
    Case(
        "IPA222",
        "a bridge with two gateways",
        [
            bridge(
                isGateway=True,
                ipam={
                    "type": "host-local",
                    "ranges": [[{"subnet": "10.1.0.0/24"}], [{"subnet": "10.1.1.0/24"}]],
                },
            )
        ],
        "… already has an IP address different from …",
    ),
]
