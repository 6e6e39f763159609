"""IPA212: range sets that don't go together."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from multus_lab.addresses import AnyAddress, read_network
from multus_lab.checks.addresses.pod_pools import is_fixed
from multus_lab.checks.finding import Path, Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.pod_routes import weight
from multus_lab.checks.rule import Hit, Place, network_rule
from multus_lab.plugins import OLD_RESULTS
from multus_lab.plugins.host_local import RangeSet, range_sets
from multus_lab.plugins.pools import Piece, Pool


@network_rule(
    "IPA212",
    Severity.ERROR,
    "range sets that don't go together",
    why=(
        "A pod gets one address of each set, so a set is of one family, and no two ranges "
        "overlap. whereabouts gives a pod the same address for two ranges of one network. No "
        "address can be given twice. More than one address of a family needs cniVersion 0.3.0 or "
        "newer."
    ),
    fix=Line("ranges", [[{"subnet": "10.12.34.0/24"}], [{"subnet": "2001:db8::/64"}]]),
    source="plugins v1.9.1 host-local/backend/allocator/range_set.go, config.go LoadIPAMConfig; "
    "static/main.go cmdAdd; whereabouts v0.9.4 pkg/allocate AssignIP, "
    "pkg/storage/kubernetes/ipam.go IPPoolName, IPManagementKubernetesUpdate; Linux "
    "net/ipv4/devinet.c __inet_insert_ifa, net/ipv6/addrconf.c ipv6_add_addr",
    says=(
        "empty range set",
        "mixed address families",
        "range set … overlaps with …",
        "subnets … overlap",
        "does not support more than 1 address per family",
        "failed to add IP addr …: file exists",
    ),
)
def range_sets_refused(network: Network, _: Lab) -> Iterator[Hit]:
    """Find empty sets, mixed families, overlaps, and what an old cniVersion can't carry."""
    if network.ipam is None:
        return
    if network.config.get("cniVersion", "") in OLD_RESULTS:
        yield from _old_version(network)
    if network.ipam_type == "host-local":
        yield from _sets(network)
    if len(network.pools) < 2:
        return
    yield from _address_twice(network)
    if network.ipam_type == "whereabouts" and not network.main.ipam.get("node_slice_size"):
        yield from _one_pool_twice(network)
        yield from _two_pools_of_one_address(network)


def _address_twice(network: Network) -> Iterator[Hit]:
    """An address that static, or whereabouts like it, is to give twice.

    IPv4 takes it again under another prefix length (Linux __inet_insert_ifa, ipv6_add_addr).
    """
    first: dict[tuple[AnyAddress, int], Pool] = {}
    for pool in filter(is_fixed, network.pools):
        length = pool.subnet.prefixlen if pool.subnet.version == 4 else 128
        other = first.setdefault((pool.first, length), pool)
        if other is not pool:
            yield Hit(
                (*pool.path, pool.key),
                pool.keys.get(pool.key),
                f"the address {pool.first} is here twice, and pods fail: file exists",
                fix="take one of the two out",
                severity=weight(network),
                related=(Place(network, (*other.path, other.key), "the first time"),),
            )


def _sets(network: Network) -> Iterator[Hit]:
    listed = network.main.ipam.get("ranges")
    for index, one in enumerate(listed if isinstance(listed, list) else []):
        if not one and (one is None or isinstance(one, list)):
            yield Hit((*network.ipam_path, "ranges", index), one, f"the range set {index} is empty")
    for one_set in range_sets(network.main.ipam, network.ipam_path):
        if len(one_set) > 1:
            yield from _mixed(one_set)
    if len(network.pools) > 1:
        yield from _overlaps(network)


def _mixed(one_set: RangeSet) -> Iterator[Hit]:
    subnets = [read_network(keys.get("subnet")) for keys, _ in one_set]
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
                related=(Place(network, (*before.path, before.key), f"{before.addresses}"),),
            )
        if before is None or (pool.subnet.version, int(pool.last)) > (
            before.subnet.version,
            int(before.last),
        ):
            before = pool


def _one_pool_twice(network: Network) -> Iterator[Hit]:
    """Two ranges of one network are one pool of whereabouts, where the pod has an address."""
    ranges = sorted(
        (pool for pool in network.pools if not is_fixed(pool)),
        key=lambda pool: (pool.subnet.version, pool.subnet),
    )
    for one, other in pairwise(ranges):
        if one.subnet == other.subnet:
            yield Hit(
                (*other.path, other.key),
                other.keys.get(other.key),
                f"two ranges of {one.subnet}: whereabouts gives the pod the same address for both",
                fix="write one range, and exclude what lies between",
                related=(Place(network, (*one.path, one.key), "the other range"),),
            )


def _two_pools_of_one_address(network: Network) -> Iterator[Hit]:
    """Ranges that overlap in two networks: whereabouts takes the lowest free address of each.

    What the pod itself has of the other range counts for free (IPManagementKubernetesUpdate).
    """
    first: dict[Path, int] = {}
    for piece in network.pieces:
        first.setdefault(piece.pool.path, piece.first)
    ordered = sorted(
        (piece for piece in network.pieces if not is_fixed(piece.pool)),
        key=lambda piece: (piece.pool.subnet.version, piece.first),
    )
    before: Piece | None = None
    told: set[Path] = set()
    for piece in ordered:
        pool = piece.pool
        if before is None or pool.subnet.version != before.pool.subnet.version:
            before = piece
            continue
        other = before.pool
        overlaps = piece.first <= before.last and pool.subnet != other.subnet
        if overlaps and pool.path not in told:
            told.add(pool.path)
            at_once = first[pool.path] == first[other.path]
            yield Hit(
                (*pool.path, pool.key),
                pool.keys.get(pool.key),
                f"{pool.addresses} overlaps with {other.addresses}: whereabouts "
                f"{'gives' if at_once else 'may give'} a pod the same address for both",
                fix="give each range addresses of its own",
                severity=None if at_once else Severity.RISK,
                related=(Place(network, (*other.path, other.key), f"{other.addresses}"),),
            )
        if piece.last > before.last:
            before = piece


def _old_version(network: Network) -> Iterator[Hit]:
    version = network.config.get("cniVersion", "")
    counts: Counter[int] = Counter()
    if network.ipam_type == "host-local":
        for one_set in range_sets(network.main.ipam, network.ipam_path):
            subnet = read_network(one_set[0][0].get("subnet")) if one_set else None
            counts[subnet.version if subnet else 0] += 1
    else:
        counts.update(pool.subnet.version for pool in network.pools if is_fixed(pool))
    most = max(counts[4], counts[6])
    if most > 1:
        yield Hit(
            ("cniVersion",),
            version or None,
            f"{most} addresses of one family need cniVersion 0.3.0 or newer",
            fix=Line("cniVersion", "0.3.1"),
        )
