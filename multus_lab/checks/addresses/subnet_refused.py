"""IPA201: a subnet that host-local can't allocate from."""

from collections.abc import Iterator
from ipaddress import IPv6Network
from itertools import chain

from multus_lab.addresses import read_address, read_network, too_small
from multus_lab.checks.among import with_ipam
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, network_rule
from multus_lab.plugins.host_local import range_sets


@network_rule(
    "IPA201",
    Severity.ERROR,
    "subnet that host-local can't allocate from",
    among=with_ipam("host-local"),
    why=(
        "host-local takes the network address alone, of at most /30 (IPv4) or /126 (IPv6). Every "
        "pod fails otherwise."
    ),
    fix=Line("subnet", "10.12.34.0/24"),
    source="plugins v1.9.1, v1.10.0 plugins/ipam/host-local/backend/allocator/range.go "
    "Canonicalize",
    says=(
        "Network has host bits set. For a subnet mask of length … the network address is …",
        "Network … too small to allocate from",
        "IPNet IP and Mask version mismatch",
        "invalid CIDR address: …",
    ),
)
def subnet_refused(network: Network, _: Lab) -> Iterator[Hit]:
    """Find host bits, a subnet too small, and an IPv4-mapped one."""
    if network.ipam is None or network.ipam_type != "host-local":
        return
    for keys, path in chain.from_iterable(range_sets(network.main.ipam, network.ipam_path)):
        written = keys.get("subnet")
        subnet = read_network(written)
        place = (*path, "subnet")
        if not isinstance(written, str) or subnet is None:
            # NAD004 finds what is no network, and NAD010 null with nothing beside it.
            if keys.get("subnet", "") is None and keys.get("ranges"):
                yield Hit(place, None, "host-local refuses null as a subnet", fix="remove subnet")
        elif too_small(subnet):
            longest = subnet.max_prefixlen - 2
            yield Hit(
                place,
                written,
                f"{subnet} is too small to allocate from; host-local takes at most /{longest}",
                fix=Line("subnet", subnet.supernet(new_prefix=longest)),
            )
        elif isinstance(subnet, IPv6Network) and subnet.network_address.ipv4_mapped:
            yield Hit(place, written, "host-local refuses an IPv4-mapped subnet; write it as IPv4")
        elif read_address(written.partition("/")[0]) != subnet.network_address:
            yield Hit(
                place,
                written,
                f"{written} has host bits set; the network is {subnet}",
                fix=Line("subnet", subnet),
            )
