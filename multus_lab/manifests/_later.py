"""What is rendered later: placeholders such as `${MTU}`, and what a template engine is to write."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from multus_lab.checks.finding import Path
from multus_lab.documents import TEMPLATE, Document, DocumentError
from multus_lab.plugins import Placeholder


def refuse_template(
    definition: Mapping[str, Any], path: Path, documents: Sequence[Document]
) -> None:
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

_BEGUN = re.compile(r"\$\{[^}]*\}?")
"""What begins as one, such as `${CAPABILITIES:-{}}`."""

_SPLIT = re.compile(rf'"(?:[^"\\]|\\.)*"|{_PLACEHOLDER.pattern}', re.DOTALL)
_HIDDEN = 0xE000
"""Where Unicode's private use begins: the characters of a bare placeholder, moved up there, make
a string of JSON of the same length."""


def placeholder_in(text: object) -> str | None:
    """The first placeholder of a text, or what begins as one."""
    if not isinstance(text, str) or "${" not in text:
        return None
    found = _PLACEHOLDER.search(text) or _BEGUN.search(text)
    return found[0] if found else None


def rendered(text: str) -> str:
    """JSON in which each placeholder outside of a string is a string, for a parser to read."""
    return _SPLIT.sub(_hidden, text) if "${" in text else text


def _hidden(found: re.Match[str]) -> str:
    if found[0][0] == '"':
        return found[0]
    inner = (chr(_HIDDEN + min(ord(one), 0x7F)) for one in found[0][1:-1])
    return f'"{"".join(inner)}"'


def with_placeholders(value: object) -> object:
    """The value, with a Placeholder for each text that is rendered later."""
    if isinstance(value, dict):
        return {str(with_placeholders(key)): with_placeholders(one) for key, one in value.items()}
    if isinstance(value, list):
        return [with_placeholders(one) for one in value]
    if isinstance(value, str) and value:
        if all(_HIDDEN <= ord(one) < _HIDDEN + 0x80 for one in value):
            return Placeholder("$" + "".join(chr(ord(one) - _HIDDEN) for one in value) + "}")
        if "${" in value and _PLACEHOLDER.search(value):
            return Placeholder(value)
    return value
