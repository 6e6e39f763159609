"""What of a cluster a run is about to change, as rights that it takes."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from multus_lab.adoption.objects import Known
from multus_lab.adoption.survey import Seen, Standing, Survey
from multus_lab.cluster.objects import Key
from multus_lab.prerequisites.rights import Right, creating, deleting, role_of, updating

__all__ = ["needed"]


def needed(seen: Survey, made: Mapping[Key, Known]) -> Iterator[Right]:
    """The rights that it takes to bring the cluster to what was surveyed as declared.

    For what isn't changed none is needed, since the provider only reads it. What isn't the
    stack's is refused, or taken over by who may.
    """
    roles = {
        one.key: tuple(one.declared.get("rules") or ())
        for one in seen.seen
        if one.key.kind in ("ClusterRole", "Role")
    }
    for one in seen.seen:
        granted = roles.get(role_of(one.declared), ()) if "roleRef" in one.declared else ()
        if one.standing is Standing.ABSENT:
            yield from creating(one.declared, granted)
        elif one.standing is Standing.OURS and not _is_kept(one):
            yield from updating(one.declared, granted, known=one.known is not None)
    for key in _deleted(seen, made):
        yield from deleting(key)


def _is_kept(one: Seen) -> bool:
    """Whether the engine finds nothing to change, as it compares what is declared alone."""
    return one.known is not None and _holds(one.live, one.declared)


def _holds(there: Any, declared: Any) -> bool:
    """Whether a value has all that is declared; the API server and others may have added to it."""
    if isinstance(declared, Mapping):
        if not isinstance(there, Mapping):
            return not declared and there is None
        return all(_holds(there.get(key), value) for key, value in declared.items())
    if isinstance(declared, list) and isinstance(there, list):
        return len(there) == len(declared) and all(map(_holds, there, declared))
    return bool(there == declared)


def _deleted(seen: Survey, made: Mapping[Key, Known]) -> Collection[Key]:
    kept = {one.key for one in seen.seen} | {one.known.key for one in seen.lost}
    return [key for key, one in made.items() if key not in kept and not one.retained]
