"""Rules NAD: a network's shape: its names, its keys and their kinds, and its chain of plugins."""

import difflib
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

from multus_lab.checks.finding import Path, Severity
from multus_lab.checks.fix import Fix, Line
from multus_lab.checks.network import Lab, Network, Plugin
from multus_lab.checks.plugins import (
    ELSEWHERE,
    IPAM_KEYS,
    LIST_KEYS,
    PLUGINS,
    TEXT,
    UNKNOWN,
    VERSIONS,
    Keys,
    Known,
    Object,
    Release,
    release,
    written,
)
from multus_lab.checks.rule import Hit, rule

# --- names ----------------------------------------------------------------------------------------

_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_SUBDOMAIN = re.compile(rf"{_LABEL.pattern}(\.{_LABEL.pattern})*")
_CNI_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.\-]*")


@rule(
    "NAD001",
    Severity.RISK,
    "name that pods can't use in the short form",
    why=(
        "Multus takes a DNS-1123 label in the annotation `networks: name`; a name with a dot can "
        "only be given in the annotation's JSON form. What is no DNS-1123 subdomain, the API "
        "refuses. The admission webhook of the NPWG refuses a leading 0 as well."
    ),
    fix="name: lab-zone",
    source=(
        "multus-cni v4.3.0 pkg/k8sclient parsePodNetworkObjectName; "
        "net-attach-def-admission-controller pkg/webhook/webhook.go"
    ),
    says=(
        "metadata.name: Invalid value: …: a lowercase RFC 1123 subdomain must consist of",
        "metadata.name: Invalid value: …: must be no more than 253 characters",
    ),
)
def short_name(network: Network, _: Lab) -> Iterator[Hit]:
    """Find a NAD's name that Multus, the API or the webhook refuses."""
    name = network.name
    if len(name) > 253 or not _SUBDOMAIN.fullmatch(name):
        message = "the API refuses it: a-z, 0-9 and '-', begun and ended by a letter or digit"
        yield replace(_named(network, message), severity=Severity.ERROR)
    elif not _LABEL.fullmatch(name):
        message = "only the JSON form of the annotation can name it, not the short form"
        yield replace(_named(network, message), fix=f"name: {name.replace('.', '-')}")
    elif name[0] == "0":
        message = "OpenShift's and the NPWG's webhook, where there is one, refuses a leading 0"
        yield replace(_named(network, message), fix=f"name: n{name}", severity=Severity.NOTE)


def _named(network: Network, message: str) -> Hit:
    """What is wrong with the name of the NAD itself; the CNI network's is in the configuration."""
    return Hit(("name",), network.name, message, network=network, in_metadata=True)


@rule(
    "NAD002",
    Severity.ERROR,
    "CNI name that is refused, or another network's",
    why=(
        "libcni refuses other characters. And host-local keeps its addresses in a folder of that "
        "name: networks that share it share their book-keeping, which does no harm to pools apart "
        "from each other, and yet is not what a name is for. Where the configuration has no name, "
        "Multus puts the NAD's, without its namespace."
    ),
    fix=Line("name", "lab-zone"),
    source=(
        "cni v1.3.0 pkg/utils/utils.go ValidateNetworkName; SPEC.md (unique on a host); "
        "plugins v1.9.1 host-local/backend/disk"
    ),
    says=("invalid characters found in network name",),
)
def cni_name(lab: Lab) -> Iterator[Hit]:
    """Find names that libcni refuses, and one name on pools that are not the same.

    One name on the same pool is how two networks share it.
    """
    first: dict[str, Network] = {}
    for network in lab.networks:
        name = network.cni_name
        if not _CNI_NAME.fullmatch(name):
            message = "libcni refuses it: letters, digits, '_', '.' and '-', begun by one of a-z"
            yield Hit(("name",), name, message, network=network)
        other = first.setdefault(name, network)
        if other is not network and other.label != network.label and not _same(other, network):
            yield Hit(
                ("name",),
                name,
                f"{other.label} has this CNI name as well, with addresses of its own: host-local "
                "keeps both in one folder",
                Line("name", f"{network.namespace}-{network.name}"),
                Severity.NOTE,
                network,
            )


def _same(one: Network, other: Network) -> bool:
    """Whether they hand out the same addresses in the same way."""
    pools = [
        {(pool.ipam, pool.subnet, pool.first, pool.last) for pool in n.pools} for n in (one, other)
    ]
    return pools[0] == pools[1]


@rule(
    "NAD009",
    Severity.ERROR,
    "network declared twice",
    why="The API keeps one object of a namespace and name: the last one that is applied wins.",
    fix="name: lab-zone-2",
    source="Kubernetes API conventions: a name is unique in its namespace",
)
def declared_twice(lab: Lab) -> Iterator[Hit]:
    """Find a namespace and name that an earlier network has."""
    seen: set[str] = set()
    for network in lab.networks:
        label = network.label
        if label in seen:
            yield _named(network, f"{label} is declared above already: one of the two is lost")
        seen.add(label)


# --- keys -----------------------------------------------------------------------------------------

_RESERVED = ("runtimeConfig", "args")
_CALLED_ELSEWHERE = {
    "version": "cniVersion",
    "vlan": "vlanId",
    "interface": "master",
    "parent": "master",
    "gateway": "gw",
    "via": "gw",
    "metric": "priority",
}
"""Keys by the names that other plugins and programs have for them."""


def _is_reserved(key: str) -> bool:
    return key in _RESERVED or key.startswith("cni.dev/")


@rule(
    "NAD003",
    Severity.RISK,
    "key that the plugin doesn't read",
    why=(
        "Plugins pass over unknown keys in silence, so a misspelt one, or one of another plugin's "
        "dialect, does nothing: pods run with a default in its place."
    ),
    fix="remove the key, or spell it as the plugin does",
    source=(
        "whereabouts #601, multus-cni #1087; Go encoding/json; "
        "cni v1.3.0 libcni/conf.go, libcni/api.go injectRuntimeConfig"
    ),
)
def unread_key(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find keys that no plugin of the chain reads where they stand."""
    if "type" not in network.config and "plugins" in network.config:
        yield from _unread_in_list(network.config)
    for plugin in network.plugins:
        known = PLUGINS.get(plugin.type)
        if known is not None and not known.keys.tidy(plugin.config):
            for found in known.keys.objects(plugin.config, plugin.path):
                yield from _unread(plugin, found)
        if known is not None and known.since and lab.zone is not None and lab.zone.cni_plugins:
            yield from _unread_yet(plugin, known, release(lab.zone.cni_plugins))
        kind = plugin.ipam.get("type")
        if isinstance(kind, str) and kind in IPAM_KEYS and not IPAM_KEYS[kind].tidy(plugin.ipam):
            ipam = Plugin(kind, plugin.ipam, (*plugin.path, "ipam"))
            for found in IPAM_KEYS[kind].objects(ipam.config, ipam.path):
                yield from _unread(ipam, found)


def _unread_yet(plugin: Plugin, known: Known, at: Release) -> Iterator[Hit]:
    for key, since in known.since.items():
        if at < since and key in plugin.config:
            message = f"{plugin.type} reads it only since v{'.'.join(map(str, since))}"
            yield Hit((*plugin.path, key), plugin.config[key], message)


def _unread_in_list(config: Mapping[str, object]) -> Iterator[Hit]:
    for key in config:
        if key not in LIST_KEYS.keys and not _is_reserved(key) and not _is_remark(key):
            message = f"libcni reads no {key!r} beside `plugins`: it belongs to one of the plugins"
            yield Hit((key,), config[key], message, f"move {key} into the plugin that it is for")


def _unread(plugin: Plugin, found: Object) -> Iterator[Hit]:
    path, value, kind = found
    if value.keys() <= kind.keys.keys():
        return
    top = path == plugin.path
    unread = [
        key
        for key in value
        if not (key in kind.keys or _is_remark(key) or (top and _is_reserved(key)))
        and not (key == "mac" and plugin.type == "ipvlan")  # LNK115 tells it
    ]
    for key in unread[:_MANY]:
        message, fix = _why_unread(plugin.type, key, value[key], kind)
        yield Hit((*path, key), value[key], message, fix)
    if more := len(unread[_MANY:]):
        yield Hit(path, None, f"{plugin.type} reads none of {more:,} more keys here", "remove them")


_MANY = 100
"""How many unread keys of one mapping are told one by one, each with the key that is near."""


def _is_remark(key: str) -> bool:
    """Whether a key is there for people, as JSON has no comments."""
    return key.startswith(("_", "//", "#")) or key == "comment"


def _why_unread(plugin: str, key: str, value: object, kind: Keys) -> tuple[str, Fix]:
    if key == "plugins":
        return "`type` stands beside it, so Multus passes over the list", "remove type, or plugins"
    if key == "ipam":
        message = f"{plugin} makes no interface, and so asks no ipam for addresses"
        return message, "move ipam into the first plugin"
    if key == "capabilities":
        message = "libcni reads capabilities beside the plugin's type, not inside ipam"
        return message, "move capabilities beside type"
    meant = _meant_key(key, kind)
    if meant is None:
        return f"{plugin} reads no {key!r} and passes over it in silence", f"remove {key}"
    if meant.lower() == key.lower():
        message = f"{plugin} spells it {meant!r}; only some of those who read it take this for it"
    else:
        message = f"{plugin} reads no {key!r} and passes over it in silence; it has {meant!r}"
    return message, Line(meant, value, f"instead of {key}")


def _meant_key(key: str, kind: Keys) -> str | None:
    """The key of the kind that is meant, where one is near."""
    plain = {_plain(one): one for one in kind.keys}
    if (same := plain.get(_plain(key))) is not None:
        return same
    if (other := _CALLED_ELSEWHERE.get(key)) in kind.keys:
        return other
    near = difflib.get_close_matches(_plain(key), plain, 1, 0.8)
    return plain[near[0]] if near else None


def _plain(key: str) -> str:
    return key.lower().replace("_", "").replace("-", "")


@rule(
    "NAD004",
    Severity.ERROR,
    "value of a kind that can't be read",
    why=(
        "Plugins, libcni and Multus are strict on kinds: they fail, and some of them panic. A "
        "spec.config that is no JSON, or JSON that is no object, none of them reads; the API takes "
        "any text."
    ),
    fix=Line("mtu", 1500, "a number, not a text"),
    source=(
        "cni v1.3.0 libcni/conf.go, pkg/types/types.go; multus-cni #372, #460, #731, #1195; "
        "network-operator #100"
    ),
    says=(
        "cannot unmarshal … into Go struct field …",
        "invalid CIDR address: …",
        "invalid IP address: …",
        "delegate must have the 'type' or 'plugin' field",
        "missing 'type'",
        "failed to send CNI request: Post …: EOF",
    ),
)
def unreadable_value(network: Network, _: Lab) -> Iterator[Hit]:
    """Find values of another JSON type than the plugin's, and chains without a plugin."""
    config = network.config
    if not config:
        return
    if "type" not in config and "plugins" in config:
        yield from _unreadable_list(config)
        if not isinstance(config["plugins"], list):
            return
    for plugin in network.plugins:
        if not plugin.type and not written(plugin.config, "type"):
            message = "there is neither a plugin's `type` nor a list of `plugins`"
            if plugin.path:
                message = "this plugin has no `type`"
            yield Hit(plugin.path, None, message, fix=Line("type", "macvlan"))
        known = PLUGINS.get(plugin.type)
        yield from _misfits(plugin.config, known.keys if known else UNKNOWN, plugin.path)
        ipam = plugin.ipam
        kind = ipam.get("type")
        keys = IPAM_KEYS.get(kind) if isinstance(kind, str) else None
        if keys is not None and (known is None or known.makes):
            yield from _misfits(ipam, keys, (*plugin.path, "ipam"))


def _unreadable_list(config: Mapping[str, object]) -> Iterator[Hit]:
    yield from _misfits(config, LIST_KEYS, ())
    plugins = config["plugins"]
    if not isinstance(plugins, list) or not plugins:
        message = "must be a list with a plugin in it; Multus panics on an empty one"
        yield Hit(("plugins",), plugins, message, Line("plugins", [{"type": "macvlan"}]))
        return
    for index, one in enumerate(plugins):
        if not isinstance(one, dict):
            message = "must be a plugin's configuration; Multus panics on null"
            yield Hit(("plugins", index), one, message, Line(index, {"type": "macvlan"}))


def _misfits(config: Mapping[str, object], keys: Keys, place: Path) -> Iterator[Hit]:
    if keys.fits(config):
        return
    for path, value, allows in keys.misfits(config, place):
        yield Hit(path, value, f"must be {allows}", _read_as(path[-1], value, allows))


def _read_as(key: str | int, value: object, allows: str) -> Line:
    """The line with the value that a text in quotes stands for, where it does."""
    if isinstance(value, str) and re.fullmatch("true|false|-?[0-9]{1,18}", value.lower()):
        meant = _FLAGS.get(value.lower())
        return Line(key, int(value) if meant is None else meant, "without quotes")
    if isinstance(value, int | float) and not isinstance(value, bool) and allows == TEXT.allows:
        return Line(key, str(value), "in quotes")
    return Line(key, ..., allows)


_FLAGS = {"true": True, "false": False}


@rule(
    "NAD006",
    Severity.RISK,
    "no configuration",
    why=(
        "Without spec.config Multus looks for a file of the NAD's name on each node. Nothing here "
        "can tell what is in it, or whether it is there."
    ),
    fix="spec.config: '{…}'",
    source="multi-net-spec v1.3, 3.4.1; multus-cni v4.3.0 GetCNIConfigFromSpec",
    says=("No networks found in /etc/cni/multus/net.d",),
)
def no_configuration(network: Network, _: Lab) -> Iterator[Hit]:
    """Find a NAD whose configuration is left to files of the nodes."""
    if not network.config:
        message = "no configuration: each node's files decide, and pods fail where there is none"
        yield Hit((), None, message)


@rule(
    "NAD007",
    Severity.RISK,
    "key that the runtime writes",
    why=(
        "The specification keeps runtimeConfig, args and cni.dev/… for the runtime. Plugins read "
        "them all the same, so what is written here holds for every pod, until the runtime puts "
        "its own in their place: two pods with one address or one MAC."
    ),
    fix=Line("capabilities", {"ips": True}, "and let the pod ask"),
    source="CNI SPEC.md 1.1.0, section 1; cni v1.3.0 libcni/api.go injectRuntimeConfig",
    says=(
        "address already in use",
        "requested IP address … is not available in range set …",
    ),
)
def reserved_key(network: Network, _: Lab) -> Iterator[Hit]:
    """Find reserved keys on top and in plugins."""
    alone = "type" in network.config or "plugins" not in network.config
    places = {one.path: one.config for one in network.plugins} | {(): network.config}
    for path, config in places.items():
        for key, value in config.items():
            if key not in _RESERVED and not key.startswith("cni.dev/"):
                continue
            does, note = "holds for every pod alike", None
            if not value:
                does, note = "empty here", Severity.NOTE
            elif not path and not alone:
                does, note = "read by no plugin beside `plugins`", Severity.NOTE
            message = f"is the runtime's to write, and {does}"
            yield Hit((*path, key), value, message, f"remove {key}" if note else None, note)


@rule(
    "NAD010",
    Severity.ERROR,
    "key that the plugin can't do without",
    why="The plugin refuses the configuration, and the pod does not start.",
    fix=Line("master", "eth1"),
    source=(
        "plugins v1.9.1 vlan.go, host-device.go, vrf.go, static/main.go, "
        "host-local allocator/config.go; whereabouts v0.9.2 pkg/config/config.go"
    ),
    says=(
        '"master" field is required',
        'specify either "device", "hwaddr", "kernelpath" or "pciBusID"',
        "configuration is expected to have a valid vrf name",
        "the 'address' field is expected to be in CIDR notation, got: ''",
        "no IP ranges specified",
        "IP <nil> not v4 nor v6",
        "IPAM plugin returned missing IP config",
        "invalid CIDR address: …",
    ),
)
def missing_key(network: Network, _: Lab) -> Iterator[Hit]:
    """Find mappings without a key that is required; also an `ipam` without a type."""
    for plugin in network.plugins:
        known = PLUGINS.get(plugin.type)
        given = plugin.type == "host-device" and network.resource  # Multus writes its deviceID
        if known is not None and known.keys.required and not given:
            yield from _missing(plugin.type, (plugin.path, plugin.config, known.keys))
        ipam = plugin.ipam
        if not ipam or (known is not None and not known.makes):
            continue
        kind = written(ipam, "type")
        path = (*plugin.path, "ipam")
        if not kind and known is not None:
            message = "without a type no plugin is asked, and pods get no address"
            yield Hit(path, ipam, message, Line("type", "host-local"), Severity.RISK)
        keys = IPAM_KEYS.get(kind) if isinstance(kind, str) else None
        if keys is not None and isinstance(kind, str) and not keys.tidy(ipam):
            for found in keys.objects(ipam, path):
                if found[2].required:
                    yield from _missing(kind, found)


def _missing(plugin: str, found: Object) -> Iterator[Hit]:
    path, value, kind = found
    for group in kind.required:
        if any(written(value, key) for key in group):
            continue
        if any(not kind.keys[key].fits(value[key]) for key in group if value.get(key) is not None):
            continue  # NAD004 tells it
        fix = Line(group[0], _EXAMPLES[group[0]])
        if (message := _GIVEN_ELSEWHERE.get(plugin)) is not None:
            yield Hit(path, None, message, fix, Severity.RISK)
            continue
        what = " or ".join(f"`{key}`" for key in group)
        yield Hit(path, None, f"{plugin} needs {what} here", fix)


_GIVEN_ELSEWHERE = {
    "host-device": "names no device: pods get one only where the NAD has a resourceName",
    "whereabouts": "has no range: pods get addresses only where the node's whereabouts.conf has",
}
"""Plugins that may get what they can't do without from other places than the configuration."""

_EXAMPLES = {
    "master": "eth1",
    "device": "eth1",
    "vrfname": "blue",
    "subnet": "10.12.34.0/24",
    "range": "10.12.34.0/24",
    "address": "10.12.34.5/24",
    "dst": "10.12.0.0/16",
}


@rule(
    "NAD011",
    Severity.RISK,
    "type that looks misspelt",
    why="A plugin is a program of that name on the node: where there is none, pods don't start.",
    fix=Line("type", "macvlan"),
    source="cni v1.3.0 pkg/invoke/find.go; multus-cni #1038, #739",
)
def misspelt_type(network: Network, _: Lab) -> Iterator[Hit]:
    """Find types, of plugins and of ipam, that are next to a known one."""
    for plugin in network.plugins:
        if plugin.type not in PLUGINS and (meant := _near(plugin.type, tuple(PLUGINS))):
            message = f"there is no plugin {plugin.type!r} that is known; {meant!r} is near"
            yield Hit((*plugin.path, "type"), plugin.type, message, Line("type", meant))
        kind = plugin.ipam.get("type")
        if (
            isinstance(kind, str)
            and kind not in IPAM_KEYS
            and (meant := _near(kind, tuple(IPAM_KEYS)))
        ):
            message = f"there is no ipam plugin {kind!r} that is known; {meant!r} is near"
            yield Hit((*plugin.path, "ipam", "type"), kind, message, Line("type", meant))


@lru_cache(maxsize=4096)
def _near(name: str, known: tuple[str, ...]) -> str | None:
    """The known name that is at most two letters away; one where the name is short."""
    if not name or len(name) > 64 or name in ELSEWHERE:
        return None
    plain = name.strip().lower()
    for one in known:
        if _distance(plain, one) <= (2 if len(one) > 4 else 1):
            return one
    return None


def _distance(one: str, other: str) -> int:
    """How many letters have to be changed, put in, taken out or swapped with their neighbour."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and b == one[i - 2]:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]


# --- versions and chains --------------------------------------------------------------------------


@rule(
    "NAD005",
    Severity.ERROR,
    "cniVersion that a plugin of the chain doesn't take",
    why=(
        "A plugin compares the version letter by letter with those it knows. Without one, or with "
        "0.1.0 or 0.2.0, it answers in an old form: Multus writes no network-status for it, and "
        "without addresses there is no such form. Of a list without one Multus detaches nothing, "
        "so that host-local's addresses are never given back."
    ),
    fix=Line("cniVersion", "1.0.0"),
    source=(
        "plugins v1.9.1 (version.All, VersionsStartingFrom); cni v1.3.0 pkg/version, types/020; "
        "multus-cni v4.3.0, as rehearsed"
    ),
    says=(
        "incompatible CNI versions; config is …, plugin supports …",
        "cannot convert: no valid IP addresses",
        "invalid cniVersion type …",
    ),
)
def cni_version(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find versions that a known plugin refuses, at the zone's release of the plugins."""
    version = _version(network.config)
    if version is None or not network.config:
        return
    plugins = [known for one in network.plugins if (known := PLUGINS.get(one.type)) is not None]
    path = ("cniVersion",)
    if wrong := _lacks_version(network.config):
        yield Hit(path, None, wrong)
        return
    first = VERSIONS.get(version or "0.1.0")
    if first is None:
        if plugins:
            message = f"the plugins refuse it; they take {', '.join(VERSIONS)}"
            yield Hit(path, version, message)
        return
    oldest = max((one.oldest for one in plugins), default="0.1.0", key=_ORDER.__getitem__)
    if _ORDER[version or "0.1.0"] < _ORDER[oldest]:
        message = f"a plugin of the chain takes none before {oldest}"
        yield Hit(path, version or None, message)
    elif version in ("", "0.1.0", "0.2.0") and plugins and not network.ipam_type:
        message = "pods fail, as this version can't tell of a network without addresses"
        yield Hit(path, version or None, message)
    elif version in ("", "0.1.0", "0.2.0"):
        message = "Multus writes no network-status for this network; versions from 0.3.0 on do"
        yield Hit(path, version or None, message, severity=Severity.RISK)
    if plugins and lab.zone is not None and first > (0, 8, 0):
        yield from _too_new(version, first, lab.zone.cni_plugins)


def _lacks_version(config: Mapping[str, object]) -> str:
    """What becomes of a list that has no version of its own, "" where it has."""
    if "type" in config or "plugins" not in config or written(config, "cniVersion"):
        return ""
    if "cniVersion" in config and config["cniVersion"] is None:
        return "null for a list's version is refused"
    return "a list has to have it: without, Multus doesn't detach pods from the network"


_ORDER = {version: index for index, version in enumerate(VERSIONS)}


def _too_new(version: str, first: Release, plugins: str | None) -> Iterator[Hit]:
    since = f"v{first[0]}.{first[1]}.{first[2]}"
    if plugins is not None and release(plugins) < first:
        message = f"plugins {plugins} refuse it: they take it since {since}"
        yield Hit(("cniVersion",), version, message)
    elif plugins is None and version == "1.1.0":
        message = f"plugins take it since {since}, and the zone doesn't say which release it has"
        yield Hit(("cniVersion",), version, message, "zone.cniPlugins: v1.9.1", Severity.NOTE)


def _version(config: Mapping[str, object]) -> str | None:
    """The version that plugins are given, "" where there is none; None where it is unreadable.

    In a list the highest of `cniVersions` counts (cni v1.3.0, libcni/conf.go).
    """
    version = config.get("cniVersion")
    if version is None:
        version = "" if "plugins" in config else written(config, "cniVersion") or ""
    listed = config.get("cniVersions")
    if isinstance(listed, list) and "type" not in config:
        known = [one for one in VERSIONS if one == version or one in listed]
        return known[-1] if known else None
    return version if isinstance(version, str) else None


@rule(
    "NAD012",
    Severity.ERROR,
    "chain of plugins that can't work",
    why=(
        "The first plugin makes the interface, once, and the others work on what it made. Each "
        "refuses what it can't do, and the pod does not start."
    ),
    fix=Line("plugins", [{"type": "macvlan"}, {"type": "tuning"}]),
    source=(
        "plugins v1.9.1 tuning.go, sbr/main.go, bandwidth/main.go, portmap/main.go, vrf/main.go, "
        "firewall.go, macvlan.go (RenameLink)"
    ),
    says=(
        "Required prevResult missing",
        "This plugin must be called as chained plugin",
        "container veth name (…) peer provided (…) already exists",
        "No IP addresses supplied on interface: …",
        "if rate is set, burst must also be set",
        "if burst is set, rate must also be set",
        "burst cannot be more than 4GB",
        "invalid net sysctl key: …",
        "Cannot specify externalSetMarkChain and markMasqBit",
        "MasqMarkBit must be between 0 and 31",
        "unrecognized backend …",
        "failed to rename …: file exists",
    ),
)
def broken_chain(network: Network, _: Lab) -> Iterator[Hit]:
    """Find chains, and keys of chained plugins, that are refused."""
    plugins = network.plugins
    main = plugins[0] if plugins else None
    if main is None:
        return
    known = PLUGINS.get(main.type)
    if known is not None and not known.makes:
        message = f"{main.type} makes no interface: it has to stand behind a plugin that does"
        yield Hit((*main.path, "type"), main.type, message)
    for index, plugin in enumerate(plugins):
        check = _CHAINED.get(plugin.type)
        if check is not None:
            yield from check(plugin)
        if index and known is not None and known.makes:
            yield from _behind(main, plugin)


def _behind(main: Plugin, plugin: Plugin) -> Iterator[Hit]:
    """What can't stand behind a known plugin that makes an interface."""
    known = PLUGINS.get(plugin.type)
    if (
        known is not None
        and known.makes
        and main.config.get("disableContainerInterface") is not True
    ):
        message = f"{main.type} has made the pod's interface already: file exists"
        yield Hit((*plugin.path, "type"), plugin.type, message, f"remove {plugin.type}")
    if plugin.type == "sbr" and not main.ipam.get("type"):
        message = f"{main.type} has no ipam, and sbr fails without addresses"
        yield Hit((*plugin.path, "type"), plugin.type, message, "remove sbr, or add an ipam")


def _bandwidth(plugin: Plugin) -> Iterator[Hit]:
    for way in ("ingress", "egress"):
        rate, burst = (plugin.config.get(f"{way}{what}") or 0 for what in ("Rate", "Burst"))
        missing = "Burst" if rate and not burst else "Rate" if burst and not rate else ""
        if missing:
            message = f"{way}Rate and {way}Burst go together; {way}{missing} is missing"
            yield Hit(plugin.path, None, message, Line(f"{way}{missing}", rate or burst))
        elif isinstance(burst, int | float) and burst // 8 >= 2**32 - 1:
            message = "a burst is less than 4 GB, counted in bits"
            yield Hit(
                (*plugin.path, f"{way}Burst"), burst, message, Line(f"{way}Burst", 34359738352)
            )


def _tuning(plugin: Plugin) -> Iterator[Hit]:
    sysctl = plugin.config.get("sysctl")
    for key, value in sysctl.items() if isinstance(sysctl, dict) else ():
        file = posixpath.normpath("/proc/sys/" + key.replace(".", "/"))
        if not file.startswith("/proc/sys/net/"):
            message = "tuning sets sysctls under net. alone"
            yield Hit((*plugin.path, "sysctl", key), value, message, f"remove {key}")


def _portmap(plugin: Plugin) -> Iterator[Hit]:
    bit, chain = plugin.config.get("markMasqBit"), plugin.config.get("externalSetMarkChain")
    if bit is not None and chain is not None:
        message = "portmap takes markMasqBit or externalSetMarkChain, not both"
        yield Hit((*plugin.path, "markMasqBit"), bit, message, "remove markMasqBit")
    elif isinstance(bit, int | float) and not 0 <= bit <= 31:
        message = "is a bit's number, from 0 to 31"
        yield Hit((*plugin.path, "markMasqBit"), bit, message, Line("markMasqBit", 13))
    backend = plugin.config.get("backend")
    if isinstance(backend, str) and backend not in ("iptables", "nftables"):
        message = "portmap has the backends iptables and nftables"
        yield Hit((*plugin.path, "backend"), backend, message, Line("backend", "iptables"))


_CHAINED = {"bandwidth": _bandwidth, "tuning": _tuning, "portmap": _portmap}
