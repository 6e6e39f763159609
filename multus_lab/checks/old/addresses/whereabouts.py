"""Rule IPA214: what whereabouts drops in silence, and what it fails on."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from multus_lab.checks.finding import Path, Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, rule
from multus_lab.settings.pools import exclusion, read_address, read_network, too_small
from multus_lab.settings.types import AnyAddress, AnyNetwork


@rule(
    "IPA214",
    Severity.ERROR,
    "range of whereabouts that is not what is written",
    why=(
        "whereabouts drops a start, an end or an exclusion that doesn't fit, and hands out the "
        "rest of the network; it fails on networks smaller than /30 or /126, on exclusions that "
        "are none or leave nothing, and on node slices that don't divide one IPv4 range."
    ),
    fix=Line("range", "10.12.34.0/24"),
    source="whereabouts v0.9.4 pkg/iphelpers GetIPRange, pkg/config, pkg/allocate",
    says=(
        "has no usable IP addresses, it is too small",
        "invalid range start for CIDR …",
        "could not parse exclude range",
    ),
)
def whereabouts_ranges(network: Network, _: Lab) -> Iterator[Hit]:
    """Judge each range of whereabouts, and its node slices."""
    if network.ipam_type != "whereabouts":
        return
    ipam, path = network.main.ipam, network.ipam_path
    ranges = list(_ranges(ipam, path))
    for keys, place in ranges:
        subnet = _network(keys)
        if subnet is None:
            continue
        if too_small(subnet):
            longest = subnet.max_prefixlen - 2
            yield Hit(
                (*place, "range"),
                keys["range"],
                f"{subnet} has no usable address; whereabouts takes at most /{longest}",
                fix=Line("range", subnet.supernet(new_prefix=longest)),
            )
            continue
        if not ipam.get("node_slice_size"):
            yield from _ends(keys, place, subnet)
            yield from _exclusions(keys, place, subnet)
    if ipam.get("exclude") and "range" not in ipam:
        yield _silent((*path, "exclude"), ipam["exclude"], "exclude beside ipRanges")
    if ipam.get("node_slice_size") is not None:
        yield from _slices(ipam, path, ranges)
    else:
        yield from _nothing_left(network)


def _ends(keys: Mapping[str, Any], place: Path, subnet: AnyNetwork) -> Iterator[Hit]:
    """A start or end that whereabouts does not take."""
    if "-" in keys["range"]:
        yield from _first_to_last(keys, place, subnet)
        return
    start: AnyAddress | None = None
    for key in ("range_start", "range_end"):
        written = keys.get(key)
        given = read_address(written)
        if given is None:
            continue
        if given not in subnet:
            yield _silent((*place, key), written, f"{key} {given} outside of {subnet}")
        elif key == "range_start":
            start = given
        elif start and int(given) < int(start):
            message = f"range_end {given} before range_start {start}"
            yield _silent((*place, key), written, message)


def _first_to_last(keys: Mapping[str, Any], place: Path, subnet: AnyNetwork) -> Iterator[Hit]:
    """A range `first-last/prefix`, which stands in for range_start and range_end."""
    for key in ("range_start", "range_end"):
        if keys.get(key):
            yield _silent((*place, key), keys[key], f"{key} beside a range first-last")
    start, _, rest = keys["range"].partition("-")
    first, last = read_address(start), read_address(rest.partition("/")[0])
    if first is None:
        yield Hit((*place, "range"), keys["range"], f"{start!r} is no address")
    elif first not in subnet:
        yield Hit((*place, "range"), keys["range"], f"{first} is outside of {subnet}")
    elif last and int(first) > int(last):
        yield _silent((*place, "range"), keys["range"], f"the end {last} before {first}")


def _exclusions(keys: Mapping[str, Any], place: Path, subnet: AnyNetwork) -> Iterator[Hit]:
    listed = keys.get("exclude")
    for index, one in enumerate(listed if isinstance(listed, list) else []):
        if not isinstance(one, str):
            continue
        hole = exclusion(one)
        where = (*place, "exclude", index)
        if hole is None:
            yield Hit(where, one, f"{one!r} is neither a network nor an address")
        elif hole.version != subnet.version or not hole.overlaps(subnet):
            yield _silent(where, one, f"exclude {one} outside of {subnet}")


def _nothing_left(network: Network) -> Iterator[Hit]:
    left = {piece.pool.path for piece in network.pieces}
    for pool in network.pools:
        if pool.ipam == "whereabouts" and pool.path not in left and pool.keys.get("exclude"):
            yield Hit(
                (*pool.path, "exclude"),
                pool.keys["exclude"],
                f"exclude leaves nothing of {pool.addresses}",
                fix=Line("exclude", []),
            )


def _slices(
    ipam: Mapping[str, Any], path: Path, ranges: list[tuple[Mapping[str, Any], Path]]
) -> Iterator[Hit]:
    """Node slices divide one IPv4 range (iphelpers DivideRangeBySize, which panics on IPv6)."""
    written = ipam["node_slice_size"]
    place = (*path, "node_slice_size")
    if written == "":
        return
    size = re.fullmatch(r"/?([0-9]{1,3})", written) if isinstance(written, str) else None
    if size is None:
        message = f"node_slice_size {written!r} is no prefix length in quotes"
        yield Hit(place, written, message, fix=Line("node_slice_size", "/28"))
        return
    if len(ranges) > 1:
        yield Hit(place, written, "node slices serve one range alone, and there are more")
    for keys, where in ranges:
        subnet = _network(keys)
        if subnet and subnet.version == 6:
            yield Hit((*where, "range"), keys["range"], "node slices can't divide IPv6")
        elif subnet and not subnet.prefixlen <= int(size[1]) <= 30:
            allowed = f"from /{subnet.prefixlen} to /30"
            yield Hit(place, written, f"a slice of {subnet} is {allowed}, not /{size[1]}")
        for key in ("range_start", "range_end", "exclude"):
            if keys.get(key):
                yield _silent((*where, key), keys[key], f"{key} beside node_slice_size")


def _silent(place: Path, value: object, what: str) -> Hit:
    return Hit(
        place,
        value,
        f"whereabouts drops {what} in silence",
        fix=f"take {place[-1]} out, or write what is meant",
        severity=Severity.RISK,
    )


def _ranges(ipam: Mapping[str, Any], path: Path) -> Iterator[tuple[Mapping[str, Any], Path]]:
    listed = ipam.get("ipRanges")
    if "range" in ipam:
        yield ipam, path
    for index, one in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(one, dict):
            yield one, (*path, "ipRanges", index)


def _network(keys: Mapping[str, Any]) -> AnyNetwork | None:
    written = keys.get("range")
    return read_network(written.rpartition("-")[2]) if isinstance(written, str) else None
