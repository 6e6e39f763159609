"""The record of a CNI plugin: what it reads, what it is like, and what it refuses.

One file a plugin stands beside this one, with a `RECORD` in it. Rules, the models of settings, the
rehearsal and the documentation read from there.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any, Literal, NamedTuple, TypeAlias

from multus_lab.plugins.kinds import (
    ADDRESS,
    ADDRESS_OF,
    ANY,
    CIDR,
    EXACT,
    FLAG,
    INT,
    TEXT,
    TEXTS,
    Items,
    Key,
    Keys,
    Kind,
    Path,
    Values,
    keys,
)
from multus_lab.plugins.needs import Need
from multus_lab.plugins.pools import Pool
from multus_lab.versions import EVER, Release, Span

NEVER = Span((0, 0, 0), (0, 0, 0))
"""No release."""


class Link(NamedTuple):
    """What the interface is like that a plugin makes.

    Attributes:
        kind: the kernel's driver of it, if that matters to others on the same master; a macvtap is
            a macvlan with a file for its end (Linux drivers/net/macvtap.c).
        master: it lies on an interface of the node, its `master`, which nodes share as a segment.
        takes_master: the kernel gives it all frames of the master, so that no other kind can lie
            there (macvlan and ipvlan).
        master_by_default: without a `master` the interface of the node's default route is taken.
        own_mac: pods are on the wire by a MAC of their own.
        sets_mac: the key or capability `mac` is the interface's.
        peer: it has an end in the node (a veth pair).
        bridge: that end is a port of a Linux bridge of the node, its `bridge`.
        once: keys that together name what one pod of a node can have at a time; empty where there
            is no such bound. A mapping from a key to its value where only that value is so bound.
        segment: keys that together tell its L2 segment; empty where its configuration doesn't.
        node_local: the segment ends at the node, but for what the node adds to it.
        needs_ipam: the releases in which it fails without an IPAM plugin.
        takes_ipam: it asks an IPAM plugin at all.
        of_ipam: flags that work on the addresses of an IPAM plugin, and do nothing without one.
        no_lease: why no DHCP server ever hears what is asked by it, in words that go on behind its
            name; "" where one may.
        configures: addresses and routes are set by ConfigureIface of the reference plugins
            (plugins pkg/ipam/ipam_linux.go) and by nothing else, or nothing else before.
        overwrites_dns: its own `dns`, empty as it may be, stands in for the IPAM plugin's.
        needs_gateway: it sets a route to and by each address's gateway, and fails without one.
        user_space: keys by which it can get a device whose driver is in user space (DPDK), and then
            sets neither addresses nor routes.
        device: the pod's device comes from a device plugin, by the NAD's resourceName; with
            `device_where` only if the keys there have these values.
        alone: it leads to nobody else, be it on the same node.
        given: every pod has it, without any network.

    """

    kind: str = ""
    master: bool = False
    takes_master: bool = False
    master_by_default: bool = False
    own_mac: bool = False
    sets_mac: bool = False
    peer: bool = False
    bridge: bool = False
    once: tuple[str, ...] = ()
    once_where: Mapping[str, str] = {}
    segment: tuple[str, ...] = ()
    node_local: bool = False
    needs_ipam: Span = NEVER
    takes_ipam: bool = True
    of_ipam: tuple[str, ...] = ()
    no_lease: str = ""
    configures: bool = False
    overwrites_dns: bool = False
    needs_gateway: bool = False
    user_space: tuple[str, ...] = ()
    device: bool = False
    device_where: Mapping[str, str] = {}
    alone: bool = False
    given: bool = False

    @property
    def one_mac(self) -> bool:
        """Whether all have their master's MAC, and the kernel sets no other (ipvlan)."""
        return self.takes_master and not self.own_mac


class Ipam(NamedTuple):
    """How an IPAM plugin gives addresses.

    Attributes:
        counts: who keeps count of what is taken: each node, the cluster, a server, nobody, or
            "" where that isn't known.
        pools: reads what it hands out, from its `ipam` and the path of that.
        store: what tells its counts apart, from its `ipam` and the CNI network's name.
        start, end: the keys for the first and the last address, "" where it has none.
        routes: it hands the `routes` of its `ipam` on as they are.
        brings: when it gives a default route by itself, as it goes on behind "only if"; "" where it
            never does.
        dns: the key for name resolution, "" where it has none.
        asked: pods may ask for addresses of their own, by CNI_ARGS, capability or `args`.
        gateway_inside: the releases that refuse a gateway outside of its subnet.
        keys: what it reads of `ipam`, where the same program is a main plugin as well, whose
            configuration the record's keys are.

    """

    counts: Literal["node", "cluster", "server", "nobody", ""] = ""
    pools: Callable[[Mapping[str, Any], Path], Iterator[Pool]] | None = None
    store: Callable[[Mapping[str, Any], str], Hashable] | None = None
    start: str = ""
    end: str = ""
    routes: bool = False
    brings: str = ""
    dns: str = ""
    asked: bool = False
    gateway_inside: Span = NEVER
    keys: Keys | None = None


Family: TypeAlias = Literal["plugins", ""]
"""Whose releases a record's spans are: containernetworking/plugins, or those of its own project,
which no inventory tells."""


class Record(NamedTuple):
    """What is known of one plugin.

    Attributes:
        name: the program's, which a configuration has for its `type`.
        read: repository, release and files that all of this was read in.
        keys: what it reads of its own configuration, or an IPAM plugin of `ipam`. They are not
            closed where we don't know them whole, and then nothing is found in what it may have,
            nor in what it does with its `ipam`.
        link: what the interface is like, for plugins that make one.
        chained: it works on the interface that a plugin before it in the list made.
        ipam: how it gives addresses, for IPAM plugins.
        family: whose releases the spans are.
        held: the releases that have it.
        oldest: the oldest cniVersion that it takes; "" where it isn't known.
        newest: the newest one; "" where it takes all, or it isn't known.
        elsewhere: if what `keys` require may come from somewhere else as well, from where, as it
            goes on behind "only if".
        moves_routes: it takes the interface's routes out of the main table (sbr, vrf), or may.
        moves_routes_by: the keys without any of which it moves none after all (route-override).
        keeps_routes: the keys with which it leaves them there after all (sbr's `table`).
        told_by: the capability that brings what pods ask of it, then keys that say as much; without
            any of them it does nothing.
        sets_mac: its key `mac` is the interface's, as of a link.
        needs: what it needs of a node that not every one has, or single keys of its do.
        says: what it refuses, in a few words of ours, to the words that it refuses it with.
        taken: when to take it, of a plugin that makes an interface.
        entry: a network of it as a stack has it, beside its name, that nothing is wrong with.

    """

    name: str
    read: str
    keys: Keys
    link: Link | None = None
    chained: bool = False
    ipam: Ipam | None = None
    family: Family = ""
    held: Span = EVER
    oldest: str = ""
    newest: str = ""
    elsewhere: str = ""
    moves_routes: bool = False
    moves_routes_by: tuple[str, ...] = ()
    keeps_routes: tuple[str, ...] = ()
    told_by: tuple[str, ...] = ()
    sets_mac: bool = False
    needs: tuple[Need, ...] = ()
    says: Mapping[str, str] = {}
    taken: str = ""
    entry: Mapping[str, object] = {}

    @property
    def main(self) -> bool:
        """Whether it makes an interface."""
        return self.link is not None

    @property
    def own(self) -> Keys | None:
        """What it reads beside its type; None for an IPAM plugin, which reads `ipam` alone."""
        alone = self.ipam is not None and not self.main and not self.chained
        return None if alone else self.keys

    @property
    def of_ipam(self) -> Keys:
        """What it reads of `ipam`, for IPAM plugins."""
        return (self.ipam.keys if self.ipam else None) or self.keys


# --- what plugins have in common ------------------------------------------------------------------

ROUTE = keys(
    {
        "dst": CIDR,
        "gw": ADDRESS,
        "mtu": INT,
        "advmss": INT,
        "priority": INT,
        "table": INT,
        "scope": INT,
    },
    ("dst",),
)
"""A route as a CNI result has it (cni v1.3.0 pkg/types/types.go Route)."""

ROUTES = Items(ROUTE, "a list of routes", nulls=False)
"""ConfigureIface looks into each of them (plugins v1.10.0 pkg/ipam/ipam_linux.go), and panics."""

DNS = keys({"nameservers": TEXTS, "domain": TEXT, "search": TEXTS, "options": TEXTS})
# Beside `address` their struct has a field Address of another kind, so that is to the letter.
FIXED_ADDRESS = keys(
    {
        "address": ADDRESS_OF,
        "gateway": ADDRESS,
        "version": TEXT,  # old documentation has it; it is read for nothing, and must be a text
    },
    ("address",),
    exact=frozenset({"address"}),
)
FIXED_ADDRESSES = Items(FIXED_ADDRESS, "a list of mappings")
"""The `addresses` of static and whereabouts."""

ATTACHMENTS: Mapping[str, Kind] = {
    "cni.dev/valid-attachments": Items(
        keys({"containerID": TEXT, "ifname": TEXT}), "a list of attachments"
    )
}
CAPABILITIES = (
    *("portMappings", "ipRanges", "bandwidth", "dns", "ips", "mac", "infinibandGUID"),
    *("deviceID", "aliases", "cgroupPath", "CNIDeviceInfoFile"),
)
"""The capabilities that plugins have in common: those of the conventions, and Multus' file (cni
v1.3.0 CONVENTIONS.md, multus-cni v4.3.0 pkg/types/conf.go CreateCNIRuntimeConf)."""

NETCONF: Mapping[str, Kind] = {
    **ATTACHMENTS,
    "cniVersion": TEXT,
    "name": TEXT,
    "type": TEXT,
    "capabilities": Values(FLAG, "a mapping from capabilities to true or false"),
    "dns": DNS,
    "prevResult": ANY,
}
"""What libcni reads of every plugin (cni v1.3.0 pkg/types/types.go PluginConf)."""

OTHERS_IPAM = keys({"type": TEXT}, closed=False)
"""What a plugin itself reads of `ipam`; the rest is its IPAM plugin's."""


def plugin_keys(
    own: Mapping[str, Key | Kind],
    *required: tuple[str, ...],
    ipam: bool = False,
    closed: bool = True,
) -> Keys:
    """The keys of a plugin: those that all have, `ipam` where it asks for addresses, its own."""
    asked = {"ipam": OTHERS_IPAM} if ipam else {}
    return keys({**NETCONF, **asked, **own}, *required, closed=closed, exact=EXACT)


def ipam_keys(
    own: Mapping[str, Key | Kind], *required: tuple[str, ...], closed: bool = True
) -> Keys:
    """The keys of an IPAM plugin, beside its type."""
    return keys({"type": TEXT, **own}, *required, closed=closed)


__all__ = [
    "ATTACHMENTS",
    "CAPABILITIES",
    "DNS",
    "FIXED_ADDRESS",
    "FIXED_ADDRESSES",
    "NETCONF",
    "NEVER",
    "ROUTE",
    "ROUTES",
    "Ipam",
    "Link",
    "Record",
    "Release",
    "ipam_keys",
    "plugin_keys",
]
