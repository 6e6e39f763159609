"""How signals reach `pulumi`, which a script plays here."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from pulumi.automation import CommandResult, EngineEvent
from pulumi.automation.errors import CommandError
from pulumi.automation.events import CancelEvent

from multus_lab.engine.command import Command, KilledError
from multus_lab.interrupts import Interrupted, raised
from multus_lab.watchdog import _lives

PROGRAM = """#!/bin/sh
[ "$*" = version ] && echo v3.274.1 && exit
exec {python} -IS {engine} "$@"
"""

ENGINE = """
import os, signal, sys, time

told = []
signal.signal(signal.SIGINT, lambda *_: told.append(time.monotonic()))
plugin = os.posix_spawnp("sleep", ["sleep", "600"], os.environ, setpgroup=0)
print("plugin", plugin, "session", os.getsid(0), "input", sys.stdin.read(), flush=True)
while sys.argv[-1] == "wait" and not told:
    time.sleep(0.01)
while sys.argv[-1] == "deaf":
    time.sleep(0.01)
if sys.argv[-1] == "wait":
    time.sleep(0.2)
    os.kill(plugin, signal.SIGKILL)
    print("cancelled after", len(told), flush=True)
    sys.exit(255)
os.kill(plugin, signal.SIGKILL)
print("done", flush=True)
"""

FIRST = EngineEvent(sequence=0, timestamp=0)
LAST = EngineEvent(sequence=1, timestamp=0, cancel_event=CancelEvent())


APART = 0.1
"""Seconds from one wish to the next, where `short` is what comes twice for one."""


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take for one wish what comes within a twentieth of a second."""
    monkeypatch.setattr("multus_lab.engine.command._ONE_WISH_SECONDS", APART / 2)


@pytest.fixture
def command(tmp_path: Path) -> Command:
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "pulumi"
    engine = tmp_path / "engine.py"
    engine.write_text(ENGINE)
    program.write_text(PROGRAM.format(python=sys.executable, engine=engine))
    program.chmod(0o755)
    return Command(str(tmp_path))


def send(*numbers: int, apart: float = 0.0) -> None:
    """Send signals to ourselves, as somebody else would: while the main thread waits."""
    for number in numbers:
        os.kill(os.getpid(), number)
        time.sleep(apart)


def run(command: Command, how: str, then: Callable[[str], object] = print) -> CommandResult:
    return command.run(["up", how], str(Path.cwd()), {}, on_output=then)


def gone(line: str) -> bool:
    plugin = int(line.split()[1])
    try:
        return psutil.Process(plugin).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_it_has_a_session_of_its_own_and_no_input(command: Command) -> None:
    said = run(command, "end").stdout.split()
    assert said[said.index("session") + 1] == str(command.pid) != str(os.getsid(0))
    assert said[said.index("input") + 1] == "done"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("early", [False, True], ids=["listening", "not yet listening"])
def test_the_first_signal_is_passed_on_once_as_sigint(
    command: Command, number: signal.Signals, early: bool
) -> None:
    def then(line: str) -> None:
        if line.startswith("plugin"):
            if early:
                send(number)
                time.sleep(0.1)
                command.on_event(FIRST)
            else:
                command.on_event(FIRST)
                send(number)
            command.on_event(FIRST)

    with command.cancelling(), pytest.raises(CommandError, match="cancelled after 1"):
        run(command, "wait", then)
    assert (command.signal, command.killed) == (number, False)


def test_an_engine_that_listens_no_more_is_let_end(command: Command) -> None:
    def then(line: str) -> None:
        if line.startswith("plugin"):
            command.on_event(FIRST)
            command.on_event(LAST)
            send(signal.SIGINT)

    with command.cancelling():
        assert "done" in run(command, "end", then).stdout
        assert command.signal == signal.SIGINT
        with pytest.raises(Interrupted):
            run(command, "end")


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("second", [signal.SIGINT, signal.SIGTERM])
def test_the_second_signal_ends_it_whole(command: Command, second: signal.Signals) -> None:
    said: list[str] = []

    def then(line: str) -> None:
        said.append(line)
        command.on_event(FIRST)
        # In a thread, as output is to be read meanwhile.
        threading.Thread(target=send, args=(signal.SIGINT, second), kwargs={"apart": APART}).start()

    with command.cancelling(), pytest.raises(KilledError, match="ended by SIGKILL"):
        run(command, "deaf", then)
    assert command.killed
    assert command.signal == signal.SIGINT
    assert gone(said[0])


def test_one_wish_that_comes_twice_at_once(command: Command) -> None:
    # As from `timeout`.
    one_wish(command, signal.SIGTERM, signal.SIGTERM)


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize(
    "numbers",
    [[signal.SIGHUP, signal.SIGHUP, signal.SIGHUP], [signal.SIGINT, signal.SIGHUP]],
    ids=["a closed terminal", "closed while it waits"],
)
def test_one_wish_that_comes_twice(command: Command, numbers: list[int]) -> None:
    one_wish(command, *numbers, apart=APART)


def one_wish(command: Command, *numbers: int, apart: float = 0.0) -> None:
    """Send signals that end a run as one alone does."""

    def then(line: str) -> None:
        if line.startswith("plugin"):
            send(*numbers, apart=apart)
            command.on_event(FIRST)

    with command.cancelling(), pytest.raises(CommandError, match="cancelled after 1"):
        run(command, "wait", then)
    assert not command.killed


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_outside_of_cancelling_a_signal_ends_it(
    command: Command, number: signal.Signals, capfd: pytest.CaptureFixture[str]
) -> None:
    said: list[str] = []

    def then(line: str) -> None:
        said.append(line)
        send(number)

    with raised(), pytest.raises(Interrupted) as stop:
        run(command, "deaf", then)
    assert stop.value.signal == number
    assert gone(said[0])
    assert "Traceback" not in capfd.readouterr().err


KILLED = """
import os, signal, sys
from multus_lab.engine.command import Command

def kill(line):
    print(line, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

for how in sys.argv[2:]:
    if not os.fork():
        command = Command(sys.argv[1])
        with command.cancelling():
            command.run(["up", how], ".", {}, on_output=kill)
    _, status = os.wait()
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL
"""


def test_a_killed_run_leaves_nobody(command: Command, tmp_path: Path) -> None:
    arguments = [sys.executable, "-c", KILLED, str(tmp_path), "wait", "end"]
    said = subprocess.run(arguments, stdout=subprocess.PIPE, text=True, check=True).stdout
    lines = said.splitlines()
    assert len(lines) == 2
    for line in lines:
        engine = int(line.split()[3])
        deadline = time.monotonic() + 20
        while not gone(line) or _lives(engine):
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_what_nobody_reads_stops_nothing(command: Command) -> None:
    def then(_: str) -> None:
        raise BrokenPipeError

    assert "done" in run(command, "end", then).stdout


def test_signals_are_as_before_afterwards(command: Command) -> None:
    before = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    with command.cancelling():
        assert signal.getsignal(signal.SIGINT) != before[0]
    after = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    assert after == before


def test_an_ignored_signal_stays_ignored(command: Command) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with command.cancelling():
            send(signal.SIGHUP)
            assert "done" in run(command, "end").stdout
    finally:
        signal.signal(signal.SIGHUP, before)
