"""What a plain `pulumi` looks at before it registers anything."""

from typing import Any

import pulumi
import pytest

from components import guard
from multus_lab.cluster import connection
from multus_lab.cluster.errors import KubeconfigError, RefusedError, UnavailableError
from multus_lab.ownership import OWNER, settled
from multus_lab.settings import load

STACK: dict[str, Any] = {
    "zone": {"name": "private", "range": "10.12.34.0/24"},
    "networks": [{"name": "net", "master": "enp0s8", "ipam": {"type": "none"}}],
}
NAD = ("NetworkAttachmentDefinition", "net", "default")
CRD = ("CustomResourceDefinition", "network-attachment-definitions.k8s.cni.cncf.io", "")
ACCOUNT = ("ServiceAccount", "multus", "kube-system")


DAEMON_SET = ("DaemonSet", "kube-multus-ds", "kube-system")
OURS = "multus-lab/dev/private"


class Fake:
    """A cluster of three nodes with these objects, which allows all but some verbs."""

    server = "127.0.0.1:6443"

    def __init__(
        self,
        found: dict[tuple[str, str, str], Any],
        namespaces: bool = True,
        forbids: tuple[str, ...] = (),
    ) -> None:
        self.found = found
        self.namespaces = namespaces
        self.forbids = forbids

    def may_everything(self) -> bool:
        return not self.forbids

    def allows(self, verb: str, *_: str) -> bool:
        return verb not in self.forbids

    def kubectl(self, *arguments: str) -> str:
        return " ".join(["kubectl", *arguments])

    def serves(self, _: str) -> bool:
        return True

    def items(self, kind: str) -> Any:
        assert kind == "Node"
        if "list" in self.forbids:
            raise RefusedError("refuses", 403, "forbidden")
        return [{"metadata": {"name": name}} for name in "abc"]

    def find(self, kind: str, name: str, namespace: str) -> Any:
        if kind == "Namespace":
            return {"metadata": {}} if self.namespaces else None
        metadata = self.found.get((kind, name, namespace))
        return metadata and {"metadata": metadata}


def marked(owner: str) -> dict[str, Any]:
    return {"annotations": {OWNER: owner}}


def managed(*managers: str) -> dict[str, Any]:
    return {"managedFields": [{"manager": one} for one in managers]}


def run(
    monkeypatch: pytest.MonkeyPatch,
    cluster: Any,
    install: bool = True,
    stack: dict[str, Any] = STACK,
) -> int:
    monkeypatch.setattr(pulumi, "get_project", lambda: "multus-lab")
    monkeypatch.setattr(pulumi, "get_stack", lambda: "dev")
    monkeypatch.setattr(guard, "get_monitor", lambda: None)
    monkeypatch.setattr(connection, "connect", lambda *_: cluster)
    return guard.refuse_what_cannot_be(load(stack | {"multus": {"install": install}}))


@pytest.mark.parametrize(
    ("found", "install"),
    [
        pytest.param({}, True, id="nothing-there"),
        pytest.param({NAD: marked(OURS)}, True, id="ours"),
        pytest.param({ACCOUNT: managed("kubectl")}, False, id="not-declared"),
    ],
)
def test_it_lets_pass(found: Any, install: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    run(monkeypatch, Fake(found), install)


def test_it_refuses_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {
        NAD: marked("multus-lab/lab/private"),
        ACCOUNT: managed("kubectl"),
        CRD: managed("pulumi-kubernetes-1a2b"),
    }
    with pytest.raises(pulumi.RunError) as error:
        run(monkeypatch, Fake(found))
    assert str(error.value).splitlines() == [
        "the cluster has objects that are not this stack's:",
        f"  {CRD[0]} {CRD[1]}: it is from before stacks owned objects",
        "  ServiceAccount kube-system/multus: no stack owns it",
        "  NetworkAttachmentDefinition default/net: stack multus-lab/lab/private owns it",
        "nothing was changed; `multus-lab preview dev` tells where they differ, and "
        "`multus-lab up dev` takes over what may be",
    ]


def test_several_networks_are_asked_for_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    class Listing(Fake):
        def items(self, kind: str) -> Any:
            assert kind == NAD[0]
            named = {"name": "other", "namespace": "default"}
            return [{"metadata": named | marked("multus-lab/lab/private")}]

    (network,) = STACK["networks"]
    networks = [network, network | {"name": "other"}]
    with pytest.raises(pulumi.RunError, match="default/other: stack multus-lab/lab/private owns"):
        run(monkeypatch, Listing({}), install=False, stack=STACK | {"networks": networks})


@pytest.mark.parametrize(
    ("cluster", "said"),
    [
        pytest.param(Fake({}, namespaces=False), "namespace default is not there", id="namespace"),
        pytest.param(
            Fake({}, forbids=("get",)),
            "you lack rights on the cluster at 127.0.0.1:6443:\n"
            "  get customresourcedefinitions.apiextensions.k8s.io\n",
            id="may-not-read",
        ),
        pytest.param(
            Fake({}, forbids=("patch", "escalate", "bind")),
            "  patch customresourcedefinitions.apiextensions.k8s.io\n"
            "  patch clusterroles.rbac.authorization.k8s.io\n",
            id="may-not-write",
        ),
    ],
)
def test_it_refuses_what_the_cluster_cannot_take(
    cluster: Fake, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(pulumi.RunError) as error:
        run(monkeypatch, cluster)
    assert said in str(error.value)
    assert "escalate" not in str(error.value)


def test_who_may_not_write_may_keep_what_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    run(monkeypatch, Fake({NAD: marked(OURS)}, forbids=("create", "patch")), install=False)


def test_a_cluster_that_does_not_answer_is_said_to_be_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Away(Fake):
        def find(self, *_: str) -> Any:
            raise UnavailableError("the API server at 127.0.0.1:6443 does not answer")

    with pytest.raises(
        pulumi.RunError, match=r"^the API server at 127.0.0.1:6443 does not answer$"
    ):
        run(monkeypatch, Away({}))


def test_a_kubeconfig_that_cannot_be_used_is_the_provider_s_affair(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def none(*_: str) -> None:
        raise KubeconfigError("no cluster is chosen")

    monkeypatch.setattr(guard, "get_monitor", lambda: None)
    monkeypatch.setattr(connection, "connect", none)
    assert guard.refuse_what_cannot_be(load(STACK)) == 1


@pytest.mark.parametrize(
    ("cluster", "nodes"),
    [
        pytest.param(Fake({}), 3, id="of-the-cluster"),
        pytest.param(Fake({}, forbids=("list",)), 1, id="unknown"),
    ],
)
def test_how_many_nodes_there_are(
    cluster: Fake, nodes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(monkeypatch, cluster, install=False) == nodes


def test_a_daemon_has_counted_its_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    class Counted(Fake):
        def find(self, kind: str, name: str, namespace: str) -> Any:
            one = super().find(kind, name, namespace)
            return one and one | {"status": {"desiredNumberScheduled": 7}}

    assert run(monkeypatch, Counted({DAEMON_SET: marked(OURS)})) == 7


def test_multus_lab_has_looked_already(monkeypatch: pytest.MonkeyPatch) -> None:
    token = settled.set(True)
    try:
        run(monkeypatch, Fake({NAD: marked("multus-lab/lab/private")}))
    finally:
        settled.reset(token)


@pytest.mark.parametrize(
    ("config", "warned"),
    [
        ('{"type": "macvlan"}', []),
        ('{"plugins": [{"type": "macvlan"}, {"type": "sbr"}]}', []),
        ("no JSON", []),
        (
            '{"plugins": [{"type": "ipvlan"}]}',
            [
                "NetworkAttachmentDefinition default/net: ipvlan -> macvlan; running pods keep the "
                "interface that they have until they are made anew"
            ],
        ),
    ],
)
def test_it_warns_of_another_interface(
    config: str, warned: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class There(Fake):
        def find(self, kind: str, name: str, namespace: str) -> Any:
            one = super().find(kind, name, namespace)
            return one and one | {"spec": {"config": config}}

    said: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", said.append)
    run(monkeypatch, There({NAD: marked(OURS)}), install=False)
    assert said == warned
