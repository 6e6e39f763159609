"""What the rules IPA find against the verdict of the real host-local, of two releases.

An IPAM plugin touches no network namespace: it reads its configuration and its store.
"""

import json
import subprocess
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from multus_lab.checks import judge
from multus_lab.checks.network import Network
from multus_lab.programs import CNI_PLUGINS, CNI_PLUGINS_V1_9_1, Group

Config = dict[str, Any]
Add = Callable[[Config], dict[str, Any]]
NET = "10.1.0.0/24"


@pytest.fixture(scope="session")
def add(built: Callable[..., dict[str, Path]], tmp_path_factory: pytest.TempPathFactory) -> Add:
    """Call host-local's ADD, each time over a store of its own; its answer as JSON."""
    return _add(CNI_PLUGINS, built, tmp_path_factory)


@pytest.fixture(scope="session")
def add_v1_9_1(
    built: Callable[..., dict[str, Path]], tmp_path_factory: pytest.TempPathFactory
) -> Add:
    """The same of the release before, which refuses less."""
    return _add(CNI_PLUGINS_V1_9_1, built, tmp_path_factory)


def _add(
    group: Group,
    built: Callable[..., dict[str, Path]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Add:
    program = built(group)[group.name] / "host-local"
    stores = tmp_path_factory.mktemp("stores")

    def call(config: Config) -> dict[str, Any]:
        store = str(stores / uuid.uuid4().hex)
        config = config | {"ipam": config["ipam"] | {"dataDir": store}}
        return called(program, config, CNI_COMMAND="ADD", CNI_CONTAINERID="one")

    return call


def called(program: Path, config: Config, **env: str) -> dict[str, Any]:
    """Call the plugin; its answer as JSON."""
    answer = subprocess.run(
        [program],
        input=json.dumps(config),
        capture_output=True,
        text=True,
        check=False,
        env={"CNI_IFNAME": "net1", "CNI_NETNS": "/none", "CNI_PATH": "/none", **env},
    )
    said: dict[str, Any] = json.loads(answer.stdout or "{}")
    return said


def of(ipam: Config, version: str = "1.0.0") -> Config:
    written = {"type": "host-local", **ipam}
    keys = {"name": "lab", "type": "macvlan", "master": "eth1", "ipam": written}
    return ({"cniVersion": version} if version else {}) | keys


def errors(config: Config) -> list[str]:
    found = judge([Network("lab", "default", (), (), config)])
    return sorted({one.code for one in found if one.severity == "error"})


def sets(*ranges: Any) -> Config:
    return {"ranges": list(ranges)}


@pytest.mark.parametrize(
    ("code", "ipam", "version", "words"),
    [
        ("IPA201", {"subnet": "10.1.0.7/24"}, "1.0.0", "Network has host bits set"),
        ("IPA201", {"subnet": "10.1.0.0/31"}, "1.0.0", "too small to allocate from"),
        ("IPA201", {"subnet": "2001:db8::/127"}, "1.0.0", "too small to allocate from"),
        ("IPA201", {"subnet": "::ffff:10.1.0.0/120"}, "1.0.0", "IP and Mask version mismatch"),
        ("NAD004", {"subnet": ""}, "1.0.0", "invalid CIDR address"),
        ("NAD010", {"subnet": None}, "1.0.0", "invalid CIDR address"),
        ("IPA201", {"subnet": None} | sets([{"subnet": NET}]), "1.0.0", "invalid CIDR address"),
        ("NAD004", {"subnet": "010.1.0.0/24"}, "1.0.0", "invalid CIDR address"),
        ("NAD004", {"subnet": "10.1.0.0/255.255.255.0"}, "1.0.0", "invalid CIDR address"),
        ("NAD004", {"subnet": NET, "gateway": "10.1.0.x"}, "1.0.0", "invalid IP address"),
        ("NAD010", {}, "1.0.0", "no IP ranges specified"),
        ("IPA202", {"subnet": NET, "rangeStart": "10.2.0.1"}, "1.0.0", "not in network"),
        ("IPA202", {"subnet": NET, "rangeEnd": "10.2.0.1"}, "1.0.0", "not in network"),
        # The plugin's words mislead: the start is in the network, and behind the end.
        (
            "IPA202",
            {"subnet": NET, "rangeStart": "10.1.0.50", "rangeEnd": "10.1.0.20"},
            "1.0.0",
            "RangeStart 10.1.0.50 not in network",
        ),
        (
            "IPA211",
            {"subnet": NET, "rangeStart": "10.1.0.1", "rangeEnd": "10.1.0.1"},
            "1.0.0",
            "no IP addresses available",
        ),
        ("IPA212", sets([]), "1.0.0", "empty range set"),
        ("IPA212", sets(None), "1.0.0", "empty range set"),
        (
            "IPA212",
            sets([{"subnet": NET}, {"subnet": "2001:db8::/64"}]),
            "1.0.0",
            "mixed address families",
        ),
        (
            "IPA212",
            sets([{"subnet": NET}, {"subnet": "10.1.0.0/16"}]),
            "1.0.0",
            "overlap",
        ),
        (
            "IPA212",
            {"subnet": NET} | sets([{"subnet": "10.1.0.0/16"}]),
            "1.0.0",
            "range set 0 overlaps with 1",
        ),
        (
            "IPA212",
            sets([{"subnet": NET}], [{"subnet": "10.2.0.0/24"}]),
            "0.2.0",
            "does not support more than 1 address per family",
        ),
        (
            "IPA212",
            sets([{"subnet": NET}], [{"subnet": "10.2.0.0/24"}]),
            "",
            "does not support more than 1 address per family",
        ),
    ],
)
def test_an_error_is_what_the_plugin_refuses(
    add: Add, code: str, ipam: Config, version: str, words: str
) -> None:
    config = of(ipam, version)
    assert code in errors(config)
    assert words in add(config).get("msg", "")


@pytest.mark.parametrize(
    ("code", "ipam", "address"),
    [
        ("IPA220", {"subnet": "127.0.0.0/8"}, "127.0.0.2/8"),
        ("IPA220", {"subnet": "224.0.0.0/8"}, "224.0.0.2/8"),
    ],
)
def test_what_is_handed_out_and_of_no_use(add: Add, code: str, ipam: Config, address: str) -> None:
    assert code in errors(of(ipam))
    assert [one["address"] for one in add(of(ipam))["ips"]] == [address]


@pytest.mark.parametrize(
    ("ipam", "address", "words"),
    [
        # Pods get addresses past the end of the subnet next.
        (
            {"subnet": NET, "rangeStart": "10.1.0.255"},
            "10.1.0.255/24",
            "RangeStart 10.1.0.255 is after RangeEnd 10.1.0.254 in network 10.1.0.0/24",
        ),
        (
            {"subnet": NET, "gateway": "10.2.0.1"},
            "10.1.0.1/24",
            "gateway 10.2.0.1 not in network 10.1.0.0/24",
        ),
        (
            {"subnet": NET, "gateway": "2001:db8::1"},
            "10.1.0.1/24",
            "gateway 2001:db8::1 not in network 10.1.0.0/24",
        ),
        (
            {"subnet": "2001:db8::/64", "gateway": "fe80::1"},
            "2001:db8::1/64",
            "gateway fe80::1 not in network 2001:db8::/64",
        ),
    ],
)
def test_what_is_refused_since_v1_10_0(
    add: Add, add_v1_9_1: Add, ipam: Config, address: str, words: str
) -> None:
    assert [one["address"] for one in add_v1_9_1(of(ipam))["ips"]] == [address]
    assert words in add(of(ipam))["msg"]


@pytest.mark.parametrize(
    ("group", "left"),
    [(CNI_PLUGINS_V1_9_1, ["10.1.0.2", "10.1.0.3"]), (CNI_PLUGINS, ["10.1.0.3"])],
    ids=lambda one: getattr(one, "release", ""),
)
def test_gc_gives_back_what_is_not_valid_since_v1_10_0(
    group: Group, left: list[str], built: Callable[..., dict[str, Path]], tmp_path: Path
) -> None:
    program = built(group)[group.name] / "host-local"
    config = of({"subnet": NET, "dataDir": str(tmp_path)}, "1.1.0")
    for container in ("gone", "here"):
        called(program, config, CNI_COMMAND="ADD", CNI_CONTAINERID=container)
    valid = {"cni.dev/valid-attachments": [{"containerID": "here", "ifname": "net1"}]}
    called(program, config | valid, CNI_COMMAND="GC")
    assert sorted(one.name for one in (tmp_path / "lab").glob("10.*")) == left


@pytest.mark.parametrize(
    ("ipam", "addresses"),
    [
        ({"subnet": NET}, ["10.1.0.2/24"]),
        ({"subnet": NET, "gateway": "10.1.0.9"}, ["10.1.0.1/24"]),
        ({"subnet": NET, "rangeStart": "10.1.0.0"}, ["10.1.0.0/24"]),
        ({"subnet": NET, "rangeStart": "::ffff:10.1.0.9"}, ["10.1.0.9/24"]),
        (sets([{"subnet": NET}], [{"subnet": "2001:db8::/64"}]), ["10.1.0.2/24", "2001:db8::2/64"]),
    ],
)
def test_what_is_clean_gets_the_first_address_of_what_is_left(
    add: Add, ipam: Config, addresses: list[str]
) -> None:
    network = Network("lab", "default", (), (), of(ipam))
    assert errors(of(ipam)) == []
    assert [one["address"] for one in add(of(ipam))["ips"]] == addresses
    left = {piece.pool.path: (piece.pool, piece.first) for piece in reversed(network.pieces)}
    firsts = [str(pool.subnet[first - int(pool.subnet[0])]) for pool, first in left.values()]
    assert sorted(firsts) == [one.partition("/")[0] for one in addresses]


ADDRESSES = st.one_of(
    st.integers(0, 255).map(lambda number: f"10.1.0.{number}"),
    st.integers(0, 15).map(lambda number: f"2001:db8::{number:x}"),
    st.sampled_from(
        ["10.1.1.0", "10.2.0.9", "", "x", "::ffff:10.1.0.7", "fe80::1%eth0", "010.1.0.1", "0.0.0.0"]
    ),
)
SUBNETS = st.sampled_from(
    [
        *(NET, NET, NET, "10.1.0.0/25", "10.1.0.128/25", "10.2.0.0/29", "10.1.0.0/16"),
        *("2001:db8::/64", "2001:db8::/125", "2001:db8::8/125", "10.1.0.4/30", "10.1.0.4/29"),
        *("10.1.0.0/31", "2001:db8::/127", "::ffff:10.1.0.0/120", "10.1.0.0", "10.1.0.0/33", ""),
        *("10.1.0.0/024", "10.1.0.0/255.255.255.0", "0.0.0.0/0"),
    ]
)
RANGES = st.fixed_dictionaries(
    {"subnet": SUBNETS},
    optional={"rangeStart": ADDRESSES, "rangeEnd": ADDRESSES, "gateway": ADDRESSES},
)
IN_PLACE = st.fixed_dictionaries(
    {"subnet": st.just(NET)},
    optional={
        "rangeStart": st.integers(0, 140).map(lambda number: f"10.1.0.{number}"),
        "rangeEnd": st.integers(120, 255).map(lambda number: f"10.1.0.{number}"),
        "gateway": ADDRESSES,
    },
)
BESIDE = st.fixed_dictionaries({"subnet": st.sampled_from(["10.2.0.0/29", "2001:db8::/64"])})
IPAMS = st.one_of(
    IN_PLACE,
    st.tuples(IN_PLACE, BESIDE).map(lambda both: {"ranges": [[one] for one in both]}),
    st.tuples(IN_PLACE, BESIDE).map(lambda both: {"ranges": [list(both)]}),
    RANGES,
    st.builds(
        lambda flat, ranges: flat | {"ranges": ranges},
        RANGES | st.just({}),
        st.lists(st.lists(RANGES, max_size=3), max_size=3),
    ),
)


@settings(
    derandomize=True,
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(ipam=IPAMS, version=st.sampled_from(["1.0.0", "0.3.1", "0.2.0"]))
def test_the_plugin_refuses_nothing_that_is_found_clean(
    add_v1_9_1: Add, ipam: Config, version: str
) -> None:
    # Where no release is told, an error is what all of them refuse.
    config = of(ipam, version)
    if not errors(config):
        assert "code" not in (said := add_v1_9_1(config)), said
