"""Rules IPA: what they tell of the how-to's network, and of thousands."""

from typing import Any

import pytest
import yaml

from multus_lab.checks import judge_stack
from multus_lab.checks.network import Lab
from multus_lab.settings import load
from tests.unit.conftest import ROOT
from tests.unit.rules import E, findings, lab, network
from tests.unit.rules.addresses import NET, host_local, of, sets


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


@pytest.mark.parametrize(
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
