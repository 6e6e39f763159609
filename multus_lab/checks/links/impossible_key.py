"""LNK115: a key that the kind of link can't have, or can't do without."""

from collections.abc import Iterator

from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network, Plugin
from multus_lab.checks.rule import Hit, network_rule
from multus_lab.plugins import Placeholder, in_any_case
from multus_lab.plugins.record import NEVER


def _may_be_impossible(network: Network) -> bool:
    """Those that need an ipam, have their master's MAC, or ask where no DHCP server hears it."""
    link = network.link
    if link is None:
        return False
    return link.needs_ipam != NEVER or link.one_mac or bool(link.no_lease)


@network_rule(
    "LNK115",
    Severity.ERROR,
    "key that the kind of link can't have, or can't do without",
    among=_may_be_impossible,
    why="ipvlan, ptp and dummy ask their ipam for an address in any case, and vlan before v1.10.0: "
    "without one they fail. And all interfaces of an ipvlan have their master's MAC, so none has "
    "its own, and DHCP servers take them for one. The kernel sets none: a chained tuning with a "
    "MAC fails. No DHCP server hears dhcp behind ptp, dummy and tap.",
    fix=Line("ipam", {"type": "host-local", "subnet": "10.12.34.0/24"}),
    source="plugins v1.10.0 and v1.9.1 ipvlan.go, vlan.go, ptp.go, dummy.go, tap.go cmdAdd, "
    "tuning.go changeMacAddr, dhcp/lease.go AcquireLease; Linux drivers/net/ipvlan/ipvlan_main.c "
    "ipvlan_netdev_ops, net/core/dev.c dev_set_mac_address, drivers/net/dummy.c dummy_xmit, "
    "drivers/net/tun.c tun_net_xmit; cni.dev plugins/current/main/ipvlan",
    says=("no plugin name provided", "dummy interface requires an IPAM configuration"),
)
def impossible_key(network: Network, _: Lab) -> Iterator[Hit]:
    """Find links without the ipam that they need, a MAC of an ipvlan, and DHCP where none works."""
    yield from _without_ipam(network)
    link = network.link
    if link is not None and link.no_lease and network.ipam and network.ipam.counts == "server":
        message = f"pods get no lease and fail: {network.main.type} {link.no_lease}"
        path = (*network.ipam_path, "type")
        yield Hit(path, network.ipam_type, message, Line("type", "host-local"))
    if link is not None and link.one_mac:
        yield from _of_one_mac(network)
        for plugin in network.plugins[1:]:
            if plugin.record.sets_mac:
                yield from _set_behind(network, plugin)


def _without_ipam(network: Network) -> Iterator[Hit]:
    link, main = network.link, network.main
    if link is None or link.needs_ipam == NEVER:
        return
    written = main.config.get("ipam")
    asked = in_any_case(written, "type") if isinstance(written, dict) else written
    if network.ipam_type or isinstance(asked, Placeholder):
        return
    if asked is not None and asked != "" and not isinstance(written, dict | None):
        return  # of the wrong kind, which NAD004 has
    message = f"{main.type} asks an ipam plugin for an address, and there is none"
    yield Hit(network.ipam_path, written, message, held=link.needs_ipam)


def _of_one_mac(network: Network) -> Iterator[Hit]:
    main = network.main
    if main.has("mac") and main.config["mac"] != "" and not _later(main.config["mac"]):
        message = f"{main.type} has no MAC of its own: the key does nothing"
        yield Hit((*main.path, "mac"), main.config["mac"], message, "remove mac")
    if network.offers("mac"):
        message = f"a pod's own MAC is passed over: {main.type} has its master's"
        path = (*main.path, "capabilities", "mac")
        yield Hit(path, True, message, "remove mac from capabilities", Severity.RISK)
    ipam = main.ipam_record.ipam if main.ipam_record else None
    if ipam is not None and ipam.counts == "server":
        # The code has nothing against it; whether leases differ is the server's affair.
        message = "all pods of a node ask with one MAC; the plugin's documentation excludes it"
        path = (*network.ipam_path, "type")
        yield Hit(path, network.ipam_type, message, Line("type", "macvlan"), Severity.RISK)


def _set_behind(network: Network, plugin: Plugin) -> Iterator[Hit]:
    """A chained plugin's MAC, its own or a pod's, which the kernel refuses."""
    mac, capabilities = plugin.config.get("mac"), plugin.config.get("capabilities")
    kind = network.main.type
    if mac and not _later(mac):
        message = f"{kind} has its master's MAC and takes no other: operation not supported"
        yield Hit((*plugin.path, "mac"), mac, message, "remove mac")
    elif isinstance(capabilities, dict) and capabilities.get("mac") is True:
        message = f"a pod that asks for a MAC fails: {kind} takes none but its master's"
        path = (*plugin.path, "capabilities", "mac")
        yield Hit(path, True, message, "remove mac from capabilities", Severity.RISK)


def _later(value: object) -> bool:
    return isinstance(value, Placeholder)
