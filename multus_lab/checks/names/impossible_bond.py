"""NAD016: a bond that can't be made."""

import re
from collections.abc import Iterator

from multus_lab.checks.among import with_plugin
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network, Plugin
from multus_lab.checks.rule import Hit, network_rule


@network_rule(
    "NAD016",
    Severity.ERROR,
    "bond that can't be made",
    among=with_plugin("bond"),
    why=(
        "The plugin compares keys with each other and refuses what doesn't fit: the pod doesn't "
        "start."
    ),
    fix=Line("links", [{"name": "net1"}, {"name": "net2"}]),
    source="bond-cni 258926a bond.go loadConfigFile, getLinkObjectsFromConfig, createBondedLink",
)
def impossible_bond(network: Network, _: Lab) -> Iterator[Hit]:
    """Find bonds of one link, a miimon that is no number, and keys of another mode."""
    for plugin in network.plugins:
        if plugin.type == "bond":
            yield from _bond(plugin)


def _bond(plugin: Plugin) -> Iterator[Hit]:
    links, miimon = plugin.config.get("links"), plugin.config.get("miimon")
    if isinstance(links, list) and len(links) == 1:
        yield Hit((*plugin.path, "links"), links, "bond needs at least two links")
    if isinstance(miimon, str) and miimon and not _whole(miimon):
        message = "miimon is a whole number of milliseconds, in quotes"
        yield Hit((*plugin.path, "miimon"), miimon, message, Line("miimon", "100"))
    mode = plugin.config.get("mode")
    if plugin.has("tlbDynamicLb") and isinstance(mode, str) and mode not in _TLB:
        message = f"bond takes tlbDynamicLb only in the modes {' and '.join(_TLB)}"
        path = (*plugin.path, "tlbDynamicLb")
        yield Hit(path, plugin.config["tlbDynamicLb"], message, "remove tlbDynamicLb")


_TLB = ("balance-tlb", "balance-alb")


def _whole(text: str) -> bool:
    """Whether Go's strconv.Atoi reads it."""
    return re.fullmatch(r"[+-]?[0-9]+", text, re.ASCII) is not None
