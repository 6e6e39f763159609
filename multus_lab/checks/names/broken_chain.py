"""NAD012: a chain of plugins that can't work, and keys of chained plugins that are refused."""

import posixpath
from collections.abc import Callable, Iterator, Mapping

from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.names.unreadable_value import asks_ipam
from multus_lab.checks.network import Lab, Network, Plugin
from multus_lab.checks.rule import Hit, network_rule
from multus_lab.plugins import Placeholder, record
from multus_lab.versions import Span


@network_rule(
    "NAD012",
    Severity.ERROR,
    "chain of plugins that can't work",
    why=(
        "The first plugin makes the interface, once, and the others work on what it made. Each "
        "refuses what it can't do, and the pod doesn't start."
    ),
    fix=Line("plugins", [{"type": "macvlan"}, {"type": "tuning"}]),
    source=(
        "plugins v1.10.0 tuning.go, sbr/main.go, bandwidth/main.go, portmap/main.go "
        "(ensureBackend), vrf/main.go, firewall.go, macvlan.go (RenameLink), host-local "
        "allocator/config.go, as rehearsed"
    ),
    says=(
        "Required prevResult missing",
        "This plugin must be called as chained plugin",
        "container veth name (…) peer provided (…) already exists",
        "No IP addresses supplied on interface: …",
        "if rate is set, burst must also be set",
        "if burst is set, rate must also be set",
        "burst cannot be more than 4GB",
        "invalid net sysctl key: …",
        "Cannot specify externalSetMarkChain and markMasqBit",
        "backend was requested but configuration contains …-specific options",
        "failed to rename …: file exists",
        "IPAM config missing 'ipam' key",
    ),
)
def broken_chain(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find chains, and keys of chained plugins, that are refused."""
    if not network.plugins:
        return
    main = network.main
    if not main.record.main:
        yield from _no_interface(main)
    for index, plugin in enumerate(network.plugins):
        if index and main.record.main:
            yield from _behind(main, plugin)
        yield from _no_ipam_plugin(plugin)
        check = _CHAINED.get(plugin.type)
        if check is not None:
            yield from check(plugin, lab)


# --- which plugins there are ----------------------------------------------------------------------


def _no_interface(main: Plugin) -> Iterator[Hit]:
    """A first plugin that makes no interface."""
    known, path = main.record, (*main.path, "type")
    if known.ipam is not None and not known.chained:
        message = (
            f"{main.type} is an IPAM plugin: it makes no interface, and belongs into the `ipam` of "
            "a plugin that does"
        )
        # With an `ipam` of its own it answers with an address, and the pod has no interface.
        certain = known.family == "plugins" and not main.has("ipam")
        severity = None if certain else Severity.RISK
        fix = Line("ipam", {"type": main.type}, "in a plugin such as macvlan")
        yield Hit(path, main.type, message, fix, severity)
    elif known.chained and known.keys.closed:
        message = f"{main.type} makes no interface: it has to stand behind a plugin that does"
        fix = Line("plugins", [{"type": "macvlan"}, {"type": main.type}])
        yield Hit(path, main.type, message, fix, _certain(main))


def _certain(plugin: Plugin) -> Severity | None:
    """An error if the plugin is known to refuse to stand alone, else a risk."""
    known = plugin.record
    return None if known.family == "plugins" or "alone" in known.says else Severity.RISK


def _behind(main: Plugin, plugin: Plugin) -> Iterator[Hit]:
    """What can't stand behind a known plugin that makes an interface."""
    path, known = (*plugin.path, "type"), plugin.record
    alone = main.config.get("disableContainerInterface")
    if known.main and not known.chained and alone is not True and not _later(alone):
        message = f"{main.type} has made the pod's interface already: file exists"
        yield Hit(path, plugin.type, message, f"remove {plugin.type}")
    if known.ipam is not None and not known.main and not known.chained:
        message = (
            f"{plugin.type} is an IPAM plugin: in the list its answer replaces that of "
            f"{main.type}, and Multus writes no network-status"
        )
        fix = f"move {plugin.type} into the ipam of {main.type}"
        yield Hit(path, plugin.type, message, fix, Severity.RISK)
    if plugin.type == "sbr" and asks_ipam(main) and not main.ipam_type and not _later_ipam(main):
        link = main.record.link
        if link is not None and link.takes_ipam:
            message = f"{main.type} has no ipam, and sbr fails without addresses"
            yield Hit(path, plugin.type, message, "remove sbr, or add an ipam")


def _later(value: object) -> bool:
    return isinstance(value, Placeholder)


def _later_ipam(plugin: Plugin) -> bool:
    return _later(plugin.config.get("ipam")) or _later(plugin.ipam.get("type"))


def _no_ipam_plugin(plugin: Plugin) -> Iterator[Hit]:
    """A plugin in `ipam` that is known, and gives no addresses."""
    asked = record(plugin.ipam_type)
    if not asks_ipam(plugin) or asked is None or asked.ipam is not None or not asked.keys.closed:
        return
    message = f"{plugin.ipam_type} is no IPAM plugin: it gives {plugin.type} no addresses"
    path = (*plugin.path, "ipam", "type")
    yield Hit(path, plugin.ipam_type, message, Line("type", "host-local"))


# --- keys of chained plugins ----------------------------------------------------------------------


def _bandwidth(plugin: Plugin, _: Lab) -> Iterator[Hit]:
    for way in ("ingress", "egress"):
        rate, burst = (plugin.config.get(f"{way}{what}") or 0 for what in ("Rate", "Burst"))
        missing = "Burst" if rate and not burst else "Rate" if burst and not rate else ""
        if missing:
            message = f"{way}Rate and {way}Burst go together; {way}{missing} is missing"
            given = rate or burst
            example = ... if _later(given) else given
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
    backend = plugin.config.get("backend")
    if _later(backend):
        return
    for key, needed in _needs_backend(plugin.config):
        path, value = (*plugin.path, key), plugin.config[key]
        if backend in _OTHER and backend != needed:
            message = f"{key} is for the backend {needed}, and the backend is {backend}"
            fix = Line("backend", needed, f"or write {key} for {backend}")
            yield Hit(path, value, message, fix, held=Span(_BACKENDS))
        elif backend is None and needed == "nftables":
            message = (
                f"{key} is for the backend nftables; portmap takes iptables for its backend on "
                "every node that has it, and pods fail"
            )
            fix = Line("backend", "nftables")
            yield Hit(path, value, message, fix, Severity.RISK, held=Span(_BACKENDS))


_BACKENDS = (1, 6, 0)
"""The release from which portmap has backends."""

_OTHER = ("iptables", "nftables")


def _needs_backend(config: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Keys of portmap that one backend alone takes (portmap/main.go ensureBackend)."""
    if config.get("externalSetMarkChain") is not None:
        yield "externalSetMarkChain", "iptables"
    for key in ("conditionsV4", "conditionsV6"):
        listed = config.get(key)
        first = listed[0] if isinstance(listed, list) and listed else None
        if isinstance(first, str) and first:
            yield key, "iptables" if first[0] in "-!" else "nftables"


_CHAINED: Mapping[str, Callable[[Plugin, Lab], Iterator[Hit]]] = {
    "bandwidth": _bandwidth,
    "cnv-tuning": _tuning,
    "portmap": _portmap,
    "tuning": _tuning,
}
