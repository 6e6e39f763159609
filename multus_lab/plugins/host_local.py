"""host-local: each node hands out addresses of its own accord, and keeps count in its files."""

from collections.abc import Hashable, Iterator, Mapping
from itertools import chain
from typing import Any, TypeAlias

from multus_lab.addresses import read_address, read_network, too_small
from multus_lab.plugins.kinds import ADDRESS, CIDR, FILE, TEXT, Items, Key, Path, keys
from multus_lab.plugins.pools import Pool, text
from multus_lab.plugins.record import ROUTES, Ipam, Record, ipam_keys
from multus_lab.versions import Span

RangeSet: TypeAlias = list[tuple[Mapping[str, Any], Path]]
"""The keys of each range of a set, and where they stand."""

DATA_DIR = "/var/lib/cni/networks"


def range_sets(ipam: Mapping[str, Any], path: Path) -> Iterator[RangeSet]:
    """The range sets: a flat range is one ahead of `ranges` (allocator/config.go)."""
    if "subnet" in ipam:
        yield [(ipam, path)]
    sets = ipam.get("ranges")
    for i, one_set in enumerate(sets if isinstance(sets, list) else []):
        yield [
            (one, (*path, "ranges", i, j))
            for j, one in enumerate(one_set if isinstance(one_set, list) else [])
            if isinstance(one, dict)
        ]


def _pools(ipam: Mapping[str, Any], path: Path) -> Iterator[Pool]:
    """All ranges of all sets (allocator/range.go Canonicalize)."""
    for own, place in chain.from_iterable(range_sets(ipam, path)):
        subnet = read_network(own.get("subnet"))
        if subnet is None or too_small(subnet):
            continue
        gateway = read_address(own.get("gateway")) or subnet[1]
        hole = ((int(gateway), int(gateway)),) if gateway.version == subnet.version else ()
        yield Pool(
            "host-local",
            "subnet",
            subnet,
            read_address(own.get("rangeStart")) or subnet[1],
            read_address(own.get("rangeEnd")) or subnet[-2 if subnet.version == 4 else -1],
            gateway,
            place,
            own,
            hole,
        )


def _store(ipam: Mapping[str, Any], cni_name: str) -> Hashable:
    """A folder a network (backend/disk)."""
    return ("host-local", (text(ipam.get("dataDir")) or DATA_DIR).rstrip("/"), cni_name)


_RANGE = {"subnet": CIDR, "rangeStart": ADDRESS, "rangeEnd": ADDRESS, "gateway": ADDRESS}

RECORD = Record(
    "host-local",
    "containernetworking/plugins v0.9.1 to v1.10.0 plugins/ipam/host-local (main.go, "
    "backend/allocator, backend/disk)",
    ipam_keys(
        {
            "name": TEXT,
            "routes": ROUTES,
            "dataDir": Key(FILE, default=DATA_DIR),
            "resolvConf": FILE,
            **_RANGE,
            "ranges": Items(
                Items(
                    keys(_RANGE, ("subnet",)),
                    "a list of ranges, as `ranges` is a list of lists",
                ),
                "a list of lists of ranges",
            ),
        },
        ("subnet", "ranges"),
    ),
    ipam=Ipam(
        counts="node",
        pools=_pools,
        store=_store,
        start="rangeStart",
        end="rangeEnd",
        routes=True,
        dns="resolvConf",
        asked=True,
        gateway_inside=Span((1, 10, 0)),
    ),
    family="plugins",
    oldest="0.1.0",
    says={
        "no ipam": "IPAM config missing 'ipam' key",
        "no subnet": "no IP ranges specified",
        "too small": "Network … too small to allocate from",
        "host bits": "Network has host bits set. For a subnet mask of length …",
        "gateway outside": "gateway … not in network …",  # from v1.10.0
        "start outside": "RangeStart … not in network …",
        "end outside": "RangeEnd … not in network …",
        # Of an end by default, from v1.10.0; one that is written makes the start one outside.
        "start after end": "RangeStart … is after RangeEnd … in network …",
        "no range in a set": "empty range set",
        "two families in a set": "mixed address families",
        "overlap in a set": "subnets … and … overlap",
        "overlap of sets": "range set … overlaps with …",
        "two of a family below 0.3.0": (
            "CNI version … does not support more than 1 address per family"
        ),
        "asked for another address": "failed to allocate all requested IPs: …",
        "none left": "no IP addresses available in range set: …",
    },
)
