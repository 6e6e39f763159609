"""Whether we may do in the cluster what the engine is about to do.

What the provider asks for: pulumi-kubernetes 4.25.0, provider/pkg/await/await.go (a create is a
patch by server-side apply, a CRD's update a PUT), condition/source.go and daemonset.go (whoever
may not list and watch what is waited for waits for ever). What the API server asks for: kubernetes
v1.36.3, apiserver's endpoints/handlers/patch.go (create as well as patch, if there is no such
object) and pkg/registry/rbac (roles and bindings).
"""

import http
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple, Self

from multus_lab.cluster.client import Cluster, Object
from multus_lab.cluster.errors import RefusedError
from multus_lab.cluster.kinds import DEFINITION, KINDS
from multus_lab.cluster.objects import Key
from multus_lab.errors import MultusLabError

__all__ = [
    "Right",
    "RightsError",
    "check_rights",
    "creating",
    "deleting",
    "reading",
    "role_of",
    "updating",
]

_AWAITED = ("list", "watch")
_WAITED_FOR = {"DaemonSet": ("DaemonSet", "Pod"), "Deployment": ("Deployment", "ReplicaSet", "Pod")}
"""What the provider follows while it waits for an object of a kind."""


class RightsError(MultusLabError):
    """The cluster doesn't allow us what a run needs."""


class Right(NamedTuple):
    """What we are to be allowed; `instead` are rights that together do as well."""

    verb: str
    group: str
    resource: str
    namespace: str
    name: str
    instead: tuple["Right", ...] = ()

    @classmethod
    def on(cls, verb: str, key: Key, instead: tuple["Right", ...] = ()) -> Self:
        """The right to do something to an object."""
        kind = KINDS[key.kind]
        group = kind.api.rpartition("/")[0]
        return cls(verb, group, kind.plural, key.namespace, key.name, instead)


def reading(keys: Iterable[Key]) -> Iterator[Right]:
    """What it takes to look at objects."""
    return (Right.on("get", key) for key in keys if key.kind in KINDS)


def creating(one: Object, granted: Sequence[Object] = ()) -> Iterator[Right]:
    """What it takes to create an object; `granted` are the rules that a binding gives away."""
    return _changing(one, granted, "create", "patch")


def updating(one: Object, granted: Sequence[Object] = (), known: bool = True) -> Iterator[Right]:
    """What it takes to update an object; `known` is whether the stack's state has it."""
    replaced = known and one["kind"] == DEFINITION
    return _changing(one, granted, "update" if replaced else "patch")


def _changing(one: Object, granted: Sequence[Object], *verbs: str) -> Iterator[Right]:
    key = Key.of(one)
    yield from (Right.on(verb, key) for verb in verbs)
    yield from _granting(one, granted)
    if key.kind in _WAITED_FOR:
        for kind in _WAITED_FOR[key.kind]:
            yield from (Right.on(verb, Key(kind, key.namespace, "")) for verb in _AWAITED)


def deleting(key: Key) -> Iterator[Right]:
    """What it takes to delete an object, which is waited for."""
    verbs = ("get", "delete", *_AWAITED) if key.kind in KINDS else ()
    return (Right.on(verb, key) for verb in verbs)


def check_rights(cluster: Cluster, rights: Iterable[Right]) -> None:
    """Raise RightsError, with all that is missing, unless the cluster allows them."""
    try:
        missing = [] if cluster.may_everything() else _missing(cluster, rights)
    except RefusedError as error:
        if error.status == http.HTTPStatus.FORBIDDEN:  # we may not even ask
            return
        raise
    if missing:
        head = f"you lack rights on the cluster at {cluster.server}:"
        raise RightsError("\n  ".join([head, *_told(missing)]))


def _granting(one: Object, granted: Sequence[Object]) -> Iterator[Right]:
    """A role or its binding is for who holds all that the role grants, or may give it away."""
    namespace = Key.of(one).namespace
    if one["kind"] in ("ClusterRole", "Role"):
        yield Right.on("escalate", Key.of(one), tuple(_rules(one["rules"], namespace)))
    if one["kind"] in ("ClusterRoleBinding", "RoleBinding"):
        yield Right.on("bind", role_of(one), tuple(_rules(granted, namespace)))


def role_of(binding: Object) -> Key:
    """The role that a binding gives away."""
    role = binding["roleRef"]
    kind = role.get("kind", "ClusterRole")
    return Key(kind, Key.of(binding).namespace if kind == "Role" else "", role["name"])


def _rules(rules: Iterable[Object], namespace: str) -> Iterator[Right]:
    for rule in rules:
        for group in rule["apiGroups"]:
            for resource in rule["resources"]:
                for name in rule.get("resourceNames") or ("",):
                    for verb in rule["verbs"]:
                        yield Right(verb, group, resource, namespace, name)


def _missing(cluster: Cluster, rights: Iterable[Right]) -> list[Right]:
    # Most are held for all objects of a kind, so that one question is enough for all of them.
    allows = cache(cluster.allows)

    def held(one: Right) -> bool:
        asked = one[:4]
        if allows(*asked) or (one.name and allows(*asked, one.name)):
            return True
        return bool(one.instead) and all(map(held, one.instead))

    return [one for one in dict.fromkeys(rights) if not held(one)]


def _told(missing: Iterable[Right]) -> Iterator[str]:
    """A line for each kind of object and namespace, as `kubectl auth can-i` has their names."""
    verbs: defaultdict[tuple[str, str, str], list[Right]] = defaultdict(list)
    for one in missing:
        resource = ".".join(filter(None, (one.resource, one.group)))
        named = one.name if one.verb in ("bind", "escalate") else ""
        verbs[resource, one.namespace, named].append(one)
    for (resource, namespace, name), rights in verbs.items():
        verb = ", ".join(dict.fromkeys(one.verb for one in rights))
        place = f" in namespace {namespace}" if namespace else ""
        instead = ", or all that it grants" if rights[0].instead else ""
        yield f"{verb} {' '.join(filter(None, (resource, name)))}{place}{instead}"
