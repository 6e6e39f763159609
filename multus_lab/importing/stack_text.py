"""The text of a stack file, with what isn't known as comments in it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from multus_lab.documents import Place, yaml_text
from multus_lab.importing.inventory import UNTOLD, UNTOLD_OF_CLUSTER
from multus_lab.problems import Path
from multus_lab.project import NAME
from multus_lab.report.as_text import visible


class StackText:
    """A stack file of networks, and of what it has `beside` them, by its keys.

    `left_out` is what it can't have, each with the reason.
    """

    def __init__(
        self,
        beside: Mapping[str, Any],
        entries: Sequence[Mapping[str, Any]],
        left_out: Sequence[str],
    ) -> None:
        self._places: dict[Path, tuple[int, int]] = {}
        self._lines = [
            "# Made of networks that are there already. What they don't tell stands behind a #,",
            "# with what it would decide.",
            "config:",
        ]
        self._section("cluster", {}, UNTOLD_OF_CLUSTER)
        self._section("zone", beside.get("zone", {}), UNTOLD)
        self._lines += [
            "  # Who has networks has the daemons that they need. With `install: true` the stack",
            "  # brings them, and `up --adopt` takes over what is there.",
        ]
        for key, value in beside.items():
            if key != "zone":
                self._key(key, value)
        self._lines += [f"  # left out: {visible(one)}" for one in left_out]
        self._key("networks", entries)

    def __str__(self) -> str:
        """The text of the file."""
        return "\n".join(self._lines) + "\n"

    def place(self, path: Path) -> Place:
        """Line and column of the value at a path of the config, or of what of it there is."""
        while path and path not in self._places:
            path = path[:-1]
        line, column = self._places[path]
        return Place(line + 1, column + 1)

    def _section(self, name: str, told: Mapping[str, Any], untold: Mapping[str, str]) -> None:
        if not told:
            self._lines.append(f"  # {NAME}:{name}:")
            self._lines += [f"  #   {key}:  # {decides}" for key, decides in untold.items()]
            return
        self._begin((), 2)
        self._lines.append(f"  {NAME}:{name}:")
        for key, decides in untold.items():
            if key in told:
                self._begin((name,), 4)
                self._value(f"    {key}:", told[key], 6, (name, key))
            else:
                self._lines.append(f"    # {key}:  # {decides}")

    def _key(self, name: str, value: object) -> None:
        self._begin((), 2)
        self._value(f"  {NAME}:{name}:", value, 4, (name,))

    def _value(self, key: str, value: object, indent: int, path: Path) -> None:
        """A key, and its value: beside it, or as a block under it."""
        if isinstance(value, _NESTED) and value:
            self._lines.append(key)
            self._block(value, indent, path)
        else:
            self._begin(path, len(key) + 1)
            self._lines.append(f"{key} {_scalar(value)}")

    def _block(self, value: Any, indent: int, path: Path, lead: str = "") -> None:
        """A mapping or a list in YAML's block style, which is a tenth of what PyYAML takes.

        `lead` is what its first line begins with, if that isn't the indent.
        """
        pad = " " * indent
        begin = lead or pad
        self._begin(path, len(begin))
        if isinstance(value, dict):
            for key, one in value.items():
                self._value(f"{begin}{yaml_text(key)}:", one, indent + 2, (*path, key))
                begin = pad
            return
        for index, one in enumerate(value):
            if isinstance(one, _NESTED) and one:
                self._block(one, indent + 2, (*path, index), f"{begin}- ")
            else:
                self._value(f"{begin}-", one, indent, (*path, index))
            begin = pad

    def _begin(self, path: Path, column: int) -> None:
        """Keep where the value at a path begins: in the next line, from 0 as its column is."""
        self._places.setdefault(path, (len(self._lines), column))


_NESTED = (dict, list)


def _scalar(value: object) -> str:
    """A value on one line: a text, or what JSON writes as YAML does."""
    if isinstance(value, str):
        return yaml_text(value)
    text = json.dumps(value)
    # To PyYAML a number with an exponent is one if it has a point.
    return text.replace("e", ".0e") if isinstance(value, float) and "." not in text else text
