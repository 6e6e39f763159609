"""Field managers of an object: whoever once set a field, and without whom it can't be changed.

Only `metadata.managedFields` is ever written here: no value of an object. As fluxcd's ssa package
does it, and the Kubernetes provider with it before an update (provider 4.25.0, await.go).
"""

from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from typing import Any

__all__ = ["APPLIERS", "everybody", "folded", "is_shared", "without_contested"]

Entry = Mapping[str, Any]
"""One of `metadata.managedFields`."""

Fields = Mapping[str, Any]
"""The `fieldsV1` of an entry: a tree of the fields that it owns."""

APPLIERS = frozenset(
    {"kubectl", "kubectl-client-side-apply", "before-first-apply", "pulumi-kubernetes"}
)
"""Managers that apply whole objects for whom they don't name: kubectl, and newer providers."""

_KEPT = frozenset({"kubectl-rollout"})  # without its annotation all pods are rolled again


def everybody(manager: str) -> bool:
    """Whether a manager's fields go to the stack that takes an object over."""
    return manager not in _KEPT


def is_shared(entries: Iterable[Entry], owner: str) -> bool:
    """Whether others than `owner` manage fields, but for controllers that write a subresource."""
    return any(one["manager"] != owner and not one.get("subresource") for one in entries)


def folded(entries: Iterable[Entry], owner: str, yields: Callable[[str], bool]) -> list[Entry]:
    """The entries, with those of all managers that yield made one that `owner` applied.

    Those of a subresource, which controllers write, stay as they are.
    """
    kept: list[Entry] = []
    taken: list[Entry] = []
    for entry in entries:
        ours = entry["manager"] == owner or yields(entry["manager"])
        (taken if ours and not entry.get("subresource") else kept).append(entry)
    versions = {entry["apiVersion"] for entry in taken}
    return [*kept, *(_merged(taken, version, owner) for version in sorted(versions))]


def _merged(entries: list[Entry], version: str, owner: str) -> Entry:
    fields: list[Fields] = [one["fieldsV1"] for one in entries if one["apiVersion"] == version]
    return {
        "manager": owner,
        "operation": "Apply",
        "apiVersion": version,
        "fieldsType": "FieldsV1",
        "fieldsV1": reduce(_union, fields),
    }


def _union(one: Fields, other: Fields) -> Fields:
    both = {key: _union(value, other[key]) for key, value in one.items() if key in other}
    return {**one, **other, **both}


def without_contested(entries: Iterable[Entry], forced: Iterable[Entry], owner: str) -> list[Entry]:
    """The entries, with those of others as a forced apply by `owner` leaves them."""
    left = {_who(one): one for one in forced}
    return [
        entry if entry["manager"] == owner else left[_who(entry)]
        for entry in entries
        if entry["manager"] == owner or _who(entry) in left
    ]


def _who(entry: Entry) -> tuple[str, ...]:
    keys = ("manager", "operation", "apiVersion", "subresource")
    return tuple(entry.get(key, "") for key in keys)
