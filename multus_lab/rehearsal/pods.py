"""The pods of a rehearsal, from ADD over all that is looked at to DEL."""

import http
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from ipaddress import ip_interface
from typing import Any

from multus_lab.addresses import read_address
from multus_lab.attachment import ANNOTATION, STATUS
from multus_lab.rehearsal import looks, plan
from multus_lab.rehearsal.commands import ip_json
from multus_lab.rehearsal.control_plane import ControlPlane
from multus_lab.rehearsal.node import Node
from multus_lab.rehearsal.observation import Interface, Observation, Pod
from multus_lab.rehearsal.runtime import INTERFACE, Sandbox
from multus_lab.rehearsal.told import Counted, tell


class Pods:
    """All pods of a plan, on their nodes; `each` maps a function over many at once."""

    def __init__(
        self,
        cluster: ControlPlane,
        planned: plan.Plan,
        nodes: Mapping[str, Node],
        each: Callable[..., list[Any]],
    ) -> None:
        self._cluster = cluster
        self._plan = planned
        self._nodes = nodes
        self._each = each

    def observe(self) -> Observation:
        """Attach all pods, look, and detach them."""
        before = self._kept()
        sandboxes = self._each(
            lambda pod: sandbox(self._cluster, pod, self._nodes[pod.node]), self._plan.pods
        )
        errors = self._called("attaching pods", Sandbox.add, sandboxes)
        attached = [one for one in sandboxes if not errors[one.pod.name]]
        tell(step="looking at the wire")
        stores = self._stores()
        pods = looks.wired({one: self._look(one) for one in attached})
        answers = looks.answers(attached, pods)
        checked = looks.has_check(next(iter(self._nodes.values())))
        checks = self._called("checking pods", Sandbox.check, attached) if checked else {}
        lost = self._first_of_each(attached)
        gone = self._called("making sandboxes anew", Sandbox.delete, lost)
        anew = [one.next() for one in lost]
        renewed = self._called("making sandboxes anew", Sandbox.add, anew)
        lasting = [*anew, *(one for one in sandboxes if one not in lost)]
        deletions = self._called("detaching pods", Sandbox.delete, lasting)
        calls = list(self._cluster.audited())
        return Observation(
            pods=[
                replace(
                    pods.get(one.name, Pod(one.name)),
                    error=errors[one.name],
                    check_error=checks.get(one.name, ""),
                    delete_error=gone.get(one.name) or deletions[one.name],
                    again_error=renewed.get(one.name, ""),
                )
                for one in self._plan.pods
            ],
            answers=answers,
            calls=dict(
                Counter(f"{verb} {what}" for user, verb, what, _ in calls if user == plan.DAEMON)
            ),
            forbidden=_forbidden(calls, plan.DAEMON),
            forbidden_counting=_forbidden(calls, plan.COUNTER),
            left=sorted(self._kept() - before) + self._allocations(),
            stores=stores,
            checked=checked,
        )

    def _first_of_each(self, sandboxes: Sequence[Sandbox]) -> list[Sandbox]:
        """One sandbox of each network."""
        return list({one.pod.network: one for one in reversed(sandboxes)}.values())

    def _called(
        self, step: str, call: Callable[[Sandbox], str], sandboxes: Sequence[Sandbox]
    ) -> dict[str, str]:
        """What each said, by the pod's name."""
        counted = Counted(step, len(sandboxes))
        said = self._each(lambda one: counted.after(call(one)), sandboxes)
        return {one.pod.name: words for one, words in zip(sandboxes, said, strict=True)}

    def _look(self, sandbox: Sandbox) -> Pod:
        pod = sandbox.pod
        metadata = self._cluster.api.get("Pod", pod.name, pod.namespace)["metadata"]
        interfaces = sandbox.interfaces()
        # Where the cluster has no IPv6, whose default route it is makes no odds.
        six = any(
            ":" in one for each in interfaces if each.name == "eth0" for one in each.addresses
        )
        neighbours = _neighbours(interfaces)
        ways = sandbox.ways([self._plan.service, *neighbours])
        default = sandbox.default_routes(4) + (sandbox.default_routes(6) if six else [])
        return Pod(
            name=pod.name,
            interfaces=interfaces,
            default=list(dict.fromkeys(default)),
            service=ways.get(self._plan.service, "").partition(" ")[0],
            neighbours=_told(ways[one] for one in neighbours if one in ways),
            status=json.loads(metadata["annotations"].get(STATUS, "[]")),
        )

    def _kept(self) -> set[str]:
        """What there is on each node that is to come and go with pods; a bridge may stay."""
        found = set()
        for name, node in self._nodes.items():
            links = ip_json(["link show"], node.netns, "-details")[0]
            kept = {
                f"interface {one['ifname']}"
                for one in links
                if one.get("linkinfo", {}).get("info_kind") != "bridge"
            }
            found |= {f"{name}: {one}" for one in kept | node.kept(self._plan.stores)}
        return found

    def _stores(self) -> dict[str, list[str]]:
        """The nodes where an address is put down as given, by the address."""
        found: dict[str, list[str]] = defaultdict(list)
        for name, node in self._nodes.items():
            for path in node.kept(self._plan.stores):
                network, _, address = path.rpartition("/")
                # The default network's are each node's own.
                if read_address(address) and not network.endswith(f"/{plan.CLUSTER}"):
                    found[address].append(name)
        return dict(found)

    def _allocations(self) -> list[str]:
        """What whereabouts still holds."""
        return [f"IPPool {pool}: {whose}" for pool, whose in allocations(self._cluster, self._plan)]


def allocations(cluster: ControlPlane, planned: plan.Plan) -> list[tuple[str, str]]:
    """What whereabouts holds: the pool, and for which pod."""
    if not planned.whereabouts:
        return []
    return [
        (pool["metadata"]["name"], one.get("podref", index))
        for pool in cluster.api.items("IPPool")
        for index, one in pool["spec"].get("allocations", {}).items()
    ]


def sandbox(cluster: ControlPlane, pod: plan.Pod, node: Node) -> Sandbox:
    """The first sandbox of a pod that the API server holds from then on."""
    made = cluster.api.create(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
                "name": pod.name,
                "namespace": pod.namespace,
                "annotations": {ANNOTATION: pod.annotation},
            },
            "spec": {
                "nodeName": pod.node,
                "containers": [{"name": "pause", "image": "registry.k8s.io/pause:3.10"}],
            },
        }
    )
    return Sandbox(pod, made["metadata"]["uid"], node)


def _forbidden(calls: Iterable[tuple[str, str, str, int]], asking: str) -> list[str]:
    return sorted(
        {
            f"{verb} {what}"
            for user, verb, what, code in calls
            if user == asking and code == http.HTTPStatus.FORBIDDEN
        }
    )


def _neighbours(interfaces: Sequence[Interface]) -> set[str]:
    """The first and the last address of each subnet of the network, but for the pod's own."""
    own = [
        ip_interface(one) for each in interfaces if each.name == INTERFACE for one in each.addresses
    ]
    subnets = {one.network for one in own if one.network.num_addresses > 2}
    return {str(end) for one in subnets for end in (one[1], one[-2])} - {str(one.ip) for one in own}


def _told(ways: Iterable[str]) -> str:
    """One of them, which is another than INTERFACE alone where there is one."""
    found = sorted(set(ways), key=lambda one: (one == INTERFACE, one))
    return found[0] if found else ""
