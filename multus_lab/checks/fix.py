"""How a finding is mended: a line of the network's configuration, or a sentence.

In a stack the configuration is YAML, in a manifest it is the JSON of `spec.config`.
"""

import json
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Network
from typing import NamedTuple, TypeAlias

from multus_lab.documents import yaml_text


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


def respelt(key: str, meant: str, written: Mapping[str, object]) -> Fix:
    """The line of a key by the name that is meant, or its removal beside a key of that name."""
    if written.get(meant) is not None:
        return f"remove {key}, as {meant} is there too"
    return Line(meant, written[key], f"instead of {key}")


def told(fix: Fix, in_json: bool) -> str:
    """The fix as text, a line in JSON or in YAML."""
    if isinstance(fix, str):
        return fix
    return fix.in_json() if in_json else fix.in_yaml()


def _flow(value: object) -> str:
    """The value in YAML on one line."""
    if isinstance(value, str):
        return yaml_text(value)
    if isinstance(value, dict):
        return "{" + ", ".join([f"{key}: {_flow(one)}" for key, one in value.items()]) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if value is None or isinstance(value, int | float):
        return json.dumps(value)
    # An IPv4 address needs no quotes; an IPv6 address may.
    plain = isinstance(value, IPv4Address | IPv4Network)
    return "…" if value is ... else str(value) if plain else yaml_text(str(value))
