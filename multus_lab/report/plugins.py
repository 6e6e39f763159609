"""How the records of plugins look: the page docs/plugins.md.

`python -m multus_lab.report.plugins > docs/plugins.md` writes it.
"""

import json
import sys
from collections.abc import Iterator

from multus_lab import plugins
from multus_lab.plugins import Items, Key, Keys, Record
from multus_lab.plugins.record import NETCONF
from multus_lab.versions import EVER, shown

_HEAD = """\
# Plugins

<!-- Generated from the records: python -m multus_lab.report.plugins > docs/plugins.md -->

What multus-lab knows of each CNI plugin, and where it was read. Keys that every plugin has
(`cniVersion`, `name`, `type`, `capabilities`, `dns`) are left out. Releases are those of
containernetworking/plugins for its own plugins, of its own project for any other. A plugin that is
*open* may read other keys as well, and nothing is found in those.

The words in which a plugin refuses something are those of a failed pod's events. A value that isn't
taken is found before (NAD014), and so is a key that is missing (NAD010). For the rest see
`docs/rules.md`: some words are quoted alone, as they depend on the node, the pod or the cluster.
"""


def page() -> str:
    """docs/plugins.md."""
    known = [one for name in plugins.names() if (one := plugins.record(name)) is not None]
    return "\n".join([_HEAD, *map(_section, known)])


def _section(record: Record) -> str:
    keys = record.of_ipam if record.ipam is not None and record.link is None else record.keys
    listed = table(keys, record.elsewhere)
    quoted = {**record.says, **dict(_refused(keys))}
    says = "".join(f"- {what}: `{words}`\n" for what, words in quoted.items())
    refuses = f"Refuses, in these words:\n\n{says}\n" if says else ""
    return f"## {record.name}\n\n{_is(record, keys)}\n\n{listed}{refuses}Read in {record.read}.\n"


def _is(record: Record, keys: Keys) -> str:
    """What the plugin is, in a sentence."""
    kinds = [
        *(["makes an interface"] if record.link is not None else []),
        *(["is chained behind one that makes an interface"] if record.chained else []),
        *(["gives addresses"] if record.ipam is not None else []),
    ]
    words = " and ".join(kinds) or "is known by its name"
    since = "" if record.held == EVER else f" ({record.held})"
    return f"It {words}{since}{'' if keys.closed else '; open'}."


def _refused(keys: Keys) -> Iterator[tuple[str, str]]:
    """The keys of which not all values are taken, and the words in which others are refused."""
    for name, key in _each(keys, ""):
        if key.says:
            yield f"`{name}` that isn't {key.range}", key.says


def table(keys: Keys, elsewhere: str) -> str:
    """The keys of a plugin, but for those that all have; which it needs, if not from elsewhere."""
    rows = list(_rows(keys))
    head = "| key | kind | default | taken | releases |\n| --- | --- | --- | --- | --- |\n"
    listed = f"{head}{''.join(rows)}\n" if rows else "No keys of its own.\n\n"
    if not keys.required:
        return listed
    needed = ", ".join(" or ".join(f"`{one}`" for one in group) for group in keys.required)
    without = elsewhere and f" Pods do without if {elsewhere}."
    return f"{listed}Required: {needed}.{without}\n\n"


def _rows(keys: Keys) -> Iterator[str]:
    for name, key in _each(keys, ""):
        cells = (f"`{name}`", key.kind.allows, _default(key), _taken(key), _held(key))
        yield f"| {' | '.join(cells)} |\n"


def _each(keys: Keys, before: str) -> Iterator[tuple[str, Key]]:
    """The keys, and those inside of them, by their way from the top."""
    for name, key in keys.keys.items():
        if not before and name in NETCONF:
            continue
        yield f"{before}{name}", key
        inner, depth = key.kind, ""
        while isinstance(inner, Items):
            inner, depth = inner.item, f"{depth}[]"
        if isinstance(inner, Keys):
            yield from _each(inner, f"{before}{name}{depth}.")


def _default(key: Key) -> str:
    told = [] if key.default is None else [_value(key.default)]
    if key.earlier is not None:
        release, value = key.earlier
        told.append(f"{_value(value)} before {shown(release)}")
    return "; ".join(told)


def _value(value: object) -> str:
    return f"`{value if isinstance(value, str) else json.dumps(value)}`"


def _taken(key: Key) -> str:
    return key.range if key.bounded else ""


def _held(key: Key) -> str:
    return "" if key.held == EVER else str(key.held)


if __name__ == "__main__":
    sys.stdout.write(page())
