"""How a finding is mended: a line of the network's configuration, or a sentence.

In a stack the configuration is YAML, in a manifest it is the JSON of `spec.config`.
"""

import json
import re
from types import EllipsisType
from typing import NamedTuple, TypeAlias


class Line(NamedTuple):
    """A key of the configuration, or the index of an item, and the value that mends it.

    `...` stands for a value that only the user knows. `remark` says more.
    """

    key: str | int
    value: object
    remark: str = ""

    def in_yaml(self) -> str:
        """The line as a stack file has it."""
        key = "-" if isinstance(self.key, int) else f"{self.key}:"
        return f"{key} {_flow(self.value)}{self._behind()}"

    def in_json(self) -> str:
        """The line as the text of a `spec.config` has it."""
        key = "" if isinstance(self.key, int) else f'"{self.key}": '
        value = (
            "…" if self.value is ... else json.dumps(self.value, ensure_ascii=False, default=str)
        )
        return f"{key}{value}{self._behind()}"

    def _behind(self) -> str:
        return f"   # {self.remark}" if self.remark else ""


Fix: TypeAlias = Line | str
"""A line to paste, or a sentence."""


def told(fix: Fix, in_json: bool) -> str:
    """The fix as text, a line in JSON or in YAML."""
    if isinstance(fix, str):
        return fix
    return fix.in_json() if in_json else fix.in_yaml()


_PLAIN = re.compile(
    r"(?!(?:true|false|null|yes|no|on|off|y|n)\Z)[a-z/][\w./-]*"  # a word, or a path
    r"|[0-9a-f]+(?:[.:]+[0-9a-f]+){2,}(?:/[0-9]+)?"  # an address, a MAC or a version
    r"|[0-9a-f][0-9a-f:]*::(?:[0-9a-f:.]*[0-9a-f])?(?:/[0-9]+)?(?<!:)",  # IPv6, shortened
    re.ASCII | re.IGNORECASE,
)
"""Texts that YAML takes for texts without quotes."""


def _flow(value: object) -> str:
    """The value in YAML on one line."""
    match value:
        case EllipsisType():
            return "…"
        case dict():
            return "{" + ", ".join(f"{key}: {_flow(one)}" for key, one in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(_flow, value)) + "]"
        case bool() | int() | float() | None:
            return json.dumps(value)
    text = str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=not text.isprintable())
