"""Rules LNK: what they tell of the how-to's zone, and of one without fault."""

from typing import Any

import yaml

from multus_lab.checks import Severity, judge_stack
from multus_lab.checks.network import Network
from multus_lab.settings import load
from tests.unit.cases import cases
from tests.unit.conftest import ROOT
from tests.unit.rules import N, R, codes, findings, lab, macvlan
from tests.unit.rules.links import NODES, bridge, device, ipvlan, vlan

MAC = "02:00:00:00:00:01"


def test_a_master_that_the_told_nodes_lack_is_told_once() -> None:
    (found,) = findings(
        lab(macvlan(), nodes=[{"name": "a", "interface": "ens5"}, *NODES[1:]]), "LNK105"
    )
    assert found.severity == R
    assert found.message == (
        "no node's interface into the zone is eth1, by the inventory: ens5 on a"
    )


@cases(
    ("code", "networks", "path", "message"),
    [
        ("LNK106", (macvlan("a"), ipvlan("b")), ("type",), "a macvlan here"),
        ("LNK108", (macvlan("a"), macvlan("b", mode="passthru")), ("master",), "the same master"),
        ("LNK109", (ipvlan("a"), ipvlan("b", mode="l3")), ("mode",), "mode l2"),
        ("LNK114", (vlan("a"), vlan("b")), ("vlanId",), "the same here"),
        ("LNK114", (device("a"), device("b")), ("device",), "the same here"),
        ("LNK118", (macvlan("a", mac=MAC), macvlan("b", mac=MAC)), ("mac",), "the same MAC here"),
        ("LNK122", (bridge("a", mtu=9000), bridge("b", mtu=1500)), ("mtu",), "an MTU of 9000 here"),
    ],
)
def test_the_other_networks_place_is_told(
    code: str, networks: tuple[Network, ...], path: tuple[str, ...], message: str
) -> None:
    (found,) = (one for one in findings(lab(*networks), code) if one.path[1] == "b")
    (other,) = found.related
    assert other.path == ("networks", "a", *path)
    assert message in other.message


@cases(
    ("network", "code", "message"),
    [
        (
            vlan(ipam=None),
            "LNK115",
            "vlan asks an ipam plugin for an address, and there is none (with CNI plugins before "
            "v1.10.0; the release isn't known)",
        ),
        (device(), "LNK114", "a node can have one pod of this network"),
        (
            macvlan(mode="bridged"),
            "LNK101",
            "macvlan has no mode 'bridged'; its modes are bridge, private, vepa, passthru",
        ),
    ],
)
def test_messages(network: Network, code: str, message: str) -> None:
    assert [one.message for one in findings(lab(network), code)] == [message]


def test_a_fix_proposes_what_was_meant() -> None:
    (found,) = findings(lab(macvlan(mode="Privat")), "LNK101")
    assert found.fix == "mode: private"


def test_whole_network_without_fault_has_no_finding() -> None:
    assert codes(lab(macvlan()), "LNK") == []
    told: dict[str, Any] = {
        "interface": "eth1",
        "mtu": 1500,
        "platform": "bare-metal",
        "nodes": NODES,
    }
    assert codes(lab(macvlan(mtu=1500), **told), "LNK") == []


@cases(("stack", "expected"), [("dev", [("LNK112", N)]), ("lab", [])])
def test_howtos_zone_has_what_can_be_decided_and_no_more(
    stack: str, expected: list[tuple[str, Severity]]
) -> None:
    written = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())["config"]
    config = {key.removeprefix("multus-lab:"): value for key, value in written.items()}
    found = judge_stack(load(config))
    assert [
        (one.code, one.severity) for one in found if one.code.startswith(("NAD", "LNK"))
    ] == expected
