"""whereabouts: one pool for all nodes of the cluster, counted in its API."""

import re
from collections.abc import Hashable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from multus_lab.addresses import (
    AddressRange,
    AnyAddress,
    AnyNetwork,
    read_address,
    read_network,
    too_small,
)
from multus_lab.plugins.kinds import ADDRESS, FLAG, INT, TEXT, TEXTS, Items, Key, Kind, Path, keys
from multus_lab.plugins.pools import Pool, fixed, text
from multus_lab.plugins.record import DNS, FIXED_ADDRESSES, ROUTES, Ipam, Record, ipam_keys


def ranges(ipam: Mapping[str, Any], path: Path) -> Iterator[tuple[Mapping[str, Any], Path]]:
    """`range`, and those of `ipRanges` behind it: their keys, and where they stand."""
    if ipam.get("range"):
        yield ipam, path
    listed = ipam.get("ipRanges")
    for index, one in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(one, dict):
            yield one, (*path, "ipRanges", index)


def address_of(written: object) -> AnyAddress | None:
    """An address as whereabouts reads it, or None."""
    return _address(written) if isinstance(written, str) else None


def network_of(written: object) -> AnyNetwork | None:
    """The network of a range, `10.0.0.0/24` or `first-last/24`, host bits masked, or None."""
    return _network(written) if isinstance(written, str) else None


class Range(NamedTuple):
    """A range as it is read: its network, and the first and last address if it names them.

    `usable` is what could be handed out of the network, None if it is too small.
    """

    network: AnyNetwork
    usable: AddressRange | None
    first: AnyAddress | None = None
    last: AnyAddress | None = None


def read_range(written: object) -> Range | None:
    """A range, `10.0.0.0/24` or `first-last/24` (pkg/config LoadIPAMConfig).

    None for what every pod fails with, be it that its first address lies outside of its network.
    """
    return _range(written) if isinstance(written, str) else None


@lru_cache(maxsize=65536)
def _range(written: str) -> Range | None:
    network = _network(written)
    start, dash, end = written.partition("-")
    if network is None:
        return None
    usable = None if too_small(network) else AddressRange(network[1], network[-2])
    if not dash:
        return Range(network, usable)
    first, last = address_of(start), address_of(end.partition("/")[0])
    known = first is not None and first in network
    return Range(network, usable, first, last) if known else None


def exclusion(one: object) -> AnyNetwork | None:
    """What an item of `exclude` takes off: a network, or an address alone; None for neither."""
    if not isinstance(one, str):
        return None
    alone = read_address(one)
    return read_network(one) if alone is None else read_network(f"{alone}/{alone.max_prefixlen}")


@lru_cache(maxsize=65536)
def _address(written: str) -> AnyAddress | None:
    return read_address(written) or read_address(_without_zeros(written))


@lru_cache(maxsize=65536)
def _network(written: str) -> AnyNetwork | None:
    network = written.partition("-")[2] or written
    return read_network(network) or read_network(_without_zeros(network))


def _without_zeros(written: str) -> str:
    """Without zeros ahead of a number, which it reads and Go's own net package refuses."""
    return written if ":" in written else re.sub(r"(?<![0-9])0+(?=[0-9])", "", written)


def _pools(ipam: Mapping[str, Any], path: Path) -> Iterator[Pool]:
    """What each range hands out (pkg/iphelpers GetIPRange).

    A start or end outside of what is usable is dropped in silence, and so is an end before the
    start. Its one gateway is that of every address.
    """
    gateway = address_of(ipam.get("gateway"))
    for own, place in ranges(ipam, path):
        written = read_range(own.get("range"))
        if written is None or written.usable is None:
            continue
        subnet, usable = written.network, written.usable
        first, last = usable.first, usable.last
        if ipam.get("node_slice_size"):
            # A slice replaces start, end and exclude (pkg/storage/kubernetes/ipam.go).
            told = {"range": own["range"]}
            yield Pool("whereabouts", "range", subnet, first, last, gateway, place, told)
            continue
        asked = written.first or address_of(own.get("range_start"))
        if asked and asked in usable:
            first = asked
        asked = written.last or address_of(own.get("range_end"))
        if asked and asked in usable and int(asked) >= int(first):
            last = asked
        holes = _holes(own.get("exclude"), subnet)
        yield Pool("whereabouts", "range", subnet, first, last, gateway, place, own, holes)
    yield from fixed(ipam, path)


def _holes(listed: object, subnet: AnyNetwork) -> list[tuple[int, int]]:
    holes = map(exclusion, listed) if isinstance(listed, list) else ()
    return sorted(
        (int(hole.network_address), int(hole.broadcast_address))
        for hole in holes
        if hole and hole.version == subnet.version
    )


def _store(ipam: Mapping[str, Any], _: str) -> Hashable:
    """A pool per network_name, whatever the CNI network is called."""
    return ("whereabouts", text(ipam.get("network_name")))


_RANGE: Mapping[str, Kind] = {
    "range": TEXT,
    "range_start": TEXT,
    "range_end": TEXT,
    "exclude": TEXTS,
}
_OF_SEVERAL: Mapping[str, Kind] = {**_RANGE, "range_start": ADDRESS, "range_end": ADDRESS}
"""Of `ipRanges`, start and end are addresses to Go; beside `range` they are read sloppily."""

RECORD = Record(
    "whereabouts",
    "k8snetworkplumbingwg/whereabouts v0.9.4 pkg/types/types.go, pkg/config, pkg/iphelpers",
    ipam_keys(
        {
            "name": TEXT,
            "routes": ROUTES,
            "datastore": Key(TEXT, default="kubernetes"),
            "addresses": FIXED_ADDRESSES,
            "ipRanges": Items(keys(_OF_SEVERAL, ("range",)), "a list of mappings"),
            **_RANGE,
            "dns": DNS,
            "node_slice_size": TEXT,
            "gateway": TEXT,
            "etcd_host": TEXT,
            "etcd_username": TEXT,
            "etcd_password": TEXT,
            "etcd_key_file": TEXT,
            "etcd_cert_file": TEXT,
            "etcd_ca_cert_file": TEXT,
            "leader_lease_duration": Key(INT, default=1500),
            "leader_renew_deadline": Key(INT, default=1000),
            "leader_retry_period": Key(INT, default=500),
            "log_file": TEXT,
            "log_level": Key(TEXT, allowed=("debug", "verbose", "error", "panic"), any_case=True),
            "reconciler_cron_expression": TEXT,
            "enable_overlapping_ranges": Key(FLAG, default=True),
            "sleep_for_race": INT,
            "kubernetes": keys({"kubeconfig": TEXT, "k8s_api_root": TEXT}),
            "configuration_path": TEXT,
            "network_name": TEXT,
        },
        ("range", "ipRanges", "addresses"),
    ),
    ipam=Ipam(
        counts="cluster",
        pools=_pools,
        store=_store,
        start="range_start",
        end="range_end",
        routes=True,
        dns="dns",
        asked=True,
    ),
    oldest="0.1.0",
    elsewhere="the node's whereabouts.conf has one",
    says={
        "no range": "IPAM plugin returned missing IP config",
        "unreadable range": "invalid CIDR …: invalid CIDR address: …",
        "unreadable first address": "invalid range start IP: …",
        "first address outside": "invalid range start for CIDR …",
        "unreadable address": "invalid CIDR in addresses …",
        "no kubeconfig": "you have not configured the storage engine",
        "unreadable gateway": "couldn't parse gateway IP: …",
        "unreadable exclusion": "could not parse exclude range",
        "too small": "has no usable IP addresses, it is too small",
        "no name for a pool": "metadata.name: Invalid value: …",
        "none left": "Could not allocate IP in range: …",
    },
)
