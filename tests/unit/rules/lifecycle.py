"""Rules LIF: what each catches, and the neighbours that it spares."""

from typing import Any

from multus_lab.checks.network import RESOURCE, Network
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
    Case("LIF403", "macvlan", lab(macvlan()), [(N, "type")]),
    Case("LIF403", "private", lab(macvlan(mode="private")), [(N, "type")]),
    Case("LIF403", "passthru", lab(macvlan(mode="passthru")), [(N, "type")]),
    Case("LIF403", "ipvlan", lab(ipvlan()), [(N, "type")]),
    Case("LIF403", "ipvlan l2", lab(ipvlan(mode="l2")), [(N, "type")]),
    Case(
        "LIF403",
        "told once",
        lab(plugin("bridge"), macvlan("a"), macvlan("b")),
        [(N, "a:type")],
    ),
    Case(
        "LIF403",
        "chained",
        lab(chain({"type": "macvlan"}, {"type": "tuning"})),
        [(N, "plugins.0.type")],
    ),
    Case("LIF405", "one of two", lab(macvlan(), **nodes("eth1", "eth2")), [(R, "master")]),
    Case(
        "LIF405",
        "zone's and own",
        lab(macvlan(), interface="eth2", **nodes("eth1", None)),
        [(R, "master")],
    ),
    Case(
        "LIF405",
        "each group's",
        lab(macvlan("a"), macvlan("b", master="eth2"), **nodes("eth1", "eth2")),
        [(R, "a:master"), (R, "b:master")],
    ),
    Case(
        "LIF405",
        "a VLAN",
        lab(macvlan(master="eth1.5"), **nodes("eth1", "eth2")),
        [(R, "master")],
    ),
    Case(
        "LIF405",
        "beside one that isn't told",
        lab(macvlan(), **nodes("eth1", "eth2", None)),
        [(R, "master")],
    ),
    Case(
        "LIF405",
        "another annotation",
        lab(network(macvlan().config, annotations={"team": "x"}), **nodes("eth1", "eth2")),
        [(R, "master")],
    ),
    Case("LIF403", "bridge", lab(plugin("bridge", ipam=HOST_LOCAL))),
    Case("LIF403", "vepa", lab(macvlan(mode="vepa"))),
    Case("LIF403", "ipvlan l3", lab(ipvlan(mode="l3"))),
    Case("LIF403", "within the pod", lab(macvlan(linkInContainer=True))),
    Case("LIF403", "no network", lab()),
    Case("LIF405", "every node", lab(macvlan(), **nodes("eth1", "eth1"))),
    Case("LIF405", "no node is LNK105's", lab(macvlan(), **nodes("eth2", "eth3"))),
    Case(
        "LIF405", "a VLAN of every node's", lab(macvlan(master="eth1.5"), **nodes("eth1", "eth1.5"))
    ),
    Case("LIF405", "no pods there", lab(macvlan(), **nodes("eth1", "-eth2"))),
    Case("LIF405", "not told", lab(macvlan(), **nodes("eth1", None))),
    Case("LIF405", "no zone", lab(macvlan())),
    Case("LIF405", "master not named", lab(macvlan(master=None), **nodes("eth1", "eth2"))),
    Case("LIF405", "within the pod", lab(macvlan(linkInContainer=True), **nodes("eth1", "eth2"))),
    Case(
        "LIF405",
        "bound to a resource",
        lab(network(macvlan().config, annotations={RESOURCE: "x/lab"}), **nodes("eth1", "eth2")),
    ),
]
