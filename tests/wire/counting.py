"""The inside of the trials of whereabouts' roles: its programs against an API server.

`python -m tests.wire.counting FOLDER KUBERNETES PLUGINS MULTUS WHEREABOUTS`, all of them folders,
is the first process of namespaces of its own. It reads a line of JSON with the objects that a stack
declares and the trials, and writes a line for each trial: what was asked, and what was refused.

In each trial everything is done that the roles are for. A pod is attached and detached. One is gone
whose DEL never came, with so many addresses that its events are counted up. One is lost that the
control loop can't know of. With slices, a node comes and a network goes. It ends at the first step
that fails, or once the verb that is lacking was asked for.
"""

import copy
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any

from multus_lab.cluster.client import Cluster
from multus_lab.cluster.kinds import KINDS, Kind
from multus_lab.processes import end_session
from multus_lab.rehearsal import plan, whereabouts
from multus_lab.rehearsal.commands import PATH, ip, make_netns, run
from multus_lab.rehearsal.control_plane import PORT, ControlPlane
from multus_lab.rehearsal.layout import Layout
from multus_lab.rehearsal.node import CLUSTER_BRIDGE, Account, Node, Programs

NODE = "worker01"
NAMESPACE = plan.NAMESPACE
OTHER_NODE = "worker02"
INTERFACES = 12
"""So many that the event of the last is one of the API's before, counted up (client-go
tools/record/events_cache.go, defaultAggregateMaxEvents)."""

_API = "whereabouts.cni.cncf.io/v1alpha1"
KINDS["OverlappingRangeIPReservation"] = Kind(_API, "overlappingrangeipreservations")
KINDS["Lease"] = Kind("coordination.k8s.io/v1", "leases")

_SECONDS = 90.0
"""How long a step may take, on a machine that has much else to do."""


class FailedError(Exception):
    """A step that didn't do what it is to do, or that asked for what is lacking."""


def main(arguments: Sequence[str]) -> None:
    """Set up, and try one after the other."""
    folder, kubernetes, plugins, multus, counter = map(Path, arguments)
    run("mount", "-t", "tmpfs", "-o", "mode=700", "multus-lab", folder)
    address = f"{plan.SERVER}/{plan.UNDERLAY.prefixlen}"
    made = [f"link add {CLUSTER_BRIDGE} type bridge", f"address add {address} dev {CLUSTER_BRIDGE}"]
    ip(["link set lo up", *made, f"link set {CLUSTER_BRIDGE} up"])
    (folder / "cluster").mkdir()
    cluster = ControlPlane(folder / "cluster", kubernetes, plan.COUNTER)
    cluster.start()
    told = json.loads(sys.stdin.readline())
    objects = told["objects"]
    networks = [one for one in objects if one["kind"] == "NetworkAttachmentDefinition"]
    for name in (NAMESPACE, "default"):
        cluster.have([_named("Namespace", name), _named("ServiceAccount", "default", name)])
    cluster.have(_named("Node", one) for one in (NODE,))
    cluster.have(one for one in objects if one not in networks)
    cluster.served("NetworkAttachmentDefinition")
    programs = Programs(kubernetes, [plugins], multus, counter)
    for index, lacking in enumerate(told["trials"]):
        trial = Trial(cluster, programs, folder / str(index), objects, networks)
        sys.stdout.write(json.dumps(trial.done(lacking)) + "\n")
        sys.stdout.flush()


class Trial:
    """One trial, on a node of its own."""

    def __init__(
        self,
        cluster: ControlPlane,
        programs: Programs,
        folder: Path,
        objects: Sequence[Any],
        networks: Sequence[Any],
    ) -> None:
        self._cluster = cluster
        self._api = cluster.api
        self._programs = programs
        assert programs.whereabouts is not None
        self._image = programs.whereabouts
        self._networks = networks
        self._objects = {f"{one['kind']}/{one['metadata']['name']}": one for one in objects}
        token = self._api.token("whereabouts", NAMESPACE)
        self._account = Account(token, cluster.authority.read_text(), NAMESPACE)
        planned = plan.Node(
            NODE, f"{plan.UNDERLAY[1]}/{plan.UNDERLAY.prefixlen}", "10.244.0.0/24", []
        )
        self._node = Node(planned, folder, programs, {}, Layout())
        self._folder = folder
        self._started: list[int] = []
        self._before = 0
        self._awaited: tuple[str, ...] = ()

    def done(self, lacking: Sequence[str] | None) -> dict[str, Any]:
        """What was asked, and what was refused, with roles that lack a verb."""
        self._forget()
        self._grant(lacking)
        self._before = len(list(self._cluster.audited()))
        self._awaited = tuple(lacking or ())
        failed = ""
        try:
            self._attempt()
        except FailedError as error:
            failed = str(error)
        finally:
            for leader in self._started:
                end_session(leader)
        asked = self._asked()
        return {
            "failed": failed,
            "asked": sorted({(what, verb) for what, verb, _ in asked}),
            "refused": sorted(self._refused()),
        }

    def _asked(self) -> list[tuple[str, str, int]]:
        """Resource, verb and answer of what was asked for in this trial."""
        asked = list(self._cluster.audited())[self._before :]
        # What we have asked in its name is no call of it.
        return [(what, verb, code) for _, verb, what, code in asked if "accessreview" not in what]

    def _refused(self) -> set[tuple[str, str]]:
        return {(what, verb) for what, verb, code in self._asked() if code == HTTPStatus.FORBIDDEN}

    def _until(self, condition: Callable[[], bool], what: str) -> None:
        """Wait until it holds; in vain too if what is lacking has been refused."""
        deadline = time.monotonic() + _SECONDS
        while not condition():
            if self._awaited in self._refused() or time.monotonic() > deadline:
                raise FailedError(f"waited in vain for {what}")
            time.sleep(0.1)

    # --- what there is before ---------------------------------------------------------------------

    def _forget(self) -> None:
        """Take away what the trial before has left."""
        for kind in ("IPPool", "OverlappingRangeIPReservation", "NodeSlicePool", "Lease"):
            if (
                f"CustomResourceDefinition/{KINDS[kind].plural}.whereabouts.cni.cncf.io"
                in self._objects
                or kind == "Lease"
            ):
                for one in list(self._api.items(kind, NAMESPACE)):
                    self._api.delete(kind, one["metadata"]["name"], NAMESPACE)
        for one in list(self._api.items("Event", "default")):
            self._api.delete("Event", one["metadata"]["name"], "default")
        for one in list(self._api.items("Pod", "default")):
            self._api.delete("Pod", one["metadata"]["name"], "default", grace=0)
        self._api.delete("Node", OTHER_NODE)
        self._cluster.have(self._networks)

    def _grant(self, lacking: Sequence[str] | None) -> None:
        """Give the roles all verbs but one, and wait until the API server has it so."""
        for kind in ("ClusterRole", "Role"):
            for key, one in self._objects.items():
                if not key.startswith(f"{kind}/whereabouts"):
                    continue
                rules = [
                    {"op": "replace", "path": "/rules", "value": _without(one["rules"], lacking)}
                ]
                metadata = one["metadata"]
                self._api.patch(kind, metadata["name"], metadata.get("namespace", ""), rules)
        asking = Cluster.at(
            f"https://{plan.SERVER}:{PORT}", self._cluster.authority, self._account.token
        )
        every = {(rule["apiGroups"][0], *pair) for rule in self._rules() for pair in _pairs(rule)}

        def so() -> bool:
            return all(
                asking.allows(verb, group, resource, NAMESPACE, name)
                != ([_what(group, resource), verb] == lacking)
                for group, resource, verb, name in every
            )

        self._until(so, "the roles")

    def _rules(self) -> Iterator[Any]:
        for key, one in self._objects.items():
            if key.startswith(("ClusterRole/whereabouts", "Role/whereabouts")):
                yield from one["rules"]

    # --- what is done -----------------------------------------------------------------------------

    def _attempt(self) -> None:
        sliced = "Deployment/whereabouts-controller" in self._objects
        record = whereabouts.install(self._image, self._node, self._objects, self._account)
        self._started.append(record.pid)
        make_netns(self._node.root / "run/netns/pod")
        if sliced:
            self._run("whereabouts-controller")
            self._sliced()
            return
        self._plug("ADD", "keeps", 1)
        if len(self._allocated()) != 1:
            raise FailedError("no address was put down")
        self._plug("DEL", "keeps", 1)
        self._freed("DEL")
        self._gone()
        self._lost()

    def _gone(self) -> None:
        """A pod goes whose DEL never comes: the control loop frees its addresses."""
        status = [{"name": "default/pool", "interface": "net1", "ips": []}]
        notes = {"k8s.v1.cni.cncf.io/network-status": json.dumps(status)}
        pod = _named("Pod", "gone", "default")
        pod["metadata"]["annotations"] = notes
        pod["spec"] = {"nodeName": NODE, "containers": [{"name": "pause", "image": "pause"}]}
        self._api.create(pod)
        for number in range(INTERFACES):
            self._plug("ADD", "gone", number)
        time.sleep(0.5)  # until the control loop has seen the pool as it is
        self._api.delete("Pod", "gone", "default", grace=0)
        self._freed("the control loop")
        self._until(
            lambda: any(one.get("count", 1) > 1 for one in self._api.items("Event", "default")),
            "events",
        )

    def _lost(self) -> None:
        """An address of a pod that isn't there: the reconciler frees it."""
        self._plug("ADD", "lost", 1)
        self._run("whereabouts-reconciler")
        self._freed("the reconciler")

    def _sliced(self) -> None:
        """A node comes, a pod of the first gets an address of its slice, and the network goes."""

        def nodes() -> set[str]:
            slices = self._api.items("NodeSlicePool", NAMESPACE)
            return {each["nodeName"] for one in slices for each in one["status"]["allocations"]}

        self._until(lambda: NODE in nodes(), "a slice")
        self._plug("ADD", "keeps", 1)
        self._api.create(_named("Node", OTHER_NODE))
        self._until(lambda: OTHER_NODE in nodes(), "another slice")
        self._plug("DEL", "keeps", 1)
        self._freed("DEL")
        for one in self._networks:
            self._api.delete(one["kind"], one["metadata"]["name"], "default")
        self._until(
            lambda: not list(self._api.items("NodeSlicePool", NAMESPACE)), "the slices to go"
        )

    def _run(self, deployment: str) -> None:
        """Run a Deployment's container, with the reconciler at work each second."""
        config = copy.deepcopy(self._objects["ConfigMap/whereabouts-config"])
        config["data"]["cron-expression"] = "@every 1s"
        objects = {**self._objects, "ConfigMap/whereabouts-config": config}
        started = whereabouts.run_once(self._image, self._node, deployment, objects, self._account)
        self._started.append(started.pid)

    def _plug(self, verb: str, pod: str, number: int) -> None:
        """Call the program on the node, as Multus does for a plugin that asks for an address."""
        (network,) = self._networks
        env = {
            "CNI_COMMAND": verb,
            "CNI_CONTAINERID": f"{pod}{number}",
            "CNI_NETNS": "/run/netns/pod",
            "CNI_IFNAME": f"net{number}",
            "CNI_PATH": "/opt/cni/bin",
            "CNI_ARGS": f"IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME={pod}",
            "PATH": PATH,
        }
        called = subprocess.Popen(
            [str(one) for one in self._node.command("/opt/cni/bin/whereabouts")],
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert called.stdin is not None
        called.stdin.write(network["spec"]["config"])
        called.stdin.close()
        try:
            self._until(lambda: called.poll() is not None, verb)
        finally:
            called.kill()
            said = called.stdout.read() if called.stdout else ""
        if called.wait():
            raise FailedError(f"{verb}: {said}")

    def _allocated(self) -> list[Any]:
        pools = self._api.items("IPPool", NAMESPACE)
        return [one for pool in pools for one in pool["spec"]["allocations"].values()]

    def _freed(self, who: str) -> None:
        """Wait until no address is taken, in a pool or over all of them."""

        def free() -> bool:
            held = list(self._api.items("OverlappingRangeIPReservation", NAMESPACE))
            return not self._allocated() and not held

        self._until(free, f"{who} to free what is taken")


def _what(group: str, resource: str) -> str:
    return f"{group}/{resource}" if group else resource


def _pairs(rule: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for resource in rule["resources"]:
        for verb in rule["verbs"]:
            yield resource, verb, (rule.get("resourceNames") or [""])[0]


def _without(rules: Sequence[Any], lacking: Sequence[str] | None) -> list[Any]:
    """The rules, without a verb on a resource, as `["pods", "get"]`."""
    kept = copy.deepcopy(list(rules))
    for rule in kept:
        if lacking and lacking[0] in {
            _what(rule["apiGroups"][0], one) for one in rule["resources"]
        }:
            rule["verbs"] = [one for one in rule["verbs"] if one != lacking[1]]
    return [rule for rule in kept if rule["verbs"]]


def _named(kind: str, name: str, namespace: str = "") -> dict[str, Any]:
    metadata: dict[str, Any] = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata}


if __name__ == "__main__":
    main(sys.argv[1:])
