"""LNK101: a mode that no plugin takes."""

from collections.abc import Iterator

from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network, Plugin
from multus_lab.checks.rule import Hit, network_rule
from multus_lab.names import nearest


def knows(plugin: Plugin) -> bool:
    """Whether the plugin takes the mode that is written, as far as its modes are known."""
    known, value = plugin.record.keys.keys.get("mode"), plugin.config.get("mode")
    return known is None or not isinstance(value, str) or known.takes(value)


@network_rule(
    "LNK101",
    Severity.ERROR,
    "mode that the plugin doesn't know",
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
