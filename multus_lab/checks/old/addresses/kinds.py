"""Rules IPA on each kind of IPAM plugin: what it needs, and what becomes of what it is told."""

from collections.abc import Iterator

from multus_lab.checks.addresses.capacity import expected_pods
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, rule

_VOLATILE = ("/run/", "/var/run/", "/dev/shm/", "/tmp/")  # noqa: S108 - others' folders, by name
_OVERWRITES_DNS = ("macvlan", "ipvlan", "vlan", "host-device", "tap")


@rule(
    "IPA213",
    Severity.NOTE,
    "addresses that a reboot doesn't give back",
    why=(
        "host-local has no clean-up: an address whose pod went down with its node stays taken, "
        "since the store in /var/lib/cni/networks outlives the node."
    ),
    fix=Line("dataDir", "/run/cni"),
    source="plugins #697; k3s #5885; siderolabs/docs #760",
)
def persistent_store(network: Network, _: Lab) -> Iterator[Hit]:
    """Find a dataDir of host-local that is not on a file system in memory."""
    if network.ipam_type != "host-local":
        return
    folder = network.main.ipam.get("dataDir")
    if not isinstance(folder, str):
        folder = ""
    if not f"{folder}/".startswith(_VOLATILE):
        yield Hit(
            (*network.ipam_path, "dataDir"),
            folder or None,
            f"addresses stay taken in {folder or '/var/lib/cni/networks'} after a node's reboot",
        )


@rule(
    "IPA215",
    Severity.ERROR,
    "static address that is missing, or that every pod gets",
    why=(
        "static reserves nothing: it needs configured addresses or the capability `ips`, and "
        "gives configured ones to every pod of the network alike."
    ),
    fix=Line("capabilities", {"ips": True}),
    source="plugins v1.9.1 plugins/ipam/static/main.go; multus-cni #278",
    says=(
        "IPAM plugin returned missing IP config",
        "link … has address … in DADFAILED state",
    ),
)
def static_addresses(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find static without an address, and with one for several pods."""
    if network.ipam_type != "static" or network.offers("ips"):
        return
    listed = network.main.ipam.get("addresses")
    place = (*network.ipam_path, "addresses")
    if not listed:
        message = "no address is configured, and pods can't ask for one: each of them fails"
        yield Hit(place, listed, message)
    elif network.pools:
        pods = expected_pods(network, lab)
        if pods is not None and pods < 2:
            return
        address = str(network.pools[0].first)
        who = f"{pods} pods get" if pods else "every pod gets"
        message = f"{who} the same address {address}"
        if lab.zone and not pods:
            message += "; `podsPerNode: 1` and one node in zone.nodes would settle it"
        yield Hit(place, listed, message, severity=Severity.RISK if pods else Severity.NOTE)


@rule(
    "IPA216",
    Severity.NOTE,
    "dhcp needs its daemon on every node",
    why="Without it every pod fails: error dialing DHCP daemon. Multus does not bring it.",
    fix="run `dhcp daemon` on each node, as a DaemonSet or a unit",
    source="plugins v1.9.1 plugins/ipam/dhcp/README.md; multus-cni #291",
)
def dhcp_daemon(network: Network, lab: Lab) -> Iterator[Hit]:
    """Tell what dhcp asks for; whether it is there nothing here can say."""
    if network.ipam_type == "dhcp":
        unknown = lab.zone is not None and not lab.zone.dhcp_scope
        yield Hit(
            (*network.ipam_path, "type"),
            "dhcp",
            "pods get a lease only where the dhcp daemon runs on their node"
            + (", and zone.dhcpScope doesn't say which addresses" if unknown else ""),
        )


@rule(
    "IPA217",
    Severity.RISK,
    "addresses that pods ask for are not reserved, or fail",
    why=(
        "whereabouts adds an address that a pod asks for without reserving it, so another pod "
        "gets it too. host-local with Multus up to v4.3.0 fails on one of each family."
    ),
    fix=Line("capabilities", {"ips": False}),
    source="whereabouts v0.9.4 pkg/config handleEnvArgs; multus-cni #647",
)
def asked_addresses(network: Network, _: Lab) -> Iterator[Hit]:
    """Find the capability `ips` with whereabouts, or with host-local and both families."""
    if not network.offers("ips"):
        return
    families = {pool.subnet.version for pool in network.pools}
    place = (*network.main.path, "capabilities", "ips")
    if network.ipam_type == "whereabouts":
        yield Hit(place, True, "an address that a pod asks for is not reserved in the pool")
    elif network.ipam_type == "host-local" and len(families) > 1:
        message = "a pod that asks for an IPv4 and an IPv6 address fails with Multus up to v4.3.0"
        yield Hit(place, True, message)


@rule(
    "IPA219",
    Severity.RISK,
    "name resolution that is overwritten",
    why=(
        "These plugins put their own `dns`, empty as it may be, over that of the IPAM plugin. "
        "bridge and ptp keep the IPAM plugin's."
    ),
    fix="take dns out of ipam, and put it beside it",
    source="plugins v1.9.1 macvlan.go, ipvlan.go, vlan.go, host-device.go: result.DNS = n.DNS",
)
def overwritten_dns(network: Network, _: Lab) -> Iterator[Hit]:
    """Find `dns`, or host-local's resolvConf, where the main plugin drops it."""
    if network.main.type not in _OVERWRITES_DNS:
        return
    ipam = network.main.ipam
    key = {"static": "dns", "whereabouts": "dns", "host-local": "resolvConf"}.get(
        network.ipam_type, ""
    )
    if ipam.get(key):
        yield Hit(
            (*network.ipam_path, key),
            ipam[key],
            f"{network.main.type} overwrites what {network.ipam_type} says of name resolution",
        )
