"""Rules NAD: what each catches, and the neighbours that it spares."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from multus_lab import plugins
from multus_lab.attachment import RESOURCE
from multus_lab.checks.finding import Path
from multus_lab.checks.names.unserved_object import KIND
from multus_lab.checks.network import Lab, Network
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

MACVLAN = {"type": "macvlan", "master": "eth1", "ipam": HOST_LOCAL}
L2 = {"type": "macvlan", "master": "eth1"}
WHEREABOUTS = {"type": "whereabouts", "range": "10.12.34.0/24"}
POOL = {"type": "host-local", "subnet": "10.12.34.0/24"}
BRIDGE = {"type": "bridge", "bridge": "br1"}
SBR = {"type": "sbr"}
PORTMAP = {"type": "portmap", "capabilities": {"portMappings": True}}
RATE = {"type": "bandwidth", "ingressRate": 8}
OVN = {"type": "ovn-k8s-cni-overlay", "topology": "localnet"}
LATER = Placeholder("${LATER}")
ARGS_WITHOUT_CNI: list[object] = [{}, {"cni": None}, {"ips": []}]
ARGS_THAT_ARE_READ: list[object] = [None, {"cni": {}}, LATER, {"cni": LATER}, {"${ARGS}": {}}]
KEY_LATER: dict[str, Any] = {"${KEY}": 1}


def rated(rate: int, burst: int, **keys: Any) -> Lab:
    """A bridge whose pods have that rate and burst, in bits."""
    limits = {"ingressRate": rate, "ingressBurst": burst}
    return lab(chain({**BRIDGE, **keys}, {"type": "bandwidth", **limits}))


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


def shared(namespace: str, subnet: str) -> Network:
    """A macvlan network called `lab` with a pool of whereabouts."""
    return network({**L2, "name": "lab", "ipam": {**WHEREABOUTS, "range": subnet}}, "a", namespace)


def host_device(**keys: Any) -> Network:
    """A device of the node."""
    return plugin("host-device", **keys)


def again(*paths: Path) -> Network:
    """A macvlan network with keys that are written more than once."""
    return replace(macvlan(), again=paths)


def of_file(number: int, given: Network) -> Network:
    """The network, out of another file."""
    return replace(given, source=number)


def generated() -> Network:
    """A network with `generateName: lab-`."""
    return replace(macvlan("lab-"), generated=True)


def tuned(sysctl: Mapping[str, str]) -> Network:
    """A macvlan network with sysctls."""
    return chain(L2, {"type": "tuning", "sysctl": sysctl})


def forwarded(**keys: Any) -> Network:
    """A bridge with portmap behind it."""
    return chain(BRIDGE, {**PORTMAP, **keys})


def overridden(args: object) -> Network:
    """A macvlan network with route-override behind it."""
    return chain(L2, {"type": "route-override", "flushroutes": True, "args": args})


def bond(**keys: Any) -> Network:
    """A bond of two links."""
    links = [{"name": "net1"}, {"name": "net2"}]
    written = {"mode": "active-backup", "miimon": "100", "linksInContainer": True, "links": links}
    return plugin("bond", **{**written, **keys})


def ovn(**keys: Any) -> Network:
    """A network of OVN-Kubernetes in default/lab."""
    written = {**OVN, "cniVersion": "1.0.0", "name": "net", "netAttachDefName": "default/lab"}
    given = {key: value for key, value in {**written, **keys}.items() if value is not None}
    return network(given)


def antrea(**keys: Any) -> Network:
    """A network that Antrea's agent makes."""
    return plugin("antrea", **{"networkType": "vlan", **keys})


def coordinated(**keys: Any) -> Network:
    """A macvlan network with coordinator behind it."""
    return chain(L2, {"type": "coordinator", **keys})


def by(dst: object, gw: object) -> Network:
    """A macvlan network with a route of coordinator's."""
    return coordinated(policyRoutes=[{"dst": dst, "gw": gw}])


SERVED = {"apiVersion": "k8s.cni.cncf.io/v1", "kind": KIND}
LATER_VERSION = SERVED | {"apiVersion": "${API}"}

CASES: list[Case] = [
    Case("NAD001", "a name with a dot", lab(macvlan("lab.zone")), [(R, "name")]),
    Case("NAD001", "a name with a leading 0", lab(macvlan("0lab")), [(N, "name")]),
    Case("NAD001", "a name in capitals", lab(macvlan("Lab")), [(E, "name")]),
    Case("NAD001", "a name of 254", lab(macvlan("a" * 254)), [(E, "name")]),
    Case("NAD001", "a name that the API server makes up", lab(generated()), [(N, "generateName")]),
    *(
        Case("NAD001", f"the namespace {text}", lab(routed("a", text)), [(E, "namespace")])
        for text in ("Kube", "a_b")
    ),
    Case("NAD001", "no name", lab(network(MACVLAN, "")), [(E, "name")]),
    Case("NAD002", "null for a CNI name", lab(network({**MACVLAN, "name": None})), [(E, "name")]),
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
    Case(
        "NAD003",
        "hints of sbr beside a table",
        at("v1.10.0", chain(L2, {"type": "sbr", "table": 0, "addSourceHints": True})),
        [(R, "plugins.1.addSourceHints")],
    ),
    Case(
        "NAD003",
        "a second name of a device",
        lab(plugin("host-device", device="eth9", hwaddr="02:00:00:00:00:01")),
        [(R, "hwaddr")],
    ),
    Case(
        "NAD003",
        "a bridge's gateway without addresses",
        lab(plugin("bridge", isGateway=True, ipMasq=True, isDefaultGateway=False)),
        [(R, "isGateway")],
    ),
    Case(
        "NAD003",
        "a chained bridge's masquerading with an empty ipam",
        lab(chain(BRIDGE | {"ipMasq": True, "ipam": {}})),
        [(R, "plugins.0.ipMasq")],
    ),
    Case(
        "NAD003",
        "addresses beside the plugin's type, and no ipam",
        lab(macvlan(ipam=None, subnet="10.12.34.0/24", rangeStart="10.12.34.9", mtu=1400)),
        [(R, "subnet")],
    ),
    Case(
        "NAD003",
        "an address of static outside its list",
        lab(ipam(type="static", address="10.12.34.5/24", gateway="10.12.34.1")),
        [(R, "ipam.address")],
    ),
    Case(
        "NAD003",
        "misspelt keys beside the right ones",
        lab(
            network(
                {
                    **{"cniVersion": "1.0.0", "Name": "x", "name": "lab"},
                    "plugins": [
                        BRIDGE | {"vlanId": 7, "vlan": 6},
                        PORTMAP | {"capabilities": {"portMappings": True, "portMapping": True}},
                    ],
                }
            )
        ),
        [(R, "Name"), (R, "plugins.0.vlanId"), (R, "plugins.1.capabilities.portMapping")],
    ),
    Case(
        "NAD003",
        "gateways and hints of sbr beside table",
        lab(chain(L2, SBR | {"table": 7, "gateways": ["10.12.34.1"], "addSourceHints": True})),
        [(R, "plugins.1.gateways"), (R, "plugins.1.addSourceHints")],
    ),
    Case(
        "NAD003",
        "the NAD's name wins over Name",
        lab(network({**MACVLAN, "cniVersion": "1.0.0", "Name": "lab"})),
        [(R, "Name")],
    ),
    Case(
        "NAD003",
        "keys of a list in another case",
        lab(chain(MACVLAN, DisableCheck=True)),
        [(R, "DisableCheck")],
    ),
    Case(
        "NAD003",
        "other dialects in sriov",
        lab(plugin("sriov", vlanId=100, linkState="enable", maxTxRate=100)),
        [(R, "vlanId"), (R, "linkState"), (R, "maxTxRate")],
    ),
    Case("NAD003", "a key twice", lab(again(("ipam",))), [(R, "ipam")]),
    Case(
        "NAD003",
        "two spellings of a key",
        lab(plugin("bridge", bridge="br1", Bridge="br2")),
        [(R, "Bridge")],
    ),
    Case(
        "NAD003",
        "two spellings of a key, neither of them right",
        lab(ipam(**POOL, rangestart="10.12.34.9", RANGESTART="10.12.34.5")),
        [(R, "ipam.RANGESTART")],
    ),
    Case(
        "NAD003",
        "capabilities in other letters",
        lab(macvlan(capabilities={"Mac": True, "ip": True})),
        [(R, "capabilities.Mac"), (R, "capabilities.ip")],
    ),
    Case(
        "NAD003",
        "a capability without its last letter, chained",
        lab(chain(BRIDGE, {"type": "portmap", "capabilities": {"portMapping": True}})),
        [(R, "plugins.1.capabilities.portMapping")],
    ),
    Case("NAD003", "a misspelt key", lab(macvlan(mastr="eth1")), [(R, "mastr")]),
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
        at("v1.5.1", macvlan(bcqueuelen=9)),
        [(R, "bcqueuelen")],
    ),
    Case(
        "NAD003",
        "a key that came after the release",
        at("v1.9.1", chain(MACVLAN, {"type": "sbr", "addSourceHints": True})),
        [(R, "plugins.1.addSourceHints")],
    ),
    Case(
        "NAD003",
        "a new key, and plugins untold",
        lab(chain(MACVLAN, {"type": "sbr", "addSourceHints": True})),
        [(N, "plugins.1.addSourceHints")],
    ),
    Case(
        "NAD003",
        "a key that is gone",
        at("v1.9.1", chain({"type": "bridge"}, {"type": "bandwidth", "shapedSubnets": []})),
        [(R, "plugins.1.shapedSubnets")],
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
    Case("NAD004", "a bool in quotes", lab(plugin("bridge", ipMasq="true")), [(E, "ipMasq")]),
    # Plugins before v1.3.0 have no such key, so that they don't fail.
    Case(
        "NAD004",
        "a newer key's bool in quotes",
        at("v1.3.0", macvlan(linkInContainer="true")),
        [(E, "linkInContainer")],
    ),
    Case(
        "NAD004",
        "a newer key's bool in quotes, and plugins untold",
        lab(macvlan(linkInContainer="true")),
        [(N, "linkInContainer")],
    ),
    Case(
        "NAD004",
        "a text inside of a newer key",
        lab(plugin("bridge", vlanTrunk=[{"id": "5"}])),
        [(N, "vlanTrunk.0.id")],
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
        lab(network({"type": "acme", "name": 7})),
        [(E, "name")],
    ),
    Case(
        "NAD004",
        "kinds of sriov",
        lab(plugin("sriov", vlan="100", spoofchk=True)),
        [(E, "vlan"), (E, "spoofchk")],
    ),
    Case("NAD004", "a VLAN of ovs in quotes", lab(plugin("ovs", vlan="100")), [(E, "vlan")]),
    Case("NAD004", "a VLAN of vlan in quotes", lab(plugin("vlan", vlanId="5")), [(E, "vlanId")]),
    Case(
        "NAD004", "a bridge's by another name", lab(plugin("cnv-bridge", vlan="1")), [(E, "vlan")]
    ),
    Case(
        "NAD004",
        "null among routes",
        lab(host_local(routes=[{"dst": "10.0.0.0/8"}, None])),
        [(E, "ipam.routes.1")],
    ),
    # With v1.10.0 and ovs-cni 19262a0c: panic, nil pointer dereference.
    Case(
        "NAD004",
        "null in a bridge's trunk",
        at("v1.10.0", plugin("bridge", vlanTrunk=[None])),
        [(E, "vlanTrunk.0")],
    ),
    Case(
        "NAD004",
        "null in a trunk of ovs",
        lab(plugin("ovs", bridge="br1", trunk=[None, {"id": 5}])),
        [(E, "trunk.0")],
    ),
    Case("NAD004", "a plugin's name for a plugin", lab(chain("macvlan")), [(E, "plugins.0")]),
    Case("NAD004", "a key in another case", lab(macvlan(MTU="1400")), [(E, "MTU")]),
    # static's struct has a field Address of another kind (rehearsed).
    Case(
        "NAD004",
        "Address in static",
        lab(ipam(type="static", addresses=[{"Address": "10.12.34.5/24"}])),
        [(E, "ipam.addresses.0.Address")],
    ),
    Case("NAD004", "Plugins for plugins", lab(network({"Plugins": [MACVLAN]})), [(E, "Plugins")]),
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
    Case("NAD005", "a version of ovs", lab(plugin("ovs", cniVersion="4.0.0")), [(E, "cniVersion")]),
    Case(
        "NAD005",
        "a version of an unknown plugin",
        lab(plugin("acme", cniVersion="4.0.0")),
        [(R, "cniVersion")],
    ),
    Case(
        "NAD005",
        "a version that doesn't exist, in another case",
        lab(network({**MACVLAN, "CNIVERSION": "4.0.0"})),
        [(E, "CNIVERSION")],
    ),
    Case(
        "NAD005",
        "a list's version in another case",
        lab(network({"CniVersion": "1.0.0", "plugins": [MACVLAN]})),
        [(E, "CniVersion")],
    ),
    # libcni compares them as numbers, and cniVersion with them.
    Case(
        "NAD005",
        "cniVersions with one that is none",
        lab(chain(L2, cniVersions=["0.4.0", "1.0.x"])),
        [(E, "cniVersions.1")],
    ),
    Case(
        "NAD005",
        "no version beside cniVersions",
        lab(chain(L2, cniVersion="v1.0.0", cniVersions=["0.4.0"])),
        [(E, "cniVersion")],
    ),
    Case(
        "NAD005",
        "cniVersions whose highest nobody takes",
        lab(chain(L2, cniVersions=["0.4.0", "1.0.5"])),
        [(E, "cniVersion")],
    ),
    # It has a list of its own: 0.3.0 to 1.0.0.
    Case(
        "NAD005",
        "a version too new for spiderpool",
        at("v1.9.1", macvlan(cniVersion="1.1.0", ipam={"type": "spiderpool"})),
        [(R, "cniVersion")],
    ),
    Case(
        "NAD005",
        "cniVersion 1.0.0 with plugins v0.9.1",
        at("v0.9.1", macvlan()),
        [(E, "cniVersion")],
    ),
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
        at("v1.5.1", macvlan(cniVersion="1.1.0")),
        [(E, "cniVersion")],
    ),
    Case(
        "NAD005",
        "cniVersion 1.1.0 with plugins untold",
        lab(macvlan(cniVersion="1.1.0"), mtu=1500),
        [(N, "cniVersion")],
    ),
    Case("NAD003", "a key of an older bond", lab(bond(ifname="bond0")), [(N, "ifname")]),
    Case("NAD006", "no configuration", lab(network({})), [(N, "")]),
    Case(
        "NAD006",
        "Config for config",
        lab(network({}, spec={"Config": "{}"})),
        [(R, "Config")],
    ),
    Case(
        "NAD020",
        "the core group",
        lab(network(MACVLAN, object=SERVED | {"apiVersion": "v1"})),
        [(E, "")],
    ),
    Case(
        "NAD020",
        "a version that no server has",
        lab(network(MACVLAN, object=SERVED | {"apiVersion": "k8s.cni.cncf.io/v1beta1"})),
        [(E, "")],
    ),
    Case("NAD020", "no version", lab(network(MACVLAN, object={"kind": KIND})), [(E, "")]),
    Case(
        "NAD020",
        "the plural",
        lab(network(MACVLAN, object=SERVED | {"kind": f"{KIND}s"})),
        [(E, "")],
    ),
    Case(
        "NAD020",
        "a key that the API drops",
        lab(network(MACVLAN, object=SERVED | {"data": {}})),
        [(N, "")],
    ),
    Case(
        "NAD006",
        "config beside metadata",
        lab(network({}, object=SERVED | {"config": "{}"})),
        [(R, "")],
    ),
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
    Case(
        "NAD007",
        "RuntimeConfig in capitals",
        lab(macvlan(RuntimeConfig={"mac": "02:00:00:00:00:07"})),
        [(R, "RuntimeConfig")],
    ),
    # static gives every pod this address (rehearsed).
    Case(
        "NAD007",
        "an address by args",
        lab(macvlan(ipam={"type": "static"}, args={"cni": {"ips": ["10.12.34.5/24"]}})),
        [(R, "args")],
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
        "NAD009",
        "one NAD in two files",
        lab(macvlan("a"), of_file(1, macvlan("a"))),
        [(N, "a:name")],
    ),
    Case(
        "NAD010", "vlan without master", lab(plugin("vlan", vlanId=5, ipam=HOST_LOCAL)), [(E, "")]
    ),
    Case(
        "NAD010",
        "range for subnet",
        lab(macvlan(ipam={"type": "host-local", "range": "10.12.34.0/24"})),
        [(E, "ipam.range")],
    ),
    Case("NAD010", "host-device without a device", lab(plugin("host-device")), [(R, "")]),
    Case("NAD010", "ovs without a bridge", lab(plugin("ovs", vlan=5)), [(R, "")]),
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
    Case(
        "NAD010",
        "null for static's address",
        lab(ipam(type="static", addresses=[None])),
        [(E, "ipam.addresses.0")],
    ),
    Case(
        "NAD010",
        "null for a range",
        lab(ipam(type="host-local", ranges=[[None]])),
        [(E, "ipam.ranges.0.0")],
    ),
    Case(
        "NAD010",
        "null for a link of a bond",
        lab(
            plugin("bond", mode="active-backup", miimon="100", links=[None, {"name": "net1"}]),
        ),
        [(E, "links.0")],
    ),
    Case("NAD010", "host-local without a range", lab(ipam(type="host-local")), [(E, "ipam")]),
    Case(
        "NAD010",
        "a range without a subnet",
        lab(ipam(type="host-local", ranges=[[{"gateway": "10.12.34.1"}]])),
        [(E, "ipam.ranges.0.0")],
    ),
    Case(
        "NAD010",
        "an option of dhcp that is none",
        at("v1.1.0", ipam(type="dhcp", provide=[{"value": "y"}])),
        [(E, "ipam.provide.0")],
    ),
    Case(
        "NAD010",
        "an option of dhcp that is none, and the release untold",
        lab(ipam(type="dhcp", provide=[{"value": "y"}])),
        [(N, "ipam.provide.0")],
    ),
    # Its whereabouts.conf on the node is merged in, so that is no error.
    Case("NAD010", "whereabouts without a range", lab(ipam(type="whereabouts")), [(R, "ipam")]),
    # host-local passes it on as the dst "<nil>", which macvlan refuses (v1.9.1).
    Case("NAD010", "a route without dst", lab(route(gw="10.12.34.1")), [(E, "ipam.routes.0")]),
    Case(
        "NAD010",
        "whereabouts' route without dst",
        lab(ipam(**WHEREABOUTS, routes=[{"gw": "10.12.34.1"}])),
        [(E, "ipam.routes.0")],
    ),
    Case(
        "NAD010",
        "a bond without links",
        lab(plugin("bond", mode="active-backup", miimon="100")),
        [(E, "")],
    ),
    Case("NAD010", "ipam without type", lab(ipam(subnet="10.12.34.0/24")), [(R, "ipam")]),
    Case("NAD011", "macvaln", lab(plugin("macvaln")), [(R, "type")]),
    Case("NAD011", "Macvlan", lab(plugin("Macvlan")), [(R, "type")]),
    Case("NAD011", "ip-vlan", lab(plugin("ip-vlan")), [(R, "type")]),
    Case(
        "NAD011",
        "coordinattor",
        lab(chain(L2, {"type": "coordinattor"})),
        [(R, "plugins.1.type")],
    ),
    *(
        Case("NAD011", kind, lab(plugin(kind)), [(R, "type")])
        for kind in (
            *("SRIOV", "ibsriov", "Ovs", "bnod", "cnv_bridge", "ovn-k8-cni-overlay"),
            *("brigde", "srb", "dhcpp", "nv-ipma", "calic-ipam", "host-devise"),
        )
    ),
    Case("NAD011", "none as ipam", lab(ipam(type="none")), [(E, "ipam.type")]),
    Case("NAD011", "an ipam's path", lab(ipam(type="bin/static")), [(E, "ipam.type")]),
    Case("NAD011", "a path", lab(plugin("/opt/cni/bin/macvlan")), [(E, "type")]),
    Case(
        "NAD011",
        "a folder, chained",
        lab(chain(L2, {"type": "opt/"})),
        [(E, "plugins.1.type")],
    ),
    Case("NAD011", "whereabout", lab(ipam(type="whereabout")), [(R, "ipam.type")]),
    Case("NAD011", "spider-pool", lab(ipam(type="spider-pool")), [(R, "ipam.type")]),
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
    # All of these: plugins v1.10.0, "create qdisc: invalid argument".
    Case("NAD012", "a burst of 7 bits", rated(8000, 7), [(E, "plugins.1.ingressBurst")]),
    Case("NAD012", "a rate of 7 bits", rated(7, 8000), [(E, "plugins.1.ingressRate")]),
    Case(
        "NAD012",
        "a burst of less than a microsecond",
        rated(10**10, 8000),
        [(E, "plugins.1.ingressBurst")],
    ),
    # tc shows "burst 125b".
    Case(
        "NAD012",
        "a burst smaller than a packet",
        rated(8000, 1000),
        [(R, "plugins.1.ingressBurst")],
    ),
    Case(
        "NAD012",
        "a burst of a packet without its Ethernet header",
        rated(8000, 8 * 1500),
        [(R, "plugins.1.ingressBurst")],
    ),
    Case(
        "NAD012",
        "a burst of a packet, in whole microseconds less",
        rated(10**10, 16000),
        [(R, "plugins.1.ingressBurst")],
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
    *(
        Case(
            "NAD012",
            f"a VRF called {name}",
            lab(chain(L2, {"type": "vrf", "vrfname": name})),
            [(E, "plugins.1.vrfname")],
        )
        for name in ("lo", "eth0")
    ),
    Case("NAD012", "a VRF of its own name", lab(chain(L2, {"type": "vrf", "vrfname": "red"}))),
    *(
        Case(
            "NAD012",
            f"route-override with args {args}",
            lab(overridden(args)),
            [(E, "plugins.1.args")],
        )
        for args in ARGS_WITHOUT_CNI
    ),
    Case(
        "NAD012",
        "ports that nobody hands to portmap",
        lab(chain(BRIDGE, {"type": "portmap", "snat": True})),
        [(N, "plugins.1.type")],
    ),
    Case(
        "NAD012",
        "ports that a false capability keeps from portmap",
        lab(
            chain(
                BRIDGE,
                {"type": "portmap", "capabilities": {"portMappings": False, "bandwidth": True}},
            )
        ),
        [(N, "plugins.1.type")],
    ),
    Case(
        "NAD012",
        "rates that nobody hands to bandwidth",
        lab(chain(BRIDGE, {"type": "bandwidth"})),
        [(N, "plugins.1.type")],
    ),
    Case(
        "NAD012",
        "two marks of portmap",
        lab(
            chain(
                {"type": "bridge"},
                {**PORTMAP, "markMasqBit": 5, "externalSetMarkChain": "MARK"},
            )
        ),
        [(E, "plugins.1.markMasqBit")],
    ),
    Case(
        "NAD012",
        "an IPAM plugin as the plugin",
        lab(network({"cniVersion": "1.0.0", **HOST_LOCAL})),
        [(E, "type")],
    ),
    # ADD goes well, and the pod has no interface (rehearsed).
    Case(
        "NAD012",
        "an IPAM plugin as the plugin, with an ipam",
        lab(plugin("host-local", ipam=HOST_LOCAL)),
        [(R, "type")],
    ),
    Case(
        "NAD012",
        "an IPAM plugin in the list",
        lab(chain(L2, {"type": "host-local", "ipam": HOST_LOCAL})),
        [(R, "plugins.1.type")],
    ),
    Case(
        "NAD012",
        "an IPAM plugin in the list, without an ipam",
        lab(chain(L2, dict(HOST_LOCAL))),
        [(E, "plugins.1.type")],
    ),
    Case("NAD012", "a bridge in ipam", lab(ipam(type="bridge")), [(E, "ipam.type")]),
    Case(
        "NAD012",
        "rdma alone",
        lab(plugin("rdma")),
        [(E, "type")],
    ),
    Case(
        "NAD012",
        "IFNAME before v1.1.0",
        at("v1.0.0", tuned({"net.ipv4.conf.IFNAME.rp_filter": "0"})),
        [(E, "plugins.1.sysctl.net.ipv4.conf.IFNAME.rp_filter")],
    ),
    Case(
        "NAD012",
        "conditions of nftables for iptables",
        at("v1.9.1", forwarded(backend="iptables", conditionsV4=["ip", "saddr", "10.1.0.5"])),
        [(E, "plugins.1.conditionsV4")],
    ),
    Case(
        "NAD012",
        "conditions of iptables for nftables",
        at("v1.9.1", forwarded(backend="nftables", conditionsV6=["!", "-d", "fd00::5"])),
        [(E, "plugins.1.conditionsV6")],
    ),
    Case(
        "NAD012",
        "a chain of iptables for nftables",
        at("v1.9.1", forwarded(backend="nftables", externalSetMarkChain="MARK")),
        [(E, "plugins.1.externalSetMarkChain")],
    ),
    Case(
        "NAD012",
        "conditions of nftables for no backend",
        at("v1.9.1", forwarded(conditionsV4=["ip", "saddr", "10.1.0.5"])),
        [(R, "plugins.1.conditionsV4")],
    ),
    Case(
        "NAD012",
        "conditions of nftables, and plugins untold",
        lab(forwarded(backend="iptables", conditionsV4=["ip", "saddr", "10.1.0.5"])),
        [(N, "plugins.1.conditionsV4")],
    ),
    Case(
        "NAD013",
        "a placeholder",
        lab(macvlan(mtu=Placeholder("${MTU}"))),
        [(N, "mtu")],
    ),
    Case(
        "NAD013",
        "one note of many placeholders",
        lab(chain({**L2, "master": LATER}, {"type": "tuning", "mac": LATER}, name="lab")),
        [(N, "plugins.0.master")],
    ),
    Case("NAD013", "a placeholder in the name", lab(macvlan("${NAME}")), [(N, "name")]),
    Case(
        "NAD013",
        "a placeholder in the namespace",
        lab(routed("a", "${NAMESPACE}")),
        [(N, "namespace")],
    ),
    Case(
        "NAD014",
        "a backend that portmap hasn't",
        at("v1.9.1", forwarded(backend="ipvs")),
        [(E, "plugins.1.backend")],
    ),
    Case(
        "NAD014",
        "a backend, and plugins untold",
        lab(forwarded(backend="ipvs")),
        [(N, "plugins.1.backend")],
    ),
    Case(
        "NAD014",
        "a mark's bit of 32",
        lab(forwarded(markMasqBit=32)),
        [(E, "plugins.1.markMasqBit")],
    ),
    Case(
        "NAD014",
        "a key in another case",
        lab(forwarded(MarkMasqBit=32)),
        [(E, "plugins.1.MarkMasqBit")],
    ),
    Case(
        "NAD014",
        "an option of DHCP by a name that it hasn't",
        at("v1.9.1", ipam(type="dhcp", provide=[{"option": "hostname", "value": "pod"}])),
        [(E, "ipam.provide.0.option")],
    ),
    Case(
        "NAD014",
        "options of DHCP that are no byte",
        at("v1.1.0", ipam(type="dhcp", request=[{"option": "256"}, {"option": "0x2b"}])),
        [(E, "ipam.request.0.option"), (E, "ipam.request.1.option")],
    ),
    Case(
        "NAD014",
        "an option of DHCP, and plugins untold",
        lab(ipam(type="dhcp", request=[{"option": "Routers"}])),
        [(N, "ipam.request.0.option")],
    ),
    # sriov passes over it in silence.
    Case("NAD014", "spoofchk yes", lab(plugin("sriov", spoofchk="yes")), [(R, "spoofchk")]),
    *(
        Case("NAD014", f"{kind} at {given}", lab(plugin(kind, **{key: given})), [(E, key)])
        for kind, key in {"host-device": "pciBusID", "sriov": "deviceID"}.items()
        for given in ("3d:00.1", "0000:3D:00.1", "0000:3d:00:1")
    ),
    *(
        Case("NAD014", f"{key} of host-device", lab(host_device(**{key: value})), [(E, key)])
        for key, value in {"device": "eth2:1", "hwaddr": "x", "kernelpath": "/dev/x"}.items()
    ),
    Case(
        "NAD014",
        "dhcp for ib-sriov",
        lab(plugin("ib-sriov", ipam={"type": "dhcp"})),
        [(E, "ipam.type")],
    ),
    *(
        Case("NAD014", f"pools {text!r}", lab(ipam(type="nv-ipam", poolName=text)), found)
        for found in ([(E, "ipam.poolName")],)
        for text in ("a,b,c", "a,")
    ),
    *(
        Case(
            "NAD014",
            f"{key} in flannel's delegate",
            lab(plugin("flannel", delegate={key: {}})),
            [(E, f"delegate.{key}")],
        )
        for key in ("ipam", "name")
    ),
    Case(
        "NAD014",
        "a VRF's name of 16 letters",
        lab(chain(MACVLAN, {"type": "vrf", "vrfname": "a" * 16})),
        [(E, "plugins.1.vrfname")],
    ),
    Case(
        "NAD014",
        "a prefix of MACs that is none",
        lab(chain(MACVLAN, {"type": "coordinator", "podMACPrefix": "zz"})),
        [(E, "plugins.1.podMACPrefix")],
    ),
    Case(
        "NAD014",
        "an option of DHCP that is too long",
        at("v1.9.1", ipam(type="dhcp", provide=[{"option": "host-name", "value": "a" * 256}])),
        [(E, "ipam.provide.0.value")],
    ),
    Case("NAD014", "a VLAN of sriov", lab(plugin("sriov", vlan=4095)), [(E, "vlan")]),
    Case(
        "NAD014",
        "a VLAN in a trunk of ovs",
        lab(plugin("ovs", trunk=[{"id": 5000}])),
        [(E, "trunk.0.id")],
    ),
    Case(
        "NAD014",
        "a topology of OVN-Kubernetes",
        lab(ovn(topology="flat")),
        [(E, "topology")],
    ),
    Case(
        "NAD014",
        "firewall's backend",
        lab(chain(MACVLAN, {"type": "firewall", "backend": "nftables"})),
        [(R, "plugins.1.backend")],
    ),
    Case(
        "NAD015",
        "an interface with a dot",
        lab(tuned({"net/ipv4/conf/eth0.100/arp_filter": "1"})),
        [(E, "plugins.1.sysctl.net/ipv4/conf/eth0.100/arp_filter")],
    ),
    *(
        Case("NAD015", name, lab(tuned({key: "2"})), [(N, f"plugins.1.sysctl.{key}")])
        for name, key in {
            "a pod's second network": "net.ipv4.conf.net2.rp_filter",
            "a network with slashes": "net/ipv4/conf/net1/arp_filter",
            "a network of IPv6": "net.ipv6.conf.net1.accept_ra",
            "a network's neighbours": "net.ipv6.neigh.net1.retrans_time_ms",
            "the primary interface": "net.ipv4.conf.eth0.rp_filter",
        }.items()
    ),
    Case(
        "NAD015",
        "an interface, by another name of tuning",
        lab(chain(L2, {"type": "cnv-tuning", "sysctl": {"net.ipv4.conf.net1.rp_filter": "2"}})),
        [(N, "plugins.1.sysctl.net.ipv4.conf.net1.rp_filter")],
    ),
    Case("NAD016", "one link", lab(bond(links=[{"name": "net1"}])), [(E, "links")]),
    Case("NAD016", "miimon with a unit", lab(bond(miimon="100ms")), [(E, "miimon")]),
    Case("NAD016", "a key of another mode", lab(bond(tlbDynamicLb=1)), [(E, "tlbDynamicLb")]),
    Case(
        "NAD017",
        "another NAD's name",
        lab(ovn(netAttachDefName="default/other")),
        [(E, "netAttachDefName")],
    ),
    Case("NAD017", "no subnet", lab(ovn(subnets="x")), [(E, "subnets")]),
    Case(
        "NAD017",
        "an excluded network elsewhere",
        lab(
            ovn(topology="layer2", subnets="10.0.0.0/24", excludeSubnets="10.0.0.0/30,10.9.0.0/24")
        ),
        [(E, "excludeSubnets")],
    ),
    Case("NAD017", "no NAD's name", lab(ovn(netAttachDefName=None)), [(E, "")]),
    Case("NAD017", "an IPAM plugin", lab(ovn(ipam=WHEREABOUTS)), [(E, "ipam")]),
    Case("NAD017", "no name of its own", lab(ovn(name=None)), [(E, "name")]),
    Case(
        "NAD017",
        "a chain",
        lab(chain({**OVN, "netAttachDefName": "default/net"}, {"type": "tuning"}, name="net")),
        [(E, "plugins.1.type")],
    ),
    Case("NAD017", "a role on localnet", lab(ovn(role="primary")), [(E, "role")]),
    Case(
        "NAD017",
        "subnets of layer2 on layer3",
        lab(ovn(topology="layer3", reservedSubnets="10.1.0.0/24")),
        [(E, "reservedSubnets")],
    ),
    Case(
        "NAD017",
        "a primary network without subnets",
        lab(ovn(topology="layer2", role="primary")),
        [(E, "")],
    ),
    Case(
        "NAD018",
        "minID above maxID",
        lab(plugin("ovs", trunk=[{"minID": 200, "maxID": 100}])),
        [(E, "trunk.0")],
    ),
    Case(
        "NAD018",
        "half a range beside a VLAN",
        lab(plugin("ovs", bridge="br1", trunk=[{"id": 7}, {"minID": 5}])),
        [(R, "trunk.1")],
    ),
    Case("NAD018", "half a trunk", lab(plugin("ovs", trunk=[{"minID": 5}])), [(E, "trunk")]),
    Case("NAD018", "a QoS without a VLAN", lab(plugin("sriov", vlanQoS=3)), [(E, "vlanQoS")]),
    Case("NAD018", "a QoS of VLAN 0", lab(plugin("sriov", vlan=0, vlanQoS=3)), [(E, "vlanQoS")]),
    Case(
        "NAD018",
        "802.1ad of VLAN 0",
        lab(plugin("sriov", vlan=0, vlanProto="802.1AD")),
        [(E, "vlanProto")],
    ),
    *(
        Case("NAD004", f"{key} of coordinator", lab(coordinated(**{key: [text]})), [(E, where)])
        for key, text, where in (
            ("hijackCIDR", "10.0.0.1", "plugins.1.hijackCIDR.0"),
            ("serviceCIDR", "", "plugins.1.serviceCIDR.0"),
            ("overlayPodCIDR", None, "plugins.1.overlayPodCIDR.0"),
        )
    ),
    Case(
        "NAD004",
        "a policy route that can't be read",
        lab(by("10.0.0.0/33", "10.12.34")),
        [(E, "plugins.1.policyRoutes.0.dst"), (E, "plugins.1.policyRoutes.0.gw")],
    ),
    Case(
        "NAD010",
        "a policy route without gateway",
        lab(coordinated(policyRoutes=[{"dst": "10.0.0.0/8"}])),
        [(E, "plugins.1.policyRoutes.0")],
    ),
    Case(
        "NAD010",
        "antrea's addresses without a pool",
        lab(macvlan(ipam={"type": "antrea", "ippools": []})),
        [(E, "ipam")],
    ),
    *(
        Case(
            "NAD012",
            f"a policy route {name}",
            lab(by(dst, gw)),
            [(E, "plugins.1.policyRoutes.0.gw")],
        )
        for name, dst, gw in (
            ("from IPv4 to IPv6", "10.0.0.0/8", "fd00::1"),
            ("from IPv6 to IPv4", "fd00::/64", "10.12.34.1"),
        )
    ),
    Case("NAD019", "antrea with host-local", lab(antrea(ipam=POOL)), [(E, "ipam.type")]),
    Case("NAD019", "antrea with an ipam of no type", lab(antrea(ipam={})), [(E, "ipam")]),
    Case("NAD019", "antrea without a pool", lab(antrea(ipam={"type": "antrea"})), [(E, "ipam")]),
    Case("NAD001", "a label", lab(macvlan("lab-0"))),
    Case("NAD001", "a placeholder", lab(macvlan("${NAME}"))),
    # The API counts the whole name alone, and Multus nothing at all (rehearsed).
    Case("NAD001", "a label of 253", lab(macvlan("a" * 253))),
    Case("NAD002", "a CNI name of all characters", lab(network({**MACVLAN, "name": "Lab_0.a-b"}))),
    Case("NAD002", "an empty CNI name", lab(network({**MACVLAN, "name": ""}))),
    Case("NAD002", "a CNI name that is rendered later", lab(network({**MACVLAN, "name": LATER}))),
    # whereabouts counts by network_name, whatever the CNI name.
    Case(
        "NAD002",
        "one CNI name on two pools of whereabouts",
        lab(shared("a", "10.12.34.0/24"), shared("b", "10.0.0.0/24")),
    ),
    # NAD001 has it: the API refuses the name that Multus would take.
    Case("NAD002", "an odd name of the NAD alone", lab(network({}, "lab?"))),
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
        lab(plugin("acme", vlanQoS=3, ipam={**HOST_LOCAL, "a": 1})),
    ),
    # Go reads a key of a struct in any case (rehearsed).
    Case(
        "NAD003",
        "another case",
        lab(network({"Type": "macvlan", "MASTER": "eth1", "IPAM": {**POOL, "RANGEEND": ""}})),
    ),
    Case(
        "NAD003",
        "Address in static, which NAD004 has",
        lab(ipam(type="static", addresses=[{"Address": "10.12.34.5/24"}])),
    ),
    Case("NAD003", "vrfName", lab(chain(MACVLAN, {"type": "vrf", "vrfName": "blue"}))),
    Case("NAD003", "a plugin that isn't known whole", lab(plugin("calico", a=1))),
    Case("NAD003", "an old key, and plugins untold", lab(macvlan(linkInContainer=False))),
    Case("NAD003", "an IPAM plugin as the plugin, which NAD012 has", lab(plugin("whereabouts"))),
    Case("NAD003", "a key that is rendered later", lab(macvlan(**KEY_LATER))),
    Case(
        "NAD003",
        "capabilities that there are, are somebody's own, or aren't offered",
        lab(macvlan(capabilities={"mac": True, "netDevice": True, "IPs": False})),
    ),
    Case(
        "NAD003",
        "no hints of sbr beside table, and a device rendered later",
        at(
            "v1.10.0",
            chain(
                {"type": "host-device", "device": LATER, "hwaddr": "02:00:0a:0c:22:c8"},
                SBR | {"table": 7, "addSourceHints": False},
            ),
        ),
    ),
    Case("NAD010", "range beside subnet", lab(macvlan(ipam={**POOL, "range": "10.12.34.0/24"}))),
    Case(
        "NAD003",
        "range for subnet, which NAD010 has",
        lab(macvlan(ipam={"type": "host-local", "range": "10.12.34.0/24"})),
    ),
    Case("NAD003", "a remark", lab(macvlan(_why="a lab"))),
    # NAD004 says what releases make of it.
    Case(
        "NAD003",
        "a bridge's gateway whose IPAM plugin is rendered later",
        lab(plugin("bridge", isGateway=True, ipam=LATER)),
    ),
    Case("NAD003", "a bridge's gateway", lab(plugin("bridge", isGateway=True, ipam=HOST_LOCAL))),
    Case("NAD003", "a key of a newer OVN-Kubernetes", lab(ovn(cniRequestTimeout="2m"))),
    Case(
        "NAD003",
        "a bridge's gateway whose ipam has no type, which NAD010 has",
        lab(plugin("bridge", isGateway=True, ipam={"type": ""})),
    ),
    Case(
        "NAD003",
        "hints of sbr alone",
        at("v1.10.0", chain(L2, {"type": "sbr", "addSourceHints": True})),
    ),
    Case(
        "NAD003",
        "one name of a device",
        lab(plugin("host-device", device="", hwaddr="02:00:00:00:00:01")),
    ),
    Case("NAD003", "a new key's bool in quotes", lab(plugin("bridge", portIsolation="true"))),
    Case("NAD003", "a list's own keys", lab(chain(MACVLAN, {"type": "sbr"}, disableCheck=True))),
    Case(
        "NAD003",
        "a key of the zone's release",
        at("v1.6.0", macvlan(bcqueuelen=9, linkInContainer=True)),
    ),
    # libcni writes it anew, as 1400.
    Case("NAD004", "an mtu of 1400.0", lab(macvlan(mtu=1400.0))),
    Case("NAD004", "null among dhcp's requests", lab(ipam(type="dhcp", request=[None]))),
    Case("NAD004", "null for a number", lab(network({**L2, "mtu": None}))),
    Case("NAD004", "an empty address", lab(host_local(gateway=""))),
    Case("NAD004", "an IPv6 subnet", lab(ipam(type="host-local", subnet="fd00:12:34::/64"))),
    Case("NAD004", "a bool in quotes in a list", lab(chain(L2, loadOnlyInlinedPlugins="True"))),
    Case("NAD004", "a key that isn't there yet", at("v1.2.0", macvlan(linkInContainer="true"))),
    Case("NAD004", "kinds of an unknown plugin", lab(plugin("acme", mtu="1400"))),
    Case("NAD004", "an unknown plugin's ipam", lab(plugin("acme", ipam={**POOL, "subnet": "x"}))),
    Case("NAD004", "Type", lab(network({"Type": "macvlan"}))),
    Case("NAD004", "placeholders", lab(macvlan(mtu=LATER, ipam=LATER, capabilities=LATER))),
    Case("NAD004", "plugins rendered later", lab(network({"plugins": LATER}))),
    Case("NAD004", "a plugin rendered later", lab(chain(L2, LATER))),
    Case("NAD004", "a type that is rendered later", lab(network({"type": LATER}))),
    # Unlike the table: results since 0.3.0 are of the new form, and Multus writes their status.
    Case("NAD005", "cniVersion 0.3.0", lab(macvlan(cniVersion="0.3.0"), mtu=1500)),
    Case(
        "NAD005",
        "cniVersion 1.1.0 with new plugins",
        at("v1.6.0", macvlan(cniVersion="1.1.0")),
    ),
    Case("NAD005", "cniVersion 1.1.0 of other plugins", lab(plugin("ovs", cniVersion="1.1.0"))),
    Case("NAD005", "a version that is rendered later", lab(macvlan(cniVersion=LATER))),
    Case("NAD005", "cniVersion 1.0.0, and plugins untold", lab(macvlan())),
    # It gives its addresses itself.
    Case("NAD005", "an unknown plugin without a version", lab(plugin("acme", cniVersion=None))),
    Case(
        "NAD005",
        "cniVersion 0.4.0 with firewall",
        lab(chain(L2, {"type": "firewall"}, cniVersion="0.4.0")),
    ),
    Case("NAD005", "cniVersions", lab(chain(L2, cniVersions=["0.4.0", "1.0.0"]))),
    Case("NAD005", "cniVersions of the future", lab(chain(L2, cniVersions=["0.4", "99.0.0"]))),
    Case("NAD005", "cniVersions rendered later", lab(chain(L2, cniVersions=[LATER]))),
    Case("NAD005", "another case", lab(network({"CNIVersion": "1.0.0", "type": "macvlan"}))),
    Case("NAD006", "a configuration", lab(network({"type": "acme"}, spec={"Config": ""}))),
    Case("NAD020", "what is served", lab(network(MACVLAN, object=SERVED))),
    Case("NAD020", "a version rendered later", lab(network(MACVLAN, object=LATER_VERSION))),
    Case("NAD020", "no object, in a stack", lab(macvlan())),
    Case("NAD007", "no reserved key", lab(chain(MACVLAN, {"type": "sbr"}))),
    Case("NAD009", "a name that the API server makes up", lab(generated(), generated())),
    Case("NAD009", "a name that is rendered later", lab(macvlan("${A}"), macvlan("${A}"))),
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
    Case(
        "NAD010",
        "ovs whose bridge is that of a device plugin's card",
        lab(network({"type": "ovs"}, annotations={RESOURCE: "example.org/vf"})),
    ),
    Case("NAD010", "vrf with a name", lab(chain(MACVLAN, {"type": "vrf", "vrfname": "blue"}))),
    Case(
        "NAD010",
        "an option that dhcp doesn't read before v1.1.0",
        at("v1.0.1", ipam(type="dhcp", provide=[{"value": "y"}])),
    ),
    Case("NAD010", "an empty ipam, for layer 2", lab(macvlan(ipam={}))),
    Case("NAD010", "an empty subnet, which NAD004 has", lab(ipam(type="host-local", subnet=""))),
    Case("NAD010", "an unknown ipam", lab(ipam(type="acme"))),
    Case("NAD010", "an IPAM plugin as the plugin, which NAD012 has", lab(plugin("whereabouts"))),
    Case("NAD010", "placeholders", lab(plugin("vlan", master=LATER, ipam={"type": LATER}))),
    Case("NAD010", "a key that is rendered later", lab(plugin("vlan", **KEY_LATER))),
    Case("NAD010", "an unknown plugin's ipam", lab(plugin("acme", ipam={"type": "host-local"}))),
    *(Case("NAD011", kind, lab(plugin(kind))) for kind in plugins.names()),
    *(
        Case("NAD011", kind, lab(plugin(kind)))
        for kind in ("vxlan", "ipvtap", "l2bridge", "acme", "rbr", "vtap", "vf-tuning", "macvlan2")
    ),
    *(
        Case("NAD011", f"{kind}, somebody's own", lab(ipam(type=kind)))
        for kind in ("my-ipam", "ib-ipam", "eni-ipam", "ovn-ipam", "unipam", "dhcp6")
    ),
    Case("NAD011", "none for an unknown plugin", lab(plugin("acme", ipam={"type": "none"}))),
    Case("NAD011", "a path rendered later", lab(plugin("${BIN}/macvlan"))),
    Case("NAD014", "a backend that nothing asks", lab(plugin("bridge", ipMasqBackend="x"))),
    Case("NAD011", "calico with its own ipam", lab(plugin("calico", ipam={"type": "calico-ipam"}))),
    Case("NAD011", "an unknown ipam's name", lab(ipam(type="acme-ipam"))),
    Case("NAD012", "sbr behind addresses", lab(chain(MACVLAN, {"type": "sbr"}))),
    Case("NAD012", "sbr behind an unknown plugin", lab(chain({"type": "acme"}, {"type": "sbr"}))),
    Case("NAD012", "sbr behind an ipam rendered later", lab(chain({**L2, "ipam": LATER}, SBR))),
    Case(
        "NAD012",
        "ipvlan behind an unknown plugin",
        lab(chain({"type": "acme"}, {"type": "ipvlan"})),
    ),
    # Without one before it, it does nothing; Istio has it so.
    Case("NAD012", "istio-cni alone", lab(plugin("istio-cni"))),
    Case(
        "NAD012",
        "conditions of the backend",
        at("v1.9.1", forwarded(backend="nftables", conditionsV4=["ip", "saddr", "10.1.0.5"])),
    ),
    Case(
        "NAD012",
        "conditions of iptables for no backend",
        at("v1.9.1", forwarded(conditionsV4=["!", "-d", "10.1.0.5"])),
    ),
    Case(
        "NAD012",
        "conditions of nftables before there were backends",
        at("v1.5.1", forwarded(backend="iptables", conditionsV4=["ip", "saddr", "10.1.0.5"])),
    ),
    Case("NAD012", "a burst of a smaller MTU's packet", rated(8000, 8 * 1414, mtu=1400)),
    Case("NAD012", "a burst rendered later", lab(chain(BRIDGE, {**RATE, "ingressBurst": LATER}))),
    Case(
        "NAD012",
        "a rate with its burst",
        rated(8, 8 * 1514),
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
        "rates by capability, and capabilities of portmap rendered later, or misspelt",
        lab(
            chain(
                BRIDGE,
                {"type": "bandwidth", "capabilities": {"bandwidth": True}},
                {"type": "portmap", "capabilities": LATER},
                {"type": "portmap", "capabilities": {"portmappings": True}},
            )
        ),
    ),
    *(
        Case("NAD012", f"route-override with args {args}", lab(overridden(args)))
        for args in ARGS_THAT_ARE_READ
    ),
    Case(
        "NAD012",
        "cilium-cni behind another, which it takes for a chain",
        lab(chain({"type": "ipvlan", "master": "eth1"}, {"type": "cilium-cni"})),
    ),
    Case("NAD012", "rates of bandwidth's own", lab(chain(BRIDGE, {**RATE, "ingressBurst": 99999}))),
    Case(
        "NAD012",
        "ports that the configuration hands to portmap",
        lab(chain(BRIDGE, {"type": "portmap", "runtimeConfig": {"portMappings": []}})),
    ),
    Case(
        "NAD012",
        "one mark of portmap",
        lab(chain({"type": "bridge"}, {**PORTMAP, "markMasqBit": 31})),
    ),
    Case("NAD013", "no placeholder", lab(macvlan())),
    Case("NAD013", "a shell's variable", lab(macvlan(master="$MASTER"))),
    Case("NAD014", "a backend of portmap", at("v1.9.1", forwarded(backend="nftables"))),
    Case("NAD014", "a backend before there were any", at("v1.5.1", forwarded(backend="ipvs"))),
    Case(
        "NAD014",
        "options of DHCP by name and by number",
        at(
            "v1.9.1",
            ipam(
                type="dhcp",
                provide=[{"option": "host-name", "value": "pod"}, {"option": "043", "value": "x"}],
                request=[{"skipDefault": True}, {"option": "routers"}, {"option": LATER}],
            ),
        ),
    ),
    Case(
        "NAD014",
        "options of DHCP before there were any",
        at("v1.0.1", ipam(type="dhcp", request=[{"option": "x"}])),
    ),
    Case("NAD014", "a mark's bit rendered later", lab(forwarded(markMasqBit=LATER))),
    Case("NAD014", "a mark's bit in quotes, which NAD004 has", lab(forwarded(markMasqBit="99"))),
    Case("NAD014", "802.1Q in capitals", lab(plugin("sriov", vlan=5, vlanProto="802.1Q"))),
    *(
        Case("NAD014", f"host-device at {given}", lab(plugin("host-device", pciBusID=given)))
        for given in ("0000:3b:02.1", "10000:e1:1f.7")
    ),
    Case(
        "NAD014",
        "a PCI address that Multus writes",
        lab(network({"type": "sriov", "deviceID": "x"}, annotations={RESOURCE: "intel.com/nic"})),
    ),
    Case(
        "NAD014",
        "a MAC that nobody looks at beside a device",
        lab(host_device(device="eth2", hwaddr="x", kernelpath="x")),
    ),
    *(
        Case("NAD014", f"{key} {value}", lab(host_device(**{key: value})))
        for key, value in (
            ("hwaddr", "52:54:00:12:34:56"),
            ("hwaddr", "5254.0012.3456"),
            ("hwaddr", "00-00-00-00-fe-80-00-00-00-00-00-00-02-00-5e-10-00-00-00-01"),
            ("kernelpath", "/sys/devices/pci0000:00/0000:00:1f.6"),
            ("device", "an-alternative-name-of-eth2"),
        )
    ),
    Case("NAD014", "host-local for ib-sriov", lab(plugin("ib-sriov", ipam=HOST_LOCAL))),
    Case(
        "NAD014",
        "a VRF's name of 15 letters",
        lab(chain(MACVLAN, {"type": "vrf", "vrfname": "a" * 15})),
    ),
    Case("NAD014", "two pools", lab(ipam(type="nv-ipam", poolName="v4,v6"))),
    Case("NAD014", "the network's own pool", lab(ipam(type="nv-ipam", poolName=""))),
    Case(
        "NAD014",
        "flannel's delegate",
        lab(plugin("flannel", delegate={"type": "bridge", "hairpinMode": True})),
    ),
    Case(
        "NAD014",
        "a prefix of MACs",
        lab(chain(MACVLAN, {"type": "coordinator", "podMACPrefix": "0a:1b"})),
    ),
    Case("NAD014", "a mode, which LNK101 has", lab(macvlan(mode="x"))),
    Case("NAD014", "an MTU, which LNK102 has", lab(macvlan(mtu=-1))),
    Case("NAD014", "a VLAN, which LNK114 has", lab(plugin("vlan", vlanId=5000))),
    Case(
        "NAD014",
        "VLANs of a bridge, which LNK120 has",
        lab(plugin("cnv-bridge", vlan=5000, vlanTrunk=[{"id": 5000}])),
    ),
    *(
        Case("NAD015", name, lab(tuned({key: "2"})))
        for name, key in {
            "the network's own interface": "net.ipv4.conf.IFNAME.rp_filter",
            "IFNAME with slashes": "net/ipv6/conf/IFNAME/accept_ra",
            "all interfaces": "net.ipv4.conf.all.rp_filter",
            "the default": "net.ipv6.conf.default.accept_ra",
            "no interface": "net.core.somaxconn",
            "an interface rendered later": "net.ipv4.conf.${NIC}.rp_filter",
        }.items()
    ),
    Case("NAD016", "two links", lab(bond())),
    Case("NAD016", "a key of the mode", lab(bond(mode="balance-tlb", tlbDynamicLb=1))),
    Case("NAD016", "values rendered later", lab(bond(links=LATER, miimon=LATER))),
    Case("NAD016", "no links, which NAD010 has", lab(bond(links=[]))),
    Case(
        "NAD017",
        "subnets of both families, and parts of them excluded",
        lab(ovn(subnets="10.0.0.1/24, fd00::/64", excludeSubnets="10.0.0.8/32, fd00::/120")),
    ),
    Case("NAD017", "subnets of nodes", lab(ovn(topology="layer3", subnets="10.0.0.0/16/24"))),
    Case("NAD017", "subnets rendered later", lab(ovn(subnets=LATER, excludeSubnets="10.0.0.0/24"))),
    Case("NAD017", "the NAD's own name", lab(ovn())),
    Case(
        "NAD017",
        "the NAD's name in another case of the key",
        lab(ovn(NETATTACHDEFNAME="default/lab", netAttachDefName=None)),
    ),
    Case("NAD017", "the cluster's default network", lab(ovn(topology=None, netAttachDefName=None))),
    Case("NAD017", "names rendered later", lab(ovn(netAttachDefName=LATER, name=LATER))),
    Case("NAD018", "a trunk in order", lab(plugin("ovs", trunk=[{"minID": 5, "maxID": 9}]))),
    Case("NAD018", "a trunk rendered later", lab(plugin("ovs", trunk=[{"minID": LATER}]))),
    Case("NAD018", "a QoS of a VLAN", lab(plugin("sriov", vlan=100, vlanQoS=3))),
    Case("NAD018", "a VLAN in quotes, which NAD004 has", lab(plugin("sriov", vlan="1", vlanQoS=3))),
    Case(
        "NAD004",
        "networks of coordinator",
        lab(coordinated(hijackCIDR=["10.0.0.1/8", " fd00::/64 ", LATER], serviceCIDR=[])),
    ),
    *(
        Case(code, f"a policy route to {dst}", lab(by(dst, gw)))
        for code in ("NAD004", "NAD010", "NAD012")
        for dst, gw in (
            ("10.0.0.0/8", "10.12.34.1"),
            ("10.0.0.1", " ::ffff:10.12.34.1 "),
            (" fd00::/64", "fd00::1"),
            (LATER, "fd00::1"),
        )
    ),
    Case("NAD010", "antrea's pools", lab(macvlan(ipam={"type": "antrea", "ippools": ["lab"]}))),
    Case(
        "NAD010",
        "antrea's fixed addresses",
        lab(macvlan(ipam={"type": "antrea", "addresses": [{"address": "10.12.34.5/24"}]})),
    ),
    Case("NAD019", "antrea's pools", lab(antrea(ipam={"type": "antrea", "ippools": ["lab"]}))),
    Case("NAD019", "antrea's pools rendered later", lab(antrea(ipam={"type": LATER}))),
    Case("NAD019", "antrea without addresses", lab(antrea())),
    Case("NAD019", "the primary network", lab(antrea(networkType=None, ipam=POOL))),
    Case("NAD019", "antrea's pools on macvlan", lab(macvlan(ipam={"type": "antrea"}))),
]
