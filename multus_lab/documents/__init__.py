r"""YAML or JSON text as plain Python values, with the place of every value and key.

Scalars mean here what they mean to Pulumi's engine, which reads stack files with Go's
gopkg.in/yaml.v3 (resolve.go and decode.go of v3.0.1): `yes`, `on` and `52:54:00:12:34:56` are
strings, `0777` is 511, `08` is 8.0, `<<` merges. PyYAML's constructor follows YAML 1.1, where those
are booleans and a base-60 integer, so only its parser is used here, as a stream of events.
A number or a boolean as a key is its text, as for kubectl (sigs.k8s.io/yaml v1.6.0 yaml.go) and
Pulumi (sdk v3.274.1 go/common/resource/config/object.go). Tags other than `!!str`, `!!int`,
`!!float`, `!!bool`, `!!null`, `!!seq`, `!!map` and `!!binary` say nothing: a scalar with one is its
text, and any tag of a list or a mapping says nothing (decode.go sequence, mapping). Timestamps stay
the strings they are written as. A key that stands in a mapping twice is refused, as yaml.v3 does.
In manifests that goes for documents with networks alone: kubectl takes the last one in silence
(apimachinery v0.36.3 pkg/util/yaml/decoder.go, sigs.k8s.io/yaml v1.6.0 yaml.go Unmarshal).

Nothing recurses and `MAX_BYTES`, `MAX_EVENTS` and `MAX_DEPTH` bound what a file may hold, so that a
hostile one costs a message, not the memory.
"""

import codecs
import json
import re
import sys
from array import array
from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from io import StringIO
from itertools import accumulate, count
from operator import add
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, NoReturn, TypeAlias

from multus_lab.documents.json_text import (
    Numbers,
    offsets_of,
    start_of,
    values_of,
)
from multus_lab.documents.scalars import number, resolve
from multus_lab.errors import FileError

MAX_BYTES: Final = 45 * 2**20
"""Bytes in one file. A stack of 100,000 networks has 28 MB or more, a list of as many NADs 46 MB.

What is larger is seldom meant, and refused before more of it is read.
"""

MAX_EVENTS: Final = 4_000_000
"""Keys, values and ends of lists and mappings in one file; 100,000 networks have some 3 million.

What aliases repeat may be as much again. A file that is nothing but brackets costs some seconds
and three quarters of a gigabyte, as 100,000 networks do until they are judged.
"""

TEMPLATE: Final = "a template: render what stands between {{ and }} first, as `helm template` does"
"""What is said of a file of which a template engine makes the real one."""

PLACEHOLDER: Final = "not YAML because of a placeholder: fill in ${…} first, as envsubst does"
"""What is said of a file that can't be read before placeholders are filled in."""

_LARGE: Final = 100
"""Keys of a mapping from which on they are numbered, instead of gone through each time."""

NONE: Final[Numbers] = array("I")
_TOKEN: Final = re.compile(r"[^\s,\[\]{}]+")
"""A plain scalar, as far as its characters tell."""

Container: TypeAlias = list[Any] | dict[str, Any]


class DocumentError(FileError):
    """A file that can't be read: its text says where, what was found and what is allowed."""


class Place(NamedTuple):
    """Line and column in a file, both from 1, the column in Unicode characters."""

    line: int
    column: int


class Document:
    """One document of a file: a value, and where each part of it stands.

    `value` is None, a bool, int, float or str, or a list or str-keyed dict of such. What an alias
    repeats is one and the same object, so it is not to be changed. `name` is what messages call
    the file. `twice` says where a mapping of it has a key more than once; `value` has the last.
    """

    __slots__ = ("_at", "_keys", "_offsets", "_text", "name", "twice", "value")

    def __init__(
        self,
        value: object,
        name: str,
        text: "Text",
        at: int,
        offsets: Callable[[Container, int], Numbers],
    ) -> None:
        self.twice: DocumentError | None = None
        self.value = value
        self.name = name
        self._text = text
        self._at = at
        self._offsets = offsets
        self._keys: dict[int, dict[str, int]] = {}

    def place(self, path: tuple[str | int, ...] = (), *, key: bool = False) -> Place:
        """Where the value at `path` (keys and indices) begins, or with `key` the key before it.

        Where `path` leaves the document, as for a missing key, its last part that exists counts.
        An alias stands where it is written, what is inside it stands at the anchor.
        """
        return self._text.place(self.offset(path, key=key))

    def as_written(self, path: tuple[str | int, ...]) -> str:
        """The plain scalar at `path` by its characters, as 1.10 for 1.1; "" where there is none."""
        value: Any = self.value
        for step in path:
            value = value[step]
        token = _TOKEN.match(self._text.content, self.offset(path))
        return token[0] if token and resolve(token[0]) == value else ""

    def offset(self, path: tuple[str | int, ...], *, key: bool = False) -> int:
        """Where `place` is, as characters from the start of the text."""
        value: Any = self.value
        at = key_at = self._at
        for step in path:
            if isinstance(value, dict) and step in value:
                index = 2 * self._index(value, str(step))
                key_at, at = self._offsets(value, at)[index : index + 2]
            elif isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value):
                key_at = at = self._offsets(value, at)[step]
            else:
                break
            value = value[step]
        return key_at if key else at

    @property
    def text(self) -> str:
        """The characters of the whole file, to look closer at a place."""
        return self._text.content

    def _index(self, mapping: dict[str, Any], key: str) -> int:
        """The how many-th a key is, of a large mapping worked out once for all of its keys."""
        if len(mapping) < _LARGE:
            return list(mapping).index(key)
        if id(mapping) not in self._keys:
            self._keys[id(mapping)] = dict(zip(mapping, count(), strict=False))
        return self._keys[id(mapping)][key]


def read(source: Path | Literal["-"], *, twice: bool = False) -> list[Document]:
    """Documents of a file, or of standard input for `-`, as `parse` gives them.

    Raises DocumentError.
    """
    if source == "-":
        return parse(sys.stdin.buffer.read(MAX_BYTES + 1), "<stdin>", twice=twice)
    try:
        with source.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        message = f"{reason}; expected a YAML or JSON file"
        raise DocumentError(message, str(source)) from None
    return parse(data, str(source), twice=twice)


def parse(data: bytes, name: str, *, twice: bool = False) -> list[Document]:
    """Documents of a YAML stream, or objects of JSON, in UTF-8, at least one.

    A text without any, such as one of comments only, counts as a document of value None. `name` is
    what messages call the file. With `twice` a key that a mapping has twice is left to
    `Document.twice`. Raises DocumentError.
    """
    text = Text(_decode(data, name), name)
    if in_json := _json(text):
        return in_json
    from multus_lab.documents.yaml_stream import documents_of  # noqa: PLC0415 - JSON does without

    try:
        found = documents_of(text)
        if wrong := next(filter(None, (one.twice for one in found)), None) if not twice else None:
            raise wrong
    except DocumentError as error:
        if later := text.rendered_later(error.line):
            raise DocumentError(later, name, error.line, error.column) from None
        raise
    return found or [Document(None, name, text, 0, lambda *_: NONE)]


def _json(text: "Text") -> list[Document]:
    """The documents of a text in JSON; none of any other."""
    # Each key, value and end stands before or behind one of these.
    most = 1 + sum(map(text.content.count, ",:[[{{"))
    values = values_of(text.content, number) if most <= MAX_EVENTS else []
    return [_json_document(value, text, at) for at, value in values]


def _json_document(value: Container, text: "Text", at: int) -> Document:
    known: dict[int, Numbers] = {}

    def offsets(_: Container, at: int) -> Numbers:
        if at not in known:
            known[at] = offsets_of(text.content, at)
        return known[at]

    return Document(value, text.name, text, at, offsets)


def offset_in(text: str, path: tuple[str | int, ...]) -> int:
    """Where the value at `path` begins in valid JSON, or what of the path is there.

    Of equal keys of one object the last counts.
    """
    value = json.loads(text, object_pairs_hook=_last_of_each)
    return _json_document(value, Text(text, ""), start_of(text)).offset(path)


def _last_of_each(pairs: list[tuple[str, Any]]) -> dict[Any, Any]:
    """An object with as many keys as are written: in place of those that come again, numbers."""
    last = {key: index for index, (key, _) in enumerate(pairs)}
    return {key if last[key] == at else at: value for at, (key, value) in enumerate(pairs)}


def _decode(data: bytes, name: str) -> str:
    if len(data) > MAX_BYTES:
        raise DocumentError(f"larger than {MAX_BYTES >> 20} MiB, the most that is read", name)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise DocumentError("UTF-16; save the file as UTF-8", name)
    if (at := data.find(0)) >= 0:
        raise DocumentError(f"binary, a NUL byte at offset {at}; expected text in UTF-8", name)
    try:
        return data.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        at = error.start
        text = Text(data[:at].decode().removeprefix("\ufeff"), name)
        text.refuse(
            len(text.content),
            f"byte 0x{data[at]:02x} at offset {at} is not UTF-8; save the file as UTF-8",
        )


class Text:
    """The characters of a file; an offset in them is turned into a place when somebody asks.

    Lines end as editors see it. PyYAML's own lines end at U+0085, U+2028 and U+2029 too.
    """

    def __init__(self, content: str, name: str) -> None:
        self.content = content
        self.name = name

    @cached_property
    def _line_starts(self) -> Numbers:
        if "\r" in self.content:
            # One more character, so that a last line without an end has its own.
            whole = StringIO(self.content + " ", newline="")
            return array("I", accumulate(map(len, whole), initial=0))
        # Each end is one character.
        ends = accumulate(map(len, lines_of(self.content)), initial=0)
        return array("I", map(add, ends, count()))

    def rendered_later(self, line: int) -> str:
        """What makes that line no YAML yet: a template's `{{`, also in the two above, or `${`."""
        starts, last = self._line_starts, min(line, len(self._line_starts) - 1)
        if "{{" in self.content[starts[max(line - 3, 0)] : starts[last]]:
            return TEMPLATE
        return PLACEHOLDER if "${" in self.content[starts[max(line - 1, 0)] : starts[last]] else ""

    def place(self, at: int) -> Place:
        """Where the character at an offset stands."""
        line = bisect_right(self._line_starts, at)
        return Place(line, at - self._line_starts[line - 1] + 1)

    def refuse(self, at: int, message: str) -> NoReturn:
        """Raise DocumentError at an offset."""
        raise self.error(at, message)

    def error(self, at: int, message: str) -> DocumentError:
        """What is wrong at an offset."""
        return DocumentError(message, self.name, *self.place(at))


def at(value: Any, path: Sequence[str | int]) -> object:
    """What stands at a path inside of a value, or None."""
    for part in path:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return None
    return value


@lru_cache(maxsize=1)  # who reads a file and who prints of it ask one after the other
def lines_of(text: str) -> Sequence[str]:
    """The lines of a text as editors see them, without their ends."""
    return re.split(r"\r\n?|\n", text) if "\r" in text else text.split("\n")


def kind_of(value: object) -> str:
    """What a value is, in words."""
    match value:
        case None:
            return "null"
        case bool():
            return f"the boolean {str(value).lower()}"
        case int() | float():
            return f"the number {value}"
        case str():
            return "a string"
        case _:
            return "a list" if isinstance(value, list) else "a mapping"


_PLAIN: Final = (
    r"(?ai)(?!(?:true|false|null|yes|no|on|off|y|n)\Z)"
    r"(?![1-9][\d:]*\Z|\d[\d:]*\.\d*\Z)(?:"  # no number to the base of 60, as YAML 1.1 has them
    r"[a-z/][\w./-]*(?: [\w./-]+)*"  # words, or a path
    r"|[0-9a-f]+(?:[.:]+[0-9a-f]+){2,}(?:/[0-9]+)?"  # an address, a MAC or a version
    r"|[0-9a-f][0-9a-f:]*::(?:[0-9a-f:.]*[0-9a-f])?(?:/[0-9]+)?(?<!:))"  # IPv6, shortened
)
"""Texts that YAML takes for texts without quotes, whichever its version."""


@lru_cache(maxsize=4096)
def yaml_text(text: str) -> str:
    """The text as a scalar of YAML on one line, which PyYAML and yaml.v3 read alike."""
    if re.fullmatch(_PLAIN, text):
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    if quoted.isprintable():
        return quoted
    return "".join(one if one.isprintable() else f"\\U{ord(one):08x}" for one in quoted)
