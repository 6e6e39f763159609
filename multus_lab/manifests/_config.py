"""The JSON of a `spec.config`, in which placeholders may stand."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, NoReturn

from multus_lab.checks.finding import Path
from multus_lab.documents.json_text import MAX_DEPTH, MAX_KEY, is_too_deep
from multus_lab.errors import MultusLabError
from multus_lab.manifests._later import placeholder_in, rendered, with_placeholders
from multus_lab.plugins import Placeholder
from multus_lab.problems import cut

CONFIG = ("spec", "config")
"""Where it stands in a NAD."""


class UnreadableError(MultusLabError):
    """A NAD that the API or every plugin refuses, with where and what it is.

    `later` is the placeholder because of which nothing can be read yet.
    """

    def __init__(
        self,
        message: str,
        path: Path = CONFIG,
        value: object = None,
        offset: int | None = None,
        later: str | None = None,
    ) -> None:
        super().__init__(message)
        self.offset = offset
        self.path = path
        self.value = value
        self.later = later
        self.fix = "" if path != CONFIG else _as_text(value)


def _as_text(written: object) -> str:
    """The line with the text that the API takes: of what is written, if that is a mapping."""
    text = '{"cniVersion": "0.3.1", "type": "macvlan", …}'
    if isinstance(written, dict) and written:
        text = json.dumps(written, ensure_ascii=False).replace("'", "''")
    return cut(f"config: '{text}'", 1000)


class Config(NamedTuple):
    """The object that a spec.config holds; `again` are the paths of keys written more than once."""

    value: Mapping[str, Any]
    again: tuple[Path, ...] = ()


def config_of(text: str) -> Config:
    """Read the text of a spec.config; an empty one is an empty object."""
    if not text.strip():
        return Config({})
    try:
        return Config(_object_of(text, _read(text, _ONCE)))
    except _AgainError:
        read = _read(text, _AGAIN)
        return Config(_object_of(text, read), tuple(_again(read, ())))


def _object_of(text: str, read: object) -> Mapping[str, Any]:
    config = with_placeholders(read) if "${" in text else read
    if isinstance(config, Placeholder):
        raise UnreadableError("", later=config.text)
    if not isinstance(config, dict):
        raise UnreadableError(f"spec.config must be a JSON object; here is {_kind(config)}")
    if not config:
        raise UnreadableError("spec.config is an object without a plugin's type")
    if text.count("{") + text.count("[") > MAX_DEPTH and is_too_deep(config):
        raise UnreadableError(_TOO_DEEP)
    return config


def _read(text: str, decoder: json.JSONDecoder) -> object:
    """The value of a text in JSON, in which bare placeholders are texts."""
    try:
        return decoder.decode(rendered(text))
    except json.JSONDecodeError as error:
        if later := placeholder_in(text):
            raise UnreadableError("", offset=text.index(later), later=later) from None
        message = f"spec.config is not JSON: {_reason(text, error)}"
        raise UnreadableError(message, offset=error.pos) from None
    except _ConstantError as error:
        message = f"spec.config is not JSON: it has no {error}"
        raise UnreadableError(message, offset=_bare(text, str(error))) from None
    except RecursionError:
        raise UnreadableError(_TOO_DEEP) from None
    except ValueError:
        raise UnreadableError("spec.config has a number of thousands of digits") from None


_TOO_DEEP = f"spec.config is nested deeper than {MAX_DEPTH} levels, the most that is read"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise _AgainError
    return _checked(made)


def _checked(made: dict[str, Any]) -> dict[str, Any]:
    if max(map(len, made), default=0) > MAX_KEY:
        raise UnreadableError(f"spec.config has a key of more than {MAX_KEY:,} characters")
    return made


class _AgainError(MultusLabError):
    """An object has a key more than once."""


class _Again(dict[str, Any]):
    """An object with some keys more than once, of which the last counts, as Go reads them."""

    again: tuple[str, ...] = ()


def _with_keys_again(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = _Again(pairs)
    if len(made) < len(pairs):
        count = Counter(key for key, _ in pairs)
        made.again = tuple(key for key in made if count[key] > 1)
    return _checked(made)


def _again(value: object, path: Path) -> Iterator[Path]:
    """Where the last of several equal keys stands."""
    if isinstance(value, _Again):
        yield from ((*path, str(with_placeholders(key))) for key in value.again)
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _again(one, (*path, str(with_placeholders(key))))
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from _again(one, (*path, index))


class _ConstantError(MultusLabError):
    """A word that Python's parser reads as a number, and Go's doesn't."""


def _constant(name: str) -> NoReturn:
    raise _ConstantError(name)


def _bare(text: str, word: str) -> int | None:
    """Where a word stands outside of quotes."""
    found = re.finditer(rf'"(?:[^"\\]|\\.)*"|{re.escape(word)}', text, re.DOTALL)
    return next((one.start() for one in found if one[0] == word), None)


_ONCE = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant)
_AGAIN = json.JSONDecoder(object_pairs_hook=_with_keys_again, parse_constant=_constant)


def _reason(text: str, error: json.JSONDecodeError) -> str:
    if text.startswith("\ufeff"):
        return "it begins with U+FEFF, a byte order mark"
    where = f"line {error.lineno}, column {error.colno} of it"
    before, after = text[: error.pos].rstrip(), text[error.pos : error.pos + 1]
    if (after and after in "}]" and before.endswith(",")) or (before.endswith((",}", ",]"))):
        return f"a trailing comma before {where}"
    if text[max(0, error.pos - 1) : error.pos + 1] == "{{":
        where = f"line {error.lineno}, column {error.colno - 1}"
        return f"`{{{{` of a template that isn't rendered, at {where}"
    if error.msg.startswith("Invalid control character"):
        code = f"U+{ord(after):04X}"
        return f"the control character {code} in a text, at {where}; write it as an escape"
    if not text[error.pos :].strip():
        return f"it ends too early, at {where}"
    said = next((one for begins, one in _NO_JSON.items() if begins.match(text, error.pos)), None)
    return f"{said or error.msg[0].lower() + error.msg[1:]} at {where}"


_NO_JSON = {
    re.compile(r"//|#|/\*"): "a comment, of which JSON has none,",
    re.compile("'"): "single quotes instead of double ones",
    re.compile("[\u201c-\u201e\u2018\u2019]"): "typographic quotes instead of straight ones",
    re.compile(r"(True|False|None)\b"): "Python's spelling of true, false or null",
    re.compile(r"[A-Za-z]\w*:\s"): "YAML instead of an object in braces with its keys in quotes",
}
"""What people write in place of JSON, by how it begins."""


def _kind(value: object) -> str:
    names = {type(None): "null", bool: "a boolean", str: "a string", list: "a list"}
    return names.get(type(value), "a number")
