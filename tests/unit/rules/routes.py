"""Rules RTE: what each catches, and the neighbours that it spares.

"plugins v1.9.1" in a comment says that the case was tried with those binaries (macvlan or bridge
with static or host-local) on Linux 6.18, in a pod whose default route goes by eth0.
"""

from collections.abc import Mapping
from typing import Any

from multus_lab.checks.network import Lab, Network
from multus_lab.plugins import Placeholder
from multus_lab.settings import Zone
from tests.unit.rules import (
    HOST_LOCAL,
    Case,
    E,
    N,
    R,
    chain,
    lab,
    macvlan,
    network,
    plugin,
)

Json = dict[str, Any]

V4 = {"address": "10.12.34.5/24", "gateway": "10.12.34.254"}
V4_ALONE = {"address": "10.12.34.5/24"}
V4_LATER: Json = {"address": "10.12.34.5/24", "gateway": Placeholder("${GATEWAY}")}
V6 = {"address": "fd00:12::5/64", "gateway": "fd00:12::1"}
V6_ALONE = {"address": "fd00:12::5/64"}
POOL: Json = dict(HOST_LOCAL)
ALL, AT_ROUTE = "0.0.0.0/0", "defaultRoute"
FAR, FAR6 = "10.9.0.0/16", "fd99::/64"

NEW: Json = {"cniPlugins": "v1.9.1"}
OLD: Json = {"cniPlugins": "v1.5.1"}
NEWEST: Json = {"cniPlugins": "v1.10.0"}
CLUSTER: Json = {"podCidr": "10.244.0.0/16", "serviceCidr": "10.96.0.0/12"}


def static(*routes: Any, has: tuple[Mapping[str, Any], ...] = (V4,), **keys: Any) -> Network:
    """A macvlan network with static addresses and routes."""
    return macvlan(ipam={"type": "static", "addresses": list(has), "routes": list(routes)}, **keys)


def behind(*routes: Any, by: Json, **keys: Any) -> Network:
    """The same with a plugin chained behind."""
    ipam = {"type": "static", "addresses": [V4], "routes": list(routes)}
    return chain({"type": "macvlan", "master": "eth1", "ipam": ipam}, by, **keys)


def adding(*routes: Any, ipam: Json = POOL, **keys: Any) -> Network:
    """A macvlan network to which route-override adds routes."""
    main = {"type": "macvlan", "master": "eth1", "ipam": ipam}
    return chain(main, {"type": "route-override", "addroutes": list(routes), **keys})


def bridge(*routes: Any, **keys: Any) -> Network:
    """A bridge network whose bridge is the gateway."""
    ipam = POOL | {"gateway": "10.12.34.1", "routes": list(routes)}
    return plugin("bridge", isDefaultGateway=True, ipam=ipam, **keys)


def to_node(*routes: Any, has: Json = V4) -> Network:
    """A ptp with a static address and routes."""
    return plugin("ptp", ipam={"type": "static", "addresses": [has], "routes": list(routes)})


def dual(*routes: Any) -> Network:
    """A bridge that is the default gateway of both families."""
    ipam = {"type": "static", "addresses": [V4, V6], "routes": list(routes)}
    return plugin("bridge", isDefaultGateway=True, ipam=ipam)


def at(index: int, key: str = "dst", start: str = "ipam") -> str:
    return f"{start}.routes.{index}.{key}"


def dst(text: str, **keys: Any) -> Json:
    return {"dst": text} | keys


def wanted(route: str, *behind: Json, kind: str = "macvlan", **keys: Any) -> Network:
    """A network whose stack says `defaultRoute`."""
    main, *chain = {"type": kind, "master": "eth1", **keys}, *behind
    top = {"cniVersion": "1.0.0", "name": "lab"}
    return network(top | ({"plugins": [main, *chain]} if chain else main), default_route=route)


def asked(*routes: Any, kind: str = "macvlan", **keys: Any) -> Network:
    """A network whose pods ask for their addresses."""
    return plugin(kind, ipam={"type": "static", "routes": list(routes)}, **keys)


def sbr(*gateways: Any, has: tuple[Mapping[str, Any], ...] = (V4,), **keys: Any) -> Network:
    """A macvlan network with static addresses, and sbr with gateways of its own behind it."""
    main = {"type": "macvlan", "master": "eth1", "ipam": {"type": "static", "addresses": list(has)}}
    return chain(main, {"type": "sbr", "gateways": list(gateways)} | keys)


def vrf(name: str, namespace: str = "default", **keys: Any) -> Network:
    """A macvlan network in the VRF red."""
    config = chain({"type": "macvlan", "master": "eth1"}, {"type": "vrf", "vrfname": "red"} | keys)
    return network(config.config, name, namespace)


def shared(*routes: Any, **keys: Any) -> Network:
    """A macvlan network of whereabouts."""
    pool = {"type": "whereabouts", "range": "10.12.34.0/24", "routes": list(routes)}
    return macvlan(ipam=pool | keys)


TUNNEL = (
    "0.0.0.0/5 8.0.0.0/7 11.0.0.0/8 12.0.0.0/6 16.0.0.0/4 32.0.0.0/3 64.0.0.0/2 128.0.0.0/3 "
    "160.0.0.0/5 168.0.0.0/6 172.0.0.0/12 172.32.0.0/11 172.64.0.0/10 172.128.0.0/9 173.0.0.0/8 "
    "174.0.0.0/7 176.0.0.0/4 192.0.0.0/9 192.128.0.0/11 192.160.0.0/13 192.169.0.0/16 "
    "192.170.0.0/15 192.172.0.0/14 192.176.0.0/12 192.192.0.0/10 193.0.0.0/8 194.0.0.0/7 "
    "196.0.0.0/6 200.0.0.0/5 208.0.0.0/4"
)
SPLIT: list[Json] = [{"dst": one} for one in TUNNEL.split()]
"""A VPN's split tunnel: all but 10/8, 172.16/12 and 192.168/16."""

BESIDE_KUBEADM: list[Json] = [
    *({"dst": one} for one in ("0.0.0.0/5", "10.0.0.0/10", "10.64.0.0/11", "10.112.0.0/12")),
    *({"dst": one} for one in ("11.0.0.0/8", "64.0.0.0/2", "128.0.0.0/2")),
]
LATER = Placeholder("${GATEWAY}")
SBR: Json = {"type": "sbr"}
MAIN_DEFAULT = dst("0.0.0.0/0", table=254)
CHAINED = "plugins.0.ipam"

CASES: list[Case] = [
    # All of these: plugins v1.9.1, `ip route get 10.96.0.10` answers net1.
    Case("RTE301", "default", lab(static(dst("0.0.0.0/0"))), [(R, at(0))]),
    Case(
        "RTE301",
        "IPv6 by a link-local gateway, for pods without another address of it",
        lab(static(dst("::/0", gw="fe80::1"))),
        [(R, at(0))],
    ),
    Case("RTE301", "on-link", lab(static(dst("0.0.0.0/0", gw="0.0.0.0"))), [(R, at(0))]),
    Case("RTE301", "no gateway", lab(static(dst("0.0.0.0/0"), has=(V4_ALONE,))), [(R, at(0))]),
    Case(
        "RTE301",
        "halves",
        lab(static(dst(FAR), dst("0.0.0.0/1"), dst("128.0.0.0/1"))),
        [(R, at(1))],
    ),
    Case(
        "RTE301",
        "quarters",
        lab(static(dst("0.0.0.0/2"), dst("64.0.0.0/2"), dst("128.0.0.0/2"), dst("192.0.0.0/2"))),
        [(R, at(0))],
    ),
    Case(
        "RTE301",
        "halves whatever their priority",
        lab(static(dst("0.0.0.0/1", priority=500), dst("128.0.0.0/1", priority=500)), **NEW),
        [(R, at(0))],
    ),
    Case("RTE301", "IPv6, shared", lab(static(dst("::/0"), has=(V6,))), [(R, at(0))]),
    Case("RTE301", "IPv6 2000::/3", lab(static(dst("2000::/3"), has=(V6,))), [(R, at(0))]),
    Case(
        "RTE301",
        "IPv6 priority below eth0's",
        lab(static(dst("::/0", priority=500), has=(V6,)), **NEW),
        [(R, at(0))],
    ),
    Case(
        "RTE301",
        "IPv6 priority as eth0's",
        lab(static(dst("::/0", priority=1024), has=(V6,)), **NEW),
        [(R, at(0))],
    ),
    Case(
        "RTE301",
        "both families",
        lab(static(dst("0.0.0.0/0"), dst("::/0"), has=(V4, V6))),
        [(R, at(0)), (R, at(1))],
    ),
    Case("RTE301", "local table", lab(static(dst("0.0.0.0/0", table=255)), **NEW), [(R, at(0))]),
    Case("RTE301", "main table", lab(static(dst("0.0.0.0/0", table=254)), **NEW), [(R, at(0))]),
    Case("RTE301", "table 0 is main", lab(static(dst("0.0.0.0/0", table=0)), **NEW), [(R, at(0))]),
    Case(
        "RTE301",
        "priority with plugins that drop it",
        lab(static(dst("0.0.0.0/0", priority=500)), **OLD),
        [(R, at(0))],
    ),
    Case(
        "RTE301",
        "priority with a cniVersion that drops it",  # plugins v1.9.1: default via net1 comes first
        lab(static(dst("0.0.0.0/0", priority=500), cniVersion="0.2.0"), **NEW),
        [(R, at(0))],
    ),
    Case(
        "RTE301",
        "sbr with a table leaves the routes",  # plugins v1.9.1 doRoutesWithTable
        lab(behind(dst("0.0.0.0/0"), by=SBR | {"table": 77})),
        [(R, at(0, start=CHAINED))],
    ),
    Case("RTE301", "bridge", lab(bridge()), [(R, "isDefaultGateway")]),
    Case(
        "RTE301",
        "whereabouts",
        lab(
            macvlan(
                ipam={
                    "type": "whereabouts",
                    "range": "10.12.34.0/24",
                    "gateway": "10.12.34.254",
                    "routes": [dst("0.0.0.0/0")],
                }
            )
        ),
        [(R, at(0))],
    ),
    Case("RTE301", "dhcp", lab(macvlan(ipam={"type": "dhcp"}), **NEW), [(N, "ipam.type")]),
    Case(
        "RTE301",
        "isDefaultGateway beside a default route",  # told once
        lab(bridge(dst("0.0.0.0/0"))),
        [(R, "isDefaultGateway")],
    ),
    Case(
        "RTE301",
        "isDefaultGateway beside halves",
        lab(bridge(dst("0.0.0.0/1"), dst("128.0.0.0/1"))),
        [(R, "isDefaultGateway"), (R, at(0))],
    ),
    Case(
        "RTE301",
        "isDefaultGateway beside a default route by another gateway",
        lab(bridge(dst("0.0.0.0/0", gw="10.12.34.9"))),
        [(R, at(0))],
    ),
    Case("RTE301", "split tunnel", lab(static(*SPLIT)), [(N, at(6))]),
    Case("RTE301", "split tunnel of pods that ask", lab(asked(*SPLIT)), [(N, at(6))]),
    Case(
        "RTE301",
        "split tunnel over told pods",
        lab(static(*SPLIT), podCidr="100.64.0.0/10", serviceCidr="10.96.0.0/12"),
        [(R, at(6))],
    ),
    Case(
        "RTE301",
        "all but kubeadm's, in a cluster of k3s",
        lab(static(*BESIDE_KUBEADM), distribution="k3s"),
        [(R, at(5))],
    ),
    Case(
        "RTE301",
        "all but kubeadm's, in a cluster that isn't known",
        lab(static(*BESIDE_KUBEADM)),
        [(N, at(5))],
    ),
    Case(
        "RTE301",
        "gateway that is rendered later",
        lab(static(dst("0.0.0.0/0", gw=LATER))),
        [(R, at(0))],
    ),
    Case(
        "RTE301",
        "plugin of another project",
        lab(plugin("sriov", ipam=POOL | {"routes": [dst("0.0.0.0/0")]})),
        [(R, at(0))],
    ),
    Case("RTE302", "off the subnet", lab(static(dst(FAR, gw="10.99.0.1"))), [(E, at(0, "gw"))]),
    Case(
        "RTE302",
        "behind an on-link route without link scope",  # plugins v1.9.1: network is unreachable
        lab(static(dst("10.99.0.0/24", gw="0.0.0.0"), dst(FAR, gw="10.99.0.1"))),
        [(E, at(1, "gw"))],
    ),
    Case(
        "RTE302",
        "before the on-link route",
        lab(static(dst(FAR, gw="10.99.0.1"), dst("10.99.0.0/24", gw="0.0.0.0", scope=253)), **NEW),
        [(E, at(0, "gw"))],
    ),
    Case(
        "RTE302",
        "behind an on-link route of another table",
        lab(
            static(
                dst("10.99.0.0/24", gw="0.0.0.0", scope=253, table=100), dst(FAR, gw="10.99.0.1")
            )
        ),
        [(E, at(1, "gw"))],
    ),
    Case(
        "RTE302",
        "the subnet's own address",
        lab(static(dst(FAR, gw="10.12.34.0"))),
        [(R, at(0, "gw"))],
    ),
    Case("RTE302", "broadcast", lab(static(dst(FAR, gw="10.12.34.255"))), [(E, at(0, "gw"))]),
    Case(
        "RTE302",
        "other family",
        lab(static(dst(FAR, gw="fd00:12::1"), has=(V4, V6))),
        [(E, at(0, "gw"))],
    ),
    Case(
        "RTE302",
        "no address of the family",
        lab(static(dst(FAR, gw="10.12.34.1"), has=(V6,))),
        [(E, at(0, "gw"))],
    ),
    Case("RTE302", "IPv6 ::", lab(static(dst(FAR6, gw="::"), has=(V6,))), [(E, at(0, "gw"))]),
    Case(
        "RTE302",
        "IPv6 own address",
        lab(static(dst(FAR6, gw="fd00:12::5"), has=(V6,))),
        [(E, at(0, "gw"))],
    ),
    Case("RTE302", "own address", lab(static(dst(FAR, gw="10.12.34.5"))), [(R, at(0, "gw"))]),
    Case(
        "RTE302",
        "an address of the pool",
        lab(macvlan(ipam=POOL | {"routes": [dst(FAR, gw="10.12.34.210")]})),
        [(R, at(0, "gw"))],
    ),
    Case(
        "RTE302",
        "on-link in silence, beside a route with a gateway",
        lab(static(dst("10.8.0.0/16", gw="10.12.34.9"), dst(FAR), has=(V4_ALONE,))),
        [(R, at(1))],
    ),
    Case(
        "RTE302",
        "on-link in silence, beside another family's gateway",
        lab(static(dst(FAR), has=(V4_ALONE, V6))),
        [(R, at(0))],
    ),
    # rook Documentation/CRDs/Cluster/network-providers.md, with the nodes on the segment
    Case("RTE302", "on-link without any gateway", lab(shared(dst("10.12.32.0/22"))), [(N, at(0))]),
    Case(
        "RTE302",
        "on-link default route",
        lab(shared(dst("0.0.0.0/0"))),
        [(R, at(0))],
    ),
    Case(
        "RTE302",
        "second address's gateway is no fallback for the first",
        lab(static(dst(FAR, gw="10.12.41.1"), has=(V4, {"address": "10.12.40.5/24"}))),
        [(E, at(0, "gw"))],
    ),
    # sriov-cni 1b7acc5b pkg/cnicommands/cni.go: a VF bound to DPDK gets no routes
    Case(
        "RTE302",
        "sriov",
        lab(plugin("sriov", ipam=POOL | {"routes": [dst(FAR, gw="10.21.0.1")]})),
        [(R, at(0, "gw"))],
    ),
    Case(
        "RTE302",
        "ovs",
        lab(plugin("ovs", bridge="br1", ipam=POOL | {"routes": [dst(FAR, gw="10.21.0.1")]})),
        [(R, at(0, "gw"))],
    ),
    Case(
        "RTE302",
        "device that may be DPDK's",  # plugins v1.10.0 host-device.go
        lab(
            plugin(
                "host-device",
                pciBusID="0000:3b:02.1",
                ipam=POOL | {"routes": [dst(FAR, gw="10.21.0.1")]},
            )
        ),
        [(R, at(0, "gw"))],
    ),
    Case(
        "RTE302",
        "host-device",
        lab(
            plugin("host-device", device="eth1", ipam=POOL | {"routes": [dst(FAR, gw="10.21.0.1")]})
        ),
        [(E, at(0, "gw"))],
    ),
    Case(
        "RTE302",
        "key in another case",
        lab(
            macvlan(
                ipam={
                    "type": "static",
                    "addresses": [V4],
                    "Routes": [{"dst": FAR, "GW": "10.21.0.1"}],
                }
            )
        ),
        [(E, "ipam.Routes.0.GW")],
    ),
    Case("RTE302", "a family that pods don't have", lab(static(dst(FAR6))), [(R, at(0))]),
    Case("RTE303", "host bits", lab(static(dst("10.9.0.1/16"))), [(E, at(0))]),
    Case("RTE303", "host bits, by ptp", lab(to_node(dst("10.9.0.1/16"))), [(E, at(0))]),
    Case(
        "RTE303",
        "the routes to its subnet and gateway that ptp sets",
        lab(to_node(dst("10.12.34.0/24"), dst(f"{V4['gateway']}/32"))),
        [(E, at(0)), (E, at(1))],
    ),
    Case(
        "RTE303",
        "the route to its IPv6 subnet that ptp sets",
        lab(to_node(dst("fd00:12::/64"), has=V6)),
        [(E, at(0))],
    ),
    Case("RTE303", "twice", lab(static(dst(FAR), dst(FAR))), [(E, at(1))]),
    Case(
        "RTE303",
        "twice, once spelt out",
        lab(static(dst(FAR), dst(FAR, gw="10.12.34.254", mtu=1300, table=254))),
        [(E, at(1))],
    ),
    Case(
        "RTE303",
        "IPv6 metric spelt out",
        lab(static(dst(FAR6), dst(FAR6, priority=1024), has=(V6,))),
        [(E, at(1))],
    ),
    Case(
        "RTE303",
        "two gateways",
        lab(static(dst(FAR), dst(FAR, gw="10.12.34.253"))),
        [(R, at(1))],
    ),
    Case(
        "RTE303",
        "priorities that are dropped",
        lab(static(dst(FAR), dst(FAR, priority=9)), **OLD),
        [(E, at(1))],
    ),
    # plugins v1.9.1 bridge.go calcGateways sets 0.0.0.0/0 by the same gateway again: file exists
    Case(
        "RTE303",
        "default route beside the bridge's",
        lab(bridge(dst("0.0.0.0/0"))),
        [(E, at(0))],
    ),
    Case(
        "RTE303",
        "default route of the main table, by the bridge's own address",
        lab(
            plugin(
                "bridge",
                isDefaultGateway=True,
                ipam={"type": "static", "addresses": [V4_ALONE], "routes": [MAIN_DEFAULT]},
            ),
            **NEW,
        ),
        [(E, at(0))],
    ),
    Case(
        "RTE303",
        "IPv6 default route beside the bridge's",
        lab(dual(dst("::/0", priority=1024), dst("0.0.0.0/0", gw="10.12.34.254")), **NEW),
        [(E, at(0))],
    ),
    Case(
        "RTE303",
        "default route of a priority that is dropped",
        lab(bridge(dst("0.0.0.0/0", priority=500)), **OLD),
        [(E, at(0))],
    ),
    Case(
        "RTE303",
        "twice, and the second is passed over",
        lab(static(dst(FAR), dst(FAR), dst(FAR, gw="10.12.34.9")), cniPlugins="v0.9.1"),
        [(N, at(1)), (R, at(2))],
    ),
    Case(
        "RTE303",
        "twice on a VF",
        lab(plugin("sriov", ipam=POOL | {"routes": [dst(FAR), dst(FAR)]})),
        [(R, at(1))],
    ),
    Case("RTE304", "own subnet", lab(static(dst("10.12.34.0/24"))), [(R, at(0))]),
    Case("RTE304", "half of it", lab(static(dst("10.12.34.0/25", priority=9))), [(R, at(0))]),
    Case(
        "RTE304",
        "IPv6 own subnet ahead of the kernel's",
        lab(static(dst("fd00:12::/64", priority=100), has=(V6,))),
        [(R, at(0))],
    ),
    Case("RTE304", "pods", lab(static(dst("10.244.0.0/16")), **CLUSTER), [(R, at(0))]),
    Case("RTE304", "pods and Services", lab(static(dst("10.0.0.0/8")), **CLUSTER), [(R, at(0))]),
    Case("RTE304", "some Services", lab(static(dst("10.96.0.0/24")), **CLUSTER), [(R, at(0))]),
    Case(
        "RTE304",
        "cluster not told",
        lab(static(dst(FAR), dst("10.8.0.0/16")), **NEW),
        [(N, at(0))],
    ),
    Case(
        "RTE304",
        "over the neighbours of pods that ask",
        lab(asked(dst("10.20.0.0/24", gw="10.20.0.1"))),
        [(N, at(0))],
    ),
    Case(
        "RTE304",
        "over the IPv6 neighbours of pods that ask",
        lab(asked(dst("fd00:20::/64", gw="fd00:20::1"))),
        [(N, at(0))],
    ),
    Case("RTE304", "k3s's pods, not told", lab(static(dst("10.42.0.0/16"))), [(N, at(0))]),
    Case(
        "RTE304",
        "k3s's pods, in a zone without a range",
        Lab([static(dst("10.42.0.0/16"))], Zone()),
        [(N, at(0))],
    ),
    Case(
        "RTE304",
        "k3s's pods behind another route, not told",
        lab(static(dst(FAR), dst("10.40.0.0/13")), **NEW),
        [(N, at(1))],
    ),
    Case(
        "RTE304",
        "kubeadm's, Services told",
        lab(static(dst("10.244.0.0/20")), distribution="kubeadm", serviceCidr="10.96.0.0/12"),
        [(N, at(0))],
    ),
    Case(
        "RTE304",
        "split tunnel over told Services",
        lab(static(*SPLIT[:4]), podCidr="10.244.0.0/16", serviceCidr="11.0.0.0/16"),
        [(R, at(2))],
    ),
    Case("RTE305", "old plugins", lab(static(dst(FAR, table=9)), **OLD), [(E, at(0, "table"))]),
    Case(
        "RTE305",
        "old cniVersion",
        lab(static(dst(FAR, priority=9), cniVersion="0.2.0"), **NEW),
        [(E, at(0, "priority"))],
    ),
    Case(
        "RTE305",
        "release not told",
        lab(static(dst(FAR, priority=9, table=9)), **CLUSTER),
        [(N, at(0, "priority"))],
    ),
    Case("RTE305", "manifest", lab(static(dst(FAR, priority=9))), [(N, at(0, "priority"))]),
    Case("RTE305", "old scope", lab(static(dst(FAR, scope=253)), **OLD), [(E, at(0, "scope"))]),
    Case("RTE306", "sbr", lab(behind(by=SBR), **NEW), [(R, "plugins.1.type")]),
    Case(
        "RTE306", "sbr that could keep it", lab(behind(by=SBR), **NEWEST), [(R, "plugins.1.type")]
    ),
    Case(
        "RTE306",
        "table that the release doesn't read",
        lab(behind(by=SBR | {"table": 77}), **OLD),
        [(R, "plugins.1.type")],
    ),
    Case(
        "RTE306",
        "hints that the release doesn't read",
        lab(behind(by=SBR | {"addSourceHints": True}), **NEW),
        [(R, "plugins.1.type")],
    ),
    Case(
        "RTE306",
        "no hints",
        lab(behind(by=SBR | {"addSourceHints": False}), **NEWEST),
        [(R, "plugins.1.type")],
    ),
    Case("RTE306", "release not told", lab(behind(by=SBR), **CLUSTER), [(N, "plugins.1.type")]),
    Case("RTE306", "manifest", lab(behind(by=SBR)), [(N, "plugins.1.type")]),
    Case(
        "RTE307",
        "two of a namespace",
        lab(*(static(dst("0.0.0.0/0"), name=name) for name in "abc"), **NEW),
        [(N, f"b:{at(0)}")],
    ),
    Case(
        "RTE308",
        "mtu and advmss",
        lab(static(dst(FAR, mtu=1300, advmss=1200))),
        [(R, at(0, "mtu")), (R, at(0, "advmss"))],
    ),
    Case("RTE308", "multicast by a gateway", lab(static(dst("224.0.0.0/4"))), [(R, at(0))]),
    Case("RTE308", "IPv6 too", lab(static(dst("ff05::/16"), has=(V6,))), [(R, at(0))]),
    Case("RTE309", "filled in", lab(static(dst(FAR, scope=253)), **NEW), [(E, at(0, "scope"))]),
    Case("RTE309", "host scope", lab(static(dst(FAR, scope=254)), **NEW), [(E, at(0, "scope"))]),
    Case(
        "RTE309",
        "written",
        lab(static(dst(FAR, scope=253, gw="10.12.34.254")), **NEW),
        [(E, at(0, "scope"))],
    ),
    Case(
        "RTE309",
        "nowhere",
        lab(static(dst(FAR, scope=255), has=(V4_ALONE,)), **NEW),
        [(E, at(0, "scope"))],
    ),
    Case(
        "RTE309",
        "the release untold",
        lab(static(dst(FAR, scope=253))),
        [(N, at(0, "scope"))],
    ),
    Case(
        "RTE309",
        "on a VF",
        lab(plugin("sriov", ipam=POOL | {"routes": [dst(FAR, scope=253)]}), **NEWEST),
        [(R, at(0, "scope"))],
    ),
    # All of these: plugins v1.10.0, sbr fails in these words.
    Case(
        "RTE310", "off the subnet", lab(sbr("10.99.0.1"), **NEWEST), [(E, "plugins.1.gateways.0")]
    ),
    Case("RTE310", "release not told", lab(sbr("10.99.0.1")), [(N, "plugins.1.gateways.0")]),
    Case(
        "RTE310",
        "two of a family",
        lab(sbr("10.12.34.9", "10.12.34.8"), **NEWEST),
        [(E, "plugins.1.gateways.1")],
    ),
    Case("RTE310", "null", lab(sbr(None), **NEWEST), [(E, "plugins.1.gateways.0")]),
    Case(
        "RTE310",
        "IPv4 in IPv6's clothes",
        lab(sbr("10.12.34.9", "::ffff:10.12.34.8"), **NEWEST),
        [(E, "plugins.1.gateways.1")],
    ),
    Case(
        "RTE310",
        "three",
        lab(sbr("10.12.34.9", "fd00:12::9", "fd00:12::8"), **NEWEST),
        [(E, "plugins.1.gateways")],
    ),
    Case(
        "RTE310",
        "prefix length",
        lab(sbr("10.12.34.9/24"), **NEWEST),
        [(E, "plugins.1.gateways.0")],
    ),
    Case("RTE310", "broadcast", lab(sbr("10.12.34.255"), **NEWEST), [(E, "plugins.1.gateways.0")]),
    Case(
        "RTE310",
        "IPv6 off the subnet",
        lab(sbr("fd77::1", has=(V6,)), **NEWEST),
        [(E, "plugins.1.gateways.0")],
    ),
    Case("RTE310", "IPv6 ::", lab(sbr("::", has=(V6,)), **NEWEST), [(E, "plugins.1.gateways.0")]),
    Case(
        "RTE310",
        "IPv6 own address",
        lab(sbr("fd00:12::5", has=(V6,)), **NEWEST),
        [(E, "plugins.1.gateways.0")],
    ),
    Case("RTE310", "own address", lab(sbr("10.12.34.5"), **NEWEST), [(R, "plugins.1.gateways.0")]),
    Case(
        "RTE310",
        "a family that pods don't have",
        lab(sbr("fd00:12::9"), **NEWEST),
        [(R, "plugins.1.gateways.0")],
    ),
    Case(
        "RTE310",
        "in another case",
        lab(behind(by=SBR | {"Gateways": ["10.99.0.1"]}), **NEWEST),
        [(E, "plugins.1.Gateways.0")],
    ),
    Case("RTE310", "on the subnet", lab(sbr("10.12.34.9"), **NEWEST)),
    Case("RTE310", "one per family", lab(sbr("10.12.34.9", "fd00:12::9", has=(V4, V6)), **NEWEST)),
    Case("RTE310", "fe80", lab(sbr("fe80::1", has=(V6,)), **NEWEST)),
    Case("RTE310", "on-link", lab(sbr("0.0.0.0"), **NEWEST)),
    Case("RTE310", "none", lab(sbr(), **NEWEST)),
    Case("RTE310", "plugins that don't read it", lab(sbr("10.99.0.1"), **NEW)),
    Case("RTE310", "rendered later", lab(sbr(LATER, LATER), **NEWEST)),
    Case(
        "RTE310",
        "pods ask",
        lab(
            chain(
                {"type": "macvlan", "master": "eth1", "ipam": {"type": "static"}},
                SBR | {"gateways": ["10.20.0.1"]},
            ),
            **NEWEST,
        ),
    ),
    Case(
        "RTE311",
        "two tables",
        lab(vrf("a", table=10), vrf("b", table=20), vrf("c", table=10)),
        [(N, "b:plugins.1.table")],
    ),
    *(
        Case("RTE312", f"takeover, {why}", lab(wanted("takeover", ipam=ipam)), [(told, AT_ROUTE)])
        for why, ipam, told in (
            ("pods ask for their addresses", {"type": "static"}, R),
            ("no IPAM plugin", {}, R),
            ("pools of the cluster", {"type": "antrea", "ippools": ["lab"]}, R),
            ("no routes are taken", {"type": "calico-ipam"}, R),
            ("none of its routes is taken", {"type": "calico-ipam", "routes": [dst(ALL)]}, R),
            ("a route elsewhere", {"type": "static", "routes": [dst(FAR)]}, R),
            ("the server decides", {"type": "dhcp"}, N),
            ("the pool decides", {"type": "nv-ipam", "poolName": "lab"}, N),
            ("the subnet decides", {"type": "kube-ovn", "server_socket": "/run/ovn.sock"}, N),
        )
    ),
    Case(
        "RTE312",
        "sbr, and pods ask for their addresses",
        lab(wanted("source-based", SBR, ipam={"type": "static"})),
        [(R, AT_ROUTE)],
    ),
    Case(
        "RTE312",
        "sbr, and the pool decides",
        lab(wanted("source-based", SBR, ipam={"type": "nv-ipam", "poolName": "lab"})),
        [(N, AT_ROUTE)],
    ),
    Case("RTE301", "private networks", lab(static(dst("10.0.0.0/8"), dst("172.16.0.0/12")))),
    Case("RTE301", "multicast", lab(static(dst("224.0.0.0/3", gw="0.0.0.0")))),
    Case("RTE301", "unique local", lab(static(dst("fc00::/7"), has=(V6,)))),
    Case("RTE301", "priority", lab(static(dst("0.0.0.0/0", priority=500)), **NEW)),
    Case("RTE301", "IPv6 priority", lab(static(dst("::/0", priority=1025), has=(V6,)), **NEW)),
    Case("RTE301", "priority, release not told", lab(static(dst("0.0.0.0/0", priority=500)))),
    Case("RTE301", "own table", lab(static(dst("0.0.0.0/0", table=100)), **NEW)),
    Case("RTE301", "asked after main", lab(static(dst("0.0.0.0/0", table=253)), **NEW)),
    Case("RTE301", "sbr", lab(behind(dst("0.0.0.0/0"), by=SBR))),
    Case("RTE301", "sbr, halves", lab(behind(dst("0.0.0.0/1"), dst("128.0.0.0/1"), by=SBR))),
    Case("RTE301", "vrf", lab(behind(dst("0.0.0.0/0"), by={"type": "vrf", "vrfname": "red"}))),
    Case(
        "RTE301",
        "meant",
        lab(network(static(dst("0.0.0.0/0")).config, default_route="takeover")),
    ),
    Case(
        "RTE301",
        "before plugins v1.0.0 the first default route won",
        lab(static(dst("0.0.0.0/0")), cniPlugins="v0.9.1"),
    ),
    Case(
        "RTE301",
        "dhcp takes no routes",
        lab(macvlan(ipam={"type": "dhcp", "routes": [dst("::/0")]})),
    ),
    Case("RTE301", "bridge without", lab(plugin("bridge", isGateway=True, ipam=POOL))),
    Case(
        "RTE301",
        "bridge with a default route of a priority",  # plugins v1.9.1: metric 500, eth0 wins
        lab(bridge(dst("0.0.0.0/0", gw="10.12.34.1", priority=500)), **NEW),
    ),
    Case("RTE301", "split tunnel, and all is told", lab(static(*SPLIT), **CLUSTER)),
    Case(
        "RTE301",
        "IPv6 in a cluster without",
        lab(static(dst("::/0"), has=(V6,)), podCidr="10.244.0.0/16"),
    ),
    Case("RTE301", "all but kubeadm's", lab(static(*BESIDE_KUBEADM), **CLUSTER)),
    Case(
        "RTE301",
        "IPv6 beside the cluster's",
        lab(
            static(dst("2000::/3"), has=(V6,)),
            podCidr=["10.244.0.0/16", "fd00:10:244::/56"],
            serviceCidr=["10.96.0.0/12", "fd00:10:96::/112"],
        ),
    ),
    Case(
        "RTE301", "priority that is rendered later", lab(static(dst("0.0.0.0/0", priority=LATER)))
    ),
    Case(
        "RTE301",
        "sbr with gateways of its own",
        lab(behind(dst("0.0.0.0/0"), by=SBR | {"gateways": ["10.12.34.9"]})),
    ),
    Case("RTE301", "coordinator", lab(behind(dst("0.0.0.0/0"), by={"type": "coordinator"}))),
    Case(
        "RTE301",
        "route-override that flushes",
        lab(behind(dst("0.0.0.0/0"), by={"type": "route-override", "flushroutes": True})),
    ),
    Case(
        "RTE301",
        "route-override that keeps the routes",
        lab(behind(dst("0.0.0.0/0"), by={"type": "route-override", "flushroutes": False})),
        [(R, "plugins.0.ipam.routes.0.dst")],
    ),
    Case(
        "RTE301",
        "halves of route-override",
        lab(adding(dst("0.0.0.0/1", gw="10.12.34.254"), dst("128.0.0.0/1", gw="10.12.34.254"))),
        [(R, "plugins.1.addroutes.0.dst")],
    ),
    Case(
        "RTE301",
        "halves of route-override, which sbr moves",
        lab(
            chain(
                {"type": "macvlan", "master": "eth1", "ipam": POOL},
                {"type": "route-override", "addroutes": [dst("0.0.0.0/1"), dst("128.0.0.0/1")]},
                {"type": "sbr"},
            )
        ),
    ),
    Case(
        "RTE301",
        "halves in the arguments of route-override",
        lab(
            chain(
                {"type": "macvlan", "master": "eth1", "ipam": POOL},
                {
                    "type": "route-override",
                    "addroutes": [],
                    "args": {"cni": {"addroutes": [dst("0.0.0.0/1"), dst("128.0.0.0/1")]}},
                },
            )
        ),
        [(R, "plugins.1.args.cni.addroutes.0.dst")],
    ),
    Case(
        "RTE301",
        "a default route that can't be added",
        lab(adding(dst("0.0.0.0/0"))),
    ),
    Case(
        "RTE304",
        "pods by a route of route-override",
        lab(adding(dst("10.244.0.0/16", gw="10.12.34.254")), **CLUSTER),
        [(R, "plugins.1.addroutes.0.dst")],
    ),
    Case(
        "RTE304",
        "a network beyond by a route of route-override",
        lab(adding(dst(FAR, gw="10.12.34.254")), **CLUSTER),
    ),
    Case(
        "RTE308",
        "a default route beside eth0's",
        lab(adding(dst("0.0.0.0/0", gw="10.12.34.254"))),
        [(R, "plugins.1.addroutes.0.dst")],
    ),
    Case(
        "RTE308",
        "a default route of IPv6 where eth0 has none",
        lab(adding(dst("::/0", gw="fe80::1")), podCidr="10.244.0.0/16"),
    ),
    Case(
        "RTE308",
        "an added route with host bits",
        lab(adding(dst("10.9.0.1/16", gw="10.12.34.254"))),
        [(R, "plugins.1.addroutes.0.dst")],
    ),
    Case(
        "RTE308",
        "a gateway elsewhere of an added route",
        lab(adding(dst(FAR, gw="10.1.0.1"))),
        [(R, "plugins.1.addroutes.0.gw")],
    ),
    Case(
        "RTE308",
        "an added route that is there",
        lab(adding(dst(FAR), ipam=POOL | {"routes": [dst(FAR)]})),
        [(R, "plugins.1.addroutes.0.dst")],
    ),
    Case(
        "RTE308",
        "an added route that was flushed",
        lab(adding(dst(FAR), ipam=POOL | {"routes": [dst(FAR)]}, flushroutes=True)),
    ),
    Case("RTE308", "an added route", lab(adding(dst(FAR, gw="10.12.34.254"), dst(FAR6)))),
    Case(
        "RTE308",
        "added routes of pods that ask for addresses",
        lab(adding(dst(FAR, gw="10.1.0.1"), ipam={"type": "static"})),
    ),
    Case(
        "RTE301",
        "pods that ask, and sbr",
        lab(
            chain(
                {
                    "type": "macvlan",
                    "master": "eth1",
                    "ipam": {"type": "static", "routes": [dst("0.0.0.0/0", gw="10.20.0.1")]},
                },
                SBR,
            )
        ),
    ),
    Case("RTE301", "IPv6 for pods without an address of it", lab(static(dst("::/0")))),
    Case(
        "RTE301",
        "IPv6 with a gateway for pods without an address of it",
        lab(static(dst("::/0", gw="fd00:12::1"))),
    ),
    Case("RTE301", "isDefaultGateway of another plugin", lab(macvlan(isDefaultGateway=True))),
    Case(
        "RTE301",
        "isDefaultGateway with sbr",
        lab(chain({"type": "bridge", "isDefaultGateway": True, "ipam": POOL}, SBR)),
    ),
    Case("RTE302", "on the subnet", lab(static(dst(FAR, gw="10.12.34.9")))),
    Case(
        "RTE302",
        "second address by the first one's gateway",
        lab(static(dst(FAR), has=(V4, {"address": "10.12.40.5/24", "gateway": "10.12.34.254"}))),
    ),
    Case("RTE302", "gateway that is rendered later", lab(static(dst(FAR, gw=LATER)))),
    Case(
        "RTE302",
        "subnet that is rendered later",
        lab(macvlan(ipam=POOL | {"subnet": LATER, "routes": [dst(FAR, gw="10.99.0.1")]})),
    ),
    Case(
        "RTE302",
        "address's gateway that is rendered later",
        lab(static(dst(FAR), has=(V4_LATER,))),
    ),
    Case("RTE302", "pods ask", lab(asked(dst(FAR, gw="10.20.0.1")))),
    Case(
        "RTE302", "on the subnet, own table", lab(static(dst(FAR, gw="10.12.34.9", table=9)), **NEW)
    ),
    Case(
        "RTE302",
        "behind an on-link route",
        lab(static(dst("10.99.0.0/24", gw="0.0.0.0", scope=253), dst(FAR, gw="10.99.0.1")), **NEW),
    ),
    Case(
        "RTE302",
        "behind an on-link route of the main table",
        lab(
            static(
                dst("10.99.0.0/24", gw="0.0.0.0", scope=253),
                dst(FAR, gw="10.99.0.1", table=100),
            ),
            **NEW,
        ),
    ),
    Case("RTE302", "fe80", lab(static(dst(FAR6, gw="fe80::1"), has=(V6,)))),
    Case("RTE302", "fe80 with IPv4 alone", lab(static(dst(FAR6, gw="fe80::1")))),
    Case("RTE302", "on-link as meant", lab(static(dst(FAR, scope=253), has=(V4_ALONE,)))),
    Case("RTE302", "on-link by 0.0.0.0", lab(static(dst(FAR, gw="0.0.0.0")))),
    Case("RTE302", "multicast on-link", lab(static(dst("224.0.0.0/4"), has=(V4_ALONE,)))),
    Case(
        "RTE302", "dhcp", lab(macvlan(ipam={"type": "dhcp", "routes": [dst(FAR, gw="10.99.0.1")]}))
    ),
    Case(
        "RTE302",
        "gateway within the pool, never handed out",
        lab(
            macvlan(
                ipam=POOL | {"gateway": "10.12.34.210", "routes": [dst(FAR, gw="10.12.34.210")]}
            )
        ),
    ),
    Case(
        "RTE302",
        "the bridge is the gateway",
        lab(
            plugin(
                "bridge",
                isGateway=True,
                ipam={"type": "static", "addresses": [V4_ALONE], "routes": [dst(FAR)]},
            )
        ),
    ),
    Case("RTE302", "a plugin that isn't known", lab(plugin("ovs", ipam={"type": "static"}))),
    Case("RTE303", "IPv6 host bits", lab(static(dst("fd99::1/64"), has=(V6,)))),
    Case("RTE303", "two destinations", lab(static(dst("10.9.0.0/17"), dst(FAR)))),
    Case("RTE303", "gateways rendered later", lab(static(dst(FAR, gw=LATER), dst(FAR)))),
    Case("RTE303", "two priorities", lab(static(dst(FAR), dst(FAR, priority=9)))),
    Case("RTE303", "two tables", lab(static(dst(FAR), dst(FAR, table=9)))),
    Case(
        "RTE303",
        "default route by a gateway of its own",
        lab(bridge(dst("0.0.0.0/0", gw="10.12.34.9"))),
    ),
    Case(
        "RTE303",
        "two default routes, one of them by a gateway",  # the bridge then adds none
        lab(bridge(dst("0.0.0.0/0"), dst("0.0.0.0/0", gw="10.12.34.9", priority=9)), **NEW),
    ),
    Case("RTE303", "gateway in capitals", lab(bridge(dst("0.0.0.0/0", GW="10.12.34.9")))),
    Case("RTE303", "default route of a priority", lab(bridge(dst("0.0.0.0/0", priority=9)), **NEW)),
    Case("RTE303", "default route of a table", lab(bridge(dst("0.0.0.0/0", table=9)), **NEW)),
    Case("RTE303", "a family that the bridge has none of", lab(bridge(dst("::/0")))),
    Case("RTE303", "half of a default route", lab(bridge(dst("0.0.0.0/1")))),
    Case(
        "RTE303",
        "bridge that is a gateway alone",
        lab(plugin("bridge", isGateway=True, ipam=POOL | {"routes": [dst("0.0.0.0/0")]})),
    ),
    Case(
        "RTE303",
        "default route of plugins that pass over the second",
        lab(bridge(dst("0.0.0.0/0")), cniPlugins="v0.9.1"),
    ),
    Case("RTE304", "wider than the subnet", lab(static(dst("10.12.0.0/16")))),
    Case("RTE304", "own subnet on-link", lab(static(dst("10.12.34.0/24", gw="0.0.0.0")))),
    Case("RTE304", "own subnet behind the kernel's", lab(static(dst("10.12.34.0/24", priority=9)))),
    Case("RTE304", "IPv6 own subnet", lab(static(dst("fd00:12::/64"), has=(V6,)))),
    Case("RTE304", "elsewhere", lab(static(dst(FAR)), **CLUSTER)),
    Case("RTE304", "the default route is RTE301's", lab(static(dst("0.0.0.0/0")), **CLUSTER)),
    Case("RTE304", "sbr", lab(behind(dst("10.0.0.0/8"), by=SBR), **CLUSTER)),
    Case("RTE304", "own table", lab(static(dst("10.0.0.0/8", table=9)), **CLUSTER, **NEW)),
    Case("RTE304", "manifest", lab(static(dst(FAR)))),
    Case("RTE304", "beyond the segment of pods that ask", lab(asked(dst(FAR, gw="10.20.0.1")))),
    Case("RTE304", "wider than any segment", lab(asked(dst("172.16.0.0/13", gw="172.20.0.1")))),
    Case(
        "RTE304", "on the segment of pods that ask", lab(asked(dst("10.20.0.0/24", gw="0.0.0.0")))
    ),
    Case("RTE304", "one neighbour", lab(asked(dst("10.20.0.1/32", gw="10.20.0.1")))),
    Case(
        "RTE304", "k3s's pods in a cluster of kubeadm", lab(static(dst("10.42.0.0/16")), **CLUSTER)
    ),
    Case(
        "RTE304",
        "own subnet by a gateway that is rendered later",
        lab(static(dst("10.12.34.0/24", gw=LATER))),
    ),
    Case("RTE305", "new plugins", lab(static(dst(FAR, priority=9)), **NEW)),
    Case("RTE305", "rendered later", lab(static(dst(FAR, priority=LATER)), **OLD)),
    Case(
        "RTE305",
        "plugin of another project",
        lab(plugin("sriov", ipam=POOL | {"routes": [dst(FAR, priority=9)]}), **OLD),
    ),
    Case("RTE305", "scope that other releases refuse", lab(static(dst(FAR, scope=253)))),
    Case("RTE305", "nothing to drop", lab(static(dst(FAR)), **OLD)),
    Case("RTE306", "source hints", lab(behind(by=SBR | {"addSourceHints": True}), **NEWEST)),
    Case("RTE310", "beside table, which NAD003 has", lab(sbr("10.99.0.1", table=77), **NEWEST)),
    Case("RTE306", "own table", lab(behind(by=SBR | {"table": 77}), **NEW)),
    Case(
        "RTE306", "hints in another case", lab(behind(by=SBR | {"addsourcehints": True}), **NEWEST)
    ),
    Case("RTE306", "hints rendered later", lab(behind(by=SBR | {"addSourceHints": LATER}), **NEW)),
    Case("RTE306", "hints, release not told", lab(behind(by=SBR | {"addSourceHints": True}))),
    Case("RTE306", "table rendered later", lab(behind(by=SBR | {"table": LATER}), **NEW)),
    Case(
        "RTE306",
        "no addresses, which NAD012 has",
        lab(chain({"type": "macvlan", "master": "eth1"}, SBR), **NEW),
    ),
    Case(
        "RTE306",
        "an IPAM plugin without a type, which NAD012 has",
        lab(chain({"type": "macvlan", "ipam": {"type": ""}}, SBR), **NEW),
    ),
    Case("RTE306", "tuning", lab(behind(by={"type": "tuning"}), **NEW)),
    Case(
        "RTE307", "one", lab(static(dst("0.0.0.0/0"), name="a"), static(dst(FAR), name="b"), **NEW)
    ),
    Case(
        "RTE307",
        "a family each",
        lab(static(dst("0.0.0.0/0"), name="a"), static(dst("::/0"), has=(V6,), name="b"), **NEW),
    ),
    Case(
        "RTE307",
        "two namespaces",
        lab(
            network(static(dst("0.0.0.0/0")).config, "a", "one"),
            network(static(dst("0.0.0.0/0")).config, "b", "two"),
            **NEW,
        ),
    ),
    Case("RTE307", "split tunnels", lab(*(static(*SPLIT, name=name) for name in "ab"), **NEW)),
    Case("RTE308", "multicast on-link", lab(static(dst("224.0.0.0/4", gw="0.0.0.0")))),
    Case("RTE308", "mtu 0", lab(static(dst(FAR, mtu=0)))),
    Case(
        "RTE308",
        "multicast by a gateway that is rendered later",
        lab(static(dst("224.0.0.0/4", gw=LATER))),
    ),
    Case("RTE309", "on-link", lab(static(dst(FAR, scope=253, gw="0.0.0.0")))),
    Case("RTE309", "no gateway", lab(static(dst(FAR, scope=253), has=(V4_ALONE,)))),
    Case("RTE309", "wider scope", lab(static(dst(FAR, scope=200)))),
    Case("RTE309", "IPv6 has none", lab(static(dst(FAR6, scope=253), has=(V6,)))),
    Case("RTE309", "dropped", lab(static(dst(FAR, scope=253)), **OLD)),
    Case("RTE311", "one table", lab(vrf("a", table=10), vrf("b", table=10))),
    Case("RTE311", "a table that is there", lab(vrf("a", table=10), vrf("b"), vrf("c", table=0))),
    Case("RTE311", "two VRFs", lab(vrf("a", table=10), vrf("b", vrfname="blue", table=20))),
    Case("RTE311", "two namespaces", lab(vrf("a", "one", table=10), vrf("b", "two", table=20))),
    Case("RTE311", "rendered later", lab(vrf("a", table=10), vrf("b", table=LATER))),
    Case("RTE312", "given", lab(wanted("takeover", ipam=POOL | {"routes": [dst(ALL)]}))),
    Case("RTE312", "never", lab(wanted("never", ipam={"type": "static"}))),
    Case("RTE312", "a manifest", lab(network(asked().config))),
    Case(
        "RTE312",
        "pods ask, and it is written",
        lab(wanted("takeover", ipam={"type": "static", "routes": [dst("::/0")]})),
    ),
    Case(
        "RTE312",
        "bridge adds it",
        lab(wanted("takeover", kind="bridge", isDefaultGateway=True, ipam={"type": "static"})),
    ),
    Case("RTE312", "sbr", lab(wanted("source-based", SBR, ipam=POOL | {"routes": [dst(ALL)]}))),
    Case("RTE312", "sbr fails without addresses", lab(wanted("source-based", SBR))),
    Case(
        "RTE303",
        "other routes than ptp's own",
        lab(
            to_node(
                dst("10.12.34.0/24", priority=7),
                dst("10.12.34.0/24", table=100),
                dst("10.12.34.0/25"),
                dst(FAR),
            )
        ),
    ),
    Case(
        "RTE304", "the subnet's route of ptp, which RTE303 has", lab(to_node(dst("10.12.34.0/24")))
    ),
    Case("RTE304", "half the subnet, by ptp", lab(to_node(dst("10.12.34.0/25"))), [(R, at(0))]),
    Case(
        "RTE302",
        "ptp's route by a gateway elsewhere",
        lab(to_node(dst("10.9.0.0/16", gw="10.7.0.1"))),
        [(E, at(0, "gw"))],
    ),
]
