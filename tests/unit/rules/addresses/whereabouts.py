"""The rule on what whereabouts drops, and on what it fails."""

from collections.abc import Sequence
from typing import Any

from multus_lab.plugins import Placeholder
from tests.unit.rules import Case, E, N, R, lab
from tests.unit.rules.addresses.networks import NET, V6, chained, from_file, of, whereabouts


def _case(name: str, found: Sequence[tuple[str, str]] = (), **keys: Any) -> Case:
    """A network alone, of the `ipam` that `keys` are."""
    return Case("IPA214", name, lab(of(whereabouts(**keys))), found)


_RANGE = [(E, "ipam.range")]
_READ = [
    _case("an octet too large", _RANGE, range="1192.168.0.0/18"),
    _case("a network", range="10.1.0.0/24"),
    _case("no prefix length", _RANGE, range="10.1.0.10-10.1.0.20"),
    _case("a first and a last address", range="10.1.0.5-10.1.0.9/24"),
    _case("an address alone", _RANGE, range="10.1.0.0"),
    _case("a netmask", _RANGE, range="10.1.0.0/255.255.255.0"),
    _case("blanks", _RANGE, range="10.1.0.5 - 10.1.0.9/24"),
    _case("a start that is no address", _RANGE, range="10.1.0-10.1.0.9/24"),
    _case("zeros ahead", range="010.001.000.000/24"),
    _case("an octet too few", [(E, "ipam.ipRanges.0.range")], ipRanges=[{"range": "10.20.0/24"}]),
    _case("an empty range beside ipRanges", range="", ipRanges=[{"range": NET}]),
    _case("a range that is rendered later", range=Placeholder("${RANGE}")),
    _case("a gateway with a prefix", [(E, "ipam.gateway")], range=NET, gateway="10.1.0.254/24"),
    _case("no gateway", range=NET, gateway=""),
    _case("a gateway in another case", [(E, "ipam.Gateway")], range=NET, Gateway="router"),
    Case(
        "IPA214",
        "a main plugin that nobody knows",
        lab(of(whereabouts(range="10.1.0.0"), kind="lab-cni")),
    ),
]

_ENDS = [
    _case("two addresses", _RANGE, range="10.1.0.0/31"),
    _case("four addresses", range="10.1.0.0/30"),
    _case("a start outside", [(R, "ipam.range_start")], range=NET, range_start="10.2.0.1"),
    _case("a start that is none", [(R, "ipam.range_start")], range=NET, range_start="10.1.0"),
    _case(
        "an end before the start",
        [(R, "ipam.range_end")],
        range=NET,
        range_start="10.1.0.9",
        range_end="10.1.0.5",
    ),
    _case("a start and an end", range=NET, range_start="10.1.0.5", range_end="10.1.0.9"),
    _case("a first address outside", _RANGE, range="10.2.0.5-10.1.0.9/24"),
    _case("the last before the first", [(R, "ipam.range")], range="10.1.0.9-10.1.0.5/24"),
    _case(
        "a start beside a first address",
        [(R, "ipam.range_start")],
        range="10.1.0.5-10.1.0.9/24",
        range_start="10.1.0.6",
    ),
    _case("an exclusion that is none", [(E, "ipam.exclude.0")], range=NET, exclude=["x"]),
    _case("an exclusion outside", [(R, "ipam.exclude.0")], range=NET, exclude=["10.2.0.0/24"]),
    _case("exclusions", range=NET, exclude=["10.1.0.0/28", "10.1.0.99"]),
    _case(
        "nothing left, which IPA211 has",
        range=NET,
        exclude=["10.1.0.0/25", "10.1.0.128/25"],
    ),
    _case(
        "an exclusion beside ipRanges",
        [(R, "ipam.exclude")],
        ipRanges=[{"range": NET}],
        exclude=["10.1.0.0/28"],
    ),
]

_NAMES = [
    _case(
        "a network_name in capitals", [(E, "ipam.network_name")], range=NET, network_name="Lab_A"
    ),
    _case(
        "a network_name of 244 letters",
        [(E, "ipam.network_name")],
        range=NET,
        network_name="a" * 244,
    ),
    _case("a network_name of 230 letters", range=NET, network_name="a" * 230),
    _case("a network_name", range=NET, network_name="lab-a.example"),
    _case(
        "settings of etcd",
        [(N, "ipam.datastore")],
        range=NET,
        datastore="etcd",
        etcd_host="etcd:2379",
    ),
    _case("the datastore that there is", range=NET, datastore="kubernetes"),
]

_SIZE = [(E, "ipam.node_slice_size")]
_SLICES = [
    _case("slices", range=NET, node_slice_size="/28"),
    _case(
        "slices, and the node's name out of sight",
        [(N, "ipam.node_slice_size")],
        range=NET,
        node_slice_size="/28",
        configuration_path="/srv/cni/whereabouts.d/whereabouts.conf",
    ),
    _case("a size that is a number, which NAD004 finds", range=NET, node_slice_size=28),
    _case("a size that is none", _SIZE, range=NET, node_slice_size="28 bits"),
    _case("slices larger than the range", _SIZE, range=NET, node_slice_size="/20"),
    _case("slices of two addresses", _SIZE, range=NET, node_slice_size="/31"),
    _case("slices of IPv6", _RANGE, range=V6, node_slice_size="/80"),
    _case(
        "slices of two ranges",
        _SIZE,
        ipRanges=[{"range": NET}, {"range": "10.2.0.0/24"}],
        node_slice_size="28",
    ),
    _case(
        "half a million slices",
        [(R, "ipam.node_slice_size")],
        range="11.0.0.0/8",
        node_slice_size="/27",
    ),
    _case("thousands of slices", range="11.0.0.0/8", node_slice_size="/22"),
    _case(
        "an end beside slices",
        [(R, "ipam.range_end")],
        range=NET,
        node_slice_size="28",
        range_end="10.1.0.9",
    ),
    _case(
        "first and last beside slices",
        [(R, "ipam.range")],
        range="10.1.0.5-10.1.0.99/24",
        node_slice_size="28",
    ),
    Case(
        "IPA214",
        "fewer slices than nodes",
        lab(
            of(whereabouts(range=NET, node_slice_size="/25")),
            nodes=[{"name": name} for name in ("one", "two", "three")],
        ),
        _SIZE,
    ),
    Case(
        "IPA214",
        "slices without a CNI name",
        lab(of(whereabouts(range=NET, node_slice_size="/28"), name="")),
        _SIZE,
    ),
    Case(
        "IPA214",
        "slices of a list, whose name the controller doesn't read",
        lab(chained(whereabouts(range=NET, node_slice_size="/28"), {"type": "tuning"})),
        [(E, "plugins.0.ipam.node_slice_size")],
    ),
    Case(
        "IPA214",
        "slices of a list, with a network_name",
        lab(
            chained(
                whereabouts(range=NET, node_slice_size="/28", network_name="lab"),
                {"type": "tuning"},
            )
        ),
    ),
]

_SLICED = {"range": NET, "node_slice_size": "/26", "network_name": "lab"}


def _two(name: str, one: Any, other: Any, found: Sequence[tuple[str, str]] = ()) -> Case:
    """Two networks on two masters."""
    networks = of(whereabouts(**one), "a"), of(whereabouts(**other), "b", master="eth2")
    return Case("IPA214", name, lab(*networks), found)


_SHARED = [
    _two(
        "two slice sizes of one network_name",
        _SLICED,
        _SLICED | {"node_slice_size": "/28"},
        [(E, "b:ipam.network_name")],
    ),
    _two("one slice size of one network_name", _SLICED, _SLICED),
    _two(
        "two ranges of one network_name",
        _SLICED,
        _SLICED | {"range": "10.2.0.0/24"},
        [(E, "b:ipam.network_name")],
    ),
    _two("two network_names", _SLICED, _SLICED | {"range": "10.2.0.0/24", "network_name": "b"}),
    _two(
        "slices without network_name beside another range",
        {"range": NET, "node_slice_size": "/26"},
        {"range": "10.2.0.0/24"},
        [(E, "a:ipam.node_slice_size")],
    ),
    _two("two ranges without slices", {"range": NET}, {"range": "10.2.0.0/24"}),
    _two(
        "slices of a range that is rendered later",
        {"range": NET, "node_slice_size": "/26"},
        {"range": Placeholder("${RANGE}")},
    ),
    Case(
        "IPA214",
        "one network in two files",
        lab(
            of(whereabouts(**_SLICED), "a"),
            from_file(1, of(whereabouts(**_SLICED | {"node_slice_size": "/28"}), "a")),
        ),
    ),
]


def _times(name: str, found: Sequence[tuple[str, str]] = (), **keys: Any) -> Case:
    """A network with these times, of `leader_` keys."""
    written = {f"leader_{key}": value for key, value in keys.items()}
    return Case("IPA214", name, lab(of(whereabouts(range=NET, **written))), found)


_LEASE, _RENEW = "ipam.leader_lease_duration", "ipam.leader_renew_deadline"
_RETRY = "ipam.leader_retry_period"
_LATE = {"renew_deadline": 120, "retry_period": 100}
_LEADER = [
    _times(
        "a lease below its renewal",
        [(E, _LEASE)],
        lease_duration=150,
        renew_deadline=200,
        retry_period=50,
    ),
    _times("a lease below the renewal by default", [(R, _LEASE)], lease_duration=1000),
    _times("a renewal above the lease by default", [(R, _RENEW)], renew_deadline=1500),
    _times(
        "a renewal that is never tried again", [(E, _RENEW)], renew_deadline=120, retry_period=100
    ),
    _times(
        "a retry above the renewal by default", [(R, "ipam.leader_retry_period")], retry_period=834
    ),
    _times("a time below 0", [(E, _RETRY)], retry_period=-1),
    _times("times in order", lease_duration=1002, renew_deadline=1001, retry_period=800),
    _times("times of 0, the defaults", lease_duration=0, renew_deadline=0, retry_period=0),
    _times("a time that is rendered later", lease_duration=Placeholder("${MS}")),
    Case(
        "IPA214",
        "the reconciler's schedule",
        lab(of(whereabouts(range=NET, reconciler_cron_expression="30 4 * * *"))),
        [(N, "ipam.reconciler_cron_expression")],
    ),
]

CASES = [*_READ, *_ENDS, *_NAMES, *_SLICES, *_SHARED, *_LEADER]
