"""What a rehearsal tells, as text and as JSON."""

import json
from dataclasses import replace
from typing import Any

import pytest

from multus_lab.attachment import RESOURCE
from multus_lab.checks.network import Network
from multus_lab.rehearsal.findings import Rehearsed
from multus_lab.rehearsal.observation import Pod
from multus_lab.rehearsal.report import as_json, printed
from tests.mocks.rehearsals import LAB, foretold, pods, rehearsed, wired
from tests.unit.rules import E, chain, cluster, macvlan, network, plugin

DEFAULT: dict[str, Any] = {"default": ["net1", "eth0"]}
TAKES = foretold(
    "RTE301",
    path=("networks", 0, "ipam", "routes", 0, "dst"),
    value="0.0.0.0/0",
    message="the pod's default route moves",
)


def text(lab: Rehearsed, seconds: float = 1.25) -> str:
    return printed(lab, lab.findings(), seconds)


def data(lab: Rehearsed, seconds: float = 1.25) -> Any:
    return json.loads(as_json(lab, lab.findings(), seconds))


def rows(lab: Rehearsed) -> list[list[str]]:
    """The table's cells, but for its headings."""
    lines = text(lab).partition("\n\n")[0].splitlines()
    return [line.split("  ") for line in lines[1:]]


def cells(*changes: Any, lab: Network | None = None) -> list[str]:
    """The cells of the first pod."""
    made = rehearsed(lab or macvlan(), change=pods(**dict(changes)))
    return [cell.strip() for cell in rows(made)[0] if cell.strip()]


# --- the table ------------------------------------------------------------------------------------


def test_a_row_tells_of_a_pod() -> None:
    lines = text(rehearsed(macvlan())).splitlines()
    assert lines[0].split() == [
        "POD",
        "NODE",
        "NET1",
        "MAC",
        "MTU",
        "DEFAULT",
        "ROUTE",
        "GATEWAY",
        "PEERS",
    ]
    assert lines[1].split() == [
        *("lab-node1-1", "node1", "10.12.34.200/24", "02:00:00:00:00:01", "1500", "eth0"),
        *("0.10", "ms", "1", "of", "1,", "0.10", "ms"),
    ]


def test_a_pod_that_is_not_attached_says_so() -> None:
    assert cells(("error", "ouch"))[2:] == ["not attached", "-", "-", "-", "-", "-"]
    assert cells(("interfaces", []))[2] == "not attached"


def test_cells_of_a_pod_without_something() -> None:
    assert cells(
        ("default", []), ("gateways", {"10.9.9.9": None}), ("peers", {}), ("heard", ["x", "y"])
    )[-3:] == ["none", "silent", "hears 2"]
    assert cells(("gateways", {}), ("peers", {}))[-2:] == ["-", "-"]
    assert cells(("peers", {"x": None, "y": 0.3, "z": 0.5}))[-1] == "2 of 3, 0.40 ms"
    assert cells(lab=macvlan(ipam=None))[2] == "no address"


def test_a_pod_that_was_not_tried_has_no_row() -> None:
    assert len(rows(rehearsed(macvlan(), change=lambda made: made[1:]))) == 1


def test_of_many_pods_the_first_are_shown() -> None:
    told = text(rehearsed(macvlan(), pods=22))
    assert "… and 4 more; --json has them all" in told
    assert len(data(rehearsed(macvlan(), pods=22))["pods"]) == 44


# --- findings -------------------------------------------------------------------------------------


def test_a_prediction_stands_beside_what_is_seen() -> None:
    told = text(rehearsed(macvlan(), predicted=[TAKES], change=pods(**DEFAULT)))
    assert (
        "\ndefault/lab: risk RTE301 (networks[0].ipam.routes[0].dst), seen, as check predicts:\n"
        "  the default route of lab-node1-1 and 1 more leaves by net1\n"
        "  check: the pod's default route moves\n"
        "  fix: mend it\n"
    ) in told


def test_the_plugin_s_own_words_stand_beside_the_check_s() -> None:
    before = foretold("LNK102", E, message="macvlan refuses more than the master has")
    words = "invalid MTU 9000, must be [0, master MTU(1500)]"
    told = text(rehearsed(macvlan(), predicted=[before], change=pods(error=words)))
    assert f"fails: {words}\n  check: macvlan refuses more than the master has\n" in told


def test_what_is_not_predicted_says_only_that_it_is_seen() -> None:
    told = text(rehearsed(macvlan(), change=pods(0, error="ouch")))
    assert "\ndefault/lab: error WIR601, seen:\n  ADD of lab-node1-1 fails: ouch\n\n" in told


def test_an_accepted_risk_is_a_warning() -> None:
    accepted = TAKES._replace(accepted="meant")
    told = text(rehearsed(macvlan(), predicted=[accepted], change=pods(**DEFAULT)))
    assert "default/lab: warning RTE301" in told
    assert "  accepted: meant\n" in told
    assert "fix:" not in told


def test_what_concerns_no_network_names_none() -> None:
    told = text(rehearsed(macvlan(), forbidden=["list pods"]))
    assert "\nerror WIR607, seen:\n  the ClusterRole doesn't let the daemon list pods\n" in told


def test_what_others_write_does_not_reach_the_terminal_as_it_is() -> None:
    lab = rehearsed(macvlan(), plugin("\x1b[2J", "b"), change=pods(error="\x1b[31mouch"))
    told = text(lab)
    assert "\x1b" not in told
    assert "fails: \\x1b[31mouch" in told
    assert "not rehearsed: default/b: the plugin \\x1b[2J is not among those" in told


# --- what was real --------------------------------------------------------------------------------


def test_real_and_stood_in_for() -> None:
    told = text(rehearsed(macvlan()))
    real = told.partition("\nreal:\n")[2].partition("stood in for:\n")
    assert "multus-daemon, multus-shim and install_multus v4.3.0" in real[0]
    assert "CNI plugins v1.10.0: host-local, macvlan\n" in real[0]
    assert "whereabouts" not in told
    assert "  switches: a Linux bridge" in real[2]
    assert "  nodes' addresses in the zone" in real[2]
    assert "  CHECK was not called" in real[2]


@pytest.mark.parametrize(
    ("multus", "told"), [("", False), ("v4.3.1", True), ("v4.3.0", False)], ids=str
)
def test_a_daemon_that_stands_in_for_another_is_named(multus: str, told: bool) -> None:
    lab = rehearsed(macvlan())
    report = text(replace(lab, plan=replace(lab.plan, multus=multus)))
    line = f"  Multus {multus}, which the stack declares: v4.3.0\n"
    assert (line in report.partition("stood in for:\n")[2]) is told


def test_what_is_real_depends_on_what_was_done() -> None:
    pool = {"type": "whereabouts", "range": "10.12.34.0/24"}
    chained = chain({"type": "macvlan", "master": "eth1", "ipam": pool}, {"type": "sbr"})
    lacking = {"default/b": "the kernel of this machine has no vlan"}
    told = text(rehearsed(chained, plugin("vlan", "b"), lacking=lacking, checked=True))
    assert "CNI plugins v1.10.0: macvlan, sbr\n" in told
    assert "whereabouts v0.9.4, by its DaemonSet, with its CRDs and roles" in told
    assert "the rest of whereabouts' image" in told
    assert "CHECK was not called" not in told
    assert "nodes' addresses" not in told
    assert "not rehearsed: default/b: the kernel of this machine has no vlan" in told


def test_what_comes_by_images_is_told() -> None:
    pool = {"type": "whereabouts", "range": "10.12.34.0/24", "node_slice_size": "/28"}
    lab = rehearsed(macvlan(ipam=pool))
    made = replace(lab.plan, brought=["macvlan", "bridge"], unmet=["perNodeCertificate"])
    told = text(replace(lab, plan=made))
    assert "with its CRDs and roles, and its controller of node slices\n" in told
    assert "  the image of installPlugins: macvlan, bridge of the CNI plugins v1.10.0\n" in told
    assert "installPlugins" not in text(lab)
    assert "  who approves certificates: the daemon has its account's token alone\n" in told
    assert "certificates" not in text(lab)


def test_what_stands_in_depends_on_the_stack() -> None:
    bound = network(macvlan().config, annotations={RESOURCE: "lab/eth1"})
    told = text(rehearsed(bound, of_cluster=cluster(cniPlugins="v1.5.1")))
    assert "  CNI plugins v1.5.1, which the cluster has: v1.10.0\n" in told
    assert "  device plugins: pods are where the interface is, and get no device\n" in told
    assert "  the addresses that pods ask for" in text(rehearsed(macvlan(ipam={"type": "static"})))
    assert "that pods ask for" not in told
    same = text(rehearsed(macvlan(), of_cluster=cluster(cniPlugins="v1.10.0")))
    assert "which the cluster has" not in same
    assert "device plugins" not in same


def test_without_a_plugin_there_is_none() -> None:
    assert "CNI plugins v1.10.0: none\n" in text(rehearsed(network({})))


# --- the summary ----------------------------------------------------------------------------------


def last(lab: Rehearsed) -> str:
    return text(lab).splitlines()[-1]


def test_the_summary_counts() -> None:
    assert last(rehearsed(macvlan())) == "2 nodes, 1 network, 2 pods in 1.2 s: nothing found"
    many = rehearsed(
        macvlan(),
        predicted=[TAKES._replace(accepted="meant")],
        change=lambda made: wired(0, mtu=1400, up=False)(
            pods(**DEFAULT, own_node={"x": None})(made)
        ),
    )
    assert last(many) == "2 nodes, 1 network, 2 pods in 1.2 s: 1 refused, 1 accepted, 1 noted"


def test_the_summary_leaves_out_what_was_not_rehearsed() -> None:
    def first(made: list[Pod]) -> list[Pod]:
        return made[:2]

    vlan = plugin("vlan", "b", master="eth1")
    lab = rehearsed(macvlan(), vlan, change=first, lacking={"default/b": "no vlan"})
    assert last(lab).startswith("2 nodes, 1 network, 2 pods in ")


# --- JSON -----------------------------------------------------------------------------------------


def test_json_has_every_pod_as_it_was_seen() -> None:
    told = data(rehearsed(macvlan(), calls={"get pods": 4}))
    assert [
        (one["name"], one["node"], one["network"], one["namespace"]) for one in told["pods"]
    ] == [
        ("lab-node1-1", "node1", LAB, "default"),
        ("lab-node2-1", "node2", LAB, "default"),
    ]
    pod = told["pods"][0]
    assert pod["interfaces"][1]["addresses"] == ["10.12.34.200/24"]
    assert pod["peers"] == {"lab-node2-1": 0.1}
    assert (told["seconds"], told["refused"], told["findings"]) == (1.2, False, [])
    assert told["calls"] == {"get pods": 4}
    assert told["real"]
    assert told["stoodIn"]


def test_json_has_finding_and_prediction() -> None:
    told = data(rehearsed(macvlan(), predicted=[TAKES], change=pods(**DEFAULT)))
    assert told["refused"]
    assert told["findings"] == [
        {
            "code": "RTE301",
            "severity": "risk",
            "network": LAB,
            "path": "networks[0].ipam.routes[0].dst",
            "value": "0.0.0.0/0",
            "message": "the default route of lab-node1-1 and 1 more leaves by net1",
            "fix": "mend it",
            "accepted": None,
            "predicted": True,
            "prediction": "the pod's default route moves",
        }
    ]


def test_json_of_what_no_check_predicts() -> None:
    (finding,) = data(rehearsed(macvlan(), change=pods(error="ouch")))["findings"]
    assert (finding["predicted"], finding["prediction"], finding["path"]) == (False, "", "")


def test_json_of_what_is_left_out() -> None:
    told = data(rehearsed(macvlan(), plugin("ovs", "b")))
    reason = "the plugin ovs is not among those that are built here"
    assert told["leftOut"] == {"default/b": reason}
