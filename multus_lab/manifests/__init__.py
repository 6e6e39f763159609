"""NetworkAttachmentDefinitions out of any YAML or JSON, whoever declares them.

Other objects are passed over. `spec.config` is a string of JSON, so a value inside it has two
places: its path goes on behind `spec.config`, and its line and column are counted through the
quotes or the block that YAML writes the string in.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path as FilePath
from typing import Any, Literal

from multus_lab.checks import Accepts, Finding
from multus_lab.checks.finding import Path
from multus_lab.checks.names.placeholder import rendered_later
from multus_lab.checks.names.unreadable_value import unreadable
from multus_lab.checks.network import Network
from multus_lab.checks.unusable import unusable
from multus_lab.documents import Document, DocumentError, Place, at, kind_of, read
from multus_lab.manifests._accepts import accepts_of
from multus_lab.manifests._config import CONFIG, UnreadableError, config_of
from multus_lab.manifests._later import placeholder_in, refuse_template, rendered
from multus_lab.manifests._places import Lines, offset_in
from multus_lab.settings import SettingsError
from multus_lab.settings.problems import cut

_KIND = "NetworkAttachmentDefinition"
_GROUP = "k8s.cni.cncf.io/"

_LONGEST = 1024
"""Characters of a name at which rules look; the API takes 253."""


@dataclass(frozen=True)
class Manifest:
    """The NADs of one file: `networks` with what they accept, `findings` of those unreadable.

    `count` is how many there are, and `kinds` are the other objects' kinds. The first part of each
    path is the index of the document in the file. `breaks` has how far in a `spec.config` that is
    no JSON stops being it.
    """

    name: str
    documents: Sequence[Document]
    count: int
    kinds: Sequence[str]
    networks: Sequence[Network]
    accepts: Sequence[Accepts]
    findings: Sequence[Finding]
    breaks: Mapping[Path, int]

    def text(self, network: Network) -> str:
        """The `spec.config` of one of its networks, as it is written."""
        index, *rest = network.path
        return str(at(self.documents[int(index)].value, rest) or "")

    def place(self, path: Path) -> Place:
        """Line and column of the value at a path, also inside of `spec.config`."""
        index, *rest = path
        document = self.documents[int(index)]
        for end in range(2, len(rest) + 1):
            if tuple(rest[end - 2 : end]) == CONFIG:
                config = at(document.value, rest[:end])
                outside = document.place(tuple(rest[:end]))
                if isinstance(config, str) and (len(rest) > end or path in self.breaks):
                    offset = self.breaks.get(path)
                    if offset is None:
                        offset = offset_in(rendered(config), tuple(rest[end:]))
                    return self._lines.inside(outside, config, offset) or outside
                return outside
        return document.place(tuple(rest))

    @cached_property
    def _lines(self) -> Lines:
        return Lines(self.documents[0].text)


def load(source: FilePath | Literal["-"], number: int = 0) -> Manifest:
    """Read a file, or standard input for `-`, as the source of that number.

    Raises DocumentError where it can't be read, or is a template.
    """
    documents = _documents(source)
    kinds: dict[str, None] = {}
    definitions = [
        one
        for index, document in enumerate(documents)
        for one in _definitions(document.value, (index,), kinds)
    ]
    networks: list[Network] = []
    accepts: list[Accepts] = []
    findings: list[Finding] = []
    breaks: dict[Path, int] = {}
    templated = "{{" in documents[0].text
    for path, definition in definitions:
        if templated:
            refuse_template(definition, path, documents)
        made = _network(definition, path, breaks, number)
        if isinstance(made, Finding):
            findings.append(made)
            continue
        networks.append(made)
        try:
            accepts.append(accepts_of(made))
        except SettingsError as error:
            findings += (unusable(problem, made.label, number) for problem in error.problems)
    name, count = documents[0].name, len(definitions)
    return Manifest(name, documents, count, list(kinds), networks, accepts, findings, breaks)


def _documents(source: FilePath | Literal["-"]) -> Sequence[Document]:
    documents = read(source)
    for document in documents:
        if document.value is not None and not isinstance(document.value, dict | list):
            reason = f"objects of Kubernetes are mappings; here is {kind_of(document.value)}"
            raise DocumentError(reason, document.name, *document.place())
    return documents


# --- the objects ----------------------------------------------------------------------------------


def _definitions(
    value: object, path: Path, kinds: dict[str, None]
) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Every NAD in a document: itself, or an item of a list as kubectl prints it.

    `kinds` is told the kinds of the other objects.
    """
    pending: list[tuple[object, Path, str]] = [(value, path, "")]
    while pending:
        one, place, kind = pending.pop()
        if not isinstance(one, dict):
            continue
        kind, group = one.get("kind", kind), one.get("apiVersion", _GROUP)
        if not isinstance(kind, str) or not isinstance(group, str):
            continue
        items = one.get("items")
        if kind.endswith("List") and isinstance(items, list):
            inside = kind.removesuffix("List")
            numbered = reversed(list(enumerate(items)))
            pending += ((item, (*place, "items", index), inside) for index, item in numbered)
        elif kind == _KIND and group.startswith(_GROUP):
            yield place, one
        elif kind:
            kinds[cut(kind, 63)] = None


def _network(
    definition: Mapping[str, Any], path: Path, breaks: dict[Path, int], number: int
) -> Network | Finding:
    metadata = definition.get("metadata")
    named = metadata if isinstance(metadata, dict) else {}
    generated = not named.get("name") and bool(named.get("generateName"))
    name = named.get("generateName" if generated else "name")
    namespace = named.get("namespace", "default")
    try:
        _is_there(definition, ("metadata",), ("metadata", "annotations"), ("spec",))
        if not isinstance(name, str) or not 0 < len(name) <= _LONGEST:
            message = "metadata.name must be a string of 1 to 253 characters"
            raise UnreadableError(message, ("metadata", "name"), name)
        if not isinstance(namespace, str) or (len(namespace) > 63 and "${" not in namespace):
            message = "metadata.namespace must be a string of at most 63 characters"
            raise UnreadableError(message, ("metadata", "namespace"), namespace)
        written = _written(definition)
        config = config_of(written)
    except UnreadableError as error:
        place = (*path, *error.path)
        if error.offset is not None:
            breaks[place] = error.offset
        label = f"{_label(namespace)}/{_label(name)}"
        if error.later is not None:
            return rendered_later(label, place, error.later, number)
        return unreadable(label, place, error.value, str(error), error.fix, number)
    annotations, spec = named.get("annotations"), definition.get("spec")
    settings = {
        "annotations": annotations if isinstance(annotations, dict) else {},
        "spec": spec if isinstance(spec, dict) else {},
    }
    at_config, at_metadata = (*path, *CONFIG), (*path, "metadata")
    later = "${" in written
    return Network(
        name, namespace, at_config, at_metadata, config, settings, number, generated, later
    )


def _is_there(definition: Mapping[str, Any], *paths: Path) -> None:
    """Raise UnreadableError if a placeholder stands for one of these parts."""
    for path in paths:
        if later := placeholder_in(at(definition, path)):
            raise UnreadableError("", path, later=later)


def _label(name: object) -> str:
    return cut(name, 253) if isinstance(name, str) else "?"


def _written(definition: Mapping[str, Any]) -> str:
    """The text of `spec.config`, empty where there is none."""
    spec = definition.get("spec")
    if spec is not None and not isinstance(spec, dict):
        raise UnreadableError("spec must be a mapping", ("spec",), spec)
    written = spec.get("config") if spec else None
    if written is not None and not isinstance(written, str):
        message = "spec.config must be a string of JSON; the API takes nothing else"
        raise UnreadableError(message, value=written)
    return written or ""
