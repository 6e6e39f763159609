"""Rules IPA: what they tell of the how-to's network, and of thousands."""

from typing import Any

import yaml

from multus_lab.checks import judge_stack
from multus_lab.checks.finding import Severity
from multus_lab.checks.network import Lab, Network
from multus_lab.settings import load
from tests.unit.cases import cases
from tests.unit.conftest import ROOT
from tests.unit.rules import E, N, at, findings, lab, network
from tests.unit.rules.addresses.networks import (
    FAR,
    NET,
    V6,
    chained,
    from_file,
    host_local,
    of,
    routed,
    sets,
    static,
    whereabouts,
)


def test_a_network_s_own_expectation_stands_in_for_the_zone_s() -> None:
    config = of(host_local(subnet="10.1.0.0/29")).config
    own = network(config, pods_per_node=9)
    assert [one.severity for one in findings(lab(own, podsPerNode=1), "IPA211")] == ["error"]


def test_the_how_to_s_network_has_what_is_known_of_it_and_no_more() -> None:
    written = yaml.safe_load((ROOT / "Pulumi.dev.yaml").read_text())["config"]
    config = {key.removeprefix("multus-lab:"): value for key, value in written.items()}
    found = judge_stack(load(config))
    assert [(one.code, one.severity) for one in found if one.code.startswith("IPA")] == [
        ("IPA207", "risk"),
        ("IPA211", "note"),
        ("IPA213", "note"),
    ]
    assert "21 addresses" in next(one.message for one in found if one.code == "IPA211")


@cases(
    ("ipam", "code"),
    [
        (host_local(subnet=""), "NAD004"),
        (host_local(subnet=None), "NAD010"),
        (host_local(subnet=None, ranges=[[{"subnet": NET}]]), "IPA201"),
        (sets([{"subnet": ""}]), "NAD004"),
        (sets([{"subnet": None}]), "NAD010"),
    ],
)
def test_an_empty_subnet_is_told_once(ipam: dict[str, Any], code: str) -> None:
    assert [one.code for one in findings(lab(of(ipam))) if one.severity == E] == [code]


_ALIKE = "take an IPAM plugin that counts for all nodes, such as whereabouts"


@cases(
    ("ipam", "pasted"),
    [
        (
            host_local(subnet=NET, gateway="10.1.0.1", routes=[FAR]),
            {"range": NET, "range_start": "10.1.0.2", "gateway": "10.1.0.1", "routes": [FAR]},
        ),
        (host_local(subnet=NET), {"range": NET, "range_start": "10.1.0.2"}),
        (
            host_local(subnet=NET, routes=[FAR]),
            {"range": NET, "range_start": "10.1.0.2", "gateway": "10.1.0.1", "routes": [FAR]},
        ),
        (
            host_local(subnet=NET, gateway="10.1.0.254"),
            {"range": NET, "range_end": "10.1.0.253", "gateway": "10.1.0.254"},
        ),
        (
            host_local(subnet=NET, gateway="10.1.0.9", rangeStart="10.1.0.5"),
            {
                "range": NET,
                "range_start": "10.1.0.5",
                "exclude": ["10.1.0.9/32"],
                "gateway": "10.1.0.9",
            },
        ),
        (
            host_local(
                subnet=NET, gateway="10.1.0.254", rangeStart="10.1.0.5", rangeEnd="10.1.0.9"
            ),
            {
                "range": NET,
                "range_start": "10.1.0.5",
                "range_end": "10.1.0.9",
                "gateway": "10.1.0.254",
            },
        ),
        (
            sets(
                [{"subnet": NET, "gateway": "10.1.0.1"}],
                [{"subnet": V6, "gateway": "2001:db8::9"}],
            )
            | {"routes": [FAR, {"dst": "fd09::/64"}]},
            {
                "ipRanges": [
                    {"range": NET, "range_start": "10.1.0.2"},
                    {"range": V6, "exclude": ["2001:db8::9/128"]},
                ],
                "gateway": "10.1.0.1",
                "routes": [FAR, {"dst": "fd09::/64", "gw": "2001:db8::9"}],
            },
        ),
        (sets([{"subnet": NET}, {"subnet": "10.2.0.0/24"}]), None),
    ],
)
def test_what_is_proposed_for_each_node_s_addresses_can_be_pasted(
    ipam: dict[str, Any], pasted: dict[str, Any] | None
) -> None:
    (found,) = findings(lab(of(ipam)), "IPA207")
    if pasted is None:
        assert found.fix == _ALIKE
        return
    proposed = {"type": "whereabouts", **pasted}
    assert yaml.safe_load(found.fix) == {"ipam": proposed}
    assert [one for one in findings(lab(of(proposed))) if one.severity != N] == []


def many(count: int, *, apart: bool) -> Lab:
    """Networks on 100 segments, which overlap with none or with all others of their segment."""
    first, last = ("200", "220") if apart else ("1", "254")
    ranges = ((f"10.{index >> 8 & 255}.{index & 255}", index) for index in range(count))
    return lab(
        *(
            of(
                host_local(
                    subnet=f"{base}.0/24" if apart else "10.0.0.0/8",
                    rangeStart=f"{base}.{first}",
                    rangeEnd=f"{base if apart else '10.255.255'}.{last}",
                    gateway=f"{base}.1" if apart else "10.255.255.254",
                ),
                f"n{index}",
                master=f"eth{index % 100}",
            )
            for base, index in ranges
        ),
        reserved=["10.12.34.0/25"],
        podCidr="172.16.0.0/16",
        serviceCidr="172.17.0.0/16",
        nodes=[{"name": "one", "addresses": ["10.12.34.1"]}, {"name": "two"}],
    )


def test_overlaps_are_told_once_a_network() -> None:
    found = findings(many(1_000, apart=False), "IPA208")
    assert len(found) == 1_000 - 100
    assert findings(many(1_000, apart=True), "IPA208") == []


@cases(
    ("code", "one", "fix"),
    [
        ("IPA208", host_local(subnet=NET, rangeStart="10.1.0.5"), "rangeStart: 10.1.0.10"),
        ("IPA208", whereabouts(range=NET, range_start="10.1.0.5"), "range_start: 10.1.0.10"),
        ("IPA208", whereabouts(range="10.1.0.5-10.1.0.99/24"), '"10.1.0.10-10.1.0.99/24"'),
        ("IPA208", static("10.1.0.5/24"), "address: 10.1.0.10/24"),
    ],
)
def test_a_fix_speaks_the_plugin_s_dialect(code: str, one: dict[str, Any], fix: str) -> None:
    other = host_local(subnet=NET, rangeStart="10.1.0.3", rangeEnd="10.1.0.9", dataDir="/run/x")
    found = findings(lab(of(other, "a"), of(one, "b")), code)
    assert [finding.fix.removeprefix("range: ") for finding in found] == [fix]


@cases(
    ("ipam", "fix"),
    [
        (host_local(subnet="10.12.34.0/24"), "rangeStart: 10.12.34.51"),
        (whereabouts(range="10.12.34.0/24"), "range_start: 10.12.34.51"),
        (static("10.12.34.9/24"), "address: 10.12.34.51/24"),
        (host_local(subnet="10.12.34.0/26", rangeEnd="10.12.34.20"), "rangeEnd"),
    ],
)
def test_a_range_keeps_off_what_is_others_in_its_dialect(ipam: dict[str, Any], fix: str) -> None:
    found = findings(lab(of(ipam), reserved=["10.12.34.0-10.12.34.50"]), "IPA209")
    assert all(finding.fix.startswith(fix) or "nothing else" in finding.fix for finding in found)
    assert len(found) == 1


def test_static_networks_of_one_address_keep_no_count() -> None:
    [found] = findings(
        lab(of(static("10.1.0.9/24"), "a"), of(static("10.1.0.9/24"), "b")), "IPA208"
    )
    assert found.message == (
        "10.1.0.9 is also given to pods of default/a; neither keeps count of what is taken"
    )
    assert [one.path for one in found.related] == [
        ("networks", "a", "ipam", "addresses", 0, "address")
    ]


def test_an_overlap_with_another_file_is_told_with_its_place() -> None:
    [found] = findings(
        lab(of(host_local(subnet=NET), "a"), from_file(3, of(host_local(subnet=NET), "b"))),
        "IPA208",
    )
    assert (found.source, found.related[0].source) == (3, 0)


@cases(
    ("release", "severity", "words"),
    [
        ("v1.0.0", "risk", "is outside of"),
        ("v1.9.1", "risk", "is outside of"),
        ("v1.10.0", "error", "host-local refuses the gateway"),
        ("", "risk", "host-local of plugins v1.10.0 and newer refuses it"),
    ],
)
def test_a_gateway_outside_of_its_subnet_by_release(
    release: str, severity: str, words: str
) -> None:
    made = of(host_local(subnet=NET, gateway="10.2.0.1"))
    [found] = findings(at(release, made) if release else lab(made), "IPA204")
    assert found.severity == severity
    assert words in found.message


def test_a_link_local_gateway_says_for_which_release_it_is_refused() -> None:
    [found] = findings(lab(of(host_local(subnet=V6, gateway="fe80::1"))), "IPA204")
    assert found.severity == Severity.NOTE
    assert "plugins v1.10.0 and newer" in found.message


def test_a_wrong_gateway_of_both_families_is_told_once() -> None:
    both = whereabouts(ipRanges=[{"range": NET}, {"range": "10.3.0.0/24"}], gateway="10.9.0.1")
    assert len(findings(lab(of(both)), "IPA204")) == 1


@cases(
    "made",
    [
        chained(whereabouts(ipRanges=[{"range": "10.20.0/24"}]), {"type": "sbr"}),
        of(whereabouts(range="10.1.0.0/24", gateway="x")),
        of(host_local(subnet=NET, gateway="10.1.0.x")),
        of(whereabouts(range=NET, node_slice_size=28)),
        of(routed(("10.1.0.5", ""))),
    ],
)
def test_what_cannot_be_read_is_told_once(made: Network) -> None:
    found = findings(lab(made))
    assert len([one for one in found if one.severity == E]) == 1, found


def test_slices_are_refused_once_of_all_that_share_a_name() -> None:
    sliced = whereabouts(range=NET, node_slice_size="/26", network_name="lab")
    networks = [of(sliced, f"n{index}") for index in range(5)]
    other = of(sliced | {"node_slice_size": "/28"}, "other", master="eth2")
    assert [one.network for one in findings(lab(*networks, other), "IPA214")] == ["default/other"]
