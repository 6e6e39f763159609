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
from multus_lab.checks.names.unserved_object import KIND, SERVED
from multus_lab.checks.network import Network, Pod
from multus_lab.checks.unusable import unusable
from multus_lab.documents import Document, DocumentError, Place, at, kind_of, offset_in, parse, read
from multus_lab.manifests._accepts import accepts_of
from multus_lab.manifests._config import CONFIG, UnreadableError, config_of
from multus_lab.manifests._later import placeholder_in, refuse_template, rendered
from multus_lab.manifests._places import Lines
from multus_lab.manifests._pods import pods_of
from multus_lab.problems import SettingsError, cut

_ANYONES = "cncf.io/"
"""How the group of a NAD ends, be it misspelt."""

_LONGEST = 1024
"""Characters of a name at which rules look; the API takes 253."""


@dataclass(frozen=True)
class Manifest:
    """The NADs of one file: `networks` with what they accept, `findings` of those unreadable.

    `count` is how many there are, `pods` are pods and templates of pods that ask for networks, and
    `kinds` are the other objects' kinds. The first part of each
    path is the index of the document in the file. `breaks` has how far in a `spec.config` that is
    no JSON stops being it.
    """

    name: str
    documents: Sequence[Document]
    count: int
    kinds: Sequence[str]
    pods: Sequence[Pod]
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


def load(source: FilePath | Literal["-"], number: int = 0, *, literally: bool = False) -> Manifest:
    """Read a file, or standard input for `-`, as the source of that number.

    Raises DocumentError where it can't be read, or is a template; read `literally`, `{{` in a text
    is one as any other.
    """
    return _manifest(read(source, twice=True), number, literally)


def of_text(text: str, name: str) -> Manifest:
    """Read what an API server has sent; `name` is what messages call it. Raises DocumentError."""
    return _manifest(parse(text.encode(), name, twice=True), 0, literally=True)


def _manifest(documents: Sequence[Document], number: int, literally: bool) -> Manifest:
    _refuse_others(documents)
    kinds: dict[str, None] = {}
    pods: list[Pod] = []
    definitions = []
    for index, document in enumerate(documents):
        for kind, place, one in _objects(document.value, (index,)):
            group = one.get("apiVersion", "")
            if _is_definition(kind, group):
                definitions.append((place, one))
            else:
                other = f"{kind} of {group}" if kind == KIND else kind
                kinds[cut(other, 63)] = None
                pods += pods_of(one, place, number)
    networks: list[Network] = []
    accepts: list[Accepts] = []
    findings: list[Finding] = []
    breaks: dict[Path, int] = {}
    templated = not literally and "{{" in documents[0].text
    for path, definition in definitions:
        if templated:
            refuse_template(definition, path, documents)
        if wrong := documents[int(path[0])].twice:
            raise wrong
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
    return Manifest(name, documents, count, list(kinds), pods, networks, accepts, findings, breaks)


def _refuse_others(documents: Sequence[Document]) -> None:
    """Refuse documents that are no objects of Kubernetes."""
    for document in documents:
        if document.value is not None and not isinstance(document.value, dict | list):
            reason = f"objects of Kubernetes are mappings; here is {kind_of(document.value)}"
            raise DocumentError(reason, document.name, *document.place())
        listed = document.value if isinstance(document.value, list) else ()
        for index, one in enumerate(listed):
            if isinstance(one, dict) and one.get("kind") == KIND:
                reason = (
                    "an object in a list, which kubectl doesn't take; put `---` between objects, "
                    "or write them as `items` of `kind: List`"
                )
                raise DocumentError(reason, document.name, *document.place((index,)))


# --- the objects ----------------------------------------------------------------------------------


def _objects(value: object, path: Path) -> Iterator[tuple[str, Path, Mapping[str, Any]]]:
    """Every object in a document, with its kind: itself, or an item of a list of kubectl's."""
    pending: list[tuple[object, Path, str]] = [(value, path, "")]
    while pending:
        one, place, kind = pending.pop()
        if not isinstance(one, dict):
            continue
        kind, group = one.get("kind", kind), one.get("apiVersion", "")
        if not isinstance(kind, str) or not isinstance(group, str):
            continue
        items = one.get("items")
        if kind.endswith("List") and isinstance(items, list):
            inside = kind.removesuffix("List")
            numbered = reversed(list(enumerate(items)))
            pending += ((item, (*place, "items", index), inside) for index, item in numbered)
        elif kind:
            yield kind, place, one


def _is_definition(kind: str, group: str) -> bool:
    """Whether it is meant to be a NAD; NAD020 finds what the API refuses of it.

    A kind of the same name in somebody else's group is theirs.
    """
    if "/" in group and _ANYONES not in group.lower() and "${" not in group:
        return False
    return _plain(kind) == _plain(KIND)


def _plain(kind: str) -> str:
    return kind.lower().replace("-", "").removesuffix("s")


def _network(
    definition: Mapping[str, Any], path: Path, breaks: dict[Path, int], number: int
) -> Network | Finding:
    metadata, spec = definition.get("metadata"), definition.get("spec")
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
        written = _written(definition)
        config, again = config_of(written)
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
        "object": {**_OF_LIST, **definition} if "items" in path else definition,
    }
    at_config, at_metadata = (*path, *CONFIG), (*path, "metadata")
    later = "${" in written
    made = (name, namespace, at_config, at_metadata, config, settings, number, generated, later)
    return Network(*made, again=again)


_OF_LIST = {"apiVersion": SERVED, "kind": KIND}
"""What an item of a list may leave to that."""


def _is_there(part: object, *path: str) -> None:
    """Raise UnreadableError if a placeholder stands for that part of the object."""
    if isinstance(part, str) and (later := placeholder_in(part)):
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
