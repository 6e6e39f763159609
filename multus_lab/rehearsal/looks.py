"""Looking at attached pods from outside: who reaches whom, and who answers for an address."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest

from multus_lab.rehearsal import plan, wire
from multus_lab.rehearsal.node import Node
from multus_lab.rehearsal.observation import Pod
from multus_lab.rehearsal.runtime import INTERFACE, Sandbox

_ALL_PAIRS = 600
"""Pairs that ping each other, at most; of more pods each pings two others.

The kernel keeps 1024 neighbours at a time for all namespaces together (gc_thresh3), one for each
end of a pair, and two for each pod and its gateway.
"""


def wired(pods: Mapping[Sandbox, Pod]) -> dict[str, Pod]:
    """The pods with what they reach: gateways, peers, their own node; and whom they hear."""
    addresses = {one: pod.addresses(INTERFACE) for one, pod in pods.items()}
    stands = {
        one.pod.name: wire.Stand(one.netns, INTERFACE, next(iter(addresses[one]), ""))
        for one, pod in pods.items()
        if (own := pod.interface(INTERFACE)) and own.up
    }
    groups = _by_network(one for one in pods if one.pod.name in stands)
    # Of an address that several pods have nobody can tell who answers, nor who gets the answer.
    held = Counter((_place(one.pod), address) for one in pods for address in addresses[one])
    alone = {
        one: [address for address in addresses[one] if held[_place(one.pod), address] == 1]
        for one in pods
    }
    peers = [
        (one.pod.name, address, other.pod.name)
        for group in groups
        for one, other in pairs([one for one in group if alone[one]])
        if _place(one.pod) == _place(other.pod)
        for address in alone[other]
    ]
    asked = [
        (one.pod.name, address)
        for group in groups
        for one in group
        for address in (*one.pod.asks, *one.pod.node_addresses)
    ]
    trips = wire.echoes(stands, [*asked, *((name, address) for name, address, _ in peers)])
    heard: dict[str, list[str]] = {}
    for group in groups:
        heard |= wire.broadcasts({one.pod.name: stands[one.pod.name] for one in group})
    reached: dict[str, dict[str, float | None]] = defaultdict(dict)
    for name, address, other in peers:
        # By any of its addresses.
        reached[name][other] = trips[name, address] or reached[name].get(other)
    return {
        one.pod.name: replace(
            pod,
            gateways={address: trips.get((pod.name, address)) for address in one.pod.asks},
            own_node={
                address: trips.get((pod.name, address)) for address in one.pod.node_addresses
            },
            peers=reached[pod.name],
            heard=heard.get(pod.name, []),
        )
        for one, pod in pods.items()
    }


def _place(pod: plan.Pod) -> tuple[str, ...]:
    """Within what pods are to reach each other: a segment, a network, or a node's part of it."""
    if pod.segment:
        return (pod.segment,)
    ends = {"pod": (pod.network, pod.node, pod.name), "node": (pod.network, pod.node)}
    return ends.get(pod.ends, (pod.network,))


def answers(
    attached: Sequence[Sandbox], pods: Mapping[str, Pod]
) -> dict[str, dict[str, list[str]]]:
    """By segment the MACs that answer for each pod's address, asked from where its gateway is."""
    by_segment: dict[wire.Stand, set[str]] = defaultdict(set)
    for one in attached:
        if name := one.pod.segment:
            stand = wire.Stand(one.node.segments[name], name)
            by_segment[stand] |= set(pods[one.pod.name].addresses(INTERFACE))
    return {
        stand.interface: wire.owners(stand, sorted(addresses))
        for stand, addresses in by_segment.items()
    }


def has_check(node: Node) -> bool:
    """Whether the configuration that Multus writes is of a version with CHECK, 0.4.0 or newer."""
    config = json.loads(node.configuration.read_text())
    return tuple(int(part) for part in config["cniVersion"].split(".")) >= (0, 4, 0)


def _by_network(attached: Iterable[Sandbox]) -> list[list[Sandbox]]:
    groups: dict[str, list[Sandbox]] = defaultdict(list)
    for one in attached:
        groups[one.pod.network].append(one)
    return list(groups.values())


def pairs(group: Sequence[Sandbox]) -> list[tuple[Sandbox, Sandbox]]:
    """All pairs, or of too many those side by side in a ring that goes over the nodes."""
    if len(group) * (len(group) - 1) <= _ALL_PAIRS:
        return [(one, other) for one in group for other in group if one is not other]
    by_node: dict[str, list[Sandbox]] = defaultdict(list)
    for one in group:
        by_node[one.pod.node].append(one)
    ring = [one for row in zip_longest(*by_node.values()) for one in row if one is not None]
    beside = list(zip(ring, [*ring[1:], ring[0]], strict=True))
    return beside + [(other, one) for one, other in beside]
