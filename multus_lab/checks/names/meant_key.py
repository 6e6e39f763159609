"""Which key is meant by one that nothing reads where it stands, and where it is read."""

from collections.abc import Collection, Sequence

from multus_lab.checks.fix import Line
from multus_lab.checks.network import Plugin
from multus_lab.names import nearest
from multus_lab.plugins import Items, Keys, Object, record

_DIALECTS: tuple[frozenset[str], ...] = (
    frozenset({"version", "cniVersion"}),
    frozenset({"vlan", "vlanId", "tag", "vid"}),
    frozenset({"trunk", "vlanTrunk"}),
    frozenset({"master", "interface", "parent", "dev", "device", "nic", "uplink"}),
    frozenset({"gw", "gateway", "via", "nexthop"}),
    frozenset({"dst", "destination", "to"}),
    frozenset({"metric", "priority"}),
    frozenset({"subnet", "range", "cidr"}),
    frozenset({"rangeStart", "range_start", "start", "from"}),
    frozenset({"rangeEnd", "range_end", "end", "to"}),
    frozenset({"exclude", "excludeSubnets", "excludes"}),
    frozenset({"promisc", "promiscMode"}),
    frozenset({"mac", "macAddress", "hwaddr"}),
    frozenset({"links", "slaves"}),
    frozenset({"addresses", "ips"}),
)
"""Names that plugins and other programs have for one and the same thing."""

_VLANS = frozenset({"vlan", "vlanid", "tag", "vid"})

_BY_PLAIN = {one.replace("_", "").lower(): group for group in reversed(_DIALECTS) for one in group}


def _same(key: str, kind: Keys) -> str | None:
    """The key of the kind that is the same but for its spelling, or in another dialect."""
    if (near := nearest(key, kind.keys)) is not None and _plain(near) == _plain(key):
        return near
    same = _BY_PLAIN.get(_plain(key), frozenset())
    return next((one for one in kind.keys if one in same), None)


def meant_key(key: str, kind: Keys) -> str | None:
    """The key of the kind that is the same, or else near."""
    return _same(key, kind) or nearest(key, kind.keys)


def stands_for(key: str, missing: Sequence[str], kind: Keys) -> str:
    """Which of the missing keys is meant by one that the kind hasn't; "" if none is."""
    if not missing or key in kind.keys:
        return ""
    meant = meant_key(key, kind)
    return meant if meant and meant in missing else ""


def _plain(key: str) -> str:
    return key.lower().replace("_", "").replace("-", "")


# --- keys that are read elsewhere -----------------------------------------------------------------


def belongs(key: str, found: Object, plugin: Plugin | None) -> str:
    """Where the key is read, if not here and not by another name; "" if nowhere near."""
    path, _, kind = found
    if key in _TOLD or _same(key, kind) is not None:
        return ""
    if plugin is not None:
        in_ipam = path != plugin.path
        if in_ipam and key in plugin.record.keys.keys:
            return "" if plugin.has(key) else f"beside the type of {plugin.type}"
        if not in_ipam and plugin.asks_ipam and "ipam" in kind.keys and key in _of_ipam(plugin):
            return "" if key in plugin.ipam else "in `ipam`"
    for name, known in kind.keys.items():
        listed = isinstance(known.kind, Items)
        inside = known.kind.item if isinstance(known.kind, Items) else known.kind
        if isinstance(inside, Keys) and inside.closed and key in inside.keys:
            return f"in each entry of `{name}`" if listed else f"in `{name}`"
    return ""


_TOLD = ("plugins", "ipam", "capabilities")
"""Keys that `_why_unread` has more to say of."""


def _of_ipam(plugin: Plugin) -> Collection[str]:
    """The keys of the IPAM plugin that it asks, or of those that it may."""
    if plugin.ipam_record is not None:
        return plugin.ipam_record.of_ipam.keys
    usual = filter(None, map(record, () if plugin.ipam_type else _USUAL))
    return [key for one in usual for key in one.of_ipam.keys]


_USUAL = ("host-local", "static", "whereabouts")


def in_vlan(key: str, value: object, plugin: Plugin | None, kind: Keys) -> Line | None:
    """The line that puts pods into a VLAN, of a plugin that leaves that to its master."""
    if plugin is None or type(value) is not int or value <= 0 or _plain(key) not in _VLANS:
        return None
    link = plugin.record.link
    if link is None or not link.master or _same(key, kind) is not None:
        return None
    master = plugin.text("master") or "eth1"
    return Line("master", f"{master}.{value}", f"an interface of the nodes in VLAN {value}")
