"""How a daemon fares, read from the objects of its cluster as they are."""

from collections.abc import Iterator
from typing import Any, cast

import pytest

from multus_lab.cluster.client import Cluster
from multus_lab.cluster.errors import RefusedError
from multus_lab.cluster.objects import Key
from multus_lab.status.daemon import Daemon, look
from multus_lab.status.nodes import left_out, not_ready
from multus_lab.status.patience import Patience
from multus_lab.status.pods import trouble
from tests.unit.cases import cases

Object = dict[str, Any]

KEY = Key("DaemonSet", "kube-system", "ds")
IMAGE = 'Back-off pulling image "ghcr.io/no/such:v1": not found'


def container(name: str = "daemon", ready: bool = False, last: Any = None, **state: Any) -> Object:
    return {"name": name, "ready": ready, "state": state, "lastState": last or {}}


def pod(
    node: str = "a", *containers: Object, ready: bool = False, generation: int = 2, **more: Any
) -> Object:
    """A pod of the DaemonSet, bound to a node."""
    conditions = [{"type": "Ready", "status": "True" if ready else "False"}]
    metadata = {
        "name": f"ds-{node}",
        "namespace": "kube-system",
        "uid": f"pod-{node}",
        "labels": {"pod-template-generation": str(generation)},
        "ownerReferences": [{"uid": "ds"}],
    }
    status = {"phase": "Running", "conditions": conditions, "containerStatuses": list(containers)}
    found: Object = {"metadata": metadata, "spec": {"nodeName": node}, "status": status}
    for key, value in more.items():
        found[key] = {**found.get(key, {}), **value}
    return found


def waits(reason: str, message: str = "") -> Object:
    return container(waiting={"reason": reason, "message": message})


def ended(code: int, reason: str = "Error", message: str = "") -> Object:
    return {"terminated": {"exitCode": code, "reason": reason, "message": message}}


# --- why a pod isn't ready ------------------------------------------------------------------------


@cases(
    ("one", "why"),
    [
        pytest.param(
            pod("a", waits("ImagePullBackOff", IMAGE)),
            f"daemon: ImagePullBackOff: {IMAGE}",
            id="image",
        ),
        pytest.param(
            pod("a", waits("CreateContainerConfigError", 'configmap "x" not found')),
            'daemon: CreateContainerConfigError: configmap "x" not found',
            id="config",
        ),
        pytest.param(
            pod(
                "a",
                container(
                    waiting={"reason": "CrashLoopBackOff", "message": "back-off 5m0s of ds-a_x"},
                    last=ended(1, message="starting\npanic: no kubeconfig\n\n"),
                ),
            ),
            "daemon: CrashLoopBackOff: it ended with exit code 1: panic: no kubeconfig",
            id="crash-with-its-last-words",
        ),
        pytest.param(
            pod(
                "a",
                container(waiting={"reason": "CrashLoopBackOff"}, last=ended(137, "OOMKilled")),
            ),
            "daemon: CrashLoopBackOff: it ended with exit code 137 (OOMKilled)",
            id="out-of-memory",
        ),
        pytest.param(
            pod("a", container(**ended(2))), "daemon ended with exit code 2", id="just-ended"
        ),
        pytest.param(
            pod("a", container(running={})), "daemon runs and isn't ready", id="runs-unready"
        ),
        pytest.param(pod("a", waits("PodInitializing")), "", id="initializing"),
        pytest.param(pod("a", waits("ContainerCreating")), "", id="creating"),
        pytest.param(pod("a"), "", id="says-nothing"),
        pytest.param(
            pod(
                "a",
                waits("PodInitializing"),
                status={"initContainerStatuses": [waits("ErrImagePull", "denied")]},
            ),
            "daemon: ErrImagePull: denied",
            id="init-container",
        ),
        pytest.param(
            pod(
                "a",
                waits("ErrImagePull", "denied"),
                status={"initContainerStatuses": [container("init", **ended(0, "Completed"))]},
            ),
            "daemon: ErrImagePull: denied",
            id="after-an-init-container",
        ),
        pytest.param(
            pod(
                "a",
                status={
                    "phase": "Pending",
                    "conditions": [
                        {
                            "type": "PodScheduled",
                            "status": "False",
                            "reason": "Unschedulable",
                            "message": "0/3 nodes are available:\n1 Insufficient cpu.",
                        }
                    ],
                },
            ),
            "Unschedulable: 0/3 nodes are available: 1 Insufficient cpu.",
            id="unschedulable",
        ),
        pytest.param(
            pod("a", status={"phase": "Failed", "reason": "Evicted", "message": "low on memory"}),
            "Evicted: low on memory",
            id="evicted",
        ),
        pytest.param(
            pod("a", metadata={"deletionTimestamp": "now"}),
            "the pod is being deleted",
            id="deleted",
        ),
        pytest.param(
            pod("a", waits("ErrImagePull", "x" * 400)),
            f"daemon: ErrImagePull: {'x' * 285}…",
            id="long",
        ),
    ],
)
def test_trouble(one: Object, why: str) -> None:
    assert trouble(one) == why


# --- which nodes are left out ---------------------------------------------------------------------


def node(name: str = "a", *taints: str, ready: bool = True, **labels: str) -> Object:
    conditions = [
        {"type": "Ready", "status": "True" if ready else "Unknown", "message": "it is silent"}
    ]
    read = [dict(zip(("key", "effect"), one.split(":"), strict=True)) for one in taints]
    found = [{**one, **dict([("value", "x")] if "/" not in one["key"] else [])} for one in read]
    return {
        "metadata": {"name": name, "labels": labels},
        "spec": {"taints": found},
        "status": {"conditions": conditions},
    }


def requires(**expression: Any) -> Object:
    terms = [{"matchExpressions": [expression]}]
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}
    return {"affinity": {"nodeAffinity": required}}


ALL = {"operator": "Exists"}
NO_AFFINITY = "the DaemonSet's node affinity doesn't match it"


@cases(
    ("one", "spec", "why"),
    [
        pytest.param(node(), {}, "", id="any"),
        pytest.param(
            node(os="windows"),
            {"nodeSelector": {"os": "linux"}},
            "the DaemonSet selects os=linux, and the node has os=windows",
            id="other-label",
        ),
        pytest.param(
            node(),
            {"nodeSelector": {"disk": "ssd"}},
            "the DaemonSet selects disk=ssd, and the node has no such label",
            id="no-label",
        ),
        pytest.param(node(disk="ssd"), {"nodeSelector": {"disk": "ssd"}}, "", id="selected"),
        pytest.param(
            node(), {"nodeName": "b"}, "the DaemonSet is for node b alone", id="another-node"
        ),
        pytest.param(
            node("a", "gpu:NoSchedule"),
            {},
            "the DaemonSet doesn't tolerate its taint gpu=x:NoSchedule",
            id="tainted",
        ),
        pytest.param(node("a", "gpu:PreferNoSchedule"), {}, "", id="preferred"),
        pytest.param(node("a", "gpu:NoExecute"), {"tolerations": [ALL]}, "", id="tolerates-all"),
        pytest.param(
            node("a", "gpu:NoExecute"),
            {"tolerations": [ALL | {"effect": "NoSchedule"}]},
            "the DaemonSet doesn't tolerate its taint gpu=x:NoExecute",
            id="tolerates-another-effect",
        ),
        pytest.param(
            node("a", "gpu:NoSchedule"),
            {"tolerations": [{"key": "gpu", "value": "x"}]},
            "",
            id="eq",
        ),
        pytest.param(
            node("a", "gpu:NoSchedule"),
            {"tolerations": [{"key": "gpu", "operator": "Gt", "value": "x"}]},
            "the DaemonSet doesn't tolerate its taint gpu=x:NoSchedule",
            id="compares",
        ),
        pytest.param(
            node(
                "a",
                "node.kubernetes.io/unschedulable:NoSchedule",
                "node.kubernetes.io/unreachable:NoExecute",
            ),
            {},
            "",
            id="cordoned-and-unreachable",
        ),
        pytest.param(
            node("a", "node.kubernetes.io/network-unavailable:NoSchedule"),
            {"hostNetwork": True},
            "",
            id="without-network",
        ),
        pytest.param(
            node("a", "node.kubernetes.io/network-unavailable:NoSchedule"),
            {},
            "the DaemonSet doesn't tolerate its taint "
            "node.kubernetes.io/network-unavailable:NoSchedule",
            id="needs-the-network",
        ),
        pytest.param(
            node(arch="arm"),
            requires(key="arch", operator="In", values=["x86"]),
            NO_AFFINITY,
            id="in",
        ),
        pytest.param(
            node(arch="arm"),
            requires(key="arch", operator="NotIn", values=["x86"]),
            "",
            id="not-in",
        ),
        pytest.param(node(), requires(key="arch", operator="Exists"), NO_AFFINITY, id="exists"),
        pytest.param(node(), requires(key="arch", operator="DoesNotExist"), "", id="does-not"),
        pytest.param(
            node(cores="8"), requires(key="cores", operator="Gt", values=["4"]), "", id="greater"
        ),
        pytest.param(
            node(cores="many"),
            requires(key="cores", operator="Lt", values=["4"]),
            NO_AFFINITY,
            id="no-number",
        ),
    ],
)
def test_left_out(one: Object, spec: Object, why: str) -> None:
    assert left_out(one, {"spec": spec}) == why


def test_a_node_that_is_not_ready() -> None:
    assert not_ready(node()) == ""
    assert not_ready(node(ready=False)) == "the node is NotReady: it is silent"
    assert "never reported" in not_ready({"metadata": {}, "status": {}})


# --- a daemon as a whole --------------------------------------------------------------------------


class Fake:
    """A cluster with a DaemonSet, its pods, nodes and events."""

    def __init__(self, daemon: Object | None, *pods: Object, **others: list[Object]) -> None:
        self.daemon = daemon
        self.others = {"Pod": list(pods), "Node": [], "Event": [], **others}
        self.refuses: set[str] = set()

    def find(self, *address: str) -> Object | None:
        assert address == ("DaemonSet", "ds", "kube-system")
        return self.daemon

    def items(self, kind: str, _: str = "", labels: str = "", fields: str = "") -> Iterator[Object]:
        assert labels == ("name=ds" if kind == "Pod" else "")
        if kind in self.refuses:
            raise RefusedError("refuses", 403, "no")
        wanted = dict(one.split("=") for one in fields.split(",") if one)
        for one in self.others[kind]:
            if not wanted or one["involvedObject"]["uid"] == wanted["involvedObject.uid"]:
                yield one

    def look(self, nodes: bool = False) -> Daemon:
        found = look(cast("Cluster", self), KEY, nodes)
        assert found is not None
        return found


COUNTS = (
    "desiredNumberScheduled",
    "currentNumberScheduled",
    "updatedNumberScheduled",
    "numberAvailable",
    "numberReady",
)


def daemon_set(wanted: int, generation: int = 2, selector: Any = None, **status: int) -> Object:
    """A DaemonSet that has been rolled out, but for what `status` says."""
    counts = {"observedGeneration": generation, **dict.fromkeys(COUNTS, wanted), **status}
    return {
        "metadata": {
            "name": "ds",
            "namespace": "kube-system",
            "uid": "ds",
            "generation": generation,
            "annotations": {"deprecated.daemonset.template.generation": "2"},
        },
        "spec": {
            "selector": {"matchLabels": {"name": "ds"}},
            "template": {"spec": {"nodeSelector": selector or {}}},
        },
        "status": counts,
    }


def event(of: str, message: str, at: str = "1") -> Object:
    involved = {"involvedObject": {"uid": of}, "reason": "FailedCreate", "message": message}
    return {**involved, "lastTimestamp": at, "metadata": {}}


SIMILAR = "(combined from similar events): "


def test_there_may_be_none() -> None:
    assert look(cast("Cluster", Fake(None)), KEY) is None


@cases(
    ("one", "count", "well"),
    [
        pytest.param(daemon_set(3), f"{KEY}: 3 of 3 pods ready", True, id="ready"),
        pytest.param(daemon_set(0), f"{KEY} wants no pod on any node", False, id="none"),
        pytest.param(
            daemon_set(0, observedGeneration=0),
            f"{KEY} has not been rolled out yet",
            False,
            id="not-yet-seen",
        ),
        *(
            pytest.param(daemon_set(3, **{count: 2}), f"{KEY}: 0 of 3 pods ready", False, id=count)
            for count in COUNTS[1:]
        ),
        pytest.param(
            daemon_set(3, observedGeneration=1), f"{KEY}: 0 of 3 pods ready", False, id="stale"
        ),
    ],
)
def test_how_far_it_is(one: Object, count: str, well: bool) -> None:
    found = Fake(one).look()
    assert (found.count, found.well) == (count, well)


def test_what_is_awaited_by_its_reason() -> None:
    image = waits("ErrImagePull", "denied")
    pods = [
        pod("a", ready=True),
        pod("b", image),
        pod("c", ready=True, generation=1),
        pod("d", waits("ContainerCreating")),
        *(pod(f"f{number}", image) for number in range(4)),
        {**pod("x", ready=True), "metadata": {**pod("x")["metadata"], "ownerReferences": []}},
    ]
    found = Fake(
        daemon_set(8, numberReady=2),
        *pods,
        Event=[event("pod-d", "old"), event("pod-d", f"{SIMILAR}no network", "2")],
    ).look()
    assert found.count == f"{KEY}: 1 of 8 pods ready, 1 as before"
    assert found.fresh == {"a"}
    assert found.reasons() == [
        "b, f0, f1, 2 more: daemon: ErrImagePull: denied",
        "d: FailedCreate: no network",
        "c: the pod of before is still to be replaced",
    ]
    assert found.reasons(1) == [found.reasons()[0], "and 2 other reasons"]


@cases(
    ("message", "nodes", "lines"),
    [
        ("Back-off restarting daemon", True, ["a: FailedCreate: Back-off restarting daemon"]),
        ("Back-off restarting daemon", False, []),
        ("denied", True, []),
        ("Error: ErrImagePull", True, []),
        ("", True, []),
    ],
    ids=["says more", "while it goes on", "says the same", "by another word", "no event"],
)
def test_what_was_warned_of_beside_a_pod_s_own_state(
    message: str, nodes: bool, lines: list[str]
) -> None:
    cluster = Fake(daemon_set(1, numberReady=0), pod("a", waits("ErrImagePull", "denied")))
    cluster.others["Node"] = [node("a")]
    cluster.others["Event"] = [event("pod-a", message)] if message else []
    assert cluster.look(nodes=nodes).reasons() == ["a: daemon: ErrImagePull: denied", *lines]


def test_each_event_is_asked_for_a_few_pods_alone() -> None:
    names = [f"n{number}" for number in range(5)]
    cluster = Fake(daemon_set(5, numberReady=0), *(pod(one, waits("Bad", "x")) for one in names))
    cluster.others |= {
        "Node": list(map(node, names)),
        "Event": [event(f"pod-{one}", f"of {one}") for one in names],
    }
    found = cluster.look(nodes=True).reasons()
    assert found[0] == "n0, n1, n2, 2 more: daemon: Bad: x"
    assert found[1:] == [f"{one}: FailedCreate: of {one}" for one in names[:3]]


def test_pods_that_cannot_be_made() -> None:
    quota = event("ds", 'pods "ds-" is forbidden: exceeded quota')
    cluster = Fake(daemon_set(3, numberReady=1), pod("a", ready=True), Event=[quota])
    assert cluster.look().reasons() == [f"FailedCreate: {quota['message']}"]
    cluster.others["Node"] = [node("a"), node("b"), node("c")]
    assert cluster.look(nodes=True).reasons() == [f"b, c: FailedCreate: {quota['message']}"]
    cluster.refuses = {"Event"}
    assert cluster.look(nodes=True).reasons() == ["b, c: there is no pod yet"]


def test_a_pod_that_waits_for_its_node() -> None:
    bound = pod("b", waits("ContainerCreating"))
    unbound = pod("", spec={"nodeName": None})
    fields = [{"key": "metadata.name", "operator": "In", "values": ["a"]}]
    terms = {"nodeSelectorTerms": [{"matchFields": fields}]}
    required = {"requiredDuringSchedulingIgnoredDuringExecution": terms}
    unbound["spec"] |= {"affinity": {"nodeAffinity": required}}
    nodes = [node("a"), node("b", ready=False)]
    cluster = Fake(daemon_set(2, numberReady=0), bound, unbound, Node=nodes)
    assert cluster.look(nodes=True).reasons() == [
        "a: the pod starts",
        "b: the node is NotReady: it is silent",
    ]


def test_nodes_on_which_it_is_not_awaited() -> None:
    nodes = [node("a", os="linux"), node("b", os="windows"), node("c", ready=False, os="linux")]
    cluster = Fake(daemon_set(2, selector={"os": "linux"}), Node=nodes)
    assert cluster.look().exceptions == []
    assert cluster.look(nodes=True).exceptions == [
        "b: the DaemonSet selects os=linux, and the node has os=windows",
        "c: the node is NotReady: it is silent",
    ]
    cluster.refuses = {"Node"}
    assert cluster.look(nodes=True).exceptions == []


# --- how long it is waited for --------------------------------------------------------------------


def test_a_rollout_that_goes_on_never_ends() -> None:
    patience = Patience(300, now=0)
    ready: set[str] = set()
    for number in range(300):
        now = number * 299.0
        ready = {f"node-{number}"} if number % 2 else ready | {f"node-{number}"}
        patience.see(ready, now)
        assert not patience.is_over(now + 299)
    assert patience.is_over(now + 300)


def test_a_pod_that_is_ready_again_and_again_is_no_progress() -> None:
    patience = Patience(300, now=0)
    patience.see({"a"}, 10)
    patience.see(set(), 100)
    patience.see({"a"}, 200)
    assert not patience.is_over(309)
    assert patience.is_over(310)
