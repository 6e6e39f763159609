"""All that one stack declares, read from its config and validated as a whole."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from multus_lab.settings.cluster import Cluster
from multus_lab.settings.model import Model
from multus_lab.settings.multus import Multus
from multus_lab.settings.network import MacvlanNetwork, model_of
from multus_lab.settings.problems import (
    Path,
    Problem,
    SettingsError,
    problems_of,
    unknown_key,
)
from multus_lab.settings.types import Accept
from multus_lab.settings.zone import Zone

_M = TypeVar("_M", bound=BaseModel)
_KEYS = ("cluster", "zone", "networks", "multus", "accept")

MAX_PROBLEMS = 1000
"""How many problems are told: what a mistaken script writes, it writes a million times."""


@dataclass(frozen=True)
class Stack:
    """One environment of one lab zone."""

    zone: Zone
    networks: tuple[MacvlanNetwork, ...]
    multus: Multus
    accept: Accept = field(default_factory=dict)
    """What the whole stack accepts: code to reason."""
    cluster: Cluster = field(default_factory=Cluster)


def load(config: Mapping[str, object]) -> Stack:
    """Validate the config of a stack: `cluster`, `zone`, `networks`, `multus` and `accept`.

    Raises SettingsError with everything that can't be used, up to MAX_PROBLEMS of it, never only
    the first.
    """
    problems: list[Problem] = []
    _add(problems, _unknown(config))
    cluster = _validated(Cluster, config.get("cluster", {}), ("cluster",), problems)
    zone = _validated(Zone, config.get("zone", _MISSING), ("zone",), problems)
    networks = list(_networks(config.get("networks", []), zone, problems))
    multus = _validated(Multus, config.get("multus", {}), ("multus",), problems)
    accepted = _validated(_Accepted, {"accept": config.get("accept", {})}, (), problems)
    if len(problems) >= MAX_PROBLEMS:
        more = f"{problems[-1].allowed}; there may be more, shown once these are fixed"
        problems[-1] = problems[-1]._replace(allowed=more)
    if problems or not (cluster and zone and multus and accepted):
        raise SettingsError(problems)
    return Stack(zone, tuple(networks), multus, accepted.accept, cluster)


class _Accepted(Model):
    accept: Accept


def accepted(raw: object, path: Path) -> Accept:
    """Validate the risks that are accepted at `path`, as a stack's are. Raises SettingsError."""
    problems: list[Problem] = []
    made = _validated(_Accepted, {"accept": raw}, (), problems)
    if made is None:
        raise SettingsError(one._replace(path=(*path, *one.path[1:])) for one in problems)
    return made.accept


def _add(problems: list[Problem], found: Iterable[Problem]) -> None:
    """Keep as many problems as are told."""
    problems.extend(islice(found, max(0, MAX_PROBLEMS - len(problems))))


_MISSING = object()


def _unknown(config: Mapping[str, object]) -> Iterator[Problem]:
    for key in config:
        if key not in _KEYS:
            yield Problem((key,), "", unknown_key(key, _KEYS))


def _validated(
    model: type[_M], raw: object, path: Path, problems: list[Problem], zone: Zone | None = None
) -> _M | None:
    if raw is _MISSING:
        problems.append(Problem(path, "", "is missing, and has no default"))
        return None
    try:
        return model.model_validate(raw, by_alias=True, by_name=False, context={"zone": zone})
    except ValidationError as error:
        _add(problems, problems_of(error, model, raw, path))
        return None


def _networks(raw: object, zone: Zone | None, problems: list[Problem]) -> Iterator[MacvlanNetwork]:
    if not isinstance(raw, list):
        problems.append(Problem.of(("networks",), raw, "must be a list"))
        return
    for index, one in enumerate(raw):
        network = _validated(model_of(one), one, ("networks", index), problems, zone)
        if network is not None:
            yield network
        if len(problems) >= MAX_PROBLEMS:
            return
    _add(problems, _duplicates(raw))


def _duplicates(networks: Iterable[Any]) -> Iterator[Problem]:
    """The API keeps one object of a namespace and name: the last would silently win."""
    first: dict[tuple[str, str], int] = {}
    for index, one in enumerate(networks):
        name = one.get("name") if isinstance(one, dict) else None
        namespace = one.get("namespace", "default") if isinstance(one, dict) else None
        if not isinstance(name, str) or not isinstance(namespace, str):
            continue
        before = first.setdefault((namespace, name), index)
        if before != index:
            yield Problem.of(
                ("networks", index, "name"),
                name,
                f"is declared in namespace {namespace} by networks[{before}] already",
            )
