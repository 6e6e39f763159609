"""Rules NAD: what each catches, and the neighbours that it spares."""

from typing import Any

from multus_lab.checks.network import RESOURCE, Network
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

MACVLAN = {"type": "macvlan", "master": "eth1", "ipam": HOST_LOCAL}
L2 = {"type": "macvlan", "master": "eth1"}
WHEREABOUTS = {"type": "whereabouts", "range": "10.12.34.0/24"}


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


CASES: list[Case] = [
    Case("NAD001", "a name with a dot", lab(macvlan("lab.zone")), [(R, "name")]),
    Case("NAD001", "a name with a leading 0", lab(macvlan("0lab")), [(N, "name")]),
    Case("NAD001", "a name in capitals", lab(macvlan("Lab")), [(E, "name")]),
    Case("NAD001", "a name of 254", lab(macvlan("a" * 254)), [(E, "name")]),
    Case("NAD001", "no name", lab(network(MACVLAN, "")), [(E, "name")]),
    Case(
        "NAD002",
        "a CNI name with a slash",
        lab(network({**MACVLAN, "name": "default/lab"})),
        [(E, "name")],
    ),
    # The table has an error here; the plugins go on with a folder that both write to.
    Case(
        "NAD002",
        "a CNI name of two namespaces, two pools",
        lab(routed("a", "one"), routed("a", "two", "10.0.0.0/24")),
        [(N, "a:name")],
    ),
    Case(
        "NAD003",
        "host-local's spelling in whereabouts",
        lab(ipam(**WHEREABOUTS, rangeStart="10.12.34.9")),
        [(R, "ipam.rangeStart")],
    ),
    Case(
        "NAD003",
        "whereabouts' spelling in host-local",
        lab(host_local(range_start="10.12.34.201")),
        [(R, "ipam.range_start")],
    ),
    Case(
        "NAD003",
        "exclude in host-local",
        lab(host_local(exclude=["10.12.34.201/32"])),
        [(R, "ipam.exclude")],
    ),
    Case(
        "NAD003",
        "a key in a range of a set",
        lab(ipam(type="host-local", ranges=[[{"subnet": "10.12.34.0/24", "start": "10.12.34.9"}]])),
        [(R, "ipam.ranges.0.0.start")],
    ),
    Case("NAD003", "version for cniVersion", lab(macvlan(version="0.3.1")), [(R, "version")]),
    Case("NAD003", "another case", lab(macvlan(MTU=1400)), [(R, "MTU")]),
    Case(
        "NAD003",
        "promiscMode of the bridge in macvlan",
        lab(macvlan(promiscMode=True)),
        [(R, "promiscMode")],
    ),
    Case(
        "NAD003",
        "gateway for gw in a route",
        lab(route(dst="10.0.0.0/8", gateway="10.12.34.1")),
        [(R, "ipam.routes.0.gateway")],
    ),
    Case("NAD003", "ipam beside plugins", lab(chain(L2, ipam=HOST_LOCAL)), [(R, "ipam")]),
    Case(
        "NAD003",
        "ipam in a chained plugin",
        lab(chain(L2, {"type": "tuning", "ipam": HOST_LOCAL})),
        [(R, "plugins.1.ipam")],
    ),
    Case(
        "NAD003",
        "capabilities inside ipam",
        lab(host_local(capabilities={"ips": True})),
        [(R, "ipam.capabilities")],
    ),
    Case("NAD003", "plugins beside type", lab(macvlan(plugins=[L2])), [(R, "plugins")]),
    Case(
        "NAD003",
        "a key that the zone's release lacks",
        lab(macvlan(bcqueuelen=9), cniPlugins="v1.5.1"),
        [(R, "bcqueuelen")],
    ),
    # libcni takes a text there, and Multus none (rehearsed).
    *(
        Case("NAD004", f"{key} in quotes", lab(chain(L2, **{key: "true"})), [(E, key)])
        for key in ("disableCheck", "disableGC")
    ),
    Case(
        "NAD004",
        "what the runtime writes, of another kind",
        lab(network({**MACVLAN, "cni.dev/valid-attachments": [1]})),
        [(E, "cni.dev/valid-attachments.0")],
    ),
    Case("NAD004", "an mtu in quotes", lab(macvlan(mtu="1400")), [(E, "mtu")]),
    Case("NAD004", "an mtu with a fraction", lab(macvlan(mtu=1400.5)), [(E, "mtu")]),
    Case("NAD004", "an mtu that is a bool", lab(macvlan(mtu=True)), [(E, "mtu")]),
    Case("NAD004", "an mtu beyond 64 bits", lab(macvlan(mtu=10**30)), [(E, "mtu")]),
    Case(
        "NAD004",
        "ranges as a flat list",
        lab(ipam(type="host-local", ranges=[{"subnet": "10.12.34.0/24"}])),
        [(E, "ipam.ranges.0")],
    ),
    Case(
        "NAD004",
        "capabilities as a list",
        lab(macvlan(capabilities=["mac"])),
        [(E, "capabilities")],
    ),
    Case(
        "NAD004",
        "an address that is none",
        lab(host_local(gateway="10.12.34.999")),
        [(E, "ipam.gateway")],
    ),
    Case(
        "NAD004",
        "a subnet without prefix",
        lab(ipam(type="host-local", subnet="10.12.34.0")),
        [(E, "ipam.subnet")],
    ),
    Case(
        "NAD004", "a bool in quotes", lab(macvlan(linkInContainer="true")), [(E, "linkInContainer")]
    ),
    Case("NAD004", "ipam as a text", lab(macvlan(ipam="dhcp")), [(E, "ipam")]),
    Case(
        "NAD004",
        "sysctls as numbers",
        lab(chain(L2, {"type": "tuning", "sysctl": {"net.core.somaxconn": 1}})),
        [(E, "plugins.1.sysctl.net.core.somaxconn")],
    ),
    Case("NAD004", "no type", lab(network({"name": "lab"})), [(E, "")]),
    Case("NAD004", "an empty type", lab(network({"type": ""})), [(E, "")]),
    Case("NAD004", "plugins that are no list", lab(network({"plugins": L2})), [(E, "plugins")]),
    Case("NAD004", "no plugins", lab(chain()), [(E, "plugins")]),
    Case("NAD004", "null as a plugin", lab(chain(L2, None)), [(E, "plugins.1")]),
    Case("NAD004", "a plugin without type", lab(chain(L2, {"mtu": 1})), [(E, "plugins.1")]),
    Case("NAD004", "a name that is a number", lab(network({**L2, "name": 7})), [(E, "name")]),
    Case(
        "NAD004",
        "an unknown plugin's name",
        lab(network({"type": "sriov", "name": 7})),
        [(E, "name")],
    ),
    Case("NAD005", "no cniVersion", lab(macvlan(cniVersion=None)), [(R, "cniVersion")]),
    Case("NAD005", "cniVersion 0.2.0", lab(macvlan(cniVersion="0.2.0")), [(R, "cniVersion")]),
    # ADD fails: cannot convert: no valid IP addresses (rehearsed).
    Case(
        "NAD005",
        "cniVersion 0.2.0 of layer 2",
        lab(network({**L2, "cniVersion": "0.2.0"})),
        [(E, "cniVersion")],
    ),
    # Pods attach, and DEL leaves their addresses taken (rehearsed).
    *(
        Case(
            "NAD005",
            f"a list with {more}",
            lab(network({"plugins": [MACVLAN], **more})),
            [(E, "cniVersion")],
        )
        for more in ({}, {"cniVersion": ""}, {"cniVersion": None}, {"cniVersions": ["1.0.0"]})
    ),
    Case("NAD005", "cniVersion 1.0", lab(macvlan(cniVersion="1.0")), [(E, "cniVersion")]),
    Case(
        "NAD005",
        "no cniVersion with bandwidth",
        lab(chain(L2, {"type": "bandwidth"}, cniVersion=None)),
        [(E, "cniVersion")],
    ),
    Case(
        "NAD005",
        "cniVersion 0.3.1 with firewall",
        lab(chain(L2, {"type": "firewall"}, cniVersion="0.3.1")),
        [(E, "cniVersion")],
    ),
    Case(
        "NAD005",
        "cniVersion 1.1.0 with old plugins",
        lab(macvlan(cniVersion="1.1.0"), cniPlugins="v1.5.1"),
        [(E, "cniVersion")],
    ),
    Case(
        "NAD005",
        "cniVersion 1.1.0 with plugins untold",
        lab(macvlan(cniVersion="1.1.0"), mtu=1500),
        [(N, "cniVersion")],
    ),
    Case("NAD006", "no configuration", lab(network({})), [(R, "")]),
    # The specification forbids them; the plugins read them: ADD gave macvlan this MAC (v1.9.1).
    # So it works for one pod, and the table's error would be none.
    Case(
        "NAD007",
        "runtimeConfig that is filled",
        lab(macvlan(runtimeConfig={"mac": "02:00:00:00:00:07"})),
        [(R, "runtimeConfig")],
    ),
    # host-local handed out 10.9.0.9 by this key, once: the second ADD failed (v1.9.1).
    Case(
        "NAD007",
        "args in a chained plugin",
        lab(chain({**L2, "args": {"cni": {"ips": ["10.9.0.9"]}}})),
        [(R, "plugins.0.args")],
    ),
    # Each pod got an address of its own (rehearsed).
    Case(
        "NAD007",
        "args beside plugins",
        lab(chain(L2, args={"cni": {"ips": ["10.9.0.9"]}})),
        [(N, "args")],
    ),
    Case("NAD007", "args that are empty", lab(macvlan(args={})), [(N, "args")]),
    Case(
        "NAD007",
        "cni.dev/",
        lab(network({**MACVLAN, "cni.dev/valid-attachments": [{}]})),
        [(R, "cni.dev/valid-attachments")],
    ),
    Case("NAD009", "one NAD twice", lab(macvlan("a"), macvlan("b"), macvlan("a")), [(E, "a:name")]),
    Case(
        "NAD010", "vlan without master", lab(plugin("vlan", vlanId=5, ipam=HOST_LOCAL)), [(E, "")]
    ),
    Case("NAD010", "host-device without a device", lab(plugin("host-device")), [(R, "")]),
    Case(
        "NAD010",
        "host-device with other annotations",
        lab(network({"type": "host-device"}, annotations={"team": "x"})),
        [(R, "")],
    ),
    Case(
        "NAD010",
        "vrf without name",
        lab(chain(MACVLAN, {"type": "vrf", "table": 5})),
        [(E, "plugins.1")],
    ),
    Case(
        "NAD010",
        "static address that is none",
        lab(ipam(type="static", addresses=[{"gateway": "10.12.34.1"}])),
        [(E, "ipam.addresses.0")],
    ),
    Case("NAD010", "host-local without a range", lab(ipam(type="host-local")), [(E, "ipam")]),
    Case(
        "NAD010",
        "a range without a subnet",
        lab(ipam(type="host-local", ranges=[[{"gateway": "10.12.34.1"}]])),
        [(E, "ipam.ranges.0.0")],
    ),
    # Its whereabouts.conf on the node is merged in, so that is no error.
    Case("NAD010", "whereabouts without a range", lab(ipam(type="whereabouts")), [(R, "ipam")]),
    # host-local passes it on as the dst "<nil>", which macvlan refuses (v1.9.1).
    Case("NAD010", "a route without dst", lab(route(gw="10.12.34.1")), [(E, "ipam.routes.0")]),
    Case("NAD010", "ipam without type", lab(ipam(subnet="10.12.34.0/24")), [(R, "ipam")]),
    Case("NAD011", "macvaln", lab(plugin("macvaln")), [(R, "type")]),
    Case("NAD011", "Macvlan", lab(plugin("Macvlan")), [(R, "type")]),
    Case("NAD011", "ip-vlan", lab(plugin("ip-vlan")), [(R, "type")]),
    Case("NAD011", "hostlocal", lab(ipam(type="hostlocal")), [(R, "ipam.type")]),
    Case(
        "NAD011", "tunning, chained", lab(chain(L2, {"type": "tunning"})), [(R, "plugins.1.type")]
    ),
    Case(
        "NAD012",
        "tuning first",
        lab(chain({"type": "tuning"}, {"type": "sriov"})),
        [(E, "plugins.0.type")],
    ),
    Case("NAD012", "sbr alone", lab(plugin("sbr")), [(E, "type")]),
    Case(
        "NAD012",
        "two that make an interface",
        lab(chain(L2, {"type": "bridge"})),
        [(E, "plugins.1.type")],
    ),
    Case(
        "NAD012", "sbr without addresses", lab(chain(L2, {"type": "sbr"})), [(E, "plugins.1.type")]
    ),
    Case(
        "NAD012",
        "a rate without burst",
        lab(chain({"type": "bridge"}, {"type": "bandwidth", "ingressRate": 8000})),
        [(E, "plugins.1")],
    ),
    Case(
        "NAD012",
        "a burst of 4 GB",
        lab(
            chain(
                {"type": "bridge"},
                {"type": "bandwidth", "egressRate": 8, "egressBurst": 8 * (2**32 - 1)},
            )
        ),
        [(E, "plugins.1.egressBurst")],
    ),
    Case(
        "NAD012",
        "a sysctl of the kernel",
        lab(chain(L2, {"type": "tuning", "sysctl": {"kernel.shmmax": "1"}})),
        [(E, "plugins.1.sysctl.kernel.shmmax")],
    ),
    Case(
        "NAD012",
        "two marks of portmap",
        lab(
            chain(
                {"type": "bridge"},
                {"type": "portmap", "markMasqBit": 5, "externalSetMarkChain": "MARK"},
            )
        ),
        [(E, "plugins.1.markMasqBit")],
    ),
    Case(
        "NAD012",
        "a mark's bit of 32",
        lab(chain({"type": "bridge"}, {"type": "portmap", "markMasqBit": 32})),
        [(E, "plugins.1.markMasqBit")],
    ),
    Case("NAD001", "a label", lab(macvlan("lab-0"))),
    # The API counts the whole name alone, and Multus nothing at all (rehearsed).
    Case("NAD001", "a label of 253", lab(macvlan("a" * 253))),
    Case("NAD002", "a CNI name of all characters", lab(network({**MACVLAN, "name": "Lab_0.a-b"}))),
    Case("NAD002", "one CNI name on one pool", lab(routed("a", "one"), routed("a", "two"))),
    Case("NAD002", "two CNI names", lab(routed("a", "one"), routed("b", "one", "10.0.0.0/24"))),
    Case(
        "NAD003",
        "all keys of macvlan",
        lab(macvlan(mtu=1, mac="", linkInContainer=False, bcqueuelen=1, dns={}, capabilities={})),
    ),
    Case(
        "NAD003",
        "whereabouts' own spelling",
        lab(ipam(**WHEREABOUTS, range_start="10.12.34.9", exclude=["10.12.34.10"])),
    ),
    Case(
        "NAD003",
        "an unknown plugin",
        lab(plugin("sriov", vlanQoS=3, ipam={"type": "nv-ipam", "a": 1})),
    ),
    Case("NAD003", "a remark", lab(macvlan(_why="a lab"))),
    Case("NAD003", "a list's own keys", lab(chain(MACVLAN, {"type": "sbr"}, disableCheck=True))),
    Case(
        "NAD003",
        "a key of the zone's release",
        lab(macvlan(bcqueuelen=9, linkInContainer=True), cniPlugins="v1.6.0"),
    ),
    # libcni writes it anew, as 1400.
    Case("NAD004", "an mtu of 1400.0", lab(macvlan(mtu=1400.0))),
    Case("NAD004", "null for a number", lab(network({**L2, "mtu": None}))),
    Case("NAD004", "an empty address", lab(host_local(gateway=""))),
    Case("NAD004", "an IPv6 subnet", lab(ipam(type="host-local", subnet="fd00:12:34::/64"))),
    Case("NAD004", "a bool in quotes in a list", lab(chain(L2, loadOnlyInlinedPlugins="True"))),
    Case("NAD004", "kinds of an unknown plugin", lab(plugin("sriov", mtu="1400"))),
    # Unlike the table: results since 0.3.0 are of the new form, and Multus writes their status.
    Case("NAD005", "cniVersion 0.3.0", lab(macvlan(cniVersion="0.3.0"), mtu=1500)),
    Case(
        "NAD005",
        "cniVersion 1.1.0 with new plugins",
        lab(macvlan(cniVersion="1.1.0"), cniPlugins="v1.6.0"),
    ),
    Case("NAD005", "cniVersion 1.1.0 in a manifest", lab(macvlan(cniVersion="1.1.0"))),
    Case(
        "NAD005", "cniVersion 1.2.0 of an unknown plugin", lab(plugin("sriov", cniVersion="1.2.0"))
    ),
    Case(
        "NAD005",
        "cniVersion 0.4.0 with firewall",
        lab(chain(L2, {"type": "firewall"}, cniVersion="0.4.0")),
    ),
    Case("NAD005", "cniVersions", lab(chain(L2, cniVersions=["0.4.0", "1.0.0"]))),
    Case("NAD005", "another case", lab(network({"CNIVersion": "1.0.0", "type": "macvlan"}))),
    Case("NAD006", "a configuration", lab(network({"type": "sriov"}))),
    Case("NAD007", "no reserved key", lab(chain(MACVLAN, {"type": "sbr"}))),
    Case("NAD009", "one name in two namespaces", lab(routed("a", "one"), routed("a", "two"))),
    Case("NAD010", "vlan with master", lab(plugin("vlan", master="eth1", vlanId=5))),
    Case("NAD010", "vlan with master in another case", lab(plugin("vlan", Master="eth1"))),
    Case(
        "NAD010", "host-device with a device", lab(plugin("host-device", pciBusID="0000:3b:02.1"))
    ),
    Case(
        "NAD010",
        "host-device with a resource",
        lab(network({"type": "host-device"}, annotations={RESOURCE: "nvidia.com/eth1"})),
    ),
    Case("NAD010", "vrf with a name", lab(chain(MACVLAN, {"type": "vrf", "vrfname": "blue"}))),
    Case("NAD010", "an empty ipam, for layer 2", lab(macvlan(ipam={}))),
    Case("NAD010", "an empty subnet, which NAD004 has", lab(ipam(type="host-local", subnet=""))),
    Case("NAD010", "an unknown ipam", lab(ipam(type="nv-ipam"))),
    Case("NAD011", "macvtap", lab(plugin("macvtap"))),
    Case("NAD011", "ovs", lab(plugin("ovs"))),
    Case("NAD011", "calico", lab(plugin("calico", ipam={"type": "calico-ipam"}))),
    Case("NAD011", "an unknown ipam's name", lab(ipam(type="spiderpool"))),
    Case("NAD012", "sbr behind addresses", lab(chain(MACVLAN, {"type": "sbr"}))),
    Case("NAD012", "sbr behind an unknown plugin", lab(chain({"type": "sriov"}, {"type": "sbr"}))),
    Case(
        "NAD012", "ipvlan behind an unknown plugin", lab(chain({"type": "ovs"}, {"type": "ipvlan"}))
    ),
    Case(
        "NAD012",
        "a rate with its burst",
        lab(chain({"type": "bridge"}, {"type": "bandwidth", "ingressRate": 8, "ingressBurst": 8})),
    ),
    Case(
        "NAD012",
        "a sysctl of the interface",
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
    Case(
        "NAD012",
        "one mark of portmap",
        lab(chain({"type": "bridge"}, {"type": "portmap", "markMasqBit": 31})),
    ),
]
