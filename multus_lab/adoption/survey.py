"""What a cluster has of what a stack declares, and whose it is. Nothing is changed."""

import http
import re
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from multus_lab.adoption.comparison import Difference, differences
from multus_lab.adoption.field_managers import is_shared
from multus_lab.adoption.installations import MULTUS, THICK, Installation, installation
from multus_lab.adoption.objects import Known, Manifest, annotation
from multus_lab.cluster.client import Cluster
from multus_lab.cluster.errors import RefusedError
from multus_lab.cluster.kinds import DEFINITION, NETWORK
from multus_lab.cluster.objects import Key, found, listed
from multus_lab.leaving import NODE_CLEANER
from multus_lab.names import shortened
from multus_lab.ownership import FIELD_MANAGER, OWNER
from multus_lab.progress import Progress

__all__ = ["Lost", "Seen", "Standing", "Survey", "survey"]

_TRIES = 10
_GOING_SECONDS = 40.0
"""What the garbage collector takes to end pods in their 30 s, or to learn of a new CRD."""
_LOOK_SECONDS = 0.5

_FIXED = re.compile("field is immutable|cannot change roleRef")
"""What the API server says of a field that an object keeps as long as it is there.

Kubernetes v1.36.3, apimachinery/pkg/api/validation and pkg/apis/rbac/validation.
"""
_KUBERNETES_OWN = frozenset(
    {"foregroundDeletion", "orphan", "customresourcecleanup.apiextensions.k8s.io"}
)
"""Finalizers that Kubernetes itself takes off (v1.36.3: apimachinery, apiextensions-apiserver)."""


class Standing(Enum):
    """Whose an object of the cluster is."""

    ABSENT = "absent"
    OURS = "ours"
    NOBODYS = "not ours"
    """No stack's, as far as it says."""
    ANOTHERS = "another stack's"
    LEFT = "left behind"
    """A CRD that another stack has retained, of which the cluster has nothing else."""


@dataclass(frozen=True)
class Seen:
    """An object that the stack declares, and what the cluster has by that name."""

    declared: Manifest
    live: Manifest | None
    standing: Standing
    known: Known | None
    """What the stack's own state says of it."""
    differs: tuple[Difference, ...] = ()
    """Where it differs, if it comes back."""
    drift: tuple[Difference, ...] = ()
    """What others have changed of what the stack declares, if it is ours."""
    obstacle: str = ""
    """Why it can't become what the stack declares; "" if nothing is in the way."""
    going: bool = False
    """Whether it is being deleted."""

    @property
    def key(self) -> Key:
        """The object."""
        return Key.of(self.declared)

    @property
    def owner(self) -> str:
        """The stack that it says it is of; "" if it says none."""
        return annotation(self.live, OWNER) if self.live else ""

    @property
    def exists(self) -> bool:
        """Whether the cluster has it, and it isn't ours."""
        return self.standing not in (Standing.ABSENT, Standing.OURS)

    @property
    def is_stuck(self) -> bool:
        """Whether it is ours, and can't become what the stack declares as long as it is there."""
        return self.standing is Standing.OURS and bool(self.obstacle)

    @property
    def comes_back(self) -> bool:
        """Whether it exists, and the stack's state doesn't hold it, or holds it no longer."""
        return self.live is not None and (self.exists or self.known is None)

    @property
    def by_name(self) -> bool:
        """Whether it is taken over only if it is named: networks, and what is another stack's."""
        return self.standing is Standing.ANOTHERS or self.key.kind == NETWORK


@dataclass(frozen=True)
class Lost:
    """An object that the stack's state still holds, and that isn't the stack's any more."""

    known: Known
    owner: str
    """The stack that has it now; "" if it is none."""


@dataclass(frozen=True)
class Survey:
    """What was seen, in the order of what is declared."""

    seen: tuple[Seen, ...] = ()
    lost: tuple[Lost, ...] = ()
    elsewhere: tuple[Installation, ...] = ()
    """Multus and whereabouts under other names, if the stack declares one of them."""
    orphans: tuple[Known, ...] = ()
    """What a killed run has left, and the stack neither declares nor has in its state."""

    @property
    def exists(self) -> tuple[Seen, ...]:
        """What exists, and isn't ours."""
        return tuple(one for one in self.seen if one.exists)

    @property
    def comes_back(self) -> bool:
        """Whether something of it does."""
        return any(one.comes_back for one in self.seen)

    @property
    def stale(self) -> frozenset[str]:
        """The URNs of objects in the stack's state that aren't the ones in the cluster."""
        seen = (one.known for one in self.exists if one.known)
        return frozenset(known.urn for known in (*seen, *(one.known for one in self.lost)))


def survey(
    cluster: Cluster,
    declared: Sequence[Manifest],
    known: Mapping[Key, Known],
    drift: bool = True,
) -> Survey:
    """Look at all that a stack declares, and all that its state holds.

    Without `drift` it isn't asked what others have changed of it. Raises ClusterError if the
    cluster can't be read.
    """
    wanted = {Key.of(one): one for one in declared}
    live = _found(cluster, wanted, known)
    seen = [_seen(cluster, one, live.get(key), known.get(key)) for key, one in wanted.items()]
    if drift:
        seen = [_with_drift(cluster, one) for one in seen]
    return Survey(
        tuple(
            replace(one, standing=Standing.LEFT) if _is_left(cluster, one, seen) else one
            for one in seen
        ),
        tuple(_lost(known.values(), live, wanted)),
        tuple(_elsewhere(cluster, wanted)),
    )


def _found(
    cluster: Cluster, wanted: Collection[Key], known: Collection[Key]
) -> dict[Key, dict[str, Any]]:
    """What the cluster has, once what Kubernetes is deleting of what is wanted is gone."""
    end = time.monotonic() + _GOING_SECONDS
    with Progress().task("waiting for what Kubernetes is deleting", delay=2.0) as task:
        while True:
            live = found(cluster, {*wanted, *known})
            going = [key for key in wanted if key in live and _ends_by_itself(live[key])]
            if not going or time.monotonic() > end:
                return live
            task.tick(shortened([key.place for key in going], 3))
            time.sleep(_LOOK_SECONDS)


def _ends_by_itself(live: Manifest) -> bool:
    """Whether it is being deleted, and waits for nobody but Kubernetes."""
    return _is_going(live) and _KUBERNETES_OWN.issuperset(_finalizers(live))


def _is_going(live: Manifest) -> bool:
    return bool(live["metadata"].get("deletionTimestamp"))


def _finalizers(live: Manifest) -> Sequence[str]:
    """What has to be done before an object that is being deleted goes, and by whom."""
    return live["metadata"].get("finalizers") or ()


def _seen(cluster: Cluster, declared: Manifest, live: Manifest | None, known: Known | None) -> Seen:
    standing = _standing(annotation(declared, OWNER), live, known)
    one = Seen(declared, live, standing, known)
    if live and _is_going(live):
        waits = ", ".join(_finalizers(live))
        held = f", and held by {waits}" if waits else ""
        return replace(one, going=True, obstacle=f"it is being deleted{held}")
    return _compared(cluster, one, live) if live and one.comes_back else one


def _with_drift(cluster: Cluster, one: Seen) -> Seen:
    """An object with what an apply would put right: something only if others have been at it.

    The engine doesn't see all of it: a list that has become longer is as long to it as it was, and
    a node selector has no more keys (pulumi-kubernetes 4.25.0, provider.go, pruneLiveState).
    """
    if one.live is None or one.standing is not Standing.OURS or one.obstacle:
        return one
    ours = annotation(one.declared, FIELD_MANAGER)
    if not is_shared(one.live["metadata"].get("managedFields", ()), ours):
        return one
    try:
        after = cluster.would_apply(one.declared, ours)
    except RefusedError as error:  # any other the engine ends in too, and is told there
        return replace(one, obstacle=error.reason) if _FIXED.search(error.reason) else one
    return replace(one, drift=differences(one.live, after))


def _standing(owner: str, live: Manifest | None, known: Known | None) -> Standing:
    """Whose an object is: by its mark; without one the stack's that made it, by its uid.

    A stack that gave its zone another name still has the mark that it wrote last.
    """
    if live is None:
        return Standing.ABSENT
    mark = annotation(live, OWNER)
    if mark:
        ours = mark in (owner, known.owner if known else owner)
        return Standing.OURS if ours else Standing.ANOTHERS
    made = known is not None and known.uid == live["metadata"]["uid"]
    return Standing.OURS if made else Standing.NOBODYS


def _is_left(cluster: Cluster, one: Seen, seen: Sequence[Seen]) -> bool:
    """Whether it is a CRD, and all that there is of the stack that says it owns it."""
    if one.key.kind != DEFINITION or one.standing is not Standing.ANOTHERS:
        return False
    networks = listed(cluster, NETWORK)
    owners = {other.owner for other in seen if other.key.kind != DEFINITION}
    owners |= {annotation(other, OWNER) for other in (networks or {}).values()}
    return networks is not None and one.owner not in owners


def _compared(cluster: Cluster, one: Seen, live: Manifest) -> Seen:
    """What is to be said of an object that comes back, with the API server's own defaults."""
    runs = installation(live) if one.key.kind == "DaemonSet" else None
    if runs and runs.product is MULTUS and runs.variant != THICK:
        return replace(one, obstacle=f"it is Multus {runs.variant}; {MULTUS.remove}")
    try:
        there, after = _replaced(cluster, one, live)
    except RefusedError as error:  # what is ours doesn't take the right to replace it
        hinders = one.exists or _FIXED.search(error.reason)
        return replace(one, obstacle=error.reason) if hinders else one
    return replace(one, live=there, differs=differences(there, after))


def _replaced(cluster: Cluster, one: Seen, live: Manifest) -> tuple[Manifest, Manifest]:
    """What there is, and what it would be if it were what the stack declares.

    Controllers write a status at any moment, which makes another version of the object.
    """
    tries = _TRIES
    while True:
        version = live["metadata"]["resourceVersion"]
        metadata = {**one.declared["metadata"], "resourceVersion": version}
        try:
            return live, cluster.would_replace({**one.declared, "metadata": metadata})
        except RefusedError as error:
            tries -= 1
            if error.status != http.HTTPStatus.CONFLICT or not tries:
                raise
            live = cluster.get(*one.key.address)


def _lost(
    known: Collection[Known], live: Mapping[Key, Manifest], declared: Mapping[Key, Manifest]
) -> Iterator[Lost]:
    # What an interrupted run has left pending may be in the state without what marks it.
    ours = {one.owner for one in known if one.owner}
    for one in known:
        there = live.get(one.key)
        if there is not None and one.key not in declared and annotation(there, OWNER) not in ours:
            standing = _standing(one.owner, there, one)
            if standing is not Standing.OURS:
                yield Lost(one, annotation(there, OWNER))


def _elsewhere(cluster: Cluster, declared: Mapping[Key, Manifest]) -> Iterator[Installation]:
    """What the stack declares under other names, as far as we may look."""
    sets = [one for key, one in declared.items() if key.kind == "DaemonSet"]
    ours = {one.product for one in map(installation, sets) if one is not None}
    if not ours:
        return
    for one in (listed(cluster, "DaemonSet") or {}).values():
        found = installation(one)
        if found is None or found.product not in ours or found.key in declared:
            continue
        if found.key.name != NODE_CLEANER:
            yield found
