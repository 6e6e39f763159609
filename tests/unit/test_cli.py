"""The command line: what it prints, and the code that it ends with."""

import os
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from multus_lab import cli
from multus_lab.render import Manifest

ROOT = Path(__file__).parents[2]

GOOD = "config: {zone: {name: lab, range: 10.0.0.0/8}, networks: []}"

BROKEN = [
    pytest.param("", 2, "the file is empty", id="empty"),
    pytest.param("# a\n", 2, "the file is empty", id="comments-only"),
    pytest.param("\0\1\2", 2, "binary", id="binary"),
    pytest.param("- zone\n", 2, "a mapping `config:`", id="list"),
    pytest.param("zone\n", 2, "a mapping `config:`", id="scalar"),
    pytest.param("name: x\n", 2, "a mapping `config:`", id="no-config"),
    pytest.param("config: []\n", 2, "`config:` must be a mapping", id="list-config"),
    pytest.param(f"{GOOD}\n---\n{GOOD}\n", 2, "here are 2", id="two-documents"),
    pytest.param("config: {\n", 2, ":2:1: expected a value", id="not-yaml"),
    pytest.param("config: {}\n", 1, "is missing, and has no default", id="nothing-in-config"),
    pytest.param(GOOD.replace("[]", "[5]"), 1, "must be a mapping", id="settings"),
]


class Ended(NamedTuple):
    """How a command ended."""

    code: object
    out: str
    err: str


@pytest.fixture
def rendered(dev_objects: list[Manifest], monkeypatch: pytest.MonkeyPatch) -> None:
    """Every stack renders as the dev stack did before."""
    monkeypatch.setattr("multus_lab.render.manifests", lambda _: dev_objects)


@pytest.fixture
def run(
    project_folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> "Run":
    """The command line, with nothing that an engine could be run on."""
    monkeypatch.delattr("multus_lab.engine.Engine.of_user")
    return Run(project_folder, capsys)


class Run:
    """Calls the command line in a project folder."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys

    def __call__(self, *arguments: str) -> Ended:
        return self._ended(lambda: cli.main(arguments))

    def as_module(self, *arguments: str) -> Ended:
        """Call `python -m multus_lab`."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "argv", ["multus_lab", *arguments])
            return self._ended(lambda: runpy.run_module("multus_lab", run_name="__main__"))

    def _ended(self, call: Callable[[], object]) -> Ended:
        with pytest.raises(SystemExit) as ended:
            call()
        return Ended(ended.value.code, *self._capsys.readouterr())


def process(folder: Path, *command: str) -> Ended:
    """Run Python in a process of its own."""
    done = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


# --- check ----------------------------------------------------------------------------------------


def test_check_is_quiet_when_fine(run: Run) -> None:
    (run.folder / "Pulumi.fine.yaml").write_text(GOOD)
    assert run("check", "fine") == (0, "1 stack, 0 networks: nothing found\n", "")


def test_check_takes_all_stacks_by_default(run: Run) -> None:
    (run.folder / "Pulumi.a.yaml").write_text("")
    (run.folder / "Pulumi.b.yaml").write_text(GOOD.replace("lab", "Lab"))
    (run.folder / "Pulumi.c.yaml").write_text(GOOD)
    code, out, err = run("check")
    assert (code, err) == (2, "")
    assert "Pulumi.a.yaml: the file is empty" in out
    assert 'Pulumi.b.yaml:1:23: error SET001 (zone.name "Lab"): must be ' in out
    assert "Pulumi.c.yaml" not in out
    assert "Pulumi.dev.yaml:20:15: warning IPA207" in out
    assert ": 1 error, " in out.splitlines()[-1]


def test_check_without_any_stack(run: Run) -> None:
    (run.folder / "Pulumi.dev.yaml").unlink()
    code, _, err = run("check")
    assert (code, err) == (2, "multus-lab: there is no Pulumi.<stack>.yaml to check\n")


def test_check_names_place_path_value_and_what_is_allowed(run: Run) -> None:
    path = run.folder / "Pulumi.lab.yaml"
    path.write_text("config:\n  zone:\n    name: Lab\n    range: 10.0.0.0\n")
    assert run("check", "lab").out.splitlines() == [
        'Pulumi.lab.yaml:3:11: error SET001 (zone.name "Lab"): must be a DNS-1123 label: '
        "a-z, 0-9 and '-', at most 63 characters",
        "  3 |     name: Lab",
        "    |           ^^^",
        'Pulumi.lab.yaml:4:12: error SET001 (zone.range "10.0.0.0"): must be an address with its '
        "prefix length, like 10.12.34.0/24",
        "  4 |     range: 10.0.0.0",
        "    |            ^^^^^^^^",
        "",
        "1 stack, 0 networks: 2 errors",
    ]


def test_check_in_a_process_of_its_own_imports_no_pulumi(project_folder: Path) -> None:
    (project_folder / "Pulumi.broken.yaml").write_text("config: {}")
    loaded = "print([name for name in sys.modules if name.startswith('pulumi')])"
    module = "runpy.run_module('multus_lab', run_name='__main__')"
    command = f"import runpy, sys\ntry: {module}\nfinally: {loaded}"
    code, out, err = process(project_folder, "-c", command, "check")
    assert (code, out.splitlines()[-1], err) == (1, "[]", "")
    assert "(zone): is missing" in out


# --- broken files ---------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["check", "render", "preview", "up", "down"])
@pytest.mark.parametrize(("content", "code", "words"), BROKEN)
def test_broken_file(command: str, content: str, code: int, words: str, run: Run) -> None:
    path = run.folder / "Pulumi.broken.yaml"
    path.write_text(content)
    ended = run(command, str(path))
    assert ended.code == code
    message, silent = (ended.out, ended.err) if command == "check" else (ended.err, ended.out)
    assert words in message
    assert message.count(path.name) == 1
    assert silent == ""


@pytest.mark.parametrize("command", ["check", "render"])
def test_secret_that_has_to_be_checked(command: str, run: Run) -> None:
    secret = GOOD.replace("10.0.0.0/8", "{secure: v1:Y2lwaGVy}")
    (run.folder / "Pulumi.lab.yaml").write_text(secret)
    code, out, err = run(command, "lab")
    assert code == 1
    assert ":35: " in out + err
    assert ("{secure: ***********}" in out) is (command == "check")
    assert "is encrypted, and only the engine can decrypt it" in out + err
    assert "Y2lwaGVy" not in out + err


@pytest.mark.parametrize("command", ["check", "render", "preview", "up", "down"])
@pytest.mark.parametrize(
    ("stack", "words"),
    [
        pytest.param("prod", "no stack 'prod': ", id="name"),
        pytest.param("./prod.yaml", "prod.yaml: no such file or directory", id="path"),
        pytest.param("./components", "components: is a directory", id="folder"),
        pytest.param("", "no stack '': ", id="empty"),
    ],
)
def test_no_such_stack(command: str, stack: str, words: str, run: Run) -> None:
    code, out, err = run(command, stack)
    assert code == 2
    assert words in out + err
    assert (out + err).count("\n") == 1


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        pytest.param("- zone\n", 2, "a mapping `config:`", id="file"),
        pytest.param("config: {}", 1, "(zone): is missing", id="settings"),
    ],
)
def test_broken_file_of_the_module(content: str, code: int, words: str, run: Run) -> None:
    (run.folder / "Pulumi.broken.yaml").write_text(content)
    ended = run.as_module("check", "broken")
    assert ended.code == code
    assert words in ended.out
    assert ended.out.count("Pulumi.broken.yaml") == 1
    assert ended.err == ""


# --- render ---------------------------------------------------------------------------------------


def test_render_prints_one_stream(run: Run) -> None:
    code, out, err = run("render", "dev")
    assert (code, err) == (0, "")
    assert len(list(yaml.safe_load_all(out))) == 7


@pytest.mark.usefixtures("rendered")
def test_render_into_a_folder_prints_the_paths(run: Run) -> None:
    code, out, err = run("render", "dev", "--output", "manifests")
    assert (code, err) == (0, "")
    assert sorted(out.split()) == sorted(
        str(path.relative_to(run.folder)) for path in (run.folder / "manifests").iterdir()
    )


@pytest.mark.usefixtures("rendered")
def test_render_into_a_file_is_refused(run: Run) -> None:
    code, out, err = run("render", "dev", "--output", "Pulumi.yaml")
    assert (code, out) == (2, "")
    assert err.startswith("multus-lab: Pulumi.yaml: ")
    assert err.count("\n") == 1


# --- usage ----------------------------------------------------------------------------------------


COMMANDS = ["check", "render", "preview", "up", "down", "rehearse", "testbed"]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_shows_examples(command: str, run: Run) -> None:
    code, out, _ = run(command, "--help")
    examples = out.partition("\nexamples:\n")[2].splitlines()
    assert code == 0
    assert len(examples) > 1
    for one in examples:
        program, *arguments = one.partition("multus-lab ")[1:]
        assert program
        words = arguments[0].partition("|")[0].split()
        assert words[0] == command
        assert callable(cli._parser().parse_args(words).run)


def test_help_lists_every_command(run: Run) -> None:
    _, out, _ = run("--help")
    for command in COMMANDS:
        assert f"\n    {command} " in out
    assert "exit codes: 0 fine, 1 refused or failed, 2 usage or unreadable file" in out


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param([], id="nothing"),
        pytest.param(["apply"], id="unknown-command"),
        pytest.param(["render"], id="no-stack"),
        pytest.param(["render", "dev", "lab"], id="two-stacks"),
        pytest.param(["check", "--fast"], id="unknown-option"),
        pytest.param(["testbed", "restart"], id="unknown-action"),
        pytest.param(["testbed", "up", "--nodes", "three"], id="not-a-number"),
    ],
)
def test_usage(arguments: list[str], run: Run) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("usage: multus-lab")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "rehearse takes a stack, or --manifest with files"),
        (["dev", "--manifest", "nads.yaml"], "rehearse takes a stack, or --manifest with files"),
        (["dev", "--pods", "0"], "--pods is 1 to 50 on each node, not 0"),
        (["dev", "--pods", "51"], "--pods is 1 to 50 on each node, not 51"),
        (["--manifest", "Pulumi.dev.yaml"], "no NetworkAttachmentDefinition to rehearse in"),
        (["--manifest", "none.yaml"], "none.yaml"),
        (["none"], "no stack 'none'"),
    ],
)
def test_what_can_t_be_rehearsed(arguments: list[str], words: str, run: Run) -> None:
    code, out, err = run("rehearse", *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("multus-lab: ")
    assert words in err


@pytest.mark.parametrize("missing", ["psutil", "pulumi"])
def test_what_is_not_installed_is_named(missing: str, project_folder: Path) -> None:
    command = (
        f"import sys; sys.modules['{missing}'] = None\nfrom multus_lab.cli import main; main()"
    )
    arguments = {"psutil": ["testbed", "status"], "pulumi": ["render", "dev"]}[missing]
    code, out, err = process(project_folder, "-c", command, *arguments)
    assert (code, out) == (2, "")
    assert err == (
        f"multus-lab: this command needs {missing}, which is not installed: "
        "pip install 'multus-lab[engine]'\n"
    )


def test_interrupt(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("multus_lab.project.stack_file", interrupted)
    assert run("check", "dev") == (130, "", "multus-lab: interrupted\n")
