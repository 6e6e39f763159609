"""Rules LNK: what each catches, and the neighbours that it spares."""

from typing import Any

from multus_lab.attachment import RESOURCE
from multus_lab.checks.network import Network
from multus_lab.plugins import Placeholder
from tests.unit.rules import (
    HOST_LOCAL,
    Case,
    E,
    N,
    R,
    at,
    chain,
    lab,
    macvlan,
    network,
    plugin,
)

LATER = Placeholder("${VALUE}")
SHARED = {"type": "whereabouts", "range": "10.12.34.0/24"}
MACVLAN = {"type": "macvlan", "master": "eth1", "ipam": HOST_LOCAL}
IPVLAN = MACVLAN | {"type": "ipvlan"}
IPV6 = {"type": "host-local", "subnet": "fd00:12:34::/64"}
LEASE = {"type": "dhcp"}
NODES = [{"name": "a"}, {"name": "b"}]
MIXED = [{"name": "a", "interface": "eth1"}, {"name": "b", "interface": "eth2"}]
RATE = {"type": "bandwidth", "ingressRate": 8000, "ingressBurst": 8000}


def ipvlan(name: str = "lab", **keys: Any) -> Network:
    """An ipvlan network that no rule has anything against."""
    return plugin("ipvlan", name, **{"master": "eth1", "ipam": HOST_LOCAL, **keys})


def vlan(name: str = "lab", **keys: Any) -> Network:
    """A network of VLAN 112 on eth1."""
    return plugin("vlan", name, **{"master": "eth1", "vlanId": 112, "ipam": HOST_LOCAL, **keys})


def bridge(name: str = "lab", **keys: Any) -> Network:
    """A network on a bridge of the node."""
    return plugin("bridge", name, **{"bridge": "br0", **keys})


def cnv_bridge(**keys: Any) -> Network:
    """A network on a bridge, by OpenShift Virtualization's name for the plugin."""
    return plugin("cnv-bridge", **{"bridge": "br0", **keys})


def device(name: str = "lab", **keys: Any) -> Network:
    """A network that gives eth2 of the node to its pod."""
    return plugin("host-device", name, **{"device": "eth2", **keys})


def ptp(*addresses: dict[str, str], **keys: Any) -> Network:
    """A network of veth pairs with these addresses of static."""
    return plugin("ptp", **{"ipam": {"type": "static", "addresses": list(addresses)}, **keys})


def sriov(kind: str = "sriov", resource: str = "", **keys: Any) -> Network:
    """A network of virtual functions, of a resource if there is one."""
    config = {"cniVersion": "1.0.0", "name": "lab", "type": kind, **keys}
    return network(config, annotations={RESOURCE: resource} if resource else {})


def pods(number: int, **keys: Any) -> Network:
    """A macvlan network with so many pods to a node."""
    return network({**MACVLAN, **keys}, pods_per_node=number)


def tuned(**keys: Any) -> Network:
    """A macvlan network with tuning behind it."""
    return chain(MACVLAN, {"type": "tuning", **keys})


CASES: list[Case] = [
    Case("LNK101", "a mode in capitals", lab(macvlan(mode="Bridge")), [(E, "mode")]),
    Case("LNK101", "the kernel's own mode", lab(macvlan(mode="source")), [(E, "mode")]),
    Case(
        "LNK101",
        "an unknown mode, its key in another case",
        lab(macvlan(mode=None, Mode="x")),
        [(E, "Mode")],
    ),
    Case(
        "LNK101",
        "a mode of bond by its number",
        lab(plugin("bond", mode="1", links=[{"name": "net1"}, {"name": "net2"}], miimon="100")),
        [(E, "mode")],
    ),
    Case(
        "LNK101",
        "a chained plugin's mode",
        lab(chain(MACVLAN, {"type": "coordinator", "mode": "overlays"})),
        [(E, "plugins.1.mode")],
    ),
    Case("LNK101", "a mode of macvlan in ipvlan", lab(ipvlan(mode="bridge")), [(E, "mode")]),
    Case("LNK102", "an mtu of 67", lab(macvlan(mtu=67)), [(E, "mtu")]),
    Case("LNK102", "an mtu below 0", lab(macvlan(mtu=-1)), [(E, "mtu")]),
    Case("LNK102", "a bridge's mtu below 0", lab(bridge(mtu=-1)), [(R, "mtu")]),
    Case("LNK102", "an ipvlan's mtu below 0", lab(ipvlan(mtu=-1)), [(R, "mtu")]),
    Case("LNK102", "a vlan's mtu below 0", lab(vlan(mtu=-1)), [(E, "mtu")]),
    Case("LNK102", "tuning's mtu below 0", lab(tuned(mtu=-1)), [(E, "plugins.1.mtu")]),
    Case("LNK102", "a bridge's mtu of 65536", lab(bridge(mtu=65536)), [(E, "mtu")]),
    Case("LNK102", "an mtu of 67 in another case", lab(macvlan(MTU=67)), [(E, "MTU")]),
    Case("LNK102", "cnv-bridge's mtu of 67", lab(cnv_bridge(mtu=67)), [(E, "mtu")]),
    Case("LNK102", "ovs' mtu of 67", lab(plugin("ovs", bridge="br-lab", mtu=67)), [(R, "mtu")]),
    Case("LNK102", "a bridge's mtu of 67", lab(bridge(mtu=67)), [(E, "mtu")]),
    # Linux sets no minimum for a VLAN device (vlan_setup, min_mtu = 0).
    Case("LNK102", "a vlan's mtu of 67", lab(vlan(mtu=67)), [(R, "mtu")]),
    Case(
        "LNK102",
        "an mtu above the master's",
        lab(macvlan(mtu=9000), interface="eth1", mtu=1500),
        [(E, "mtu")],
    ),
    Case(
        "LNK102",
        "an mtu above one node's",
        lab(
            macvlan(mtu=9000),
            interface="eth1",
            mtu=9000,
            nodes=[*NODES, {"name": "c", "mtu": 1500}],
        ),
        [(E, "mtu")],
    ),
    Case(
        "LNK102",
        "an mtu above the master's, on its VLAN",
        lab(macvlan(master="eth1.5", mtu=9000), interface="eth1", mtu=1500),
        [(E, "mtu")],
    ),
    # ipvlan.go doesn't compare, and the kernel lets an ipvlan have more than its master.
    Case(
        "LNK102",
        "an ipvlan's mtu above the master's",
        lab(ipvlan(mtu=9000), interface="eth1", mtu=1500),
        [(R, "mtu")],
    ),
    Case("LNK102", "an mtu of 1279 with IPv6", lab(macvlan(mtu=1279, ipam=IPV6)), [(E, "mtu")]),
    Case(
        "LNK102",
        "a master's mtu of 1000 with IPv6",
        lab(macvlan(ipam=IPV6), interface="eth1", mtu=1000),
        [(E, "mtu")],
    ),
    Case(
        "LNK102",
        "tuning's mtu of 1279 with IPv6",
        lab(chain({**MACVLAN, "ipam": IPV6}, {"type": "tuning", "mtu": 1279})),
        [(R, "plugins.1.mtu")],
    ),
    Case(
        "LNK102",
        "tuning's mtu above the master's",
        lab(tuned(mtu=9000), interface="eth1", mtu=1500),
        [(E, "plugins.1.mtu")],
    ),
    Case(
        "LNK102",
        "an mtu, and the master's untold",
        lab(macvlan(mtu=1500), interface="eth1"),
        [(N, "zone")],
    ),
    Case(
        "LNK102",
        "two mtus, and the master's untold",
        lab(macvlan("a", mtu=1500), macvlan("b", mtu=1400), nodes=NODES),
        [(N, "zone")],
    ),
    Case("LNK103", "no master", lab(macvlan(master=None)), [(R, "master")]),
    Case("LNK103", "an empty master", lab(ipvlan(master="")), [(R, "master")]),
    Case("LNK104", "an alias as master", lab(macvlan(master="ens33:1")), [(E, "master")]),
    Case("LNK104", "a path as master", lab(vlan(master="net/eth1")), [(E, "master")]),
    Case("LNK104", "a master of 16 characters", lab(macvlan(master="e" * 16)), [(R, "master")]),
    Case("LNK104", "a master of 128 characters", lab(macvlan(master="e" * 128)), [(E, "master")]),
    Case(
        "LNK105",
        "a master that no node has",
        lab(macvlan(), interface="ens5", nodes=NODES),
        [(E, "master")],
    ),
    Case(
        "LNK105",
        "a master that no group of nodes has",
        lab(macvlan(master="eth3"), nodes=MIXED),
        [(E, "master")],
    ),
    Case(
        "LNK105",
        "a VLAN of a master that no node has",
        lab(macvlan(master="eth3.5"), nodes=MIXED),
        [(E, "master")],
    ),
    Case(
        "LNK105",
        "a master that is not the zone's",
        lab(macvlan(), interface="ens5"),
        [(E, "master")],
    ),
    Case(
        "LNK105",
        "a master, and the zone's untold",
        lab(macvlan("a"), macvlan("b"), nodes=NODES),
        [(N, "zone")],
    ),
    Case("LNK106", "ipvlan beside macvlan", lab(macvlan("a"), ipvlan("b")), [(E, "b:master")]),
    Case("LNK106", "macvlan beside ipvlan", lab(ipvlan("a"), macvlan("b")), [(E, "b:master")]),
    Case(
        "LNK106",
        "ipvlan beside two macvlans",
        lab(macvlan("a"), macvlan("b"), ipvlan("c")),
        [(E, "c:master")],
    ),
    # macvlan v1.9.1 on lo: "failed to create macvlan: invalid argument".
    Case("LNK107", "the loopback as master", lab(macvlan(master="lo")), [(E, "master")]),
    Case(
        "LNK107",
        "a bridge's port as master",
        lab(macvlan(), interface="eth2", bridgePorts=["eth0", "eth1"]),
        [(E, "master")],
    ),
    Case(
        "LNK107",
        "a bridge's port under an ipvlan",
        lab(ipvlan(), interface="eth1", bridgePorts=["eth1"]),
        [(E, "master")],
    ),
    Case("LNK107", "wireguard as master", lab(macvlan(master="wg0")), [(R, "master")]),
    Case("LNK107", "InfiniBand as master", lab(macvlan(master="ibp4s0")), [(R, "master")]),
    Case(
        "LNK108",
        "passthru beside another",
        lab(macvlan("a"), macvlan("b", mode="passthru")),
        [(E, "b:mode")],
    ),
    Case("LNK108", "passthru with two pods", lab(pods(2, mode="passthru")), [(E, "mode")]),
    Case("LNK108", "passthru in a manifest", lab(macvlan(mode="passthru")), [(N, "mode")]),
    Case(
        "LNK108",
        "passthru, and its pods untold",
        lab(macvlan(mode="passthru"), interface="eth1"),
        [(N, "mode")],
    ),
    Case(
        "LNK109",
        "l2 and l3 on one master",
        lab(ipvlan("a"), ipvlan("b", mode="l3")),
        [(E, "b:mode")],
    ),
    Case(
        "LNK109",
        "bridge and private on one master",
        lab(macvlan("a"), macvlan("b", mode="private")),
        [(R, "b:mode")],
    ),
    Case("LNK110", "flannel's tunnel as master", lab(macvlan(master="flannel.1")), [(R, "master")]),
    Case(
        "LNK110",
        "Cilium's interface under an ipvlan",
        lab(ipvlan(master="cilium_host")),
        [(R, "master")],
    ),
    Case(
        "LNK110",
        "a pod's end of Calico under a VLAN",
        lab(vlan(master="cali0123456789a")),
        [(R, "master")],
    ),
    Case(
        "LNK110",
        "OVN-Kubernetes' port given to a pod",
        lab(device(device="ovn-k8s-mp0")),
        [(R, "device")],
    ),
    # cni0 is also what the bridge plugin takes by default.
    Case("LNK110", "cni0 as master", lab(macvlan(master="cni0")), [(N, "master")]),
    Case(
        "LNK110",
        "cni0 as master, over flannel",
        lab(macvlan(master="cni0"), primaryNetwork={"file": "10-flannel.conflist"}),
        [(R, "master")],
    ),
    Case("LNK110", "cni0 as bridge", lab(bridge(bridge="cni0")), [(N, "bridge")]),
    Case("LNK110", "br-ex as master", lab(macvlan(master="br-ex")), [(N, "master")]),
    Case("LNK111", "macvlan on Wi-Fi", lab(macvlan(master="wlp3s0")), [(R, "master")]),
    Case("LNK112", "macvlan on vSphere", lab(macvlan(), platform="vsphere"), [(R, "type")]),
    Case(
        "LNK112",
        "macvlan on VirtualBox",
        lab(macvlan(master="enp0s8"), platform="virtualbox"),
        [(R, "type")],
    ),
    Case(
        "LNK112",
        "macvlan on enp0s8, platform untold",
        lab(macvlan("a"), macvlan("b", master="enp0s8"), interface="enp0s8"),
        [(N, "b:master")],
    ),
    Case(
        "LNK112",
        "macvlan, platform untold",
        lab(macvlan("a"), macvlan("b"), interface="eth1"),
        [(N, "zone")],
    ),
    Case(
        "LNK113",
        "more pods than MACs",
        lab(macvlan(), macLimit=5, podsPerNode=5),
        [(R, "zone.macLimit")],
    ),
    Case(
        "LNK113",
        "more pods than MACs, by two networks and a VLAN",
        lab(macvlan("a"), macvlan("b", master="eth1.5"), macLimit=10, podsPerNode=5),
        [(R, "zone.macLimit")],
    ),
    Case("LNK113", "a MAC limit, and pods untold", lab(macvlan(), macLimit=5), [(N, "zone")]),
    Case("LNK114", "vlanId 4095", lab(vlan(vlanId=4095)), [(E, "vlanId")]),
    # vlan.go takes 0, which is also its default.
    Case("LNK114", "no vlanId", lab(vlan(vlanId=None)), [(R, "vlanId")]),
    Case("LNK114", "a vlan with two pods", lab(vlan(), podsPerNode=2), [(E, "vlanId")]),
    Case("LNK114", "a vlan, and its pods untold", lab(vlan()), [(N, "vlanId")]),
    Case(
        "LNK114",
        "one vlan in two networks",
        lab(vlan("a"), vlan("b"), podsPerNode=1),
        [(E, "b:vlanId")],
    ),
    Case("LNK114", "a device, and its pods untold", lab(device()), [(N, "device")]),
    Case("LNK114", "the loopback as a device", lab(device(device="lo")), [(E, "device")]),
    Case("LNK114", "a device with two pods", lab(device(), podsPerNode=2), [(E, "device")]),
    Case(
        "LNK114",
        "one device in two networks",
        lab(device("a"), device("b"), podsPerNode=1),
        [(E, "b:device")],
    ),
    Case(
        "LNK114",
        "a device that is a master",
        lab(device("a", device="eth1"), macvlan("b"), podsPerNode=1),
        [(E, "a:device")],
    ),
    Case(
        "LNK114",
        "a device that is the master of two networks",
        lab(vlan("b"), device("a", device="eth1"), ipvlan("c"), podsPerNode=1),
        [(E, "a:device")],
    ),
    Case(
        "LNK114",
        "a device beside another master",
        lab(device("a"), macvlan("b"), podsPerNode=1),
    ),
    Case(
        "LNK114",
        "a device that is a master in the pod",
        lab(device("a", device="eth1"), macvlan("b", linkInContainer=True), podsPerNode=1),
    ),
    Case(
        "LNK114",
        "a device by its PCI address",
        lab(device(device=None, pciBusID="0000:00:1f.6")),
        [(N, "pciBusID")],
    ),
    Case(
        "LNK114",
        "a vlan's key in another case",
        lab(vlan(vlanId=None, VlanID=4095)),
        [(E, "VlanID")],
    ),
    Case("LNK115", "a MAC of an ipvlan", lab(ipvlan(mac="02:00:00:00:00:01")), [(E, "mac")]),
    Case("LNK115", "ptp without ipam", lab(plugin("ptp")), [(E, "ipam")]),
    Case("LNK115", "ipvlan without ipam", lab(ipvlan(ipam=None)), [(E, "ipam")]),
    Case("LNK115", "dummy without ipam", lab(plugin("dummy")), [(E, "ipam")]),
    Case("LNK115", "vlan without ipam, and the release untold", lab(vlan(ipam={})), [(N, "ipam")]),
    Case(
        "LNK115", "vlan without ipam before v1.10.0", at("v1.9.1", vlan(ipam=None)), [(E, "ipam")]
    ),
    Case(
        "LNK115",
        "ptp with an empty ipam",
        lab(plugin("ptp", ipam={"subnet": "10.1.0.0/24"})),
        [(E, "ipam")],
    ),
    # With v1.10.0 ptp fails at once (error looking up "net1": Link not found), and a tap waits for
    # a minute and longer; a dummy is by the kernel's source.
    *(
        Case("LNK115", f"dhcp of a {kind}", lab(plugin(kind, ipam=LEASE)), [(E, "ipam.type")])
        for kind in ("ptp", "dummy", "tap")
    ),
    # The table has an error; nothing in ipvlan.go or in the dhcp plugin refuses it.
    Case("LNK115", "dhcp of an ipvlan", lab(ipvlan(ipam={"type": "dhcp"})), [(R, "ipam.type")]),
    Case(
        "LNK115",
        "pods' own MACs of an ipvlan",
        lab(ipvlan(capabilities={"mac": True})),
        [(R, "capabilities.mac")],
    ),
    Case(
        "LNK115",
        "a MAC set behind an ipvlan",
        lab(chain(IPVLAN, {"type": "tuning", "mac": "02:00:00:00:00:01"})),
        [(E, "plugins.1.mac")],
    ),
    Case(
        "LNK115",
        "pods' own MACs set behind an ipvlan",
        lab(chain(IPVLAN, {"type": "cnv-tuning", "capabilities": {"mac": True}})),
        [(R, "plugins.1.capabilities.mac")],
    ),
    Case(
        "LNK115",
        "a MAC set behind a macvlan",
        lab(chain(MACVLAN, {"type": "tuning", "mac": "02:00:00:00:00:01"})),
    ),
    Case(
        "LNK115",
        "no MAC set behind an ipvlan",
        lab(chain(IPVLAN, {"type": "tuning", "mac": "", "promisc": True})),
    ),
    Case(
        "LNK118",
        "a MAC set behind an ipvlan, which LNK115 has",
        lab(chain(IPVLAN, {"type": "tuning", "mac": "02:00:00:00:00:01"})),
    ),
    Case(
        "LNK116",
        "a route by the gateway in l3",
        lab(ipvlan(mode="l3", ipam={**HOST_LOCAL, "routes": [{"dst": "10.9.0.0/16"}]})),
        [(R, "ipam.routes.0.dst")],
    ),
    Case(
        "LNK116",
        "a route by a gateway of its own in l3",
        lab(
            ipvlan(
                MODE="l3", ipam={**IPV6, "routes": [{"dst": "fd00:99::/64", "gw": "fd00:12:34::1"}]}
            )
        ),
        [(R, "ipam.routes.0.dst")],
    ),
    Case(
        "LNK116",
        "a default route in l3s",
        lab(ipvlan(mode="l3s", ipam={**IPV6, "routes": [{"dst": "::/0"}]})),
        [(R, "ipam.routes.0.dst")],
    ),
    Case("LNK117", "a rate behind macvlan", lab(chain(MACVLAN, RATE)), [(E, "plugins.1.type")]),
    Case(
        "LNK117",
        "a rate behind sriov",
        lab(chain({"type": "sriov"}, RATE)),
        [(E, "plugins.1.type")],
    ),
    Case(
        "LNK117",
        "a rate behind a dummy",
        lab(chain({"type": "dummy", "ipam": HOST_LOCAL}, RATE)),
        [(E, "plugins.1.type")],
    ),
    Case(
        "LNK117",
        "bandwidth behind macvlan",
        lab(chain(MACVLAN, {"type": "bandwidth"})),
        [(R, "plugins.1.type")],
    ),
    Case(
        "LNK117",
        "portmap behind macvlan",
        lab(chain(MACVLAN, {"type": "portmap"})),
        [(N, "plugins.1.type")],
    ),
    *(
        Case(
            "LNK117",
            f"{policy} behind {main['type']}",
            lab(chain(main, {"type": "firewall", "ingressPolicy": policy})),
            [(R, "plugins.1.ingressPolicy")],
        )
        for policy, main in (
            ("same-bridge", MACVLAN),
            ("isolated", IPVLAN),
            ("isolated", {"type": "sriov"}),
        )
    ),
    # "failed to create macvlan: invalid argument" (v1.9.1); Go itself reads eight bytes.
    Case(
        "LNK118", "a MAC of eight bytes", lab(macvlan(mac="02:00:00:00:00:00:00:01")), [(E, "mac")]
    ),
    Case("LNK118", "a MAC that is none", lab(macvlan(mac="02:00")), [(E, "mac")]),
    Case("LNK118", "a multicast MAC", lab(macvlan(mac="03:00:00:00:00:01")), [(E, "mac")]),
    Case("LNK118", "a MAC of zeros", lab(macvlan(mac="00:00:00:00:00:00")), [(E, "mac")]),
    Case(
        "LNK118", "a maker's MAC", lab(macvlan(mac="08:00:27:00:00:01")), [(R, "mac"), (N, "mac")]
    ),
    Case(
        "LNK118",
        "one MAC twice on a master",
        lab(macvlan("a", mac="02:00:00:00:00:aa"), macvlan("b", mac="02-00-00-00-00-AA")),
        [(N, "a:mac"), (E, "b:mac")],
    ),
    Case("LNK118", "sriov's multicast MAC", lab(sriov(mac="03:00:00:00:00:01")), [(E, "mac")]),
    Case(
        "LNK118",
        "tuning's multicast MAC",
        lab(tuned(mac="ff:ff:ff:ff:ff:ff")),
        [(E, "plugins.1.mac")],
    ),
    Case(
        "LNK118",
        "a MAC of two pods",
        lab(pods(2, mac="02:00:00:00:00:01"), interface="eth1"),
        [(E, "mac")],
    ),
    Case(
        "LNK118",
        "a MAC on two nodes",
        lab(pods(1, mac="02:00:00:00:00:01"), nodes=NODES),
        [(R, "mac")],
    ),
    Case("LNK118", "a MAC in a manifest", lab(macvlan(mac="02:00:00:00:00:01")), [(N, "mac")]),
    # macvlan v1.9.1 took it (Go net.ParseMAC).
    Case("LNK118", "a MAC with dots", lab(macvlan(mac="0200.0000.0001")), [(N, "mac")]),
    Case(
        "LNK118",
        "one MAC on two masters",
        lab(
            macvlan("a", mac="02:00:00:00:00:01"),
            macvlan("b", mac="02:00:00:00:00:01", master="e2"),
        ),
        [(N, "a:mac"), (N, "b:mac")],
    ),
    Case(
        "LNK118",
        "a MAC, and pods untold",
        lab(macvlan(mac="02:00:00:00:00:01"), interface="eth1"),
        [(N, "mac")],
    ),
    Case(
        "LNK120",
        "hairpinMode with promiscMode",
        lab(bridge(hairpinMode=True, promiscMode=True)),
        [(E, "promiscMode")],
    ),
    Case(
        "LNK120",
        "no interface, but ipam",
        at("v1.9.1", bridge(disableContainerInterface=True, ipam=HOST_LOCAL)),
        [(E, "disableContainerInterface")],
    ),
    # "could not add …: numerical result out of range" (v1.9.1)
    Case("LNK120", "a bridge of 16 characters", lab(bridge(bridge="b" * 16)), [(E, "bridge")]),
    # "could not add "": LinkAttrs.Name cannot be empty" (v1.9.1, v1.10.0)
    Case("LNK120", "an empty name of a bridge", lab(bridge(bridge="")), [(E, "bridge")]),
    Case(
        "LNK120",
        "cnv-bridge's hairpinMode with promiscMode",
        lab(cnv_bridge(hairpinMode=True, promiscMode=True)),
        [(E, "promiscMode")],
    ),
    Case(
        "LNK120",
        "hairpinMode with promiscMode in another case",
        lab(bridge(HairpinMode=True, PROMISCMODE=True)),
        [(E, "PROMISCMODE")],
    ),
    Case(
        "LNK120",
        "vlan with vlanTrunk, and the release untold",
        lab(bridge(vlan=5, vlanTrunk=[{"id": 7}])),
        [(N, "vlan")],
    ),
    Case(
        "LNK120",
        "vlan with vlanTrunk up to v1.7.1",
        at("v1.7.1", bridge(vlan=5, vlanTrunk=[{"id": 7}])),
        [(E, "vlan")],
    ),
    Case("LNK120", "a bridge's VLAN 4095", lab(bridge(vlan=4095)), [(E, "vlan")]),
    Case(
        "LNK120",
        "no interface, but ipam, and the release untold",
        lab(bridge(disableContainerInterface=True, ipam=HOST_LOCAL)),
        [(N, "disableContainerInterface")],
    ),
    Case(
        "LNK120",
        "a trunk backwards",
        at("v1.3.0", bridge(vlanTrunk=[{"minID": 9, "maxID": 5}])),
        [(E, "vlanTrunk.0")],
    ),
    Case(
        "LNK120",
        "a trunk without end",
        at("v1.9.1", bridge(vlanTrunk=[{"minID": 9}])),
        [(E, "vlanTrunk.0")],
    ),
    Case(
        "LNK120",
        "a trunk's id 0",
        at("v1.9.1", bridge(vlanTrunk=[{"id": 0}])),
        [(E, "vlanTrunk.0")],
    ),
    Case(
        "LNK120",
        "a trunk's id 5000, and the release untold",
        lab(bridge(vlanTrunk=[{"id": 5000}])),
        [(N, "vlanTrunk.0")],
    ),
    Case(
        "LNK101",
        "every mode",
        lab(*(macvlan(mode=mode) for mode in ("", "bridge", "private", "vepa", "passthru"))),
    ),
    Case("LNK101", "a mode that is rendered later", lab(macvlan(mode=LATER))),
    Case("LNK102", "no mtu", lab(macvlan(), interface="eth1")),
    Case("LNK102", "an mtu of 0", lab(macvlan(mtu=0), interface="eth1")),
    Case("LNK102", "an mtu of 68", lab(macvlan(mtu=68))),
    Case("LNK102", "the master's mtu", lab(macvlan(mtu=1500), interface="eth1", mtu=1500)),
    Case("LNK102", "an mtu of 1280 with IPv6", lab(macvlan(mtu=1280, ipam=IPV6))),
    Case("LNK102", "an mtu of 1279 without IPv6", lab(macvlan(mtu=1279))),
    Case(
        "LNK102",
        "an mtu that is rendered later",
        lab(macvlan(mtu=LATER, ipam=IPV6), interface="eth1", mtu=1000),
    ),
    Case("LNK102", "a key of another plugin", lab(device(mtu=-1))),
    Case("LNK102", "an mtu of 65535", lab(bridge(mtu=65535))),
    Case(
        "LNK102",
        "an mtu above a node's that runs no pods",
        lab(
            macvlan(mtu=9000),
            interface="eth1",
            nodes=[
                {"name": "a", "mtu": 9000},
                {"name": "b", "mtu": 1500, "schedulable": False},
            ],
        ),
    ),
    Case("LNK102", "an mtu in a manifest", lab(macvlan(mtu=9000))),
    Case(
        "LNK102",
        "an mtu on a master that isn't the zone's",
        lab(macvlan(mtu=9000), interface="ens5"),
    ),
    Case("LNK103", "a master", lab(macvlan())),
    Case("LNK103", "no master of a bridge", lab(bridge())),
    Case("LNK103", "no master in the pod", lab(macvlan(master=None, linkInContainer=True))),
    Case("LNK103", "a master in another case", lab(macvlan(master=None, Master="eth1"))),
    Case("LNK104", "a master of 15 characters", lab(macvlan(master="enx0123456789ab"))),
    Case("LNK104", "a VLAN's interface", lab(macvlan(master="eth1.112"))),
    Case("LNK105", "the zone's interface", lab(macvlan(), interface="eth1", nodes=NODES)),
    Case(
        "LNK105", "a VLAN of the zone's interface", lab(macvlan(master="eth1.5"), interface="eth1")
    ),
    Case("LNK105", "a master that one node lacks, which LIF405 has", lab(macvlan(), nodes=MIXED)),
    Case(
        "LNK105",
        "another interface where no pods run",
        lab(macvlan(), nodes=[MIXED[0], {**MIXED[1], "schedulable": False}]),
    ),
    Case("LNK105", "a master in a manifest", lab(macvlan())),
    Case("LNK105", "no master to look for", lab(bridge(), nodes=NODES)),
    Case("LNK105", "a master in the pod", lab(macvlan(linkInContainer=True), interface="ens5")),
    Case(
        "LNK106", "macvlan and ipvlan on two masters", lab(macvlan("a"), ipvlan("b", master="eth2"))
    ),
    Case(
        "LNK106",
        "a master that is rendered later",
        lab(macvlan("a", master=LATER), ipvlan("b", master=LATER)),
    ),
    Case(
        "LNK106",
        "ipvlan on a master of the pod",
        lab(macvlan("a"), ipvlan("b", linkInContainer=True)),
    ),
    Case("LNK106", "vlan and macvlan on one master", lab(macvlan("a"), vlan("b"))),
    Case("LNK107", "a master by its place", lab(macvlan(master="enp0s8"))),
    Case("LNK107", "a port of another interface", lab(macvlan(), bridgePorts=["eth2"])),
    Case("LNK107", "a VLAN of a bridge's port", lab(vlan(), bridgePorts=["eth1"])),
    Case("LNK107", "on a VLAN of a port", lab(macvlan(master="eth1.5"), bridgePorts=["eth1"])),
    Case("LNK107", "a master called after its use", lab(macvlan(master="tunnels"))),
    Case("LNK108", "passthru alone", lab(pods(1, mode="passthru"), macvlan("b", master="eth2"))),
    Case("LNK109", "a mode that no plugin takes", lab(ipvlan("a"), ipvlan("b", mode="bridge"))),
    Case("LNK109", "a mode that is rendered later", lab(ipvlan("a"), ipvlan("b", mode=LATER))),
    Case("LNK109", "one mode, written and not", lab(ipvlan("a"), ipvlan("b", mode="l2"))),
    Case(
        "LNK109",
        "two modes on two masters",
        lab(macvlan("a"), macvlan("b", mode="vepa", master="e2")),
    ),
    Case("LNK110", "the node's own interface as master", lab(macvlan(master="eth0"))),
    Case(
        "LNK110",
        "cni0 as master, over Calico",
        lab(macvlan(master="cni0"), primaryNetwork={"file": "10-calico.conflist"}),
    ),
    Case(
        "LNK110",
        "a name that only begins so",
        lab(macvlan(master="flannel-lab"), macvlan("b", master="calibre0")),
    ),
    Case(
        "LNK110", "a pod's own interface", lab(macvlan(master="cilium_net", linkInContainer=True))
    ),
    Case("LNK110", "a master that is rendered later", lab(macvlan(master=LATER))),
    Case("LNK111", "ipvlan on Wi-Fi", lab(ipvlan(master="wlp3s0"))),
    Case("LNK112", "macvlan on bare metal", lab(macvlan(master="enp0s8"), platform="bare-metal")),
    Case("LNK112", "macvlan on KVM", lab(macvlan(), platform="kvm")),
    Case("LNK112", "ipvlan in a cloud", lab(ipvlan(), platform="cloud")),
    Case("LNK112", "ipvlan, platform untold", lab(ipvlan(), interface="eth1")),
    Case("LNK112", "macvlan on enp0s8 in a manifest", lab(macvlan(master="enp0s8"))),
    Case(
        "LNK112",
        "passthru, which has the master's MAC",
        lab(macvlan(mode="passthru"), platform="vsphere"),
    ),
    Case("LNK113", "pods and the node within the limit", lab(macvlan(), macLimit=6, podsPerNode=5)),
    Case(
        "LNK113",
        "two masters within the limit",
        lab(macvlan("a"), macvlan("b", master="eth2"), macLimit=6, podsPerNode=5),
    ),
    Case("LNK113", "no MAC limit", lab(macvlan(), podsPerNode=500)),
    Case("LNK113", "ipvlan under a MAC limit", lab(ipvlan(), macLimit=1, podsPerNode=5)),
    Case(
        "LNK114",
        "a vlanId that is a text, which NAD004 has",
        lab(vlan(vlanId="112"), podsPerNode=1),
    ),
    Case(
        "LNK114",
        "a vlanId that is rendered later",
        lab(vlan("a", vlanId=LATER), vlan("b", vlanId=LATER), podsPerNode=1),
    ),
    Case(
        "LNK114",
        "a device with one pod",
        lab(device("a"), device("b", device="eth3"), podsPerNode=1),
    ),
    Case(
        "LNK114",
        "a device by a device plugin",
        lab(network({"type": "host-device", "device": "eth2"}, annotations={RESOURCE: "x/nic"})),
    ),
    Case("LNK114", "a vlan in the pod", lab(vlan(linkInContainer=True))),
    Case("LNK114", "several pods of a macvlan", lab(macvlan(), podsPerNode=9)),
    Case("LNK114", "a vlan with one pod", lab(vlan(), podsPerNode=1)),
    Case("LNK114", "two vlans", lab(vlan("a"), vlan("b", vlanId=4094), podsPerNode=1)),
    Case(
        "LNK114", "one vlan on two masters", lab(vlan("a"), vlan("b", master="eth2"), podsPerNode=1)
    ),
    Case(
        "LNK115",
        "a MAC of a macvlan, and dhcp",
        lab(macvlan(mac="02:00:00:00:00:01", ipam={"type": "dhcp"})),
    ),
    Case("LNK115", "vlan without ipam from v1.10.0 on", at("v1.10.0", vlan(ipam=None))),
    Case(
        "LNK115",
        "an ipam that is rendered later",
        lab(plugin("ptp", ipam=LATER), plugin("ptp", ipam={"type": LATER})),
    ),
    Case(
        "LNK115",
        "an ipam of the wrong kind, which NAD004 has",
        lab(plugin("ptp", ipam="host-local")),
    ),
    Case("LNK115", "a macvlan without ipam", lab(macvlan(ipam=None))),
    Case("LNK115", "dhcp of a bridge", lab(bridge(ipam=LEASE))),
    Case("LNK115", "ptp with ipam", lab(plugin("ptp", ipam=HOST_LOCAL))),
    Case("LNK115", "an ipvlan with ipam", lab(ipvlan(), vlan("b"))),
    Case("LNK116", "a gateway in l3 that no route uses", lab(ipvlan(mode="l3"))),
    Case(
        "LNK116",
        "an on-link route in l3",
        lab(
            ipvlan(
                mode="l3", ipam={**HOST_LOCAL, "routes": [{"dst": "10.9.0.0/16", "gw": "0.0.0.0"}]}
            )
        ),
    ),
    Case(
        "LNK116",
        "a default route without a gateway in l3",
        lab(ipvlan(mode="l3", ipam={**SHARED, "routes": [{"dst": "0.0.0.0/0"}]})),
    ),
    Case("LNK116", "a gateway in l2", lab(ipvlan(mode="l2"))),
    Case(
        "LNK116",
        "a route in l3",
        lab(ipvlan(mode="l3", ipam={**IPV6, "routes": [{"dst": "fd00:99::/64"}]})),
    ),
    Case(
        "LNK117",
        "a rate behind a bridge",
        lab(chain({"type": "bridge"}, RATE, {"type": "portmap"})),
    ),
    Case("LNK117", "a rate behind ovs", lab(chain({"type": "ovs", "bridge": "br-lab"}, RATE))),
    *(
        Case(
            "LNK117",
            f"firewall's policy {policy} behind {main['type']}",
            lab(chain(main, {"type": "firewall", "ingressPolicy": policy})),
        )
        for policy, main in (
            ("isolated", {"type": "bridge"}),
            ("isolated", {"type": "ptp"}),
            ("isolated", {"type": "my-own"}),
            ("open", MACVLAN),
            (None, MACVLAN),
            (LATER, MACVLAN),
        )
    ),
    Case(
        "LNK117",
        "a policy that the release passes over",
        at("v1.0.1", chain(MACVLAN, {"type": "firewall", "ingressPolicy": "isolated"})),
    ),
    Case("LNK117", "a rate behind an unknown plugin", lab(chain({"type": "my-own"}, RATE))),
    Case("LNK117", "tuning behind macvlan", lab(tuned(promisc=True))),
    Case("LNK118", "a key that ipvlan doesn't read", lab(ipvlan(mac="03:00:00:00:00:01"))),
    Case("LNK118", "a MAC that is rendered later", lab(macvlan(mac=LATER))),
    Case("LNK118", "an empty MAC", lab(macvlan(mac=""))),
    Case(
        "LNK118",
        "a MAC of one pod on one node",
        lab(pods(1, mac="02:00:00:00:00:01"), nodes=[{"name": "a"}]),
    ),
    Case(
        "LNK120",
        "a bridge in use",
        at(
            "v1.10.0",
            bridge(
                bridge="b" * 15,
                hairpinMode=True,
                vlan=4094,
                vlanTrunk=[{"minID": 5, "maxID": 9}, {"id": 1}],
                ipam=HOST_LOCAL,
            ),
        ),
    ),
    Case(
        "LNK120",
        "vlan with vlanTrunk from v1.8.0 on",
        at("v1.8.0", bridge(vlan=5, vlanTrunk=[{"id": 7}])),
    ),
    Case(
        "LNK120",
        "a trunk that isn't read before v1.3.0",
        at("v1.2.0", bridge(vlanTrunk=[{"id": 0}])),
    ),
    Case("LNK120", "a trunk of texts, which NAD004 has", lab(bridge(vlanTrunk=[{"id": "0"}]))),
    Case(
        "LNK120",
        "a trunk that is rendered later",
        lab(bridge(bridge=LATER, vlanTrunk=[{"minID": LATER, "maxID": 5}])),
    ),
    Case(
        "LNK120",
        "an interface after all, before v1.4.1",
        at("v1.4.0", bridge(disableContainerInterface=True, ipam=HOST_LOCAL)),
    ),
    Case("LNK120", "no interface, and no ipam", lab(bridge(disableContainerInterface=True))),
    Case("LNK121", "a bridge without a name", lab(bridge(bridge=None)), [(R, "bridge")]),
    Case("LNK121", "a cnv-bridge without a name", lab(cnv_bridge(bridge=None)), [(R, "bridge")]),
    Case(
        "LNK121",
        "a bridge without a name, over flannel",
        lab(bridge(bridge=None), primaryNetwork={"file": "10-flannel.conflist"}),
        [(R, "bridge")],
    ),
    Case("LNK121", "a bridge with a name", lab(bridge())),
    Case(
        "LNK121",
        "a bridge without a name, over Cilium",
        lab(bridge(bridge=None), primaryNetwork={"file": "05-cilium.conflist"}),
    ),
    Case(
        "LNK121",
        "the primary network itself",
        lab(bridge(bridge=None, isGateway=True, ipam=HOST_LOCAL), podCidr="10.12.0.0/16"),
    ),
    Case("LNK121", "a name in another case", lab(bridge(bridge=None, Bridge="br0"))),
    Case("LNK121", "a name that is rendered later", lab(bridge(bridge=LATER))),
    Case("LNK121", "ovs without a name", lab(plugin("ovs"))),
    Case(
        "LNK122",
        "two MTUs on one bridge",
        lab(bridge("a", mtu=9000), bridge("b", mtu=1500)),
        [(R, "b:mtu")],
    ),
    Case(
        "LNK122",
        "two MTUs on cni0, which nobody names",
        lab(bridge("a", bridge=None, mtu=1500), bridge("b", bridge=None, mtu=1400)),
        [(R, "b:mtu")],
    ),
    Case(
        "LNK122",
        "two MTUs of three networks",
        lab(bridge("a", mtu=9000), bridge("b", mtu=1500), bridge("c", mtu=1500)),
        [(R, "b:mtu")],
    ),
    # LNK119
    Case(
        "LNK119",
        "macvlan on k3s",
        lab(macvlan(), distribution="k3s"),
        [(R, "type")],
    ),
    Case(
        "LNK119",
        "an IPAM plugin and a chained one on Talos",
        lab(
            chain(
                {"type": "bridge", "bridge": "br0", "ipam": {"type": "static"}}, {"type": "tuning"}
            ),
            distribution="talos",
        ),
        [(R, "plugins.0.ipam.type"), (R, "plugins.1.type")],
    ),
    Case(
        "LNK119", "bridge on kind", lab(bridge(ipam=HOST_LOCAL), distribution="kind"), [(R, "type")]
    ),
    Case(
        "LNK119", "bridge and host-local on k3s", lab(bridge(ipam=HOST_LOCAL), distribution="k3s")
    ),
    Case("LNK119", "macvlan on microk8s", lab(macvlan(), distribution="microk8s")),
    Case(
        "LNK119",
        "a plugin of a project of its own",
        lab(bridge(ipam=SHARED), distribution="k3s"),
    ),
    Case(
        "LNK119",
        "macvlan that the stack brings, and static that it doesn't",
        lab(
            macvlan(ipam={"type": "static"}),
            distribution="k3s",
            multus={"installPlugins": {"image": "lab/plugins:v1.9.1", "plugins": ["macvlan"]}},
        ),
        [(R, "ipam.type")],
    ),
    Case(
        "LNK119",
        "macvlan that another stack would have to bring",
        lab(
            macvlan(),
            distribution="k3s",
            multus={
                "install": False,
                "installPlugins": {"image": "lab/plugins:v1.9.1", "plugins": ["macvlan"]},
            },
        ),
        [(N, "type")],
    ),
    Case(
        "LNK119",
        "macvlan beside another stack's daemon",
        lab(macvlan(), distribution="k3s", multus={"install": False}),
        [(N, "type")],
    ),
    Case(
        "LNK119",
        "a dummy before v1.2.0",
        at("v1.1.1", plugin("dummy", ipam=HOST_LOCAL)),
        [(R, "type")],
    ),
    Case(
        "LNK119",
        "a tap before v1.3.0, and the release untold",
        lab(plugin("tap")),
        [(N, "type")],
    ),
    Case("LNK119", "a tap of v1.3.0", at("v1.3.0", plugin("tap"))),
    Case(
        "LNK119",
        "a tap that the stack brings",
        lab(
            plugin("tap"),
            cniPlugins="v1.1.1",
            multus={"installPlugins": {"image": "lab/plugins:v1.9.1", "plugins": ["tap"]}},
        ),
    ),
    Case(
        "LNK119",
        "a tap that neither the distribution nor the release has",
        lab(plugin("tap"), distribution="k3s", cniPlugins="v1.1.1"),
        [(R, "type")],
    ),
    Case("LNK119", "nodes with the plugins of a package", lab(macvlan(), distribution="kubeadm")),
    Case("LNK119", "an unknown distribution", lab(macvlan(), cniPlugins="v1.9.1")),
    Case(
        "LNK122",
        "two MTUs on two bridges",
        lab(bridge("a", mtu=9000), bridge("b", bridge="br1", mtu=1500)),
    ),
    Case("LNK122", "one MTU on one bridge", lab(bridge("a", mtu=9000), bridge("b", mtu=9000))),
    Case("LNK122", "an MTU beside a network without one", lab(bridge("a", mtu=9000), bridge("b"))),
    Case(
        "LNK122",
        "MTUs that are rendered later",
        lab(bridge("a", mtu=9000), bridge("b", mtu=LATER), bridge("c", bridge=LATER, mtu=1500)),
    ),
    Case("LNK123", "a VLAN, and the release untold", lab(bridge(vlan=100)), [(N, "vlan")]),
    Case("LNK123", "a VLAN up to v1.7.1", at("v1.7.1", bridge(vlan=100)), [(R, "vlan")]),
    Case(
        "LNK123",
        "VLAN 1 kept on purpose",
        at("v1.8.0", bridge(vlan=100, preserveDefaultVlan=True)),
        [(N, "preserveDefaultVlan")],
    ),
    Case(
        "LNK123",
        "a key that isn't read before v1.3.0",
        at("v1.2.0", bridge(vlan=100, preserveDefaultVlan=False)),
        [(R, "vlan")],
    ),
    Case("LNK123", "a cnv-bridge's VLAN", lab(cnv_bridge(vlan=100)), [(N, "vlan")]),
    Case("LNK123", "a VLAN alone", lab(bridge(vlan=100, preserveDefaultVlan=False))),
    Case("LNK123", "a VLAN from v1.8.0 on", at("v1.8.0", bridge(vlan=100))),
    Case("LNK123", "VLAN 1 itself", lab(bridge(vlan=1))),
    Case("LNK123", "no VLAN", lab(bridge())),
    Case("LNK123", "no VLAN, which LNK120 has", at("v1.0.1", bridge(vlan=9999))),
    Case(
        "LNK123",
        "what is rendered later",
        lab(bridge(vlan=LATER), bridge("b", vlan=5, preserveDefaultVlan=LATER)),
    ),
    Case(
        "LNK124",
        "whereabouts without a gateway",
        lab(plugin("ptp", ipam=SHARED)),
        [(E, "ipam.gateway")],
    ),
    Case(
        "LNK124",
        "static without a gateway",
        lab(ptp({"address": "10.1.0.5/24"})),
        [(E, "ipam.addresses.0.gateway")],
    ),
    Case(
        "LNK124",
        "IPv6 without a gateway",
        lab(ptp({"address": "10.1.0.5/24", "gateway": "10.1.0.1"}, {"address": "fd00:1::5/64"})),
        [(E, "ipam.addresses.1.gateway")],
    ),
    Case(
        "LNK124",
        "a gateway of the other family",
        lab(ptp({"address": "10.1.0.5/24", "gateway": "fd00:1::1"})),
        [(E, "ipam.addresses.0.gateway")],
    ),
    Case(
        "LNK124",
        "one gateway of two addresses",
        lab(ptp(*({"address": f"10.1.0.{last}/24", "gateway": "10.1.0.1"} for last in (5, 6)))),
        [(E, "ipam.addresses.1.gateway")],
    ),
    Case(
        "LNK124",
        "a /32",
        lab(ptp({"address": "10.1.0.5/32", "gateway": "10.1.0.1"})),
        [(E, "ipam.addresses.0.address")],
    ),
    Case("LNK124", "addresses that pods ask for", lab(ptp()), [(E, "ipam.type")]),
    Case(
        "LNK124",
        "static with a gateway",
        lab(
            ptp(
                {"address": "10.1.0.5/24", "gateway": "10.1.0.1"},
                {"address": "fd00:1::5/128", "gateway": "fd00:1::1"},
            )
        ),
    ),
    Case(
        "LNK124",
        "whereabouts with a gateway",
        lab(plugin("ptp", ipam={**SHARED, "gateway": "10.12.34.254"})),
    ),
    Case("LNK124", "host-local, which makes one up", lab(plugin("ptp", ipam=IPV6))),
    Case("LNK124", "a macvlan without a gateway", lab(macvlan(ipam=SHARED))),
    Case(
        "LNK124",
        "a gateway that is rendered later",
        lab(plugin("ptp", ipam={**SHARED, "gateway": LATER})),
    ),
    Case(
        "LNK124",
        "a gateway that can't be read, which others find",
        lab(plugin("ptp", ipam={**SHARED, "gateway": "10.12.34"})),
    ),
    Case(
        "LNK126",
        "the zone's interface",
        lab(bridge(bridge="eth1"), interface="eth1"),
        [(R, "bridge")],
    ),
    Case(
        "LNK126",
        "another network's master",
        lab(macvlan("a"), bridge("b", bridge="eth1")),
        [(R, "b:bridge")],
    ),
    Case(
        "LNK126",
        "another network's device",
        lab(device("a"), bridge("b", bridge="eth2")),
        [(R, "b:bridge")],
    ),
    Case(
        "LNK126",
        "a bridge's port",
        lab(bridge(bridge="eth1"), bridgePorts=["eth1"]),
        [(R, "bridge")],
    ),
    Case(
        "LNK126",
        "a node's interface",
        lab(bridge(bridge="eth2"), nodes=MIXED),
        [(R, "bridge")],
    ),
    Case(
        "LNK126",
        "by another name",
        lab(cnv_bridge(bridge="eth1"), interface="eth1"),
        [(R, "bridge")],
    ),
    Case("LNK126", "the loopback", lab(bridge(bridge="lo")), [(E, "bridge")]),
    Case(
        "LNK126",
        "the zone's interface, which may be a bridge",
        lab(bridge(), interface="br0"),
        [(N, "bridge")],
    ),
    Case(
        "LNK125",
        "sriov without a resource",
        lab(sriov()),
        [(R, "resourceName")],
    ),
    Case(
        "LNK125",
        "ib-sriov without a resource",
        lab(sriov("ib-sriov")),
        [(R, "resourceName")],
    ),
    Case(
        "LNK125",
        "antrea's sriov without a resource",
        lab(sriov("antrea", networkType="sriov")),
        [(R, "resourceName")],
    ),
    Case("LNK125", "antrea's vlan", lab(sriov("antrea", networkType="vlan"))),
    Case("LNK125", "sriov with a resource", lab(sriov(resource="intel.com/nic"))),
    Case("LNK125", "sriov with a device", lab(sriov(deviceID="0000:18:02.5"))),
    Case("LNK125", "sriov with a device that is rendered later", lab(sriov(deviceID=LATER))),
    Case("LNK126", "a bridge of the node", lab(bridge(), interface="eth1")),
    Case("LNK126", "another interface", lab(macvlan("a"), bridge("b", bridge="eth2"))),
    Case(
        "LNK126",
        "a master in the pod",
        lab(macvlan("a", linkInContainer=True), bridge("b", bridge="eth1")),
    ),
    Case("LNK126", "a bridge of Open vSwitch", lab(plugin("ovs", bridge="eth1"), interface="eth1")),
    Case("LNK126", "a name that is rendered later", lab(bridge(bridge=LATER), interface="eth1")),
    Case("LNK125", "host-device with a device", lab(device())),
]
