"""The command line and the checks in processes of their own: what they import, how they end."""

import importlib
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from multus_lab import cli
from multus_lab.checks import CODES
from tests.mocks.test_house import MODULES

ROOT = Path(__file__).parents[2]


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with this program, as links."""
    for name in ("Pulumi.yaml", "Pulumi.dev.yaml", "__main__.py", "components"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


def run(folder: Path, *command: str) -> Ended:
    """Run a command."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def process(folder: Path, *command: str) -> Ended:
    """Run Python."""
    return run(folder, sys.executable, *command)


# --- what is imported -----------------------------------------------------------------------------


def test_check_in_a_process_of_its_own_imports_nothing_of_the_engine(folder: Path) -> None:
    (folder / "Pulumi.broken.yaml").write_text("config: {networks: 1}")
    needless = sorted(cli._OF_THE_ENGINE)
    loaded = f"print([name for name in {needless} if name in sys.modules])"
    module = "runpy.run_module('multus_lab', run_name='__main__')"
    command = f"import runpy, sys\ntry: {module}\nfinally: {loaded}"
    code, out, err = process(folder, "-c", command, "check")
    assert (code, out.splitlines()[-1], err) == (1, "[]", "")
    assert "must be a list" in out


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
    ended = process(ROOT, *command)
    assert (ended.code, ended.err) == (0, "")
    return ended.out.splitlines()


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


UNIT_TESTS = """
import sys
from importlib import import_module
for missing in sys.argv[1].split(): sys.modules[missing] = None
for name in sys.argv[2:]: import_module(name)
"""


def test_unit_tests_need_no_more_than_check_does() -> None:
    # Which is what makes them quick: the SDKs of Pulumi and Kubernetes take a second to import.
    tests = [f"tests.unit.{path.stem}" for path in (ROOT / "tests/unit").glob("test_*.py")]
    assert printed("-c", UNIT_TESTS, " ".join(cli._OF_THE_ENGINE), *tests) == []


# --- how it ends ----------------------------------------------------------------------------------


WITHOUT_THE_ENGINE = """
import sys
from multus_lab.cli import main
for missing in ("psutil", "kubernetes", "pulumi"):
    sys.modules[missing] = None
    try: main(["render", "dev"] if missing == "pulumi" else ["testbed", "status"])
    except SystemExit as ended: print(ended.code)
    del sys.modules[missing]
"""


def test_what_is_not_installed_is_named(folder: Path) -> None:
    _, out, err = process(folder, "-c", WITHOUT_THE_ENGINE)
    assert out.split() == ["2", "2", "2"]
    assert err.splitlines() == [
        f"multus-lab: this command needs {missing}, which is not installed: "
        "pip install '.[engine]' in a clone of multus-lab"
        for missing in ("psutil", "kubernetes", "pulumi")
    ]


INTERRUPTED = """
import os, signal
from multus_lab import cli
from multus_lab.cli import check

for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    if not os.fork():
        check.check = lambda _: os.kill(os.getpid(), number)
        cli.main()
    print(number.name, os.waitstatus_to_exitcode(os.wait()[1]), flush=True)
"""


def test_interrupt(folder: Path) -> None:
    code, out, err = process(folder, "-c", INTERRUPTED, "check")
    assert (code, err) == (0, "multus-lab: interrupted\n" * 3)
    assert out.splitlines() == ["SIGINT 130", "SIGTERM 143", "SIGHUP 129"]


@pytest.mark.parametrize(
    ("arguments", "closed", "code"),
    [
        (("check", "nosuch"), ">&-", 2),
        (("check", "dev", "dev", "--manifest", "-"), "2>&-", 2),
        (("check", "dev"), "<&- >&- 2>&-", 0),
    ],
    ids=["out", "err", "all"],
)
def test_a_closed_standard_stream(
    arguments: tuple[str, ...], closed: str, code: int, folder: Path
) -> None:
    """What went to it goes nowhere, least of all to another."""
    script = f'exec "$@" {closed}'
    command = (sys.executable, "-m", "multus_lab", *arguments)
    ended, whole = run(folder, "sh", "-c", script, "sh", *command), run(folder, *command)
    assert ended.code == whole.code == code
    assert ended.out == ("" if ">&-" in closed.split() else whole.out)
    assert ended.err == ("" if "2>&-" in closed else whole.err)
