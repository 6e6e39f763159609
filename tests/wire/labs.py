"""Many small labs in one rehearsal: starting the API server for each would take minutes.

Those of an earlier release of the CNI plugins are in a rehearsal of their own.
"""

import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from multus_lab.checks import RULES, Finding
from multus_lab.checks.network import Lab, Network
from multus_lab.programs import CNI_PLUGINS, CNI_PLUGINS_V1_9_1, Group
from multus_lab.progress import Progress
from multus_lab.rehearsal.findings import Rehearsed
from multus_lab.rehearsal.plan import Node, Plan
from multus_lab.rehearsal.subjects import counter, definition, objects
from multus_lab.rehearsal.world import rehearse
from multus_lab.settings import Cluster, Zone
from tests.wire.predictions.cases import Case

NODES = ("node1", "node2")
PLUGINS = {
    "": [CNI_PLUGINS],
    CNI_PLUGINS_V1_9_1.release: [CNI_PLUGINS_V1_9_1, CNI_PLUGINS],
}
"""Whose CNI plugins nodes have, by the release that a case names."""


@dataclass(frozen=True)
class Small:
    """A lab of one case: its networks, its zone and cluster if any, and how many pods run where.

    `number` is what keeps it apart from others, `plugins` one of PLUGINS. What the machine lacks
    matters only if it `needs` something.
    """

    number: int
    networks: Sequence[Network]
    zone: Zone | None
    cluster: Cluster | None
    pods: int
    nodes: int
    plugins: str
    needs: bool

    @classmethod
    def of(cls, number: int, case: Case) -> "Small":
        """The lab of a case, apart from those of other numbers but for the nodes."""
        networks = [
            Network(
                case.called or f"c{number}{'abc'[index]}",
                "default",
                ("networks", index),
                ("networks", index),
                _apart(config, number),
            )
            for index, config in enumerate(case.configs)
        ]
        zone = None
        if case.zone is not None:
            written = _apart({"name": "lab", "range": "10.1.0.0/16", **case.zone}, number)
            zone = Zone.model_validate(written, by_alias=True, by_name=False)
        told = {"cniPlugins": case.plugins} if case.plugins else {}
        told |= case.cluster or {}
        cluster = Cluster.model_validate(told, by_alias=True, by_name=False) if told else None
        tried = case.pods, case.nodes, case.plugins, bool(case.needs)
        return cls(number, networks, zone, cluster, *tried)

    def predicted(self) -> list[Finding]:
        """What the checks say of it; an earlier release of the CNI plugins is told."""
        lab = Lab(self.networks, self.zone, self.cluster)
        return [finding for rule in RULES.values() for finding in rule.findings(lab)]

    def plan(self) -> Plan:
        """Its rehearsal, on the nodes that all share and in segments of its own."""
        number = self.number
        plan = Plan.of(self.networks, self.zone, self.pods)
        called = {node.name: NODES[index] for index, node in enumerate(plan.nodes)}
        nodes = [
            replace(
                node,
                name=called[node.name],
                links=[replace(one, segment=f"{number}-{one.segment}") for one in node.links],
            )
            for node in plan.nodes
        ]
        pods = [
            replace(one, node=called[one.node], segment=one.segment and f"{number}-{one.segment}")
            for one in plan.pods
        ]
        segments = [replace(one, name=f"{number}-{one.name}") for one in plan.segments]
        tried = NODES[: self.nodes]
        return replace(
            plan,
            nodes=nodes,
            segments=segments,
            pods=[one for one in pods if one.node in tried],
            trials=plan.trials if self.needs else (),
        )


def _apart(written: Mapping[str, Any], number: int) -> Any:
    """With interfaces and subnets of its own; 10.96.0.0/12 are Services, and 10.244.0.0/16 pods."""
    more, rest = divmod(number, 200)
    subnet = f"{10 + more}.{rest + (16 if rest < 80 else 32)}."
    text = re.sub(r'"(eth[12]|br1)(\.\d+)?"', rf'"\g<1>-{number}\2"', json.dumps(written))
    text = re.sub(r"\b10\.1\.", subnet, text)
    return json.loads(re.sub(r"\bfd00:1:", f"fd00:{number + 16:x}:", text))


def rehearsed(labs: Sequence[Small]) -> list[Rehearsed]:
    """Rehearse all of one release at once: for each lab what was seen of it, and of the others."""
    found: dict[int, Rehearsed] = {}
    for release, plugins in PLUGINS.items():
        if some := [one for one in labs if one.plugins == release]:
            found |= dict(zip([one.number for one in some], _together(some, plugins), strict=True))
    return [found[one.number] for one in labs]


def _together(labs: Sequence[Small], plugins: Sequence[Group]) -> list[Rehearsed]:
    plans = [one.plan() for one in labs]
    declared = [
        definition(network, json.dumps(network.config) if network.config else "")
        for one in labs
        for network in one.networks
    ]
    needed = counter([network for one in labs for network in one.networks])
    whole = replace(_merged(plans), objects=[*objects({}, "rehearsal", needed), *declared])
    seen = rehearse(whole, Progress(io.StringIO()), plugins)
    return [
        Rehearsed(plan, seen, one.networks, one.predicted())
        for plan, one in zip(plans, labs, strict=True)
    ]


def _merged(plans: Sequence[Plan]) -> Plan:
    nodes: dict[str, Node] = {}
    for node in (node for plan in plans for node in plan.nodes):
        before = nodes.setdefault(node.name, replace(node, links=[]))
        nodes[node.name] = replace(before, links=[*before.links, *node.links])
    return Plan(
        nodes=list(nodes.values()),
        segments=[one for plan in plans for one in plan.segments],
        pods=[one for plan in plans for one in plan.pods],
        service=plans[0].service,
        trials=[one for plan in plans for one in plan.trials],
        stores=sorted({one for plan in plans for one in plan.stores}),
        whereabouts=any(plan.whereabouts for plan in plans),
    )
