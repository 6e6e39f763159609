"""IPA220: addresses that no pod can have."""

from collections.abc import Iterator

from multus_lab.addresses import read_network
from multus_lab.checks.addresses.pod_pools import is_fixed
from multus_lab.checks.finding import Path, Severity
from multus_lab.checks.fix import Fix, Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, network_rule
from multus_lab.plugins.pools import Pool, pieces

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


@network_rule(
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
    """Find loopback, multicast and the like in a pool, and a fixed broadcast address."""
    for pool in network.pools:
        if pool.first.version != pool.subnet.version:
            continue
        place, value = (*pool.path, pool.key), pool.keys.get(pool.key)
        given = list(pieces(pool))
        for text, severity, low, high, version in _UNUSABLE:
            if version != pool.first.version:
                continue
            if any(one.first <= high and one.last >= low for one in given):
                message = f"{value} has addresses that are {text}"
                fix: Fix = Line(pool.key, "10.12.34.0/24" if version == 4 else "fd00:12:34::/64")
                if is_fixed(pool):
                    fix = "take an address of another network"
                yield Hit(place, value, message, fix, severity)
        if is_fixed(pool) and pool.subnet.version == 4 and pool.subnet.num_addresses > 2:
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
