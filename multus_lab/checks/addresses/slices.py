"""Node slices of whereabouts: a pool that its controller divides among the nodes (part of IPA214).

The controller makes a NodeSlicePool of a network's first range, called by `network_name` or else
by the CNI name that stands beside the plugin's type. Of networks with one `network_name`, none of
them counting as one too, it makes no pool as long as their ranges or slice sizes differ
(whereabouts v0.9.4 pkg/node-controller/controller.go checkForMultiNadMismatch, getSliceName).
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from multus_lab.addresses import AnyNetwork
from multus_lab.checks.addresses.once import once_each
from multus_lab.checks.finding import Path, Severity
from multus_lab.checks.fix import Fix, Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, Place
from multus_lab.plugins import Placeholder
from multus_lab.plugins.pools import text
from multus_lab.plugins.whereabouts import network_of, ranges

_MOST = 2**14
"""So many slices still fit into one object of the API, of at most 1.5 MB, at 49 bytes each."""

_ENOUGH = 13
"""Bits of slices that are more than the 5,000 nodes of a cluster (Kubernetes, "Considerations for
large clusters")."""


def slice_length(network: Network) -> int | None:
    """The prefix length of a node's slice, if whereabouts can divide the range so."""
    if network.ipam_type != "whereabouts":
        return None
    length = _length(network.main.ipam.get("node_slice_size"))
    fits = length is not None and all(
        one.subnet.version == 4 and one.subnet.prefixlen <= length <= 30
        for one in _readable(network)
    )
    return length if fits else None


def slice_pool(network: Network) -> str:
    """What the pool is called that the controller makes of a network; "" if it makes none."""
    ipam = network.main.ipam
    if network.ipam_type != "whereabouts" or not ipam.get("node_slice_size"):
        return ""
    return text(ipam.get("network_name") or network.main.config.get("name"))


def slices(network: Network, lab: Lab) -> Iterator[Hit]:
    """Judge the node slices of one network."""
    ipam, path = network.main.ipam, network.ipam_path
    written = ipam.get("node_slice_size")
    place = (*path, "node_slice_size")
    if not isinstance(written, str) or not written:
        return  # NAD004 finds a number
    length = _length(written)
    if length is None:
        message = f"node_slice_size {written!r} is no prefix length in quotes"
        yield Hit(place, written, message, fix=Line("node_slice_size", "/28"))
        return
    listed = list(_readable(network))
    if len(listed) > 1:
        message = "node slices are of one range alone, and there are more"
        yield Hit(place, written, message, fix="write one range, or take node_slice_size out")
    for one in listed:
        yield from _divided(one, length, place, lab)
        yield from _beside(one)
    if listed:
        yield from _nameless(network, place)
        yield from _nodeless(network, place)


def _beside(one: "_Range") -> Iterator[Hit]:
    """What a slice takes the place of."""
    for key in ("range_start", "range_end", "exclude"):
        if one.keys.get(key):
            yield _dropped((*one.place, key), one.keys[key], key)
    if "-" in one.written:
        dropped = _dropped((*one.place, "range"), one.written, "the start and end of a range")
        yield dropped._replace(fix=Line("range", one.subnet))


def _divided(one: "_Range", length: int, place: Path, lab: Lab) -> Iterator[Hit]:
    subnet = one.subnet
    written = f"/{length}"
    if subnet.version == 6:
        message = "node slices divide IPv4 alone: whereabouts' controller breaks off on IPv6"
        fix = "take node_slice_size out, or write an IPv4 range"
        yield Hit((*one.place, "range"), one.written, message, fix=fix)
        return
    if not subnet.prefixlen <= length <= 30:
        allowed = f"from /{subnet.prefixlen} to /30"
        fits = f"/{min(30, max(length, subnet.prefixlen))}"
        message = f"a slice of {subnet} is {allowed}, not {written}"
        yield Hit(place, written, message, fix=Line("node_slice_size", fits))
        return
    count = 2 ** (length - subnet.prefixlen)
    nodes = len(lab.zone.schedulable_nodes()) if lab.zone else 0
    if count > _MOST:
        yield Hit(
            place,
            written,
            f"{subnet} in slices of {written} are {count} slices: too many for the one object that "
            "holds them all",
            fix=Line("node_slice_size", f"/{subnet.prefixlen + _ENOUGH}"),
            severity=Severity.RISK,
        )
    elif count < nodes:
        message = f"{count} slices for {nodes} nodes: pods on the nodes without one fail"
        more = min(30, subnet.prefixlen + (nodes - 1).bit_length())
        yield Hit(place, written, message, fix=Line("node_slice_size", f"/{more}"))


def _nameless(network: Network, place: Path) -> Iterator[Hit]:
    """The controller reads the name beside the plugin's type, which in a list nobody writes."""
    if network.main.ipam.get("network_name"):
        return
    named = network.main.config.get("name")
    if isinstance(named, Placeholder) or (named and named == network.cni_name):
        return
    where = "its plugin" if network.main.path else "the configuration"
    yield Hit(
        place,
        network.main.ipam["node_slice_size"],
        f"{where} has no CNI name, and there is no network_name: whereabouts' controller makes no "
        "node slices, and every pod fails",
        fix=Line("network_name", network.name),
    )


def _nodeless(network: Network, place: Path) -> Iterator[Hit]:
    """It looks for the node's name below `configuration_path`, which has to be a file.

    (whereabouts v0.9.4 pkg/storage/kubernetes/ipam.go getNodeName, pkg/config GetFlatIPAM)
    """
    if not network.main.ipam.get("configuration_path"):
        return
    yield Hit(
        place,
        network.main.ipam["node_slice_size"],
        "with a configuration_path a node's slice is found by its /etc/hostname: pods fail on "
        "nodes that the cluster calls otherwise",
        fix="have whereabouts.d in /etc/cni/net.d, and take configuration_path out",
        severity=Severity.NOTE,
    )


def shared_pools(lab: Lab) -> Iterator[Hit]:
    """Find networks that count as one, though their ranges or slice sizes differ."""
    if not any(one.main.ipam.get("node_slice_size") for one in lab.networks):
        return
    groups: dict[str, list[Network]] = defaultdict(list)
    for network in once_each(lab):
        if network.ipam is not None and network.ipam_type == "whereabouts" and _signature(network):
            groups[text(network.main.ipam.get("network_name"))].append(network)
    for name, group in groups.items():
        sliced = [one for one in group if _signature(one)[1:] != ("",)]
        if not sliced or len(group) == 1:
            continue
        first = sliced[0]
        plain = next((one for one in group if one not in sliced), None)
        if plain is not None:
            yield _mismatch(first, plain, name)
        for one in sliced[1:]:
            if _signature(one) != _signature(first):
                yield _mismatch(one, first, name)


def _signature(network: Network) -> tuple[str, ...]:
    """What has to be the same: the first range, and the slice size as written."""
    if not network.pools:
        return ()
    listed = list(ranges(network.main.ipam, network.ipam_path))
    first = network_of(listed[0][0].get("range")) if listed else None
    return (str(first), text(network.main.ipam.get("node_slice_size"))) if first else ()


def _mismatch(network: Network, other: Network, name: str) -> Hit:
    (mine, size), (theirs, their_size) = _signature(network), _signature(other)
    what = f"ranges differ ({mine}, {theirs})"
    if mine == theirs:
        what = f"slices differ ({size}, {their_size or 'none'})"
    key, both = "node_slice_size", f"{network.label} and {other.label} have no network_name"
    if name:
        key, both = "network_name", f"network_name {name} is {other.label}'s too"
    fix: Fix = Line("network_name", network.name)
    if name:
        fix = "give both the same range and node_slice_size, or each a network_name of its own"
    return Hit(
        (*network.ipam_path, key),
        network.main.ipam.get(key),
        f"{both}, so whereabouts takes them for one network, but their {what}: its controller "
        "makes no node slices",
        fix=fix,
        network=network,
        related=(
            Place(
                other,
                (*other.ipam_path, key if other.main.ipam.get(key) else "type"),
                f"range {theirs}" + (f", slices of {their_size}" if their_size else ""),
            ),
        ),
    )


def _length(written: object) -> int | None:
    """A prefix length as strconv.Atoi reads it, behind a `/` or alone."""
    if not isinstance(written, str) or not re.fullmatch(r"/?\+?[0-9]{1,9}", written):
        return None
    return int(written.removeprefix("/"))


class _Range(NamedTuple):
    """A range that can be read: its keys, their place, and what it says."""

    keys: Mapping[str, Any]
    place: Path
    written: str
    subnet: AnyNetwork


def _readable(network: Network) -> Iterator[_Range]:
    for keys, place in ranges(network.main.ipam, network.ipam_path):
        if (subnet := network_of(keys.get("range"))) is not None:
            yield _Range(keys, place, text(keys.get("range")), subnet)


def _dropped(place: Path, value: object, what: str) -> Hit:
    return Hit(
        place,
        value,
        f"whereabouts drops {what} beside node_slice_size in silence",
        fix=f"take {place[-1]} out, or node_slice_size",
        severity=Severity.RISK,
    )
