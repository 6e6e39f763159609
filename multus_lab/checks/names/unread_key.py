"""NAD003: keys that nothing reads where they stand."""

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from operator import getitem
from typing import Any

from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Fix, respelt
from multus_lab.checks.names.meant_key import belongs, in_vlan, meant_key, stands_for
from multus_lab.checks.names.reserved_key import is_reserved
from multus_lab.checks.names.unreadable_value import spelt
from multus_lab.checks.network import Lab, Network, Part, Plugin
from multus_lab.checks.rule import Hit, Place, network_rule
from multus_lab.names import nearest
from multus_lab.plugins import CAPABILITIES, LIST_KEYS, Keys, Object, Record
from multus_lab.versions import Span, shown


def _with_unread_key(network: Network) -> bool:
    """Those with keys that not every plugin or release reads, or whose case matters."""
    parts = (part for plugin in network.plugins for part in plugin.parts)
    return (
        bool(network.main.path or network.again or network.spelled.lost)
        or any(map(_with_odd_keys, parts))
        or any("capabilities" in one.config for one in network.plugins)
        or bool(_idle_flags(network.main))
    )


def _with_odd_keys(part: Part) -> bool:
    keys, config = part.keys, part.config
    return not (
        part.tidy and keys.to_held.isdisjoint(config) and keys.behind.keys().isdisjoint(config)
    )


@network_rule(
    "NAD003",
    Severity.RISK,
    "key that the plugin doesn't read",
    among=_with_unread_key,
    why=(
        "Plugins pass over unknown keys in silence, so a misspelt key, or one of another plugin's "
        "dialect, does nothing: pods run with a default in its place. The case of letters doesn't "
        "matter, except in what libcni and Multus look up: `name`, `plugins`, the keys beside "
        "`plugins`, and capabilities. Of a key that is there twice the last one counts; of two "
        "spellings the last in the order of bytes, in which libcni writes the configuration anew, "
        "so lower case."
    ),
    fix="remove the key, or spell it as the plugin does",
    source=(
        "whereabouts #601, multus-cni #1087; Go encoding/json; "
        "cni v1.3.0 libcni/conf.go InjectConf, libcni/api.go injectRuntimeConfig; each plugin's "
        "record"
    ),
)
def unread_key(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find keys that no plugin of the chain reads where they stand."""
    if network.main.path:
        yield from _beside_plugins(network.config)
    for plugin in network.plugins:
        for part in plugin.parts:
            yield from _unread_of(part, plugin, network, lab)
        if plugin.has("capabilities"):
            yield from _misspelt_capabilities(plugin)
    yield from _idle(network)
    if network.again or network.spelled.lost:
        yield from _replaced(network)


def _idle_flags(main: Plugin) -> list[str]:
    """Flags that do nothing without an `ipam`; NAD010 finds one without a type."""
    link = main.record.link
    if link is None or not link.of_ipam or not main.without_ipam or main.ipam:
        return []
    return list(filter(main.flag, link.of_ipam))


def _listed(keys: Sequence[str]) -> str:
    """All of them in words: `a, b and c`."""
    return " and ".join(filter(None, (", ".join(keys[:-1]), keys[-1])))


def _idle(network: Network) -> Iterator[Hit]:
    """The flags that wait for an IPAM plugin: one mistake, however many there are."""
    main = network.main
    if not (flags := _idle_flags(main)):
        return
    first, *others = ((*main.path, key) for key in flags)
    listed = _listed(flags)
    message = f"{main.type} reads {listed} for addresses of an IPAM plugin, and asks none"
    places = tuple(Place(network, path, "and this") for path in others)
    yield Hit(first, True, message, f"give an ipam, or remove {listed}", related=places)


def _replaced(network: Network) -> Iterator[Hit]:
    """Keys that another of the same name stands in for: one more, or one in another case."""
    for path in network.again:
        value: Any = reduce(getitem, path, network.config)  # type: ignore[arg-type]
        message = f"{path[-1]!r} is here more than once: only the last one counts"
        yield Hit(path, value, message, f"keep one {path[-1]}")
    for path, value, other in network.spelled.lost:
        message = f"{other!r} is read in its place, as the case of letters doesn't matter"
        place = Place(network, (*path[:-1], other), "what is read instead")
        yield Hit(path, value, message, f"remove {path[-1]}", related=(place,))


def _unread_of(part: Part, plugin: Plugin, network: Network, lab: Lab) -> Iterator[Hit]:
    record, keys, config, path, tidy = part
    for name, other in keys.passed_over(config):
        message = f"{record.name} passes over {name!r} in silence beside {other!r}"
        yield Hit((*path, name), config[name], message, f"remove {name} or {other}")
    if not tidy:
        for found in keys.objects(config, path):
            if found[2].closed:
                missed = () if by_device(network, part) else _missed(found)
                outer = plugin if found[0] == path else None
                yield from _unread(network, record, found, missed, outer)
    if not keys.to_held.isdisjoint(config):
        for found in keys.objects(config, path):
            yield from _by_release(record, found, lab)


# --- keys that some releases read -----------------------------------------------------------------


def _by_release(record: Record, found: Object, lab: Lab) -> Iterator[Hit]:
    path, value, kind = found
    passed_over = dict(kind.passed_over(value))
    for name, known in kind.held.items():
        if name not in value or name in passed_over:
            continue
        since, before = known.held.since, known.held.before
        place = (*path, name)
        if record.family != "plugins":
            if before is not None:
                message = f"{record.name} reads {name!r} in releases {known.held} alone"
                yield Hit(place, value[name], message, f"remove {name}", Severity.NOTE)
            continue
        # Of a value that can't be read, NAD004 says what other releases do.
        if lab.release is not None or (since >= _NEW and known.kind.fits(value[name])):
            message = f"{record.name} passes over {name!r} in silence before {shown(since)}"
            yield Hit(place, value[name], message, _newer(name), held=Span(before=since))
        if before is not None:
            message = f"{record.name} passes over {name!r} in silence since {shown(before)}"
            yield Hit(place, value[name], message, f"remove {name}", held=Span(since=before))


_NEW = (1, 7, 0)
"""From this release on a key is new enough to say since when there is one, where nobody tells the
release of the plugins: many nodes have an older one."""


def _newer(key: str) -> str:
    return f"take CNI plugins that read it, or remove {key}"


# --- keys that no release reads -------------------------------------------------------------------


def _beside_plugins(config: Mapping[str, object]) -> Iterator[Hit]:
    """What libcni doesn't read of a list; NAD005 finds a version that is spelt otherwise."""
    for key, value in config.items():
        if key in LIST_KEYS.keys or _is_spared(key) or is_reserved(key):
            continue
        same = next((one for one in LIST_KEYS.keys if one.lower() == key.lower()), None)
        if same == "cniVersion" and same not in config:
            continue
        if same is not None:
            message = f"libcni looks for {same!r}, to the letter"
            yield Hit((key,), value, message, respelt(key, same, config))
            continue
        message = f"libcni reads no {key!r} beside `plugins`: it belongs into one of the plugins"
        yield Hit((key,), value, message, f"move {key} into the plugin that it is for")


_MANY = 100
"""How many unread keys of one mapping are found one by one, each with the key that is near."""


def _unread(
    network: Network, record: Record, found: Object, missed: Sequence[str], plugin: Plugin | None
) -> Iterator[Hit]:
    """The keys of one mapping; `plugin` is whose it is, if they are not deeper inside."""
    path, value, kind = found
    if value.keys() <= kind.keys.keys():
        return
    link, top = record.link, plugin is not None
    unread = [
        key
        for key in value
        if not (key in kind.keys or _is_spared(key) or (top and is_reserved(key)))
        and (top or spelt(key, kind) is None)  # NAD004 finds it
        and not stands_for(key, missed, kind)  # NAD010 finds it
        # LNK115 finds a MAC for a link that has its master's.
        and not (key == "mac" and top and link and link.one_mac)
    ]
    elsewhere: dict[str, list[str]] = {}
    for key in unread[:_MANY]:
        if where := belongs(key, found, plugin):
            elsewhere.setdefault(where, []).append(key)
            continue
        message, fix = _why_unread(record, key, value, kind)
        if (vlan := in_vlan(key, value[key], plugin, kind)) is not None:
            fix = vlan
        yield Hit((*path, key), value[key], message, fix)
    for where, keys in elsewhere.items():
        yield _misplaced(network, record, found, keys, where)
    if more := len(unread[_MANY:]):
        message = f"{record.name} reads none of {more:,} more keys here"
        yield Hit(path, None, message, "remove them")


def by_device(network: Network, part: Part) -> bool:
    """Whether Multus writes the pod's device into a configuration, by the NAD's resourceName."""
    return bool(network.resource) and "deviceID" in part.keys.keys


def _missed(found: Object) -> list[str]:
    """Keys of which one is required, and none is there, nor may be once it is rendered."""
    _, value, kind = found
    if any("${" in key for key in value):
        return []
    missing = (one for one in kind.required if all(value.get(key) is None for key in one))
    return [key for group in missing for key in group]


def _is_spared(key: str) -> bool:
    """Whether a key is there for people, as JSON has no comments, or is rendered later."""
    return key.startswith(("_", "//", "#")) or key in ("comment", "description") or "${" in key


def _why_unread(
    record: Record, key: str, written: Mapping[str, object], kind: Keys
) -> tuple[str, Fix]:
    if key == "plugins":
        return "`type` stands beside it, so Multus passes over the list", "remove type, or plugins"
    if key == "ipam" and not record.main:
        message = f"{record.name} makes no interface, and so asks no IPAM plugin for addresses"
        return message, "move ipam into the first plugin"
    if key == "capabilities":
        message = "libcni reads capabilities beside the plugin's type, not inside ipam"
        return message, "move capabilities beside type"
    silent = f"{record.name} reads no {key!r} and passes over it in silence"
    meant = meant_key(key, kind)
    if meant is None:
        return silent, f"remove {key}"
    if key.lower() == "name":
        message = "Multus looks for 'name', to the letter, and uses the NAD's name instead"
    else:
        message = f"{silent}; did you mean {meant!r}?"
    return message, respelt(key, meant, written)


# --- keys that are read elsewhere -----------------------------------------------------------------


def _misplaced(
    network: Network, record: Record, found: Object, keys: Sequence[str], where: str
) -> Hit:
    """The keys of one mapping that are read in one other place: one mistake."""
    path, value, _ = found
    first, *others = keys
    listed = _listed(keys)
    reads, belong = (
        (f"none of {listed}", "they belong") if others else (f"no {first!r}", "it belongs")
    )
    message = f"{record.name} reads {reads} here: {belong} {where}"
    places = tuple(Place(network, (*path, key), "and this") for key in others)
    fix = f"move {listed} {where.replace('in ', 'into ', 1) if where.startswith('in ') else where}"
    return Hit((*path, first), value[first], message, fix, related=places)


def _misspelt_capabilities(plugin: Plugin) -> Iterator[Hit]:
    """Capabilities that are next to a known one; any other may be a plugin's own."""
    listed = plugin.config["capabilities"]
    for key, value in listed.items() if isinstance(listed, dict) else ():
        if value is not True or key in CAPABILITIES:
            continue
        if (meant := nearest(key, CAPABILITIES)) is not None:
            message = f"libcni looks capabilities up to the letter, and nothing asks for {key!r}"
            path = (*plugin.path, "capabilities", key)
            yield Hit(path, value, message, respelt(key, meant, listed))
