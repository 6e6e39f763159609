"""That a rehearsal leaves nothing behind, however it ends, and touches nothing but its own."""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parents[2]
STAGE = "multus_lab.rehearsal.stage"
MOMENTS = [round(random.Random(11).uniform(0.2, 9), 1) for _ in range(10)]
FOLDERS = ("/etc/cni", "/opt/cni", "/var/lib/cni", "/run/netns", "/run/multus", "/var/run/secrets")


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "multus_lab", "rehearse", *arguments]


def start(*arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        command(*arguments),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def below(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


def shown(*words: str) -> str:
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def sysctls() -> dict[str, str]:
    """The kernel's settings, but for those that are no settings."""
    moving = ("random/", "pty/nr", "ns_last_pid", "fs/", "nf_conntrack_count")
    found = {}
    for path in Path("/proc/sys").rglob("*"):
        name = str(path.relative_to("/proc/sys"))
        if path.is_file() and not any(one in name for one in moving):
            with contextlib.suppress(OSError):
                found[name] = path.read_text(errors="replace")
    return found


def machine() -> dict[str, object]:
    """All of this machine that a rehearsal might touch."""
    links = json.loads(shown("ip", "-json", "link", "show"))
    return {
        "links": [(one["ifname"], one["mtu"], one["flags"], one.get("master")) for one in links],
        "addresses": shown("ip", "-brief", "address", "show"),
        "routes": shown("ip", "route", "show", "table", "all"),
        "rules": shown("ip", "rule", "show"),
        "mounts": [line.split()[4] for line in Path("/proc/self/mountinfo").open()],
        "folders": {one: sorted(map(str, Path(one).rglob("*"))) for one in FOLDERS},
        "sysctls": sysctls(),
    }


@pytest.fixture
def untouched() -> Iterator[None]:
    """The machine is afterwards what it was before."""
    before = machine()
    yield
    after = machine()
    assert {key: after[key] for key in before} == before


def wait(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.05)


def runs(program: str, pid: int) -> bool:
    """Whether it runs below that process, where others come and go meanwhile."""
    for one in below(pid):
        with contextlib.suppress(psutil.NoSuchProcess):
            if one.name() == program:
                return True
    return False


def over(family: list[psutil.Process]) -> bool:
    """Whether all of them have ended, and with them their namespaces."""
    for one in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            if one.is_running() and one.status() != psutil.STATUS_ZOMBIE:
                return False
    return True


@pytest.mark.usefixtures("untouched")
def test_a_rehearsal_touches_nothing_but_its_own() -> None:
    child = start("dev", "--pods", "1")
    _, errors = child.communicate(timeout=120)
    assert child.returncode == 0, errors


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_rehearsal_leaves_nothing(moment: float) -> None:
    child = start("dev", "--pods", "1")
    time.sleep(moment)
    family = below(child.pid)
    child.kill()
    child.communicate()
    wait(lambda: over(family))


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_rehearsal_leaves_nothing(number: signal.Signals) -> None:
    # A shell has what it runs in the background ignore interrupts.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        child = start("dev", "--pods", "1")
    finally:
        signal.signal(signal.SIGINT, before)
    wait(lambda: runs("kube-apiserver", child.pid))
    family = below(child.pid)
    child.send_signal(number)
    output, errors = child.communicate(timeout=30)
    assert child.returncode == 128 + number
    assert "Traceback" not in errors
    assert not output
    wait(lambda: over(family))


@pytest.mark.usefixtures("untouched")
def test_two_rehearsals_side_by_side_do_not_disturb_each_other() -> None:
    children = [start("dev", "--pods", "1", "--json") for _ in range(2)]
    told = [json.loads(child.communicate(timeout=240)[0]) for child in children]
    codes = [{one["code"] for one in each["findings"]} for each in told]
    assert codes == [{"IPA207", "RTE301", "LIF403"}] * 2


def clean() -> str:
    return subprocess.run(
        command("--clean"), cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout


def test_clean_ends_what_has_nobody_any_more() -> None:
    # Killing leaves none (see above), so a process that looks like one stands in for it.
    owner = subprocess.Popen(["true"])
    owner.wait()
    left = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(600)", STAGE],
        env={**os.environ, "MULTUS_LAB_REHEARSAL_OF": str(owner.pid)},
    )
    try:
        wait(lambda: STAGE in psutil.Process(left.pid).cmdline())
        assert clean() == "ended processes of 1 killed rehearsal\n"
        assert left.wait(timeout=10) == -signal.SIGKILL
        assert clean() == "nothing is left of earlier rehearsals\n"
    finally:
        left.kill()
        left.wait()
