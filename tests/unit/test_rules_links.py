"""Rules LNK: what each catches, and the neighbour that it must not."""

from typing import Any, NamedTuple

import pytest
import yaml

from multus_lab.checks import RULES, Severity, judge_stack
from multus_lab.checks.finding import Path
from multus_lab.checks.network import Lab, Network
from multus_lab.settings import load
from tests.unit.conftest import ROOT
from tests.unit.rules import HOST_LOCAL, chain, codes, findings, lab, macvlan, network, plugin

E, W, I = Severity.ERROR, Severity.RISK, Severity.NOTE  # noqa: E741

MACVLAN = {"type": "macvlan", "master": "eth1", "ipam": HOST_LOCAL}
IPV6 = {"type": "host-local", "subnet": "fd00:12:34::/64"}
NODES = [{"name": "a"}, {"name": "b"}]
MIXED = [{"name": "a", "interface": "eth1"}, {"name": "b", "interface": "eth2"}]
RATE = {"type": "bandwidth", "ingressRate": 8000, "ingressBurst": 8000}


class Caught(NamedTuple):
    """A lab with one finding of a rule: its severity, and its path in the network or the stack."""

    code: str
    severity: Severity
    path: Path
    lab: Lab


def ipvlan(name: str = "lab", **keys: Any) -> Network:
    """An ipvlan network that no rule has anything against."""
    return plugin("ipvlan", name, **{"master": "eth1", "ipam": HOST_LOCAL, **keys})


def vlan(name: str = "lab", **keys: Any) -> Network:
    """A network of VLAN 112 on eth1."""
    return plugin("vlan", name, **{"master": "eth1", "vlanId": 112, "ipam": HOST_LOCAL, **keys})


def bridge(**keys: Any) -> Network:
    """A network on a bridge of the node."""
    return plugin("bridge", **{"bridge": "br0", **keys})


def pods(number: int, **keys: Any) -> Network:
    """A macvlan network with so many pods to a node."""
    return network({**MACVLAN, **keys}, pods_per_node=number)


def tuned(**keys: Any) -> Network:
    """A macvlan network with tuning behind it."""
    return chain(MACVLAN, {"type": "tuning", **keys})


CAUGHT = {
    "a mode in capitals": Caught("LNK101", E, ("mode",), lab(macvlan(mode="Bridge"))),
    "the kernel's own mode": Caught("LNK101", E, ("mode",), lab(macvlan(mode="source"))),
    "a mode of macvlan in ipvlan": Caught("LNK101", E, ("mode",), lab(ipvlan(mode="bridge"))),
    "an mtu of 67": Caught("LNK102", E, ("mtu",), lab(macvlan(mtu=67))),
    "an mtu below 0": Caught("LNK102", E, ("mtu",), lab(macvlan(mtu=-1))),
    "a bridge's mtu of 67": Caught("LNK102", E, ("mtu",), lab(bridge(mtu=67))),
    # Linux sets no minimum for a VLAN device (vlan_setup, min_mtu = 0).
    "a vlan's mtu of 67": Caught("LNK102", W, ("mtu",), lab(vlan(mtu=67))),
    "an mtu above the master's": Caught(
        "LNK102", E, ("mtu",), lab(macvlan(mtu=9000), interface="eth1", mtu=1500)
    ),
    "an mtu above one node's": Caught(
        "LNK102",
        E,
        ("mtu",),
        lab(
            macvlan(mtu=9000),
            interface="eth1",
            mtu=9000,
            nodes=[*NODES, {"name": "c", "mtu": 1500}],
        ),
    ),
    "an mtu above the master's, on its VLAN": Caught(
        "LNK102", E, ("mtu",), lab(macvlan(master="eth1.5", mtu=9000), interface="eth1", mtu=1500)
    ),
    # ipvlan.go doesn't compare, and the kernel lets an ipvlan have more than its master.
    "an ipvlan's mtu above the master's": Caught(
        "LNK102", W, ("mtu",), lab(ipvlan(mtu=9000), interface="eth1", mtu=1500)
    ),
    "an mtu of 1279 with IPv6": Caught("LNK102", E, ("mtu",), lab(macvlan(mtu=1279, ipam=IPV6))),
    "a master's mtu of 1000 with IPv6": Caught(
        "LNK102", E, ("mtu",), lab(macvlan(ipam=IPV6), interface="eth1", mtu=1000)
    ),
    "tuning's mtu of 1279 with IPv6": Caught(
        "LNK102",
        W,
        ("plugins", 1, "mtu"),
        lab(chain({**MACVLAN, "ipam": IPV6}, {"type": "tuning", "mtu": 1279})),
    ),
    "tuning's mtu above the master's": Caught(
        "LNK102", E, ("plugins", 1, "mtu"), lab(tuned(mtu=9000), interface="eth1", mtu=1500)
    ),
    "an mtu, and the master's untold": Caught(
        "LNK102", I, ("zone",), lab(macvlan(mtu=1500), interface="eth1")
    ),
    "two mtus, and the master's untold": Caught(
        "LNK102", I, ("zone",), lab(macvlan("a", mtu=1500), macvlan("b", mtu=1400), nodes=NODES)
    ),
    "no master": Caught("LNK103", W, ("master",), lab(macvlan(master=None))),
    "an empty master": Caught("LNK103", W, ("master",), lab(ipvlan(master=""))),
    "an alias as master": Caught("LNK104", E, ("master",), lab(macvlan(master="ens33:1"))),
    "a path as master": Caught("LNK104", E, ("master",), lab(vlan(master="net/eth1"))),
    "a master of 16 characters": Caught("LNK104", W, ("master",), lab(macvlan(master="e" * 16))),
    "a master of 128 characters": Caught("LNK104", E, ("master",), lab(macvlan(master="e" * 128))),
    "a master that no node has": Caught(
        "LNK105", E, ("master",), lab(macvlan(), interface="ens5", nodes=NODES)
    ),
    "a master that no group of nodes has": Caught(
        "LNK105", E, ("master",), lab(macvlan(master="eth3"), nodes=MIXED)
    ),
    "a VLAN of a master that no node has": Caught(
        "LNK105", E, ("master",), lab(macvlan(master="eth3.5"), nodes=MIXED)
    ),
    "a master that is not the zone's": Caught(
        "LNK105", E, ("master",), lab(macvlan(), interface="ens5")
    ),
    "a master, and the zone's untold": Caught(
        "LNK105", I, ("zone",), lab(macvlan("a"), macvlan("b"), nodes=NODES)
    ),
    "ipvlan beside macvlan": Caught("LNK106", E, ("master",), lab(macvlan("a"), ipvlan("b"))),
    "ipvlan before macvlan": Caught("LNK106", E, ("master",), lab(ipvlan("a"), macvlan("b"))),
    # macvlan v1.9.1 on lo: "failed to create macvlan: invalid argument".
    "the loopback as master": Caught("LNK107", E, ("master",), lab(macvlan(master="lo"))),
    "wireguard as master": Caught("LNK107", W, ("master",), lab(macvlan(master="wg0"))),
    "InfiniBand as master": Caught("LNK107", W, ("master",), lab(macvlan(master="ibp4s0"))),
    "passthru beside another": Caught(
        "LNK108", E, ("mode",), lab(macvlan("a"), macvlan("b", mode="passthru"))
    ),
    "passthru with two pods": Caught("LNK108", E, ("mode",), lab(pods(2, mode="passthru"))),
    "passthru, and its pods untold": Caught(
        "LNK108", I, ("mode",), lab(macvlan(mode="passthru"), interface="eth1")
    ),
    "l2 and l3 on one master": Caught(
        "LNK109", E, ("mode",), lab(ipvlan("a"), ipvlan("b", mode="l3"))
    ),
    "bridge and private on one master": Caught(
        "LNK109", W, ("mode",), lab(macvlan("a"), macvlan("b", mode="private"))
    ),
    "macvlan on Wi-Fi": Caught("LNK111", W, ("master",), lab(macvlan(master="wlp3s0"))),
    "macvlan on vSphere": Caught("LNK112", W, ("type",), lab(macvlan(), platform="vsphere")),
    "macvlan on VirtualBox": Caught(
        "LNK112", W, ("type",), lab(macvlan(master="enp0s8"), platform="virtualbox")
    ),
    "macvlan on enp0s8, platform untold": Caught(
        "LNK112",
        I,
        ("master",),
        lab(macvlan("a"), macvlan("b", master="enp0s8"), interface="enp0s8"),
    ),
    "macvlan, platform untold": Caught(
        "LNK112", I, ("zone",), lab(macvlan("a"), macvlan("b"), interface="eth1")
    ),
    "more pods than MACs": Caught(
        "LNK113", W, ("zone", "macLimit"), lab(macvlan(), macLimit=5, podsPerNode=5)
    ),
    "more pods than MACs, by two networks and a VLAN": Caught(
        "LNK113",
        W,
        ("zone", "macLimit"),
        lab(macvlan("a"), macvlan("b", master="eth1.5"), macLimit=10, podsPerNode=5),
    ),
    "a MAC limit, and pods untold": Caught("LNK113", I, ("zone",), lab(macvlan(), macLimit=5)),
    "vlanId 4095": Caught("LNK114", E, ("vlanId",), lab(vlan(vlanId=4095))),
    # vlan.go takes 0, which is also its default.
    "no vlanId": Caught("LNK114", W, ("vlanId",), lab(vlan(vlanId=None))),
    "a vlan with two pods": Caught("LNK114", E, ("vlanId",), lab(vlan(), podsPerNode=2)),
    "a vlan, and its pods untold": Caught("LNK114", I, ("vlanId",), lab(vlan())),
    "one vlan in two networks": Caught(
        "LNK114", E, ("vlanId",), lab(vlan("a"), vlan("b"), podsPerNode=1)
    ),
    "a MAC of an ipvlan": Caught("LNK115", E, ("mac",), lab(ipvlan(mac="02:00:00:00:00:01"))),
    "ipvlan without ipam": Caught("LNK115", E, ("ipam",), lab(ipvlan(ipam=None))),
    "vlan without ipam": Caught("LNK115", E, ("ipam",), lab(vlan(ipam={}))),
    # The table has an error; nothing in ipvlan.go or in the dhcp plugin refuses it.
    "dhcp of an ipvlan": Caught("LNK115", W, ("ipam", "type"), lab(ipvlan(ipam={"type": "dhcp"}))),
    "pods' own MACs of an ipvlan": Caught(
        "LNK115", W, ("capabilities", "mac"), lab(ipvlan(capabilities={"mac": True}))
    ),
    "a gateway in l3": Caught("LNK116", W, ("ipam", "gateway"), lab(ipvlan(mode="l3"))),
    "a default route in l3s": Caught(
        "LNK116",
        W,
        ("ipam", "routes", 0, "dst"),
        lab(ipvlan(mode="l3s", ipam={**IPV6, "routes": [{"dst": "::/0"}]})),
    ),
    "a rate behind macvlan": Caught("LNK117", E, ("plugins", 1, "type"), lab(chain(MACVLAN, RATE))),
    "bandwidth behind macvlan": Caught(
        "LNK117", W, ("plugins", 1, "type"), lab(chain(MACVLAN, {"type": "bandwidth"}))
    ),
    "portmap behind macvlan": Caught(
        "LNK117", I, ("plugins", 1, "type"), lab(chain(MACVLAN, {"type": "portmap"}))
    ),
    # "failed to create macvlan: invalid argument" (v1.9.1); Go itself reads eight bytes.
    "a MAC of eight bytes": Caught(
        "LNK118", E, ("mac",), lab(macvlan(mac="02:00:00:00:00:00:00:01"))
    ),
    "a MAC that is none": Caught("LNK118", E, ("mac",), lab(macvlan(mac="02:00"))),
    "a multicast MAC": Caught("LNK118", E, ("mac",), lab(macvlan(mac="03:00:00:00:00:01"))),
    "a MAC of zeros": Caught("LNK118", E, ("mac",), lab(macvlan(mac="00:00:00:00:00:00"))),
    "a maker's MAC": Caught("LNK118", W, ("mac",), lab(macvlan(mac="08:00:27:00:00:01"))),
    "one MAC twice on a master": Caught(
        "LNK118",
        E,
        ("mac",),
        lab(macvlan("a", mac="02:00:00:00:00:aa"), macvlan("b", mac="02-00-00-00-00-AA")),
    ),
    "tuning's multicast MAC": Caught(
        "LNK118", E, ("plugins", 1, "mac"), lab(tuned(mac="ff:ff:ff:ff:ff:ff"))
    ),
    "a MAC of two pods": Caught(
        "LNK118", E, ("mac",), lab(pods(2, mac="02:00:00:00:00:01"), interface="eth1")
    ),
    "a MAC on two nodes": Caught(
        "LNK118", W, ("mac",), lab(pods(1, mac="02:00:00:00:00:01"), nodes=NODES)
    ),
    "a MAC, and pods untold": Caught(
        "LNK118", I, ("mac",), lab(macvlan(mac="02:00:00:00:00:01"), interface="eth1")
    ),
    "hairpinMode with promiscMode": Caught(
        "LNK120", E, ("promiscMode",), lab(bridge(hairpinMode=True, promiscMode=True))
    ),
    "no interface, but ipam": Caught(
        "LNK120",
        E,
        ("disableContainerInterface",),
        lab(bridge(disableContainerInterface=True, ipam=HOST_LOCAL)),
    ),
    # "could not add …: numerical result out of range" (v1.9.1)
    "a bridge of 16 characters": Caught("LNK120", E, ("bridge",), lab(bridge(bridge="b" * 16))),
    "a bridge's VLAN 4095": Caught("LNK120", E, ("vlan",), lab(bridge(vlan=4095))),
    "a trunk backwards": Caught(
        "LNK120", E, ("vlanTrunk", 0), lab(bridge(vlanTrunk=[{"minID": 9, "maxID": 5}]))
    ),
    "a trunk without end": Caught(
        "LNK120", E, ("vlanTrunk", 0), lab(bridge(vlanTrunk=[{"minID": 9}]))
    ),
    "a trunk's id 0": Caught("LNK120", E, ("vlanTrunk", 0), lab(bridge(vlanTrunk=[{"id": 0}]))),
}

NEIGHBOURS: dict[str, tuple[str, Lab]] = {
    "every mode": (
        "LNK101",
        lab(*(macvlan(mode=mode) for mode in ("", "bridge", "private", "vepa", "passthru"))),
    ),
    "no mtu": ("LNK102", lab(macvlan(), interface="eth1")),
    "an mtu of 0": ("LNK102", lab(macvlan(mtu=0), interface="eth1")),
    "an mtu of 68": ("LNK102", lab(macvlan(mtu=68))),
    "the master's mtu": ("LNK102", lab(macvlan(mtu=1500), interface="eth1", mtu=1500)),
    "an mtu of 1280 with IPv6": ("LNK102", lab(macvlan(mtu=1280, ipam=IPV6))),
    "an mtu of 1279 without IPv6": ("LNK102", lab(macvlan(mtu=1279))),
    # bridge.go asks the kernel for one only above 0, as netlink does for macvlan's 0.
    "a bridge's mtu below 0": ("LNK102", lab(bridge(mtu=-1))),
    "an mtu above a node's that runs no pods": (
        "LNK102",
        lab(
            macvlan(mtu=9000),
            interface="eth1",
            nodes=[
                {"name": "a", "mtu": 9000},
                {"name": "b", "mtu": 1500, "schedulable": False},
            ],
        ),
    ),
    "an mtu in a manifest": ("LNK102", lab(macvlan(mtu=9000))),
    "an mtu on a master that isn't the zone's": (
        "LNK102",
        lab(macvlan(mtu=9000), interface="ens5"),
    ),
    "a master": ("LNK103", lab(macvlan())),
    "no master of a bridge": ("LNK103", lab(bridge())),
    "no master in the pod": ("LNK103", lab(macvlan(master=None, linkInContainer=True))),
    "a master in another case": ("LNK103", lab(macvlan(master=None, Master="eth1"))),
    "a master of 15 characters": ("LNK104", lab(macvlan(master="enx0123456789ab"))),
    "a VLAN's interface": ("LNK104", lab(macvlan(master="eth1.112"))),
    "the zone's interface": ("LNK105", lab(macvlan(), interface="eth1", nodes=NODES)),
    "a VLAN of the zone's interface": ("LNK105", lab(macvlan(master="eth1.5"), interface="eth1")),
    "a master that one node lacks, which LIF405 has": ("LNK105", lab(macvlan(), nodes=MIXED)),
    "another interface where no pods run": (
        "LNK105",
        lab(macvlan(), nodes=[MIXED[0], {**MIXED[1], "schedulable": False}]),
    ),
    "a master in a manifest": ("LNK105", lab(macvlan())),
    "no master to look for": ("LNK105", lab(bridge(), nodes=NODES)),
    "a master in the pod": ("LNK105", lab(macvlan(linkInContainer=True), interface="ens5")),
    "macvlan and ipvlan on two masters": ("LNK106", lab(macvlan("a"), ipvlan("b", master="eth2"))),
    "vlan and macvlan on one master": ("LNK106", lab(macvlan("a"), vlan("b"))),
    "a master by its place": ("LNK107", lab(macvlan(master="enp0s8"))),
    "a master called after its use": ("LNK107", lab(macvlan(master="tunnels"))),
    "passthru alone": ("LNK108", lab(pods(1, mode="passthru"), macvlan("b", master="eth2"))),
    "passthru in a manifest": ("LNK108", lab(macvlan(mode="passthru"))),
    "one mode, written and not": ("LNK109", lab(ipvlan("a"), ipvlan("b", mode="l2"))),
    "two modes on two masters": (
        "LNK109",
        lab(macvlan("a"), macvlan("b", mode="vepa", master="e2")),
    ),
    "ipvlan on Wi-Fi": ("LNK111", lab(ipvlan(master="wlp3s0"))),
    "macvlan on bare metal": ("LNK112", lab(macvlan(master="enp0s8"), platform="bare-metal")),
    "macvlan on KVM": ("LNK112", lab(macvlan(), platform="kvm")),
    "ipvlan in a cloud": ("LNK112", lab(ipvlan(), platform="cloud")),
    "ipvlan, platform untold": ("LNK112", lab(ipvlan(), interface="eth1")),
    "macvlan on enp0s8 in a manifest": ("LNK112", lab(macvlan(master="enp0s8"))),
    "passthru, which has the master's MAC": (
        "LNK112",
        lab(macvlan(mode="passthru"), platform="vsphere"),
    ),
    "pods and the node within the limit": ("LNK113", lab(macvlan(), macLimit=6, podsPerNode=5)),
    "two masters within the limit": (
        "LNK113",
        lab(macvlan("a"), macvlan("b", master="eth2"), macLimit=6, podsPerNode=5),
    ),
    "no MAC limit": ("LNK113", lab(macvlan(), podsPerNode=500)),
    "ipvlan under a MAC limit": ("LNK113", lab(ipvlan(), macLimit=1, podsPerNode=5)),
    "a vlan with one pod": ("LNK114", lab(vlan(), podsPerNode=1)),
    "two vlans": ("LNK114", lab(vlan("a"), vlan("b", vlanId=4094), podsPerNode=1)),
    "one vlan on two masters": ("LNK114", lab(vlan("a"), vlan("b", master="eth2"), podsPerNode=1)),
    "a MAC of a macvlan, and dhcp": (
        "LNK115",
        lab(macvlan(mac="02:00:00:00:00:01", ipam={"type": "dhcp"})),
    ),
    "a macvlan without ipam": ("LNK115", lab(macvlan(ipam=None))),
    "an ipvlan with ipam": ("LNK115", lab(ipvlan(), vlan("b"))),
    "a gateway in l2": ("LNK116", lab(ipvlan(mode="l2"))),
    "a route in l3": (
        "LNK116",
        lab(ipvlan(mode="l3", ipam={**IPV6, "routes": [{"dst": "fd00:99::/64"}]})),
    ),
    "a rate behind a bridge": ("LNK117", lab(chain({"type": "bridge"}, RATE, {"type": "portmap"}))),
    "a rate behind an unknown plugin": ("LNK117", lab(chain({"type": "ovs"}, RATE))),
    "tuning behind macvlan": ("LNK117", lab(tuned(promisc=True))),
    "a local MAC": ("LNK118", lab(macvlan(mac="02:00:00:00:00:01"))),
    # macvlan v1.9.1 took it (Go net.ParseMAC).
    "a MAC with dots": ("LNK118", lab(macvlan(mac="0200.0000.0001"))),
    "an empty MAC": ("LNK118", lab(macvlan(mac=""))),
    "one MAC on two masters": (
        "LNK118",
        lab(
            macvlan("a", mac="02:00:00:00:00:01"),
            macvlan("b", mac="02:00:00:00:00:01", master="e2"),
        ),
    ),
    "a MAC of one pod on one node": (
        "LNK118",
        lab(pods(1, mac="02:00:00:00:00:01"), nodes=[{"name": "a"}]),
    ),
    "a bridge in use": (
        "LNK120",
        lab(
            bridge(
                bridge="b" * 15,
                hairpinMode=True,
                vlan=4094,
                vlanTrunk=[{"minID": 5, "maxID": 9}, {"id": 1}],
                ipam=HOST_LOCAL,
            )
        ),
    ),
    "no interface, and no ipam": ("LNK120", lab(bridge(disableContainerInterface=True))),
}


@pytest.mark.parametrize("case", CAUGHT.values(), ids=CAUGHT)
def test_rule_catches(case: Caught) -> None:
    found = [
        (one.severity, one.path[2:] if one.path[0] == "networks" else one.path)
        for one in findings(case.lab, case.code)
    ]
    assert found == [(case.severity, case.path)]


@pytest.mark.parametrize(("code", "passes"), NEIGHBOURS.values(), ids=NEIGHBOURS)
def test_rule_passes_its_neighbour(code: str, passes: Lab) -> None:
    assert findings(passes, code) == []


def test_a_master_that_the_told_nodes_lack_may_be_on_the_others() -> None:
    found = findings(
        lab(macvlan(), nodes=[{"name": "a", "interface": "ens5"}, *NODES[1:]]), "LNK105"
    )
    assert [one.severity for one in found] == [W, I]
    assert found[0].message == (
        "no node's interface into the zone is eth1, by the inventory: ens5 on a"
    )


def test_every_rule_has_a_case_and_a_neighbour() -> None:
    rules = {code for code in RULES if code.startswith("LNK")}
    assert {case.code for case in CAUGHT.values()} == rules
    assert {code for code, _ in NEIGHBOURS.values()} == rules


def test_whole_network_without_fault_has_no_finding() -> None:
    assert codes(lab(macvlan()), "LNK") == []
    told = {"interface": "eth1", "mtu": 1500, "platform": "bare-metal", "nodes": NODES}
    assert codes(lab(macvlan(mtu=1500), **told), "LNK") == []


@pytest.mark.parametrize(("stack", "expected"), [("dev", [("LNK112", I)]), ("lab", [])])
def test_howtos_zone_has_what_can_be_decided_and_no_more(
    stack: str, expected: list[tuple[str, Severity]]
) -> None:
    written = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())["config"]
    config = {key.removeprefix("multus-lab:"): value for key, value in written.items()}
    found = judge_stack(load(config))
    assert [
        (one.code, one.severity) for one in found if one.code.startswith(("NAD", "LNK"))
    ] == expected
