"""LNK101: a mode that no plugin takes."""

from collections.abc import Iterator
from functools import lru_cache

from multus_lab.checks.among import with_key
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network, Plugin
from multus_lab.checks.rule import Hit, network_rule
from multus_lab.names import nearest
from multus_lab.plugins import UNKNOWN, record
from multus_lab.plugins.pools import text


def knows(plugin: Plugin) -> bool:
    """Whether the plugin takes the mode that is written, as far as its modes are known."""
    value = plugin.config.get("mode")
    return not isinstance(value, str) or _mode(plugin.type, value) is not None


def mode_of(plugin: Plugin) -> str | None:
    """The mode that a plugin takes, "" without any; None for one that it doesn't know, or later."""
    value = plugin.config.get("mode")
    return _mode(plugin.type, value or "") if value is None or isinstance(value, str) else None


@lru_cache(maxsize=1024)  # thousands of networks have the same few
def _mode(kind: str, written: str) -> str | None:
    known = (record(kind) or UNKNOWN).keys.keys.get("mode")
    if known is None or not known.takes(written):
        return written if known is None else None
    return written or text(known.default)


@network_rule(
    "LNK101",
    Severity.ERROR,
    "mode that the plugin doesn't know",
    among=with_key("mode"),
    why="The plugin compares the mode letter by letter, and doesn't offer the kernel's `source`.",
    fix=Line("mode", "bridge"),
    source="plugins v1.10.0 plugins/main/macvlan/macvlan.go modeFromString, ipvlan/ipvlan.go",
    says=("unknown … mode: …",),
)
def unknown_mode(network: Network, _: Lab) -> Iterator[Hit]:
    """Find a mode that pods would fail on, of an interface or of a plugin behind it."""
    for plugin in network.plugins:
        if knows(plugin):
            continue
        known, mode = plugin.record.keys.keys["mode"], plugin.config["mode"]
        meant = nearest(mode, known.allowed) or known.default or known.allowed[0]
        yield Hit(
            (*plugin.path, "mode"),
            mode,
            f"{plugin.type} has no mode {mode!r}; its modes are {', '.join(known.allowed)}",
            Line("mode", meant),
        )
