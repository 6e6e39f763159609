"""Objects as a cluster, a stack's program and its state have them."""

import json
from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass
from typing import Any

from multus_lab.cluster.objects import Key
from multus_lab.ownership import OWNER, Owner

__all__ = [
    "Known",
    "Manifest",
    "annotation",
    "creating",
    "is_object",
    "known",
    "with_additions",
    "with_created",
    "without",
]

Manifest = Mapping[str, Any]
"""A Kubernetes object, by the keys of its API."""

_SECRET = "4dabf18193072939515e22adb298388d"  # noqa: S105 - marks a special value in a state


def annotation(manifest: Manifest, name: str) -> str:
    """An annotation of an object; "" if it doesn't have that."""
    return str((manifest["metadata"].get("annotations") or {}).get(name, ""))


@dataclass(frozen=True)
class Known:
    """What a stack's state says of an object that the stack has brought to the cluster."""

    key: Key
    urn: str
    uid: str
    owner: str
    """As the stack last marked it; "" from before it did, and if the mark is another stack's."""
    manager: str
    """The field manager that last applied it."""
    retained: bool
    """Whether it stays when the stack goes."""


def is_object(type_token: str) -> bool:
    """Whether a resource of that type is an object of a cluster."""
    return type_token.startswith("kubernetes:")


def known(deployment: Mapping[str, Any], owner: Owner) -> dict[Key, Known]:
    """The objects of a stack's state, as `pulumi stack export --show-secrets` prints it.

    Args:
        deployment: the state.
        owner: the stack, whatever its zone was called then. A refresh reads back the mark of
            whoever owns an object now, which makes nothing this stack's.

    """
    resources = [_plain(one) for one in deployment.get("resources") or ()]
    found = (
        _known(one, owner)
        for one in resources
        if is_object(one["type"]) and one.get("id") and one.get("outputs")
    )
    return {one.key: one for one in found}


def _known(resource: Mapping[str, Any], owner: Owner) -> Known:
    outputs = resource["outputs"]
    metadata = outputs.get("metadata") or {}
    namespace, _, name = resource["id"].rpartition("/")
    kind = resource["type"].rpartition(":")[2]
    mark = (metadata.get("annotations") or {}).get(OWNER, "")
    return Known(
        key=Key(kind, metadata.get("namespace", namespace), metadata.get("name", name)),
        urn=resource["urn"],
        uid=metadata.get("uid", ""),
        owner=mark if owner.wrote(mark) else "",
        manager=outputs.get("__fieldManager", ""),
        retained=bool(resource.get("retainOnDelete")),
    )


def creating(deployment: Mapping[str, Any]) -> tuple[Known, ...]:
    """The objects of which a stack's state doesn't know whether they were created.

    Their uid isn't known, and their owner is whom they were to be marked with. One that was to
    replace another, which the state still has, is none of them.
    """
    made = {one["urn"] for one in deployment.get("resources") or ()}
    return tuple(
        _creating(_plain(resource))
        for one in deployment.get("pending_operations") or ()
        if one["type"] == "creating"
        and is_object((resource := one["resource"])["type"])
        and resource["urn"] not in made
    )


def _creating(resource: Mapping[str, Any]) -> Known:
    metadata = resource["inputs"]["metadata"]
    kind = resource["type"].rpartition(":")[2]
    return Known(
        key=Key(kind, metadata.get("namespace", ""), metadata.get("name", "")),
        urn=resource["urn"],
        uid="",
        owner=(metadata.get("annotations") or {}).get(OWNER, ""),
        manager="",
        retained=bool(resource.get("retainOnDelete")),
    )


def with_created(deployment: Mapping[str, Any], created: Collection[Known]) -> dict[str, Any]:
    """A stack's state that has what was being created and is there; nothing is pending in it.

    Of these resources it has the id alone; a refresh reads the rest.
    """
    ids = {one.urn: one.key.place for one in created}
    found = [
        {**one["resource"], "id": ids[one["resource"]["urn"]]}
        for one in deployment.get("pending_operations") or ()
        if one["resource"]["urn"] in ids
    ]
    resources = [*deployment["resources"], *found]
    return {**deployment, "resources": resources, "pending_operations": []}


def without(deployment: Mapping[str, Any], urns: Set[str]) -> dict[str, Any]:
    """A stack's state without some resources, and without what others say of them."""
    kept = [one for one in deployment["resources"] if one["urn"] not in urns]
    return {**deployment, "resources": [_unbound(one, urns) for one in kept]}


def with_additions(
    deployment: Mapping[str, Any], live: Mapping[str, tuple[Manifest, Set[str]]]
) -> dict[str, Any]:
    """A stack's state that has what others have added to some resources, as the cluster has it.

    A refresh compares lists and mappings only as far as the state has them.

    Args:
        deployment: the state.
        live: by the resources' URNs the objects as the cluster has them, and the paths at which
            an apply would change them. Lists become as long as they are there; of other keys those
            are added that an apply takes away, such as a node selector's.

    """
    resources = [
        {**one, "inputs": _added_to(one["inputs"], *live[one["urn"]], "")}
        if one["urn"] in live
        else one
        for one in deployment["resources"]
    ]
    return {**deployment, "resources": resources}


def _added_to(value: Any, live: Any, paths: Set[str], path: str) -> Any:
    if isinstance(value, dict) and isinstance(live, Mapping):
        below = {key: f"{path}.{key}".lstrip(".") for key in (*value, *live)}
        added = {key: live[key] for key in live if key not in value and below[key] in paths}
        return added | {
            key: _added_to(one, live.get(key), paths, below[key]) for key, one in value.items()
        }
    if isinstance(value, list) and isinstance(live, list):
        pairs = enumerate(zip(value, live, strict=False))
        known = [_added_to(*pair, paths, f"{path}[{index}]") for index, pair in pairs]
        return [*known, *value[len(known) :], *live[len(known) :]]
    return value


def _unbound(resource: Mapping[str, Any], urns: Set[str]) -> dict[str, Any]:
    bound = dict(resource)
    if "dependencies" in bound:
        bound["dependencies"] = [urn for urn in bound["dependencies"] if urn not in urns]
    if "propertyDependencies" in bound:
        bound["propertyDependencies"] = {
            key: [urn for urn in found or () if urn not in urns]
            for key, found in bound["propertyDependencies"].items()
        }
    return bound


def _plain(value: Any) -> Any:
    """A value of a state, with its secrets as they are."""
    if isinstance(value, dict):
        if _SECRET in value:
            return json.loads(value["plaintext"]) if "plaintext" in value else None
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value
