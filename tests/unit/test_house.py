"""How the rooms stand to each other."""

import ast
import importlib
import inspect
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import multus_lab
from multus_lab.checks import CODES
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


JUDGING = """
from multus_lab.checks import judge_stack
from multus_lab.settings import load
for code in ("XST503", "SET001", "WIR601", "ABC123"):
    zone = {"name": "lab", "range": "10.12.34.0/24"}
    for finding in judge_stack(load({"zone": zone, "accept": {code: "x"}})):
        print(finding.severity.value, finding.message)
"""


def printed(*command: str) -> list[str]:
    """The lines that Python prints in a process of its own, in which nothing was imported."""
    done = subprocess.run(
        [sys.executable, *command], cwd=HOUSE.parent, capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


def test_who_imports_the_checks_alone_knows_every_code() -> None:
    # As `pulumi preview` does.
    assert printed("-c", JUDGING) == [
        "note XST503 is accepted, but it can't be accepted",
        "note SET001 is accepted, but it can't be accepted",
        "note WIR601 is accepted, but it can't be accepted",
        "error ABC123 is accepted, but no rule has this code",
    ]


def test_every_code_is_listed_whatever_registers_it() -> None:
    for name in MODULES:
        importlib.import_module(name)
    listed = printed("-m", "multus_lab", "check", "--rules")
    assert [line.split()[0] for line in listed] == sorted(CODES)


def test_a_code_is_explained_that_no_rule_has() -> None:
    # What is explained is looked up in the same list, whatever the code.
    assert printed("-m", "multus_lab", "check", "--explain", "SET001")[0].startswith("SET001 (")


CHECKING = """
import sys
from multus_lab.cli import main
try:
    main(["check", *sys.argv[1:]])
except SystemExit:
    print([one for one in ("pydantic", "yaml", "pulumi") if one in sys.modules])
"""


@pytest.mark.parametrize(
    ("text", "imported"),
    [
        pytest.param("{}", [], id="JSON, as kubectl prints it"),
        pytest.param("a: b", ["yaml"], id="YAML"),
        pytest.param("config: {}", ["pydantic", "yaml"], id="a stack"),
    ],
)
def test_a_check_imports_what_it_reads_by(text: str, imported: list[str], tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.a.yaml"
    file.write_text(text)
    given = () if "pydantic" in imported else ("--manifest",)
    assert printed("-c", CHECKING, *given, str(file))[-1] == str(imported)
