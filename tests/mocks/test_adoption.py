"""What stands in a cluster before a run: whose it is, what is said of it, what may be taken."""

import copy
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

import pytest

from multus_lab.adoption import field_managers
from multus_lab.adoption.comparison import differences
from multus_lab.adoption.installations import installation
from multus_lab.adoption.objects import (
    Known,
    creating,
    known,
    with_additions,
    with_created,
    without,
)
from multus_lab.adoption.orphans import created, delete, orphans
from multus_lab.adoption.survey import Standing, Survey, survey
from multus_lab.adoption.taking import take
from multus_lab.adoption.told import NotDeclaredError, check_names, hindrance, refusal, told
from multus_lab.cluster.client import Cluster
from multus_lab.cluster.errors import RefusedError
from multus_lab.cluster.objects import Key
from multus_lab.ownership import FIELD_MANAGER, OWNER, Owner
from tests import upstream

Object = dict[str, Any]

NAD = "NetworkAttachmentDefinition"
STACK = Owner("multus-lab", "dev", "")
OURS, THEIRS = "multus-lab/dev/private", "multus-lab/lab/private"


class Fake:
    """A cluster that has some objects."""

    def __init__(self, *objects: Object) -> None:
        self.objects = {Key.of(one): one for one in objects}
        self.refuses: dict[str, RefusedError] = {}
        self.changes = 0

    def kubectl(self, *arguments: str) -> str:
        return " ".join(["kubectl", "--context", "lab", *arguments])

    def find(self, kind: str, name: str, namespace: str = "") -> Object | None:
        return self.objects.get(Key(kind, namespace, name))

    def items(self, kind: str) -> list[Object]:
        if kind in self.refuses:
            raise self.refuses[kind]
        return [one for key, one in self.objects.items() if key.kind == kind]

    def get(self, kind: str, name: str, namespace: str = "") -> Object:
        return self.objects[Key(kind, namespace, name)]

    def would_replace(self, one: Object) -> Object:
        if "replace" in self.refuses:
            raise self.refuses["replace"]
        if self.changes:
            self.changes -= 1
            raise RefusedError("refuses", 409, "the object has been modified")
        return {**one, "spec": {"defaulted": True, **one["spec"]}} if "spec" in one else one

    def would_apply(self, one: Object, manager: str) -> Object:
        if "apply" in self.refuses:
            raise self.refuses["apply"]
        live = self.objects[Key.of(one)]
        assert manager == OURS
        return {**live, "spec": {**live["spec"], **one["spec"]}}


def nad(name: str = "net", owner: str = "", uid: str = "1", **spec: Any) -> Object:
    notes = {"annotations": {OWNER: owner}} if owner else {}
    metadata = {"name": name, "namespace": "default", **notes}
    bookkeeping = {"uid": uid, "resourceVersion": "7"}
    return {
        "apiVersion": "k8s.cni.cncf.io/v1",
        "kind": NAD,
        "metadata": metadata | bookkeeping,
        "spec": {"defaulted": True, "config": "{}", **spec},
    }


def account(owner: str = "") -> Object:
    metadata: Object = {"name": "multus", "namespace": "kube-system"}
    metadata |= {"uid": "2", "resourceVersion": "7"}
    metadata |= {"annotations": {OWNER: owner}} if owner else {}
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}


def crd(owner: str = "", name: str = "net-attach-defs") -> Object:
    metadata: Object = {"name": name, "uid": "3", "resourceVersion": "7"}
    metadata |= {"annotations": {OWNER: owner}} if owner else {}
    kind = "CustomResourceDefinition"
    return {"apiVersion": "apiextensions.k8s.io/v1", "kind": kind, "metadata": metadata}


def declared(one: Object) -> Object:
    """An object as a stack declares it."""
    made = copy.deepcopy(one)
    metadata = {
        key: made["metadata"][key] for key in ("name", "namespace") if key in made["metadata"]
    }
    made["metadata"] = metadata | {"annotations": {OWNER: OURS}}
    made.get("spec", {}).pop("defaulted", None)
    return made


def state(one: Object, uid: str = "1", owner: str = OURS) -> dict[Key, Known]:
    return {Key.of(one): Known(Key.of(one), f"urn:{Key.of(one)}", uid, owner, OURS, False)}


def look(*live: Object, wants: list[Object], state: Mapping[Key, Known] | None = None) -> Survey:
    return survey(cast("Cluster", Fake(*live)), [declared(one) for one in wants], state or {})


# --- whose it is ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("live", "known_of", "standing"),
    [
        pytest.param(None, None, Standing.ABSENT, id="absent"),
        pytest.param(nad(owner=OURS), None, Standing.OURS, id="marked-ours"),
        pytest.param(nad(owner=THEIRS), None, Standing.ANOTHERS, id="marked-another-s"),
        pytest.param(nad(owner=THEIRS), state(nad()), Standing.ANOTHERS, id="another-took-it-over"),
        pytest.param(nad(), None, Standing.NOBODYS, id="unmarked"),
        pytest.param(nad(), state(nad(), owner=""), Standing.OURS, id="made-before-there-was-one"),
        pytest.param(nad(), state(nad()), Standing.OURS, id="mark-taken-off"),
        pytest.param(nad(), state(nad(), uid="9"), Standing.NOBODYS, id="made-anew-by-hand"),
        pytest.param(
            nad(owner="multus-lab/dev/old"),
            state(nad(), owner="multus-lab/dev/old"),
            Standing.OURS,
            id="zone-renamed",
        ),
        pytest.param(
            nad(owner="multus-lab/dev/old"), None, Standing.ANOTHERS, id="same-name-elsewhere"
        ),
    ],
)
def test_standing(
    live: Object | None, known_of: dict[Key, Known] | None, standing: Standing
) -> None:
    found = look(*([live] if live else []), wants=[nad()], state=known_of)
    assert [one.standing for one in found.seen] == [standing]


@pytest.mark.parametrize(
    ("live", "standing"),
    [
        pytest.param([], Standing.LEFT, id="all-there-is"),
        pytest.param([nad("other", owner=OURS)], Standing.LEFT, id="networks-of-others"),
        pytest.param([nad("other", owner=THEIRS)], Standing.ANOTHERS, id="beside-its-networks"),
        pytest.param([account(THEIRS)], Standing.ANOTHERS, id="beside-its-daemon"),
    ],
)
def test_a_crd_that_a_stack_left_behind(live: list[Object], standing: Standing) -> None:
    found = look(crd(THEIRS), *live, wants=[crd(), account()])
    assert found.seen[0].standing is standing
    left = standing is Standing.LEFT
    assert (refusal(found, UP, None) == "") is left
    line = f"stack {THEIRS} has left it behind; `up` takes it over"
    assert any(line in one for one in told(found, UP)) is left


def test_several_crds_that_a_stack_left_behind() -> None:
    live = [crd(THEIRS), crd(THEIRS, "ippools")]
    found = look(*live, wants=[crd(), crd(name="ippools")])
    assert {one.standing for one in found.seen} == {Standing.LEFT}


@pytest.mark.parametrize(
    ("live", "owner"),
    [
        pytest.param(nad(owner=OURS), None, id="still-ours"),
        pytest.param(nad(), None, id="made-before-there-was-a-mark"),
        pytest.param(nad(owner=THEIRS), THEIRS, id="another-s"),
        pytest.param(nad(uid="9"), "", id="made-anew-by-hand"),
        pytest.param(nad("other"), None, id="gone"),
    ],
)
def test_what_is_no_longer_declared_is_lost_if_it_is_no_longer_ours(
    live: Object, owner: str | None
) -> None:
    found = look(live, wants=[], state=state(nad()))
    assert [one.owner for one in found.lost] == ([] if owner is None else [owner])
    assert found.stale == (set() if owner is None else {f"urn:{NAD} default/net"})


@pytest.mark.parametrize(
    ("live", "known_of", "comes_back"),
    [
        pytest.param([], None, False, id="nothing-there"),
        pytest.param([nad(owner=OURS)], state(nad()), False, id="known"),
        pytest.param([nad(owner=OURS)], None, True, id="state-lost"),
        pytest.param([nad(owner=THEIRS)], state(nad()), True, id="taken-back"),
    ],
)
def test_what_the_engine_creates_although_it_exists(
    live: list[Object], known_of: dict[Key, Known] | None, comes_back: bool
) -> None:
    assert look(*live, wants=[nad()], state=known_of).comes_back is comes_back


def test_what_was_being_created_is_not_lost_for_want_of_a_mark_in_the_state() -> None:
    made = state(nad(), uid="", owner="") | state(account(OURS), uid="2")
    assert look(nad(owner=OURS), account(OURS), wants=[], state=made).lost == ()


@pytest.mark.parametrize("status", [404, 403])
def test_kinds_that_are_not_served_or_not_shown(status: int) -> None:
    cluster = Fake(nad("a"))
    cluster.refuses[NAD] = RefusedError("refuses", status, "so it is")
    wants = [declared(nad("a")), declared(nad("b"))]
    standings = [one.standing for one in survey(cast("Cluster", cluster), wants, {}).seen]
    there = Standing.ABSENT if status == 404 else Standing.NOBODYS
    assert standings == [there, Standing.ABSENT]


@pytest.mark.parametrize(("changes", "obstacle"), [(9, ""), (10, "the object has been modified")])
def test_an_object_that_changes_meanwhile_is_read_again(changes: int, obstacle: str) -> None:
    cluster = Fake(account())
    cluster.changes = changes
    (seen,) = survey(cast("Cluster", cluster), [declared(account())], {}).seen
    assert seen.obstacle == obstacle


GONE = {"deletionTimestamp": "2026-11-28T00:00:00Z"}
FIXED = 'spec.selector: Invalid value: "x": field is immutable'
ANEW = "nothing was changed; `up` makes them anew after: kubectl --context lab delete "


def going(one: Object, *finalizers: str) -> Object:
    metadata = {**one["metadata"], **GONE, "finalizers": list(finalizers)}
    return {**one, "metadata": metadata}


@pytest.mark.parametrize(
    ("live", "reason", "last"),
    [
        pytest.param(
            account(OURS),
            "cannot change roleRef",
            ANEW + "serviceaccount --namespace kube-system multus",
            id="keeps-a-field",
        ),
        pytest.param(crd(OURS), FIXED, "nothing was changed", id="networks-would-go-with-it"),
        pytest.param(account(OURS), "forbidden", "", id="no-right-to-replace"),
        pytest.param(account(), FIXED, "", id="not-ours"),
        pytest.param(
            going(account(OURS), "a.example/b"),
            "",
            "nothing was changed; run this again once they are gone",
            id="is-being-deleted",
        ),
        pytest.param(going(account(THEIRS), "a.example/b"), "", "", id="another-s-is"),
    ],
)
@pytest.mark.parametrize("lost", [True, False])
def test_what_is_ours_and_can_t_become_what_is_declared(
    live: Object, reason: str, last: str, lost: bool
) -> None:
    wanted = declared(live)
    wanted["metadata"]["annotations"][FIELD_MANAGER] = OURS
    cluster = Fake(managed(live, OURS, "kubectl"))
    if reason:
        error = RefusedError("refuses", 422, reason)
        cluster.refuses = {"apply": error, "replace": error}
    ours = OWNER in live["metadata"].get("annotations", {})
    known_of = {} if lost or not ours else state(live)
    asked = cast("Cluster", cluster)
    found = survey(asked, [wanted], known_of)
    assert hindrance(found, asked).rpartition("\n")[2] == last


@pytest.mark.parametrize(
    ("finalizers", "looks"),
    [
        pytest.param(["foregroundDeletion"], 3, id="kubernetes-own"),
        pytest.param([], 3, id="none"),
        pytest.param(["foregroundDeletion", "a.example/b"], 1, id="somebody-s"),
    ],
)
def test_what_kubernetes_is_deleting_is_waited_for(
    finalizers: list[str],
    looks: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    cluster, slept = Fake(going(account(OURS), *finalizers)), []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 2:
            cluster.objects.clear()

    monkeypatch.setattr("time.sleep", sleep)
    monkeypatch.setattr("time.monotonic", lambda: 10.0 * len(slept))
    (seen,) = survey(cast("Cluster", cluster), [declared(account())], {}).seen
    assert len(slept) + 1 == looks
    told = capsys.readouterr().err
    waiting = "waiting for what Kubernetes is deleting"
    assert told == (f"{waiting}, {seen.key.place}, 10 s\n{waiting}, done, 20 s\n" * (looks > 1))
    assert (seen.standing is Standing.ABSENT) == (looks == 3)


EDITED = nad(owner=OURS, config="[]")


def managed(one: Object, *managers: str, **more: str) -> Object:
    entries = [{"manager": manager, "operation": "Apply", **more} for manager in managers]
    return {**one, "metadata": {**one["metadata"], "managedFields": entries}}


@pytest.mark.parametrize(
    ("live", "drift"),
    [
        pytest.param(
            managed(nad(owner=OURS, config="[]"), OURS, "helm"), ["spec.config"], id="changed"
        ),
        pytest.param(managed(nad(owner=OURS), OURS, "helm"), [], id="touched-elsewhere"),
        pytest.param(managed(nad(owner=OURS, config="[]"), OURS), [], id="by-nobody-else"),
        pytest.param(
            managed(nad(owner=OURS, config="[]"), "controller", subresource="status"),
            [],
            id="status",
        ),
        pytest.param(managed(nad(owner=THEIRS, config="[]"), "helm"), [], id="not-ours"),
    ],
)
def test_drift_is_what_others_changed_of_what_is_declared(live: Object, drift: list[str]) -> None:
    wanted = declared(nad(owner=OURS))
    wanted["metadata"]["annotations"][FIELD_MANAGER] = OURS
    cluster = Fake(live)
    found = survey(cast("Cluster", cluster), [wanted], state(live))
    assert [one.path for one in found.seen[0].drift] == drift
    line = f"{NAD} default/net: changed by others in spec.config; `up` brings back what is declared"
    assert (line in told(found, UP)) == bool(drift)
    (unasked,) = survey(cast("Cluster", cluster), [wanted], state(live), drift=False).seen
    assert unasked.drift == ()
    cluster.refuses["apply"] = RefusedError("refuses", 403, "no")
    assert survey(cast("Cluster", cluster), [wanted], state(live)).seen[0].drift == ()


# --- what is said ---------------------------------------------------------------------------------

UP = "multus-lab up dev"


@pytest.mark.parametrize(
    ("live", "adopt", "expected"),
    [
        pytest.param([], None, "", id="nothing-there"),
        pytest.param([account(OURS), nad(owner=OURS)], None, "", id="all-ours"),
        pytest.param(
            [account()],
            None,
            "the cluster has objects that are not this stack's:\n"
            "  ServiceAccount kube-system/multus: equal\n"
            "nothing was changed; to take them over: multus-lab up dev --adopt",
            id="nobody-s",
        ),
        pytest.param([account()], [], "", id="nobody-s-adopted"),
        pytest.param(
            [account(), nad(config="[]")],
            [],
            "the cluster has objects that are not this stack's:\n"
            f"  {NAD} default/net: differs in\n"
            "    spec.config: [] -> {}\n"
            "nothing was changed; to take them over: multus-lab up dev --adopt default/net",
            id="networks-are-named",
        ),
        pytest.param([account(), nad(config="[]")], ["default/net"], "", id="named"),
        pytest.param(
            [account(THEIRS)],
            [],
            "the cluster has objects that are not this stack's:\n"
            f"  ServiceAccount kube-system/multus: stack {THEIRS} owns it; equal\n"
            "nothing was changed; to take them over: "
            "multus-lab up dev --adopt kube-system/multus",
            id="another-stack-s",
        ),
        pytest.param([account(THEIRS)], ["kube-system/multus"], "", id="another-s-named"),
    ],
)
def test_refusal(live: list[Object], adopt: list[str] | None, expected: str) -> None:
    assert refusal(look(*live, wants=[account(), nad()]), UP, adopt) == expected


def test_a_preview_tells_what_up_forgets() -> None:
    found = look(nad(owner=THEIRS), wants=[], state=state(nad()))
    assert told(found, UP) == [
        f"{NAD} default/net: stack {THEIRS} owns it now; it is forgotten, not deleted"
    ]


def test_names_after_adopt_are_of_the_stack() -> None:
    found = look(wants=[account(), nad()])
    check_names(found, ["default/net", "kube-system/multus"])
    with pytest.raises(NotDeclaredError, match=r"--adopt net: .* declares default/net, kube-"):
        check_names(found, ["net"])


# --- what a killed run has left -------------------------------------------------------------------


class Left(Fake):
    """A cluster from which objects may be deleted."""

    def delete(self, kind: str, name: str, namespace: str = "") -> None:
        del self.objects[Key(kind, namespace, name)]


@pytest.mark.parametrize(
    ("live", "others", "with_crds", "expected"),
    [
        pytest.param([nad(owner=OURS)], [], True, [nad()], id="ours"),
        pytest.param([nad(owner=OURS)], [nad()], True, [], id="declared-or-known"),
        pytest.param([nad(), nad("b", THEIRS)], [], True, [], id="nobody-s-and-another-s"),
        pytest.param([crd(OURS)], [], False, [], id="retained"),
        pytest.param(
            [crd(OURS), account(OURS), nad(owner=OURS)],
            [],
            True,
            [nad(), account(), crd()],
            id="networks-first-and-the-crd-last",
        ),
    ],
)
def test_orphans(
    live: list[Object], others: list[Object], with_crds: bool, expected: list[Object]
) -> None:
    cluster = Left(*live)
    left = orphans(cast("Cluster", cluster), {OURS}, set(map(Key.of, others)), with_crds)
    assert [one.key for one in left] == list(map(Key.of, expected))
    delete(cast("Cluster", cluster), left)
    assert cluster.objects.keys() == set(map(Key.of, live)) - set(map(Key.of, expected))


def pending(one: Object, owner: str = OURS, urn: str = "urn:pending") -> Object:
    metadata = {key: one["metadata"][key] for key in ("name", "namespace")}
    resource = {"urn": urn, "type": f"kubernetes:k8s.cni.cncf.io/v1:{NAD}"}
    inputs = {"metadata": metadata | {"annotations": {OWNER: owner} if owner else {}}}
    return {"type": "creating", "resource": {"inputs": inputs, **resource}}


@pytest.mark.parametrize(
    ("live", "operation", "there"),
    [
        pytest.param([nad(owner=OURS)], pending(nad()), True, id="created"),
        pytest.param([], pending(nad()), False, id="not-created"),
        pytest.param([nad(owner=THEIRS)], pending(nad()), False, id="another-s"),
        pytest.param([nad()], pending(nad(), owner=""), False, id="without-a-mark"),
        pytest.param(
            [nad(owner=OURS)], pending(nad()) | {"type": "updating"}, False, id="updating"
        ),
        pytest.param([nad(owner=OURS)], pending(nad(), urn="urn:a"), False, id="replacing"),
        pytest.param(
            [nad(owner=OURS)],
            {"type": "creating", "resource": {"urn": "urn:p", "type": "pulumi:providers:k"}},
            False,
            id="no-object",
        ),
    ],
)
def test_what_a_killed_run_was_creating(live: list[Object], operation: Object, there: bool) -> None:
    state = {"resources": [resource("a")], "pending_operations": [operation]}
    begun = created(cast("Cluster", Fake(*live)), creating(state))
    assert [one.key for one in begun] == ([Key.of(nad())] if there else [])
    counted = {**operation["resource"], "id": "default/net"}
    assert with_created(state, begun) == {
        "resources": [resource("a"), *([counted] if there else [])],
        "pending_operations": [],
    }


def test_a_preview_tells_what_up_deletes() -> None:
    left = orphans(cast("Cluster", Fake(nad(owner=OURS))), {OURS}, (), with_crds=True)
    assert told(Survey(orphans=left), UP) == [
        f"{NAD} default/net: a killed run has left it; `up` deletes it"
    ]


# --- where it differs -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("there", "wanted", "expected"),
    [
        pytest.param({}, {}, [], id="equal"),
        pytest.param({"spec": {"a": [{"b": 1}]}}, {"spec": {"a": [{"b": 1}]}}, [], id="nested"),
        pytest.param({"spec": {"a": 1}}, {"spec": {"a": 2}}, ["spec.a: 1 -> 2"], id="changed"),
        pytest.param({"spec": {"a": "50Mi"}}, {"spec": {}}, ["spec.a: 50Mi -> (none)"], id="goes"),
        pytest.param({}, {"spec": {"a": 1}}, ['spec: (none) -> {"a": 1}'], id="comes"),
        pytest.param({"spec": "x" * 61}, {"spec": "y"}, ["spec"], id="long"),
        pytest.param({"spec": [1]}, {"spec": [1, 2]}, ["spec: [1] -> [1, 2]"], id="longer"),
        pytest.param({"spec": 1}, {"spec": True}, ["spec: 1 -> true"], id="other-type"),
        pytest.param({"status": {"a": 1}}, {}, [], id="status"),
        pytest.param({"spec": None}, {}, [], id="null"),
        pytest.param(
            {"spec": '{"ipam": {"rangeEnd": "a", "type": "b"}}'},
            {"spec": '{"ipam": {"rangeEnd": "c", "type": "b"}}'},
            ["spec.ipam.rangeEnd: a -> c"],
            id="inside-of-json",
        ),
        pytest.param(
            {"spec": '{"a":1}'},
            {"spec": '{"a": 1}'},
            ['spec: {"a":1} -> {"a": 1}'],
            id="other-json",
        ),
        pytest.param({"spec": "{"}, {"spec": "{}"}, ["spec: { -> {}"], id="no-json"),
        pytest.param({"spec": "[1]"}, {"spec": "{}"}, ["spec: [1] -> {}"], id="no-object"),
    ],
)
def test_differences(there: Object, wanted: Object, expected: list[str]) -> None:
    metadata = {"metadata": {"name": "x"}}
    found = differences({**metadata, **there}, {**metadata, **wanted})
    assert [str(one) for one in found] == expected


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        pytest.param({"uid": "1", "generation": 3, "managedFields": []}, [], id="the-server-s"),
        pytest.param({"annotations": {OWNER: THEIRS}}, [], id="owner"),
        pytest.param(
            {"annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}"}},
            [],
            id="kubectl-apply",
        ),
        pytest.param(
            {"annotations": {"a": "b"}},
            ['metadata.annotations: {"a": "b"} -> (none)'],
            id="somebody-s",
        ),
        pytest.param({"labels": {"a": "b"}}, ['metadata.labels: {"a": "b"} -> (none)'], id="label"),
    ],
)
def test_differences_of_metadata(there: Object, expected: list[str]) -> None:
    wanted = {"metadata": {"name": "x", "annotations": {OWNER: OURS}}}
    found = differences({"metadata": {"name": "x", **there}}, wanted)
    assert [str(one) for one in found] == expected


# --- which Multus it is ---------------------------------------------------------------------------


def daemon_set(*command: str, image: str = "ghcr.io/x/multus-cni:v4", **metadata: Any) -> Object:
    containers = [{"name": "other", "image": "pause"}, {"image": image, "command": list(command)}]
    return {
        "kind": "DaemonSet",
        "metadata": {"name": "rke2-multus", "namespace": "kube-system", **metadata},
        "spec": {"template": {"spec": {"containers": containers}}},
    }


def daemon_set_of(name: str) -> Object:
    (found,) = (one for one in upstream.objects(name) if one["kind"] == "DaemonSet")
    return found


HELM: Object = {"annotations": {"meta.helm.sh/release-name": "rke2-multus"}}


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        *(
            pytest.param(
                daemon_set_of(name), "DaemonSet kube-system/kube-multus-ds (thick)", id=name
            )
            for name in upstream.THICK
        ),
        pytest.param(
            daemon_set_of("multus-daemonset-v4.3.0"),
            "DaemonSet kube-system/kube-multus-ds (thin)",
            id="thin",
        ),
        pytest.param(
            daemon_set_of("multus-daemonset-crio-v4.3.0"),
            "DaemonSet kube-system/kube-multus-ds (thin, by the entrypoint.sh of CRI-O's manifest "
            "and of releases before v4.0)",
            id="crio",
        ),
        pytest.param(
            daemon_set("/thin_entrypoint", image="rancher/hardened-multus-cni:v4.3.0", **HELM),
            "DaemonSet kube-system/rke2-multus (thin, of Helm release rke2-multus)",
            id="rke2",
        ),
        pytest.param(
            daemon_set(
                "/usr/src/multus-cni/bin/multus-daemon", image="rancher/hardened-multus-thick"
            ),
            "DaemonSet kube-system/rke2-multus (thick)",
            id="rke2-thick",
        ),
        pytest.param(
            daemon_set("sh", "-c", "exec /thin_entrypoint --x"),
            "DaemonSet kube-system/rke2-multus (thin)",
            id="by-a-shell",
        ),
        pytest.param(
            daemon_set(image="bitnami/multus-cni"),
            "DaemonSet kube-system/rke2-multus (of an unknown kind)",
            id="unknown",
        ),
        pytest.param(daemon_set("/entrypoint.sh", image="calico/node"), None, id="other-s-script"),
        pytest.param(
            daemon_set(image="ghcr.io/x/multus-dynamic-networks-controller:v0.3"),
            None,
            id="companion",
        ),
        pytest.param(
            daemon_set(image="ghcr.io/x/whereabouts:v0.9"),
            "DaemonSet kube-system/rke2-multus",
            id="whereabouts",
        ),
        pytest.param(
            daemon_set(image="rancher/hardened-whereabouts:v0.9.4", **HELM),
            "DaemonSet kube-system/rke2-multus (of Helm release rke2-multus)",
            id="rke2-whereabouts",
        ),
        pytest.param(
            daemon_set(image="ghcr.io/x/whereabouts-exporter:v1"), None, id="companion-of-that"
        ),
    ],
)
def test_installation(one: Object, expected: str | None) -> None:
    found = installation(one)
    assert (found and str(found)) == expected


def test_another_kind_of_daemon_is_not_taken_over() -> None:
    live = daemon_set_of("multus-daemonset-v4.3.0")
    live["metadata"] |= {"uid": "1", "resourceVersion": "1"}
    found = look(live, wants=[daemon_set_of("multus-daemonset-thick-v4.3.0")])
    assert refusal(found, UP, []) == (
        "the cluster has objects that are not this stack's:\n"
        "  DaemonSet kube-system/kube-multus-ds: can't be taken over: it is Multus thin; "
        "remove it first, or set multus.install to false\n"
        "nothing was changed"
    )


def test_multus_under_another_name_is_refused_for_who_declares_one() -> None:
    live = daemon_set("/thin_entrypoint", **HELM)
    wants = [daemon_set_of("multus-daemonset-thick-v4.3.0")]
    assert refusal(look(live, wants=wants), UP, []) == (
        "Multus already runs as DaemonSet kube-system/rke2-multus (thin, of Helm release "
        "rke2-multus); a second daemon would fight it for 00-multus.conf: remove it first, or "
        "set multus.install to false\n"
        "nothing was changed"
    )
    assert refusal(look(live, wants=[nad()]), UP, None) == ""


def test_multus_of_this_stack_in_another_namespace_is_told_as_its_own() -> None:
    live, wanted = daemon_set("multus-daemon"), daemon_set_of("multus-daemonset-thick-v4.3.0")
    for one in (live, wanted):
        one["metadata"]["annotations"] = {OWNER: OURS}
    assert refusal(look(live, wants=[wanted]), UP, []) == (
        "Multus already runs as DaemonSet kube-system/rke2-multus (thick); a second daemon would "
        "fight it for 00-multus.conf: set multus.namespace back, or take this stack, which owns "
        "it, down first\n"
        "nothing was changed"
    )


def test_whereabouts_under_another_name_is_refused_for_who_declares_that() -> None:
    live = daemon_set(image="rancher/hardened-whereabouts:v0.9.4")
    ours = daemon_set_of("whereabouts-daemonset-install-v0.9.4")
    assert refusal(look(live, wants=[ours]), UP, []) == (
        "whereabouts already runs as DaemonSet kube-system/rke2-multus; a second one would count "
        "the same addresses anew: remove it first, or set whereabouts.install to false\n"
        "nothing was changed"
    )
    multus = daemon_set_of("multus-daemonset-thick-v4.3.0")
    assert refusal(look(live, wants=[multus]), UP, None) == ""


# --- field managers -------------------------------------------------------------------------------


def entry(manager: str, operation: str = "Apply", fields: Any = None, **more: str) -> Object:
    return {
        "manager": manager,
        "operation": operation,
        "apiVersion": "v1",
        "fieldsType": "FieldsV1",
        "fieldsV1": fields or {},
        **more,
    }


A: Object = {"f:spec": {".": {}, "f:a": {}}}
B: Object = {"f:spec": {"f:b": {}}}
AB: Object = {"f:spec": {".": {}, "f:a": {}, "f:b": {}}}


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        pytest.param([], [], id="none"),
        pytest.param(
            [entry("kubectl", "Update", A), entry("x", fields=B)],
            [entry(OURS, fields=AB)],
            id="merged",
        ),
        pytest.param(
            [entry("x", "Update", A, subresource="status")],
            [entry("x", "Update", A, subresource="status")],
            id="status-stays",
        ),
        pytest.param(
            [entry("kubectl-rollout", "Update", A), entry("x", fields=B)],
            [entry("kubectl-rollout", "Update", A), entry(OURS, fields=B)],
            id="rollout-stays",
        ),
        pytest.param([entry(OURS, "Update", A)], [entry(OURS, fields=A)], id="our-own-update"),
    ],
)
def test_folded(entries: list[Object], expected: list[Object]) -> None:
    assert field_managers.folded(entries, OURS, field_managers.everybody) == expected


def test_others_keep_what_is_not_contested() -> None:
    ours, theirs = entry(OURS, fields=A), entry("kubectl-edit", "Update", AB)
    status = entry("x", "Update", A, subresource="status")
    forced = [entry(OURS, fields=AB), entry("kubectl-edit", "Update", B), status]
    found = field_managers.without_contested([ours, theirs, status], forced, OURS)
    assert found == [ours, entry("kubectl-edit", "Update", B), status]
    gone = field_managers.without_contested([ours, theirs], [forced[0]], OURS)
    assert gone == [ours]


class Taken(Fake):
    """A cluster that notes what is written into it, and where an object has changed meanwhile."""

    def __init__(self, *objects: Object) -> None:
        super().__init__(*objects)
        self.written: list[Any] = []

    def would_apply(self, one: Object, manager: str) -> Object:
        """Everybody else lets go of the object's spec."""
        live = self.objects[Key.of(one)]
        entries = [entry for entry in live["metadata"]["managedFields"] if "subresource" in entry]
        return {"metadata": {"managedFields": [*entries, entry_of(manager)]}}

    def patch(self, kind: str, name: str, namespace: str, operations: Any) -> None:
        if self.changes:
            self.changes -= 1
            raise RefusedError("refuses", 409, "the object has been modified")
        managed, version = operations
        assert managed["path"] == "/metadata/managedFields"
        assert (
            version["value"]
            == self.objects[Key(kind, namespace, name)]["metadata"]["resourceVersion"]
        )
        self.written.append([(one["manager"], one["operation"]) for one in managed["value"]])


def entry_of(manager: str, operation: str = "Apply", **more: str) -> Object:
    return entry(manager, operation, A, **more)


STATUS = entry_of("x", "Update", subresource="status")


@pytest.mark.parametrize(
    ("owner", "managers", "written"),
    [
        pytest.param(OURS, [entry_of(OURS), STATUS], [], id="ours-alone"),
        pytest.param(
            OURS,
            [entry_of(OURS, time="now"), entry_of("kubectl")],
            [[(OURS, "Apply")]],
            id="kubectl",
        ),
        pytest.param(
            OURS, [entry_of("pulumi-1"), STATUS], [[("x", "Update"), (OURS, "Apply")]], id="before"
        ),
        pytest.param(
            OURS,
            [entry_of(OURS), entry_of("kubectl-edit", "Update")],
            [[(OURS, "Apply")]],
            id="edit",
        ),
        pytest.param(THEIRS, [entry_of(THEIRS)], [[(OURS, "Apply")]], id="another-stack-s"),
        pytest.param("", [entry_of("helm")], [[(OURS, "Apply")]], id="nobody-s"),
    ],
)
@pytest.mark.parametrize("changes", [0, 2])
def test_take(owner: str, managers: list[Object], written: list[Any], changes: int) -> None:
    live = nad(owner=owner)
    live["metadata"]["managedFields"] = managers
    wanted = declared(live)
    wanted["metadata"]["annotations"][FIELD_MANAGER] = OURS
    cluster = Taken(live)
    made = {Key.of(live): replace(*state(live).values(), manager="pulumi-1")}
    found = survey(cast("Cluster", cluster), [wanted], made if owner == OURS else {})
    cluster.changes = changes
    take(cast("Cluster", cluster), found)
    assert cluster.written == written


# --- a stack's state ------------------------------------------------------------------------------

SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}


def resource(name: str, **more: Any) -> Object:
    outputs = {
        "kind": NAD,
        "metadata": {
            "name": name,
            "namespace": "default",
            "uid": "1",
            "annotations": {OWNER: OURS},
        },
        "__fieldManager": "pulumi-kubernetes-1",
    }
    return {
        "urn": f"urn:{name}",
        "type": f"kubernetes:k8s.cni.cncf.io/v1:{NAD}",
        "id": f"default/{name}",
        "outputs": outputs,
        **more,
    }


def test_known() -> None:
    secret = resource("b")
    secret["outputs"]["metadata"] = SECRET | {"plaintext": '{"uid": "2"}'}
    encrypted = resource("c")
    encrypted["outputs"]["metadata"] = SECRET | {"ciphertext": "x"}
    others = [
        {"urn": "urn:stack", "type": "pulumi:pulumi:Stack"},
        {"urn": "urn:provider", "type": "pulumi:providers:kubernetes", "id": "1", "outputs": {}},
    ]
    resources = [*others, resource("a", retainOnDelete=True), secret, encrypted]
    found = known({"resources": resources}, STACK)
    expected = [
        Known(Key(NAD, "default", "a"), "urn:a", "1", OURS, "pulumi-kubernetes-1", True),
        Known(Key(NAD, "default", "b"), "urn:b", "2", "", "pulumi-kubernetes-1", False),
        Known(Key(NAD, "default", "c"), "urn:c", "", "", "pulumi-kubernetes-1", False),
    ]
    assert list(found.values()) == expected
    assert known({}, STACK) == {}


@pytest.mark.parametrize(
    ("mark", "owner"),
    [
        (OURS, OURS),
        ("multus-lab/dev/old", "multus-lab/dev/old"),
        ("multus-lab/dev", "multus-lab/dev"),
        (THEIRS, ""),
        ("multus-lab/dev2/private", ""),
        ("pods/dev/private", ""),
    ],
)
def test_a_mark_that_was_read_back_makes_nothing_the_stack_s(mark: str, owner: str) -> None:
    one = resource("a")
    one["outputs"]["metadata"]["annotations"][OWNER] = mark
    assert [found.owner for found in known({"resources": [one]}, STACK).values()] == [owner]


def test_a_state_gets_what_others_added() -> None:
    rest = {"labels": {"a": "b"}, "kept": ["x", "y"], "secret": SECRET}
    inputs = {"rules": [{"verbs": ["get"]}], "selector": {"a.b/os": "linux"}, **rest}
    live = {
        "rules": [{"verbs": ["get", "list"], "more": 1}, {"verbs": ["*"]}],
        "labels": {"a": "c", "d": "e"},
        "selector": {"a.b/os": "linux", "a.b/disk": "ssd"},
        "kept": ["z"],
        "secret": "plain",
    }
    left, other = with_additions(
        {"resources": [resource("a", inputs=inputs), resource("b", inputs=inputs)]},
        {"urn:a": (live, {"rules", "selector.a.b/disk"})},
    )["resources"]
    assert left["inputs"] == {
        "rules": [{"verbs": ["get", "list"]}, {"verbs": ["*"]}],
        "selector": {"a.b/os": "linux", "a.b/disk": "ssd"},
        **rest,
    }
    assert other["inputs"] == inputs


def test_without() -> None:
    pod = resource(
        "pod",
        dependencies=["urn:a", "urn:b"],
        propertyDependencies={"metadata": ["urn:a"], "spec": None},
    )
    left = without({"resources": [resource("a"), resource("b"), pod], "x": 1}, {"urn:a"})
    assert left["x"] == 1
    assert [one["urn"] for one in left["resources"]] == ["urn:b", "urn:pod"]
    assert left["resources"][1]["dependencies"] == ["urn:b"]
    assert left["resources"][1]["propertyDependencies"] == {"metadata": [], "spec": []}
