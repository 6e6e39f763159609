"""YAML text: put together from the events of PyYAML's parser, and its errors said plainly.

It is imported for what is no JSON, since to import PyYAML takes long.
"""

import base64
import json
import sys
from array import array
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, Final, NoReturn

import yaml

from multus_lab.documents import (
    MAX_EVENTS,
    NONE,
    Container,
    Document,
    DocumentError,
    Text,
    kind_of,
)
from multus_lab.documents.json_text import MAX_DEPTH, MAX_KEY, Numbers
from multus_lab.documents.scalars import BINARY, TAGS, YAML, is_text_to_all, resolve

_TOO_DEEP: Final = f"nested deeper than {MAX_DEPTH} levels, the most that is read"
_TOO_MANY: Final = (
    f"more than {MAX_EVENTS:,} keys, values and ends of lists and mappings,"
    " the most that is read; what aliases repeat counts"
)

_MOST_AGAIN: Final = 1000  # keys of one mapping that come again; each one costs time

# A PyYAML built without libyaml has no CSafeLoader. Its Python twin gives the same events, slowly,
# and refuses tabs also where JSON indents with them.
_Loader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# Of each list or mapping, by its id: the offset of each item, or of each key and value in turn.
# As numbers of four bytes they take a tenth of the memory that Python's own would.
_Offsets = dict[int, Numbers]

# What the next value is put under, where that is no key.
_ITEM: Final = object()  # it is an item of a list
_KEY: Final = object()  # it is a key itself


class _Plain(dict[str, object]):
    """Values of plain scalars, each text worked out once: most stand in a file many times."""

    def __missing__(self, text: str) -> object:
        value = self[text] = resolve(text)
        return value


def documents_of(text: Text) -> list[Document]:
    """The documents of a YAML stream, none of an empty one. Raises DocumentError."""
    builder = _Builder(text)
    try:
        builder.build(iter(_Loader(text.content).get_event, None))
    except yaml.YAMLError as error:
        _refuse_syntax(text, error)
    return builder.documents


class _Builder:
    """Puts documents together from the parser's events."""

    def __init__(self, text: Text) -> None:
        self.documents: list[Document] = []
        self._text = text
        self._offsets: _Offsets = {}
        self._open: list[tuple[Any, Numbers]] = []  # containers being read, and their offsets
        self._anchors: dict[str, object] = {}
        self._weights: _Weights = {}
        self._repeated = 0
        self._alive: list[object] = []  # so that no other value comes to have its id
        # By mapping: the keys that came again, by how many keys were before.
        self._again: dict[int, dict[int, str]] = {}
        self._twice: DocumentError | None = None  # the first of those in the document

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
        offsets = NONE
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
        self._twice = None

    def _end_document(self, _: yaml.Event, _under: object) -> None:
        (value,), (at,) = self._open[-1]
        text = self._text
        made = Document(value, text.name, text, at, self._offsets_of)
        made.twice = self._twice
        self.documents.append(made)

    def _offsets_of(self, container: Container, _: int) -> Numbers:
        # By identity, because what is aliased has many paths and one place.
        return self._offsets.get(id(container), NONE)

    def _start(self, event: Any, under: object) -> None:
        value: Container = {} if type(event) is yaml.MappingStartEvent else []
        at = event.start_mark.index
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
        if again := self._again.pop(id(container), None):
            _take_last(container, offsets, again)
        if type(container) is dict and "<<" in container:
            self._merge(container, offsets)

    def _marked(self, event: Any) -> object:
        """Value of a scalar with a tag or an anchor."""
        tag, value = event.tag, event.value
        if tag == BINARY:
            value = self._decoded(event)
        elif TAGS.get(tag, str) is not str or not (tag or event.style):
            value = resolve(value)
        if TAGS.get(tag) is float and type(value) is int:
            value = float(value)
        if TAGS.get(tag, type(value)) is not type(value):
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
        problem = f"tag {_shown(event.tag.replace(YAML, '!!'))} does not fit this value"
        self._text.refuse(event.start_mark.index, f"{problem}; leave it out")

    def _key_of(self, value: object) -> str:
        """The text of a key that is a number or a boolean."""
        key = json.dumps(value) if isinstance(value, bool | int | float) else value
        mapping, offsets = self._open[-1]
        if not isinstance(key, str) or len(key) > MAX_KEY:
            self._refuse_key(key)
        if key in mapping:
            self._keep_again(key, mapping, offsets)
        return key

    def _keep_again(self, key: str, mapping: dict[str, Any], offsets: Numbers) -> None:
        """Keep what is wrong with a key that the mapping has already."""
        self._alive.append(mapping[key])
        again = self._again.setdefault(id(mapping), {})
        again[len(offsets) // 2] = key
        if self._twice is None:
            line, column = self._text.place(offsets[2 * list(mapping).index(key)])
            reason = (
                f"key {_shown(key)} is already at line {line}, column {column};"
                " a mapping has each key once"
            )
            self._twice = self._text.error(offsets[-1], reason)
        if len(again) > _MOST_AGAIN:
            raise self._twice

    def _refuse_key(self, key: object) -> NoReturn:
        at = self._open[-1][1][-1]
        if not isinstance(key, str):
            self._text.refuse(at, f"this key is {kind_of(key)}; keys are strings, so quote it")
        self._text.refuse(at, f"a key of {len(key):,} characters; it has {MAX_KEY:,} at most")

    def _merge(self, mapping: dict[str, Any], offsets: Numbers) -> None:
        """Take in what `<<` names; own keys win, then earlier mappings (yaml.v3, decode.go)."""
        index = 2 * list(mapping).index("<<")
        at, value_at = offsets[index : index + 2]
        if not self._text.content.startswith("<<", at):
            return  # in quotes it is a key like any other
        del offsets[index : index + 2]
        merged = mapping.pop("<<")
        self._alive.append(merged)
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


def _take_last(mapping: dict[str, Any], offsets: Numbers, again: dict[int, str]) -> None:
    """Leave of each key that came again the last one's offsets, where its first one's were."""
    last = {key: offsets[2 * number : 2 * number + 2] for number, key in again.items()}
    for number in reversed(again):
        del offsets[2 * number : 2 * number + 2]
    for index, key in enumerate(mapping):
        if key in last:
            offsets[2 * index : 2 * index + 2] = last[key]


# Of lists and mappings, by id: how many nodes and levels are inside, aliases written out.
_Weights = dict[int, tuple[int, int]]


def _weigh(value: object, known: _Weights) -> tuple[int, int]:
    """Nodes and levels inside a value, each part of it worked out once and kept in `known`."""
    if not isinstance(value, list | dict):
        return 0, 0
    pending: list[Container] = [value]
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


class Dumper(yaml.SafeDumper):
    """Writes texts that kubectl and Pulumi read as such: `'1e5'`, `'y'`, which PyYAML leaves plain.

    Texts of several lines are blocks, so that a diff shows the line that changed.
    """


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None if is_text_to_all(text) else "'"
    return dumper.represent_scalar(f"{YAML}str", text, style=style)


Dumper.add_representer(str, _text)


def _refuse_syntax(text: Text, error: yaml.YAMLError) -> NoReturn:
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


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:60] + "…")
