"""What `down` means for networks of others, and who has to agree to it."""

import io
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import pytest

from multus_lab.adoption.objects import known
from multus_lab.cli import engine
from multus_lab.cluster.errors import ClusterError, RefusedError, UnavailableError
from multus_lab.engine.dependants import Dependants, dependants
from multus_lab.errors import MultusLabError
from multus_lab.ownership import OWNER, Owner
from tests.unit.cases import cases

STACK = Owner("multus-lab", "dev", "")
CRD = "network-attachment-definitions.k8s.cni.cncf.io"


def resource(kind: str, name: str, **more: Any) -> dict[str, Any]:
    made = {"urn": f"urn:{name}", "outputs": {"metadata": {}}}
    return {"type": f"kubernetes:{kind}", "id": name, "custom": True, **made, **more}


NETWORK = resource("k8s.cni.cncf.io/v1:NetworkAttachmentDefinition", "default/own")
DAEMON = resource("apps/v1:DaemonSet", "kube-system/kube-multus-ds")
KEPT = resource("apiextensions.k8s.io/v1:CustomResourceDefinition", CRD, retainOnDelete=True)
GONE = KEPT | {"retainOnDelete": False}
COUNTING = resource("apps/v1:DaemonSet", "kube-system/whereabouts")
COMPONENT = {"type": "multus-lab:multus:Multus"}


def cluster(*names: str) -> Any:
    found = [
        {
            "metadata": {"namespace": namespace, "name": name},
            "spec": {
                "config": '{"ipam": {"type": "%s"}}'
                % ("whereabouts" if name[0] == "w" else "static")
            },
        }
        for namespace, name in (one.split("/") for one in names)
    ]
    return SimpleNamespace(serves=lambda _: bool(found), items=lambda _: iter(found))


REFUSED = RefusedError("the API server refuses to list networks", 403, "forbidden")


def refusing(error: ClusterError = REFUSED) -> Any:
    def refuse(_: str) -> Iterable[Any]:
        raise error

    return SimpleNamespace(serves=refuse)


SEVEN = [f"lab/n{number}" for number in range(7)]


@cases(
    ("resources", "there", "told"),
    [
        ([COMPONENT, KEPT, DAEMON, NETWORK], ["default/own"], ""),
        ([COMPONENT, KEPT, DAEMON, NETWORK], [], ""),
        ([NETWORK], ["default/own", "default/other"], ""),
        (
            [COMPONENT, KEPT, DAEMON, NETWORK],
            ["default/own", "web/other"],
            "down deletes the Multus daemon, and leaves 1 network that isn't this stack's "
            "(web/other) without one",
        ),
        (
            [COMPONENT, GONE, DAEMON, NETWORK],
            ["default/own", "web/b", "web/a"],
            "down deletes the CRD of all networks, and with it 2 networks that aren't this "
            "stack's (web/a, web/b)",
        ),
        (
            [COMPONENT, GONE, DAEMON, NETWORK],
            SEVEN,
            "down deletes the CRD of all networks, and with it 7 networks that aren't this "
            "stack's (lab/n0, lab/n1, lab/n2, lab/n3, lab/n4, 2 more)",
        ),
        ([COUNTING, NETWORK], ["default/own", "web/other"], ""),
        (
            [COUNTING, NETWORK],
            ["default/own", "web/other", "web/w1", "web/w2"],
            "down deletes whereabouts, and leaves 2 networks that aren't this stack's "
            "(web/w1, web/w2) without it",
        ),
        (
            [DAEMON, COUNTING],
            ["web/w1"],
            "down deletes the Multus daemon, and leaves 1 network that isn't this stack's "
            "(web/w1) without one; down deletes whereabouts, and leaves 1 network that isn't this "
            "stack's (web/w1) without it",
        ),
        (
            [GONE, NETWORK],
            ["default/own"],
            "down deletes the CRD of all networks, and with it no network that isn't this stack's",
        ),
    ],
)
def test_what_others_lose(resources: list[Any], there: list[str], told: str) -> None:
    found = dependants(known({"resources": resources}, STACK), lambda: cluster(*there))
    assert found.told == told


@cases(
    ("name", "owner", "told"),
    [
        ("default/lost", "multus-lab/dev/private", False),  # which a killed run has left
        ("default/own", "multus-lab/other/private", True),  # which another stack has taken over
    ],
)
def test_a_network_is_the_stack_s_that_it_says(name: str, owner: str, told: bool) -> None:
    mark = {"annotations": {OWNER: "multus-lab/dev/private"}}
    daemon = DAEMON | {"outputs": {"metadata": mark}}
    read_back = {"annotations": {OWNER: owner}}  # by a refresh
    taken = NETWORK | {"outputs": {"metadata": read_back}}
    there = cluster(name)
    network = {**next(there.items(""))["metadata"], "annotations": {OWNER: owner}}
    there.items = lambda _: iter([{"metadata": network}])
    found = dependants(known({"resources": [daemon, taken]}, STACK), lambda: there)
    assert bool(found.told) is told


def test_what_can_t_be_seen_has_to_be_agreed_to_as_well() -> None:
    assert dependants(known({"resources": [KEPT, DAEMON]}, STACK), refusing).told == (
        "down deletes the Multus daemon, and leaves an unknown number of networks that aren't "
        "this stack's (the API server refuses to list networks: forbidden) without one"
    )
    # What takes nothing from anybody needs no look.
    assert dependants(known({"resources": [NETWORK]}, STACK), refusing).told == ""
    assert dependants({}, refusing).told == ""


def test_a_cluster_that_does_not_answer_is_no_question() -> None:
    away = UnavailableError("the API server at 127.0.0.1:1 does not answer")
    with pytest.raises(UnavailableError):
        dependants(known({"resources": [KEPT, DAEMON]}, STACK), lambda: refusing(away))


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


TOLD = Dependants(crd=True, daemon=True, networks=("web/a",)).told


@cases(
    ("typed", "yes", "refusal"),
    [
        (io.StringIO("yes\n"), False, f"{TOLD}; add --yes to agree"),
        (io.StringIO(), True, None),
        (Terminal("yes\n"), False, None),
        (Terminal("no\n"), False, "nothing was deleted"),
        (Terminal("\n"), False, "nothing was deleted"),
        (Terminal(), False, "nothing was deleted"),
    ],
)
def test_who_agrees(
    typed: io.StringIO, yes: bool, refusal: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdin", typed)
        options = SimpleNamespace(yes=yes)
        engine._agree("", options)
        assert capsys.readouterr() == ("", "")
        if refusal is None:
            engine._agree(TOLD, options)
        else:
            with pytest.raises(MultusLabError) as refused:
                engine._agree(TOLD, options)
            assert str(refused.value) == refusal
    heard = capsys.readouterr()
    assert heard.out == ""
    assert (TOLD in heard.err) is (yes or typed.isatty())
