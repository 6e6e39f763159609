"""Many small labs in one rehearsal: starting the API server for each would take minutes."""

import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from multus_lab.checks import RULES, Finding
from multus_lab.checks.network import Lab, Network
from multus_lab.programs import Progress
from multus_lab.rehearsal.findings import Rehearsed
from multus_lab.rehearsal.plan import Node, Plan
from multus_lab.rehearsal.subjects import definition, objects
from multus_lab.rehearsal.world import rehearse
from multus_lab.settings import Zone
from tests.wire.predictions.cases import Case

NODES = ("node1", "node2")


@dataclass(frozen=True)
class Small:
    """A lab of one case: its networks, its zone if any, and how many pods are tried where."""

    networks: Sequence[Network]
    zone: Zone | None
    pods: int
    nodes: int

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
        return cls(networks, zone, case.pods, case.nodes)

    def predicted(self) -> list[Finding]:
        """What the checks say of it."""
        lab = Lab(self.networks, self.zone)
        return [finding for rule in RULES.values() for finding in rule.findings(lab)]

    def plan(self, number: int) -> Plan:
        """Its rehearsal, on the nodes that all share and in segments of its own."""
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
            plan, nodes=nodes, segments=segments, pods=[one for one in pods if one.node in tried]
        )


def _apart(written: Mapping[str, Any], number: int) -> Any:
    """With interfaces and subnets of its own; 10.96.0.0/12 are Services, and 10.244.0.0/16 pods."""
    octet = number + (16 if number < 80 else 32)
    text = re.sub(r'"(eth[12]|br1)(\.\d+)?"', rf'"\g<1>-{number}\2"', json.dumps(written))
    text = re.sub(r"\b10\.1\.", f"10.{octet}.", text)
    return json.loads(re.sub(r"\bfd00:1:", f"fd00:{octet:x}:", text))


def rehearsed(labs: Sequence[Small]) -> list[Rehearsed]:
    """Rehearse all of them at once: for each lab what was seen of it, and of the others."""
    plans = [one.plan(number) for number, one in enumerate(labs)]
    declared = [
        definition(network, json.dumps(network.config) if network.config else "")
        for one in labs
        for network in one.networks
    ]
    whole = replace(_merged(plans), objects=[*objects({}, "rehearsal"), *declared])
    seen = rehearse(whole, Progress(io.StringIO()))
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
        stores=sorted({one for plan in plans for one in plan.stores}),
        whereabouts=any(plan.whereabouts for plan in plans),
    )
