"""LNK114: a VLAN or a device that a node has once."""

from collections.abc import Hashable, Iterator

from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Fix, Line
from multus_lab.checks.links.masters import on_master
from multus_lab.checks.links.undecided import pods_line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, Place, Refusal, lab_rule
from multus_lab.plugins import Placeholder
from multus_lab.plugins.kinds import INT


@lab_rule(
    "LNK114",
    Severity.ERROR,
    "VLAN or device that a node has once",
    why="The plugin moves the device into the pod. A master has one device of a VLAN: the next pod "
    "on the node fails with `file exists`, and where a device of the node is gone, it can't be "
    "found, nor can networks on it: their pods fail as long as another pod has it.",
    fix=Line("type", "macvlan", "with master: eth1.112, made on the nodes"),
    source="plugins v1.10.0 vlan.go loadConf, createVlan, host-device.go moveLinkIn; plugins #243; "
    "multus-cni #569; macvlan.go, ipvlan.go, vlan.go (the master is looked up in the node by its "
    "name, and taken by its number)",
    says=(
        "invalid VLAN ID … (must be between 0 and 4095 inclusive)",
        "failed to create vlan: file exists",
        "Link not found",
        Refusal("host-device", "device that another pod takes first"),
        Refusal("host-device", "loopback"),
        "failed to create …: no such device",
    ),
)
def one_pod_per_node(lab: Lab) -> Iterator[Hit]:
    """Find VLANs out of range, and what two networks or several pods of a node would share."""
    first: dict[Hashable, Network] = {}
    for network in lab.among(_may_be_once):
        if (wrong := _wrong_vlan(network)) is not None:
            yield wrong
            continue
        key = _key(network)
        if key is None:
            continue
        if network.main.config[key] == "lo":
            path, message = (*network.main.path, key), "the kernel lets no loopback move into a pod"
            yield Hit(path, "lo", message, Line(key, "eth1"), network=network)
        elif (moved := _moved_master(network, lab)) is not None:
            yield moved
        else:
            yield from _shared(network, key, first, lab)


def _may_be_once(network: Network) -> bool:
    """Whether its kind of interface may be of one pod at a time, or of a VLAN."""
    link = network.link
    if link is None:
        return False
    return bool(link.once and not link.once_where) or "vlanId" in network.main.record.keys.keys


def _wrong_vlan(network: Network) -> Hit | None:
    """A vlanId out of range. The plugin takes 0, though its message says "0 and 4095"."""
    main = network.main
    if "vlanId" not in main.record.keys.keys or network.link is None:
        return None
    written, vlan = main.config.get("vlanId"), main.number("vlanId")
    if isinstance(written, Placeholder) or 0 < vlan <= 4094:
        return None
    if written is not None and not INT.fits(written):
        return None
    message = "a VLAN is from 1 to 4094" + ("" if vlan else "; 0 tags with no VLAN")
    severity = None if vlan else Severity.RISK
    path = (*main.path, "vlanId")
    return Hit(path, written, message, Line("vlanId", 112), severity, network)


def _key(network: Network) -> str | None:
    """The key that names what a node has once; None if there is none, or LNK108 has it."""
    link, main = network.link, network.main
    if link is None or not network.once or link.once_where or network.resource:
        return None
    if link.master and not network.on_node:
        return None
    named = [key for key in link.once if main.has(key) and main.config[key] != ""]
    return named[-1] if named else None


def _moved_master(network: Network, lab: Lab) -> Hit | None:
    """A device that moves into the pod, while other networks lie on it."""
    link, main = network.link, network.main
    if link is None or "device" not in link.once or main.flag("DPDKMode"):
        return None
    device = main.text("device")
    there = [one for one in on_master(lab).get(device, ()) if one.label != network.label]
    if not there:
        return None
    other, more = there[0], f" and {len(there) - 1} more" if len(there) > 1 else ""
    lie = "lie" if more else "lies"
    return Hit(
        (*main.path, "device"),
        device,
        f"{other.label}{more} {lie} on {device}, which moves into a pod of this one: until it is "
        "back, pods on it fail, as it isn't found",
        Line("device", ..., "an interface that no network lies on"),
        network=network,
        related=(Place(other, (*other.main.path, "master"), f"{device} is the master here"),),
    )


def _shared(network: Network, key: str, first: dict[Hashable, Network], lab: Lab) -> Iterator[Hit]:
    main = network.main
    path, value = (*main.path, key), main.config[key]
    thing = _thing(network)
    other = first.setdefault(thing, network) if thing else network
    pods = lab.pods_per_node(network)
    fix = _fix(network)
    if other is not network:
        message = f"{other.label} takes it as well: a node can't have both"
        place = Place(other, (*other.main.path, key), "the same here")
        yield Hit(path, value, message, fix, network=network, related=(place,))
    elif pods is None or pods > 1:
        message = "a node can have one pod of this network"
        if pods:
            message += f"; {pods} are expected"
        severity = None if pods else Severity.NOTE
        yield Hit(
            path,
            value,
            message,
            pods_line(lab) if pods is None and lab.zone else fix,
            severity,
            network,
        )


def _fix(network: Network) -> Fix:
    main = network.main
    if vlan := main.number("vlanId"):
        master = f"{network.master or 'eth1'}.{vlan}"
        return Line("type", "macvlan", f"with master: {master}, made on the nodes")
    return "run one pod per node, or offer several devices by a device plugin's resourceName"


def _thing(network: Network) -> Hashable | None:
    """What a node has once, by the values of the keys that name it."""
    main = network.main
    values = tuple(main.config.get(key) for key in (network.link.once if network.link else ()))
    if any(isinstance(one, Placeholder | list | dict) for one in values):
        return None
    if network.link is not None and network.link.master and not network.master:
        return None
    return (main.type, *values)
