"""NAD004: a value of another kind than libcni, Multus or the plugin reads."""

import re
from collections.abc import Iterator, Mapping

from multus_lab.checks.among import untyped
from multus_lab.checks.finding import Finding, Path, Severity
from multus_lab.checks.fix import Line, respelt
from multus_lab.checks.network import Lab, Network, Part, Plugin
from multus_lab.checks.rule import CODES, Hit, network_rule
from multus_lab.plugins import LIST_KEYS, UNKNOWN, Key, Keys, Placeholder, in_any_case
from multus_lab.plugins.kinds import TEXT
from multus_lab.problems import shown
from multus_lab.versions import EVER

_CODE = "NAD004"


def _unread(network: Network) -> bool:
    """Those with values that settings haven't read; of other keys than known ones they don't."""
    parts = (part for plugin in network.plugins for part in plugin.parts)
    return untyped(network) or not all(part.keys.closed for part in parts)


@network_rule(
    _CODE,
    Severity.ERROR,
    "value of a kind that can't be read",
    among=_unread,
    why=(
        "Plugins, libcni and Multus are strict on kinds: they fail, and some of them panic. None "
        "of them reads a spec.config that is no JSON, or JSON that is no object; the API takes any "
        "text."
    ),
    fix=Line("mtu", 1500, "a number, not a text"),
    source=(
        "cni v1.3.0 libcni/conf.go, pkg/types/types.go; multus-cni #372, #460, #731, #1195; "
        "network-operator #100; each plugin's configuration struct"
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
def unreadable_value(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find values of another JSON type than the plugin's, and chains without a plugin."""
    config = network.config
    if not config:
        return
    if "plugins" in config and not in_any_case(config, "type"):
        yield from _list(config)
        if not isinstance(config["plugins"], list):
            return
    for plugin in network.plugins:
        if not plugin.type and in_any_case(plugin.config, "type") in (None, ""):
            yield _no_type(network, plugin)
        if plugin.record.own is None:
            yield from _misfits(plugin.config, UNKNOWN.keys, plugin.path)
        for part in plugin.parts:
            if not part.keys.fits(part.config):
                yield from _by_release(part)
            if not part.tidy:
                yield from _spelt_otherwise(part)


def spelt(key: str, kind: Keys) -> str | None:
    """What a key is another spelling of, that is read to the letter in this mapping."""
    if key in kind.keys:
        return None
    return next((one for one in kind.exact if one.lower() == key.lower()), None)


def _spelt_otherwise(part: Part) -> Iterator[Hit]:
    """Keys in another case that Go takes for another field, of another kind (static's Address)."""
    record = part.record
    if part.keys is record.own:
        return
    for path, value, kind in part.keys.objects(part.config, part.path):
        for key in value:
            if (meant := spelt(key, kind)) is not None:
                message = f"{record.name} reads {meant!r} to the letter, and fails on {key!r}"
                yield Hit((*path, key), value[key], message, respelt(key, meant, value))


def unreadable(  # noqa: PLR0913, PLR0917 - what a finding is, each part by its name
    label: str, path: Path, value: object, message: str, fix: str, source: int
) -> Finding:
    """The finding of a network that can't be read at all."""
    code = CODES[_CODE]
    written = "" if value is None else shown(value)
    return Finding(code.code, code.severity, label, path, written, message, fix, source=source)


def _no_type(network: Network, plugin: Plugin) -> Hit:
    fix = Line("type", "macvlan")
    if plugin.path:
        return Hit(plugin.path, None, "this plugin has no `type`", fix)
    other = next((key for key in network.config if key.lower() == "plugins"), None)
    if other is not None:
        message = "Multus looks for `plugins`, to the letter, and panics"
        return Hit((other,), None, message, Line("plugins", ..., f"instead of {other}"))
    message = "there is neither a plugin's `type` nor a list of `plugins`"
    return Hit((), None, message, fix)


def _list(config: Mapping[str, object]) -> Iterator[Hit]:
    yield from _misfits(config, LIST_KEYS, ())
    plugins = config["plugins"]
    if isinstance(plugins, Placeholder):
        return
    if not isinstance(plugins, list) or not plugins:
        message = "must be a list with at least one plugin; Multus panics on anything else"
        yield Hit(("plugins",), plugins, message, Line("plugins", [{"type": "macvlan"}]))
        return
    for index, one in enumerate(plugins):
        if not isinstance(one, dict | Placeholder):
            fails = "Multus panics on null" if one is None else "Multus reads no other list"
            message = f"must be a plugin's configuration, a mapping with its `type`; {fails}"
            kind = one if isinstance(one, str) and one else "macvlan"
            yield Hit(("plugins", index), one, message, Line(index, {"type": kind}))


def _by_release(part: Part) -> Iterator[Hit]:
    """What is of another kind; a release that doesn't have the key passes over it."""
    record, keys, config, place, _ = part
    for hit in _misfits(config, keys, place):
        held = keys.held_at(hit.path[len(place) :]) if record.family == "plugins" else EVER
        yield hit._replace(held=held)


def _misfits(config: Mapping[str, object], keys: Keys, place: Path) -> Iterator[Hit]:
    if keys.fits(config):
        return
    for path, value, allows in keys.misfits(config, place):
        known = keys.keys.get(str(path[-1])) if len(path) == len(place) + 1 else None
        if known is not None and known.allowed:
            yield Hit(path, value, f"must be {allows}, {known.range}", _word(known, path, value))
            continue
        null = ", and null is none" if value is None else ""
        yield Hit(path, value, f"must be {allows}{null}", _read_as(path[-1], value, allows))


def _word(known: Key, path: Path, value: object) -> Line:
    """The line with one of the words that a key takes."""
    meant = "on" if value is True else "off"
    return Line(path[-1], meant if meant in known.allowed else known.allowed[0])


def _read_as(key: str | int, value: object, allows: str) -> Line:
    """The line with the value that is meant by another kind, if there is one."""
    if isinstance(value, str) and re.fullmatch("true|false|-?[0-9]{1,18}", value.lower()):
        meant = _FLAGS.get(value.lower())
        return Line(key, int(value) if meant is None else meant, "without quotes")
    if isinstance(value, int | float) and not isinstance(value, bool) and allows == TEXT.allows:
        return Line(key, str(value), "in quotes")
    return Line(key, ..., allows)


_FLAGS = {"true": True, "false": False}
