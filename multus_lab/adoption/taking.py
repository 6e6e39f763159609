"""Having one field manager own what a stack declares, before the engine applies it."""

import http
import json
from collections.abc import Sequence

from multus_lab.adoption.field_managers import (
    APPLIERS,
    Entry,
    everybody,
    folded,
    is_shared,
    without_contested,
)
from multus_lab.adoption.objects import Manifest, annotation
from multus_lab.adoption.survey import Seen, Survey
from multus_lab.cluster.client import Cluster
from multus_lab.cluster.errors import RefusedError
from multus_lab.ownership import FIELD_MANAGER

__all__ = ["take"]

_TRIES = 5


def take(cluster: Cluster, survey: Survey) -> None:
    """Make the stack's field manager the owner of what it declares, wherever that exists.

    What others set and the stack declares otherwise goes to the stack; the rest stays theirs,
    unless the object is taken over as a whole.
    """
    for one in survey.seen:
        if one.live is not None and annotation(one.declared, FIELD_MANAGER):
            _take(cluster, one, one.live)


def _take(cluster: Cluster, one: Seen, live: Manifest) -> None:
    for _ in range(_TRIES):
        before = live["metadata"].get("managedFields", [])
        after = _entries(cluster, one, before)
        if after == before:
            return
        try:
            _write(cluster, one, live, after)
        except RefusedError as error:
            if error.status != http.HTTPStatus.CONFLICT:
                raise
        else:
            return
        found = cluster.find(*one.key.address)
        if found is None:
            return
        live = found


def _entries(cluster: Cluster, one: Seen, before: Sequence[Entry]) -> Sequence[Entry]:
    """The managed fields as they have to be for the engine's apply to conflict with nobody."""
    owner = annotation(one.declared, FIELD_MANAGER)
    earlier = {one.known.manager, one.known.owner} if one.known else set()
    yields = everybody if one.exists else (APPLIERS | earlier).__contains__
    after = folded(before, owner, yields)
    if _same(after, before):
        after = list(before)
    if is_shared(after, owner):
        forced = cluster.would_apply(one.declared, owner)["metadata"]["managedFields"]
        after = without_contested(after, forced, owner)
    return after


def _same(one: Sequence[Entry], other: Sequence[Entry]) -> bool:
    """Whether they say the same, but for when and in which order."""

    def timeless(entries: Sequence[Entry]) -> list[str]:
        return sorted(json.dumps({**entry, "time": ""}, sort_keys=True) for entry in entries)

    return timeless(one) == timeless(other)


def _write(cluster: Cluster, one: Seen, live: Manifest, entries: Sequence[Entry]) -> None:
    version = live["metadata"]["resourceVersion"]
    operations = [
        {"op": "replace", "path": "/metadata/managedFields", "value": list(entries)},
        {"op": "replace", "path": "/metadata/resourceVersion", "value": version},
    ]
    cluster.patch(*one.key.address, operations)
