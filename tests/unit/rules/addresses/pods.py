"""Rules on what becomes of pods: what they ask for, what they lose, and what they get beside."""

from multus_lab.plugins import Placeholder
from tests.unit.rules import Case, N, R, lab
from tests.unit.rules.addresses.networks import (
    NET,
    V6,
    chained,
    host_local,
    of,
    sets,
    static,
    whereabouts,
)
from tests.unit.rules.addresses.segments import ONE, TWO

IPS = {"ips": True}
ASKED = {"cni": {"ips": ["10.1.0.5/24"]}}

_STORE = [
    Case("IPA213", "the default folder", lab(of(host_local(subnet=NET))), [(N, "ipam.dataDir")]),
    Case("IPA213", "a folder in memory", lab(of(host_local(subnet=NET, dataDir="/run/cni")))),
    Case(
        "IPA213",
        "another folder on the disk",
        lab(of(host_local(subnet=NET, dataDir="/var/lib/x"))),
        [(N, "ipam.dataDir")],
    ),
    Case(
        "IPA213",
        "a folder that is rendered later",
        lab(of(host_local(subnet=NET, dataDir=Placeholder("${DIR}")))),
    ),
]

_STATIC = [
    Case("IPA215", "pods have to ask", lab(of({"type": "static"})), [(N, "ipam.addresses")]),
    Case(
        "IPA215",
        "one address for all, which no wire knows",
        lab(of(static("10.1.0.5/24"), kind="dummy"), podsPerNode=3),
    ),
    Case("IPA215", "pods may ask", lab(of({"type": "static"}, capabilities=IPS))),
    Case("IPA215", "an ipam that nobody asks", lab(of({"type": "static"}, kind="loopback"))),
    Case("IPA215", "one address for all", lab(of(static("10.1.0.5/24"))), [(N, "ipam.addresses")]),
    Case(
        "IPA215",
        "one address for two pods",
        lab(of(static("10.1.0.5/24")), podsPerNode=1, **TWO),
        [(R, "ipam.addresses")],
    ),
    Case(
        "IPA215",
        "one address for one pod",
        lab(of(static("10.1.0.5/24")), podsPerNode=1, **ONE),
    ),
    Case(
        "IPA215",
        "one address for all by args, which NAD007 finds",
        lab(of({"type": "static"}, args=ASKED)),
    ),
    Case(
        "IPA215",
        "one address for all by runtimeConfig in another case",
        lab(of({"type": "static"}, RuntimeConfig=ASKED["cni"])),
    ),
    Case(
        "IPA215",
        "addresses that are rendered later",
        lab(of({"type": "static", "addresses": [{"address": Placeholder("${IP}")}]})),
    ),
]

DHCP = {"dhcpDaemon": {"image": "lab/plugins:v1.9.1"}}
LEASE_BY_RUN = {"type": "dhcp", "daemonSocketPath": "/var/run/cni/dhcp.sock"}

_ASKED = [
    Case("IPA216", "a lease", lab(of({"type": "dhcp"})), [(N, "ipam.type")]),
    Case(
        "IPA216",
        "a lease by the stack's own daemon",
        lab(of({"type": "dhcp"}), multus=DHCP),
    ),
    Case("IPA216", "the same by the link /var/run", lab(of(LEASE_BY_RUN), multus=DHCP)),
    Case(
        "IPA216",
        "a lease by another daemon",
        lab(of({"type": "dhcp", "daemonSocketPath": "/run/lab.sock"}), multus=DHCP),
        [(N, "ipam.type")],
    ),
    Case(
        "IPA216",
        "a lease by the daemon of another stack",
        lab(of({"type": "dhcp"}), multus={"install": False} | DHCP),
        [(N, "ipam.type")],
    ),
    Case("IPA216", "dhcp that NAD014 refuses", lab(of({"type": "dhcp"}, kind="ib-sriov"))),
    Case("IPA216", "a lease that LNK115 has", lab(of({"type": "dhcp"}, kind="ptp"))),
    Case("IPA216", "a lease that nobody asks for", lab(of({"type": "dhcp"}, kind="macvtap"))),
    Case("IPA216", "no lease", lab(of(host_local(subnet=NET)))),
    Case("IPA216", "a plugin that nobody knows", lab(of({"type": "dhcp"}, kind="lab-cni"))),
    Case(
        "IPA217",
        "two addresses of host-local",
        lab(of(sets([{"subnet": NET}], [{"subnet": V6}]), capabilities=IPS)),
        [(R, "capabilities.ips")],
    ),
    Case("IPA217", "one address of host-local", lab(of(host_local(subnet=NET), capabilities=IPS))),
    Case(
        "IPA217",
        "addresses of whereabouts",
        lab(of(whereabouts(range=NET), capabilities=IPS)),
        [(N, "capabilities.ips")],
    ),
    Case("IPA217", "a MAC", lab(of(whereabouts(range=NET), capabilities={"mac": True}))),
]

_DNS = [
    Case(
        "IPA219",
        "name servers of static",
        lab(of(static("10.1.0.5/24", dns={"domain": "x"}))),
        [(R, "ipam.dns")],
    ),
    Case(
        "IPA219",
        "name servers behind a bridge",
        lab(of(static("10.1.0.5/24", dns={"domain": "x"}), kind="bridge")),
    ),
    Case(
        "IPA219",
        "name servers of a file",
        lab(of(host_local(subnet=NET, resolvConf="/etc/resolv.conf"))),
        [(R, "ipam.resolvConf")],
    ),
    Case("IPA219", "no name servers", lab(of(static("10.1.0.5/24", dns={})))),
    Case(
        "IPA219",
        "name servers that are rendered later",
        lab(of(static("10.1.0.5/24", dns=Placeholder("${DNS}")))),
    ),
]


def _tuned(sysctl: object) -> Case:
    """IPv6 with a chained tuning."""
    tuning = {"type": "tuning", "sysctl": sysctl}
    return Case("IPA221", f"with tuning of {sysctl}", lab(chained(whereabouts(range=V6), tuning)))


_ADVERTISED = [
    Case("IPA221", "IPv6 of whereabouts", lab(of(whereabouts(range=V6))), [(N, "ipam.range")]),
    _tuned({"net.ipv6.conf.IFNAME.accept_ra": "0"}),
    _tuned({"net/ipv6/conf/IFNAME/accept_ra": "0"}),
    _tuned({"net.ipv6.conf.net1.accept_ra": Placeholder("${RA}")}),
    _tuned({"net.ipv6.conf.IFNAME.autoconf": "0", "net.ipv6.conf.IFNAME.accept_ra_defrtr": "0"}),
    Case(
        "IPA221",
        "with a tuning of something else",
        lab(
            chained(
                sets([{"subnet": NET}], [{"subnet": V6}]),
                {"type": "tuning", "sysctl": {"net.ipv6.conf.IFNAME.accept_ra": "2"}},
            )
        ),
        [(N, "plugins.0.ipam.ranges.1.0.subnet")],
    ),
    Case("IPA221", "IPv4 alone", lab(of(whereabouts(range=NET)))),
    Case("IPA221", "behind each node's bridge", lab(of(whereabouts(range=V6), kind="bridge"))),
    Case("IPA221", "ipvlan on layer 3", lab(of(whereabouts(range=V6), kind="ipvlan", mode="l3"))),
    Case("IPA221", "no IPAM plugin", lab(of({}))),
]

CASES = [*_STORE, *_STATIC, *_ASKED, *_DNS, *_ADVERTISED]
