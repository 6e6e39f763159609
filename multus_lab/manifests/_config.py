"""The JSON of a `spec.config`, in which placeholders may stand."""

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from multus_lab.checks.finding import Path
from multus_lab.documents import MAX_DEPTH, MAX_KEY
from multus_lab.errors import MultusLabError
from multus_lab.manifests._later import placeholder_in, rendered, with_placeholders
from multus_lab.plugins import Placeholder

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
        self.fix = "" if path != CONFIG else _FIX


_FIX = """config: '{"cniVersion": "0.3.1", "type": "macvlan", …}'"""


def config_of(text: str) -> Mapping[str, Any]:
    """The object that a spec.config holds; an empty text is an empty one."""
    if not text.strip():
        return {}
    read = _read(text)
    config = with_placeholders(read) if "${" in text else read
    if isinstance(config, Placeholder):
        raise UnreadableError("", later=config.text)
    if not isinstance(config, dict):
        raise UnreadableError(f"spec.config must be a JSON object; here is {_kind(config)}")
    if not config:
        raise UnreadableError("spec.config is an object without a plugin's type")
    if text.count("{") + text.count("[") > MAX_DEPTH and _too_deep(config):
        raise UnreadableError(_TOO_DEEP)
    return config


def _read(text: str) -> object:
    """The value of a text in JSON, in which bare placeholders are texts."""
    try:
        return json.loads(rendered(text), object_pairs_hook=_object, parse_constant=_constant)
    except json.JSONDecodeError as error:
        if later := placeholder_in(text):
            raise UnreadableError("", offset=text.index(later), later=later) from None
        message = f"spec.config is not JSON: {_reason(text, error)}"
        raise UnreadableError(message, offset=error.pos) from None
    except RecursionError:
        raise UnreadableError(_TOO_DEEP) from None
    except ValueError:
        raise UnreadableError("spec.config has a number of thousands of digits") from None


_TOO_DEEP = f"spec.config is nested deeper than {MAX_DEPTH} levels, the most that is read"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        key = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise UnreadableError(f"spec.config has the key {_shown(key)} twice in one object")
    if max(map(len, made), default=0) > MAX_KEY:
        raise UnreadableError(f"spec.config has a key of more than {MAX_KEY:,} characters")
    return made


def _constant(name: str) -> NoReturn:
    raise UnreadableError(f"spec.config is not JSON: it has no {name}")


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
