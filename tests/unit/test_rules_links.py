"""Rules LNK: what they tell of the how-to's zone, and of one without fault."""

import pytest
import yaml

from multus_lab.checks import Severity, judge_stack
from multus_lab.settings import load
from tests.unit.conftest import ROOT
from tests.unit.rules import N, R, codes, findings, lab, macvlan
from tests.unit.rules.links import NODES


def test_a_master_that_the_told_nodes_lack_may_be_on_the_others() -> None:
    found = findings(
        lab(macvlan(), nodes=[{"name": "a", "interface": "ens5"}, *NODES[1:]]), "LNK105"
    )
    assert [one.severity for one in found] == [R, N]
    assert found[0].message == (
        "no node's interface into the zone is eth1, by the inventory: ens5 on a"
    )


def test_whole_network_without_fault_has_no_finding() -> None:
    assert codes(lab(macvlan()), "LNK") == []
    told = {"interface": "eth1", "mtu": 1500, "platform": "bare-metal", "nodes": NODES}
    assert codes(lab(macvlan(mtu=1500), **told), "LNK") == []


@pytest.mark.parametrize(("stack", "expected"), [("dev", [("LNK112", N)]), ("lab", [])])
def test_howtos_zone_has_what_can_be_decided_and_no_more(
    stack: str, expected: list[tuple[str, Severity]]
) -> None:
    written = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())["config"]
    config = {key.removeprefix("multus-lab:"): value for key, value in written.items()}
    found = judge_stack(load(config))
    assert [
        (one.code, one.severity) for one in found if one.code.startswith(("NAD", "LNK"))
    ] == expected
