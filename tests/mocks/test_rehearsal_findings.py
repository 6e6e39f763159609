"""From what was seen to codes: hand-made observations, no namespaces."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from multus_lab.checks import Finding, Severity
from multus_lab.checks.network import Network
from multus_lab.rehearsal.findings import Rehearsed
from multus_lab.rehearsal.sights import SIGHTS
from multus_lab.settings import Zone
from tests.mocks.rehearsals import LAB, MAC, Change, foretold, pods, rehearsed, wired
from tests.unit.cases import cases
from tests.unit.rules import HOST_LOCAL, E, N, R, chain, macvlan, network, plugin, zone

BRIDGE = plugin("bridge", bridge="br0", ipam=HOST_LOCAL)
SECOND = macvlan("b", ipam={**HOST_LOCAL, "rangeStart": "10.12.34.100", "rangeEnd": "10.12.34.150"})
DEVICE = plugin("host-device", device="eth1")
V6 = {"type": "host-local", "subnet": "fd00::/64", "gateway": "fd00::1"}


class Case(NamedTuple):
    """What is changed, and the findings: severity, code, and a part of the message."""

    name: str
    change: Change | None
    found: Sequence[tuple[Severity, str, str]]
    networks: Sequence[Network] = (macvlan(),)
    predicted: Sequence[Finding] = ()
    pods: int = 1
    seen: Mapping[str, Any] = {}
    inventory: Zone | None = None


NO_PEER = "container interface net1 has no veth peer"
INVALID = "failed to create macvlan: invalid argument"
ZONE = zone(interface="eth1", gateway="10.12.34.1")

CALLS = [
    Case("nothing", None, []),
    Case(
        "words of a rule",
        pods(error=NO_PEER),
        [(E, "LNK117", f"ADD of lab-node1-1 and 1 more fails: {NO_PEER}")],
    ),
    Case("words of none", pods(0, error="ouch"), [(E, "WIR601", "ADD of lab-node1-1 fails: ouch")]),
    Case("words of several", pods(error=INVALID), [(E, "WIR601", INVALID)]),
    Case(
        "words of several, of which one is predicted",
        pods(error=INVALID),
        [(E, "LNK108", INVALID)],
        predicted=[foretold("LNK108", N)],
    ),
    Case(
        "words of one that is predicted, and of another",
        pods(error="failed to add route 'x': file exists"),
        [(E, "RTE303", "file exists")],
        predicted=[foretold("RTE302", E)],
    ),
    Case(
        "words of several, predicted of a neighbour",
        pods(2, error=INVALID),
        [(E, "LNK108", "ADD of b-node1-1 fails")],
        networks=[macvlan(mode="passthru"), SECOND],
        predicted=[foretold("LNK108", E)],
    ),
    Case(
        "words of several, predicted elsewhere",
        pods(2, error=INVALID),
        [(E, "WIR601", INVALID)],
        networks=[macvlan(mode="passthru"), network({**SECOND.config, "master": "eth2"}, "b")],
        predicted=[foretold("LNK108", E)],
    ),
    *(
        Case(
            f"a master that a pod of a neighbour takes: {words}",
            pods(2, error=words),
            [(E, "LNK114", f"ADD of b-node1-1 fails: {words}")],
            networks=[DEVICE, SECOND],
            predicted=[foretold("LNK114", E)],
        )
        for words in (
            "Link not found",
            'failed to lookup master "eth1": Link not found',
            "failed to create macvlan: no such device",
        )
    ),
    *(
        Case(
            f"a device that another pod takes: {words}",
            pods(0, error=words),
            [(E, "LNK114", words)],
            networks=[DEVICE],
            predicted=[foretold("LNK114", E)],
        )
        for words in (
            "failed to find host device: Link not found",
            # plugins v1.1.0, and since
            "failed to move link no such device",
            'failed to move link failed to move "eth1" to tempNS: no such device',
        )
    ),
    Case(
        "words that differ of none",
        lambda made: [replace(one, error=one.name) for one in made],
        [(E, "WIR601", "lab-node1-1 fails"), (E, "WIR601", "lab-node2-1 fails")],
    ),
    Case(
        "words that differ of one rule",
        lambda made: [replace(one, error=f"RangeEnd {one.name} not in network x") for one in made],
        [(E, "IPA202", "and 1 more fails")],
    ),
    Case(
        "a second ADD",
        pods(0, again_error="ouch"),
        [(E, "WIR601", "ADD once more of lab-node1-1 fails: ouch")],
    ),
    Case("CHECK", pods(0, check_error="ouch"), [(E, "WIR609", "CHECK of lab-node1-1 fails: ouch")]),
    Case("DEL", pods(0, delete_error="ouch"), [(E, "WIR604", "DEL of lab-node1-1 fails: ouch")]),
    Case("a pod that wasn't tried", lambda made: made[1:], []),
]

TAKEN = network(macvlan().config, default_route="takeover")
DEFAULT = {"default": ["net1", "eth0"]}
ROUTES = [
    Case(
        "first default route",
        pods(**DEFAULT),
        [(R, "RTE301", "of lab-node1-1 and 1 more leaves by net1")],
    ),
    Case(
        "first default route, with Services",
        pods(0, **DEFAULT, service="net1"),
        [(R, "RTE301", "leaves by net1, and Services are looked for there")],
    ),
    Case(
        "second default route",
        pods(0, default=["eth0", "net1"]),
        [(R, "RTE301", "lab-node1-1 has a second default route, by net1")],
    ),
    Case(
        "Services",
        pods(0, service="net1"),
        [(R, "RTE304", "Services are looked for by net1 in lab-node1-1")],
    ),
    Case(
        "Services by halves",
        pods(0, service="net1"),
        [(R, "RTE301", "Services")],
        predicted=[foretold("RTE301")],
    ),
    Case(
        "Services in the subnet",
        pods(0, service="net1"),
        [(E, "IPA210", "Services")],
        predicted=[foretold("IPA210", E)],
    ),
    Case(
        "neighbours by a gateway",
        pods(0, neighbours="net1 via 10.12.34.254"),
        [(R, "RTE304", "by net1 via 10.12.34.254 in lab-node1-1")],
    ),
    Case("a default route that is meant", pods(**DEFAULT, service="net1"), [], networks=[TAKEN]),
    Case(
        "neighbours by eth0",
        pods(0, neighbours="eth0 via 10.244.0.1"),
        [(E, "WIR606", "looked for by eth0 in lab-node1-1")],
    ),
    Case(
        "neighbours by eth0 with sbr",
        pods(neighbours="eth0"),
        [(R, "RTE306", "and 1 more")],
        networks=[
            chain(
                {"type": "macvlan", "master": "eth1", "ipam": HOST_LOCAL},
                {"type": "sbr"},
                name="lab",
            )
        ],
    ),
    Case(
        "neighbours by the node with ptp",
        pods(neighbours="net1 via 10.12.34.254"),
        [],
        networks=[plugin("ptp", ipam=HOST_LOCAL)],
    ),
    Case("no addresses", pods(neighbours=""), []),
]

SAME = wired(addresses=["10.12.34.200/24"])
ADDRESSES = [
    Case("the same", SAME, [(R, "IPA207", "10.12.34.200 is in lab-node1-1 and 1 more at once")]),
    Case(
        "the same, with answers",
        SAME,
        [(R, "IPA207", "at once, 2 MACs answer for it, 2 nodes have put it down as given")],
        seen={
            "answers": {"segment1": {"10.12.34.200": ["a", "b"]}},
            "stores": {"10.12.34.200": ["node1", "node2"]},
        },
    ),
    Case(
        "the same, with one answer",
        SAME,
        [(R, "IPA207", "at once")],
        seen={
            "answers": {"segment1": {"10.12.34.200": ["a"]}, "other": {"10.12.34.200": ["b", "c"]}}
        },
    ),
    Case(
        "two that repeat",
        wired(addresses=["10.12.34.200/24", "10.12.34.201/24"]),
        [(R, "IPA207", "2 addresses repeat in all")],
    ),
    Case("the same by static", SAME, [(R, "IPA215", "at once")], predicted=[foretold("IPA215", N)]),
    Case("the same behind each node's bridge", SAME, [], networks=[BRIDGE]),
    Case(
        "refused by DAD",
        wired(0, failed=["fd00::5"]),
        [(R, "IPA207", "fd00::5 of lab-node1-1 is somebody else's already")],
    ),
    Case(
        "a MAC twice",
        wired(mac=MAC.format(9)),
        [(E, "LNK118", "02:00:00:00:00:09 is the MAC of lab-node1-1 and 1 more at once")],
    ),
    Case(
        "a MAC twice, by what the runtime writes",
        wired(mac=MAC.format(9)),
        [(R, "NAD007", "is the MAC of")],
        predicted=[foretold("NAD007")],
    ),
    Case(
        "a MAC twice, its master's",
        wired(mac=MAC.format(9)),
        [],
        networks=[plugin("ipvlan", master="eth1", ipam=HOST_LOCAL)],
    ),
    Case(
        "the same in two networks",
        wired(0, 2, addresses=["10.12.34.200/24"]),
        [
            (E, "IPA208", "10.12.34.200 is in b-node1-1 and, by default/lab, in lab-node1-1"),
            (E, "WIR606", "b-node1-1 has 10.12.34.200/24"),
        ],
        networks=[macvlan(), SECOND],
    ),
    Case(
        "the same on two segments",
        wired(0, 2, addresses=["10.12.34.200/24"]),
        [],
        networks=[macvlan(), macvlan("b", master="eth2")],
    ),
    Case(
        "two of the same two networks",
        None,
        [(E, "IPA208", "10.12.34.200 is in b-node1-1")],
        networks=[macvlan(), macvlan("b")],
    ),
    Case(
        "the gateway's",
        wired(0, addresses=["10.12.34.1/24"]),
        [(E, "IPA209", "lab-node1-1 has 10.12.34.1, which is the gateway's")],
        networks=[
            macvlan(ipam={"type": "host-local", "subnet": "10.12.34.0/24", "gateway": "10.12.34.9"})
        ],
        inventory=ZONE,
    ),
    Case(
        "whereabouts' gateway's",
        wired(0, addresses=["10.12.34.1/24"]),
        [(E, "IPA206", "the gateway's")],
        networks=[
            macvlan(ipam={"type": "whereabouts", "range": "10.12.34.0/24", "gateway": "10.12.34.1"})
        ],
        predicted=[foretold("IPA206", E), foretold("IPA209", E)],
    ),
    Case(
        "a node's",
        wired(0, addresses=["10.12.34.201/24"]),
        [(E, "IPA209", "lab-a-1 has 10.12.34.201, which is node a's")],
        inventory=zone(interface="eth1", nodes=[{"name": "a", "addresses": ["10.12.34.201"]}]),
    ),
]


def silent(gateway: str) -> Change:
    return pods(gateways={gateway: None})


REACHED = [
    Case(
        "a silent gateway",
        silent("10.12.34.254"),
        [(E, "WIR602", "gateway 10.12.34.254 doesn't answer lab-node1-1 and 1 more")],
    ),
    Case(
        "a silent gateway outside",
        silent("10.9.9.9"),
        [(R, "IPA204", "10.9.9.9")],
        predicted=[foretold("IPA204")],
    ),
    Case(
        "the network's address",
        silent("10.12.34.0"),
        [(R, "IPA204", "10.12.34.0")],
        predicted=[foretold("IPA204")],
    ),
    Case("a silent gateway outside, reached on-link", silent("10.9.9.9"), []),
    Case("a silent one that pods get", silent("10.12.34.210"), [(E, "RTE302", "10.12.34.210")]),
    Case("the pod's own address", pods(0, gateways={"10.12.34.200": None}), []),
    Case(
        "a gateway that answers some",
        pods(0, gateways={"10.12.34.254": None}),
        [(E, "WIR602", "doesn't answer lab-node1-1")],
    ),
    Case(
        "a lost peer",
        pods(0, peers={"lab-node2-1": None}),
        [(E, "WIR603", "lab-node1-1 doesn't reach lab-node2-1; 1 of all pairs don't")],
    ),
    Case(
        "a peer with the broadcast address",
        pods(0, peers={"lab-node2-1": None}),
        [(R, "IPA203", "doesn't reach")],
        predicted=[foretold("IPA203")],
    ),
    Case(
        "a peer with the gateway's address",
        pods(0, peers={"lab-node2-1": None}),
        [(E, "IPA206", "doesn't reach")],
        predicted=[foretold("IPA206", E)],
    ),
    Case(
        "a peer with the same MAC",
        pods(0, peers={"lab-node2-1": None}),
        [(E, "LNK118", "doesn't reach")],
        predicted=[foretold("LNK118", N)],
    ),
    Case(
        "siblings in mode private",
        pods(0, peers={"lab-node1-2": None, "lab-node2-1": 0.1}),
        [(N, "WIR603", "as mode private has it")],
        networks=[macvlan(mode="private")],
        pods=2,
    ),
    Case(
        "others in mode private",
        pods(0, peers={"lab-node1-2": None, "lab-node2-1": None}),
        [(E, "WIR603", "doesn't reach")],
        networks=[macvlan(mode="private")],
        pods=2,
    ),
    Case(
        "siblings in mode bridge",
        pods(0, peers={"lab-node1-2": None}),
        [(E, "WIR603", "doesn't reach")],
        pods=2,
    ),
    Case(
        "others behind each node's bridge",
        pods(0, peers={"lab-node2-1": None}),
        [],
        networks=[BRIDGE],
    ),
    Case(
        "siblings behind a bridge",
        pods(0, peers={"lab-node1-2": None}),
        [(E, "WIR603", "doesn't reach")],
        networks=[BRIDGE],
        pods=2,
    ),
    Case(
        "no own node",
        pods(own_node={"10.12.34.253": None}),
        [(N, "LIF403", "no pod reaches its own node over it")],
    ),
    Case(
        "no own node in three networks",
        pods(own_node={"10.12.34.253": None}),
        [(N, "LIF403", "the same goes for 2 more")],
        networks=[macvlan(), SECOND, plugin("macvlan", "c", master="eth1")],
    ),
    Case("one own node", pods(0, own_node={"10.12.34.253": None}), []),
    Case("no own node asked", pods(own_node={}), []),
]

UNTOLD = pods(status=[{"interface": "eth0"}])
TUNED = chain(
    {"type": "macvlan", "master": "eth1", "mtu": 1400, "ipam": HOST_LOCAL},
    {"type": "tuning", "mtu": 1300},
    name="lab",
)
NAMED = macvlan(ipam={**HOST_LOCAL, "resolvConf": "/etc/resolv.conf"})
DECLARED = [
    Case(
        "no status",
        UNTOLD,
        [(E, "WIR605", "network-status of lab-node1-1 and 1 more says nothing of net1")],
    ),
    *(
        Case(
            f"no status with version {version}",
            UNTOLD,
            [(R, "NAD005", "says nothing of net1")],
            networks=[network({**macvlan().config, "cniVersion": version})],
        )
        for version in ("", "0.1.0", "0.2.0", None)
    ),
    Case(
        "no name servers",
        None,
        [(R, "IPA219", "of lab-node1-1 and 1 more has nothing of the ipam's name servers")],
        networks=[NAMED],
    ),
    Case(
        "name servers",
        pods(status=[{"interface": "net1", "dns": {"nameservers": ["x"]}}]),
        [],
        networks=[NAMED],
    ),
    Case(
        "no interface",
        lambda made: [replace(made[0], interfaces=made[0].interfaces[:1], own_node={}), *made[1:]],
        [(E, "WIR606", "lab-node1-1 has no interface net1")],
    ),
    Case("down", wired(0, up=False), [(E, "WIR606", "net1 of lab-node1-1 is down")]),
    Case(
        "down as it is meant",
        wired(up=False),
        [],
        networks=[plugin("bridge", disableContainerInterface=True)],
    ),
    Case(
        "another MTU",
        None,
        [
            (E, "WIR606", "net1 of lab-node1-1 has MTU 1500, not 1400"),
            (E, "WIR606", "of lab-node2-1"),
        ],
        networks=[macvlan(mtu=1400)],
    ),
    Case("tuning's MTU", wired(mtu=1300), [], networks=[TUNED]),
    Case("no MTU", wired(mtu=9000), [], networks=[macvlan(mtu=0)]),
    Case("an MTU that a bridge passes over", None, [], networks=[plugin("bridge", mtu=-1)]),
    Case(
        "no address",
        wired(0, addresses=[]),
        [(E, "WIR606", "net1 of lab-node1-1 has no IPv4 address")],
    ),
    Case("no address in layer 2", None, [], networks=[macvlan(ipam=None)]),
    Case(
        "no IPv6 address by a small MTU",
        wired(0, addresses=[]),
        [(E, "LNK102", "has no IPv6 address")],
        networks=[macvlan(ipam=V6)],
        predicted=[foretold("LNK102")],
    ),
    Case(
        "an address past the subnet's end",
        wired(0, addresses=["10.12.34.255/24"]),
        [(E, "IPA202", "10.12.34.255/24, which is in none of the network's ranges")],
        networks=[
            macvlan(
                ipam={"type": "host-local", "subnet": "10.12.34.0/24", "rangeStart": "10.12.34.255"}
            )
        ],
        predicted=[foretold("IPA202", E)],
    ),
    Case(
        "an address of another range",
        wired(0, addresses=["10.12.34.9/24"]),
        [(E, "WIR606", "lab-node1-1 has 10.12.34.9/24, which is in none of the network's ranges")],
    ),
]

NO_NAME = "metadata.name: Invalid value: x: a lowercase RFC 1123 subdomain must consist of a-z"
LEFT = "node1: var/lib/cni/networks/lab/10.12.34.200"
API = [
    Case(
        "a forbidden call of whereabouts",
        None,
        [(E, "WIR607", "its roles don't let whereabouts get leases")],
        seen={"forbidden_counting": ["get leases"]},
    ),
    Case(
        "a forbidden call",
        None,
        [(E, "WIR607", "the ClusterRole doesn't let the daemon list pods")],
        seen={"forbidden": ["list pods"]},
    ),
    Case("a refused network", lambda _: [], [(E, "WIR608", "no")], seen={"refused": {LAB: "no"}}),
    Case(
        "a refused name",
        lambda _: [],
        [(E, "NAD001", "metadata.name")],
        seen={"refused": {LAB: NO_NAME}},
    ),
    Case(
        "an address that is left",
        None,
        [(E, "WIR604", f"left after every pod was deleted: {LEFT}")],
        seen={"left": [LEFT]},
    ),
    Case(
        "two of another's",
        None,
        [(E, "WIR604", "node1: interface veth1 and 1 more")],
        seen={"left": ["node1: interface veth1", "node1: interface veth2"]},
    ),
    Case(
        "a cache file that is left",
        None,
        [(E, "WIR604", "lab-cnitool-1-net1")],
        seen={"left": ["node1: var/lib/cni/multus/results/lab-cnitool-1-net1"]},
    ),
    Case(
        "an address of a list without version",
        None,
        [(E, "NAD005", LEFT)],
        predicted=[foretold("NAD005", E)],
        seen={"left": [LEFT]},
    ),
]

CASES = [*CALLS, *ROUTES, *ADDRESSES, *REACHED, *DECLARED, *API]


@cases("case", CASES, ids=lambda case: case.name)
def test_findings(case: Case) -> None:
    found = rehearsed(
        *case.networks,
        pods=case.pods,
        inventory=case.inventory,
        predicted=case.predicted,
        change=case.change,
        **case.seen,
    ).findings()
    assert [(one.severity, one.code) for one in found] == [one[:2] for one in case.found], found
    for one, (_, _, message) in zip(found, case.found, strict=True):
        assert message in one.message


def test_names_tell_cases_apart() -> None:
    assert len({case.name for case in CASES}) == len(CASES)


# --- what is predicted ----------------------------------------------------------------------------


def one_of(lab: Rehearsed, code: str) -> Finding:
    (found,) = (one for one in lab.findings() if one.code == code)
    return found


def test_a_finding_has_place_and_fix_of_its_prediction() -> None:
    before = foretold("RTE301", path=("networks", 0, "ipam"), value="x", fix="take it out")
    lab = rehearsed(macvlan(), predicted=[before], change=pods(**DEFAULT))
    found = one_of(lab, "RTE301")
    assert (found.path, found.value, found.fix) == (("networks", 0, "ipam"), "x", "take it out")
    assert found.refuses
    assert lab.prediction(found) is before


def test_what_is_not_predicted_has_the_rule_s_own_fix() -> None:
    lab = rehearsed(macvlan(), change=pods(**DEFAULT))
    found = one_of(lab, "RTE301")
    assert found.fix.startswith("defaultRoute: source-based")
    assert lab.prediction(found) is None


def test_a_prediction_of_the_whole_stack_counts_for_each_network() -> None:
    lab = rehearsed(
        macvlan(), predicted=[foretold("LIF403", N, "")], change=pods(own_node={"x": None})
    )
    assert lab.prediction(one_of(lab, "LIF403"))


def test_an_accepted_risk_is_accepted_when_it_is_seen() -> None:
    lab = rehearsed(
        macvlan(), predicted=[foretold("RTE301", accepted="meant")], change=pods(**DEFAULT)
    )
    assert (one_of(lab, "RTE301").accepted, one_of(lab, "RTE301").refuses) == ("meant", False)


def test_a_failure_that_is_accepted_refuses_no_more() -> None:
    accepted = foretold("LIF405", accepted="a nodeSelector")
    lab = rehearsed(macvlan(), predicted=[accepted], change=pods(1, error="Link not found"))
    found = one_of(lab, "LIF405")
    assert (found.severity, found.accepted, found.refuses) == (R, "a nodeSelector", False)


def test_findings_are_in_the_order_of_networks_and_codes() -> None:
    networks = [macvlan("b"), macvlan("a", master="eth2")]
    lab = rehearsed(*networks, change=pods(**DEFAULT, status=[]), forbidden=["get pods"])
    assert [(one.network, one.code) for one in lab.findings()] == [
        ("", "WIR607"),
        ("default/b", "RTE301"),
        ("default/b", "WIR605"),
        ("default/a", "RTE301"),
        ("default/a", "WIR605"),
    ]


def test_what_is_left_is_its_network_s() -> None:
    networks = [macvlan("lab"), macvlan("b", master="eth2")]
    left = [LEFT, "node1: var/lib/cni/networks/b/10.12.34.200", "node1: interface net9"]
    found = rehearsed(*networks, left=left).findings()
    assert [one.network for one in found] == ["", LAB, "default/b"]


def test_networks_that_the_machine_can_t_make_are_left_out() -> None:
    ipvlan = plugin("ipvlan", "b", master="eth1", ipam=HOST_LOCAL)
    dhcp = macvlan("c", ipam={"type": "dhcp"})
    lab = rehearsed(
        *(macvlan(), ipvlan, dhcp),
        change=lambda made: made[:2],
        lacking={"default/b": "no ipvlan", "another/b": "of another stack"},
    )
    assert lab.left_out() == {
        "default/b": "no ipvlan",
        "default/c": "its addresses come from a DHCP server, and there is none here",
    }
    assert not lab.findings()


def test_the_guide_has_every_code_of_a_rehearsal() -> None:
    page = (Path(__file__).parents[2] / "docs" / "rehearsal.md").read_text()
    rows = re.findall(r"^\| (WIR\d+) \| (.*) \|$", page, re.MULTILINE)
    assert rows == list(SIGHTS.items())
