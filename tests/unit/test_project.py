"""Which file a stack is, and what it says."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from multus_lab import project
from multus_lab.errors import MultusLabError
from multus_lab.problems import dotted
from multus_lab.project import StackFile, stack_file
from multus_lab.settings import SettingsError
from tests.unit.cases import cases

Config = dict[str, Any]

ZONE = "multus-lab:zone: {name: private, range: 10.12.34.0/24}"
CIPHER = "v1:MHhkZWFkYmVlZg==:c2VjcmV0"

FILES = [
    pytest.param(b"", "the file is empty", id="empty"),
    pytest.param(b"# zone\n\n# networks\n", "the file is empty", id="comments-only"),
    pytest.param(b"\x7fELF\x02\x01\x01\x00\x00", "binary", id="binary"),
    pytest.param(b"config: \xff\n", "is not UTF-8", id="not-utf-8"),
    pytest.param(b"- config\n- zone\n", "a mapping `config:`", id="list"),
    pytest.param(b"config\n", "a mapping `config:`", id="scalar"),
    pytest.param(b"salt: v1:abc\n", "`config:`; the keys here are salt", id="no-config"),
    pytest.param(b"config:\n", ":1:8: `config:` must be a mapping; here is null", id="null-config"),
    pytest.param(b"config: []\n", "here is a list", id="list-config"),
    pytest.param(b"config: zone\n", "here is a string", id="scalar-config"),
    pytest.param(
        b"config: {zone: {}, multus-lab:zone: {}}\n",
        ":1:20: 'zone' is here with and without 'multus-lab' before it",
        id="key-with-and-without-prefix",
    ),
    pytest.param(b"config: {}\n---\nconfig: {}\n", "here are 2", id="two-documents"),
    pytest.param(b"config: [\n", ":2:1: expected a value", id="not-yaml"),
    pytest.param(b"config:\n\tzone: 1\n", ":2:1: a tab", id="tab"),
    pytest.param(b"config: {~: 2}\n", ":1:10: this key is null", id="null-as-key"),
    pytest.param(b"config: {a: 1, a: 2}\n", ":1:16: key 'a' is already", id="key-twice"),
    pytest.param(b"config: " + b"[" * 10_000, "nested deeper than", id="deep"),
]


def told(path: Path) -> MultusLabError:
    with pytest.raises(MultusLabError) as error:
        stack_file(str(path))
    return error.value


@cases(("content", "words"), FILES)
def test_unusable_file(content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "Pulumi.lab.yaml"
    path.write_bytes(content)
    error = told(path)
    assert error.exit_code == 2
    assert str(error).startswith(str(path))
    assert words in str(error)
    assert "\n" not in str(error)


def test_no_such_stack_lists_those_that_are(project_folder: Path) -> None:
    (project_folder / "Pulumi.lab.yaml").write_text("config: {}")
    with pytest.raises(project.ProjectError, match=r"no stack 'prod': .*; stacks here: dev, lab$"):
        stack_file("prod")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("missing.yaml", "no such file", id="missing"),
        pytest.param("folder/", "is a directory", id="folder"),
    ],
)
def test_no_such_file(name: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    error = told(tmp_path / name)
    assert error.exit_code == 2
    assert words in str(error)


@pytest.mark.parametrize(
    "given",
    [
        pytest.param("dev", id="name"),
        pytest.param("Pulumi.dev.yaml", id="file"),
        pytest.param("./Pulumi.dev.yaml", id="path"),
    ],
)
def test_name_or_path(given: str, project_folder: Path, dev_config: Config) -> None:
    stack = stack_file(given)
    assert stack.name == "dev"
    assert stack.config == dev_config
    assert not stack.secures


def test_name_from_below_the_project(project_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    below = project_folder / "docs" / "lab"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert project.folder() == project_folder
    assert stack_file("dev").path == project_folder / "Pulumi.dev.yaml"


def test_name_far_from_any_project_is_the_clones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert project.folder() == Path(project.__file__).parents[1]


def test_name_where_there_is_no_clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(project, "__file__", str(tmp_path / "site-packages/multus_lab/project.py"))
    with pytest.raises(project.ProjectError, match=r"no Pulumi.yaml of multus-lab in "):
        stack_file("dev")


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        pytest.param(f"config:\n  {ZONE}", {"zone"}, id="prefixed"),
        pytest.param(f"config:\n  {ZONE.removeprefix('multus-lab:')}", {"zone"}, id="unprefixed"),
        pytest.param(f"config:\n  {ZONE}\n  kubernetes:context: lab", {"zone"}, id="others-too"),
        pytest.param(f"secretsprovider: x\nconfig:\n  {ZONE}", {"zone"}, id="more-than-config"),
        pytest.param(f"config:\n  {ZONE}\n  zonne: 1", {"zone", "zonne"}, id="unknown"),
        pytest.param("config: {}", set(), id="none"),
    ],
)
def test_keys_of_this_project(text: str, keys: set[str], tmp_path: Path) -> None:
    path = tmp_path / "Pulumi.lab.yaml"
    path.write_text(text)
    assert stack_file(str(path)).config.keys() == keys


@pytest.mark.parametrize("prefix", ["", "multus-lab:"])
def test_problem_has_its_place_with_and_without_prefix(prefix: str, tmp_path: Path) -> None:
    path = tmp_path / "Pulumi.lab.yaml"
    path.write_text(f"config:\n  {prefix}zone:\n    name: private\n    range: 10.12.34\n")
    with pytest.raises(SettingsError, match=r"\n  4:12: zone.range: "):
        stack_file(str(path)).settings()


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("name: 0x1F", "name: 0x1F must be a string (quote a number or a boolean)"),
        ("cniVersion: 1.10", "cniVersion: 1.10 must be a string in quotes: one of 0.1.0, "),
        ("cniVersion: 0x", 'cniVersion: "0x" must be one of 0.1.0, '),
        ("namespace: true", "namespace: true must be a string (quote a number or a boolean)"),
    ],
)
def test_a_number_for_a_string_is_told_as_it_is_written(
    written: str, told: str, tmp_path: Path
) -> None:
    path = tmp_path / "Pulumi.lab.yaml"
    path.write_text(f"config: {{{ZONE}, networks: [{{{written}}}]}}\n")
    with pytest.raises(SettingsError) as error:
        stack_file(str(path)).settings()
    assert f": networks[0].{told}" in str(error.value)


def test_problems_are_told_in_the_order_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "Pulumi.lab.yaml"
    networks = "networks: [{mode: x, name: A, mtu: x}]"
    path.write_text(f"config:\n  netwerks: []\n  {networks}\n  zone: {{range: x, name: X}}\n")
    with pytest.raises(SettingsError) as error:
        stack_file(str(path)).settings()
    assert [dotted(one.path) for one in error.value.problems] == [
        "netwerks",
        "networks[0].ipam",
        "networks[0].mode",
        "networks[0].name",
        "networks[0].mtu",
        "zone.range",
        "zone.name",
    ]


# --- secrets --------------------------------------------------------------------------------------


def test_secret_becomes_a_placeholder(
    dev_config: Config, stack_of: Callable[[Config], StackFile]
) -> None:
    dev_config["networks"][0]["annotations"] = {"owner": {"secure": CIPHER}}
    stack = stack_of(dev_config)
    assert stack.secures
    (network,) = stack.settings().networks
    assert network.annotations == {"owner": "<secure: networks[0].annotations.owner>"}
    assert CIPHER not in str(stack.config)


def test_secret_is_hidden_in_the_text_but_not_inside_of_other_words(
    dev_config: Config, stack_of: Callable[[Config], StackFile]
) -> None:
    # As somebody writes it who takes `secure` for the word that encrypts.
    dev_config["networks"][0]["annotations"] = {"owner": {"secure": "privatezone"}}
    text = stack_of(dev_config).text
    assert '"owner": {"secure": "***********"}' in text
    assert '"name": "privatezone-macvlan-conf"' in text


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(("networks", 0, "ipam", "rangeStart"), id="address"),
        pytest.param(("networks", 0, "name"), id="name"),
        pytest.param(("networks", 0, "mtu"), id="number"),
        pytest.param(("networks", 0, "ipam"), id="mapping"),
        pytest.param(("networks", 0, "ipam", "type"), id="tag"),
        pytest.param(("networks",), id="list"),
        pytest.param(("zone",), id="key"),
        pytest.param(("zone", "range"), id="one-or-several"),
        pytest.param(("multus", "release"), id="choice"),
    ],
)
def test_secret_that_has_to_be_checked_is_refused(
    path: tuple[Any, ...], dev_config: Config, stack_of: Callable[[Config], StackFile]
) -> None:
    at: Any = dev_config | {"multus": {}}
    config = at
    for part in path[:-1]:
        at = at[part]
    at[path[-1]] = {"secure": CIPHER}
    with pytest.raises(SettingsError) as error:
        stack_of(config).settings()
    (problem,) = error.value.problems
    assert problem.path == path
    assert "is encrypted, and only the engine can decrypt it" in str(problem)
    assert "secure" not in str(problem)
    assert CIPHER not in str(error.value)


def test_mapping_with_more_than_secure_is_no_secret(
    dev_config: Config, stack_of: Callable[[Config], StackFile]
) -> None:
    dev_config["zone"]["secure"] = "yes"
    stack = stack_of(dev_config)
    assert not stack.secures
    with pytest.raises(SettingsError, match=r"zone.secure: is unknown"):
        stack.settings()


def test_of_the_project_is_the_file_that_pulumi_finds(tmp_path: Path) -> None:
    beside = tmp_path / "Pulumi.dev.yaml"
    beside.write_text("config: {}\n")
    assert stack_file("dev").of_project
    assert not stack_file(str(beside)).of_project
