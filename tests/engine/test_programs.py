"""Building programs, with a Go module so small that it needs no network and takes a second."""

import io
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from multus_lab import releases
from multus_lab.programs import (
    GROUPS,
    KUBERNETES,
    MULTUS_RELEASES,
    PROVIDER_VERSION,
    PULUMI,
    BuildError,
    Group,
    build,
    build_all,
    is_built,
    multus,
)
from multus_lab.programs.groups import go_line, versions
from multus_lab.progress import Progress
from tests.unit.cases import cases

MAIN = """package main

import "fmt"

var version = "unset"

func main() { fmt.Println("tiny", version) }
"""


@pytest.fixture
def group(tmp_path: Path) -> Group:
    folder = tmp_path / "tiny"
    folder.mkdir()
    (folder / "go.mod").write_text("module example.com/tiny\n\ngo 1.21.0\n")
    (folder / "main.go").write_text(MAIN)
    return Group(
        name="tiny",
        programs=("small",),
        linked=lambda _: {"main.version": "v7"},
        renamed={"tiny": "small"},
        elsewhere=folder,
    )


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    (tmp_path / "cache").mkdir()
    return tmp_path / "cache"


def test_builds_once_and_is_silent_from_then_on(group: Group, cache: Path) -> None:
    told, untold = io.StringIO(), io.StringIO()
    assert not is_built(group, cache)
    binaries = build(group, cache, Progress(told))
    made = (binaries / "small").stat().st_mtime_ns
    assert is_built(group, cache)
    assert build(group, cache, Progress(untold)) == binaries
    assert (binaries / "small").stat().st_mtime_ns == made
    said = subprocess.run([binaries / "small"], capture_output=True, text=True, check=True).stdout
    assert said == "tiny v7\n"
    lines = told.getvalue().splitlines()
    assert lines[0] == "building tiny, small"
    assert lines[-1].startswith("building tiny, done")
    assert untold.getvalue() == ""


def test_several_groups_are_counted_out(group: Group, cache: Path) -> None:
    other = Group(name="other", programs=("tiny",), elsewhere=group.elsewhere)
    told = io.StringIO()
    built = build_all([group, other], cache, Progress(told))
    assert set(built) == {"tiny", "other"}
    assert "[1/2] building tiny, small\n" in told.getvalue()
    assert "[2/2] building other, tiny\n" in told.getvalue()


def test_a_changed_source_is_another_folder(group: Group, cache: Path) -> None:
    first = build(group, cache, Progress(io.StringIO()))
    (group.source / "main.go").write_text(MAIN.replace("tiny", "changed"))
    second = build(group, cache, Progress(io.StringIO()))
    assert first != second
    assert (first / "small").exists()


def break_by_removing(program: Path) -> None:
    program.unlink()


def break_by_mode(program: Path) -> None:
    program.chmod(0o600)


def break_by_removing_all(program: Path) -> None:
    program.unlink()
    program.parent.rmdir()


def break_by_killed_run(program: Path) -> None:
    place = program.parents[1]
    place.rename(place.with_name(f"{place.name}.partial"))


@pytest.mark.parametrize(
    "breaks", [break_by_removing, break_by_mode, break_by_removing_all, break_by_killed_run]
)
def test_a_half_built_cache_is_repaired(group: Group, cache: Path, breaks: object) -> None:
    assert callable(breaks)
    program = build(group, cache, Progress(io.StringIO())) / "small"
    breaks(program)
    assert not is_built(group, cache)
    assert build(group, cache, Progress(io.StringIO())) / "small" == program
    assert os.access(program, os.X_OK)
    assert [path for path in program.parents[2].iterdir() if "partial" in path.name] == []


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("main.go", "package main\n\nfunc main() { undefined() }\n", r"go build.*\n.*undefined"),
        ("main.go", "no Go\n", r"main\.go:1:1"),
        ("go.mod", "module example.com/tiny\n\ngo 9.1.0\n", r"Go 9\.1\.0 or newer is needed"),
        ("go.mod", "nonsense\n\ngo 1.21.0\n", r"go\.mod"),
        (
            "main.go",
            'package main\n\nimport "example.com/nowhere"\n\nfunc main() { nowhere.Go() }\n',
            r"example\.com/nowhere",
        ),
    ],
)
def test_what_does_not_build_is_one_clear_error(
    group: Group, cache: Path, file: str, text: str, expected: str
) -> None:
    (group.source / file).write_text(text)
    with pytest.raises(BuildError, match=re.compile(expected, re.DOTALL)) as caught:
        build(group, cache, Progress(io.StringIO()))
    assert len(str(caught.value).splitlines()) <= 6
    assert not is_built(group, cache)


def test_no_go_at_all(group: Group, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(cache))
    with pytest.raises(BuildError, match="there is no `go` on PATH"):
        build(group, cache, Progress(io.StringIO()))


def test_no_network(group: Group, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (group.source / "go.mod").write_text(
        "module example.com/tiny\n\ngo 1.21.0\n\nrequire example.com/nowhere v1.0.0\n"
    )
    (group.source / "main.go").write_text(
        'package main\n\nimport "example.com/nowhere"\n\nfunc main() { nowhere.Go() }\n'
    )
    (group.source / "go.sum").write_text(
        "example.com/nowhere v1.0.0 h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
        "example.com/nowhere v1.0.0/go.mod h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
    )
    monkeypatch.setenv("GOPROXY", "off")
    with pytest.raises(BuildError, match="is there a network"):
        build(group, cache, Progress(io.StringIO()))


def test_a_program_that_does_not_come_out(group: Group, cache: Path) -> None:
    more = Group("tiny", ("tiny", "large"), elsewhere=group.elsewhere)
    with pytest.raises(BuildError, match="without large"):
        build(more, cache, Progress(io.StringIO()))


def test_a_cross_compiling_user_gets_programs_that_run_here(
    group: Group, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOS", "plan9")
    monkeypatch.setenv("GOARCH", "386")
    program = build(group, cache, Progress(io.StringIO())) / "small"
    assert subprocess.run([program], check=True, capture_output=True).stdout == b"tiny v7\n"


INTERRUPTED = """
import signal, sys
from pathlib import Path
from multus_lab.programs import Group, build
# A shell has what it runs in the background ignore interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)
build(Group("tiny", ("tiny",), elsewhere=Path(sys.argv[1])), Path(sys.argv[2]))
"""


def test_an_interrupt_ends_go_and_leaves_no_half(group: Group, cache: Path, tmp_path: Path) -> None:
    # A `go` that never ends stands for a long build.
    shim = tmp_path / "path" / "go"
    shim.parent.mkdir()
    shim.write_text("#!/bin/sh\nexec sleep 600\n")
    shim.chmod(0o700)
    child = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, str(group.source), str(cache)],
        env={**os.environ, "PATH": f"{shim.parent}:{os.environ['PATH']}"},
        stderr=subprocess.PIPE,
    )
    seen = psutil.Process(child.pid)
    while not (below := seen.children(recursive=True)):
        time.sleep(0.05)
    child.send_signal(signal.SIGINT)
    _, errors = child.communicate(timeout=30)
    assert b"KeyboardInterrupt" in errors
    assert not any(process.is_running() for process in below)
    assert [path.name for path in (cache / "programs").iterdir()] == ["tiny.lock"]


def test_versions_stand_in_the_go_mod_alone() -> None:
    release = KUBERNETES.versions["k8s.io/kubernetes"]
    linked = KUBERNETES.linked(KUBERNETES.versions)
    assert linked["k8s.io/component-base/version.gitVersion"] == release
    assert release.startswith(f"v{linked['k8s.io/component-base/version.gitMajor']}.")
    assert list(PULUMI.linked(PULUMI.versions).values()) == [
        PULUMI.versions["github.com/pulumi/pulumi/pkg/v3"]
    ]


def test_the_provider_is_the_sdk_s_release() -> None:
    pins = (Path(__file__).parents[2] / "requirements.txt").read_text().split()
    assert f"pulumi-kubernetes=={PROVIDER_VERSION}" in pins


@pytest.mark.parametrize("name", GROUPS)
def test_every_group_has_its_folder_and_sums(name: str) -> None:
    group = GROUPS[name]
    assert group.name == name
    assert (group.source / "go.mod").is_file()
    assert (group.source / "go.sum").is_file()
    assert {file.module for file in group.files + group.embedded} <= set(group.versions)


@cases(
    ("release", "runs"),
    [
        *((name, name) for name in MULTUS_RELEASES),
        ("v4.3.1", "v4.3.0"),
        ("v4.2.3", "v4.2.0"),
        ("v4.1.0", "v4.1.4"),
    ],
)
def test_which_program_stands_in_for_a_release(release: str, runs: str) -> None:
    assert multus(release).release == runs
    assert MULTUS_RELEASES.keys() <= set(releases.names())


def test_go_mod_lines() -> None:
    text = """module example.com/v1 // v9

go 1.26.0
toolchain go1.26.8
require example.com/one v1.2.3 // indirect
require (
\texample.com/two v0.0.0-20260115033456-f47bc2d6f199
\t// example.com/three v3.0.0
)
replace example.com/four => example.com/five v5.0.0
tool example.com/two/cmd
exclude example.com/six v6.0.0
"""
    assert versions(text) == {
        "example.com/one": "v1.2.3",
        "example.com/two": "v0.0.0-20260115033456-f47bc2d6f199",
    }
    assert go_line(text) == "1.26.0"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_one_line_is_rewritten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    told = Terminal()
    with Progress(told).task("building", "a, b") as task:
        time.sleep(0.3)
        task.tick("3 of 2798 packages compiled")
    start = "\r\x1b[2K"
    parts = told.getvalue().split(start)[1:]
    assert parts == ["building, a, b", "building, 3 of 2798", "building, done, 0 s\n"]


def test_what_ends_before_the_delay_is_never_told_of() -> None:
    told = io.StringIO()
    with Progress(told).task("starting", delay=60) as task:
        task.tick("almost")
    assert told.getvalue() == ""


def test_what_fails_is_told_to_have_stopped() -> None:
    told = io.StringIO()
    with pytest.raises(BuildError), Progress(told, every=0).task("building"):
        raise BuildError("no")
    assert told.getvalue().splitlines() == ["building", "building, stopped, 0 s"]
