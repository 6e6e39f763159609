"""Keys of chained plugins that are refused together, which NAD012 finds."""

import posixpath
from collections.abc import Callable, Iterator, Mapping

from multus_lab.addresses import read_address
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network, Plugin, rendered_later
from multus_lab.checks.rule import Hit
from multus_lab.plugins import Placeholder
from multus_lab.plugins.pools import NOTHING, text


def _bandwidth(plugin: Plugin, network: Network, _: Lab) -> Iterator[Hit]:
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
        elif plugin.number(f"{way}Rate") > 0 and plugin.number(f"{way}Burst") > 0:
            yield from _small_bucket(plugin, network, way)


def _small_bucket(plugin: Plugin, network: Network, way: str) -> Iterator[Hit]:
    """A burst that holds no byte, or no whole packet: the kernel's tbf drops what is larger.

    bandwidth hands it over as the time that it takes, in whole microseconds (ifb_creator.go).
    """
    bits, burst = plugin.number(f"{way}Rate"), plugin.number(f"{way}Burst")
    rate, size = bits // 8, _packet(network)
    time = burst // 8 * 10**6 // rate if rate else 0
    if not rate:
        message = "a rate is in bits a second; the kernel refuses one below 8, and pods fail"
        path, fix = (*plugin.path, f"{way}Rate"), Line(f"{way}Rate", ..., "from 8")
        yield Hit(path, bits, message, fix)
        return
    path = (*plugin.path, f"{way}Burst")
    fix = Line(path[-1], 8 * (size + rate // 10**6 + 1), "or more")
    if not time:
        message = "a burst is in bits; the kernel refuses one as small as this, and pods fail"
        yield Hit(path, burst, message, fix)
    elif min(burst // 8, time * rate // 10**6) < size:
        message = (
            f"a burst is in bits, and this one is too small for a packet of {size} bytes: the "
            "kernel drops every full-sized one"
        )
        yield Hit(path, burst, message, fix, Severity.RISK)


def _packet(network: Network) -> int:
    """Bytes of the largest packet, with its Ethernet header."""
    written = (one.number("mtu") for one in network.plugins)
    return min((one for one in written if one > 0), default=1500) + 14


_IFNAME = (1, 1, 0)
"""The release from which tuning replaces IFNAME by the pod's interface (tuning.go c16cff98)."""


def _tuning(plugin: Plugin, _: Network, lab: Lab) -> Iterator[Hit]:
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


def _portmap(plugin: Plugin, _: Network, __: Lab) -> Iterator[Hit]:
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


def _coordinator(plugin: Plugin, _: Network, __: Lab) -> Iterator[Hit]:
    listed = plugin.config.get("policyRoutes")
    for index, route in enumerate(listed if isinstance(listed, list) else ()):
        own = route if isinstance(route, dict) else NOTHING
        dst, gw = (text(own.get(key)).strip() for key in ("dst", "gw"))
        gateway = read_address(gw)
        if not dst or gateway is None or (":" in dst) == (gateway.version == 6):
            continue
        message = f"coordinator refuses it: {dst} and {gw} are not of the same IP family"
        fix = Line("gw", ..., f"an IPv{6 if ':' in dst else 4} address")
        yield Hit((*plugin.path, "policyRoutes", index, "gw"), gw, message, fix)


def _route_override(plugin: Plugin, _: Network, __: Lab) -> Iterator[Hit]:
    args = plugin.config.get("args")
    if isinstance(args, dict) and args.get("cni") is None and not rendered_later(args):
        message = "route-override panics on `args` without `cni`"
        yield Hit((*plugin.path, "args"), args, message, "remove args, or write `cni` into it")


def _vrf(plugin: Plugin, _: Network, __: Lab) -> Iterator[Hit]:
    name = text(plugin.config.get("vrfname"))
    if name in _OF_PODS:
        message = f"every pod has {name} already, and it is no VRF: vrf refuses it"
        yield Hit((*plugin.path, "vrfname"), name, message, Line("vrfname", "vrf-lab"))


_OF_PODS = ("lo", "eth0")
"""Interfaces that every pod has: the kubelet's CRI asks for eth0 (containerd, CRI-O)."""


CHAINED: Mapping[str, Callable[[Plugin, Network, Lab], Iterator[Hit]]] = {
    "bandwidth": _bandwidth,
    "cnv-tuning": _tuning,
    "coordinator": _coordinator,
    "portmap": _portmap,
    "route-override": _route_override,
    "tuning": _tuning,
    "vrf": _vrf,
}
"""What is judged of a chained plugin's keys, by its type."""
