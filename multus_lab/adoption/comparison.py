"""Where an object of a cluster differs from what a stack declares."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from multus_lab.adoption.objects import Manifest
from multus_lab.attachment import ACCEPT
from multus_lab.ownership import FIELD_MANAGER, OWNER

__all__ = ["PODS_KEEP", "Difference", "differences", "other_interface"]

PODS_KEEP = "running pods keep the interface that they have until they are made anew"
"""What a network with another interface means for them."""

_SERVERS = ("creationTimestamp", "generation", "managedFields", "resourceVersion", "uid")
"""Metadata that the API server writes."""

_NOT_CONTENT = {
    OWNER,
    FIELD_MANAGER,
    ACCEPT,
    "deprecated.daemonset.template.generation",  # the API server's
    "kubectl.kubernetes.io/last-applied-configuration",  # what `kubectl apply` was given
    "kubectl.kubernetes.io/restartedAt",  # of `kubectl rollout restart`, and left alone
}
"""Annotations that say nothing of what an object does."""

_LONGEST = 60


class Difference(NamedTuple):
    """One place at which two objects differ, as deep as it goes; a value is None if there is none.

    A list of another length differs as a whole.
    """

    path: str
    there: Any
    declared: Any

    def __str__(self) -> str:
        values = _shown(self.there), _shown(self.declared)
        return f"{self.path}: {values[0]} -> {values[1]}" if all(values) else self.path


def differences(there: Manifest, declared: Manifest) -> tuple[Difference, ...]:
    """Where they differ, but for their status and what servers and clients keep their books in."""
    return tuple(sorted(_differences(_content(there), _content(declared), ""), key=_path))


def other_interface(there: Manifest, declared: Manifest) -> str:
    """The plugins of two definitions of a network, `macvlan -> ipvlan`, if they aren't the same.

    "" too if one of them can't be read.
    """
    plugins = [_plugin(one.get("spec")) for one in (there, declared)]
    return " -> ".join(plugins) if all(plugins) and plugins[0] != plugins[1] else ""


def _plugin(spec: Any) -> str:
    """The type of the plugin that makes the interface, as Multus looks for it; "" for none."""
    with suppress(ValueError, TypeError, KeyError, IndexError):
        config = json.loads(spec["config"])
        return str(config["type"] if "type" in config else config["plugins"][0]["type"])
    return ""


def _path(one: Difference) -> str:
    return one.path


def _differences(there: Any, declared: Any, path: str) -> Iterator[Difference]:
    if isinstance(there, Mapping) and isinstance(declared, Mapping):
        for key in there.keys() | declared.keys():
            below = f"{path}.{key}".lstrip(".")
            yield from _differences(there.get(key), declared.get(key), below)
    elif isinstance(there, list) and isinstance(declared, list) and len(there) == len(declared):
        for index, pair in enumerate(zip(there, declared, strict=True)):
            yield from _differences(*pair, f"{path}[{index}]")
    elif there != declared or type(there) is not type(declared):
        inside = list(_inside(there, declared, path))
        yield from inside or [Difference(path, there, declared)]


def _inside(there: Any, declared: Any, path: str) -> Iterator[Difference]:
    """Where two texts differ that are JSON objects, as networks' configurations are."""
    texts = (there, declared)
    if all(isinstance(one, str) and one.lstrip().startswith("{") for one in texts):
        with suppress(ValueError):
            yield from _differences(json.loads(there), json.loads(declared), path)


def _content(manifest: Manifest) -> Any:
    metadata = {key: one for key, one in manifest["metadata"].items() if key not in _SERVERS}
    return _without({**manifest, "metadata": metadata, "status": None})


def _without(value: Any) -> Any:
    """A value without annotations that are no content, and without empty ones and nulls."""
    if isinstance(value, list):
        return [_without(one) for one in value]
    if not isinstance(value, Mapping):
        return value
    kept = {key: _without(one) for key, one in value.items() if one is not None}
    notes = kept.get("annotations")
    if isinstance(notes, Mapping):
        kept["annotations"] = {key: one for key, one in notes.items() if key not in _NOT_CONTENT}
        if not kept["annotations"]:
            del kept["annotations"]
    return kept


def _shown(value: Any) -> str:
    """A value in a few words; "" if it takes more."""
    if value is None:
        return "(none)"
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= _LONGEST and "\n" not in text else ""
