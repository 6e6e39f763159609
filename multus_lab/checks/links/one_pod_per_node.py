"""LNK114: a VLAN or a device that a node has once."""

from collections.abc import Hashable, Iterator

from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Fix, Line
from multus_lab.checks.links.undecided import pods_line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, Place, lab_rule
from multus_lab.plugins import Placeholder
from multus_lab.plugins.kinds import INT


@lab_rule(
    "LNK114",
    Severity.ERROR,
    "VLAN or device that a node has once",
    why="The plugin moves the device into the pod. A master has one device of a VLAN: the next pod "
    "on the node fails with `file exists`, and where a device of the node is gone, it can't be "
    "found.",
    fix=Line("type", "macvlan", "with master: eth1.112, made on the nodes"),
    source="plugins v1.10.0 vlan.go loadConf, createVlan, host-device.go moveLinkIn; plugins #243; "
    "multus-cni #569",
    says=(
        "invalid VLAN ID … (must be between 0 and 4095 inclusive)",
        "failed to create vlan: file exists",
        "failed to find host device",
    ),
)
def one_pod_per_node(lab: Lab) -> Iterator[Hit]:
    """Find VLANs out of range, and what two networks or several pods of a node would share."""
    first: dict[Hashable, Network] = {}
    for network in lab.networks:
        if (wrong := _wrong_vlan(network)) is not None:
            yield wrong
            continue
        key = _key(network)
        if key is not None:
            yield from _shared(network, key, first, lab)


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
