"""Rules RTE: what each catches, and the neighbour that it leaves alone.

"plugins v1.9.1" in a comment says that the case was tried with those binaries (macvlan or bridge
with static or host-local) on Linux 6.18, in a pod whose default route goes by eth0.
"""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multus_lab.checks import judge_stack
from multus_lab.checks.network import Lab, Network
from multus_lab.settings import load
from tests.unit.rules import HOST_LOCAL, chain, findings, lab, macvlan, network, plugin

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


def found(one: Lab, code: str) -> list[tuple[str, str]]:
    """Severity and dotted path, from the network's configuration on, of what a rule finds."""
    return [
        (hit.severity.value, ".".join(map(str, hit.path[2:])))
        for hit in findings(one, code)
        if hit.code == code
    ]


def at(index: int, key: str = "dst", start: str = "ipam") -> str:
    return f"{start}.routes.{index}.{key}"


def dst(text: str, **keys: Any) -> Json:
    return {"dst": text} | keys


SBR: Json = {"type": "sbr"}
CHAINED = "plugins.0.ipam"

# code, id, lab, what is found
CAUGHT: list[tuple[str, str, Lab, list[tuple[str, str]]]] = [
    # All of these: plugins v1.9.1, `ip route get 10.96.0.10` answers net1.
    ("RTE301", "default", lab(static(dst("0.0.0.0/0"))), [("risk", at(0))]),
    ("RTE301", "on-link", lab(static(dst("0.0.0.0/0", gw="0.0.0.0"))), [("risk", at(0))]),
    ("RTE301", "no gateway", lab(static(dst("0.0.0.0/0"), has=(V4_ALONE,))), [("risk", at(0))]),
    (
        "RTE301",
        "halves",
        lab(static(dst(FAR), dst("0.0.0.0/1"), dst("128.0.0.0/1"))),
        [("risk", at(1))],
    ),
    (
        "RTE301",
        "quarters",
        lab(static(dst("0.0.0.0/2"), dst("64.0.0.0/2"), dst("128.0.0.0/2"), dst("192.0.0.0/2"))),
        [("risk", at(0))],
    ),
    (
        "RTE301",
        "halves whatever their priority",
        lab(static(dst("0.0.0.0/1", priority=500), dst("128.0.0.0/1", priority=500)), **NEW),
        [("risk", at(0))],
    ),
    ("RTE301", "IPv6, shared", lab(static(dst("::/0"), has=(V6,))), [("risk", at(0))]),
    ("RTE301", "IPv6 2000::/3", lab(static(dst("2000::/3"), has=(V6,))), [("risk", at(0))]),
    (
        "RTE301",
        "IPv6 priority below eth0's",
        lab(static(dst("::/0", priority=500), has=(V6,)), **NEW),
        [("risk", at(0))],
    ),
    (
        "RTE301",
        "IPv6 priority as eth0's",
        lab(static(dst("::/0", priority=1024), has=(V6,)), **NEW),
        [("risk", at(0))],
    ),
    (
        "RTE301",
        "both families",
        lab(static(dst("0.0.0.0/0"), dst("::/0"), has=(V4, V6))),
        [("risk", at(0)), ("risk", at(1))],
    ),
    ("RTE301", "local table", lab(static(dst("0.0.0.0/0", table=255)), **NEW), [("risk", at(0))]),
    ("RTE301", "main table", lab(static(dst("0.0.0.0/0", table=254)), **NEW), [("risk", at(0))]),
    ("RTE301", "table 0 is main", lab(static(dst("0.0.0.0/0", table=0)), **NEW), [("risk", at(0))]),
    (
        "RTE301",
        "priority with plugins that drop it",
        lab(static(dst("0.0.0.0/0", priority=500)), **OLD),
        [("risk", at(0))],
    ),
    (
        "RTE301",
        "priority with a cniVersion that drops it",  # plugins v1.9.1: default via net1 comes first
        lab(static(dst("0.0.0.0/0", priority=500), cniVersion="0.2.0"), **NEW),
        [("risk", at(0))],
    ),
    (
        "RTE301",
        "sbr with a table leaves the routes",  # plugins v1.9.1 doRoutesWithTable
        lab(behind(dst("0.0.0.0/0"), by=SBR | {"table": 77})),
        [("risk", at(0, start=CHAINED))],
    ),
    ("RTE301", "bridge", lab(bridge()), [("risk", "isDefaultGateway")]),
    (
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
        [("risk", at(0))],
    ),
    ("RTE301", "dhcp", lab(macvlan(ipam={"type": "dhcp"}), **NEW), [("note", "ipam.type")]),
    ("RTE302", "off the subnet", lab(static(dst(FAR, gw="10.99.0.1"))), [("error", at(0, "gw"))]),
    (
        "RTE302",
        "behind an on-link route without link scope",  # plugins v1.9.1: network is unreachable
        lab(static(dst("10.99.0.0/24", gw="0.0.0.0"), dst(FAR, gw="10.99.0.1"))),
        [("error", at(1, "gw"))],
    ),
    (
        "RTE302",
        "before the on-link route",
        lab(static(dst(FAR, gw="10.99.0.1"), dst("10.99.0.0/24", gw="0.0.0.0", scope=253)), **NEW),
        [("error", at(0, "gw"))],
    ),
    (
        "RTE302",
        "behind an on-link route of another table",
        lab(
            static(
                dst("10.99.0.0/24", gw="0.0.0.0", scope=253, table=100), dst(FAR, gw="10.99.0.1")
            )
        ),
        [("error", at(1, "gw"))],
    ),
    ("RTE302", "broadcast", lab(static(dst(FAR, gw="10.12.34.255"))), [("error", at(0, "gw"))]),
    (
        "RTE302",
        "other family",
        lab(static(dst(FAR, gw="fd00:12::1"), has=(V4, V6))),
        [("error", at(0, "gw"))],
    ),
    (
        "RTE302",
        "no address of the family",
        lab(static(dst(FAR, gw="10.12.34.1"), has=(V6,))),
        [("error", at(0, "gw"))],
    ),
    ("RTE302", "IPv6 ::", lab(static(dst(FAR6, gw="::"), has=(V6,))), [("error", at(0, "gw"))]),
    (
        "RTE302",
        "IPv6 own address",
        lab(static(dst(FAR6, gw="fd00:12::5"), has=(V6,))),
        [("error", at(0, "gw"))],
    ),
    ("RTE302", "own address", lab(static(dst(FAR, gw="10.12.34.5"))), [("risk", at(0, "gw"))]),
    (
        "RTE302",
        "an address of the pool",
        lab(macvlan(ipam=POOL | {"routes": [dst(FAR, gw="10.12.34.210")]})),
        [("risk", at(0, "gw"))],
    ),
    ("RTE302", "on-link in silence", lab(static(dst(FAR), has=(V4_ALONE,))), [("risk", at(0))]),
    ("RTE302", "a family that pods don't have", lab(static(dst(FAR6))), [("risk", at(0))]),
    ("RTE303", "host bits", lab(static(dst("10.9.0.1/16"))), [("error", at(0))]),
    ("RTE303", "twice", lab(static(dst(FAR), dst(FAR))), [("error", at(1))]),
    (
        "RTE303",
        "twice, once spelt out",
        lab(static(dst(FAR), dst(FAR, gw="10.12.34.254", mtu=1300, table=254))),
        [("error", at(1))],
    ),
    (
        "RTE303",
        "IPv6 metric spelt out",
        lab(static(dst(FAR6), dst(FAR6, priority=1024), has=(V6,))),
        [("error", at(1))],
    ),
    (
        "RTE303",
        "two gateways",
        lab(static(dst(FAR), dst(FAR, gw="10.12.34.253"))),
        [("risk", at(1))],
    ),
    (
        "RTE303",
        "priorities that are dropped",
        lab(static(dst(FAR), dst(FAR, priority=9)), **OLD),
        [("error", at(1))],
    ),
    ("RTE304", "own subnet", lab(static(dst("10.12.34.0/24"))), [("risk", at(0))]),
    ("RTE304", "half of it", lab(static(dst("10.12.34.0/25", priority=9))), [("risk", at(0))]),
    (
        "RTE304",
        "IPv6 own subnet ahead of the kernel's",
        lab(static(dst("fd00:12::/64", priority=100), has=(V6,))),
        [("risk", at(0))],
    ),
    ("RTE304", "pods", lab(static(dst("10.244.0.0/16")), **CLUSTER), [("risk", at(0))]),
    ("RTE304", "pods and Services", lab(static(dst("10.0.0.0/8")), **CLUSTER), [("risk", at(0))]),
    ("RTE304", "some Services", lab(static(dst("10.96.0.0/24")), **CLUSTER), [("risk", at(0))]),
    (
        "RTE304",
        "cluster not told",
        lab(static(dst(FAR), dst("10.8.0.0/16")), **NEW),
        [("note", at(0))],
    ),
    ("RTE305", "old plugins", lab(static(dst(FAR, table=9)), **OLD), [("error", at(0, "table"))]),
    (
        "RTE305",
        "old cniVersion",
        lab(static(dst(FAR, priority=9), cniVersion="0.2.0"), **NEW),
        [("error", at(0, "priority"))],
    ),
    (
        "RTE305",
        "release not told",
        lab(static(dst(FAR, priority=9, table=9)), **CLUSTER),
        [("note", at(0, "priority"))],
    ),
    ("RTE306", "sbr", lab(behind(by=SBR), **NEW), [("risk", "plugins.1.type")]),
    ("RTE306", "release not told", lab(behind(by=SBR), **CLUSTER), [("note", "plugins.1.type")]),
    (
        "RTE307",
        "two of a namespace",
        lab(*(static(dst("0.0.0.0/0"), name=name) for name in "abc"), **NEW),
        [("note", at(0))],
    ),
    (
        "RTE308",
        "mtu and advmss",
        lab(static(dst(FAR, mtu=1300, advmss=1200))),
        [("risk", at(0, "mtu")), ("risk", at(0, "advmss"))],
    ),
    ("RTE308", "multicast by a gateway", lab(static(dst("224.0.0.0/4"))), [("risk", at(0))]),
    ("RTE308", "IPv6 too", lab(static(dst("ff05::/16"), has=(V6,))), [("risk", at(0))]),
    ("RTE309", "filled in", lab(static(dst(FAR, scope=253))), [("error", at(0, "scope"))]),
    ("RTE309", "host scope", lab(static(dst(FAR, scope=254))), [("error", at(0, "scope"))]),
    (
        "RTE309",
        "written",
        lab(static(dst(FAR, scope=253, gw="10.12.34.254"))),
        [("error", at(0, "scope"))],
    ),
    (
        "RTE309",
        "nowhere",
        lab(static(dst(FAR, scope=255), has=(V4_ALONE,))),
        [("error", at(0, "scope"))],
    ),
]

# code, id, lab that has nothing of that code
SPARED: list[tuple[str, str, Lab]] = [
    ("RTE301", "private networks", lab(static(dst("10.0.0.0/8"), dst("172.16.0.0/12")))),
    ("RTE301", "multicast", lab(static(dst("224.0.0.0/3", gw="0.0.0.0")))),
    ("RTE301", "unique local", lab(static(dst("fc00::/7"), has=(V6,)))),
    ("RTE301", "priority", lab(static(dst("0.0.0.0/0", priority=500)), **NEW)),
    ("RTE301", "IPv6 priority", lab(static(dst("::/0", priority=1025), has=(V6,)), **NEW)),
    ("RTE301", "priority, release not told", lab(static(dst("0.0.0.0/0", priority=500)))),
    ("RTE301", "own table", lab(static(dst("0.0.0.0/0", table=100)), **NEW)),
    ("RTE301", "asked after main", lab(static(dst("0.0.0.0/0", table=253)), **NEW)),
    ("RTE301", "sbr", lab(behind(dst("0.0.0.0/0"), by=SBR))),
    ("RTE301", "sbr, halves", lab(behind(dst("0.0.0.0/1"), dst("128.0.0.0/1"), by=SBR))),
    ("RTE301", "vrf", lab(behind(dst("0.0.0.0/0"), by={"type": "vrf", "vrfname": "red"}))),
    (
        "RTE301",
        "meant",
        lab(network(static(dst("0.0.0.0/0")).config, default_route="takeover")),
    ),
    (
        "RTE301",
        "before plugins v1.0.0 the first default route won",
        lab(static(dst("0.0.0.0/0")), cniPlugins="v0.9.1"),
    ),
    (
        "RTE301",
        "dhcp takes no routes",
        lab(macvlan(ipam={"type": "dhcp", "routes": [dst("::/0")]})),
    ),
    ("RTE301", "bridge without", lab(plugin("bridge", isGateway=True, ipam=POOL))),
    (
        "RTE301",
        "bridge with a default route of a priority",  # plugins v1.9.1: metric 500, eth0 wins
        lab(bridge(dst("0.0.0.0/0", gw="10.12.34.1", priority=500)), **NEW),
    ),
    ("RTE302", "on the subnet", lab(static(dst(FAR, gw="10.12.34.9")))),
    ("RTE302", "on the subnet, own table", lab(static(dst(FAR, gw="10.12.34.9", table=9)), **NEW)),
    (
        "RTE302",
        "behind an on-link route",
        lab(static(dst("10.99.0.0/24", gw="0.0.0.0", scope=253), dst(FAR, gw="10.99.0.1")), **NEW),
    ),
    (
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
    ("RTE302", "fe80", lab(static(dst(FAR6, gw="fe80::1"), has=(V6,)))),
    ("RTE302", "fe80 with IPv4 alone", lab(static(dst(FAR6, gw="fe80::1")))),
    ("RTE302", "on-link as meant", lab(static(dst(FAR, scope=253), has=(V4_ALONE,)))),
    ("RTE302", "on-link by 0.0.0.0", lab(static(dst(FAR, gw="0.0.0.0")))),
    ("RTE302", "multicast on-link", lab(static(dst("224.0.0.0/4"), has=(V4_ALONE,)))),
    ("RTE302", "dhcp", lab(macvlan(ipam={"type": "dhcp", "routes": [dst(FAR, gw="10.99.0.1")]}))),
    (
        "RTE302",
        "gateway within the pool, never handed out",
        lab(
            macvlan(
                ipam=POOL | {"gateway": "10.12.34.210", "routes": [dst(FAR, gw="10.12.34.210")]}
            )
        ),
    ),
    (
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
    ("RTE302", "a plugin that isn't known", lab(plugin("ovs", ipam={"type": "static"}))),
    ("RTE303", "IPv6 host bits", lab(static(dst("fd99::1/64"), has=(V6,)))),
    ("RTE303", "two destinations", lab(static(dst("10.9.0.0/17"), dst(FAR)))),
    ("RTE303", "two priorities", lab(static(dst(FAR), dst(FAR, priority=9)))),
    ("RTE303", "two tables", lab(static(dst(FAR), dst(FAR, table=9)))),
    ("RTE304", "wider than the subnet", lab(static(dst("10.12.0.0/16")))),
    ("RTE304", "own subnet on-link", lab(static(dst("10.12.34.0/24", gw="0.0.0.0")))),
    ("RTE304", "own subnet behind the kernel's", lab(static(dst("10.12.34.0/24", priority=9)))),
    ("RTE304", "IPv6 own subnet", lab(static(dst("fd00:12::/64"), has=(V6,)))),
    ("RTE304", "elsewhere", lab(static(dst(FAR)), **CLUSTER)),
    ("RTE304", "the default route is RTE301's", lab(static(dst("0.0.0.0/0")), **CLUSTER)),
    ("RTE304", "sbr", lab(behind(dst("10.0.0.0/8"), by=SBR), **CLUSTER)),
    ("RTE304", "own table", lab(static(dst("10.0.0.0/8", table=9)), **CLUSTER, **NEW)),
    ("RTE304", "manifest", lab(static(dst(FAR)))),
    ("RTE305", "new plugins", lab(static(dst(FAR, priority=9)), **NEW)),
    ("RTE305", "manifest", lab(static(dst(FAR, priority=9)))),
    ("RTE305", "nothing to drop", lab(static(dst(FAR)), **OLD)),
    ("RTE306", "own table", lab(behind(by=SBR | {"table": 77}), **NEW)),
    ("RTE306", "newer", lab(behind(by=SBR), cniPlugins="v1.10.0")),
    ("RTE306", "manifest", lab(behind(by=SBR))),
    ("RTE306", "tuning", lab(behind(by={"type": "tuning"}), **NEW)),
    ("RTE307", "one", lab(static(dst("0.0.0.0/0"), name="a"), static(dst(FAR), name="b"), **NEW)),
    (
        "RTE307",
        "a family each",
        lab(static(dst("0.0.0.0/0"), name="a"), static(dst("::/0"), has=(V6,), name="b"), **NEW),
    ),
    (
        "RTE307",
        "two namespaces",
        lab(
            network(static(dst("0.0.0.0/0")).config, "a", "one"),
            network(static(dst("0.0.0.0/0")).config, "b", "two"),
            **NEW,
        ),
    ),
    ("RTE308", "multicast on-link", lab(static(dst("224.0.0.0/4", gw="0.0.0.0")))),
    ("RTE308", "mtu 0", lab(static(dst(FAR, mtu=0)))),
    ("RTE309", "on-link", lab(static(dst(FAR, scope=253, gw="0.0.0.0")))),
    ("RTE309", "no gateway", lab(static(dst(FAR, scope=253), has=(V4_ALONE,)))),
    ("RTE309", "wider scope", lab(static(dst(FAR, scope=200)))),
    ("RTE309", "IPv6 has none", lab(static(dst(FAR6, scope=253), has=(V6,)))),
    ("RTE309", "dropped", lab(static(dst(FAR, scope=253)), **OLD)),
]


@pytest.mark.parametrize(
    ("code", "given_lab", "expected"),
    [pytest.param(code, one, hits, id=f"{code} {name}") for code, name, one, hits in CAUGHT],
)
def test_rule_catches(code: str, given_lab: Lab, expected: list[tuple[str, str]]) -> None:
    assert found(given_lab, code) == expected


@pytest.mark.parametrize(
    ("code", "given_lab"),
    [pytest.param(code, one, id=f"{code} {name}") for code, name, one in SPARED],
)
def test_rule_spares(code: str, given_lab: Lab) -> None:
    assert found(given_lab, code) == []


def test_every_rule_is_in_both_tables() -> None:
    codes = {f"RTE30{digit}" for digit in range(1, 10)}
    assert {code for code, *_ in CAUGHT} == codes
    assert {code for code, *_ in SPARED} == codes


def test_howto_network_has_the_default_route_alone(dev_config: Json) -> None:
    hits = [one for one in judge_stack(load(dev_config)) if one.code.startswith("RTE")]
    assert [(one.code, one.severity.value, one.path) for one in hits] == [
        ("RTE301", "risk", ("networks", 0, "ipam", "routes", 0, "dst"))
    ]


@pytest.mark.parametrize(
    ("choice", "expected"), [("never", ["RTE301"]), ("takeover", []), ("source-based", [])]
)
def test_choice_of_a_stack(dev_config: Json, choice: str, expected: list[str]) -> None:
    dev_config["networks"][0]["defaultRoute"] = choice
    hits = judge_stack(load(dev_config))
    assert [one.code for one in hits if one.code == "RTE301"] == expected


# st.characters() are all that JSON can write, and cost no look through a codec.
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=9)
    | st.sampled_from(
        ["0.0.0.0/0", "::/0", "10.12.34.9", "fe80::1", "fe80::1%0", "::ffff:1.2.3.4"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(), max_size=4), inner)
    ),
    max_leaves=5,
)
KEYS = ["dst", "gw", "mtu", "advmss", "priority", "table", "scope", "GW"]
ROUTE = JSON | st.dictionaries(st.sampled_from(KEYS), JSON)


ODD_IPAM = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["host-local", "static", "whereabouts", "dhcp"]) | JSON,
        "routes": JSON | st.lists(ROUTE, max_size=4),
        "addresses": JSON
        | st.lists(st.fixed_dictionaries({"address": JSON, "gateway": JSON}), max_size=2),
        "subnet": JSON,
    }
)


@settings(deadline=None, max_examples=25)  # the machine may be busy
@given(
    ipam=ODD_IPAM,
    second=JSON | st.dictionaries(st.sampled_from(["type", "table"]), JSON),
    version=JSON,
    told=st.sampled_from([{}, NEW, OLD, CLUSTER]),
)
def test_odd_input_never_raises(ipam: Json, second: Any, version: Any, told: Json) -> None:
    main = {"type": "bridge", "isDefaultGateway": True, "ipam": ipam}
    one = chain(main, second, cniVersion=version)
    alone = plugin("macvlan", ipam=ipam, cniVersion=version)
    findings(lab(one, alone, **told), "RTE")
