"""Rules LNK: the interface that a network makes, and the link under it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Fix, Line
from multus_lab.checks.interfaces import Interfaces, some
from multus_lab.checks.network import Lab, Network, Plugin
from multus_lab.checks.plugins import ON_MASTER, PLUGINS, written
from multus_lab.checks.rule import Hit, rule
from multus_lab.settings import Zone

_MODES = {
    "macvlan": ("", "bridge", "private", "vepa", "passthru"),
    "ipvlan": ("", "l2", "l3", "l3s"),
}


# --- what is read of networks and of the zone -----------------------------------------------------


def _by_master(networks: Iterable[Network], *types: str) -> dict[str, list[Network]]:
    """Networks of these types by their master."""
    found: dict[str, list[Network]] = {}
    for network in networks:
        if network.main.type in types and (master := network.lies_on) is not None:
            found.setdefault(master, []).append(network)
    return found


def _mode(network: Network) -> str:
    """The mode that is meant, by the plugin's default where there is none."""
    mode = network.main.config.get("mode")
    return mode if isinstance(mode, str) and mode else _MODES[network.main.type][1]


def _number(value: object) -> int:
    """A JSON number without fraction; 0 for what is none."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _pods(network: Network, zone: Zone | None) -> int | None:
    """How many pods a node is expected to attach to the network."""
    pods = network.settings.get("pods_per_node")
    if pods is None and zone is not None:
        pods = zone.pods_per_node
    return pods if isinstance(pods, int) else None


def _inventory_note(line: str, message: str) -> Hit:
    """What can't be decided, and the line of the inventory that decides it."""
    return Hit(("zone",), None, message, line, Severity.NOTE)


# --- the interface --------------------------------------------------------------------------------


@rule(
    "LNK101",
    Severity.ERROR,
    "mode that the plugin doesn't know",
    why="The plugin compares the mode letter by letter, and the kernel's `source` is not offered.",
    fix=Line("mode", "bridge"),
    source="plugins v1.9.1 plugins/main/macvlan/macvlan.go modeFromString, ipvlan.go",
    says=("unknown … mode: …",),
)
def unknown_mode(network: Network, _: Lab) -> Iterator[Hit]:
    """Find a mode of macvlan or ipvlan that pods would fail on."""
    modes = _MODES.get(network.main.type)
    mode = network.main.config.get("mode", "")
    if modes and isinstance(mode, str) and mode not in modes:
        yield Hit(
            (*network.main.path, "mode"),
            mode,
            f"{network.main.type} has no mode {mode!r}; it has {', '.join(modes[1:])}",
            fix=Line("mode", modes[1]),
        )


@rule(
    "LNK102",
    Severity.ERROR,
    "MTU that the link can't have",
    why=(
        "macvlan and vlan refuse more than their master has, the kernel less than 68, and IPv6 "
        "does without an interface of less than 1280: the plugin then fails on its addresses. A "
        "chained tuning loses them in silence, and an ipvlan loses its large packets."
    ),
    fix=Line("mtu", 1500),
    source=(
        "plugins v1.9.1 macvlan.go, vlan.go loadConf, tuning.go, pkg/ipam/ipam_linux.go; "
        "plugins #393; Linux ETH_MIN_MTU, IPV6_MIN_MTU"
    ),
    says=(
        "invalid MTU …, must be [0, master MTU(…)]",
        "failed to create macvlan: invalid argument",
        "failed to create bridge …: invalid argument",
        'plugin type="tuning" failed (add): invalid argument',
        "failed to enable keep_addr_on_down for interface …",
    ),
)
def impossible_mtu(lab: Lab) -> Iterator[Hit]:
    """Find MTUs below the kernel's or IPv6's minimum, and above the master's."""
    interfaces = Interfaces.of(lab.zone)
    undecided: str | None = None
    for network in lab.networks:
        master = network.lies_on
        limit = interfaces.mtu(master) if master else None
        for plugin in network.plugins:
            mtu = _number(plugin.config.get("mtu"))
            if mtu and (plugin.type in PLUGINS):
                for hit in _mtu_hits(network, plugin, mtu, limit):
                    yield replace(hit, network=network)
                if master and limit is None and interfaces.under(master) in interfaces.nodes:
                    undecided = undecided or master
        if limit is not None and limit < 1280 and not _number(network.main.config.get("mtu")):
            for hit in _small_for_ipv6(network, network.main, limit):
                yield replace(hit, network=network)
    if undecided and lab.zone is not None:
        message = f"whether the MTUs of networks fit {undecided} can't be decided without its MTU"
        yield _inventory_note("zone.mtu: 1500", message)


def _mtu_hits(network: Network, plugin: Plugin, mtu: int, limit: int | None) -> Iterator[Hit]:
    path = (*plugin.path, "mtu")
    kind = network.main.type
    if mtu < 0:
        if plugin.type in ("macvlan", "vlan", "tuning"):
            yield Hit(path, mtu, f"{plugin.type} refuses an MTU below 0")
    elif mtu < 68:
        # Linux sets no minimum for a VLAN device, yet no IPv4 on it below 68.
        severity = Severity.RISK if kind == "vlan" else None
        yield Hit(path, mtu, "the kernel takes no MTU below 68", severity=severity)
    elif mtu < 1280:
        yield from _small_for_ipv6(network, plugin, mtu)
    elif limit is not None and mtu > limit and kind in ON_MASTER:
        severity = Severity.RISK if kind == "ipvlan" else None
        does = "sends what its master drops" if severity else "refuses more than the master has"
        message = f"{kind} {does}: {network.master} has {limit} on the nodes of the zone"
        yield Hit(path, mtu, message, Line("mtu", limit), severity)


def _small_for_ipv6(network: Network, plugin: Plugin, mtu: int) -> Iterator[Hit]:
    if any(pool.subnet.version == 6 for pool in network.pools):
        chained = plugin.type == "tuning"
        message = (
            "below 1280 the interface loses its IPv6 address in silence"
            if chained
            else f"an interface with an MTU of {mtu} takes no IPv6 address; it needs 1280"
        )
        severity = Severity.RISK if chained else None
        yield Hit((*plugin.path, "mtu"), mtu, message, Line("mtu", 1280), severity)


@rule(
    "LNK115",
    Severity.ERROR,
    "key that the kind of link can't have",
    why=(
        "All interfaces of an ipvlan have their master's MAC, so none has its own, and DHCP "
        "servers take them for one. And ipvlan, vlan and ptp ask their ipam for an address in any "
        "case: without one they fail."
    ),
    fix=Line("ipam", {"type": "host-local", "subnet": "10.12.34.0/24"}),
    source="plugins v1.9.1 ipvlan.go, vlan.go, ptp.go cmdAdd; cni.dev plugins/current/main/ipvlan",
    says=("no plugin name provided",),
)
def impossible_key(network: Network, _: Lab) -> Iterator[Hit]:
    """Find a MAC or DHCP with ipvlan, and ipvlan, vlan and ptp without ipam."""
    main = network.main
    if main.type not in ("ipvlan", "vlan", "ptp"):
        return
    if not written(main.ipam, "type"):
        message = f"{main.type} asks an ipam plugin for an address, and there is none"
        yield Hit(network.ipam_path, main.config.get("ipam"), message)
    if main.type != "ipvlan":
        return
    if main.config.get("mac"):
        message = "ipvlan has no MAC of its own: the key does nothing"
        yield Hit((*main.path, "mac"), main.config["mac"], message, "remove mac")
    capabilities = main.config.get("capabilities")
    if isinstance(capabilities, dict) and capabilities.get("mac") is True:
        message = "a pod's own MAC is passed over: ipvlan has its master's"
        path = (*main.path, "capabilities", "mac")
        yield Hit(path, True, message, "remove mac from capabilities", Severity.RISK)
    if network.ipam_type == "dhcp":
        # The code has nothing against it; whether leases differ is the server's affair.
        message = "all pods of a node ask with one MAC; the plugin's documentation excludes it"
        path = (*network.ipam_path, "type")
        yield Hit(path, "dhcp", message, Line("type", "macvlan"), Severity.RISK)


@rule(
    "LNK116",
    Severity.RISK,
    "gateway on an ipvlan that routes by itself",
    why=(
        "In the modes l3 and l3s the node's own routes decide where packets go, and there is no "
        "ARP, broadcast or multicast: the gateway is never asked."
    ),
    fix=Line("mode", "l2"),
    source="Linux Documentation/networking/ipvlan.rst",
)
def gateway_in_l3(network: Network, _: Lab) -> Iterator[Hit]:
    """Find a written gateway or a default route in the modes l3 and l3s."""
    main = network.main
    if main.type != "ipvlan" or main.config.get("mode") not in ("l3", "l3s"):
        return
    mode = main.config["mode"]
    for pool in network.pools:
        if pool.keys.get("gateway"):
            message = f"an ipvlan in mode {mode} doesn't send to a gateway"
            yield Hit((*pool.path, "gateway"), pool.keys["gateway"], message)
    for route in network.routes:
        if route.dst.prefixlen == 0:
            message = f"in mode {mode} the node's routes decide, not this gateway"
            yield Hit((*route.path, "dst"), str(route.dst), message)


_WITHOUT_PEER = frozenset(
    name for name, known in PLUGINS.items() if known.makes and not known.veth and name != "dummy"
)


@rule(
    "LNK117",
    Severity.ERROR,
    "bandwidth or portmap behind an interface that has no end in the node",
    why=(
        "bandwidth shapes the node's end of a veth pair, and only bridge and ptp make one: as soon "
        "as there is a rate, pods don't start. portmap forwards the node's ports to the pod, and "
        "the kernel passes nothing between a node and its own macvlan or ipvlan."
    ),
    fix="remove the plugin from plugins",
    source="plugins v1.9.1 bandwidth/main.go getHostInterface, portmap/main.go; plugins #413",
    says=("container interface … has no veth peer",),
)
def no_peer(network: Network, _: Lab) -> Iterator[Hit]:
    """Find bandwidth and portmap behind macvlan, ipvlan, vlan and devices."""
    main = network.main
    if main.type not in _WITHOUT_PEER or len(network.plugins) == 1:
        return
    if (bandwidth := network.chained("bandwidth")) is not None:
        config = bandwidth.config
        rate = any(config.get(key) for key in ("ingressRate", "egressRate"))
        message = f"{main.type} makes no veth pair, so bandwidth finds none to shape" + (
            "" if rate else ", as soon as a pod asks for a rate"
        )
        severity = None if rate else Severity.RISK
        yield Hit((*bandwidth.path, "type"), "bandwidth", message, severity=severity)
    if main.type in ("macvlan", "ipvlan") and (portmap := network.chained("portmap")) is not None:
        message = f"the node's ports don't reach {main.type} pods of the same node"
        yield Hit((*portmap.path, "type"), "portmap", message, severity=Severity.NOTE)


@rule(
    "LNK120",
    Severity.ERROR,
    "bridge whose keys exclude each other",
    why="The plugin refuses them, or the kernel the bridge's name, and the pod does not start.",
    fix=Line("promiscMode", False),
    source="plugins v1.9.1 bridge.go loadNetConf, collectVlanTrunk, cmdAdd; Linux IFNAMSIZ",
    says=(
        "cannot set hairpin mode and promiscuous mode at the same time",
        "cannot use IPAM when DisableContainerInterface flag is set",
        "numerical result out of range",
        "invalid VLAN ID … (must be between 0 and 4094)",
        "minID is greater than maxID in trunk parameter",
        "minID and maxID should be configured simultaneously, … is missing",
        "incorrect trunk … parameter",
    ),
)
def impossible_bridge(network: Network, _: Lab) -> Iterator[Hit]:
    """Find what the bridge plugin refuses."""
    main = network.main
    if main.type != "bridge":
        return
    config, path = main.config, main.path
    if config.get("hairpinMode") is True and config.get("promiscMode") is True:
        message = "hairpinMode and promiscMode can't be set at the same time"
        yield Hit((*path, "promiscMode"), True, message)
    if config.get("disableContainerInterface") is True and network.ipam_type:
        message = "without an interface in the pod there can be no ipam"
        yield Hit((*path, "disableContainerInterface"), True, message, "remove ipam")
    name = config.get("bridge")
    if isinstance(name, str) and name and not (len(name) <= 15 and _NAME.fullmatch(name)):
        message = "an interface's name has at most 15 characters, without '/', ':' and white space"
        yield Hit((*path, "bridge"), name, message, Line("bridge", "br-lab"))
    if not 0 <= _number(config.get("vlan")) <= 4094:
        yield Hit((*path, "vlan"), config["vlan"], "a VLAN is from 1 to 4094", Line("vlan", 112))
    trunk = config.get("vlanTrunk")
    for index, one in enumerate(trunk if isinstance(trunk, list) else ()):
        wrong = _wrong_trunk(one) if isinstance(one, dict) else None
        if wrong:
            yield Hit(
                (*path, "vlanTrunk", index), one, wrong, Line(index, {"minID": 100, "maxID": 110})
            )


def _wrong_trunk(trunk: Mapping[str, object]) -> str | None:
    low, high, own = (trunk.get(key) for key in ("minID", "maxID", "id"))
    if (low is None) != (high is None):
        return "minID and maxID go together"
    given = [_number(one) for one in (low, high, own) if one is not None]
    if not all(1 <= one <= 4094 for one in given):
        return "a VLAN is from 1 to 4094"
    return "minID is greater than maxID" if _number(low) > _number(high) else None


# --- the master -----------------------------------------------------------------------------------

_NAME = re.compile(r"(?!\.\.?$)[^/:\s]+")


@rule(
    "LNK103",
    Severity.RISK,
    "no master",
    why=(
        "Without a master the plugin takes the interface of the first default route that it finds, "
        "node by node: the pods' network is then the nodes' own."
    ),
    fix=Line("master", "eth1"),
    source="plugins v1.9.1 macvlan.go getDefaultRouteInterfaceName, ipvlan.go",
)
def no_master(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find macvlan and ipvlan that leave their master to the node's routes."""
    main = network.main
    if (
        main.type in ("macvlan", "ipvlan")
        and not main.config.get("master")
        and main.config.get("linkInContainer") is not True
        and not written(main.config, "master")
    ):
        interface = lab.zone.interface if lab.zone is not None else None
        yield Hit(
            (*main.path, "master"),
            main.config.get("master"),
            "each node's default route decides which interface pods are put on",
            Line("master", interface) if interface else None,
        )


@rule(
    "LNK104",
    Severity.ERROR,
    "master that no interface can be called",
    why=(
        "The plugin looks an interface up by its name or alternative name. An alias like `ens33:1` "
        "is only a label of an address."
    ),
    fix=Line("master", "ens33"),
    source=(
        "cni v1.3.0 pkg/utils ValidateInterfaceName; Linux IFNAMSIZ, ALTIFNAMSIZ; multus-cni #720"
    ),
    says=(
        "Link not found",
        "numerical result out of range",
    ),
)
def bad_master(network: Network, _: Lab) -> Iterator[Hit]:
    """Find masters whose name is no interface's, or can only be an alternative one."""
    master = network.lies_on
    if master is None or (len(master) <= 15 and _NAME.fullmatch(master)):
        return
    path = (*network.main.path, "master")
    if len(master) <= 127 and _NAME.fullmatch(master):
        message = "longer than 15 characters: only an alternative name (altname) can be that long"
        yield Hit(path, master, message, severity=Severity.RISK)
    else:
        message = "an interface's name has no '/', ':' and white space, and is not '.' or '..'"
        name = re.split(r"[/:\s]", master.strip())[0][:15] or "eth1"
        yield Hit(path, master, message, Line("master", name))


@rule(
    "LNK105",
    Severity.ERROR,
    "master that no node of the zone has",
    why=(
        "A NAD names one master for all nodes. Where the nodes' interface into the zone is called "
        "otherwise, pods fail, or are put on another segment. LIF405 has masters of some nodes."
    ),
    fix=Line("master", "eth1"),
    source="multus-cni #871, #744; plugins #992",
    says=("Link not found",),
)
def missing_master(lab: Lab) -> Iterator[Hit]:
    """Find masters that are no node's interface, as far as the inventory tells them."""
    if lab.zone is None:
        return
    interfaces = Interfaces.of(lab.zone)
    named, untold = interfaces.named, None in interfaces.nodes
    told = some([f"{one} on {some(nodes)}" if nodes else one for one, nodes in named.items()])
    fix = Line("master", next(iter(named))) if len(named) == 1 else None
    first: str | None = None
    for network in lab.networks:
        master = network.lies_on
        if master is None:
            continue
        first = first or master
        if named and interfaces.under(master) is None:
            yield Hit(
                (*network.main.path, "master"),
                master,
                f"no node's interface into the zone is {master}, by the inventory: {told}",
                fix or "one network for each group of nodes",
                Severity.RISK if untold else None,
                network,
            )
    if first and untold:
        message = f"whether the nodes have {first} can't be decided: the zone doesn't name theirs"
        yield _inventory_note(f"zone.interface: {first}", message)


@rule(
    "LNK106",
    Severity.ERROR,
    "macvlan and ipvlan on one master",
    why=(
        "The kernel lets one of the two take a master at a time: with pods of both on a node, the "
        "later ones fail with `device or resource busy`."
    ),
    fix=Line("type", "macvlan", "on both"),
    source="multus-cni #1339, #715; cni #7; Linux macvlan_port_create, ipvlan_port_create",
    says=("device or resource busy",),
)
def mixed_master(lab: Lab) -> Iterator[Hit]:
    """Find ipvlan networks on a master of macvlan networks."""
    macvlans = _by_master(lab.networks, "macvlan")
    for network in lab.networks:
        if network.main.type == "ipvlan" and (others := macvlans.get(network.lies_on or "")):
            message = f"{others[0].label} is a macvlan on this master: a node can't have both"
            yield Hit((*network.main.path, "master"), network.master, message, network=network)


_NOT_ETHERNET = re.compile(r"(ib|wg|tun|ppp|ww|sl)[a-z]*\d\w*")


@rule(
    "LNK107",
    Severity.ERROR,
    "master that can't carry a macvlan",
    why=(
        "The kernel takes Ethernet interfaces as masters, and not the loopback. And it hands an "
        "interface's frames to one taker: a port of a bridge, a bond or Open vSwitch carries no "
        "macvlan or ipvlan, while the bridge or the bond itself does."
    ),
    fix=Line("master", "eth1"),
    source=(
        "Linux drivers/net/macvlan.c macvlan_port_create, net/core/dev.c "
        "netdev_rx_handler_register; vdsm #405; systemd.net-naming-scheme (ib, sl, ww); wireguard, "
        "tun, ppp by their customary names"
    ),
    says=(
        "failed to create macvlan: invalid argument",
        "failed to create macvlan: device or resource busy",
    ),
)
def no_carrier(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find the loopback as a master, ports, and names that are customary for no Ethernet."""
    master, kind = network.lies_on, network.main.type
    if master is None:
        return
    path = (*network.main.path, "master")
    if master == "lo":
        yield Hit(path, master, "the kernel lets nothing lie on the loopback: invalid argument")
    elif kind != "vlan" and lab.zone is not None and master in lab.zone.bridge_ports:
        message = f"by the inventory a bridge or a bond has it, so that it carries no {kind}"
        yield Hit(path, master, message, Line("master", ..., "the bridge or the bond itself"))
    elif kind == "macvlan" and _NOT_ETHERNET.fullmatch(master):
        message = "by its name no Ethernet interface: the kernel takes no other under a macvlan"
        yield Hit(path, master, message, severity=Severity.RISK)


@rule(
    "LNK108",
    Severity.ERROR,
    "passthru that isn't alone on its master",
    why=(
        "In mode passthru one pod takes the whole master: the next on the same node, of this "
        "network or another, fails with `invalid argument`."
    ),
    fix=Line("mode", "bridge"),
    source="Linux drivers/net/macvlan.c macvlan_common_newlink",
    says=("failed to create macvlan: invalid argument",),
)
def shared_passthru(lab: Lab) -> Iterator[Hit]:
    """Find passthru networks beside others, or with more than one pod to a node."""
    for on_master in _by_master(lab.networks, "macvlan").values():
        for network in on_master:
            if network.main.config.get("mode") != "passthru":
                continue
            path = (*network.main.path, "mode")
            if len(on_master) > 1:
                other = on_master[0] if on_master[0] is not network else on_master[1]
                message = f"{other.label} is on this master as well, and passthru takes it whole"
                yield Hit(path, "passthru", message, network=network)
            pods = _pods(network, lab.zone)
            if pods is not None and pods > 1:
                message = f"{pods} pods to a node are expected, and passthru takes one"
                yield Hit(path, "passthru", message, network=network)
            elif pods is None and len(on_master) == 1:
                message = "whether a node has more than one of its pods can't be decided"
                fix = "podsPerNode: 1" if lab.zone else None
                yield Hit(path, "passthru", message, fix, Severity.NOTE, network)


@rule(
    "LNK109",
    Severity.RISK,
    "different modes on one master",
    why=(
        "An ipvlan's mode is its master's: a pod with another mode changes that of all. macvlans "
        "of different modes live beside each other and can't talk to each other."
    ),
    fix=Line("mode", "bridge"),
    source="Linux drivers/net/ipvlan/ipvlan_main.c ipvlan_set_port_mode; macvlan.c",
)
def mixed_modes(lab: Lab) -> Iterator[Hit]:
    """Find networks whose mode is not that of the first on their master; LNK108 has passthru."""
    for kind, severity in (("ipvlan", Severity.ERROR), ("macvlan", None)):
        for on_master in _by_master(lab.networks, kind).values():
            first: Network | None = None
            for network in on_master:
                mode = _mode(network)
                if mode == "passthru":
                    continue
                first = first or network
                if mode != _mode(first):
                    path = (*network.main.path, "mode")
                    message = f"{first.label} has mode {_mode(first)} on the same master"
                    fix = Line("mode", _mode(first))
                    yield Hit(path, mode, message, fix, severity, network)


@rule(
    "LNK111",
    Severity.RISK,
    "macvlan on a Wi-Fi interface",
    why="An access point takes frames from the one MAC that has joined it, so no pod's own.",
    fix=Line("type", "ipvlan"),
    source="cni.dev plugins/current/main/macvlan; systemd.net-naming-scheme (wl)",
)
def wifi_master(network: Network, _: Lab) -> Iterator[Hit]:
    """Find masters that are wireless by their name."""
    master = network.lies_on
    if master is not None and master.startswith("wl") and network.main.type == "macvlan":
        message = "a wireless interface, by its name: most don't carry a macvlan"
        yield Hit((*network.main.path, "master"), master, message)


_PLATFORMS: Mapping[str, Fix] = {
    "virtualbox": "VBoxManage modifyvm NODE --nicpromisc2 allow-all",
    "vsphere": "allow promiscuous mode and forged transmits on the port group",
    "hyperv": "Set-VMNetworkAdapter -VMName NODE -MacAddressSpoofing On",
    "openstack": "openstack port set --disable-port-security PORT",
    "cloud": Line("type", "ipvlan"),
}
"""Platforms that drop frames of a MAC that isn't the node's, and what lets them through."""

_VIRTUALBOX_NICS = ("enp0s3", "enp0s8", "enp0s9", "enp0s10")


@rule(
    "LNK112",
    Severity.RISK,
    "macvlan on a platform that drops foreign MACs",
    why=(
        "Each pod has a MAC of its own. Virtual switches pass frames to and from the MAC that they "
        "gave to the node, until promiscuous mode is allowed; most clouds never do. What is "
        "allowed is accepted with its reason."
    ),
    fix="zone.platform: bare-metal",
    source=(
        "multus-cni #390, #333, #691; docker/docs #15855; docs.docker.com network/drivers/macvlan"
    ),
)
def foreign_macs(lab: Lab) -> Iterator[Hit]:
    """Find macvlans on such a platform; say where the platform isn't told. passthru adds no MAC."""
    if lab.zone is None:
        return
    networks = [
        network
        for network in lab.networks
        if network.main.type == "macvlan"
        and network.main.config.get("mode") != "passthru"
        and network.main.config.get("linkInContainer") is not True
    ]
    platform = lab.zone.platform
    if platform is None:
        yield from _unknown_platform(networks)
    elif (remedy := _PLATFORMS.get(platform)) is not None:
        for network in networks:
            path = (*network.main.path, "type")
            message = f"{platform} drops the frames of pods' own MACs, unless they are allowed"
            yield Hit(path, "macvlan", message, remedy, network=network)


def _unknown_platform(networks: list[Network]) -> Iterator[Hit]:
    """One note: at the network whose master looks like VirtualBox's, or of the zone."""
    for network in networks:
        if network.master in _VIRTUALBOX_NICS:
            which = _VIRTUALBOX_NICS.index(network.master) + 1
            message = (
                f"{network.master} is the usual name of NIC {which} of a VirtualBox machine, which "
                "drops pods' MACs until promiscuous mode is allowed; the zone doesn't tell its "
                "platform"
            )
            path = (*network.main.path, "master")
            fix = "zone.platform: virtualbox   # or what it is"
            yield Hit(path, network.master, message, fix, Severity.NOTE, network)
            return
    if networks:
        message = "whether the platform lets pods' MACs through can't be decided: it isn't told"
        yield _inventory_note("zone.platform: bare-metal   # or what it is", message)


@rule(
    "LNK113",
    Severity.RISK,
    "more MACs than the switch's port may have",
    why=(
        "Each pod on a macvlan adds a MAC to its node's port. A switch with a limit drops the "
        "frames of those above it, or shuts the port."
    ),
    fix=Line("type", "ipvlan"),
    source="Linux Documentation/networking/ipvlan.rst, section 4",
)
def too_many_macs(lab: Lab) -> Iterator[Hit]:
    """Find masters on which the expected pods and the node itself are above zone.macLimit."""
    if lab.zone is None or lab.zone.mac_limit is None:
        return
    expected: dict[str, int] = {}
    untold = False
    for master, on_master in _by_master(lab.networks, "macvlan").items():
        port = master.partition(".")[0]
        for network in on_master:
            pods = _pods(network, lab.zone)
            untold = untold or pods is None
            expected[port] = expected.get(port, 1) + (pods or 0)
    limit = lab.zone.mac_limit
    for port, macs in expected.items():
        if macs > limit:
            message = f"the port of {port} may have {limit} MACs; the node and its pods have {macs}"
            yield Hit(("zone", "macLimit"), limit, message)
    if untold:
        message = f"whether pods stay within {limit} MACs can't be decided without their number"
        yield _inventory_note("zone.podsPerNode: 5", message)


@rule(
    "LNK114",
    Severity.ERROR,
    "VLAN that can be had once on a node",
    why=(
        "The plugin makes the VLAN's own device and moves it into the pod. A master has one device "
        "of a VLAN: the next pod on the node fails with `file exists`."
    ),
    fix=Line("type", "macvlan", "with master: eth1.112, made on the nodes"),
    source="plugins v1.9.1 vlan.go loadConf, createVlan; plugins #243; multus-cni #569",
    says=(
        "invalid VLAN ID … (must be between 0 and 4095 inclusive)",
        "failed to create vlan: file exists",
    ),
)
def vlan_once(lab: Lab) -> Iterator[Hit]:
    """Find VLANs out of range, in two networks, or with more than one pod to a node."""
    first: dict[tuple[str, int], Network] = {}
    for network in lab.networks:
        main = network.main
        if main.type != "vlan":
            continue
        vlan = _number(main.config.get("vlanId"))
        master = network.lies_on
        path = (*main.path, "vlanId")
        if not 0 < vlan <= 4094:
            # The plugin takes 0, though its message says "between 0 and 4095 inclusive".
            severity = None if vlan else Severity.RISK
            message = "a VLAN is from 1 to 4094" + ("" if vlan else "; 0 tags with no VLAN")
            fix = Line("vlanId", 112)
            yield Hit(path, main.config.get("vlanId"), message, fix, severity, network)
            continue
        other = first.setdefault((master, vlan), network) if master else network
        if other is not network:
            message = f"{other.label} makes VLAN {vlan} on {master} as well: a node can't have both"
            yield Hit(path, vlan, message, network=network)
        pods = _pods(network, lab.zone)
        if pods is None or pods > 1:
            message = "a node can have one pod of this network" + (
                f"; {pods} are expected" if pods else ""
            )
            yield Hit(path, vlan, message, None, None if pods else Severity.NOTE, network)


# --- MAC addresses --------------------------------------------------------------------------------

_PAIR = "[0-9A-Fa-f]{2}"
_MAC = re.compile(
    rf"{_PAIR}([:-]){_PAIR}(\1{_PAIR}){{4}}|([0-9A-Fa-f]{{4}}\.){{2}}[0-9A-Fa-f]{{4}}"
)


@rule(
    "LNK118",
    Severity.ERROR,
    "MAC that pods can't have, or share",
    why=(
        "A MAC in the configuration is that of every pod of the network: two on one master "
        "collide, on one node with `address already in use`, on two in silence."
    ),
    fix=Line("capabilities", {"mac": True}, "and let each pod ask for its own"),
    source=(
        "plugins v1.9.1 macvlan.go, tuning.go changeMacAddr; Linux is_valid_ether_addr, "
        "macvlan_addr_busy; kubemacpool"
    ),
    says=(
        "cannot assign requested address",
        "address already in use",
        "invalid MAC address",
        "failed to create macvlan: invalid argument",
    ),
)
def fixed_mac(lab: Lab) -> Iterator[Hit]:
    """Find MACs that are none, not a pod's, not unique, or of a network with several pods."""
    first: dict[tuple[str, str], Network] = {}
    for network in lab.networks:
        for plugin in network.plugins:
            text = plugin.config.get("mac")
            if not text or not isinstance(text, str) or plugin.type not in _TAKES_MAC:
                continue
            path = (*plugin.path, "mac")
            mac = re.sub("[:.-]", "", text).lower() if _MAC.fullmatch(text) else ""
            if wrong := _wrong_mac(mac):
                yield Hit(path, text, wrong, Line("mac", "02:00:0a:0c:22:c8"), network=network)
                continue
            other = first.setdefault((_segment(network), mac), network)
            if other is not network:
                message = f"{other.label} has this MAC on the same master"
                yield Hit(path, text, message, network=network)
                continue
            if not int(mac[:2], 16) & 2:
                message = "not locally administered: it may be that of a device of its maker's"
                fix = Line("mac", f"02{text[2:]}")
                yield Hit(path, text, message, fix, Severity.RISK, network)
            yield from _shared_mac(network, Hit(path, text, "", network=network), lab.zone)


_TAKES_MAC = ("macvlan", "tap", "tuning")


def _wrong_mac(mac: str) -> str | None:
    """Why an interface can't have it; `mac` is twelve hexadecimal digits, or empty."""
    if not mac:
        return "six bytes are a MAC, like 02:00:0a:0c:22:c8"
    if int(mac[:2], 16) & 1:
        return "a multicast MAC is no interface's: cannot assign requested address"
    return None if int(mac, 16) else "no interface has a MAC of zeros: cannot assign address"


def _segment(network: Network) -> str:
    """What tells the L2 segment of a network, as far as its configuration does."""
    main = network.main
    if main.type == "bridge":
        return f"bridge {main.config.get('bridge') or 'cni0'}"
    return f"master {network.master}" if network.master else network.label


def _shared_mac(network: Network, hit: Hit, zone: Zone | None) -> Iterator[Hit]:
    """What becomes of a MAC of all pods, by how many there are."""
    pods, nodes = _pods(network, zone), len(zone.schedulable_nodes()) if zone else 0
    if pods is None:
        message = "all its pods have this MAC; whether there are several can't be decided"
        fix = "podsPerNode: 1" if zone else None
        yield replace(hit, message=message, fix=fix, severity=Severity.NOTE)
    elif pods > 1:
        yield replace(hit, message=f"{pods} pods of a node are expected, all with this MAC")
    elif pods and nodes > 1:
        message = f"the pods of {nodes} nodes have this MAC, on one segment"
        yield replace(hit, message=message, severity=Severity.RISK)
