"""Rules NAD: what each catches, and the neighbour that it must not."""

import json
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multus_lab.checks import RULES, Severity
from multus_lab.checks.finding import Path
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.plugins import IPAM_KEYS, LIST_KEYS, PLUGINS, VERSIONS
from tests.unit.rules import HOST_LOCAL, chain, codes, findings, lab, macvlan, network, plugin

E, W, I = Severity.ERROR, Severity.RISK, Severity.NOTE  # noqa: E741

MACVLAN = {"type": "macvlan", "master": "eth1", "ipam": HOST_LOCAL}
L2 = {"type": "macvlan", "master": "eth1"}
WHEREABOUTS = {"type": "whereabouts", "range": "10.12.34.0/24"}


class Caught(NamedTuple):
    """A lab with one finding of a rule: its severity, and its path in the network."""

    code: str
    severity: Severity
    path: Path
    lab: Lab


def ipam(**keys: Any) -> Network:
    """A macvlan network by its ipam."""
    return macvlan(ipam=keys)


def host_local(**keys: Any) -> Network:
    """A macvlan network with host-local, and keys beside or instead."""
    return macvlan(ipam={**HOST_LOCAL, **keys})


def route(**keys: Any) -> Network:
    """A macvlan network with a route."""
    return host_local(routes=[keys])


def routed(name: str, namespace: str, subnet: str = "10.12.34.0/24") -> Network:
    """A macvlan network without a name in its configuration."""
    config = {"type": "macvlan", "master": "eth1", "ipam": {"type": "host-local", "subnet": subnet}}
    return network({"cniVersion": "1.0.0", **config}, name, namespace)


CAUGHT = {
    "a name with a dot": Caught("NAD001", W, ("name",), lab(macvlan("lab.zone"))),
    "a name with a leading 0": Caught("NAD001", I, ("name",), lab(macvlan("0lab"))),
    "a name in capitals": Caught("NAD001", E, ("name",), lab(macvlan("Lab"))),
    "a label too long": Caught("NAD001", E, ("name",), lab(macvlan("a" * 64))),
    "no name": Caught("NAD001", E, ("name",), lab(network(MACVLAN, ""))),
    "a CNI name with a slash": Caught(
        "NAD002", E, ("name",), lab(network({**MACVLAN, "name": "default/lab"}))
    ),
    # The table has an error here; the plugins go on with a folder that both write to.
    "a CNI name of two namespaces, two pools": Caught(
        "NAD002", W, ("name",), lab(routed("a", "one"), routed("a", "two", "10.0.0.0/24"))
    ),
    "host-local's spelling in whereabouts": Caught(
        "NAD003", W, ("ipam", "rangeStart"), lab(ipam(**WHEREABOUTS, rangeStart="10.12.34.9"))
    ),
    "whereabouts' spelling in host-local": Caught(
        "NAD003", W, ("ipam", "range_start"), lab(host_local(range_start="10.12.34.201"))
    ),
    "exclude in host-local": Caught(
        "NAD003", W, ("ipam", "exclude"), lab(host_local(exclude=["10.12.34.201/32"]))
    ),
    "a key in a range of a set": Caught(
        "NAD003",
        W,
        ("ipam", "ranges", 0, 0, "start"),
        lab(ipam(type="host-local", ranges=[[{"subnet": "10.12.34.0/24", "start": "10.12.34.9"}]])),
    ),
    "version for cniVersion": Caught("NAD003", W, ("version",), lab(macvlan(version="0.3.1"))),
    "another case": Caught("NAD003", W, ("MTU",), lab(macvlan(MTU=1400))),
    "promiscMode of the bridge in macvlan": Caught(
        "NAD003", W, ("promiscMode",), lab(macvlan(promiscMode=True))
    ),
    "gateway for gw in a route": Caught(
        "NAD003",
        W,
        ("ipam", "routes", 0, "gateway"),
        lab(route(dst="10.0.0.0/8", gateway="10.12.34.1")),
    ),
    "ipam beside plugins": Caught("NAD003", W, ("ipam",), lab(chain(L2, ipam=HOST_LOCAL))),
    "ipam in a chained plugin": Caught(
        "NAD003", W, ("plugins", 1, "ipam"), lab(chain(L2, {"type": "tuning", "ipam": HOST_LOCAL}))
    ),
    "capabilities inside ipam": Caught(
        "NAD003", W, ("ipam", "capabilities"), lab(host_local(capabilities={"ips": True}))
    ),
    "plugins beside type": Caught("NAD003", W, ("plugins",), lab(macvlan(plugins=[L2]))),
    "a key that the zone's release lacks": Caught(
        "NAD003", W, ("bcqueuelen",), lab(macvlan(bcqueuelen=9), cniPlugins="v1.5.1")
    ),
    "an mtu in quotes": Caught("NAD004", E, ("mtu",), lab(macvlan(mtu="1400"))),
    "an mtu with a fraction": Caught("NAD004", E, ("mtu",), lab(macvlan(mtu=1400.5))),
    "an mtu that is a bool": Caught("NAD004", E, ("mtu",), lab(macvlan(mtu=True))),
    "an mtu beyond 64 bits": Caught("NAD004", E, ("mtu",), lab(macvlan(mtu=10**30))),
    "ranges as a flat list": Caught(
        "NAD004",
        E,
        ("ipam", "ranges", 0),
        lab(ipam(type="host-local", ranges=[{"subnet": "10.12.34.0/24"}])),
    ),
    "capabilities as a list": Caught(
        "NAD004", E, ("capabilities",), lab(macvlan(capabilities=["mac"]))
    ),
    "an address that is none": Caught(
        "NAD004", E, ("ipam", "gateway"), lab(host_local(gateway="10.12.34.999"))
    ),
    "a subnet without prefix": Caught(
        "NAD004", E, ("ipam", "subnet"), lab(ipam(type="host-local", subnet="10.12.34.0"))
    ),
    "a bool in quotes": Caught(
        "NAD004", E, ("linkInContainer",), lab(macvlan(linkInContainer="true"))
    ),
    "ipam as a text": Caught("NAD004", E, ("ipam",), lab(macvlan(ipam="dhcp"))),
    "sysctls as numbers": Caught(
        "NAD004",
        E,
        ("plugins", 1, "sysctl", "net.core.somaxconn"),
        lab(chain(L2, {"type": "tuning", "sysctl": {"net.core.somaxconn": 1}})),
    ),
    "no type": Caught("NAD004", E, (), lab(network({"name": "lab"}))),
    "an empty type": Caught("NAD004", E, (), lab(network({"type": ""}))),
    "plugins that are no list": Caught("NAD004", E, ("plugins",), lab(network({"plugins": L2}))),
    "no plugins": Caught("NAD004", E, ("plugins",), lab(chain())),
    "null as a plugin": Caught("NAD004", E, ("plugins", 1), lab(chain(L2, None))),
    "a plugin without type": Caught("NAD004", E, ("plugins", 1), lab(chain(L2, {"mtu": 1}))),
    "a name that is a number": Caught("NAD004", E, ("name",), lab(network({**L2, "name": 7}))),
    "an unknown plugin's name": Caught(
        "NAD004", E, ("name",), lab(network({"type": "sriov", "name": 7}))
    ),
    "no cniVersion": Caught("NAD005", W, ("cniVersion",), lab(macvlan(cniVersion=None))),
    "cniVersion 0.2.0": Caught("NAD005", W, ("cniVersion",), lab(macvlan(cniVersion="0.2.0"))),
    "cniVersion 1.0": Caught("NAD005", E, ("cniVersion",), lab(macvlan(cniVersion="1.0"))),
    "no cniVersion with bandwidth": Caught(
        "NAD005", E, ("cniVersion",), lab(chain(L2, {"type": "bandwidth"}, cniVersion=None))
    ),
    "cniVersion 0.3.1 with firewall": Caught(
        "NAD005", E, ("cniVersion",), lab(chain(L2, {"type": "firewall"}, cniVersion="0.3.1"))
    ),
    "cniVersion 1.1.0 with old plugins": Caught(
        "NAD005", E, ("cniVersion",), lab(macvlan(cniVersion="1.1.0"), cniPlugins="v1.5.1")
    ),
    "cniVersion 1.1.0 with plugins untold": Caught(
        "NAD005", I, ("cniVersion",), lab(macvlan(cniVersion="1.1.0"), mtu=1500)
    ),
    "no configuration": Caught("NAD006", W, (), lab(network({}))),
    # The specification forbids them; the plugins read them: ADD gave macvlan this MAC (v1.9.1).
    # So it works for one pod, and the table's error would be none.
    "runtimeConfig that is filled": Caught(
        "NAD007", W, ("runtimeConfig",), lab(macvlan(runtimeConfig={"mac": "02:00:00:00:00:07"}))
    ),
    # host-local handed out 10.9.0.9 by this key, once: the second ADD failed (v1.9.1).
    "args in a chained plugin": Caught(
        "NAD007",
        W,
        ("plugins", 0, "args"),
        lab(chain({**L2, "args": {"cni": {"ips": ["10.9.0.9"]}}})),
    ),
    "args that are empty": Caught("NAD007", I, ("args",), lab(macvlan(args={}))),
    "cni.dev/": Caught(
        "NAD007",
        W,
        ("cni.dev/valid-attachments",),
        lab(network({**MACVLAN, "cni.dev/valid-attachments": [1]})),
    ),
    "one NAD twice": Caught("NAD009", E, ("name",), lab(macvlan("a"), macvlan("b"), macvlan("a"))),
    "vlan without master": Caught("NAD010", E, (), lab(plugin("vlan", vlanId=5, ipam=HOST_LOCAL))),
    # The NAD's resourceName may give it one, which a configuration alone doesn't tell.
    "host-device without a device": Caught("NAD010", W, (), lab(plugin("host-device"))),
    "vrf without name": Caught(
        "NAD010", E, ("plugins", 1), lab(chain(MACVLAN, {"type": "vrf", "table": 5}))
    ),
    "static address that is none": Caught(
        "NAD010",
        E,
        ("ipam", "addresses", 0),
        lab(ipam(type="static", addresses=[{"gateway": "10.12.34.1"}])),
    ),
    "host-local without a range": Caught("NAD010", E, ("ipam",), lab(ipam(type="host-local"))),
    "a range without a subnet": Caught(
        "NAD010",
        E,
        ("ipam", "ranges", 0, 0),
        lab(ipam(type="host-local", ranges=[[{"gateway": "10.12.34.1"}]])),
    ),
    # Its whereabouts.conf on the node is merged in, so that is no error.
    "whereabouts without a range": Caught("NAD010", W, ("ipam",), lab(ipam(type="whereabouts"))),
    # host-local passes it on as the dst "<nil>", which macvlan refuses (v1.9.1).
    "a route without dst": Caught("NAD010", E, ("ipam", "routes", 0), lab(route(gw="10.12.34.1"))),
    "ipam without type": Caught("NAD010", W, ("ipam",), lab(ipam(subnet="10.12.34.0/24"))),
    "macvaln": Caught("NAD011", W, ("type",), lab(plugin("macvaln"))),
    "Macvlan": Caught("NAD011", W, ("type",), lab(plugin("Macvlan"))),
    "ip-vlan": Caught("NAD011", W, ("type",), lab(plugin("ip-vlan"))),
    "hostlocal": Caught("NAD011", W, ("ipam", "type"), lab(ipam(type="hostlocal"))),
    "tunning, chained": Caught(
        "NAD011", W, ("plugins", 1, "type"), lab(chain(L2, {"type": "tunning"}))
    ),
    "tuning first": Caught(
        "NAD012", E, ("plugins", 0, "type"), lab(chain({"type": "tuning"}, {"type": "sriov"}))
    ),
    "sbr alone": Caught("NAD012", E, ("type",), lab(plugin("sbr"))),
    "two that make an interface": Caught(
        "NAD012", E, ("plugins", 1, "type"), lab(chain(L2, {"type": "bridge"}))
    ),
    "sbr without addresses": Caught(
        "NAD012", E, ("plugins", 1, "type"), lab(chain(L2, {"type": "sbr"}))
    ),
    "a rate without burst": Caught(
        "NAD012",
        E,
        ("plugins", 1),
        lab(chain({"type": "bridge"}, {"type": "bandwidth", "ingressRate": 8000})),
    ),
    "a burst of 4 GB": Caught(
        "NAD012",
        E,
        ("plugins", 1, "egressBurst"),
        lab(
            chain(
                {"type": "bridge"},
                {"type": "bandwidth", "egressRate": 8, "egressBurst": 8 * (2**32 - 1)},
            )
        ),
    ),
    "a sysctl of the kernel": Caught(
        "NAD012",
        E,
        ("plugins", 1, "sysctl", "kernel.shmmax"),
        lab(chain(L2, {"type": "tuning", "sysctl": {"kernel.shmmax": "1"}})),
    ),
    "two marks of portmap": Caught(
        "NAD012",
        E,
        ("plugins", 1, "markMasqBit"),
        lab(
            chain(
                {"type": "bridge"},
                {"type": "portmap", "markMasqBit": 5, "externalSetMarkChain": "MARK"},
            )
        ),
    ),
    "a mark's bit of 32": Caught(
        "NAD012",
        E,
        ("plugins", 1, "markMasqBit"),
        lab(chain({"type": "bridge"}, {"type": "portmap", "markMasqBit": 32})),
    ),
}

NEIGHBOURS: dict[str, tuple[str, Lab]] = {
    "a label": ("NAD001", lab(macvlan("lab-0"))),
    "a label of 63": ("NAD001", lab(macvlan("a" * 63))),
    "a CNI name of all characters": ("NAD002", lab(network({**MACVLAN, "name": "Lab_0.a-b"}))),
    "one CNI name on one pool": ("NAD002", lab(routed("a", "one"), routed("a", "two"))),
    "two CNI names": ("NAD002", lab(routed("a", "one"), routed("b", "one", "10.0.0.0/24"))),
    "all keys of macvlan": (
        "NAD003",
        lab(macvlan(mtu=1, mac="", linkInContainer=False, bcqueuelen=1, dns={}, capabilities={})),
    ),
    "whereabouts' own spelling": (
        "NAD003",
        lab(ipam(**WHEREABOUTS, range_start="10.12.34.9", exclude=["10.12.34.10"])),
    ),
    "an unknown plugin": (
        "NAD003",
        lab(plugin("sriov", vlanQoS=3, ipam={"type": "nv-ipam", "a": 1})),
    ),
    "a remark": ("NAD003", lab(macvlan(_why="a lab"))),
    "a list's own keys": ("NAD003", lab(chain(MACVLAN, {"type": "sbr"}, disableCheck=True))),
    "a key of the zone's release": (
        "NAD003",
        lab(macvlan(bcqueuelen=9, linkInContainer=True), cniPlugins="v1.6.0"),
    ),
    # libcni writes it anew, as 1400.
    "an mtu of 1400.0": ("NAD004", lab(macvlan(mtu=1400.0))),
    "null for a number": ("NAD004", lab(network({**L2, "mtu": None}))),
    "an empty address": ("NAD004", lab(host_local(gateway=""))),
    "an IPv6 subnet": ("NAD004", lab(ipam(type="host-local", subnet="fd00:12:34::/64"))),
    "a bool in quotes in a list": ("NAD004", lab(chain(L2, disableCheck="True"))),
    "kinds of an unknown plugin": ("NAD004", lab(plugin("sriov", mtu="1400"))),
    # Unlike the table: results since 0.3.0 are of the new form, and Multus writes their status.
    "cniVersion 0.3.0": ("NAD005", lab(macvlan(cniVersion="0.3.0"), mtu=1500)),
    "cniVersion 1.1.0 with new plugins": (
        "NAD005",
        lab(macvlan(cniVersion="1.1.0"), cniPlugins="v1.6.0"),
    ),
    "cniVersion 1.1.0 in a manifest": ("NAD005", lab(macvlan(cniVersion="1.1.0"))),
    "cniVersion 1.2.0 of an unknown plugin": ("NAD005", lab(plugin("sriov", cniVersion="1.2.0"))),
    "cniVersion 0.4.0 with firewall": (
        "NAD005",
        lab(chain(L2, {"type": "firewall"}, cniVersion="0.4.0")),
    ),
    "cniVersions": ("NAD005", lab(chain(L2, cniVersion=None, cniVersions=["0.4.0", "1.0.0"]))),
    "a configuration": ("NAD006", lab(network({"type": "sriov"}))),
    "no reserved key": ("NAD007", lab(chain(MACVLAN, {"type": "sbr"}))),
    "one name in two namespaces": ("NAD009", lab(routed("a", "one"), routed("a", "two"))),
    "vlan with master": ("NAD010", lab(plugin("vlan", master="eth1", vlanId=5))),
    "vlan with master in another case": ("NAD010", lab(plugin("vlan", Master="eth1"))),
    "host-device with a device": ("NAD010", lab(plugin("host-device", pciBusID="0000:3b:02.1"))),
    "vrf with a name": ("NAD010", lab(chain(MACVLAN, {"type": "vrf", "vrfname": "blue"}))),
    "an empty ipam, for layer 2": ("NAD010", lab(macvlan(ipam={}))),
    "an empty subnet, which NAD004 has": ("NAD010", lab(ipam(type="host-local", subnet=""))),
    "an unknown ipam": ("NAD010", lab(ipam(type="nv-ipam"))),
    "macvtap": ("NAD011", lab(plugin("macvtap"))),
    "ovs": ("NAD011", lab(plugin("ovs"))),
    "calico": ("NAD011", lab(plugin("calico", ipam={"type": "calico-ipam"}))),
    "an unknown ipam's name": ("NAD011", lab(ipam(type="spiderpool"))),
    "sbr behind addresses": ("NAD012", lab(chain(MACVLAN, {"type": "sbr"}))),
    "sbr behind an unknown plugin": ("NAD012", lab(chain({"type": "sriov"}, {"type": "sbr"}))),
    "ipvlan behind an unknown plugin": ("NAD012", lab(chain({"type": "ovs"}, {"type": "ipvlan"}))),
    "a rate with its burst": (
        "NAD012",
        lab(chain({"type": "bridge"}, {"type": "bandwidth", "ingressRate": 8, "ingressBurst": 8})),
    ),
    "a sysctl of the interface": (
        "NAD012",
        lab(
            chain(
                L2,
                {
                    "type": "tuning",
                    "sysctl": {
                        "net.ipv4.conf.IFNAME.arp_filter": "1",
                        "net/ipv6/conf/IFNAME/accept_ra": "0",
                    },
                },
            )
        ),
    ),
    "one mark of portmap": (
        "NAD012",
        lab(chain({"type": "bridge"}, {"type": "portmap", "markMasqBit": 31})),
    ),
}


@pytest.mark.parametrize("case", CAUGHT.values(), ids=CAUGHT)
def test_rule_catches(case: Caught) -> None:
    found = [(one.severity, one.path[2:]) for one in findings(case.lab, case.code)]
    assert found == [(case.severity, case.path)]


@pytest.mark.parametrize(("code", "passes"), NEIGHBOURS.values(), ids=NEIGHBOURS)
def test_rule_passes_its_neighbour(code: str, passes: Lab) -> None:
    assert findings(passes, code) == []


def test_every_rule_has_a_case_and_a_neighbour() -> None:
    rules = {code for code in RULES if code.startswith("NAD")}
    assert {case.code for case in CAUGHT.values()} == rules
    assert {code for code, _ in NEIGHBOURS.values()} == rules


@pytest.mark.parametrize(
    ("given", "fix"),
    [
        (
            ipam(**WHEREABOUTS, rangeStart="10.12.34.9"),
            'range_start: "10.12.34.9"   # instead of rangeStart',
        ),
        (macvlan(version="0.3.1"), 'cniVersion: "0.3.1"   # instead of version'),
        (macvlan(mastr="eth1"), 'master: "eth1"   # instead of mastr'),
        (route(dst="10.0.0.0/8", metric=5), "priority: 5   # instead of metric"),
        (macvlan(isGateway=True), "remove isGateway"),
    ],
)
def test_unread_key_says_what_is_meant(given: Network, fix: str) -> None:
    assert [one.fix for one in findings(lab(given), "NAD003")] == [fix]


@pytest.mark.parametrize(
    ("given", "fix"),
    [
        (macvlan(mtu="1400"), "mtu: 1400   # without quotes"),
        (macvlan(linkInContainer="True"), "linkInContainer: true   # without quotes"),
        (chain(L2, cniVersion=1), 'cniVersion: "1"   # in quotes'),
        (host_local(gateway="x"), "gateway: …   # an IPv4 or IPv6 address"),
    ],
)
def test_unreadable_value_says_how_it_is_read(given: Network, fix: str) -> None:
    assert [one.fix for one in findings(lab(given), "NAD004")] == [fix]


def test_whole_network_without_fault_has_no_finding() -> None:
    assert codes(lab(macvlan()), "NAD") == []


# --- odd input ------------------------------------------------------------------------------------

_KEYS = st.sampled_from(
    sorted(
        {"Master", "args", "runtimeConfig", "minID", "maxID", "id"}
        | set(LIST_KEYS.keys)
        | {key for known in PLUGINS.values() for key in known.keys.keys}
        | {key for keys in IPAM_KEYS.values() for key in keys.keys}
        | {"dst", "gw", "address", "scope", "priority"}
    )
)
_WORDS = st.sampled_from(
    [
        *(*PLUGINS, *IPAM_KEYS, *VERSIONS),
        *("eth1", "lo", "passthru", "l3", "02:00:00:00:00:01"),
        *("10.0.0.0/24", "fd00::/64", "::/0", "10.0.0.1", "10.0.0.0-10.0.0.9/24"),
    ]
)
# st.characters() are all that JSON can write, and cost no look through a codec.
_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=3)
    | _WORDS
    | st.sampled_from([0, 1, 67, 1500, 4095, 10**30])
)
JSON: st.SearchStrategy[Any] = st.recursive(
    _LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(_KEYS | st.text(st.characters(), max_size=2), inner, max_size=4)
    ),
    max_leaves=10,
)
CONFIG = st.dictionaries(_KEYS, JSON, max_size=6)


@settings(max_examples=25, deadline=None)
@given(st.lists(CONFIG, max_size=3), st.booleans())
def test_no_rule_of_shape_or_link_raises_on_any_json(configs: list[Any], zoned: bool) -> None:
    networks = [network(config, "lab", pods_per_node=2) for config in configs]
    given = lab(*networks, mtu=1400, macLimit=1, platform="cloud") if zoned else lab(*networks)
    for finding in [*findings(given, "NAD"), *findings(given, "LNK")]:
        assert finding.message
        assert finding.fix
        json.dumps(finding.path)
