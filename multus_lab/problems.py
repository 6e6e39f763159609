"""What can't be used of a stack, each with its place, its value and what is allowed."""

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple, Self

from multus_lab.errors import MultusLabError

Path = tuple[str | int, ...]
"""Where a value stands in the stack config: keys and indices from its top."""


class Problem(NamedTuple):
    """A value that can't be used. `value` is as written, in JSON, or "" where there is none."""

    path: Path
    value: str
    allowed: str
    place: str = ""
    """Line and column in the stack file, where it is known."""

    @classmethod
    def of(cls, path: Path, value: object, allowed: str) -> Self:
        """The problem of a value, shown as JSON and cut where it is long."""
        return cls(path, shown(value), allowed)

    def __str__(self) -> str:
        words = (self.place and f"{self.place}:", f"{dotted(self.path)}:", self.value, self.allowed)
        return " ".join(word for word in words if word)


class SettingsError(MultusLabError):
    """A stack config that can't be used; `problems` are all that was found."""

    def __init__(self, problems: Iterable[Problem], source: str = "the stack config") -> None:
        self.problems = tuple(problems)
        count = f"{len(self.problems)} settings" if len(self.problems) > 1 else "1 setting"
        lines = "".join(f"\n  {problem}" for problem in self.problems)
        super().__init__(f"{source}: {count} can't be used:{lines}")


def shown(value: object) -> str:
    """A value as JSON, cut at 80 characters."""
    if isinstance(value, str):
        return _shown(value)  # as nearly all are, and the same ones again and again
    return cut(json.dumps(value, default=str, ensure_ascii=False), 80)


@lru_cache(maxsize=4096)
def _shown(value: str) -> str:
    return cut(json.dumps(value, ensure_ascii=False), 80)


def cut(text: str, length: int) -> str:
    """The text, or the beginning of one that is longer."""
    return text if len(text) <= length else f"{text[: length - 3]}..."


def dotted(path: Path) -> str:
    """A path as `networks[0].ipam.rangeStart`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")
