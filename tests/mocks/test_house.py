"""How the rooms stand to each other."""

import ast
import importlib
import inspect
import pkgutil
from pathlib import Path

import pytest

import multus_lab
from multus_lab.errors import MultusLabError

HOUSE = Path(multus_lab.__file__).parent
MODULES = [
    one.name
    for one in pkgutil.walk_packages([str(HOUSE)], "multus_lab.")
    if not one.name.endswith("__main__")
]


def test_errors_form_one_tree() -> None:
    # But for a module's own, which it catches itself, and what ends a run without being one.
    for name in MODULES:
        for kind, one in inspect.getmembers(importlib.import_module(name), inspect.isclass):
            if issubclass(one, BaseException) and one.__module__ == name and kind[0] != "_":
                assert issubclass(one, (MultusLabError, KeyboardInterrupt)), one


@pytest.mark.parametrize(("room", "other"), [("testbed", "rehearsal"), ("rehearsal", "testbed")])
def test_test_beds_and_rehearsals_know_nothing_of_each_other(room: str, other: str) -> None:
    for path in (HOUSE / room).glob("*.py"):
        imported = {
            one.module or ""
            for one in ast.walk(ast.parse(path.read_text()))
            if isinstance(one, ast.ImportFrom)
        }
        assert not [one for one in imported if one.startswith(f"multus_lab.{other}")], path
