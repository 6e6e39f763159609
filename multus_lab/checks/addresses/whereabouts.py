"""IPA214: what whereabouts drops in silence, and what it fails on."""

from collections.abc import Iterator, Mapping
from typing import Any

from multus_lab.addresses import AnyAddress, AnyNetwork, overlap, read_address, too_small
from multus_lab.checks.addresses.leader_times import LEADER, leader_times
from multus_lab.checks.addresses.slices import shared_pools, slices
from multus_lab.checks.among import with_ipam
from multus_lab.checks.finding import Path, Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, Refusal, lab_rule
from multus_lab.names import SUBDOMAIN
from multus_lab.plugins.whereabouts import address_of, exclusion, network_of, ranges


@lab_rule(
    "IPA214",
    Severity.ERROR,
    "setting of whereabouts that fails, or does not do what it says",
    why=(
        "whereabouts drops a start, an end or an exclusion that doesn't fit, and hands out the "
        "rest of the network. It fails on ranges and gateways that it can't read, on networks "
        "smaller than /30 or /126, on exclusions that are none or leave nothing, and on node "
        "slices that don't divide one IPv4 range. It crashes if a leader's lease ends before it "
        "can be renewed. Networks of one network_name, or of none, share their node "
        "slices, and have to agree on range and size."
    ),
    fix=Line("range", "10.12.34.0/24"),
    source="whereabouts v0.9.4 pkg/config, pkg/types (ParseIPSloppy), pkg/iphelpers GetIPRange and "
    "DivideRangeBySize, pkg/allocate, pkg/storage/kubernetes/ipam.go, "
    "pkg/node-controller/controller.go, pkg/reconciler/config.go; client-go v0.34.1 "
    "tools/leaderelection NewLeaderElector; whereabouts #497, #231, #240",
    says=(
        "has no usable IP addresses, it is too small",
        "invalid range start for CIDR …",
        "invalid range start IP: …",
        "invalid CIDR …: invalid CIDR address: …",
        "couldn't parse gateway IP: …",
        "could not parse exclude range",
        Refusal("whereabouts", "no name for a pool"),
    ),
)
def whereabouts(lab: Lab) -> Iterator[Hit]:
    """Judge each network's ranges, gateway and node slices, and what networks share."""
    for network in lab.among(with_ipam("whereabouts")):
        for hit in _of(network, lab):
            yield hit._replace(network=network)
    yield from shared_pools(lab)


_OF_RANGES = {"type", "range", "range_start", "range_end"}
"""Keys that are judged as ranges, and no further."""


def _of(network: Network, lab: Lab) -> Iterator[Hit]:
    ipam = network.main.ipam
    sliced = bool(ipam.get("node_slice_size"))
    yield from _ranges(network, sliced)
    if ipam.keys() <= _OF_RANGES:
        return  # as of most networks
    if ipam.get("gateway") or ipam.get("network_name"):
        yield from _unreadable_words(network)
    yield from _without_use(network)
    if not LEADER.isdisjoint(ipam):
        yield from leader_times(network)
    if sliced:
        yield from slices(network, lab)


def _ranges(network: Network, sliced: bool) -> Iterator[Hit]:
    ipam, path = network.main.ipam, network.ipam_path
    for keys, place in ranges(ipam, path):
        written = keys.get("range")
        if not isinstance(written, str) or not written:
            continue  # NAD010 finds what is missing
        subnet = network_of(written)
        if subnet is None:
            yield _unreadable(written, place)
        elif too_small(subnet):
            longest = subnet.max_prefixlen - 2
            yield Hit(
                (*place, "range"),
                written,
                f"{subnet} has no usable address; whereabouts takes at most /{longest}",
                fix=Line("range", subnet.supernet(new_prefix=longest)),
            )
        elif "-" in written:
            yield from _first_to_last(keys, place, subnet, own=not sliced)
        elif not sliced:
            yield from _ends(keys, place, subnet)
        if keys.get("exclude") and subnet and not too_small(subnet) and not sliced:
            yield from _exclusions(keys, place, subnet)
    if ipam.get("exclude") and not ipam.get("range"):
        yield _silent((*path, "exclude"), ipam["exclude"], "exclude beside ipRanges")


def _unreadable(written: str, place: Path) -> Hit:
    """A range that is no network in CIDR form, or misses its prefix length."""
    start, dash, end = written.partition("-")
    last = end if dash else start
    message = f"{last!r} is no network in CIDR form; every pod fails"
    plain = "".join(written.split())
    fix = Line("range", plain if network_of(plain) else "10.12.34.0/24")
    if (address := address_of(last)) is not None:
        message = f"{written!r} has no prefix length; every pod fails"
        fix = Line("range", f"{written}/{24 if address.version == 4 else 64}")
    return Hit((*place, "range"), written, message, fix=fix)


def _ends(keys: Mapping[str, Any], place: Path, subnet: AnyNetwork) -> Iterator[Hit]:
    """A start or end that whereabouts does not take."""
    start: AnyAddress | None = None
    for key in ("range_start", "range_end"):
        written = keys.get(key)
        given = address_of(written)
        if not isinstance(written, str) or not written:
            continue
        if given is None:
            if "ipRanges" not in place:  # there it is refused (NAD004)
                yield _silent((*place, key), written, f"{key} {written!r}, which is no address,")
        elif given not in subnet:
            yield _silent((*place, key), written, f"{key} {given} outside of {subnet}")
        elif key == "range_start":
            start = given
        elif start and int(given) < int(start):
            message = f"range_end {given} before range_start {start}"
            yield _silent((*place, key), written, message)


def _first_to_last(
    keys: Mapping[str, Any], place: Path, subnet: AnyNetwork, *, own: bool
) -> Iterator[Hit]:
    """A range `first-last/prefix`, which stands in for range_start and range_end."""
    start, _, rest = keys["range"].partition("-")
    first, last = address_of(start), address_of(rest.partition("/")[0])
    for key in ("range_start", "range_end"):
        if keys.get(key) and own:
            yield _silent((*place, key), keys[key], f"{key} beside a range first-last")
    if first is None:
        message = f"{start!r} is no address; every pod fails"
        yield Hit((*place, "range"), keys["range"], message, fix=Line("range", subnet))
    elif first not in subnet:
        message = f"{first} is outside of {subnet}; every pod fails"
        fix = Line("range", f"{subnet[1]}-{rest}")
        yield Hit((*place, "range"), keys["range"], message, fix=fix)
    elif last and int(first) > int(last) and own:
        hit = _silent((*place, "range"), keys["range"], f"the end {last} before {first}")
        yield hit._replace(fix=Line("range", f"{last}-{first}/{subnet.prefixlen}"))


def _exclusions(keys: Mapping[str, Any], place: Path, subnet: AnyNetwork) -> Iterator[Hit]:
    listed = keys.get("exclude")
    for index, one in enumerate(listed if isinstance(listed, list) else []):
        if not isinstance(one, str):
            continue
        hole = exclusion(one)
        where = (*place, "exclude", index)
        if hole is None:
            message = f"{one!r} is neither a network nor an address"
            yield Hit(where, one, message, fix="write a network or an address, or take it out")
        elif not overlap(hole, subnet):
            yield _silent(where, one, f"exclude {one} outside of {subnet}")


def _unreadable_words(network: Network) -> Iterator[Hit]:
    """A gateway that can't be read, and a name that no object can have."""
    ipam, path = network.main.ipam, network.ipam_path
    gateway, name = ipam.get("gateway"), ipam.get("network_name")
    if isinstance(gateway, str) and gateway and address_of(gateway) is None:
        alone = read_address(gateway.partition("/")[0])
        message = f"the gateway {gateway!r} is no address" + (", but a network" if alone else "")
        fix = Line("gateway", alone or "10.12.34.254")
        yield Hit((*path, "gateway"), gateway, f"{message}; every pod fails", fix=fix)
    if isinstance(name, str) and name and "${" not in name and not SUBDOMAIN.fullmatch(name):
        yield Hit(
            (*path, "network_name"),
            name,
            f"network_name {name!r} becomes part of an object's name, and no object can be called "
            "so; every pod fails",
            fix="write lower-case letters, digits, `-` and `.`",
        )
    elif isinstance(name, str) and len(name) > _NAME - _RANGE:
        message = f"a pool's name is network_name and range, of at most {_NAME} characters"
        yield Hit((*path, "network_name"), name, message, fix="write a shorter network_name")


_NAME = 253
"""Characters of the name of an object (Kubernetes, DNS-1123 subdomain)."""

_RANGE = len("-1.0.0.0-8")
"""Characters of a pool's name behind its network_name, at least."""


def _without_use(network: Network) -> Iterator[Hit]:
    ipam, path = network.main.ipam, network.ipam_path
    dead = [key for key in ipam if key[:5] == "etcd_" and ipam[key]]
    if ipam.get("datastore") == "etcd":
        dead.insert(0, "datastore")
    if dead:
        yield Hit(
            (*path, dead[0]),
            ipam[dead[0]],
            f"whereabouts drops {', '.join(dead)}: it counts in the Kubernetes API alone",
            fix=f"take {', '.join(dead)} out",
            severity=Severity.NOTE,
        )
    if ipam.get(key := "reconciler_cron_expression"):
        yield Hit(
            (*path, key),
            ipam[key],
            "the reconciler doesn't read networks: it takes the schedule from its own files",
            fix="write it into the ConfigMap of whereabouts, or the nodes' whereabouts.conf",
            severity=Severity.NOTE,
        )


def _silent(place: Path, value: object, what: str) -> Hit:
    return Hit(
        place,
        value,
        f"whereabouts drops {what} in silence",
        fix=f"take {place[-1] if isinstance(place[-1], str) else 'it'} out, or write what is meant",
        severity=Severity.RISK,
    )
