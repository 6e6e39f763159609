"""Keys of chained plugins that are refused together, which NAD012 finds."""

import posixpath
from collections.abc import Callable, Iterator, Mapping

from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Plugin
from multus_lab.checks.rule import Hit
from multus_lab.plugins import Placeholder


def _bandwidth(plugin: Plugin, _: Lab) -> Iterator[Hit]:
    for way in ("ingress", "egress"):
        rate, burst = (plugin.config.get(f"{way}{what}") or 0 for what in ("Rate", "Burst"))
        missing = "Burst" if rate and not burst else "Rate" if burst and not rate else ""
        if missing:
            message = f"{way}Rate and {way}Burst go together; {way}{missing} is missing"
            given = rate or burst
            example = ... if isinstance(given, Placeholder) else given
            yield Hit(plugin.path, None, message, Line(f"{way}{missing}", example))
        elif isinstance(burst, int | float) and burst // 8 >= 2**32 - 1:
            message = "a burst has to stay below 4 GB, counted in bits"
            fix = Line(f"{way}Burst", 34359738352)
            yield Hit((*plugin.path, f"{way}Burst"), burst, message, fix)


_IFNAME = (1, 1, 0)
"""The release from which tuning replaces IFNAME by the pod's interface (tuning.go c16cff98)."""


def _tuning(plugin: Plugin, lab: Lab) -> Iterator[Hit]:
    sysctl = plugin.config.get("sysctl")
    for key, value in sysctl.items() if isinstance(sysctl, dict) else ():
        path = (*plugin.path, "sysctl", key)
        file = posixpath.normpath("/proc/sys/" + key.replace(".", "/"))
        if "${" in key:
            continue
        if not file.startswith("/proc/sys/net/"):
            yield Hit(path, value, "tuning only sets sysctls under net.", f"remove {key}")
        elif "IFNAME" in key and lab.since(_IFNAME) is False:
            message = "the CNI plugins don't know IFNAME before v1.1.0: there is no such file"
            yield Hit(path, value, message, f"{key.replace('IFNAME', 'net1')}, or newer plugins")


def _portmap(plugin: Plugin, _: Lab) -> Iterator[Hit]:
    bit, chain = plugin.config.get("markMasqBit"), plugin.config.get("externalSetMarkChain")
    if bit is not None and chain is not None:
        message = "portmap takes markMasqBit or externalSetMarkChain, not both"
        yield Hit((*plugin.path, "markMasqBit"), bit, message, "remove markMasqBit")
    backend, known = plugin.config.get("backend"), plugin.record.keys.keys["backend"]
    if isinstance(backend, Placeholder):
        return
    for key, needed in _needs_backend(plugin.config):
        path, value = (*plugin.path, key), plugin.config[key]
        if backend in known.allowed and backend != needed:
            message = f"{key} is for the backend {needed}, and the backend is {backend}"
            fix = Line("backend", needed, f"or write {key} for {backend}")
            yield Hit(path, value, message, fix, held=known.held)
        elif backend is None and needed == "nftables":
            message = (
                f"{key} is for the backend nftables; portmap takes iptables for its backend on "
                "every node that has it, and pods fail"
            )
            fix = Line("backend", "nftables")
            yield Hit(path, value, message, fix, Severity.RISK, held=known.held)


def _needs_backend(config: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Keys of portmap that one backend alone takes (portmap/main.go ensureBackend)."""
    if config.get("externalSetMarkChain") is not None:
        yield "externalSetMarkChain", "iptables"
    for key in ("conditionsV4", "conditionsV6"):
        listed = config.get(key)
        first = listed[0] if isinstance(listed, list) and listed else None
        if isinstance(first, str) and first:
            yield key, "iptables" if first[0] in "-!" else "nftables"


CHAINED: Mapping[str, Callable[[Plugin, Lab], Iterator[Hit]]] = {
    "bandwidth": _bandwidth,
    "cnv-tuning": _tuning,
    "portmap": _portmap,
    "tuning": _tuning,
}
"""What is judged of a chained plugin's keys, by its type."""
