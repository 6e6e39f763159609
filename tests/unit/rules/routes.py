"""Rules RTE: what each catches, and the neighbours that it spares.

"plugins v1.9.1" in a comment says that the case was tried with those binaries (macvlan or bridge
with static or host-local) on Linux 6.18, in a pod whose default route goes by eth0.
"""

from collections.abc import Mapping
from typing import Any

from multus_lab.checks.network import Network
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
V6 = {"address": "fd00:12::5/64", "gateway": "fd00:12::1"}
V6_ALONE = {"address": "fd00:12::5/64"}
POOL: Json = dict(HOST_LOCAL)
FAR, FAR6 = "10.9.0.0/16", "fd99::/64"

NEW, OLD = {"cniPlugins": "v1.9.1"}, {"cniPlugins": "v1.5.1"}
CLUSTER = {"podCidr": "10.244.0.0/16", "serviceCidr": "10.96.0.0/12"}


def static(*routes: Any, has: tuple[Mapping[str, str], ...] = (V4,), **keys: Any) -> Network:
    """A macvlan network with static addresses and routes."""
    return macvlan(ipam={"type": "static", "addresses": list(has), "routes": list(routes)}, **keys)


def behind(*routes: Any, by: Json, **keys: Any) -> Network:
    """The same with a plugin chained behind."""
    ipam = {"type": "static", "addresses": [V4], "routes": list(routes)}
    return chain({"type": "macvlan", "master": "eth1", "ipam": ipam}, by, **keys)


def bridge(*routes: Any, **keys: Any) -> Network:
    """A bridge network whose bridge is the gateway."""
    ipam = POOL | {"gateway": "10.12.34.1", "routes": list(routes)}
    return plugin("bridge", isDefaultGateway=True, ipam=ipam, **keys)


def dual(*routes: Any) -> Network:
    """A bridge that is the default gateway of both families."""
    ipam = {"type": "static", "addresses": [V4, V6], "routes": list(routes)}
    return plugin("bridge", isDefaultGateway=True, ipam=ipam)


def at(index: int, key: str = "dst", start: str = "ipam") -> str:
    return f"{start}.routes.{index}.{key}"


def dst(text: str, **keys: Any) -> Json:
    return {"dst": text} | keys


SBR: Json = {"type": "sbr"}
MAIN_DEFAULT = dst("0.0.0.0/0", table=254)
CHAINED = "plugins.0.ipam"

CASES: list[Case] = [
    # All of these: plugins v1.9.1, `ip route get 10.96.0.10` answers net1.
    Case("RTE301", "default", lab(static(dst("0.0.0.0/0"))), [(R, at(0))]),
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
    Case("RTE302", "on-link in silence", lab(static(dst(FAR), has=(V4_ALONE,))), [(R, at(0))]),
    Case("RTE302", "a family that pods don't have", lab(static(dst(FAR6))), [(R, at(0))]),
    Case("RTE303", "host bits", lab(static(dst("10.9.0.1/16"))), [(E, at(0))]),
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
    Case("RTE306", "sbr", lab(behind(by=SBR), **NEW), [(R, "plugins.1.type")]),
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
    Case("RTE309", "filled in", lab(static(dst(FAR, scope=253))), [(E, at(0, "scope"))]),
    Case("RTE309", "host scope", lab(static(dst(FAR, scope=254))), [(E, at(0, "scope"))]),
    Case(
        "RTE309",
        "written",
        lab(static(dst(FAR, scope=253, gw="10.12.34.254"))),
        [(E, at(0, "scope"))],
    ),
    Case(
        "RTE309",
        "nowhere",
        lab(static(dst(FAR, scope=255), has=(V4_ALONE,))),
        [(E, at(0, "scope"))],
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
    Case("RTE302", "on the subnet", lab(static(dst(FAR, gw="10.12.34.9")))),
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
    Case("RTE305", "new plugins", lab(static(dst(FAR, priority=9)), **NEW)),
    Case("RTE305", "manifest", lab(static(dst(FAR, priority=9)))),
    Case("RTE305", "nothing to drop", lab(static(dst(FAR)), **OLD)),
    Case("RTE306", "own table", lab(behind(by=SBR | {"table": 77}), **NEW)),
    Case("RTE306", "newer", lab(behind(by=SBR), cniPlugins="v1.10.0")),
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
    Case("RTE308", "multicast on-link", lab(static(dst("224.0.0.0/4", gw="0.0.0.0")))),
    Case("RTE308", "mtu 0", lab(static(dst(FAR, mtu=0)))),
    Case("RTE309", "on-link", lab(static(dst(FAR, scope=253, gw="0.0.0.0")))),
    Case("RTE309", "no gateway", lab(static(dst(FAR, scope=253), has=(V4_ALONE,)))),
    Case("RTE309", "wider scope", lab(static(dst(FAR, scope=200)))),
    Case("RTE309", "IPv6 has none", lab(static(dst(FAR6, scope=253), has=(V6,)))),
    Case("RTE309", "dropped", lab(static(dst(FAR, scope=253)), **OLD)),
]
