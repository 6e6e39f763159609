"""Records of plugins: each is sound in itself, and Go's way with keys is followed."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from multus_lab import plugins
from multus_lab.plugins import CNI_VERSIONS, LIST_KEYS, Items, Key, Keys, Kind, Record, Values
from multus_lab.plugins.kinds import FLAG, INT, TEXT, Spellings, keys
from multus_lab.plugins.record import FIXED_ADDRESS, NEVER
from multus_lab.plugins.whereabouts import Range, read_range
from multus_lab.report.plugins import page
from multus_lab.versions import EVER, Span, release
from tests.unit.cases import cases

FOLDER = Path(plugins.__file__).parent
PAGE = Path(__file__).parents[2] / "docs" / "plugins.md"
GUIDE = PAGE.with_name("rehearsal.md")
SHARED = {"__init__", "kinds", "needs", "pools", "record"}
OLDEST, NEWEST = release("v0.9.1"), release("v1.10.0")
REFERENCE = {
    *("macvlan", "ipvlan", "vlan", "bridge", "host-device", "ptp", "tap", "dummy", "loopback"),
    *("sbr", "tuning", "bandwidth", "portmap", "vrf", "firewall", "host-local", "static", "dhcp"),
}
NAMES = plugins.names()


def known(name: str) -> Record:
    found = plugins.record(name)
    assert found is not None
    return found


def mappings(kind: Kind) -> Iterator[Keys]:
    if isinstance(kind, Keys):
        yield kind
        for one in kind.keys.values():
            yield from mappings(one.kind)
    elif isinstance(kind, Items):
        yield from mappings(kind.item)
    elif isinstance(kind, Values):
        yield from mappings(kind.value)


def of(one: Record) -> Iterator[Keys]:
    yield from mappings(one.keys)
    if one.ipam is not None and one.ipam.keys is not None:
        yield from mappings(one.ipam.keys)


def named(one: Record) -> Iterator[tuple[str, Key]]:
    for mapping in of(one):
        yield from mapping.keys.items()


def test_every_file_has_a_record_of_its_name() -> None:
    files = {one.stem.replace("_", "-") for one in FOLDER.glob("*.py") if one.stem not in SHARED}
    assert files == set(NAMES) >= REFERENCE
    assert [known(name).name for name in NAMES] == list(NAMES)
    assert plugins.record("no-such-plugin") is None


@cases("name", NAMES)
def test_record_says_where_it_was_read(name: str) -> None:
    assert re.match(r"[\w.-]+/[\w.-]+ (v\d+\.\d+\.\d+|[0-9a-f]{7,})\b", known(name).read)
    assert (known(name).family == "plugins") >= (name in REFERENCE)


@cases("name", NAMES)
def test_record_is_of_some_role(name: str) -> None:
    one = known(name)
    assert one.main or one.chained or one.ipam or not one.keys.closed


@cases("name", NAMES)
def test_needs_are_of_keys_that_it_reads_and_in_the_guide(name: str) -> None:
    one, guide = known(name), GUIDE.read_text()
    for need in one.needs:
        assert {need.key, *need.where} <= {"", "runtimeConfig", *one.keys.keys}
        assert name in guide or name == "cnv-bridge"
        assert not need.key or f"`{need.key}`" in guide


@cases("name", NAMES)
def test_defaults_are_values_that_are_taken(name: str) -> None:
    for key, one in named(known(name)):
        for value in (one.default, *(one.earlier[1:] if one.earlier else ())):
            assert value is None or (one.kind.fits(value) and one.takes(value)), key


@cases("name", NAMES)
def test_bounds_are_sane(name: str) -> None:
    for key, one in named(known(name)):
        assert one.low is None or one.high is None or one.low <= one.high, key
        assert len(set(one.allowed)) == len(one.allowed), key
        assert all(one.kind.fits(value) and one.takes(value) for value in one.allowed), key
        if one.any_case:
            assert all(value == value.lower() for value in one.allowed), key
        for number in filter(lambda each: each is not None, (one.low, one.high)):
            written = str(number) if one.allowed else number  # numbers in texts
            assert one.kind.fits(written), key
            assert one.takes(written), key
        assert one.bounded or not (one.says or one.any_case or one.filled), key


@cases("name", NAMES)
def test_mappings_have_the_keys_that_they_name(name: str) -> None:
    for mapping in of(known(name)):
        assert mapping.exact & {"address"} <= mapping.keys.keys()
        for group in mapping.required:
            assert set(group) <= mapping.keys.keys()
        assert {one.beside for one in mapping.keys.values()} - {""} <= mapping.keys.keys()
        assert len({key.casefold() for key in mapping.keys}) == len(mapping.keys)


@cases("name", NAMES)
def test_traits_name_keys_of_the_record(name: str) -> None:
    one = known(name)
    link = one.link
    of_link = (*link.once, *link.once_where, *link.segment, *link.user_space) if link else ()
    assert {*of_link, *one.keeps_routes, *one.moves_routes_by} <= one.keys.keys.keys()
    if one.ipam is not None:
        assert {one.ipam.start, one.ipam.end, one.ipam.dns} - {""} <= one.of_ipam.keys.keys()
    for version in (one.oldest, one.newest):
        assert not version or version in CNI_VERSIONS
    assert all(what and words for what, words in one.says.items())


@cases("name", sorted(REFERENCE))
def test_spans_are_of_releases_that_are_known(name: str) -> None:
    one = known(name)
    assert one.oldest
    spans = [one.held, *(key.held for _, key in named(one))]
    spans += [one.link.needs_ipam] if one.link else []
    spans += [one.ipam.gateway_inside] if one.ipam else []
    for span in spans:
        if span not in (EVER, NEVER):
            assert span.since == EVER.since or OLDEST < span.since <= NEWEST
            assert span.before is None or max(span.since, OLDEST) < span.before <= NEWEST
    for key, each in named(one):
        if each.earlier:
            assert each.earlier[0] in each.held, key


@cases(
    ("name", "key", "span"),
    [
        ("macvlan", "linkInContainer", Span((1, 3, 0))),
        ("macvlan", "bcqueuelen", Span((1, 6, 0))),
        ("bridge", "macspoofchk", Span((1, 1, 0))),
        ("bridge", "enabledad", Span((1, 1, 0))),
        ("bridge", "vlanTrunk", Span((1, 3, 0))),
        ("bridge", "disableContainerInterface", Span((1, 4, 1))),
        ("bridge", "ipMasqBackend", Span((1, 6, 0))),
        ("bridge", "portIsolation", Span((1, 7, 0))),
        ("host-device", "DPDKMode", Span((1, 1, 0))),
        ("host-device", "useInterfaceNetwork", Span((1, 10, 0))),
        ("tap", "bridge", Span((1, 4, 0))),
        ("sbr", "table", Span((1, 6, 0))),
        ("sbr", "gateways", Span((1, 10, 0))),
        ("sbr", "addSourceHints", Span((1, 10, 0))),
        ("tuning", "allmulti", Span((1, 0, 0))),
        ("tuning", "txQLen", Span((1, 4, 0))),
        ("bandwidth", "shapedSubnets", Span((1, 5, 0), (1, 6, 0))),
        ("portmap", "masqAll", Span((1, 2, 0))),
        ("portmap", "backend", Span((1, 6, 0))),
        ("firewall", "ingressPolicy", Span((1, 1, 0))),
        ("dhcp", "provide", Span((1, 1, 0))),
        ("dhcp", "priority", Span((1, 6, 0))),
    ],
)
def test_release_that_a_key_came_with(name: str, key: str, span: Span) -> None:
    assert known(name).keys.keys[key].held == span


def test_vlan_1_of_a_bridge_s_ports_went_with_a_release() -> None:
    key = known("bridge").keys.keys["preserveDefaultVlan"]
    assert (key.default, key.earlier) == (False, ((1, 8, 0), True))


@cases(
    ("name", "span"),
    [
        ("macvlan", NEVER),
        ("ipvlan", EVER),
        ("vlan", Span(before=(1, 10, 0))),
        ("bridge", NEVER),
        ("ptp", EVER),
        ("dummy", EVER),
    ],
)
def test_releases_that_need_an_ipam(name: str, span: Span) -> None:
    link = known(name).link
    assert link is not None
    assert link.needs_ipam == span


@cases(
    ("name", "key", "taken"),
    [
        ("macvlan", "mode", True),
        ("portmap", "backend", False),
        ("bridge", "ipMasqBackend", False),
        ("ptp", "ipMasqBackend", False),
    ],
)
def test_empty_text_is_the_default_but_for_pointers(name: str, key: str, taken: bool) -> None:
    assert known(name).keys.keys[key].takes("") is taken


# --- keys in any case -----------------------------------------------------------------------------

NESTED = keys({"outer": keys({"innerKey": TEXT}), "list": Items(keys({"flag": FLAG}))})


@cases(
    ("kind", "written", "read", "spelled"),
    [
        pytest.param(
            known("macvlan").keys,
            {"type": "macvlan", "MODE": "vepa"},
            {"type": "macvlan", "mode": "vepa"},
            {("mode",): "MODE"},
            id="capitals",
        ),
        pytest.param(
            known("vrf").keys,
            {"vrfName": "red"},
            {"vrfname": "red"},
            {("vrfname",): "vrfName"},
            id="camel-case",
        ),
        pytest.param(
            known("macvlan").keys,
            {"mtu": 1400, "MTU": 1300, "Mtu": 1200},
            {"mtu": 1400},
            {},
            id="last-in-byte-order-wins",
        ),
        pytest.param(
            known("macvlan").keys,
            {"Mtu": 1200, "MTU": 1300},
            {"mtu": 1200},
            {("mtu",): "Mtu"},
            id="last-of-two-other-spellings",
        ),
        pytest.param(
            NESTED,
            {"OUTER": {"innerkey": "x"}, "list": [{"flag": True}, {"FLAG": False}]},
            {"outer": {"innerKey": "x"}, "list": [{"flag": True}, {"flag": False}]},
            {("outer",): "OUTER", ("outer", "innerKey"): "innerkey", ("list", 1, "flag"): "FLAG"},
            id="nested",
        ),
        pytest.param(
            known("host-local").keys,
            {"ranges": [[{"SUBNET": "10.0.0.0/24"}]]},
            {"ranges": [[{"subnet": "10.0.0.0/24"}]]},
            {("ranges", 0, 0, "subnet"): "SUBNET"},
            id="list-of-lists",
        ),
        pytest.param(
            known("macvlan").keys,
            {"Name": "n", "Plugins": []},
            {"Name": "n", "Plugins": []},
            {},
            id="to-the-letter-in-a-plugin",
        ),
        pytest.param(
            LIST_KEYS,
            {"Name": "n", "CNIVersion": "1.0.0", "Plugins": [], "DisableCheck": True},
            {"Name": "n", "CNIVersion": "1.0.0", "Plugins": [], "disableCheck": True},
            {("disableCheck",): "DisableCheck"},
            id="to-the-letter-in-a-list",
        ),
        pytest.param(
            FIXED_ADDRESS,
            {"Address": "10.0.0.1/24", "Gateway": "10.0.0.254"},
            {"Address": "10.0.0.1/24", "gateway": "10.0.0.254"},
            {("gateway",): "Gateway"},
            id="a-field-of-another-kind-beside-it",
        ),
        pytest.param(
            known("tuning").keys,
            {"SYSCTL": {"net.core.SOMAXCONN": "1"}},
            {"sysctl": {"net.core.SOMAXCONN": "1"}},
            {("sysctl",): "SYSCTL"},
            id="keys-of-a-map-stay",
        ),
        pytest.param(
            known("macvlan").keys, {"unknown": 1}, {"unknown": 1}, {}, id="unknown-keys-stay"
        ),
    ],
)
def test_keys_are_read_as_go_reads_them(
    kind: Keys, written: dict[str, object], read: dict[str, object], spelled: Spellings
) -> None:
    told = Spellings()
    assert kind.read(written, (), told) == read
    assert told == spelled


def test_what_needs_no_reading_stays_the_same_object() -> None:
    written = {"type": "macvlan", "ipam": {"type": "dhcp"}}
    assert known("macvlan").keys.read(written, (), Spellings()) is written


@cases(
    ("key", "value", "taken"),
    [
        (Key(TEXT, allowed=("a", "b")), "a", True),
        (Key(TEXT, allowed=("a", "b")), "A", False),
        (Key(TEXT, allowed=("a", "b"), any_case=True), "A", True),
        (Key(TEXT, allowed=("a",)), "", True),
        (Key(TEXT, allowed=("a",), filled=True), "", False),
        (Key(INT, low=0, high=4), 4, True),
        (Key(INT, low=0, high=4), 5, False),
        (Key(INT, low=0), -1, False),
        (Key(INT, low=0, high=4), 2.0, True),
    ],
)
def test_values_that_a_key_takes(key: Key, value: object, taken: bool) -> None:
    assert key.takes(value) is taken


# --- ranges of whereabouts ------------------------------------------------------------------------


@cases(
    ("written", "network", "first", "last"),
    [
        ("10.0.0.0/24", "10.0.0.0/24", None, None),
        ("10.0.0.7/24", "10.0.0.0/24", None, None),
        ("010.000.0.0/24", "10.0.0.0/24", None, None),
        ("10.0.0.5-10.0.0.9/24", "10.0.0.0/24", "10.0.0.5", "10.0.0.9"),
        ("10.0.0.9-10.0.0.5/24", "10.0.0.0/24", "10.0.0.9", "10.0.0.5"),
        ("fd00::5-fd00::9/64", "fd00::/64", "fd00::5", "fd00::9"),
    ],
)
def test_ranges_that_whereabouts_reads(
    written: str, network: str, first: str | None, last: str | None
) -> None:
    read = read_range(written)
    assert read is not None
    named = tuple(str(one) if one else None for one in (read.first, read.last))
    assert (str(read.network), *named) == (network, first, last)
    assert isinstance(read, Range)


@cases(
    "written",
    [
        *("", "-", "10.0.0.0", "10.0.0.0/33", "10.0.0.0/255.255.255.0", "10.0.0.1-10.0.0.9"),
        *("10.0.0.1-", "-10.0.0.9/24", "x-10.0.0.9/24", "10.1.0.1-10.0.0.9/24"),
        *("fd00::1-10.0.0.9/24", "10.0.0.1-10.0.0.5-10.0.0.9/24", None, 5, ["10.0.0.0/24"]),
    ],
)
def test_ranges_that_whereabouts_refuses(written: object) -> None:
    assert read_range(written) is None


def test_a_range_that_is_refused_is_no_pool() -> None:
    ipam = known("whereabouts").ipam
    assert ipam is not None
    assert ipam.pools is not None
    assert not list(ipam.pools({"range": "10.1.0.1-10.0.0.9/24"}, ("ipam",)))
    (pool,) = ipam.pools({"range": "10.0.0.5-10.0.0.9/24", "exclude": ["10.0.0.7"]}, ("ipam",))
    assert f"{pool.first}-{pool.last}" == "10.0.0.5-10.0.0.9"
    assert len(pool.holes) == 1


def test_the_page_of_plugins_is_as_generated() -> None:
    """After a change: python -m multus_lab.report.plugins > docs/plugins.md."""
    assert page() == PAGE.read_text()
