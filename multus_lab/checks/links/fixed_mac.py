"""LNK118: a MAC that pods can't have, or share."""

import re
from collections.abc import Hashable, Iterator

from multus_lab.checks.among import with_key
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.links.undecided import pods_line
from multus_lab.checks.network import Lab, Network, Plugin
from multus_lab.checks.rule import Hit, Place, lab_rule

_PAIR = "[0-9A-Fa-f]{2}"
_WRITTEN = rf"{_PAIR}([:-]){_PAIR}(\1{_PAIR}){{4}}|([0-9A-Fa-f]{{4}}\.){{2}}[0-9A-Fa-f]{{4}}"
"""Six bytes, as Go's net.ParseMAC reads them."""


@lab_rule(
    "LNK118",
    Severity.ERROR,
    "MAC that pods can't have, or share",
    why="A MAC in the configuration is that of every pod of the network: two on one master "
    "collide, on one node with `address already in use`, on two in silence.",
    fix=Line("capabilities", {"mac": True}, "and let each pod ask for its own"),
    source="plugins v1.10.0 macvlan.go, tuning.go changeMacAddr; Linux is_valid_ether_addr, "
    "macvlan_addr_busy; kubemacpool",
    says=(
        "cannot assign requested address",
        "address already in use",
        "invalid MAC address",
        "failed to create macvlan: invalid argument",
    ),
)
def fixed_mac(lab: Lab) -> Iterator[Hit]:
    """Find MACs that are none, not a pod's, not unique, or of a network with several pods."""
    first: dict[Hashable, tuple[Network, Plugin]] = {}
    for network in lab.among(with_key("mac")):
        for plugin in network.plugins:
            text = plugin.text("mac")
            if text and _sets_mac(plugin) and not _refused(network):
                for hit in _hits(network, plugin, text, first, lab):
                    yield hit._replace(network=network)


def _sets_mac(plugin: Plugin) -> bool:
    """Whether the plugin gives its key `mac` to the interface that it makes, or works on."""
    link = plugin.record.link
    return plugin.record.sets_mac or (link is not None and link.sets_mac)


def _refused(network: Network) -> bool:
    """Whether its interface takes no MAC at all, which LNK115 finds."""
    return network.link is not None and network.link.one_mac


def _hits(
    network: Network,
    plugin: Plugin,
    text: str,
    first: dict[Hashable, tuple[Network, Plugin]],
    lab: Lab,
) -> Iterator[Hit]:
    path = (*plugin.path, "mac")
    mac = re.sub("[:.-]", "", text).lower() if re.fullmatch(_WRITTEN, text) else ""
    if wrong := _wrong(mac):
        yield Hit(path, text, wrong, Line("mac", "02:00:0a:0c:22:c8"))
        return
    segment = lab.segment(network) or network.label
    other, others = first.setdefault((segment, mac), (network, plugin))
    if other is not network:
        message = f"{other.label} has this MAC on the same segment"
        place = Place(other, (*others.path, "mac"), "the same MAC here")
        yield Hit(path, text, message, related=(place,))
        return
    if not int(mac[:2], 16) & 2:
        message = "not locally administered: it may be that of a device of its maker's"
        yield Hit(path, text, message, Line("mac", f"02{text[2:]}"), Severity.RISK)
    yield from _shared(network, Hit(path, text, ""), lab)


def _wrong(mac: str) -> str | None:
    """Why an interface can't have it; `mac` is twelve hexadecimal digits, or empty."""
    if not mac:
        return "a MAC has six bytes, like 02:00:0a:0c:22:c8"
    if int(mac[:2], 16) & 1:
        return "an interface can't have a multicast MAC: cannot assign requested address"
    return None if int(mac, 16) else "an interface can't have a MAC of zeros: cannot assign address"


def _shared(network: Network, hit: Hit, lab: Lab) -> Iterator[Hit]:
    """What becomes of a MAC of all pods, by how many there are."""
    pods, nodes = lab.pods_per_node(network), len(lab.nodes_of(network))
    if pods is None:
        message = "all its pods have this MAC; whether there are several can't be decided"
        yield hit._replace(message=message, fix=pods_line(lab), severity=Severity.NOTE)
    elif pods > 1:
        yield hit._replace(message=f"{pods} pods per node are expected, all with this MAC")
    elif pods and nodes > 1:
        message = f"the pods of {nodes} nodes have this MAC, on one segment"
        yield hit._replace(message=message, severity=Severity.RISK)
