"""JSON text: read by Python's own parser, with places looked up when somebody asks for one.

What kubectl prints is JSON, and YAML's parser, of which JSON is a part, takes ten times as long.
"""

import json
import re
from array import array
from collections.abc import Callable
from typing import Any, Final, TypeAlias

MAX_KEY: Final = 1024
"""Characters in one key, as of those without a `?` (YAML 1.2.2, ns-s-implicit-yaml-key)."""

MAX_DEPTH: Final = 100
"""Lists and mappings inside one another, aliases written out."""

Numbers: TypeAlias = "array[int]"

_SPACE = re.compile(r"[ \t\r\n]*")
_BEHIND = r"[ \t\r\n]*(?:,[ \t\r\n]*)?"
"""What stands between a value and the next one."""
_TEXT = r'"[^"\\]*(?:\\.[^"\\]*)*"'
_ITEM = rf"({_TEXT}|[^\s,:{{}}\[\]]+|){_BEHIND}"
"""A value without parts and what stands behind it; nothing of a list or a mapping."""
_PAIR = rf"{_TEXT}[ \t\r\n]*:[ \t\r\n]*{_ITEM}"


class _NotReadError(ValueError):
    """JSON that has a key twice, or one too long."""


def values_of(text: str, number: Callable[[str], object]) -> list[tuple[int, Any]]:
    """The list of a JSON text, or its objects, each with its offset; their numbers by `number`.

    kubectl takes several objects, as `jq .items[]` prints them (apimachinery v0.36.3
    pkg/util/yaml/decoder.go YAMLOrJSONDecoder). None at all for what is no such text, or what YAML
    would read otherwise or find too large. Characters that YAML refuses, such as U+007F, may stand
    in it: kubectl takes them, and prints them so.
    """
    first = at = start_of(text)
    if not text.startswith(("{", "["), at) or _has_half(text):
        return []
    decoder = json.JSONDecoder(
        object_pairs_hook=_object, parse_int=number, parse_float=number, parse_constant=_refused
    )
    found: list[tuple[int, Any]] = []
    while at == first or (text[first] == "{" and text.startswith("{", at)):
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return []
        if is_too_deep(value):
            return []
        found.append((at, value))
        at = start_of(text, end)
    return found if at == len(text) else []


_HALF = (
    r"\\u[dD][89aAbB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|(?<!\\u[dD][89aAbB][0-9a-fA-F]{2})\\u[dD][c-fC-F]"
)
"""An escape for half a character without the other half beside it."""


def _has_half(text: str) -> bool:
    # Few files have an escape at all, and to search a large one takes long.
    if "\\u" not in text:
        return False
    # Behind an escaped backslash, as in JSON within JSON, `u` is a letter.
    return re.search(_HALF, text.replace("\\\\", "  ")) is not None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs) or max(map(len, made), default=0) > MAX_KEY:
        raise _NotReadError
    return made


def _refused(_: str) -> object:
    raise _NotReadError


def is_too_deep(value: object) -> bool:
    """Whether lists and mappings are nested deeper than is read."""
    level: list[Any] = [value]
    for _ in range(MAX_DEPTH):
        level = [
            part
            for one in level
            for part in (one.values() if isinstance(one, dict) else one)
            if isinstance(part, dict | list)
        ]
        if not level:
            return False
    return True


# --- places ---------------------------------------------------------------------------------------

# A number stays a text: `int` takes no more than 4300 digits.
_value_at: Callable[[str, int], tuple[object, int]] = json.decoder.scanner.make_scanner(  # type: ignore[attr-defined]
    json.JSONDecoder(parse_int=str, parse_float=str)
)


def offsets_of(text: str, at: int) -> Numbers:
    """Where the items of the list begin that begins at `at`, or each key and value in turn.

    The text is valid JSON.
    """
    found = array("I")
    if text[at] not in "{[":
        return found
    keyed = text[at] == "{"
    match, behind = re.compile(_PAIR if keyed else _ITEM).match, re.compile(_BEHIND).match
    at = start_of(text, at + 1)
    while text[at] not in "}]":
        one = match(text, at)
        assert one is not None
        if keyed:
            found.append(at)
        begin, end = one.span(1)
        found.append(begin)
        if begin == end:  # a list or a mapping
            one = behind(text, _value_at(text, begin)[1])
            assert one is not None
        at = one.end()
    return found


def start_of(text: str, at: int = 0) -> int:
    """Where the blanks end that begin at `at`."""
    match = _SPACE.match(text, at)
    return match.end() if match else at
