"""Rules LNK: the interface that a network makes, and the link under it."""

from collections.abc import Iterator

from multus_lab.checks.finding import Severity
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, rule

_MODES = {
    "macvlan": ("", "bridge", "private", "vepa", "passthru"),
    "ipvlan": ("", "l2", "l3", "l3s"),
}


@rule(
    "LNK101",
    Severity.ERROR,
    "mode that the plugin doesn't know",
    why="The plugin compares the mode letter by letter, and the kernel's `source` is not offered.",
    fix="mode: bridge",
    source="plugins v1.9.1 plugins/main/macvlan/macvlan.go modeFromString, ipvlan.go",
)
def unknown_mode(network: Network, _: Lab) -> Iterator[Hit]:
    """Find a mode of macvlan or ipvlan that pods would fail on."""
    modes = _MODES.get(network.main.type)
    mode = network.main.config.get("mode", "")
    if modes and isinstance(mode, str) and mode not in modes:
        yield Hit(
            (*network.main.path, "mode"),
            mode,
            f"{network.main.type} has no mode {mode!r}; it has {', '.join(modes[1:])}",
            fix=f"mode: {modes[1]}",
        )
