"""NAD012: a chain of plugins that can't work."""

from collections.abc import Iterator
from itertools import repeat

from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.names.chained_keys import CHAINED
from multus_lab.checks.network import Lab, Network, Plugin
from multus_lab.checks.rule import Hit, network_rule
from multus_lab.names import nearest
from multus_lab.plugins import Placeholder, record


def _may_be_broken(network: Network) -> bool:
    """Those with a chain, with a plugin that is judged, and without an interface or addresses."""
    main = network.main
    return (
        len(network.plugins) > 1
        or main.type in CHAINED
        or not main.record.main
        or (main.asks_ipam and bool(main.ipam_type) and main.ipam_record is None)
    )


@network_rule(
    "NAD012",
    Severity.ERROR,
    "chain of plugins that can't work",
    among=_may_be_broken,
    why=(
        "The first plugin makes the interface, once, and the others work on what it made. Each "
        "refuses what it can't do, and the pod doesn't start."
    ),
    fix=Line("plugins", [{"type": "macvlan"}, {"type": "tuning"}]),
    source=(
        "plugins v1.10.0 tuning.go, sbr/main.go, bandwidth/main.go, bandwidth/ifb_creator.go "
        "(createTBF), portmap/main.go (ensureBackend), vrf/main.go, firewall.go, macvlan.go "
        "(RenameLink), host-local allocator/config.go, as rehearsed; spiderpool v1.2.2 "
        "cmd/coordinator/cmd/cni_types.go ValidateRoutes; cni-route-override c9318850 and "
        "route-override-cni 391c1b03 route-override.go parseConf; Linux net/sched/sch_tbf.c "
        "tbf_change, tbf_enqueue"
    ),
    says=(
        "Required prevResult missing",
        "This plugin must be called as chained plugin",
        "container veth name (…) peer provided (…) already exists",
        "No IP addresses supplied on interface: …",
        "if rate is set, burst must also be set",
        "if burst is set, rate must also be set",
        "burst cannot be more than 4GB",
        "create qdisc: invalid argument",
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
            yield from _idle(plugin)
        yield from _no_ipam_plugin(plugin)
        check = CHAINED.get(plugin.type)
        if check is not None:
            yield from check(plugin, network, lab)


# --- which plugins there are ----------------------------------------------------------------------


def _no_interface(main: Plugin) -> Iterator[Hit]:
    """A first plugin that makes no interface."""
    known, path = main.record, (*main.path, "type")
    if known.own is None:
        message = (
            f"{main.type} is an IPAM plugin: it makes no interface, and belongs into the `ipam` of "
            "a plugin that does"
        )
        # With an `ipam` of its own it answers with an address, and the pod has no interface.
        severity = None if _misses_ipam(main) else Severity.RISK
        fix = Line("ipam", {"type": main.type}, "in a plugin such as macvlan")
        yield Hit(path, main.type, message, fix, severity)
    elif known.chained and known.keys.closed:
        message = f"{main.type} makes no interface: it has to stand behind a plugin that does"
        fix = Line("plugins", [{"type": "macvlan"}, {"type": main.type}])
        yield Hit(path, main.type, message, fix, _certain(main))


def _misses_ipam(plugin: Plugin) -> bool:
    """Whether an IPAM plugin in the list, or alone, is known to fail for lack of an `ipam`."""
    return plugin.record.family == "plugins" and not plugin.has("ipam")


def _certain(plugin: Plugin) -> Severity | None:
    """An error if the plugin is known to refuse to stand alone, else a risk."""
    known = plugin.record
    return None if known.family == "plugins" or "alone" in known.says else Severity.RISK


def _behind(main: Plugin, plugin: Plugin) -> Iterator[Hit]:
    """What can't stand behind a known plugin that makes an interface."""
    path, known = (*plugin.path, "type"), plugin.record
    alone = main.config.get("disableContainerInterface")
    makes_one = known.main and not known.chained and known.keys.closed
    if makes_one and alone is not True and not _later(alone):
        message = f"{main.type} has made the pod's interface already: file exists"
        yield Hit(path, plugin.type, message, f"remove {plugin.type}")
    if known.own is None:
        message = (
            f"{plugin.type} is an IPAM plugin: in the list its answer replaces that of "
            f"{main.type}, and Multus writes no network-status"
        )
        if fails := _misses_ipam(plugin):
            message = f"{plugin.type} is an IPAM plugin: in the list it fails without an `ipam`"
        fix = f"move {plugin.type} into the ipam of {main.type}"
        yield Hit(path, plugin.type, message, fix, None if fails else Severity.RISK)
    if plugin.type == "sbr" and main.without_ipam:
        message = f"{main.type} has no ipam, and sbr fails without addresses"
        yield Hit(path, plugin.type, message, "remove sbr, or add an ipam")


def _idle(plugin: Plugin) -> Iterator[Hit]:
    """A plugin that does what it is told, which nothing tells it."""
    told_by, listed = plugin.record.told_by, plugin.config.get("capabilities", {})
    if not told_by or any(map(plugin.has, (*told_by[1:], "runtimeConfig"))):
        return
    if not isinstance(listed, dict) or any(map(_on, listed, listed.values(), repeat(told_by[0]))):
        return
    message = (
        f"{plugin.type} does nothing: without the capability {told_by[0]!r} pods can't ask it for "
        "anything"
    )
    fix = Line("capabilities", {**listed, told_by[0]: True})
    yield Hit((*plugin.path, "type"), plugin.type, message, fix, Severity.NOTE)


def _on(key: str, value: object, capability: str) -> bool:
    """Whether it is, or may become, that capability; NAD003 finds a misspelt one."""
    return value is not False and ("${" in key or nearest(key, (capability,)) is not None)


def _later(value: object) -> bool:
    return isinstance(value, Placeholder)


def _no_ipam_plugin(plugin: Plugin) -> Iterator[Hit]:
    """A plugin in `ipam` that is known, and gives no addresses."""
    asked = record(plugin.ipam_type)
    if not plugin.asks_ipam or asked is None or asked.ipam is not None or not asked.keys.closed:
        return
    message = f"{plugin.ipam_type} is no IPAM plugin: it gives {plugin.type} no addresses"
    path = (*plugin.path, "ipam", "type")
    yield Hit(path, plugin.ipam_type, message, Line("type", "host-local"))
