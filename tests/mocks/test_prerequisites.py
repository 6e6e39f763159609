"""What a cluster has to have and to allow before the engine runs."""

from collections.abc import Iterable
from typing import Any, cast

import pytest

from multus_lab.adoption.needs import needed
from multus_lab.adoption.objects import Known
from multus_lab.adoption.survey import Lost, Seen, Standing, Survey
from multus_lab.cluster.client import Cluster
from multus_lab.cluster.errors import RefusedError
from multus_lab.cluster.kinds import MONITOR
from multus_lab.cluster.objects import Key
from multus_lab.prerequisites.presence import MissingError, check_presence, missing
from multus_lab.prerequisites.rights import (
    Right,
    RightsError,
    check_rights,
    creating,
    deleting,
    reading,
    updating,
)
from tests.unit.cases import cases

Object = dict[str, Any]

NAD, CRD = "NetworkAttachmentDefinition", "CustomResourceDefinition"
NADS = "network-attachment-definitions.k8s.cni.cncf.io"
RULES = [{"apiGroups": [""], "resources": ["pods/status"], "verbs": ["get", "update"]}]
NO = RefusedError("refuses", 403, "forbidden")


class Fake:
    """A cluster that allows some things: verb, resource and where they are held."""

    server = "127.0.0.1:6443"

    def __init__(self, *held: tuple[str, ...], serves: bool = True, **namespaces: Any) -> None:
        self.held = set(held)
        self.namespaces = namespaces
        self.served = serves
        self.asked: list[tuple[str, ...]] = []
        self.refuses = False

    def _refuse(self) -> None:
        if self.refuses:
            raise NO

    def serves(self, _: str) -> bool:
        self._refuse()
        return self.served

    def find(self, kind: str, name: str, namespace: str = "") -> Object | None:
        assert (kind, namespace) == ("Namespace", "")
        self._refuse()
        return self.namespaces.get(name)

    def kubectl(self, *arguments: str) -> str:
        return " ".join(["kubectl", "--context", "lab", *arguments])

    def may_everything(self) -> bool:
        self._refuse()
        return ("*",) in self.held

    def allows(self, verb: str, _: str, resource: str, where: str = "", name: str = "") -> bool:
        self.asked.append((verb, resource, where, name))
        wide, narrow = (verb, resource, where), (verb, resource, where, name)
        return wide in self.held or narrow in self.held

    @property
    def cluster(self) -> Cluster:
        return cast("Cluster", self)


def nad(name: str = "one", namespace: str = "web") -> Key:
    return Key(NAD, namespace, name)


def there(**metadata: str) -> Object:
    return {"metadata": metadata}


# --- what has to be there -------------------------------------------------------------------------

WEB = (
    "namespace web is not there, for web/one: create it first, by "
    "`kubectl --context lab create namespace web`"
)
KIND = (
    "the cluster has no CRD of NetworkAttachmentDefinitions, and the stack does not install "
    "Multus: bring up the stack that does first, or set multus.install to true"
)


@cases(
    ("cluster", "declared", "lines"),
    [
        pytest.param(Fake(web=there()), [nad()], [], id="all-there"),
        pytest.param(Fake(), [nad()], [WEB], id="no-namespace"),
        pytest.param(
            Fake(web=there(deletionTimestamp="now")),
            [nad()],
            ["namespace web is being deleted, and takes no web/one: wait for it"],
            id="namespace-that-goes",
        ),
        pytest.param(Fake(serves=False, web=there()), [nad()], [KIND], id="no-crd"),
        pytest.param(
            Fake(serves=False, web=there()), [nad(), Key(CRD, "", NADS)], [], id="brings-its-crd"
        ),
        pytest.param(
            Fake(serves=False, web=there()),
            [nad(), Key(CRD, "", "ippools.whereabouts.cni.cncf.io")],
            [KIND],
            id="brings-others",
        ),
        pytest.param(Fake(serves=False), [Key("ClusterRole", "", "multus")], [], id="no-networks"),
        pytest.param(Fake(serves=False), [nad()], [KIND, WEB], id="both"),
        pytest.param(
            Fake(serves=False, web=there()),
            [Key(MONITOR, "web", "multus-metrics")],
            [
                "the cluster has no CRD of PodMonitors: install the Prometheus operator first, or "
                "leave multus.podMonitor out"
            ],
            id="no-monitors",
        ),
        pytest.param(Fake(web=there()), [Key(MONITOR, "web", "multus-metrics")], [], id="monitors"),
        pytest.param(
            Fake(),
            [nad(name) for name in "abcde"],
            [WEB.replace("web/one", "web/a, web/b, web/c, 2 more")],
            id="many",
        ),
    ],
)
def test_what_is_missing(cluster: Fake, declared: list[Key], lines: list[str]) -> None:
    assert missing(cluster.cluster, declared) == lines


def test_all_of_it_is_one_error() -> None:
    with pytest.raises(MissingError) as error:
        check_presence(Fake(serves=False).cluster, [nad()])
    assert str(error.value).splitlines() == [KIND, WEB]


def test_who_may_not_look_is_not_told_that_it_is_missing() -> None:
    cluster = Fake(serves=False)
    cluster.refuses = True
    check_presence(cluster.cluster, [nad()])


# --- which rights a change takes ------------------------------------------------------------------


def role(**more: Any) -> Object:
    return {"kind": "ClusterRole", "metadata": {"name": "multus"}, "rules": RULES, **more}


BINDING = {
    "kind": "ClusterRoleBinding",
    "metadata": {"name": "multus"},
    "roleRef": {"name": "multus"},
}
IN_NAMESPACE = {"name": "lab", "namespace": "net"}
NARROW = {"kind": "Role", "metadata": IN_NAMESPACE, "rules": RULES}
NARROW_BINDING = {
    "kind": "RoleBinding",
    "metadata": IN_NAMESPACE,
    "roleRef": {"kind": "Role", "name": "lab"},
}
DEPLOYMENT = {"kind": "Deployment", "metadata": IN_NAMESPACE}
DAEMON_SET = {"kind": "DaemonSet", "metadata": {"name": "ds", "namespace": "kube-system"}}
DEFINITION = {"kind": CRD, "metadata": {"name": "nads"}}


def short(rights: Iterable[Right]) -> list[str]:
    return [f"{one.verb} {one.resource}{' or' if one.instead else ''}" for one in rights]


@cases(
    ("rights", "expected"),
    [
        pytest.param(reading([nad()]), ["get network-attachment-definitions"], id="read"),
        pytest.param(reading([Key("Other", "", "x")]), [], id="unknown-kind"),
        pytest.param(
            creating(DEFINITION),
            ["create customresourcedefinitions", "patch customresourcedefinitions"],
            id="create",
        ),
        pytest.param(updating(DEFINITION), ["update customresourcedefinitions"], id="put-a-crd"),
        pytest.param(
            updating(DEFINITION, known=False), ["patch customresourcedefinitions"], id="lost-state"
        ),
        pytest.param(
            updating(role()), ["patch clusterroles", "escalate clusterroles or"], id="role"
        ),
        pytest.param(
            updating(BINDING, RULES),
            ["patch clusterrolebindings", "bind clusterroles or"],
            id="binding",
        ),
        pytest.param(
            updating(NARROW), ["patch roles", "escalate roles or"], id="role-of-a-namespace"
        ),
        pytest.param(
            updating(NARROW_BINDING, RULES),
            ["patch rolebindings", "bind roles or"],
            id="binding-of-a-namespace",
        ),
        pytest.param(
            updating(DEPLOYMENT),
            [
                "patch deployments",
                *(
                    f"{verb} {kind}"
                    for kind in ("deployments", "replicasets", "pods")
                    for verb in ("list", "watch")
                ),
            ],
            id="what-of-a-deployment-is-awaited",
        ),
        pytest.param(
            updating(DAEMON_SET),
            [
                "patch daemonsets",
                "list daemonsets",
                "watch daemonsets",
                "list pods",
                "watch pods",
            ],
            id="what-is-awaited",
        ),
        pytest.param(
            deleting(nad()),
            [
                f"{verb} network-attachment-definitions"
                for verb in ("get", "delete", "list", "watch")
            ],
            id="delete",
        ),
    ],
)
def test_rights(rights: Iterable[Right], expected: list[str]) -> None:
    assert short(rights) == expected


def test_what_the_api_server_is_asked() -> None:
    cluster = Fake(("get", "network-attachment-definitions", "web"))
    check_rights(cluster.cluster, reading([nad("one"), nad("two")]))
    assert cluster.asked == [("get", "network-attachment-definitions", "web", "")]


def test_all_that_is_missing_is_told_at_once() -> None:
    cluster = Fake(("get", "network-attachment-definitions", "web", "one"))
    rights = [*reading([nad("one"), nad("two")]), *deleting(nad()), *creating(role())]
    with pytest.raises(RightsError) as error:
        check_rights(cluster.cluster, rights)
    assert str(error.value).splitlines() == [
        "you lack rights on the cluster at 127.0.0.1:6443:",
        f"  get, delete, list, watch {NADS} in namespace web",
        "  create, patch clusterroles.rbac.authorization.k8s.io",
        "  escalate clusterroles.rbac.authorization.k8s.io multus, or all that it grants",
    ]


@cases(
    "held",
    [
        pytest.param([("escalate", "clusterroles", "", "multus")], id="may-escalate-it"),
        pytest.param([("get", "pods/status", ""), ("update", "pods/status", "")], id="holds-it"),
    ],
)
def test_a_role_is_for_who_holds_what_it_grants(held: list[tuple[str, ...]]) -> None:
    wide = [("create", "clusterroles", ""), ("patch", "clusterroles", "")]
    check_rights(Fake(*wide, *held).cluster, creating(role()))
    with pytest.raises(RightsError):
        check_rights(Fake(*wide, *held[1:]).cluster, creating(role()))


def test_a_role_of_a_namespace_is_for_who_holds_it_there() -> None:
    named = [{**RULES[0], "resourceNames": ["x"]}]
    (escalate,) = (one for one in updating({**NARROW, "rules": named}) if one.instead)
    assert escalate[:5] == ("escalate", "rbac.authorization.k8s.io", "roles", "net", "lab")
    assert [one[:5] for one in escalate.instead] == [
        ("get", "", "pods/status", "net", "x"),
        ("update", "", "pods/status", "net", "x"),
    ]


def test_a_binding_gives_away_its_own_role_alone() -> None:
    other = role(metadata={"name": "other"}, rules=[{**RULES[0], "verbs": ["delete"]}])
    declared = [role(), other, BINDING]
    survey = Survey(tuple(Seen(one, None, Standing.ABSENT, None) for one in declared))
    (bind,) = (one for one in needed(survey, {}) if one.verb == "bind")
    assert [one.verb for one in bind.instead] == ["get", "update"]


def test_who_may_all_is_asked_no_more() -> None:
    cluster = Fake(("*",))
    check_rights(cluster.cluster, reading([nad()]))
    assert cluster.asked == []


def test_who_may_not_ask_is_let_try() -> None:
    cluster = Fake()
    cluster.refuses = True
    check_rights(cluster.cluster, reading([nad()]))


# --- what a run changes ---------------------------------------------------------------------------


def network(**spec: Any) -> Object:
    metadata = {"name": "one", "namespace": "web"}
    return {"kind": NAD, "metadata": metadata, "spec": {"config": "{}", **spec}}


def of_state(key: Key, retained: bool = False) -> Known:
    return Known(key, f"urn:{key}", "1", "us", "us", retained)


def seen(standing: Standing, live: Object | None = None, known: bool = True) -> Seen:
    return Seen(network(), live, standing, of_state(nad()) if known else None)


@cases(
    ("one", "expected"),
    [
        pytest.param(seen(Standing.ABSENT), ["create", "patch"], id="absent"),
        pytest.param(seen(Standing.OURS, network()), [], id="equal"),
        pytest.param(seen(Standing.OURS, network(more=1)), [], id="with-more"),
        pytest.param(seen(Standing.OURS, network(config="[]")), ["patch"], id="drifted"),
        pytest.param(seen(Standing.OURS, network(), known=False), ["patch"], id="lost-state"),
        pytest.param(seen(Standing.ANOTHERS, network(config="")), [], id="another-s"),
    ],
)
def test_what_is_changed(one: Seen, expected: list[str]) -> None:
    assert [right.verb for right in needed(Survey((one,)), {})] == expected


def test_what_is_deleted() -> None:
    gone, lost, crd = nad("gone"), nad("lost"), Key(CRD, "", "nads")
    made = {key: of_state(key, retained=key == crd) for key in (nad(), gone, lost, crd)}
    survey = Survey((seen(Standing.OURS, network()),), (Lost(made[lost], "them"),))
    assert {right.name for right in needed(survey, made)} == {"gone"}
