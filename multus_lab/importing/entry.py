"""The entry of a stack that makes a network as it is."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple, get_args

from pydantic import ValidationError

from multus_lab.attachment import ACCEPT, RESOURCE
from multus_lab.errors import MultusLabError
from multus_lab.manifests import Definition
from multus_lab.ownership import FIELD_MANAGER, OWNER
from multus_lab.problems import Path, dotted
from multus_lab.settings.network import DeclaredNetwork
from multus_lab.settings.network_model import model_of
from multus_lab.settings.problems import problems_of
from multus_lab.settings.types import LARGEST, SMALLEST, is_resource_name

_MADE = (
    ACCEPT,
    FIELD_MANAGER,
    OWNER,
    "kubectl.kubernetes.io/last-applied-configuration",
)
"""Annotations that the entry says in other words, or that whoever applies it makes.

So it is with that of the resource, but for one that no device plugin can offer.
"""


class NoEntryError(MultusLabError):
    """No stack can make the network; says why."""


class Entry(NamedTuple):
    """What a stack writes of a network, what it declares by that, and the configuration made."""

    written: Mapping[str, Any]
    network: DeclaredNetwork
    config: Mapping[str, Any]

    @property
    def label(self) -> str:
        """What the network is called: `namespace/name`."""
        return f"{self.network.namespace}/{self.network.name}"

    def accepting(self, reasons: Mapping[str, str]) -> "Entry":
        """The same, with more codes accepted, each for its reason."""
        if not reasons:
            return self
        accept = {"accept": {**self.network.accept, **reasons}}
        declared = self.network.model_copy(update=accept)
        return Entry({**self.written, **accept}, declared, self.config)


def entry_of(network: Definition, labels: Mapping[str, str], accept: Mapping[str, str]) -> Entry:
    """The shortest entry of which a stack makes the same configuration.

    By `config` where no type has all of it, or renders it otherwise. Raises NoEntryError.
    """
    beside = dict(_beside(network, labels, accept))
    _refuse(network)
    _refuse_values(network, beside)
    wanted = {"name": network.name, **network.config}
    reason = ""
    for form in _forms(network):
        model = model_of(form)
        entry = {**beside, **form}
        for key in _unwritten(model):
            entry.setdefault(key, None)
        short = _without_defaults(entry, model)
        for one in [short] if short == entry else [short, entry]:
            try:
                made = model.model_validate(one, by_alias=True, by_name=False)
            except ValidationError as error:
                reason = str(next(problems_of(error, model, one, ())))
                continue
            config = made.cni_config()
            # To Python 1 is True, and 1.0: settings make none of the other.
            if config == wanted:
                return Entry(one, made, config)
            reason = "a stack can't write its configuration"
    raise NoEntryError(reason)


def _refuse(network: Definition) -> None:
    if network.generated:
        raise NoEntryError("its name is made up by the API server (generateName)")
    if network.later:
        raise NoEntryError("a part of it is rendered later: render it first")
    if not network.config:
        raise NoEntryError("its configuration is a file on the nodes, found by its name")


_PLAIN = {"name", "namespace"}
_WORDS = ("secure", "<<", "\\")
_NUMBER = re.compile(r"[:\[,]\s*-?\d+(?:\.0|[\d.]*[eE]|(?<=\d{19}))")
"""What may be refused in JSON; values are looked at one by one only where it stands."""


def _refuse_values(network: Definition, beside: Mapping[str, Any]) -> None:
    """Refuse what no stack can hold, in the configuration or beside it."""
    config, written = network.config, network.settings["spec"]["config"]
    if not (
        beside.keys() - _PLAIN
        or not written.isascii()
        or any(one in written for one in _WORDS)
        or _NUMBER.search(written)
    ):
        return
    if _has_secure(config) or _has_secure(beside):
        raise NoEntryError("it has an object {secure: …}, which Pulumi would decrypt")
    if '"<<":' in json.dumps([config, beside]):
        raise NoEntryError("it has a key <<, which Pulumi's YAML takes for a merge, even in quotes")
    if _has_half(config, beside):
        raise NoEntryError("it has half a character (\\ud800 to \\udfff), which no YAML can hold")
    for path, value in _values(config, ()):
        if isinstance(value, float) and value.is_integer():
            number = f"{dotted(path)} {value!r}"
            raise NoEntryError(f"{number}: no stack can write a whole number with a fraction")
        if isinstance(value, int) and not SMALLEST <= value <= LARGEST:
            raise NoEntryError(f"{dotted(path)} {value}: no stack can write more than {LARGEST}")


def _values(value: object, path: Path) -> Iterator[tuple[Path, object]]:
    """Every value in it that is neither a mapping nor a list, with its path."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _values(one, (*path, key))
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from _values(one, (*path, index))
    else:
        yield path, value


def _has_half(*values: object) -> bool:
    """Whether a text of theirs isn't Unicode: JSON can escape the halves of a character."""
    try:
        json.dumps(values, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def _has_secure(value: object) -> bool:
    if isinstance(value, dict):
        return value.keys() == {"secure"} or any(map(_has_secure, value.values()))
    return isinstance(value, list) and any(map(_has_secure, value))


def _beside(
    network: Definition, labels: Mapping[str, str], accept: Mapping[str, str]
) -> Iterator[tuple[str, Any]]:
    """What stands beside the configuration."""
    yield "name", network.name
    if network.namespace != "default":
        yield "namespace", network.namespace
    if labels:
        yield "labels", labels
    annotations = network.settings["annotations"]
    resource = annotations.get(RESOURCE)
    made = {*_MADE, RESOURCE} if is_resource_name(resource) else _MADE
    if own := {key: value for key, value in annotations.items() if key not in made}:
        yield "annotations", own
    if RESOURCE in made:
        yield "resourceName", resource
    if accept:
        yield "accept", dict(accept)


def _forms(network: Definition) -> Iterator[dict[str, Any]]:
    """The configuration as a stack may write it, shortest first."""
    config = network.config
    listed = config.get("plugins")
    typed = "type" not in config and isinstance(listed, list)
    main, *chain = listed if typed and listed else [config]
    if isinstance(main, dict):
        top = {key: config[key] for key in ("cniVersion",) if key in config}
        named = config.get("name", network.name)
        own = {} if named == network.name else {"cniName": named}
        yield from _typed({**own, **top, **main}, chain)
    yield {"config": config}


def _typed(main: dict[str, Any], chain: list[Any]) -> Iterator[dict[str, Any]]:
    flat = {key: value for key, value in main.items() if key != "name"}
    flat.setdefault("ipam", {"type": "none"})
    if chain and chain[-1] == {"type": "sbr"}:
        before = {"chain": chain[:-1]} if chain[:-1] else {}
        short = {"defaultRoute": "source-based", **before}
        yield {**_without_default_routes(flat), **short}
        yield {**flat, **short}
    behind = {"chain": chain} if chain else {}
    yield {**flat, **behind}
    if "ipam" not in main:  # a plugin that takes none
        del flat["ipam"]
        yield {**flat, **behind}


def _without_default_routes(flat: dict[str, Any]) -> dict[str, Any]:
    ipam = flat["ipam"]
    routes = ipam.get("routes") if isinstance(ipam, dict) else None
    if not isinstance(routes, list):
        return flat
    kept = [one for one in routes if one not in ({"dst": "0.0.0.0/0"}, {"dst": "::/0"})]
    short = {key: value for key, value in ipam.items() if key != "routes"}
    return {**flat, "ipam": {**short, "routes": kept} if kept else short}


def _without_defaults(entry: dict[str, Any], model: type[DeclaredNetwork]) -> dict[str, Any]:
    """The entry without keys that the settings fill in, but for its type."""
    defaults = _defaults(model)
    return {key: value for key, value in entry.items() if defaults.get(key, _NONE) != value}


_NONE = object()


@cache
def _unwritten(model: type[DeclaredNetwork]) -> Mapping[str, None]:
    """The keys that the settings write out unless they are null, such as macvlan's `mode`."""
    fields = ((field.alias or name, field) for name, field in model.model_fields.items())
    return {
        key: None
        for key, field in fields
        if field.default is not None and type(None) in get_args(field.annotation)
    }


@cache
def _defaults(model: type[DeclaredNetwork]) -> Mapping[str, Any]:
    """The defaults of a model, by the keys of a stack."""
    return {
        field.alias or name: field.get_default(call_default_factory=True)
        for name, field in model.model_fields.items()
        if name != "type" and not field.is_required()
    }
