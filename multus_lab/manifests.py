"""NetworkAttachmentDefinitions out of any YAML or JSON, whoever declares them.

Other objects are passed over. `spec.config` is a string of JSON, so a value inside it has two
places: its path goes on behind `spec.config`, and its line and column are counted through the
quotes or the block that YAML writes the string in.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path as FilePath
from typing import Any, Literal, NoReturn

from multus_lab.checks import Accepts, Finding
from multus_lab.checks.finding import Path
from multus_lab.checks.names.placeholder import rendered_later
from multus_lab.checks.names.unreadable_value import unreadable
from multus_lab.checks.network import ACCEPT, Network
from multus_lab.checks.unusable import unusable
from multus_lab.documents import (
    MAX_DEPTH,
    MAX_KEY,
    TEMPLATE,
    Document,
    DocumentError,
    Place,
    at,
    kind_of,
    parse,
    read,
)
from multus_lab.plugins import Placeholder
from multus_lab.settings import Problem, SettingsError, accepted
from multus_lab.settings.problems import cut

_CONFIG = ("spec", "config")
_KIND = "NetworkAttachmentDefinition"
_GROUP = "k8s.cni.cncf.io/"

_LONGEST = 1024
"""Characters of a name at which rules look; the API takes 253, and 63 of a namespace."""


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
            if tuple(rest[end - 2 : end]) == _CONFIG:
                config = at(document.value, rest[:end])
                outside = document.place(tuple(rest[:end]))
                if isinstance(config, str) and (len(rest) > end or path in self.breaks):
                    offset = self.breaks.get(path)
                    if offset is None:
                        offset = _offset(_rendered(config), tuple(rest[end:]))
                    return self._lines.inside(outside, config, offset) or outside
                return outside
        return document.place(tuple(rest))

    @cached_property
    def _lines(self) -> "_Lines":
        return _Lines(self.documents[0].text)


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
    for path, definition in definitions:
        _no_template(definition, path, documents)
        made = _network(definition, path, breaks, number)
        if isinstance(made, Finding):
            findings.append(made)
            continue
        networks.append(made)
        try:
            accepts.append(_accepts(made))
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


# --- what is rendered later -----------------------------------------------------------------------


def _no_template(definition: Mapping[str, Any], path: Path, documents: Sequence[Document]) -> None:
    """Raise DocumentError if a template engine is to render something of the network."""
    pending: list[tuple[Path, object]] = [
        ((*path, key), definition.get(key)) for key in ("spec", "metadata")
    ]
    while pending:
        place, value = pending.pop()
        if isinstance(value, str) and "{{" in value:
            index, *inside = place
            document = documents[int(index)]
            raise DocumentError(TEMPLATE, document.name, *document.place(tuple(inside)))
        if isinstance(value, dict):
            pending += (((*place, key), one) for key, one in reversed(value.items()))
        elif isinstance(value, list):
            pending += (((*place, key), one) for key, one in reversed(list(enumerate(value))))


_PLACEHOLDER = re.compile(r"\$\{(?:[^{}]|\$\{[^{}]*\})*\}")
"""What Flux, Kustomize and envsubst fill in, `${MTU}` or `${MTU:-1500}`."""

_SPLIT = re.compile(rf'"(?:[^"\\]|\\.)*"|{_PLACEHOLDER.pattern}', re.DOTALL)
_HIDDEN = 0xE000
"""Where Unicode's private use begins: the characters of a bare placeholder, moved up there, make
a string of JSON of the same length."""


def _rendered(text: str) -> str:
    """JSON in which each placeholder outside of a string is a string, for a parser to read."""
    return _SPLIT.sub(_hidden, text) if "${" in text else text


def _hidden(found: re.Match[str]) -> str:
    if found[0][0] == '"':
        return found[0]
    inner = (chr(_HIDDEN + min(ord(one), 0x7F)) for one in found[0][1:-1])
    return f'"{"".join(inner)}"'


def _later(value: object) -> object:
    """The value, with a Placeholder for each text that is rendered later."""
    if isinstance(value, dict):
        return {str(_later(key)): _later(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_later(one) for one in value]
    if isinstance(value, str) and value:
        if _HIDDEN <= ord(value[0]) < _HIDDEN + 0x80:
            return Placeholder("$" + "".join(chr(ord(one) - _HIDDEN) for one in value) + "}")
        if "${" in value and _PLACEHOLDER.search(value):
            return Placeholder(value)
    return value


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
        if not isinstance(name, str) or not 0 < len(name) <= _LONGEST:
            message = "metadata.name must be a string of at most 253 characters"
            raise _UnreadableError(message, ("metadata", "name"), name)
        if not isinstance(namespace, str) or len(namespace) > _LONGEST:
            message = "metadata.namespace must be a string of at most 63 characters"
            raise _UnreadableError(message, ("metadata", "namespace"), namespace)
        written = _written(definition)
        config = _config(written)
    except _UnreadableError as error:
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
    metadata_path = (*path, "metadata")
    return Network(
        name,
        namespace,
        (*path, *_CONFIG),
        metadata_path,
        config,
        settings,
        number,
        generated,
        "${" in written,
    )


def _label(name: object) -> str:
    return cut(name, 253) if isinstance(name, str) else "?"


class _UnreadableError(ValueError):
    """A NAD that the API or every plugin refuses, with where and what it is.

    `later` is the placeholder because of which nothing can be read yet.
    """

    def __init__(
        self,
        message: str,
        path: Path = _CONFIG,
        value: object = None,
        offset: int | None = None,
        later: str | None = None,
    ) -> None:
        super().__init__(message)
        self.offset = offset
        self.path = path
        self.value = value
        self.later = later
        self.fix = "" if path != _CONFIG else _FIX


_FIX = """config: '{"cniVersion": "0.3.1", "type": "macvlan", …}'"""


def _written(definition: Mapping[str, Any]) -> str:
    """The text of `spec.config`, empty where there is none."""
    spec = definition.get("spec")
    if spec is not None and not isinstance(spec, dict):
        raise _UnreadableError("spec must be a mapping", ("spec",), spec)
    written = spec.get("config") if spec else None
    if written is not None and not isinstance(written, str):
        message = "spec.config must be a string of JSON; the API takes nothing else"
        raise _UnreadableError(message, value=written)
    return written or ""


# --- what is accepted -----------------------------------------------------------------------------


def _accepts(network: Network) -> Accepts:
    """What the NAD's annotation accepts. Raises SettingsError where it can't be used."""
    path = (*network.metadata, "annotations", ACCEPT)
    annotations = network.settings["annotations"]
    if ACCEPT not in annotations:
        return Accepts(path, network.label, {}, network.source)
    reasons = accepted(_mapping(annotations[ACCEPT], path), path)
    return Accepts(path, network.label, reasons, network.source)


def _mapping(text: object, path: Path) -> object:
    """What the text of an annotation holds."""
    if not isinstance(text, str):
        message = "must be a string that holds a mapping; the API takes nothing else"
        raise SettingsError([Problem.of(path, text, message)])
    try:
        documents = parse(text.encode(errors="surrogatepass"), ACCEPT)
    except DocumentError as error:
        where = f"; at line {error.line}, column {error.column} of it" if error.line else ""
        message = f"must be a mapping in YAML or JSON{where}: {error.reason}"
        raise SettingsError([Problem.of(path, text, message)]) from None
    return documents[0].value if len(documents) == 1 else [one.value for one in documents]


# --- the JSON inside ------------------------------------------------------------------------------


def _config(text: str) -> Mapping[str, Any]:
    """The object that a spec.config holds; an empty text is an empty one."""
    if not text.strip():
        return {}
    read = _read(text)
    config = _later(read) if "${" in text else read
    if isinstance(config, Placeholder):
        raise _UnreadableError("", later=config.text)
    if not isinstance(config, dict):
        raise _UnreadableError(f"spec.config must be a JSON object; here is {_kind(config)}")
    if not config:
        raise _UnreadableError("spec.config is an object without a plugin's type")
    if text.count("{") + text.count("[") > MAX_DEPTH and _too_deep(config):
        raise _UnreadableError(_TOO_DEEP)
    return config


def _read(text: str) -> object:
    """The value of a text in JSON, in which bare placeholders are texts."""
    try:
        return json.loads(_rendered(text), object_pairs_hook=_object, parse_constant=_constant)
    except json.JSONDecodeError as error:
        if later := _PLACEHOLDER.search(text):
            raise _UnreadableError("", offset=later.start(), later=later[0]) from None
        message = f"spec.config is not JSON: {_reason(text, error)}"
        raise _UnreadableError(message, offset=error.pos) from None
    except RecursionError:
        raise _UnreadableError(_TOO_DEEP) from None
    except _UnreadableError:
        raise
    except ValueError:
        raise _UnreadableError("spec.config has a number of thousands of digits") from None


_TOO_DEEP = f"spec.config is nested deeper than {MAX_DEPTH} levels, the most that is read"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        key = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise _UnreadableError(f"spec.config has the key {_shown(key)} twice in one object")
    if max(map(len, made), default=0) > MAX_KEY:
        raise _UnreadableError(f"spec.config has a key of more than {MAX_KEY:,} characters")
    return made


def _constant(name: str) -> NoReturn:
    raise _UnreadableError(f"spec.config is not JSON: it has no {name}")


def _reason(text: str, error: json.JSONDecodeError) -> str:
    if text.startswith("\ufeff"):
        return "it begins with U+FEFF, a byte order mark"
    where = f"line {error.lineno}, column {error.colno} of it"
    before, after = text[: error.pos].rstrip(), text[error.pos : error.pos + 1]
    if (after and after in "}]" and before.endswith(",")) or (before.endswith((",}", ",]"))):
        return f"a trailing comma before {where}"
    if not text[error.pos :].strip():
        return f"it ends too early, at {where}"
    return f"{error.msg[0].lower()}{error.msg[1:]} at {where}"


def _too_deep(value: object) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            part
            for one in level
            for part in (one.values() if isinstance(one, dict) else one)  # type: ignore[attr-defined]
            if isinstance(part, dict | list)
        ]
        if not level:
            return False
    return True


def _kind(value: object) -> str:
    names = {type(None): "null", bool: "a boolean", str: "a string", list: "a list"}
    return names.get(type(value), "a number")


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:60]}…")


# --- places ---------------------------------------------------------------------------------------

_JSON = json.JSONDecoder()
_SPACE = re.compile(r"[ \t\r\n]*")
_QUOTED = {
    '"': re.compile(r"(\\(?:x.{2}|u.{4}|U.{8}|[^\r\n]))|[^\\\r\n]+"),
    "'": re.compile(r"(''?)|[^'\r\n]+"),
}
"""One escape, or what is written as it is; to the end of the line."""


def _offset(text: str, path: Path) -> int:
    """Where the value at `path` begins in valid JSON, or what of the path is there."""
    at = _skipped(text, 0)
    for step in path:
        found = _part(text, at, step)
        if found is None:
            break
        at = found
    return at


def _part(text: str, at: int, step: str | int) -> int | None:
    """Where a key's or an index's value begins in the object or list that begins at `at`."""
    opening, index = text[at], 0
    at = _skipped(text, at + 1)
    while opening in "{[" and text[at] not in "}]":
        key: object = index
        if opening == "{":
            key, at = _JSON.raw_decode(text, at)
            at = _skipped(text, _skipped(text, at) + 1)
        if key == step:
            return at
        _, at = _JSON.raw_decode(text, at)
        at = _skipped(text, at)
        if text[at] == ",":
            at = _skipped(text, at + 1)
        index += 1
    return None


def _skipped(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


class _Lines:
    """A file's lines, to look into the strings that are written there."""

    def __init__(self, text: str) -> None:
        self._lines = re.split(r"\r\n?|\n", text)

    def inside(self, place: Place, value: str, offset: int) -> Place | None:
        """Line and column of a character of a string that is written at `place`, if it shows."""
        written = self._lines[place.line - 1][place.column - 1 :]
        if written[:1] in _QUOTED:
            return self._quoted(place, written, offset)
        if written[:1] == "|":
            return self._block(place, value, offset)
        if "\n" not in value and written.startswith(value):
            return Place(place.line, place.column + offset)
        return None

    def _quoted(self, place: Place, written: str, offset: int) -> Place | None:
        """One line in quotes; each escape is one character."""
        for match in _QUOTED[written[0]].finditer(written, 1):
            length = 1 if match[1] else len(match[0])
            if offset < length:
                return Place(place.line, place.column + match.start() + offset)
            offset -= length
        return None  # it goes on in the next line, folded

    def _block(self, place: Place, value: str, offset: int) -> Place | None:
        """A literal block: its lines are the string's, indented."""
        starts = [0, *accumulate(len(line) + 1 for line in value.split("\n"))]
        number = bisect_right(starts, offset) - 1
        line = place.line + number
        text = value[starts[number] :].split("\n", 1)[0]
        if line >= len(self._lines) or not self._lines[line].endswith(text):
            return None
        indent = len(self._lines[line]) - len(text)
        return Place(line + 1, indent + offset - starts[number] + 1)
