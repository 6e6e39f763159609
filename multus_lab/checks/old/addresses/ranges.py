"""Rules IPA on ranges: what host-local refuses, and what no pod can use."""

from collections.abc import Iterator, Mapping
from ipaddress import IPv6Network
from itertools import chain
from typing import Any

from multus_lab.checks.finding import Path, Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, rule
from multus_lab.settings.pools import (
    Pool,
    RangeSet,
    host_local_sets,
    read_address,
    read_network,
    too_small,
)
from multus_lab.settings.types import AnyAddress

_RANGE = "plugins v1.9.1 plugins/ipam/host-local/backend/allocator/range.go Canonicalize"


@rule(
    "IPA201",
    Severity.ERROR,
    "subnet that host-local can't allocate from",
    why=(
        "host-local takes the network address alone, of at most /30 (IPv4) or /126 (IPv6); every "
        "pod fails otherwise."
    ),
    fix=Line("subnet", "10.12.34.0/24"),
    source=_RANGE,
    says=(
        "Network has host bits set. For a subnet mask of length … the network address is …",
        "Network … too small to allocate from",
        "IPNet IP and Mask version mismatch",
        "invalid CIDR address: …",
    ),
)
def subnet_refused(network: Network, _: Lab) -> Iterator[Hit]:
    """Find host bits, a subnet too small, and an IPv4-mapped one."""
    for keys, path in _ranges(network):
        written = _text(keys, "subnet")
        subnet = read_network(written)
        place = (*path, "subnet")
        if written is None or subnet is None:
            # NAD004 tells what is no network, and NAD010 null where there is nothing else.
            if keys.get("subnet", "") is None and keys.get("ranges"):
                yield Hit(place, None, "null for a subnet is refused", fix="remove subnet")
            continue
        if too_small(subnet):
            longest = subnet.max_prefixlen - 2
            yield Hit(
                place,
                written,
                f"{subnet} is too small to allocate from; host-local takes at most /{longest}",
                fix=Line("subnet", subnet.supernet(new_prefix=longest)),
            )
        elif isinstance(subnet, IPv6Network) and subnet.network_address.ipv4_mapped:
            yield Hit(place, written, "an IPv4-mapped subnet is refused; write it as IPv4")
        elif read_address(written.partition("/")[0]) != subnet.network_address:
            yield Hit(
                place,
                written,
                f"{written} has host bits set; the network is {subnet}",
                fix=Line("subnet", subnet),
            )


@rule(
    "IPA202",
    Severity.ERROR,
    "range outside its subnet, or ending before it starts",
    why=(
        "host-local refuses it, and calls a start behind the end `not in network`. A start behind "
        "the default end is not refused: it goes on past the subnet's end."
    ),
    fix=Line("rangeStart", "10.12.34.200"),
    source=_RANGE,
    says=(
        "RangeStart … not in network …",
        "RangeEnd … not in network …",
    ),
)
def range_refused(network: Network, _: Lab) -> Iterator[Hit]:
    """Find a rangeStart or rangeEnd of host-local that is not in place."""
    for pool in network.pools:
        if pool.ipam != "host-local":
            continue
        ends = {key: _read(pool.keys, key) for key in ("rangeStart", "rangeEnd")}
        outside = [key for key, end in ends.items() if end and end not in pool.subnet]
        for key in outside:
            low, high = pool.subnet[1], pool.subnet[-2 if pool.subnet.version == 4 else -1]
            yield Hit(
                (*pool.path, key),
                pool.keys[key],
                f"{ends[key]} is not in the subnet {pool.subnet}",
                fix=Line(key, low if key == "rangeStart" else high),
            )
        if not outside and int(pool.first) > int(pool.last):
            key = "rangeEnd" if ends["rangeEnd"] else "rangeStart"
            yield Hit(
                (*pool.path, key),
                pool.keys[key],
                f"the range ends at {pool.last}, before it starts at {pool.first}",
                fix=Line("rangeStart", pool.last),
            )


@rule(
    "IPA203",
    Severity.RISK,
    "network or broadcast address handed to a pod",
    why=(
        "host-local hands it out without a word. The pod that gets the broadcast address can't be "
        "reached, that with the network's own by Linux from 5.14 on alone."
    ),
    fix=Line("rangeStart", "10.12.34.1"),
    source="plugins v1.9.1 host-local/backend/allocator/range.go; multus-cni #847, #1087",
)
def network_address_handed_out(network: Network, _: Lab) -> Iterator[Hit]:
    """Find IPv4 ranges of host-local that include the subnet's first or last address."""
    for pool in network.pools:
        if pool.ipam != "host-local" or pool.subnet.version != 4 or not pool.sound:
            continue
        first, last = pool.subnet[0], pool.subnet[-1]
        if pool.first == first:
            yield Hit(
                (*pool.path, "rangeStart"),
                pool.keys.get("rangeStart"),
                f"the first pod gets {first}, the network's own address",
                fix=Line("rangeStart", first + 1),
            )
        if pool.last == last:
            yield Hit(
                (*pool.path, "rangeEnd"),
                pool.keys.get("rangeEnd"),
                f"a pod gets {last}, the broadcast address",
                fix=Line("rangeEnd", last - 1),
            )


@rule(
    "IPA212",
    Severity.ERROR,
    "range sets that don't go together",
    why=(
        "A pod gets one address of each set, so a set is of one family, and no two ranges "
        "overlap. More than one address of a family needs cniVersion 0.3.0 or newer."
    ),
    fix=Line("ranges", [[{"subnet": "10.12.34.0/24"}], [{"subnet": "2001:db8::/64"}]]),
    source="plugins v1.9.1 host-local/backend/allocator/range_set.go, config.go LoadIPAMConfig",
    says=(
        "empty range set",
        "mixed address families",
        "range set … overlaps with …",
        "subnets … overlap",
        "does not support more than 1 address per family",
    ),
)
def range_sets_refused(network: Network, _: Lab) -> Iterator[Hit]:
    """Find empty sets, mixed families, overlaps, and what an old cniVersion can't carry."""
    if network.ipam_type not in ("host-local", "static", "whereabouts"):
        return
    yield from _old_version(network)
    if network.ipam_type != "host-local":
        return
    listed = network.main.ipam.get("ranges")
    for index, one in enumerate(listed if isinstance(listed, list) else []):
        if not one and (one is None or isinstance(one, list)):
            yield Hit((*network.ipam_path, "ranges", index), one, f"the range set {index} is empty")
    for one_set in host_local_sets(network.main.ipam, network.ipam_path):
        if len(one_set) > 1:
            yield from _mixed(one_set)
    if len(network.pools) > 1:
        yield from _overlaps(network)


def _mixed(one_set: RangeSet) -> Iterator[Hit]:
    subnets = [read_network(_text(keys, "subnet")) for keys, _ in one_set]
    families = {subnet.version: subnet for subnet in subnets if subnet}
    if len(families) > 1:
        yield Hit(
            one_set[0][1][:-1],
            [str(subnet) for subnet in subnets],
            "one range set has both IPv4 and IPv6; a pod gets one address of each set",
            fix=Line("ranges", [[{"subnet": one}] for one in families.values()]),
        )


def _overlaps(network: Network) -> Iterator[Hit]:
    ordered = sorted(
        (pool for pool in network.pools if pool.sound),
        key=lambda pool: (pool.subnet.version, int(pool.first)),
    )
    before: Pool | None = None
    for pool in ordered:
        if before and pool.first in before.addresses:
            yield Hit(
                (*pool.path, pool.key),
                pool.keys.get(pool.key),
                f"the range {pool.addresses} overlaps with {before.addresses}",
                fix="give each range addresses of its own",
            )
        if before is None or (pool.subnet.version, int(pool.last)) > (
            before.subnet.version,
            int(before.last),
        ):
            before = pool


def _old_version(network: Network) -> Iterator[Hit]:
    version = network.config.get("cniVersion", "")
    if version not in ("", "0.1.0", "0.2.0"):
        return
    counts = {4: 0, 6: 0}
    if network.ipam_type == "host-local":
        for one_set in host_local_sets(network.main.ipam, network.ipam_path):
            subnet = read_network(_text(one_set[0][0], "subnet")) if one_set else None
            if subnet:
                counts[subnet.version] += 1
    else:
        for pool in network.pools:
            counts[pool.subnet.version] += pool.ipam == "static"
    if max(counts.values()) > 1:
        yield Hit(
            ("cniVersion",),
            version or None,
            f"{max(counts.values())} addresses of one family need cniVersion 0.3.0 or newer",
            fix=Line("cniVersion", "0.3.1"),
        )


_UNUSABLE = tuple(
    (text, severity, int(block.network_address), int(block.broadcast_address), block.version)
    for text, severity, block in (
        ("loopback", None, read_network("127.0.0.0/8")),
        ("multicast", None, read_network("224.0.0.0/4")),
        ("of 0.0.0.0/8, which not all systems use", Severity.RISK, read_network("0.0.0.0/8")),
        ("the limited broadcast", None, read_network("255.255.255.255/32")),
        ("unspecified or loopback", None, read_network("::/127")),
        ("multicast", None, read_network("ff00::/8")),
    )
    if block
)


@rule(
    "IPA220",
    Severity.ERROR,
    "addresses that no pod can have",
    why=(
        "The kernel refuses IPv6 loopback and multicast, and takes the IPv4 ones, as well as the "
        "subnet's broadcast, for addresses that no neighbour ever answers to. Those of 0.0.0.0/8 "
        "work between hosts of Linux 5.3 and newer, and nowhere else."
    ),
    fix=Line("subnet", "10.12.34.0/24"),
    source="Linux net/ipv4/devinet.c, net/ipv6/addrconf.c inet6_addr_add; RFC 1122 3.2.1.3",
    says=("failed to add IP addr …: cannot assign requested address",),
)
def unusable_addresses(network: Network, _: Lab) -> Iterator[Hit]:
    """Find loopback, multicast and the like in a pool, and a static broadcast address."""
    for pool in network.pools:
        if pool.first.version != pool.subnet.version:
            continue
        place, value = (*pool.path, pool.key), pool.keys.get(pool.key)
        first, last = int(pool.first), int(pool.last)
        for text, severity, low, high, version in _UNUSABLE:
            if version == pool.first.version and first <= high and last >= low:
                message = f"{value} has addresses that are {text}"
                yield Hit(place, value, message, severity=severity)
        if pool.ipam == "static" and pool.subnet.version == 4 and pool.subnet.num_addresses > 2:
            yield from _ends_of_subnet(pool, place)


def _ends_of_subnet(pool: Pool, place: Path) -> Iterator[Hit]:
    """The broadcast address never answers; the network's own does on new kernels alone."""
    fix = Line("address", f"{pool.subnet[1]}/{pool.subnet.prefixlen}")
    value = pool.keys.get("address")
    if pool.first == pool.subnet[-1]:
        yield Hit(place, value, f"{pool.first} is the broadcast address of {pool.subnet}", fix)
    elif pool.first == pool.subnet[0]:
        message = f"{pool.first} is the network's own address of {pool.subnet}"
        yield Hit(place, value, message, fix, Severity.RISK)


def _ranges(network: Network) -> Iterator[tuple[Mapping[str, Any], Path]]:
    if network.ipam_type == "host-local":
        yield from chain.from_iterable(host_local_sets(network.main.ipam, network.ipam_path))


def _text(keys: Mapping[str, Any], key: str) -> str | None:
    value = keys.get(key)
    return value if isinstance(value, str) else None


def _read(keys: Mapping[str, Any], key: str) -> AnyAddress | None:
    return read_address(_text(keys, key))
