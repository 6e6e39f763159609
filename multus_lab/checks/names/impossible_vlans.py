"""NAD018: VLANs that ovs or sriov refuse."""

from collections.abc import Iterator, Mapping

from multus_lab.checks.among import with_plugin
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network, Plugin, rendered_later
from multus_lab.checks.rule import Hit, network_rule
from multus_lab.plugins import number
from multus_lab.plugins.kinds import INT


@network_rule(
    "NAD018",
    Severity.ERROR,
    "VLANs that the plugin refuses",
    among=with_plugin("ovs", "sriov"),
    why=(
        "ovs needs VLANs in a trunk, in order, and sriov a VLAN for what it tags. Otherwise they "
        "refuse the configuration, and the pod doesn't start."
    ),
    fix=Line("trunk", [{"minID": 100, "maxID": 200}]),
    source="ovs-cni 19262a0c pkg/common SplitVlanIds; sriov-cni 1b7acc5b pkg/config LoadConf",
)
def impossible_vlans(network: Network, _: Lab) -> Iterator[Hit]:
    """Find trunks of ovs out of order or without VLANs, and tags of sriov without a VLAN."""
    for plugin in network.plugins:
        if plugin.type == "ovs":
            yield from _ovs(plugin)
        elif plugin.type == "sriov":
            yield from _sriov(plugin)


def _ovs(plugin: Plugin) -> Iterator[Hit]:
    trunk = plugin.config.get("trunk")
    listed = trunk if isinstance(trunk, list) else []
    path = (*plugin.path, "trunk")
    some = any(isinstance(one, dict) and _any_vlan(one) for one in listed)
    for index, one in enumerate(listed):
        low, high = (_vlan(one, key) for key in ("minID", "maxID"))
        if low is not None and high is not None and low > high:
            fix = Line(index, {"minID": high, "maxID": low})
            yield Hit((*path, index), one, "minID is greater than maxID", fix)
        if isinstance(one, dict) and len(half := _half(one)) == 1 and some:
            other = "maxID" if half == ["minID"] else "minID"
            message = f"ovs drops {half[0]} without {other} beside it in silence"
            yield Hit((*path, index), one, message, f"add {other}, or write id", Severity.RISK)
    if listed and not some and all(isinstance(one, dict) for one in listed):
        message = "no entry has an id, or both minID and maxID: the trunk has no VLAN"
        yield Hit(path, trunk, message, Line("trunk", [{"id": 100}]))


def _vlan(entry: object, key: str) -> int | None:
    """A number of a trunk's entry, if it is one."""
    value = entry.get(key) if isinstance(entry, dict) else None
    return None if value is None or not INT.takes(value) else number(value)


def _any_vlan(entry: Mapping[str, object]) -> bool:
    """Whether an entry has a VLAN, or what can't be read, which NAD004 finds, or not yet."""
    if any(entry.get(key) is not None and _vlan(entry, key) is None for key in _TRUNK):
        return True
    return entry.get("id") is not None or bool(_vlan(entry, "minID") and _vlan(entry, "maxID"))


def _half(entry: Mapping[str, object]) -> list[str]:
    """The ends of a range of VLANs that an entry has; none if more may come or can't be read."""
    if rendered_later(entry):
        return []
    return [key for key in ("minID", "maxID") if entry.get(key) is not None]


_TRUNK = ("minID", "maxID", "id")


def _sriov(plugin: Plugin) -> Iterator[Hit]:
    vlan, path = plugin.config.get("vlan"), plugin.path
    if vlan is None:
        for key in ("vlanQoS", "vlanProto"):
            if plugin.has(key):
                message = f"sriov takes {key} only beside a vlan"
                yield Hit((*path, key), plugin.config[key], message, Line("vlan", 100))
    elif INT.takes(vlan) and number(vlan) == 0:
        if plugin.number("vlanQoS") in range(1, 8):
            message = "sriov takes a vlanQoS other than 0 only with a vlan other than 0"
            yield Hit((*path, "vlanQoS"), plugin.config["vlanQoS"], message, Line("vlan", 100))
        if plugin.text("vlanProto").lower() == "802.1ad":
            message = "sriov takes vlanProto 802.1ad only with a vlan other than 0"
            yield Hit((*path, "vlanProto"), plugin.config["vlanProto"], message, Line("vlan", 100))
