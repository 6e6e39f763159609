"""What a rehearsal of an installation is to do, worked out from a stack."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from multus_lab.attachment import Selection, annotation
from multus_lab.checks.addresses.capacity import room
from multus_lab.checks.network import Network
from multus_lab.rehearsal import plan
from multus_lab.rehearsal.layout import Layout

AT_ONCE = (1, 10, 50)
"""How many pods start at once while memory is measured."""

LOAD = 4
"""How many pods of a node come and go while its daemon is replaced."""

OWN = "multus-lab-rehearsal"
"""The rehearsal's own network, for pods that the stack's have no room for."""

_OWN_SUBNET = "198.51.100.0/24"
"""For documentation (RFC 5737)."""


@dataclass(frozen=True)
class Version:
    """A release of the daemon as the stack would have it.

    `programs` is the release whose programs run, and `image` the folder with them. `objects` are
    the stack's, without networks. `grace` is in seconds, `memory` the limit in bytes or None.
    """

    release: str
    programs: str
    objects: Sequence[Mapping[str, Any]]
    layout: Layout
    grace: int
    memory: int | None = None
    image: str = ""

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> "Version":
        """Read it from JSON."""
        return cls(**{**content, "layout": Layout.read(content["layout"])})


@dataclass(frozen=True)
class Plan:
    """An installation to rehearse.

    `whole` has nodes, segments and the pods that run all the while. `before` is what is there
    first, and upgraded; `other` is the same release with the other layout of folders. `load` are
    the pods that come and go, and `crowd` those that start at once on one
    node.
    """

    whole: plan.Plan
    declared: Version
    other: Version
    before: Version | None
    load: Sequence[plan.Pod]
    crowd: Sequence[plan.Pod]

    @classmethod
    def of(
        cls,
        whole: plan.Plan,
        networks: Sequence[Network],
        declared: Version,
        other: Version,
        before: Version | None,
    ) -> "Plan":
        """Plan more pods beside those that are planned, as far as networks have room for them.

        One node's come and go at a time, and the crowd when none do.
        """
        crowded = next((one for one in whole.nodes if _on(one, whole.pods)), whole.nodes[0])
        crowd = _Seats(whole, networks).take(crowded, max(AT_ONCE), "crowd")
        load = [
            pod for node in whole.nodes for pod in _Seats(whole, networks).take(node, LOAD, "load")
        ]
        whole = replace(whole, objects=[*whole.objects, _own()])
        return cls(whole, declared, other, before, load, list(crowd))

    @property
    def primary(self) -> str:
        """The file of the primary network."""
        return self.whole.nodes[0].primary

    @property
    def crowded(self) -> str:
        """The node on which the crowd starts."""
        return self.crowd[0].node

    @property
    def strangers(self) -> int:
        """How many of the crowd, and of those that come and go, attach the rehearsal's own."""
        return sum(one.network.endswith(f"/{OWN}") for one in (*self.crowd, *self.load))

    @property
    def versions(self) -> list[Version]:
        """Everything that is installed, in order."""
        return [*filter(None, (self.before,)), self.declared, self.other]


class _Seats:
    """How many more pods each network can have, as long as no others come."""

    def __init__(self, whole: plan.Plan, networks: Sequence[Network]) -> None:
        self._pods = whole.pods
        self._networks = {one.label: one for one in networks}

    def take(self, node: plan.Node, count: int, called: str) -> Iterator[plan.Pod]:
        """So many pods, of each network in turn, and of the rehearsal's own where none has room."""
        patterns = {one.network: one for one in _on(node, self._pods)}
        free = {label: self._room(self._networks[label], node) for label in patterns}
        for number in range(1, count + 1):
            name = f"{called}-{node.name[:40].rstrip('.-')}-{number}"
            able = [label for label, seats in free.items() if seats > 0]
            if able:
                label = able[number % len(able)]
                free[label] -= 1
                yield replace(patterns[label], name=name)
            else:
                yield _of_own(name, node)

    def _room(self, network: Network, node: plan.Node) -> int:
        """What a node can have beside the pods that run all the while."""
        if network.once:
            return 0
        found = room(network)
        if found is None:
            return max(AT_ONCE)
        planned = [one for one in self._pods if one.network == network.label]
        per_node = network.ipam is not None and network.ipam.counts == "node"
        return max(0, found - len(_on(node, planned) if per_node else planned))


def _on(node: plan.Node, pods: Sequence[plan.Pod]) -> list[plan.Pod]:
    return [one for one in pods if one.node == node.name]


def _of_own(name: str, node: plan.Node) -> plan.Pod:
    return plan.Pod(
        name=name,
        namespace="default",
        node=node.name,
        network=f"default/{OWN}",
        annotation=annotation([Selection(OWN)]),
        segment="",
        ends="node",
    )


def _own() -> Mapping[str, Any]:
    config = {
        "cniVersion": "0.3.1",
        "name": OWN,
        "type": "bridge",
        "bridge": "rehearsal0",
        "ipam": {"type": "host-local", "subnet": _OWN_SUBNET},
    }
    return {
        "apiVersion": "k8s.cni.cncf.io/v1",
        "kind": "NetworkAttachmentDefinition",
        "metadata": {"name": OWN, "namespace": "default"},
        "spec": {"config": json.dumps(config)},
    }
