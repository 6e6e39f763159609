"""A NetworkAttachmentDefinition as it is written, before rules read its configuration."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from multus_lab.checks import Finding
from multus_lab.checks.finding import Path
from multus_lab.checks.names.placeholder import rendered_later
from multus_lab.checks.names.unreadable_value import unreadable
from multus_lab.checks.names.unserved_object import KIND, SERVED
from multus_lab.manifests._config import CONFIG, UnreadableError, config_of
from multus_lab.manifests._later import placeholder_in
from multus_lab.problems import cut

_LONGEST = 1024
"""Characters of a name at which rules look; the API takes 253."""


class Definition(NamedTuple):
    """A NAD that can be read, by what a `Network` is made of, in its order."""

    name: str
    namespace: str
    path: Path
    metadata: Path
    config: Mapping[str, Any]
    settings: Mapping[str, Any]
    source: int
    generated: bool
    later: bool
    again: Sequence[Path]

    @property
    def label(self) -> str:
        """What it is called: `namespace/name`."""
        return f"{self.namespace}/{self.name}"


def definition_of(
    written: Mapping[str, Any], path: Path, breaks: dict[Path, int], number: int
) -> Definition | Finding:
    """Read the object that stands at `path` of the source of that number, or find why it can't be.

    Where its `spec.config` stops being JSON is told to `breaks`.
    """
    metadata, spec = written.get("metadata"), written.get("spec")
    named = metadata if isinstance(metadata, dict) else {}
    annotations = named.get("annotations")
    generated = not named.get("name") and bool(named.get("generateName"))
    name = named.get("generateName" if generated else "name")
    namespace = named.get("namespace", "default")
    try:
        _is_there(metadata, "metadata")
        _is_there(annotations, "metadata", "annotations")
        _is_there(spec, "spec")
        if not isinstance(name, str) or not 0 < len(name) <= _LONGEST:
            message = "metadata.name must be a string of 1 to 253 characters"
            raise UnreadableError(message, ("metadata", "name"), name)
        if not isinstance(namespace, str) or (len(namespace) > 63 and "${" not in namespace):
            message = "metadata.namespace must be a string of at most 63 characters"
            raise UnreadableError(message, ("metadata", "namespace"), namespace)
        text = _text(written)
        config, again = config_of(text)
    except UnreadableError as error:
        place = (*path, *error.path)
        if error.offset is not None:
            breaks[place] = error.offset
        label = f"{_label(namespace)}/{_label(name)}"
        if error.later is not None:
            return rendered_later(label, place, error.later, number)
        return unreadable(label, place, error.value, str(error), error.fix, number)
    settings = {
        "annotations": annotations if isinstance(annotations, dict) else {},
        "spec": spec if isinstance(spec, dict) else {},
        "object": {**_OF_LIST, **written} if "items" in path else written,
    }
    at_config, at_metadata = (*path, *CONFIG), (*path, "metadata")
    called = (name, namespace, at_config, at_metadata)
    return Definition(*called, config, settings, number, generated, "${" in text, again)


_OF_LIST = {"apiVersion": SERVED, "kind": KIND}
"""What an item of a list may leave to that."""


def _is_there(part: object, *path: str) -> None:
    """Raise UnreadableError if a placeholder stands for that part of the object."""
    if isinstance(part, str) and (later := placeholder_in(part)):
        raise UnreadableError("", path, later=later)


def _label(name: object) -> str:
    return cut(name, 253) if isinstance(name, str) else "?"


def _text(written: Mapping[str, Any]) -> str:
    """The text of `spec.config`, empty where there is none."""
    spec = written.get("spec")
    if spec is not None and not isinstance(spec, dict):
        raise UnreadableError("spec must be a mapping", ("spec",), spec)
    text = spec.get("config") if spec else None
    if text is not None and not isinstance(text, str):
        message = "spec.config must be a string of JSON; the API takes nothing else"
        raise UnreadableError(message, value=text)
    return text or ""
