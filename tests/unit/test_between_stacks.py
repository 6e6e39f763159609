"""Rules XST: what stacks of one segment or cluster take from one another."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from multus_lab.checks import Related, Severity
from multus_lab.checks.stacks import NamedStack, judge_stacks
from multus_lab.settings import load
from tests.unit.cases import cases

Json = dict[str, Any]


def pool(name: str, first: str, last: str, **keys: Any) -> Json:
    """A network of whereabouts."""
    ipam = {
        "type": "whereabouts",
        "range": "10.0.0.0/24",
        "range_start": f"10.0.0.{first}",
        "range_end": f"10.0.0.{last}",
    }
    return {"name": name, "type": "macvlan", "master": "eth1", "ipam": ipam} | keys


def static(name: str, address: str, **keys: Any) -> Json:
    """A network of one address."""
    ipam = {"type": "static", "addresses": [{"address": address}]}
    return {"name": name, "type": "macvlan", "master": "eth1", "ipam": ipam} | keys


def stack(
    name: str,
    *networks: Json,
    cluster: str | None = None,
    multus: Mapping[str, Any] | None = None,
    whereabouts: Mapping[str, Any] | None = None,
    accept: Mapping[str, str] | None = None,
    **zone: Any,
) -> NamedStack:
    """A stack as its file has it."""
    config: Json = {
        "zone": {"name": "lab", "range": "10.0.0.0/24"} | zone,
        "networks": list(networks),
        "multus": multus or {},
        "accept": accept or {},
    }
    if whereabouts is not None:
        config["whereabouts"] = whereabouts
    if cluster:
        config["cluster"] = {"name": cluster}
    return NamedStack(name, load(config))


def codes(*stacks: NamedStack) -> list[tuple[str, str]]:
    """What is found, with its severity, in order; all of it at the second stack."""
    found = judge_stacks(stacks)
    assert {index for index, _ in found} <= {1}
    return sorted((one.code, one.severity.value) for _, one in found)


A = pool("a", "1", "100")
OVER = pool("b", "50", "150")
BESIDE = pool("b", "101", "150")
SAME_RANGE = ("XST502", "risk")
DAEMONS = ("XST504", "error")
OTHER: Json = {"multus": {"install": False}, "range": "10.1.0.0/24"}
IN: Json = {"whereabouts": {"install": True}}
OUT: Json = {"whereabouts": {"install": False}}


def of(*networks: Json, **keys: Any) -> tuple[Sequence[Json], Json]:
    """The networks of a stack, and what else it says."""
    return networks, keys


@cases(
    ("one", "other", "expected"),
    [
        pytest.param(of(A), of(OVER), [], id="nothing-is-known"),
        pytest.param(
            of(A, segment="s"),
            of(OVER, segment="s"),
            [("XST501", "error"), SAME_RANGE],
            id="segment",
        ),
        pytest.param(of(A, segment="s"), of(OVER, segment="t"), [], id="other-segment"),
        pytest.param(
            of(A, segment="s"), of(BESIDE, segment="s"), [SAME_RANGE], id="ranges-are-disjoint"
        ),
        pytest.param(
            of(A, cluster="c"),
            of(OVER, cluster="c"),
            [SAME_RANGE, DAEMONS],
            id="whereabouts-keeps-one-count-per-cluster",
        ),
        pytest.param(
            of(static("a", "10.0.0.9/24"), cluster="c"),
            of(static("b", "10.0.0.9/24"), cluster="c"),
            [("XST501", "risk"), SAME_RANGE, DAEMONS],
            id="static-keeps-none",
        ),
        pytest.param(
            of(static("a", "10.0.0.9/24"), cluster="c"),
            of(static("b", "10.0.0.9/24", master="eth2"), cluster="c"),
            [SAME_RANGE, DAEMONS],
            id="other-master",
        ),
        pytest.param(
            of(static("a", "10.0.0.9/24"), segment="s", interface="eth1"),
            of(static("b", "10.0.0.9/24", master="eth2"), segment="s", interface="eth1"),
            [SAME_RANGE],
            id="master-beside-the-segment",
        ),
        pytest.param(
            of(static("a", "10.0.0.9/24"), segment="s", interface="eth1"),
            of(static("b", "10.0.0.9/24", master="eth9"), segment="s", interface="eth9"),
            [("XST501", "error"), SAME_RANGE],
            id="segment-by-interfaces-of-other-names",
        ),
        pytest.param(
            of(static("a", "10.0.0.9/24", master="eth1.7"), segment="s", interface="eth1"),
            of(static("b", "10.0.0.9/24"), segment="s", interface="eth1"),
            [SAME_RANGE],
            id="vlan-of-the-segment",
        ),
        pytest.param(
            of(A, cluster="c"),
            of(A, cluster="c"),
            [SAME_RANGE, ("XST503", "error"), DAEMONS],
            id="name",
        ),
        pytest.param(
            of(A, cluster="c"),
            of(A | {"namespace": "prod"}, cluster="c"),
            [SAME_RANGE, DAEMONS],
            id="name-in-another-namespace",
        ),
        pytest.param(
            of(cluster="c"),
            of(cluster="c", multus={"install": False}, range="10.1.0.0/24"),
            [],
            id="one-installs-multus",
        ),
        pytest.param(
            of(cluster="c"), of(cluster="c", range="10.1.0.0/24"), [DAEMONS], id="both-install"
        ),
        pytest.param(of(cluster="c"), of(cluster="d"), [], id="other-cluster"),
        pytest.param(
            of(cluster="c", **IN),
            of(cluster="c", **OTHER, **IN),
            [("XST505", "error")],
            id="both-install-whereabouts",
        ),
        pytest.param(
            of(cluster="c", **IN), of(cluster="c", **OTHER, **OUT), [], id="one-installs-it"
        ),
        pytest.param(of(cluster="c", **IN), of(cluster="c", **OTHER), [], id="one-says-nothing"),
        pytest.param(
            of(cluster="c", **IN), of(cluster="d", **IN), [], id="whereabouts-of-another-cluster"
        ),
    ],
)
def test_between_stacks(
    one: tuple[Sequence[Json], Json],
    other: tuple[Sequence[Json], Json],
    expected: list[tuple[str, str]],
) -> None:
    given = [stack(name, *its[0], **its[1]) for name, its in (("one", one), ("other", other))]
    assert codes(*given) == expected


def test_other_place_is_told() -> None:
    found = judge_stacks([stack("one", A, segment="s"), stack("other", OVER, segment="s")])
    ((index, finding),) = [pair for pair in found if pair[1].code == "XST501"]
    assert finding.message == (
        "hands out 10.0.0.50-10.0.0.150, and so does default/a of stack one with "
        "10.0.0.1-10.0.0.100, in the same segment s"
    )
    assert (index, finding.source, finding.network) == (1, 1, "default/b")
    assert finding.path == ("networks", 0, "ipam")
    assert finding.related == (
        Related(0, ("networks", 0, "ipam"), "hands out 10.0.0.1-10.0.0.100"),
    )


def test_path_is_the_stack_s_where_a_plugin_is_chained() -> None:
    one = pool("a", "1", "100", defaultRoute="source-based")
    found = judge_stacks([stack("one", OVER, segment="s"), stack("other", one, segment="s")])
    paths = [finding.path for _, finding in found if finding.code == "XST501"]
    assert paths == [("networks", 0, "ipam")]


def test_third_stack_s_networks_are_told_once() -> None:
    stacks = [stack(name, A | {"name": name}, segment="s") for name in ("a", "b", "c")]
    found = [(index, one.code) for index, one in judge_stacks(stacks)]
    assert sorted(found) == [(1, "XST501"), (1, "XST502"), (2, "XST501"), (2, "XST502")]


def test_range_behind_another_of_the_same_count_is_found() -> None:
    one = [pool("a", "1", "200"), static("x", "10.0.0.150/24")]
    found = codes(
        stack("one", *one, cluster="c", segment="s"),
        stack("other", pool("b", "150", "160"), cluster="c", segment="s"),
    )
    assert ("XST501", "error") in found


@pytest.mark.parametrize("where", ["stack", "zone", "network"])
@pytest.mark.parametrize("code", ["XST501", "XST502"])
def test_accepted_with_a_reason(code: str, where: str) -> None:
    accept = {code: "split by hand"}
    own = OVER | ({"accept": accept} if where == "network" else {})
    zone = {"accept": accept} if where == "zone" else {}
    config: Json = {
        "zone": {"name": "lab", "range": "10.0.0.0/24", "segment": "s"} | zone,
        "networks": [own],
        "accept": accept if where == "stack" else {},
    }
    found = judge_stacks([stack("one", A, segment="s"), NamedStack("other", load(config))])
    accepted = {finding.code: finding.accepted for _, finding in found}
    # The range is the zone's affair, and no network's.
    expected = None if (code, where) == ("XST502", "network") else "split by hand"
    assert accepted[code] == expected
    assert [one.severity for _, one in found if one.code == "XST501"] == [Severity.ERROR]


def test_what_stacks_undo_to_each_other_is_never_accepted() -> None:
    accept = dict.fromkeys(("XST503", "XST504", "XST505"), "we know")
    one = stack("one", A, cluster="c", **IN)
    found = judge_stacks([one, stack("b", A, cluster="c", accept=accept, **IN)])
    refused = {one.code for _, one in found if one.refuses}
    assert accept.keys() <= refused
