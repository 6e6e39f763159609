"""The table of what checks predict and the wire confirms, a file for each family of rules.

A rule that the wire can't confirm stands in NOT_ON_THE_WIRE, with the reason; a neighbour that it
spares, in SPARED.
"""

from tests.wire.predictions import addresses, links, names, routes
from tests.wire.predictions.addresses import BOTH
from tests.wire.predictions.cases import (
    FAR,
    L2,
    POOL,
    POOL6,
    SHARED,
    Case,
    behind,
    bridge,
    chain,
    macvlan,
    on_bridge,
    plugin,
    pool,
    routed,
    shared,
    to_node,
)

CASES: list[Case] = [*names.CASES, *links.CASES, *addresses.CASES, *routes.CASES]

SPARED: list[Case] = [
    Case("NAD001", "a label of 64 letters", [shared()], called="a" * 64),
    Case(
        "NAD002",
        "one name for two pools",
        [
            {**pool(rangeEnd="10.1.0.9"), "name": "of-both"},
            {**pool(subnet="10.1.5.0/24", rangeEnd="10.1.5.9"), "name": "of-both"},
        ],
        pods=2,
    ),
    Case("NAD002", "an empty name", [macvlan(name="")]),
    Case(
        "NAD003",
        "keys in another case",
        [{"cniVersion": "1.0.0", "Type": "macvlan", "MASTER": "eth1", "IPAM": POOL}],
    ),
    Case("NAD003", "a bridge's gateway without addresses", [bridge(isGateway=True)]),
    Case(
        "NAD003",
        "a bridge's gateway whose ipam has no type",
        [bridge(isGateway=True, ipam={"type": ""})],
    ),
    Case("NAD003", "a misspelt key beside the right one", [macvlan(mastr="eth9")]),
    Case(
        "NAD003",
        "a MAC beside the device that counts",
        [plugin("host-device", device="eth1", hwaddr="02:00:0a:0c:22:c8", ipam=POOL)],
    ),
    Case("NAD003", "range beside subnet", [pool(range="10.9.0.0/24")]),
    Case(
        "NAD003",
        "gateways and hints of sbr beside table",
        [behind({"type": "sbr", "table": 7, "gateways": ["10.1.0.9"], "addSourceHints": True})],
        cluster={"cniPlugins": "v1.10.0"},
    ),
    Case("NAD003", "capabilities in other letters", [macvlan(capabilities={"Mac": True})]),
    Case("NAD012", "portmap without ports", [on_bridge({"type": "portmap", "snat": True})]),
    Case(
        "NAD015",
        "the network's own interface",
        [behind({"type": "tuning", "sysctl": {"net/ipv4/conf/IFNAME/arp_filter": "1"}})],
    ),
    Case(
        "NAD012",
        "conditions for no backend",
        [on_bridge({"type": "portmap", "conditionsV4": ["!", "-d", "10.1.0.5"]})],
        needs="iptables",
    ),
    Case("NAD004", "a bool in quotes", [chain(L2, loadOnlyInlinedPlugins="true")]),
    Case(
        "LNK102",
        "the least MTU for IPv6",
        [macvlan(mtu=1280, ipam=POOL6)],
    ),
    Case("LNK102", "a bridge's MTU below 0, dropped", [bridge(mtu=-1)]),
    Case(
        "LNK115",
        "a vlan without ipam",
        [plugin("vlan", master="eth1", vlanId=5)],
        needs="vlan",
    ),
    Case("LNK115", "a macvlan without ipam", [{**L2, "cniVersion": "0.3.0"}]),
    Case("LNK117", "bandwidth without a rate", [behind({"type": "bandwidth"})]),
    Case(
        "IPA203",
        "the network's address",
        [pool(rangeStart="10.1.0.0", rangeEnd="10.1.0.1", gateway="10.1.0.9")],
        pods=2,
    ),
    Case(
        "IPA204",
        "a gateway behind an on-link route",
        [
            pool(
                gateway="10.1.9.9",
                routes=[{"dst": "10.1.9.9/32", "gw": "0.0.0.0", "scope": 253}, {"dst": FAR}],
            )
        ],
        plugins="v1.9.1",
    ),
    Case(
        "IPA204",
        "a link-local gateway",
        [macvlan(ipam={**POOL6, "gateway": "fe80::1", "routes": [{"dst": "fd09::/64"}]})],
        plugins="v1.9.1",
    ),
    Case(
        "IPA204",
        "one gateway of two addresses",
        [
            macvlan(
                ipam={
                    "type": "static",
                    "addresses": [
                        {"address": "10.1.0.5/24", "gateway": "10.1.0.254"},
                        {"address": "10.1.2.5/24", "gateway": "10.1.0.254"},
                    ],
                    "routes": [{"dst": FAR}],
                }
            )
        ],
    ),
    Case(
        "IPA204",
        "an IPv4 gateway for IPv6, and one of sbr's own",
        [behind({"type": "sbr", "gateways": ["fd00:1::ffff"], "addSourceHints": True}, ipam=BOTH)],
        cluster={"cniPlugins": "v1.10.0"},
    ),
    Case("LNK120", "a VLAN of a bridge", [bridge(vlan=5)], pods=2, needs="VLAN filtering"),
    Case(
        "NAD014",
        "masquerading",
        [bridge(ipMasq=True, isGateway=True, ipam=POOL)],
        pods=2,
        needs="neither iptables nor nft",
    ),
    Case(
        "NAD014",
        "masquerading by iptables",
        [plugin("ptp", ipMasq=True, ipMasqBackend="iptables", ipam=POOL)],
        needs="iptables",
    ),
    Case(
        "NAD014",
        "masquerading by nftables",
        [plugin("ptp", ipMasq=True, ipMasqBackend="nftables", ipam=POOL)],
        needs="nft",
    ),
    Case("LNK120", "macspoofchk", [bridge(macspoofchk=True, ipam=POOL)], pods=2, needs="nft"),
    Case(
        "NAD012",
        "firewall behind a bridge",
        [chain({"type": "bridge", "bridge": "br1", "ipam": POOL}, {"type": "firewall"})],
        pods=2,
        nodes=2,
        needs="iptables",
    ),
    Case(
        "NAD012",
        "rates with bursts",
        [
            on_bridge(
                {
                    "type": "bandwidth",
                    **{f"{way}Rate": 8_000_000 for way in ("ingress", "egress")},
                    **{f"{way}Burst": 8_000_000 for way in ("ingress", "egress")},
                }
            )
        ],
        needs="the kernel",
    ),
    Case("IPA214", "zeros ahead", [shared(range="010.001.000.000/24")]),
    Case(
        "IPA208",
        "one subnet on two segments",
        [
            shared(range_end="10.1.0.9", gateway="10.1.0.254"),
            {
                **shared(range_end="10.1.0.9", gateway="10.1.0.254", network_name="b"),
                "master": "eth2",
            },
        ],
        nodes=2,
    ),
    Case("IPA207", "host-local behind each node's bridge", [bridge(ipam=POOL)], pods=2, nodes=2),
    Case(
        "IPA215",
        "addresses that pods ask for",
        [
            macvlan(
                ipam={"type": "static", "routes": [{"dst": FAR, "gw": "10.1.0.254"}]},
                capabilities={"ips": True},
            )
        ],
        pods=2,
        nodes=2,
    ),
    Case("IPA220", "0.0.0.0/8", [pool(subnet="0.7.0.0/24")], pods=2),
    Case(
        "LNK124",
        "an IPv6 address of /128",
        [
            plugin(
                "ptp",
                ipam={
                    "type": "static",
                    "addresses": [{"address": "fd00:1::5/128", "gateway": "fd00:1::1"}],
                },
            )
        ],
    ),
    Case("LNK108", "passthru of one pod", [macvlan(mode="passthru")]),
    Case("RTE301", "a priority behind eth0's", [routed({"dst": "0.0.0.0/0", "priority": 500})]),
    Case(
        "RTE301",
        "a split tunnel",
        [
            routed(
                *({"dst": one} for one in ("0.0.0.0/5", "11.0.0.0/8", "64.0.0.0/2", "128.0.0.0/3"))
            )
        ],
    ),
    Case(
        "RTE302",
        "a second address by the first one's gateway",
        [
            macvlan(
                ipam={
                    "type": "static",
                    "addresses": [
                        {"address": "10.1.0.5/24", "gateway": "10.1.0.254"},
                        {"address": "10.1.7.5/24", "gateway": "10.1.0.254"},
                    ],
                    "routes": [{"dst": FAR}],
                }
            )
        ],
    ),
    Case(
        "RTE302",
        "on-link without any gateway",
        [macvlan(ipam={**SHARED, "routes": [{"dst": "10.1.8.0/22"}]})],
    ),
    Case(
        "RTE303",
        "one destination by two gateways",
        [routed({"dst": FAR}, {"dst": FAR, "gw": "10.1.0.253"})],
    ),
    Case("IPA204", "ptp's gateway elsewhere", [to_node(gateway="10.7.0.1")]),
    Case("RTE303", "ptp's route with a metric", [to_node({"dst": "10.1.0.0/24", "priority": 7})]),
    Case("RTE304", "a network beyond", [routed({"dst": FAR})]),
    Case("RTE306", "sbr with source hints", [behind({"type": "sbr", "addSourceHints": True})]),
    Case(
        "RTE310",
        "a gateway of sbr's own",
        [behind({"type": "sbr", "addSourceHints": True, "gateways": ["10.1.0.253"]})],
    ),
]
"""No rule calls these an error, and all goes well on the wire."""

_SILENT = "silent: pods run, and nothing that a rehearsal looks at is wrong"
_INVENTORY = "by the inventory alone; a rehearsal's switches have neither platform nor limits"
_OTHERS = "a rehearsal leaves out plugins that it hasn't got, and names them"

NOT_ON_THE_WIRE = {
    "NAD003": f"{_SILENT}, as the plugin's default stands in for the key",
    "NAD009": "the API has one object of a name, and so a rehearsal has the last of them",
    "NAD011": _OTHERS,
    "NAD013": "nothing is said of a value that is rendered later, and so nothing can come true",
    "NAD016": _OTHERS,
    "NAD017": _OTHERS,
    "NAD018": _OTHERS,
    "NAD019": _OTHERS,
    "NAD020": "a rehearsal writes the objects itself, of the version that is served",
    "LNK103": f"{_SILENT}, on the network of the nodes",
    "LNK109": f"{_SILENT}; pods of two networks aren't asked to reach each other",
    "LNK110": f"{_SILENT}, on an interface of the primary network",
    "LNK111": "a rehearsal's interfaces are Ethernet, whatever their name",
    "LNK112": _INVENTORY,
    "LNK113": _INVENTORY,
    "LNK116": f"{_SILENT}, as a rehearsal's gateway needs no routing to be reached",
    "LNK119": "by the inventory alone; a rehearsal's nodes have all of these plugins",
    "LNK122": f"{_SILENT}, for packets as small as these",
    "LNK123": f"{_SILENT}; nobody listens in VLAN 1",
    "LNK125": _OTHERS,
    "MUL701": "of a daemon that doesn't start, and a rehearsal needs one that does",
    "MUL702": "a rehearsal's nodes have one daemon, whatever the distribution",
    "MUL703": "a rehearsal applies no limits",
    "MUL704": "a rehearsal's primary network is no .conflist; tests/wire/test_releases.py has one",
    "MUL705": "a rehearsal's pods ask for none; those of tests/wire/test_releases.py do",
    "MUL706": "a rehearsal brings whereabouts, whoever does on the cluster",
    "MUL707": "of settings that nothing reads",
    "MUL708": "a rehearsal puts whereabouts where its daemon looks",
    "MUL709": "a rehearsal's nodes have one whereabouts, and its file alone",
    "MUL710": "a rehearsal's nodes have no programs of their own that listen",
    "MUL711": "a rehearsal's primary network has a file of its own",
    "MUL713": "a rehearsal applies no limits",
    "MUL712": "of all pods at once: a rehearsal tells it as WIR601 of each network",
    "IPA205": f"{_SILENT}: the address is set aside, and no pod misses it",
    "IPA213": "no node is booted anew",
    "IPA216": "a rehearsal leaves out networks with dhcp, and names them",
    "IPA217": "a rehearsal's pods ask for an address only if a static network has none",
    "IPA221": "no router advertises in a rehearsal",
    "IPA223": "by the inventory's range alone; nothing else lives on a rehearsal's segment",
    "RTE307": "a rehearsal's pods attach one network each",
    "RTE311": "a rehearsal's pods attach one network each",
    "RTE312": f"{_SILENT}, or a rehearsal leaves the IPAM plugin out",
    "RTE308": f"{_SILENT}, for packets as small and hosts as near as these",
}
"""Rules that the wire can't confirm, with the reason."""
