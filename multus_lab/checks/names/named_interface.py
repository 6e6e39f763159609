"""NAD015: a sysctl that names an interface, which another may be."""

from collections.abc import Iterator

from multus_lab.checks.among import with_key
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, network_rule

_PRIMARY = "eth0"
_EVERY = ("all", "default", "lo", "IFNAME", "")


@network_rule(
    "NAD015",
    Severity.NOTE,
    "sysctl that names an interface",
    among=with_key("sysctl"),
    why=(
        "Multus names a pod's interfaces by the order in which the pod lists its networks: net2 is "
        "this network's only if it comes second, or if the pod asks for the name. If there is no "
        "such interface yet, the pod fails; if it is another network's, that one is changed. "
        "tuning replaces IFNAME by the network's own interface."
    ),
    fix=Line("net.ipv4.conf.IFNAME.rp_filter", "2"),
    source="plugins v1.10.0 tuning.go getSysctlFilename; multus-cni v4.3.0 getIfname; as rehearsed",
    says=("open /proc/sys/net/…: no such file or directory",),
)
def named_interface(network: Network, _: Lab) -> Iterator[Hit]:
    """Find sysctls of an interface by its name, in tuning and its kin."""
    for plugin in network.plugins:
        sysctl = plugin.config.get("sysctl") if "sysctl" in plugin.record.keys.keys else None
        for key, value in sysctl.items() if isinstance(sysctl, dict) else ():
            if (dotted := _dotted(key)) and "${" not in dotted:
                message = (
                    f"a dot is a slash to tuning, so it looks for {dotted.replace('.', '/')}: no "
                    "sysctl of an interface with a dot can be set, and pods fail"
                )
                path = (*plugin.path, "sysctl", key)
                yield Hit(path, value, message, f"remove {key}", Severity.ERROR)
                continue
            name = _named(key)
            if name in _EVERY or "${" in name:
                continue
            message = f"{name} is this network's interface only in some pods"
            if name == _PRIMARY:
                message = f"{name} is the pod's primary interface, not this network's"
            fix = Line(_with_ifname(key, name), value, "IFNAME stands for the network's interface")
            yield Hit((*plugin.path, "sysctl", key), value, message, fix)


def _dotted(key: str) -> str:
    """The interface of a sysctl with slashes, such as eth0.100, if its name has a dot."""
    match key.strip("/").split("/"):
        case ["net", _, "conf" | "neigh", name, _] if "." in name:
            return name
    return ""


def _named(key: str) -> str:
    """The interface of a sysctl, such as net1 of net.ipv4.conf.net1.rp_filter."""
    match key.replace(".", "/").strip("/").split("/"):
        case ["net", "ipv4" | "ipv6" | "mpls", "conf" | "neigh", name, _, *_]:
            return name
    return ""


def _with_ifname(key: str, name: str) -> str:
    for mark in "./":
        if (part := f"{mark}{name}{mark}") in key:
            return key.replace(part, f"{mark}IFNAME{mark}", 1)
    return key.replace(name, "IFNAME", 1)
