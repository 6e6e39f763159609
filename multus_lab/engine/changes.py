"""What a run of the engine does to each object of a cluster, or would do."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pulumi.automation.events import EngineEvent, OpType, StepEventMetadata

from multus_lab.adoption.comparison import differences, other_interface
from multus_lab.adoption.objects import is_object
from multus_lab.adoption.survey import Seen, Standing, Survey
from multus_lab.cluster.objects import Key

__all__ = ["Change", "Changes"]

_WORDS = {
    OpType.CREATE: "create",
    OpType.UPDATE: "update",
    OpType.CREATE_REPLACEMENT: "replace",
    OpType.DELETE: "delete",
}
"""By the step that stands for a change; the other steps of a replacement say nothing more."""


@dataclass(frozen=True)
class Change:
    """What happens to an object.

    Attributes:
        change: create, update, replace, delete, keep (it stays when the stack goes), take over
            (it exists, and isn't the stack's or its state's), forget (it isn't the stack's now).
        paths: where it differs from what the stack declares, as deep as it goes.
        owner: the stack that it says it is of, if it is taken over or forgotten.
        adopt: what allows `up` to take it over; "" where nothing has to.
        obstacle: why it can't be taken over; "" if nothing is in the way.
        pods: the pods that ask for it or have it, by `namespace/name`.
        interface: the plugins that made its interfaces and will, as `macvlan -> ipvlan`, if a
            network gets another one; "" if not.

    """

    kind: str
    namespace: str
    name: str
    change: str
    paths: tuple[str, ...] = ()
    owner: str = ""
    adopt: str = ""
    obstacle: str = ""
    pods: tuple[str, ...] = ()
    interface: str = ""

    @property
    def key(self) -> Key:
        """The object."""
        return Key(self.kind, self.namespace, self.name)


class Changes:
    """The changes of a run, as its events tell them and as was seen before it."""

    def __init__(self) -> None:
        self._heard: dict[Key, Change] = {}

    def hear(self, event: EngineEvent) -> None:
        """Keep what an event says of an object, if it says that it changes."""
        if event.resource_pre_event is not None:
            step = event.resource_pre_event.metadata
            if step.op in _WORDS and is_object(step.type):
                one = _change(step)
                self._heard[one.key] = one

    def told(self, seen: Survey) -> tuple[Change, ...]:
        """All changes, by kind and name; of what was seen before, what the engine can't know."""
        drifted = {one.key: one for one in _drifted(seen)}
        found = {**drifted, **self._heard, **{one.key: one for one in _seen(seen)}}
        return tuple(found[key] for key in sorted(found))


def _change(step: StepEventMetadata) -> Change:
    state = step.new or step.old
    # An object that changes was there, or will be.
    assert state is not None
    assert state.inputs is not None
    word = _WORDS[step.op]
    if word == "delete" and state.retain_on_delete:
        word = "keep"
    if word not in ("update", "replace"):
        return Change(*Key.of(state.inputs), word)
    old, new = (one and one.inputs for one in (step.old, step.new))
    interface = other_interface(old, new) if old and new else ""
    return Change(*Key.of(state.inputs), word, _paths(step), interface=interface)


def _paths(step: StepEventMetadata) -> tuple[str, ...]:
    """Where it changes, inside of a network's configuration too; as the engine tells secrets."""
    old, new = (one and one.inputs for one in (step.old, step.new))
    found = [one.path for one in differences(old, new)] if old and new else []
    return tuple(found or sorted(step.detailed_diff or step.diffs or ()))


def _drifted(survey: Survey) -> Iterator[Change]:
    """What `up` will find, but a preview doesn't see yet."""
    for one in survey.seen:
        if one.drift:
            yield Change(*one.key, "update", tuple(difference.path for difference in one.drift))


def _seen(survey: Survey) -> Iterator[Change]:
    for one in survey.seen:
        if one.comes_back:
            yield _taken(one)
    for lost in survey.lost:
        yield Change(*lost.known.key, "forget", owner=lost.owner)
    for orphan in survey.orphans:
        yield Change(*orphan.key, "delete")


def _taken(one: Seen) -> Change:
    paths = tuple(difference.path for difference in one.differs)
    change = Change(*one.key, "take over", paths, one.owner, obstacle=one.obstacle)
    if one.standing not in (Standing.NOBODYS, Standing.ANOTHERS):
        return change
    return replace(change, adopt=f"--adopt {one.key.place}" if one.by_name else "--adopt")
