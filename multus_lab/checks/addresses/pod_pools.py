"""What a pod gets of a network's pools."""

from multus_lab.checks.finding import Path
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Network
from multus_lab.plugins.pools import Pool


def is_fixed(pool: Pool) -> bool:
    """Whether it is one address that every pod gets, as of static, and not a range."""
    return pool.key == "address"


def set_of(pool: Pool) -> Path:
    """What tells apart the sets of pools: a pod gets one address of each.

    The ranges of host-local's `ranges`, a list of lists, are several to a set.
    """
    listed = set(map(type, pool.path[-2:])) == {int}
    return pool.path[:-1] if listed else pool.path


def shown(pool: Pool) -> str:
    """Its addresses, as a message has them."""
    return str(pool.first) if is_fixed(pool) else str(pool.addresses)


def beside(network: Network, pool: Pool, first: int, last: int) -> Line | None:
    """The line that keeps the pool off the addresses from first to last, as its plugin has it."""
    if network.ipam is None:
        return None
    kind, low, high = type(pool.first), int(pool.first), int(pool.last)
    if is_fixed(pool):
        free = _free(pool, first, last)
        return Line("address", f"{kind(free)}/{pool.subnet.prefixlen}") if free else None
    if "-" in str(pool.keys.get(pool.key)):
        start, end = (last + 1, high) if last < high else (low, first - 1)
        text = f"{kind(start)}-{kind(end)}/{pool.subnet.prefixlen}"
        return Line(pool.key, text) if start <= end else None
    if last < high and network.ipam.start:
        return Line(network.ipam.start, kind(last + 1))
    if first > low and network.ipam.end:
        return Line(network.ipam.end, kind(first - 1))
    return None


def _free(pool: Pool, first: int, last: int) -> int | None:
    """An address of the subnet beside those: neither an end of it, nor the gateway."""
    low, high = int(pool.subnet.network_address), int(pool.subnet.broadcast_address)
    gateway = None if pool.gateway is None else int(pool.gateway)
    for one in (last + 1, last + 2, first - 1, first - 2):
        if low < one < high and one != gateway:
            return one
    return None
