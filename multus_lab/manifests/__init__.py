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
from multus_lab.checks.names.unserved_object import KIND, SERVED
from multus_lab.checks.network import Network, Pod
from multus_lab.checks.unusable import unusable
from multus_lab.documents import Document, DocumentError, Place, at, kind_of, offset_in, parse, read
from multus_lab.manifests._accepts import accepts_of
from multus_lab.manifests._config import CONFIG
from multus_lab.manifests._definition import Definition, definition_of
from multus_lab.manifests._later import refuse_template, rendered
from multus_lab.manifests._places import Lines
from multus_lab.manifests._pods import pods_of
from multus_lab.names import nearest
from multus_lab.problems import SettingsError, cut

__all__ = ["Definition", "Manifest", "load", "of_text"]

_ANYONES = "cncf.io/"
"""How the group of a NAD ends, be it misspelt."""


@dataclass(frozen=True)
class Manifest:
    """The NADs of one file: `definitions` with what they accept, `findings` of those unreadable.

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
    definitions: Sequence[Definition]
    accepts: Sequence[Accepts]
    findings: Sequence[Finding]
    breaks: Mapping[Path, int]

    @cached_property
    def networks(self) -> Sequence[Network]:
        """The NADs that can be read, as rules see them."""
        return [Network(*one) for one in self.definitions]

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
    objects = []
    for index, document in enumerate(documents):
        for kind, place, one in _objects(document.value, (index,)):
            group = one.get("apiVersion", "")
            if _is_definition(kind, group):
                objects.append((place, one))
            else:
                other = f"{kind} of {group}" if kind == KIND else kind
                kinds[cut(other, 63)] = None
                pods += pods_of(one, place, number)
    definitions: list[Definition] = []
    accepts: list[Accepts] = []
    findings: list[Finding] = []
    breaks: dict[Path, int] = {}
    templated = not literally and "{{" in documents[0].text
    for path, one in objects:
        if templated:
            refuse_template(one, path, documents)
        if wrong := documents[int(path[0])].twice:
            raise wrong
        made = definition_of(one, path, breaks, number)
        if isinstance(made, Finding):
            findings.append(made)
            continue
        definitions.append(made)
        try:
            accepts.append(accepts_of(made))
        except SettingsError as error:
            findings += (unusable(problem, made.label, number) for problem in error.problems)
    name, count, others = documents[0].name, len(objects), list(kinds)
    return Manifest(name, documents, count, others, pods, definitions, accepts, findings, breaks)


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

    A kind of the same name in somebody else's group is theirs. In the NADs' own version, which has
    no other kind, it may be misspelt, or the short name that kubectl takes.
    """
    if "/" in group and _ANYONES not in group.lower() and "${" not in group:
        return False
    plain = _plain(kind)
    return plain == _NAD or (group == SERVED and nearest(plain, (_NAD, *_SHORT)) is not None)


def _plain(kind: str) -> str:
    return kind.lower().replace("-", "").removesuffix("s")


_NAD = _plain(KIND)
_SHORT = ("netattachdef", "netattachdefinition")
