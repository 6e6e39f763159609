"""All that one stack declares, read from its config and validated as a whole."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from multus_lab.distributions import WHEREABOUTS_SEEN
from multus_lab.problems import Path, Problem, SettingsError
from multus_lab.settings.cluster import Cluster
from multus_lab.settings.model import Model
from multus_lab.settings.multus import Multus
from multus_lab.settings.network import (
    AddressedNetwork,
    DeclaredNetwork,
    TypedNetwork,
    gives_hints,
    plugins_in,
)
from multus_lab.settings.network_model import model_of
from multus_lab.settings.problems import problems_of, unknown_key
from multus_lab.settings.types import Accept
from multus_lab.settings.zone import Zone

if TYPE_CHECKING:
    from multus_lab.settings.whereabouts import Whereabouts

_M = TypeVar("_M", bound=BaseModel)
_KEYS = ("cluster", "zone", "networks", "multus", "whereabouts", "accept")

MAX_PROBLEMS = 1000
"""How many problems are told: what a mistaken script writes, it writes a million times."""


class Stack(NamedTuple):
    """One environment of one lab zone."""

    zone: Zone
    networks: tuple[DeclaredNetwork, ...]
    multus: Multus
    accept: Accept
    """What the whole stack accepts: code to reason."""
    cluster: Cluster
    whereabouts: "Whereabouts | None"
    """None where the stack says nothing of it."""


def load(config: Mapping[str, object]) -> Stack:
    """Validate the config of a stack; networks in it may be validated already.

    Raises SettingsError with everything that can't be used, up to MAX_PROBLEMS of it, never only
    the first.
    """
    problems: list[Problem] = []
    _add(problems, _unknown(config))
    cluster = _validated(Cluster, config.get("cluster", {}), ("cluster",), problems)
    zone = _validated(Zone, config.get("zone", {}), ("zone",), problems)
    networks = list(_networks(config.get("networks", []), cluster, problems))
    multus = _validated(Multus, config.get("multus", {}), ("multus",), problems, cluster=cluster)
    whereabouts = _whereabouts(config, networks, problems, cluster=cluster, multus=multus)
    accepted = _validated(_Accepted, {"accept": config.get("accept", {})}, (), problems)
    if len(problems) >= MAX_PROBLEMS:
        more = f"{problems[-1].allowed}; there may be more, shown once these are fixed"
        problems[-1] = problems[-1]._replace(allowed=more)
    if problems or not (cluster and zone and multus and accepted):
        raise SettingsError(problems)
    path = configuration_path(whereabouts, cluster)
    found = tuple(_configured(one, path) for one in networks)
    return Stack(zone, found, multus, accepted.accept, cluster, whereabouts)


def _whereabouts(
    config: Mapping[str, object],
    networks: Iterable[DeclaredNetwork],
    problems: list[Problem],
    **beside: object,
) -> "Whereabouts | None":
    if "whereabouts" not in config:
        return None
    from multus_lab.settings.whereabouts import Whereabouts  # noqa: PLC0415 - seldom said

    sliced = any(map(_is_sliced, networks))
    raw = config["whereabouts"]
    return _validated(Whereabouts, raw, ("whereabouts",), problems, sliced=sliced, **beside)


def _is_sliced(network: DeclaredNetwork) -> bool:
    """Whether whereabouts gives each node a slice of the network's range."""
    if isinstance(network, TypedNetwork):  # its models know, without the configuration being made
        return bool(getattr(getattr(network, "ipam", None), "node_slice_size", None))
    ipams = [one.get("ipam") for one in plugins_in(network.cni_config())]
    return any(isinstance(one, dict) and one.get("node_slice_size") for one in ipams)


def configuration_path(whereabouts: "Whereabouts | None", cluster: Cluster) -> str | None:
    """What networks have to say by `configuration_path`; None if the program looks there itself.

    Without one of the stack's own it lies in `paths.configDir`, if that is told, or where the
    distribution's documentation has it. A path that isn't there does no harm: the
    program then looks where it always does.
    """
    ours = whereabouts is not None and whereabouts.install
    named = whereabouts is not None and whereabouts.paths.config_dir is not None
    own = whereabouts.config_dir if whereabouts and (ours or named) else None
    folder = own or cluster.record.whereabouts_dir
    return None if folder in WHEREABOUTS_SEEN else f"{folder}/whereabouts.d/whereabouts.conf"


def _configured(network: DeclaredNetwork, path: str | None) -> DeclaredNetwork:
    """The network, whose pods find whereabouts' configuration there if it doesn't say where."""
    if path is None or not isinstance(network, AddressedNetwork):
        return network
    ipam = network.ipam
    if ipam.type != "whereabouts" or getattr(ipam, "configuration_path", None):
        return network
    told = ipam.model_copy(update={"configuration_path": path})
    return network.model_copy(update={"ipam": told})


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


def _unknown(config: Mapping[str, object]) -> Iterator[Problem]:
    for key in config:
        if key not in _KEYS:
            yield Problem((key,), "", unknown_key(key, _KEYS))


def _validated(
    model: type[_M], raw: object, path: Path, problems: list[Problem], **beside: object
) -> _M | None:
    """Validate what stands at a path; `beside` is what of the stack its validators look at."""
    try:
        return model.model_validate(raw, by_alias=True, by_name=False, context=beside)
    except ValidationError as error:
        _add(problems, problems_of(error, model, raw, path))
        return None


def _networks(
    raw: object, cluster: Cluster | None, problems: list[Problem]
) -> Iterator[DeclaredNetwork]:
    if not isinstance(raw, list):
        problems.append(Problem.of(("networks",), raw, "must be a list"))
        return
    hints = gives_hints(cluster.cni_plugins if cluster else None)
    for index, one in enumerate(raw):
        if isinstance(one, DeclaredNetwork):
            yield one
            continue
        place = ("networks", index)
        network = _validated(model_of(one, hints), one, place, problems)
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
