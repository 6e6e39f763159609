r"""YAML or JSON text as plain Python values, with the place of every value and key.

Scalars mean here what they mean to Pulumi's engine, which reads stack files with Go's
gopkg.in/yaml.v3 (resolve.go and decode.go of v3.0.1): `yes`, `on` and `52:54:00:12:34:56` are
strings, `0777` is 511, `08` is 8.0, `<<` merges. PyYAML's constructor follows YAML 1.1, where those
are booleans and a base-60 integer, so only its parser is used here, as a stream of events.
A number or a boolean as a key is its text, as for kubectl (sigs.k8s.io/yaml v1.6.0 yaml.go) and
Pulumi (sdk v3.274.1 go/common/resource/config/object.go). Tags other than `!!str`, `!!int`,
`!!float`, `!!bool`, `!!null`, `!!seq`, `!!map` and `!!binary` say nothing: a scalar with one is its
text. Stricter than yaml.v3: a tag of the wrong kind on a list or mapping is refused. Timestamps
stay the strings they are written as.

Nothing recurses and `MAX_BYTES`, `MAX_EVENTS` and `MAX_DEPTH` bound what a file may hold, so that a
hostile one costs a message, not the memory.
"""

import base64
import codecs
import json
import math
import re
import sys
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, lru_cache
from io import StringIO
from itertools import accumulate, islice
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, NoReturn, TypeAlias

import yaml

from multus_lab.documents.json_text import (
    MAX_DEPTH,
    MAX_KEY,
    Numbers,
    offsets_of,
    start_of,
    value_of,
)
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

_TOO_DEEP: Final = f"nested deeper than {MAX_DEPTH} levels, the most that is read"
_TOO_MANY: Final = (
    f"more than {MAX_EVENTS:,} keys, values and ends of lists and mappings,"
    " the most that is read; what aliases repeat counts"
)

# A PyYAML built without libyaml has no CSafeLoader. Its Python twin gives the same events, slowly,
# and refuses tabs also where JSON indents with them.
_Loader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# Of each list or mapping, by its id: the offset of each item, or of each key and value in turn.
# As numbers of four bytes they take a tenth of the memory that Python's own would.
_Offsets = dict[int, Numbers]
_NONE: Final[Numbers] = array("I")
_Container: TypeAlias = list[Any] | dict[str, Any]


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
    the file.
    """

    __slots__ = ("_at", "_keys", "_offsets", "_text", "name", "value")

    def __init__(
        self,
        value: object,
        name: str,
        text: "_Text",
        at: int,
        offsets: Callable[[_Container, int], Numbers],
    ) -> None:
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
        return token[0] if token and _resolve(token[0]) == value else ""

    def offset(self, path: tuple[str | int, ...], *, key: bool = False) -> int:
        """Where `place` is, as characters from the start of the text."""
        value: Any = self.value
        at = key_at = self._at
        for step in path:
            if isinstance(value, dict) and step in value:
                index = 2 * self._keys_of(value)[str(step)]
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

    def _keys_of(self, mapping: dict[str, Any]) -> dict[str, int]:
        """Which key comes how many-th, worked out when first asked for."""
        if id(mapping) not in self._keys:
            self._keys[id(mapping)] = {key: index for index, key in enumerate(mapping)}
        return self._keys[id(mapping)]


def read(source: Path | Literal["-"]) -> list[Document]:
    """Documents of a file, or of standard input for `-`, as `parse` gives them.

    Raises DocumentError.
    """
    if source == "-":
        return parse(sys.stdin.buffer.read(MAX_BYTES + 1), "<stdin>")
    try:
        with source.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        message = f"{reason}; expected a YAML or JSON file"
        raise DocumentError(message, str(source)) from None
    return parse(data, str(source))


def parse(data: bytes, name: str) -> list[Document]:
    """Documents of a YAML stream or JSON text in UTF-8, at least one.

    A text without any, such as one of comments only, counts as a document of value None. `name` is
    what messages call the file. Raises DocumentError.
    """
    text = _Text(_decode(data, name), name)
    if (alone := _json(text)) is not None:
        return [alone]
    builder = _Builder(text)
    try:
        try:
            builder.build(iter(_Loader(text.content).get_event, None))
        except yaml.YAMLError as error:
            _refuse_syntax(text, error)
    except DocumentError as error:
        if later := text.rendered_later(error.line):
            raise DocumentError(later, name, error.line, error.column) from None
        raise
    return builder.documents or [Document(None, name, text, 0, lambda *_: _NONE)]


def _json(text: "_Text") -> Document | None:
    """The one document of a text in JSON; None for any other."""
    # Each key, value and end stands before or behind one of these.
    most = 1 + sum(map(text.content.count, ",:[[{{"))
    value = value_of(text.content, _number) if most <= MAX_EVENTS else None
    return None if value is None else _json_document(value, text)


def _json_document(value: _Container, text: "_Text") -> Document:
    known: dict[int, Numbers] = {}

    def offsets(_: _Container, at: int) -> Numbers:
        if at not in known:
            known[at] = offsets_of(text.content, at)
        return known[at]

    return Document(value, text.name, text, start_of(text.content), offsets)


def offset_in(text: str, path: tuple[str | int, ...]) -> int:
    """Where the value at `path` begins in valid JSON, or what of the path is there.

    Of equal keys of one object the last counts.
    """
    value = json.loads(text, object_pairs_hook=_last_of_each)
    return _json_document(value, _Text(text, "")).offset(path)


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
        text = _Text(data[:at].decode().removeprefix("\ufeff"), name)
        text.refuse(
            len(text.content),
            f"byte 0x{data[at]:02x} at offset {at} is not UTF-8; save the file as UTF-8",
        )


class _Text:
    """The characters of a file; an offset in them is turned into a place when somebody asks.

    Lines end as editors see it. PyYAML's own lines end at U+0085, U+2028 and U+2029 too.
    """

    def __init__(self, content: str, name: str) -> None:
        self.content = content
        self.name = name

    @cached_property
    def _line_starts(self) -> Numbers:
        # One more character, so that a last line without an end has its own.
        whole = self.content + " "
        if "\r" in whole:
            return array("I", accumulate(map(len, StringIO(whole, newline="")), initial=0))
        return array("I", accumulate((len(one) + 1 for one in whole.split("\n")), initial=0))

    def rendered_later(self, line: int) -> str:
        """What makes that line no YAML yet: a template's `{{`, also in the two above, or `${`."""
        starts, last = self._line_starts, min(line, len(self._line_starts) - 1)
        if "{{" in self.content[starts[max(line - 3, 0)] : starts[last]]:
            return TEMPLATE
        return PLACEHOLDER if "${" in self.content[starts[max(line - 1, 0)] : starts[last]] else ""

    def place(self, at: int) -> Place:
        line = bisect_right(self._line_starts, at)
        return Place(line, at - self._line_starts[line - 1] + 1)

    def refuse(self, at: int, message: str) -> NoReturn:
        raise DocumentError(message, self.name, *self.place(at))


# --- from events to values ------------------------------------------------------------------------

# What the next value is put under, where that is no key.
_ITEM: Final = object()  # it is an item of a list
_KEY: Final = object()  # it is a key itself


class _Plain(dict[str, object]):
    """Values of plain scalars, each text worked out once: most stand in a file many times."""

    def __missing__(self, text: str) -> object:
        value = self[text] = _resolve(text)
        return value


class _Builder:
    """Puts documents together from the parser's events."""

    def __init__(self, text: _Text) -> None:
        self.documents: list[Document] = []
        self._text = text
        self._offsets: _Offsets = {}
        self._open: list[tuple[Any, Numbers]] = []  # containers being read, and their offsets
        self._anchors: dict[str, object] = {}
        self._weights: _Weights = {}
        self._repeated = 0
        self._merged: list[object] = []

    def build(self, events: Iterator[Any]) -> None:
        turns: dict[type[yaml.Event], Callable[[Any, object], None]] = {
            yaml.StreamStartEvent: self._start_document,
            yaml.StreamEndEvent: self._start_document,
            yaml.DocumentStartEvent: self._start_document,
            yaml.DocumentEndEvent: self._end_document,
            yaml.SequenceStartEvent: self._start,
            yaml.SequenceEndEvent: self._end,
            yaml.MappingStartEvent: self._start,
            yaml.MappingEndEvent: self._end,
        }
        scalar, plain = yaml.ScalarEvent, _Plain()
        container: Any = None
        offsets = _NONE
        under: object = _ITEM
        # One flat loop, because a large file spends its time here.
        for event in islice(events, MAX_EVENTS):
            kind = type(event)
            if kind is scalar and event.tag is None and event.anchor is None:
                value = event.value if event.style else plain[event.value]
            elif kind in turns:
                turns[kind](event, under)
                container, offsets = self._open[-1]
                under = _KEY if type(container) is dict else _ITEM
                continue
            else:
                value = self._alias(event) if kind is yaml.AliasEvent else self._marked(event)
            offsets.append(event.start_mark.index)
            if under is _ITEM:
                container.append(value)
            elif under is not _KEY:
                container[under] = value
                under = _KEY
            elif type(value) is str and value not in container and len(value) <= MAX_KEY:
                under = sys.intern(value)  # the same few keys stand in thousands of mappings
            else:
                under = self._key_of(value)
        for event in events:
            self._text.refuse(event.start_mark.index, _TOO_MANY)

    def _start_document(self, _: yaml.Event, _under: object) -> None:
        # A list of the one value, so that nothing is special about it.
        self._open = [([], array("I"))]
        self._anchors.clear()

    def _end_document(self, _: yaml.Event, _under: object) -> None:
        (value,), (at,) = self._open[-1]
        self.documents.append(Document(value, self._text.name, self._text, at, self._offsets_of))

    def _offsets_of(self, container: _Container, _: int) -> Numbers:
        # By identity, because what is aliased has many paths and one place.
        return self._offsets.get(id(container), _NONE)

    def _start(self, event: Any, under: object) -> None:
        value: _Container = {} if type(event) is yaml.MappingStartEvent else []
        at = event.start_mark.index
        if _TAGS.get(event.tag, type(value)) is not type(value):
            self._refuse_tag(event)
        if len(self._open) > MAX_DEPTH:
            self._text.refuse(at, _TOO_DEEP)
        if event.anchor is not None:
            self._anchors[event.anchor] = value
        container, offsets = self._open[-1]
        offsets.append(at)
        if under is _ITEM:
            container.append(value)
        elif under is not _KEY:
            container[under] = value
        else:
            self._refuse_key(value)
        inside = self._offsets[id(value)] = array("I")
        self._open.append((value, inside))

    def _end(self, _: yaml.Event, _under: object) -> None:
        container, offsets = self._open.pop()
        if type(container) is dict and "<<" in container:
            self._merge(container, offsets)

    def _marked(self, event: Any) -> object:
        """Value of a scalar with a tag or an anchor."""
        tag, value = event.tag, event.value
        if tag == _BINARY:
            value = self._decoded(event)
        elif _TAGS.get(tag, str) is not str or not (tag or event.style):
            value = _resolve(value)
        if _TAGS.get(tag) is float and type(value) is int:
            value = float(value)
        if _TAGS.get(tag, type(value)) is not type(value):
            self._refuse_tag(event)
        if event.anchor is not None:
            self._anchors[event.anchor] = value
        return value

    def _decoded(self, event: Any) -> str:
        """The text behind `!!binary`; bytes that are none become U+FFFD, as in Go's JSON."""
        try:
            data = base64.b64decode("".join(event.value.split()), validate=True)
        except ValueError:
            self._refuse_tag(event)
        return data.decode(errors="replace")

    def _refuse_tag(self, event: Any) -> NoReturn:
        tag = _shown(event.tag.replace(_YAML, "!!"))
        problem = f"tag {tag} does not fit this value; leave it out"
        self._text.refuse(event.start_mark.index, problem)

    def _key_of(self, value: object) -> str:
        """The text of a key that is a number or a boolean."""
        key = json.dumps(value) if isinstance(value, bool | int | float) else value
        if key is value or key in self._open[-1][0] or not isinstance(key, str):
            self._refuse_key(key)
        return key

    def _refuse_key(self, key: object) -> NoReturn:
        mapping, offsets = self._open[-1]
        at = offsets[-1]
        if not isinstance(key, str):
            self._text.refuse(at, f"this key is {kind_of(key)}; keys are strings, so quote it")
        if len(key) > MAX_KEY:
            self._text.refuse(at, f"a key of {len(key):,} characters; it has {MAX_KEY:,} at most")
        line, column = self._text.place(offsets[2 * list(mapping).index(key)])
        self._text.refuse(
            at,
            f"key {_shown(key)} is already at line {line}, column {column};"
            " a mapping has each key once",
        )

    def _merge(self, mapping: dict[str, Any], offsets: Numbers) -> None:
        """Take in what `<<` names; own keys win, then earlier mappings (yaml.v3, decode.go)."""
        index = 2 * list(mapping).index("<<")
        at, value_at = offsets[index : index + 2]
        if not self._text.content.startswith("<<", at):
            return  # in quotes it is a key like any other
        del offsets[index : index + 2]
        merged = mapping.pop("<<")
        self._merged.append(merged)  # alive, so that no other value comes to have its id
        written_out = not self._text.content.startswith("*", value_at)
        for source in merged if isinstance(merged, list) and written_out else [merged]:
            if not isinstance(source, dict):
                self._text.refuse(
                    at, f"'<<' of {kind_of(source)}; expected a mapping or a [list, of, mappings]"
                )
            places = iter(self._offsets[id(source)])
            for (key, value), *place in zip(source.items(), places, places, strict=True):
                if key not in mapping:
                    mapping[key] = value
                    offsets.extend(place)

    def _alias(self, event: Any) -> object:
        at, anchor = event.start_mark.index, event.anchor
        if anchor not in self._anchors:
            self._text.refuse(
                at, f"alias *{anchor[:60]} has no anchor before it; a value with '*' needs quotes"
            )
        value = self._anchors[anchor]
        if any(part is value for part, _ in self._open):
            self._text.refuse(at, f"alias *{anchor[:60]} stands inside what it repeats")
        nodes, levels = _weigh(value, self._weights)
        if len(self._open) - 1 + levels > MAX_DEPTH:
            self._text.refuse(at, _TOO_DEEP)
        self._repeated += nodes
        if self._repeated > MAX_EVENTS:
            self._text.refuse(at, _TOO_MANY)
        return value


# Of lists and mappings, by id: how many nodes and levels are inside, aliases written out.
_Weights = dict[int, tuple[int, int]]


def _weigh(value: object, known: _Weights) -> tuple[int, int]:
    """Nodes and levels inside a value, each part of it worked out once and kept in `known`."""
    if not isinstance(value, list | dict):
        return 0, 0
    pending: list[_Container] = [value]
    while pending:
        part = pending[-1]
        items = part.values() if isinstance(part, dict) else part
        inside = [item for item in items if isinstance(item, list | dict)]
        if unknown := [item for item in inside if id(item) not in known]:
            pending += unknown
            continue
        pending.pop()
        weights = [known[id(item)] for item in inside]
        nodes = len(part) * (2 if isinstance(part, dict) else 1)
        known[id(part)] = (
            nodes + sum(weight for weight, _ in weights),
            1 + max((levels for _, levels in weights), default=0),
        )
    return known[id(value)]


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


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:60] + "…")


# --- scalars --------------------------------------------------------------------------------------

_YAML: Final = "tag:yaml.org,2002:"
_BINARY: Final = f"{_YAML}binary"
_TAGS: Final[dict[str, type]] = {
    f"{_YAML}{name}": kind
    for name, kind in {
        "str": str,
        "int": int,
        "float": float,
        "bool": bool,
        "null": type(None),
        "seq": list,
        "map": dict,
    }.items()
}

_WORDS: Final[dict[str, bool | float | None]] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
}

# Go's strconv.ParseInt with base 0: a leading zero means octal.
_INTEGER: Final = re.compile(
    r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]{0,19}))"
)
_BASES: Final = (16, 2, 8, 10)
_TOKEN: Final = re.compile(r"[^\s,\[\]{}]+")
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+(?:_[0-9]+)*|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")


def _resolve(text: str) -> object:
    """Value of a plain scalar (yaml.v3, resolve.go)."""
    if text in _WORDS:
        return _WORDS[text]
    return _number(text) if text[0] in "+-.0123456789" else text


_PLAIN: Final = re.compile(
    r"(?!(?:true|false|null|yes|no|on|off|y|n)\Z)"
    r"(?![1-9][\d:]*\Z|\d[\d:]*\.\d*\Z)(?:"  # no number to the base of 60, as YAML 1.1 has them
    r"[a-z/][\w./-]*(?: [\w./-]+)*"  # words, or a path
    r"|[0-9a-f]+(?:[.:]+[0-9a-f]+){2,}(?:/[0-9]+)?"  # an address, a MAC or a version
    r"|[0-9a-f][0-9a-f:]*::(?:[0-9a-f:.]*[0-9a-f])?(?:/[0-9]+)?(?<!:))",  # IPv6, shortened
    re.ASCII | re.IGNORECASE,
)
"""Texts that YAML takes for texts without quotes, whichever its version."""


@lru_cache(maxsize=4096)
def yaml_text(text: str) -> str:
    """The text as a scalar of YAML on one line, which PyYAML and yaml.v3 read alike."""
    if _PLAIN.fullmatch(text):
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    if quoted.isprintable():
        return quoted
    return "".join(one if one.isprintable() else f"\\U{ord(one):08x}" for one in quoted)


def _number(text: str) -> int | float | str:
    plain = text if text[0] == "." else text.replace("_", "")
    if match := _INTEGER.fullmatch(plain):
        sign, *digits = match.groups()
        base, found = next(pair for pair in zip(_BASES, digits, strict=True) if pair[1])
        number = int(sign + found, base)
        # An int64, or without a sign an uint64. A decimal beyond becomes a float, others a string.
        if -(2**63) <= number < (2**63 if sign else 2**64):
            return number
    if _FLOAT.fullmatch(plain) and math.isfinite(real := float(plain)):
        return real
    return text


# --- syntax errors --------------------------------------------------------------------------------

# A part of the parser's message, libyaml's or its Python twin's, and what a user can do about it.
_PLAINLY: Final = (
    ("maximum nesting depth", _TOO_DEEP),
    (
        "mapping values are not allowed",
        "a ':' where no key can stand; check the indentation, or quote the text that it belongs to",
    ),
    ("cannot start any token", "a value can't begin with this character; put the value in quotes"),
    ("alphabetic or numeric", "a value can't begin with '*' or '&'; put the value in quotes"),
    ("Unicode character escape", "an escape for half a character; write the character itself"),
    ("escape character", "an escape that is none; in single quotes a backslash is a backslash"),
    ("could not find expected ':'", "a line without ': ' among keys; check it and its indentation"),
    ("',' or ']'", "expected ',' or ']'"),
    ("',' or '}'", "expected ',' or '}'"),
    ("node content", "expected a value"),
    ("<document start>", "text after the end of the document; only '---' begins another"),
    ("incompatible YAML", "a %YAML of another version than 1.1 and 1.2; leave the line out"),
    ("expected", "this does not fit what it stands in; check indentation, quotes and brackets"),
)


def _refuse_syntax(text: _Text, error: yaml.YAMLError) -> NoReturn:
    if isinstance(error, yaml.reader.ReaderError):
        # Its position counts bytes or characters, depending on the parser.
        bad = yaml.reader.Reader.NON_PRINTABLE.search(text.content)
        at = bad.start() if bad else 0
        code = f"U+{ord(text.content[at]):04X}"
        text.refuse(at, f"control character {code}; write it as an escape in double quotes")
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        text.refuse(0, str(error))
    at, problem = error.problem_mark.index, error.problem or "not YAML"
    if text.content.startswith("\t", at):
        text.refuse(at, "a tab in the indentation; only spaces indent in YAML")
    if "unexpected end of stream" in problem and error.context_mark:
        text.refuse(error.context_mark.index, "these quotes are not closed")
    message = next((plain for part, plain in _PLAINLY if part in problem), problem)
    if error.context and error.context_mark and error.context_mark.index < at:
        line, column = text.place(error.context_mark.index)
        message += f" ({error.context} from line {line}, column {column})"
    text.refuse(at, message)
