"""Rehearsals that were none: a plan, and pods as they would be seen where all is well."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

from multus_lab.checks import Finding, Severity
from multus_lab.checks.network import Network
from multus_lab.rehearsal.findings import Rehearsed
from multus_lab.rehearsal.observation import Interface, Observation, Pod
from multus_lab.rehearsal.plan import Plan
from multus_lab.settings import Cluster, Zone
from tests.unit.rules import R

LAB = "default/lab"
MAC = "02:00:00:00:00:{:02x}"
Change = Callable[[list[Pod]], list[Pod]]


def rehearsed(
    *networks: Network,
    pods: int = 1,
    inventory: Zone | None = None,
    of_cluster: Cluster | None = None,
    predicted: Sequence[Finding] = (),
    change: Change | None = None,
    **seen: Any,
) -> Rehearsed:
    """A rehearsal in which all is well, but for the change of its pods and what else was seen."""
    plan = Plan.of(networks, inventory, pods, of_cluster)
    made = well(plan, networks)
    observed = Observation(pods=change(made) if change else made, **seen)
    return Rehearsed(plan, observed, networks, predicted)


def well(plan: Plan, networks: Sequence[Network]) -> list[Pod]:
    """Every pod with an address of its own, which all is reached from."""
    free = {one.label: addresses(one) for one in networks}
    numbers = count(1)
    return [
        Pod(
            one.name,
            interfaces=[
                Interface("eth0", MAC.format(0), 1500, ["10.244.0.2/24"]),
                Interface("net1", MAC.format(next(numbers)), 1500, next(free[one.network])),
            ],
            default=["eth0"],
            service="eth0",
            neighbours="net1",
            status=[{"interface": "eth0"}, {"interface": "net1"}],
            gateways=dict.fromkeys(one.asks, 0.1),
            peers={
                other.name: 0.1
                for other in plan.pods
                if other.network == one.network and other is not one
            },
            own_node=dict.fromkeys(one.node_addresses, 0.2),
        )
        for one in plan.pods
    ]


def addresses(network: Network) -> Iterator[list[str]]:
    """The addresses of the network's pods, one after the other."""
    for index in count():
        yield [
            f"{piece.addresses.first + index}/{piece.pool.subnet.prefixlen}"
            for piece in network.pieces
        ]


def pods(*numbers: int, **keys: Any) -> Change:
    """With these keys in the pods of these numbers, or in all where there are none."""
    return lambda made: [
        replace(one, **keys) if not numbers or index in numbers else one
        for index, one in enumerate(made)
    ]


def wired(*numbers: int, **keys: Any) -> Change:
    """With these keys in net1 of the pods."""
    return lambda made: [
        replace(one, interfaces=[one.interfaces[0], replace(one.interfaces[1], **keys)])
        if not numbers or index in numbers
        else one
        for index, one in enumerate(made)
    ]


def foretold(code: str, severity: Severity = R, label: str = LAB, **keys: Any) -> Finding:
    """A finding of the checks."""
    given = {"path": ("networks", 0), "value": "", "message": "told", "fix": "mend it", **keys}
    return Finding(code, severity, label, **given)
