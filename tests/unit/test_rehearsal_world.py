"""What a rehearsal says where it can't be had; the rest is in tests/wire."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from multus_lab.progress import Progress
from multus_lab.rehearsal import stage, world
from multus_lab.rehearsal.errors import UnableError
from multus_lab.rehearsal.plan import Plan, Pod

PLAN = Plan(nodes=(), segments=(), pods=(), service="10.96.0.10")


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(UnableError) as caught:
        act()
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_root_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    said = refused(lambda: world.rehearse(PLAN, Progress()))
    assert said == "rehearse needs root, to make network namespaces and interfaces in them"


def test_linux_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "rehearse needs Linux" in refused(lambda: world.rehearse(PLAN, Progress()))


@pytest.mark.parametrize("tool", ["ip", "nsenter", "setpriv", "unshare"])
def test_the_programs_are_needed(tool: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(
        "multus_lab.rehearsal.world.shutil.which", lambda name: None if name == tool else name
    )
    assert f"rehearse needs `{tool}`: install" in refused(lambda: world.rehearse(PLAN, Progress()))


def test_namespaces_are_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shim = tmp_path / "setpriv"
    shim.write_text(
        "#!/bin/sh\necho 'unshare: unshare failed: Operation not permitted' >&2\nexit 1\n"
    )
    shim.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("MULTUS_LAB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(
        world, "build_all", lambda groups, progress: {one.name: tmp_path for one in groups}
    )
    said = refused(lambda: world.rehearse(PLAN, Progress()))
    assert (
        said == "no namespaces can be made here: unshare: unshare failed: Operation not permitted"
    )


def lacking(kind: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    def ip(lines: list[str]) -> None:
        if kind in lines[0].split():
            error = "Error: Unknown device type.\nCommand failed -:1\n"
            raise subprocess.CalledProcessError(1, "ip", stderr=error)

    monkeypatch.setattr(stage, "ip", ip)
    monkeypatch.setattr(stage, "which", lambda _, path: None)
    pod = Pod("one", "default", "node1", "default/net", "net", "segment1", kinds=[kind])
    return stage.lacking(Plan((), (), [pod], "10.96.0.10"))


def test_macvlan_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnableError, match="needs macvlan in the kernel: Error: Unknown"):
        lacking("macvlan", monkeypatch)


@pytest.mark.parametrize("kind", ["ipvlan", "vlan", "vrf", "dummy", "tap", "firewall"])
def test_other_plugins_can_be_done_without(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert lacking(kind, monkeypatch) == [kind]
