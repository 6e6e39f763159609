"""IPA203: the network's own address, or the broadcast address, given to a pod."""

from collections.abc import Iterator

from multus_lab.checks.addresses.pod_pools import is_fixed
from multus_lab.checks.among import with_pools
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, network_rule


@network_rule(
    "IPA203",
    Severity.RISK,
    "network or broadcast address handed to a pod",
    among=with_pools,
    why=(
        "host-local hands it out without a word. No neighbour reaches a pod at the broadcast "
        "address, and only Linux from 5.14 on reaches one at the network's own."
    ),
    fix=Line("rangeStart", "10.12.34.1"),
    source="plugins v1.9.1, v1.10.0 host-local/backend/allocator/range.go; multus-cni #847, #1087",
)
def network_address_handed_out(network: Network, _: Lab) -> Iterator[Hit]:
    """Find IPv4 ranges that include the subnet's first or last address."""
    if network.ipam is None:
        return
    for pool in network.pools:
        first, last = pool.subnet.network_address, pool.subnet.broadcast_address
        if pool.first != first and pool.last != last:
            continue
        if is_fixed(pool) or pool.subnet.version != 4 or not pool.sound:
            continue
        for key, end, own, what, better in (
            (network.ipam.start, pool.first, first, "network's own", 1),
            (network.ipam.end, pool.last, last, "broadcast", -1),
        ):
            if end == own:
                yield Hit(
                    (*pool.path, key),
                    pool.keys.get(key),
                    f"a pod gets {own}, the {what} address of {pool.subnet}",
                    fix=Line(key, own + better),
                )
