"""LNK119: a plugin that the nodes don't have, by their distribution or their release."""

from collections.abc import Iterator
from functools import cache

from multus_lab.checks.finding import Path, Severity
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, network_rule
from multus_lab.distributions import REFERENCE, Distribution
from multus_lab.plugins import record
from multus_lab.versions import OLDEST, Release, Span, shown


@network_rule(
    "LNK119",
    Severity.RISK,
    "plugin that the nodes don't have",
    why="Distributions bring the plugins that their own network needs, and few others, and a "
    "release of the CNI plugins has none of those that came later. Until somebody puts the plugin "
    "on every node, each pod of the network waits for it (`failed to find plugin`). If somebody "
    "does, accept the finding and say who.",
    fix="multus: {installPlugins: {image: …, plugins: [macvlan]}}",
    source="multus-cni #1413; k3s #10869; siderolabs/talos #10549; multus_lab/distributions/; "
    "plugins v1.2.0 (dummy), v1.3.0 (tap)",
)
def missing_plugin(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find reference plugins that the nodes' distribution or release doesn't have."""
    known = lab.cluster.known if lab.cluster else None
    there = known.plugins if known is not None else None
    asked = lab.once(_installed, lambda: _installed(lab))
    for path, name in _programs(network):
        if name in asked:
            continue
        if known is not None and there is not None and name in REFERENCE - there:
            yield _not_brought(path, name, known, lab)
        elif (since := _since(name)) > OLDEST:
            first = shown(since)
            message = f"CNI plugins before {first} have no {name}: pods wait until it is there"
            fix = f"take CNI plugins of {first} or newer"
            yield Hit(path, name, message, fix, held=Span(before=since))


def _not_brought(path: Path, name: str, known: Distribution, lab: Lab) -> Hit:
    folder = (lab.multus.folders if lab.multus else known.paths).bin_dir
    there, asked = known.plugins or frozenset(), _installed(lab)
    missing = lab.once("lacking", lambda: asked | _lacking(lab, there))
    message = f"{known.name} brings no {name} to its nodes: pods wait until it is there"
    line = f"multus: {{installPlugins: {{image: …, plugins: [{', '.join(sorted(missing))}]}}}}"
    if lab.multus and not lab.multus.install and not known.brings:
        message = f"{message}; the stack that brings Multus can bring it, too"
        return Hit(path, name, message, f"{line}   # in that stack", Severity.NOTE)
    fix = f"{line}; or accept the finding with who puts {name} into {folder}"
    return Hit(path, name, message, fix)


@cache
def _since(name: str) -> Release:
    """The first release of the reference plugins that has it, if that isn't older than any."""
    known = record(name)
    return known.held.since if known is not None and known.family == "plugins" else OLDEST


def _installed(lab: Lab) -> frozenset[str]:
    """The plugins that the stack brings to its nodes."""
    asked = lab.multus.install_plugins if lab.multus and lab.multus.install else None
    return frozenset(asked.plugins if asked else ())


def _lacking(lab: Lab, there: frozenset[str]) -> frozenset[str]:
    """The reference plugins that any of the networks needs and the nodes don't have."""
    names = (name for network in lab.networks for _, name in _programs(network))
    return frozenset(names) & (REFERENCE - there)


def _programs(network: Network) -> Iterator[tuple[Path, str]]:
    """The programs of a network, and where each is named."""
    for plugin in network.plugins:
        yield (*plugin.path, "type"), plugin.type
        if plugin.ipam_type:
            yield (*plugin.path, "ipam", "type"), plugin.ipam_type
