"""IPA220: addresses that no pod can have."""

from collections.abc import Iterator

from multus_lab.addresses import read_network
from multus_lab.checks.addresses.pod_pools import is_fixed
from multus_lab.checks.among import with_pools
from multus_lab.checks.finding import Path, Severity
from multus_lab.checks.fix import Fix, Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, network_rule
from multus_lab.plugins.pools import Pool

_UNUSABLE = tuple(
    (block.version, int(block.network_address), int(block.broadcast_address), text, severity)
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
    among=with_pools,
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
    told: set[tuple[Path, str]] = set()
    for pool, first, last in network.pieces:
        family = pool.subnet.version
        for version, low, high, text, severity in _UNUSABLE:
            if first > high or last < low or version != family or (pool.path, text) in told:
                continue
            told.add((pool.path, text))
            value = pool.keys.get(pool.key)
            fix: Fix = Line(pool.key, "10.12.34.0/24" if family == 4 else "fd00:12:34::/64")
            if is_fixed(pool):
                fix = "take an address of another network"
            message = f"{value} has addresses that are {text}"
            yield Hit((*pool.path, pool.key), value, message, fix, severity)
        if is_fixed(pool) and family == 4 and pool.subnet.num_addresses > 2:
            yield from _ends_of_subnet(pool, (*pool.path, pool.key))


def _ends_of_subnet(pool: Pool, place: Path) -> Iterator[Hit]:
    """The broadcast address never answers; the network's own does on new kernels alone."""
    fix = Line("address", f"{pool.subnet[1]}/{pool.subnet.prefixlen}")
    value = pool.keys.get("address")
    if pool.first == pool.subnet[-1]:
        yield Hit(place, value, f"{pool.first} is the broadcast address of {pool.subnet}", fix)
    elif pool.first == pool.subnet[0]:
        message = f"{pool.first} is the network's own address of {pool.subnet}"
        yield Hit(place, value, message, fix, Severity.RISK)
