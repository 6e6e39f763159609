"""Rules LIF: what they tell of the how-to's network."""

from multus_lab.checks import judge_stack
from multus_lab.checks.network import Network
from multus_lab.settings import load
from tests.unit.cases import cases
from tests.unit.rules import findings, lab, macvlan
from tests.unit.rules.lifecycle import Json, ipvlan, nodes


def test_nodes_without_the_master_are_named() -> None:
    (hit,) = findings(lab(macvlan(), **nodes("eth1", *(f"eth{i}" for i in range(2, 8)))), "LIF405")
    assert hit.message == "eth1 is on 1 of 7 nodes; pods fail on w1, w2, w3 and 3 more"


@cases(
    ("interfaces", "code"),
    [
        (("eth1", "eth2"), "LIF405"),
        (("eth2", "eth3"), "LNK105"),
        (("eth1", "eth2", None), "LIF405"),
        (("eth2", None), "LNK105"),
    ],
)
def test_a_master_is_told_once(interfaces: tuple[str | None, ...], code: str) -> None:
    found = findings(lab(macvlan(), **nodes(*interfaces)))
    told = [one for one in found if one.code in {"LIF405", "LNK105"}]
    assert [(one.code, one.severity == "note") for one in told] == [(code, False)]


@cases(
    ("network", "fix"),
    [
        (
            macvlan(mode="private"),
            "give the node a macvlan too: ip link add link eth1 name shim type macvlan mode bridge",
        ),
        (
            ipvlan(),
            "give the node an ipvlan too: ip link add link eth1 name shim type ipvlan mode l2",
        ),
        (macvlan(master=None), "ip link add link MASTER name shim type macvlan mode bridge"),
    ],
)
def test_the_node_gets_an_interface_of_the_same_kind(network: Network, fix: str) -> None:
    (found,) = findings(lab(network), "LIF403")
    assert found.fix.endswith(fix)


def test_howto_network_has_its_own_node_alone(dev_config: Json) -> None:
    hits = [one for one in judge_stack(load(dev_config)) if one.code.startswith("LIF")]
    assert [(one.code, one.severity.value, one.path) for one in hits] == [
        ("LIF403", "note", ("networks", 0, "type"))
    ]
