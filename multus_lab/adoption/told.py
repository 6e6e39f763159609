"""What is said of a survey: by `preview`, and by an `up` that refuses."""

from collections.abc import Iterable, Iterator, Sequence

from multus_lab.adoption.objects import Known, annotation
from multus_lab.adoption.survey import Lost, Seen, Standing, Survey
from multus_lab.cluster.client import Cluster
from multus_lab.cluster.kinds import DEFINITION
from multus_lab.cluster.objects import Key
from multus_lab.errors import MultusLabError
from multus_lab.ownership import OWNER

__all__ = [
    "AdoptionError",
    "NotDeclaredError",
    "check_names",
    "drifted",
    "forgotten",
    "hindrance",
    "orphaned",
    "refusal",
    "told",
]


class AdoptionError(MultusLabError):
    """The cluster has what isn't the stack's, and what the stack may not take over."""


class NotDeclaredError(AdoptionError):
    """A name after `--adopt` that is none of the stack's."""

    exit_code = 2


def told(survey: Survey, command: str) -> list[str]:
    """What stands in the way of `up`, and what it forgets; a line each, none if all is well."""
    lines = [*map(forgotten, survey.lost), *drifted(survey)]
    lines += [f"{one.key}: a killed run has left it; `up` deletes it" for one in survey.orphans]
    left = (one for one in survey.seen if one.standing is Standing.LEFT and not one.obstacle)
    lines += [
        f"{one.key}: stack {one.owner} has left it behind; `up` takes it over" for one in left
    ]
    return lines + _refusal(survey, command, None, "`up` refuses this")


def hindrance(survey: Survey, cluster: Cluster) -> str:
    """Why neither `preview` nor `up` can go on with what is the stack's own; "" if they can.

    It keeps a field that can't be changed in place, or is being deleted.
    """
    stuck = [one for one in survey.seen if one.is_stuck]
    if not stuck:
        return ""
    lines = ["objects of this stack can't become what it declares:"]
    lines += [f"  {one.key}: {one.obstacle}" for one in stuck]
    # With a CRD its networks would go.
    fixed = [one.key for one in stuck if not one.going and one.key.kind != DEFINITION]
    if fixed:
        commands = " && ".join(_deletion(key, cluster) for key in fixed)
        return "\n".join([*lines, f"nothing was changed; `up` makes them anew after: {commands}"])
    again = "; run this again once they are gone" if any(one.going for one in stuck) else ""
    return "\n".join([*lines, f"nothing was changed{again}"])


def _deletion(key: Key, cluster: Cluster) -> str:
    place = ["--namespace", key.namespace] if key.namespace else []
    return cluster.kubectl("delete", key.kind.lower(), *place, key.name)


def check_names(survey: Survey, names: Iterable[str]) -> None:
    """Raise NotDeclaredError for names after `--adopt` that the stack doesn't declare."""
    places = {one.key.place for one in survey.seen}
    if unknown := sorted(set(names) - places):
        raise NotDeclaredError(
            f"--adopt {' '.join(unknown)}: the stack declares no such object; "
            f"it declares {', '.join(sorted(places)) or 'none'}"
        )


def refusal(survey: Survey, command: str, adopt: Sequence[str] | None) -> str:
    """Why `up` must not run, all of it; "" if it may.

    Args:
        survey: what the cluster has.
        command: the `up` of this stack, as it is typed.
        adopt: the names after `--adopt`, or None without it.

    """
    return "\n".join(_refusal(survey, command, adopt, "nothing was changed"))


def _refusal(survey: Survey, command: str, adopt: Sequence[str] | None, outcome: str) -> list[str]:
    barred = [one for one in survey.exists if not _may_take(one, adopt)]
    if not barred and not survey.elsewhere:
        return []
    lines = ["the cluster has objects that are not this stack's:"] if barred else []
    lines += [line for one in barred for line in _lines(one)]
    owners = {annotation(one.declared, OWNER) for one in survey.seen} - {""}
    for one in survey.elsewhere:
        what = one.product
        own = f"set {what.section}.namespace back, or take this stack, which owns it, down first"
        remove = own if one.owner in owners else what.remove
        lines.append(f"{what.name} already runs as {one}; {what.apart}: {remove}")
    return [*lines, outcome + _way_out(survey, barred, command, adopt)]


def _may_take(one: Seen, adopt: Sequence[str] | None) -> bool:
    if one.obstacle:
        return False
    if one.standing is Standing.LEFT:
        return True
    if adopt is None:
        return False
    return one.key.place in adopt or not one.by_name


def _lines(one: Seen) -> Iterator[str]:
    whose = f"stack {one.owner} owns it; " if one.owner else ""
    if one.obstacle:
        yield f"  {one.key}: {whose}can't be taken over: {one.obstacle}"
    elif not one.differs:
        yield f"  {one.key}: {whose}equal"
    else:
        yield f"  {one.key}: {whose}differs in"
        yield from (f"    {difference}" for difference in one.differs)


def _way_out(
    survey: Survey, barred: Sequence[Seen], command: str, adopt: Sequence[str] | None
) -> str:
    """The command that takes over all that can be; "" if something can't be taken over."""
    if survey.elsewhere or any(one.obstacle for one in barred):
        return ""
    named = [one.key.place for one in survey.exists if one.by_name]
    words = [command, "--adopt", *sorted({*named, *(adopt or ())})]
    return f"; to take them over: {' '.join(words)}"


def drifted(survey: Survey) -> Iterator[str]:
    """What others have changed, a line for each object."""
    for one in survey.seen:
        if one.drift:
            paths = ", ".join(difference.path for difference in one.drift)
            yield f"{one.key}: changed by others in {paths}; `up` brings back what is declared"


def forgotten(one: Lost) -> str:
    """Why the stack lets go of an object."""
    whose = f"stack {one.owner} owns it now" if one.owner else "somebody else made it anew"
    return f"{one.known.key}: {whose}; it is forgotten, not deleted"


def orphaned(one: Known) -> str:
    """Why the stack deletes what it knows nothing of."""
    return f"{one.key}: a killed run has left it; it is deleted"
