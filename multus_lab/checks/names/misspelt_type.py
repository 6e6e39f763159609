"""NAD011: a plugin's type that is nearly the name of one that exists."""

from collections.abc import Iterator

from multus_lab.checks.finding import Path, Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, network_rule
from multus_lab.names import nearest
from multus_lab.plugins import names

_ELSEWHERE = frozenset({"ipvtap", "vxlan", "l2bridge"})
"""Plugins without a record whose names are near to those of others, and no misspelling of them."""


@network_rule(
    "NAD011",
    Severity.RISK,
    "type that looks misspelt",
    why="A plugin is a program of that name on the node: if there is none, pods don't start.",
    fix=Line("type", "macvlan"),
    source="cni v1.3.0 pkg/invoke/find.go; multus-cni #1038, #739; the plugins' own documentation",
)
def misspelt_type(network: Network, _: Lab) -> Iterator[Hit]:
    """Find types, of plugins and of ipam, that are next to a known one."""
    for plugin in network.plugins:
        yield from _misspelt(plugin.type, (*plugin.path, "type"), "plugin")
        yield from _misspelt(plugin.ipam_type, (*plugin.path, "ipam", "type"), "IPAM plugin")


def _misspelt(kind: str, path: Path, what: str) -> Iterator[Hit]:
    known = names()
    if not kind or kind in known or kind.lower() in _ELSEWHERE:
        return
    if (meant := nearest(kind, known)) is not None:
        message = f"there is no known {what} {kind!r}; did you mean {meant!r}?"
        yield Hit(path, kind, message, Line("type", meant))
