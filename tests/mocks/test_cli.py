"""The command line: what it prints, and the code that it ends with."""

import json
from collections.abc import Collection
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest

from multus_lab import project
from multus_lab.cli.arguments import parser
from multus_lab.engine import EngineError, Outcome, check_user
from multus_lab.project import StackFile
from tests.mocks.running import Run
from tests.unit.cases import cases

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
    pytest.param("config: {zone: 1}\n", 1, "must be a mapping", id="no-zone-of-its-kind"),
    pytest.param(GOOD.replace("[]", "[5]"), 1, "must be a mapping", id="settings"),
]


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


# --- broken files ---------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["check", "render", "preview", "up", "down"])
@cases(("content", "code", "words"), BROKEN)
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
@cases(
    ("stack", "words"),
    [
        pytest.param("prod", "no stack 'prod': ", id="name"),
        pytest.param("./prod.yaml", "prod.yaml: no such file or directory", id="path"),
        pytest.param("./components", "components: is a directory", id="folder"),
        pytest.param("", "'' is neither a file nor the name of a stack", id="empty"),
        pytest.param("my lab", "'my lab' is neither a file nor", id="blank"),
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
        pytest.param("config: {networks: 1}", 1, "(networks 1): must be a list", id="settings"),
    ],
)
def test_broken_file_of_the_module(content: str, code: int, words: str, run: Run) -> None:
    (run.folder / "Pulumi.broken.yaml").write_text(content)
    ended = run.as_module("check", "broken")
    assert ended.code == code
    assert words in ended.out
    assert ended.out.count("Pulumi.broken.yaml") == 1
    assert ended.err == ""


# --- several stacks -------------------------------------------------------------------------------

WITHOUT_DAEMON = "config:\n  multus-lab:multus: {install: false}\n"
IN_CLUSTER = "config:\n  multus-lab:cluster: {name: prod}\n"


class Ran:
    """Stands for the engine: tells which stacks it was run on, and fails on that of a name."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, fails: str = "") -> None:
        self.stacks: list[str] = []
        self.adopted: list[object] = []
        self.brought: list[bool] = []

        def up(adopt: object, _: bool) -> Outcome:
            self.adopted.append(adopt)
            return Outcome({}, {})

        def preview(_: bool, brought: Collection[object]) -> Outcome:
            self.brought.append(bool(brought))
            return Outcome({}, {})

        def of_user(stack: StackFile, *_: object) -> SimpleNamespace:
            self.stacks.append(stack.name)
            if stack.name == fails:
                raise EngineError("it failed")
            nothing = SimpleNamespace(told="")
            done = Outcome({}, {})
            return SimpleNamespace(
                up=up,
                preview=preview,
                refresh=lambda: done,
                down=lambda *_: done,
                dependants=lambda: nothing,
            )

        monkeypatch.setattr("multus_lab.engine.Engine.of_user", of_user, raising=False)
        monkeypatch.setattr("multus_lab.cli.engine.build_programs", lambda *_: None)
        monkeypatch.setattr("multus_lab.cli.engine.check_user", lambda _: None)


@pytest.mark.parametrize(
    ("verb", "order"), [("up", ["c", "d", "a", "b"]), ("down", ["b", "a", "d", "c"])]
)
def test_who_brings_daemons_comes_first_and_goes_last(
    run: Run, monkeypatch: pytest.MonkeyPatch, verb: str, order: list[str]
) -> None:
    counts = f"{WITHOUT_DAEMON}  multus-lab:whereabouts: {{}}\n"
    texts = {"a": WITHOUT_DAEMON, "b": WITHOUT_DAEMON, "c": "config: {}\n", "d": counts}
    for name, text in texts.items():
        (run.folder / f"Pulumi.{name}.yaml").write_text(text)
    ran = Ran(monkeypatch)
    code, out, _ = run(verb, "d", "a", "b", "c", "--json")
    assert (code, ran.stacks) == (0, order)
    assert [one["stack"] for one in json.loads(out)] == order


def test_what_a_failure_leaves_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "abc":
        (run.folder / f"Pulumi.{name}.yaml").write_text(WITHOUT_DAEMON)
    ran = Ran(monkeypatch, fails="b")
    code, _, err = run("up", "a", "b", "c")
    assert (code, ran.stacks) == (1, ["a", "b"])
    assert err.splitlines() == ["multus-lab: not begun: c", "multus-lab: it failed"]


DECLARES = """config:
  multus-lab:zone: {{name: {name}, range: 10.0.{number}.0/24, interface: eth1}}
  multus-lab:networks: [{{name: {name}, master: eth1, ipam: {{type: none}}}}]
  multus-lab:multus: {{install: false}}
"""


@pytest.mark.parametrize(
    ("adopt", "expected"),
    [
        (["default/b"], [[], ["default/b"]]),
        (["default/b", "default/a"], [["default/a"], ["default/b"]]),
        ([], [[], []]),
        (["default/b", "default/c"], None),
    ],
    ids=["of one", "of both", "no name", "of none"],
)
def test_each_stack_adopts_what_it_declares(
    run: Run, monkeypatch: pytest.MonkeyPatch, adopt: list[str], expected: object
) -> None:
    for number, name in enumerate("ab"):
        path = run.folder / f"Pulumi.{name}.yaml"
        path.write_text(DECLARES.format(name=name, number=number))
    ran = Ran(monkeypatch)
    code, _, err = run("up", "a", "b", "--adopt", *adopt)
    if expected is None:
        assert (code, ran.stacks) == (2, [])
        assert err == (
            "multus-lab: --adopt default/c: none of the stacks declares such an object; "
            "they declare default/a, default/b\n"
        )
    else:
        assert (code, ran.adopted) == (0, expected)


def test_stacks_in_each_other_s_way_are_refused_before(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "ab":
        (run.folder / f"Pulumi.{name}.yaml").write_text(IN_CLUSTER)
    ran = Ran(monkeypatch)
    code, _, err = run("up", "a", "b")
    assert (code, ran.stacks) == (1, [])
    assert "XST504" in err


@pytest.mark.parametrize("verb", ["preview", "up"])
def test_of_several_stacks_none_is_begun_if_one_is_refused(
    verb: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    risk = f"{WITHOUT_DAEMON}  multus-lab:networks: [{{name: r, ipam: {{type: none}}}}]\n"
    for name, text in {"a": "config: {}\n", "b": risk}.items():
        (run.folder / f"Pulumi.{name}.yaml").write_text(text)
    ran = Ran(monkeypatch)
    code, _, err = run(verb, "a", "b")
    assert (code, ran.stacks) == (1, [])
    assert "b: risk LNK103 (networks[0].master): each node's default route decides" in err


@pytest.mark.parametrize("verb", ["refresh", "down"])
def test_stacks_in_each_other_s_way_can_go(
    verb: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "ab":
        (run.folder / f"Pulumi.{name}.yaml").write_text(IN_CLUSTER)
    ran = Ran(monkeypatch)
    assert run(verb, "a", "b")[0] == 0
    assert sorted(ran.stacks) == ["a", "b"]


@pytest.mark.parametrize(("daemon", "brought"), [("config: {}\n", True), (WITHOUT_DAEMON, False)])
def test_a_preview_takes_as_there_what_a_stack_beside_it_brings(
    daemon: str, brought: bool, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in {"a": WITHOUT_DAEMON, "b": daemon}.items():
        (run.folder / f"Pulumi.{name}.yaml").write_text(text)
    ran = Ran(monkeypatch)
    assert run("preview", "a", "b")[0] == 0
    assert ran.brought == [brought, brought]


def test_render_of_a_refused_stack_is_one_message(run: Run) -> None:
    (run.folder / "Pulumi.lab.yaml").write_text(GOOD.replace("net", "accept: {ABC123: x}, net"))
    assert run("render", "lab") == (
        1,
        "",
        "multus-lab: the checks refuse the stack:\n  Pulumi.lab.yaml:1:65: error ACC001 "
        "(accept.ABC123): ABC123 is accepted, but no rule has this code\n",
    )


# --- what the user's own engine needs -------------------------------------------------------------

ENGINE = ["preview", "up", "down"]

FITTING = "#!/bin/sh\necho v3.274.1\n"


@pytest.fixture
def logged_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder without a login, and a PATH without programs; nothing may be built."""
    for name in ("BACKEND_URL", "ACCESS_TOKEN", "CREDENTIALS_PATH", "HOME"):
        monkeypatch.delenv(f"PULUMI_{name}", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("MULTUS_LAB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (tmp_path / "bin").mkdir()
    monkeypatch.delattr("multus_lab.engine.build_all")
    return tmp_path


@pytest.mark.parametrize("command", ENGINE)
@cases(
    ("installed", "words"),
    [
        pytest.param(False, "no pulumi is on PATH, and so no login: install it, or set ", id="no"),
        pytest.param(True, "pulumi is not logged in: run `pulumi login`, or set ", id="yes"),
    ],
)
def test_no_login_is_told_before_anything_is_built(
    command: str, installed: bool, words: str, run: Run, logged_out: Path
) -> None:
    program = logged_out / "bin" / "pulumi"
    program.write_text(FITTING)
    program.chmod(0o700 if installed else 0o600)
    ended = run(command, "dev")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == (
        f"multus-lab: {words}PULUMI_BACKEND_URL (file://... will do), or use --testbed\n"
    )


@pytest.mark.parametrize("login", ["variable", "project", "credentials", "damaged"])
def test_a_login_is_found_where_pulumi_finds_it(
    login: str, project_folder: Path, logged_out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = project.stack_file("dev")
    with pytest.raises(EngineError, match="no login"):
        check_user(stack)
    if login == "variable":
        monkeypatch.setenv("PULUMI_BACKEND_URL", "file:///tmp")
    elif login == "project":
        declared = project_folder / "Pulumi.yaml"
        text = declared.read_text()
        declared.unlink()  # which is a link
        declared.write_text(f"{text}backend: {{url: file:///tmp}}\n")
    else:
        monkeypatch.setenv("PULUMI_CREDENTIALS_PATH", str(logged_out))
        written = '{"current": "file:///tmp"}' if login == "credentials" else '{"current'
        (logged_out / "credentials.json").write_text(written)
    check_user(stack)


@pytest.mark.parametrize("command", ENGINE)
@cases("name", ["Pulumi.dev.yaml", "Pulumi.other.yaml", "dev.yaml"])
def test_a_file_that_pulumi_would_not_take(
    command: str, name: str, run: Run, tmp_path: Path
) -> None:
    elsewhere = tmp_path / name
    elsewhere.write_text(GOOD)
    ended = run(command, str(elsewhere))
    assert (ended.code, ended.out) == (2, "")
    stack = name.removeprefix("Pulumi.").removesuffix(".yaml")
    assert ended.err == (
        f"multus-lab: {elsewhere}: Pulumi takes {run.folder}/Pulumi.{stack}.yaml as stack {stack}, "
        "and no other file; give the name of a stack of the project, or use --testbed, which "
        "takes any file\n"
    )


@pytest.mark.usefixtures("project_folder")
@cases("stack", ["dev", "Pulumi.dev.yaml", "./Pulumi.dev.yaml"])
def test_a_file_that_pulumi_takes(stack: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", "file:///tmp")
    check_user(project.stack_file(stack))


# --- usage ----------------------------------------------------------------------------------------


COMMANDS = ["check", "render", "preview", "up", "down", "rehearse", "testbed"]


@cases("command", COMMANDS)
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
        room, name = parser().parse_args(words).run.split(":")
        assert callable(getattr(import_module(f"multus_lab.cli.{room}"), name))


def test_help_lists_every_command(run: Run) -> None:
    _, out, _ = run("--help")
    for command in COMMANDS:
        assert f"\n    {command} " in out
    assert "exit codes: 0 fine, 1 refused or failed, 2 usage or unreadable file" in out


@cases(
    "arguments",
    [
        pytest.param([], id="nothing"),
        pytest.param(["apply"], id="unknown-command"),
        pytest.param(["render"], id="no-stack"),
        pytest.param(["rehearse", "dev", "lab"], id="two-stacks"),
        pytest.param(["check", "--fast"], id="unknown-option"),
        pytest.param(["testbed", "restart"], id="unknown-action"),
        pytest.param(["testbed", "up", "--nodes", "three"], id="not-a-number"),
    ],
)
def test_usage(arguments: list[str], run: Run) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("usage: multus-lab")


@cases(
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
