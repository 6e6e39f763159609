"""Rules LIF: what each catches, and the neighbours that it spares."""

from typing import Any

from multus_lab.attachment import RESOURCE
from multus_lab.checks.network import Network
from multus_lab.plugins import Placeholder
from tests.unit.rules import (
    HOST_LOCAL,
    Case,
    N,
    R,
    chain,
    lab,
    macvlan,
    network,
    plugin,
)

Json = dict[str, Any]


def ipvlan(**keys: Any) -> Network:
    return plugin("ipvlan", master="eth1", ipam=HOST_LOCAL, **keys)


def nodes(*interfaces: str | None) -> Json:
    """Nodes w0, w1 … with these interfaces; one that begins with `-` takes no pods."""
    return {
        "nodes": [
            {"name": f"w{index}"}
            | ({"interface": name.lstrip("-")} if name else {})
            | ({"schedulable": False} if name and name.startswith("-") else {})
            for index, name in enumerate(interfaces)
        ]
    }


CASES: list[Case] = [
    # Linux 6.18: ping from the pod to its node and back has no answer, whatever the mode.
    Case("LIF403", "a macvlan", lab(macvlan()), [(N, "type")]),
    Case("LIF403", "private", lab(macvlan(mode="private")), [(N, "type")]),
    Case("LIF403", "passthru", lab(macvlan(mode="passthru")), [(N, "type")]),
    Case("LIF403", "ipvlan", lab(ipvlan()), [(N, "type")]),
    Case("LIF403", "ipvlan l2", lab(ipvlan(mode="l2")), [(N, "type")]),
    Case(
        "LIF403",
        "each of several networks",
        lab(plugin("bridge"), macvlan("a"), macvlan("b")),
        [(N, "a:type"), (N, "b:type")],
    ),
    Case(
        "LIF403",
        "chained",
        lab(chain({"type": "macvlan"}, {"type": "tuning"})),
        [(N, "plugins.0.type")],
    ),
    Case(
        "LIF405",
        "a master of one node in two",
        lab(macvlan(), **nodes("eth1", "eth2")),
        [(R, "master")],
    ),
    Case(
        "LIF405",
        "the zone's interface and a node's own",
        lab(macvlan(), interface="eth2", **nodes("eth1", None)),
        [(R, "master")],
    ),
    Case(
        "LIF405",
        "a master for each group of nodes",
        lab(macvlan("a"), macvlan("b", master="eth2"), **nodes("eth1", "eth2")),
        [(R, "a:master"), (R, "b:master")],
    ),
    Case(
        "LIF405",
        "a VLAN of a master of some nodes",
        lab(macvlan(master="eth1.5"), **nodes("eth1", "eth2")),
        [(R, "master")],
    ),
    Case(
        "LIF405",
        "a node whose interface isn't told",
        lab(macvlan(), **nodes("eth1", "eth2", None)),
        [(R, "master")],
    ),
    Case(
        "LIF405",
        "an annotation that is no resource",
        lab(network(macvlan().config, annotations={"team": "x"}), **nodes("eth1", "eth2")),
        [(R, "master")],
    ),
    Case("LIF403", "bridge", lab(plugin("bridge", ipam=HOST_LOCAL))),
    Case("LIF403", "vepa in another case", lab(macvlan(mode=None, MODE="vepa"))),
    Case("LIF403", "vepa", lab(macvlan(mode="vepa"))),
    Case("LIF403", "ipvlan l3", lab(ipvlan(mode="l3"))),
    Case("LIF403", "a master within the pod", lab(macvlan(linkInContainer=True))),
    Case("LIF403", "no network", lab()),
    Case("LIF403", "a mode that no plugin takes", lab(macvlan(mode="bridged"))),
    Case("LIF403", "a mode that is rendered later", lab(macvlan(mode=Placeholder("${MODE}")))),
    Case("LIF405", "a master of every node", lab(macvlan(), **nodes("eth1", "eth1"))),
    Case(
        "LIF405", "a master of no node, which LNK105 has", lab(macvlan(), **nodes("eth2", "eth3"))
    ),
    Case(
        "LIF405", "a VLAN of every node's", lab(macvlan(master="eth1.5"), **nodes("eth1", "eth1.5"))
    ),
    Case("LIF405", "a node that runs no pods", lab(macvlan(), **nodes("eth1", "-eth2"))),
    Case("LIF405", "nodes whose interface isn't told", lab(macvlan(), **nodes("eth1", None))),
    Case("LIF405", "a manifest", lab(macvlan())),
    Case("LIF405", "no master", lab(macvlan(master=None), **nodes("eth1", "eth2"))),
    Case(
        "LIF405",
        "a master within the pod",
        lab(macvlan(linkInContainer=True), **nodes("eth1", "eth2")),
    ),
    Case(
        "LIF405",
        "a resource that brings pods to the node",
        lab(network(macvlan().config, annotations={RESOURCE: "x/lab"}), **nodes("eth1", "eth2")),
    ),
]
