"""The program `pulumi`, started so that a signal cancels what it does instead of breaking it.

The engine takes one SIGINT for "cancel": it waits for what is under way, writes its state, gives
its lock back and ends its plugins. A second one, or one before it listens, it dies of, lock and
plugins left behind. The SDK starts it in our own process group, where a terminal's Ctrl-C reaches
it at any moment, and again when it is passed on.
"""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TextIO

from pulumi import automation
from pulumi.automation.errors import create_command_error
from pulumi.automation.events import EngineEvent

from multus_lab.errors import MultusLabError
from multus_lab.interrupts import Interrupted, heard
from multus_lab.processes import end_session
from multus_lab.watchdog import watch

__all__ = ["Command", "KilledError"]

_Print = Callable[[str], Any] | None

# `timeout` and some shells send a signal to the process and then to its group: one wish, twice.
_ONE_WISH_SECONDS = 0.3

_REFRESHING = ("preview", "up", "destroy")
"""The commands that take `--refresh`."""


class KilledError(MultusLabError):
    """A signal has ended the engine before it could tidy up."""


class Command(automation.PulumiCommand):
    """`pulumi`, each run of it in a session of its own, which no terminal's Ctrl-C reaches.

    Args:
        root: the folder whose `bin` has the program; the one on PATH where None.

    Attributes:
        signal: the first signal that came during `cancelling`, None where none did.
        killed: whether a second one has ended the engine at once.
        refreshes: whether `preview` and `up` read the cluster first, whatever the project says.
        pid: the process id of the run of `pulumi` that is under way, or was the last.

    """

    def __init__(self, root: str | None = None) -> None:
        super().__init__(root=root)
        self.signal: int | None = None
        self.killed = False
        self.refreshes = False
        self.pid = 0
        self._process: subprocess.Popen[str] | None = None
        self._since = 0.0
        self._cancels = False
        self._listens = False
        self._told = False
        # Events come in another thread, and a signal may come while one is being heard.
        self._lock = threading.RLock()

    @contextmanager
    def cancelling(self) -> Iterator[None]:
        """Meanwhile the first signal cancels what the engine does, and the second kills it."""
        self.signal, self.killed, self._listens, self._told = None, False, False, False
        self._cancels = True
        try:
            with heard(self._hear):
                yield
        finally:
            self._cancels = False

    def on_event(self, event: EngineEvent) -> None:
        """Follow the engine's events: it listens from its first one to its last."""
        with self._lock:
            self._listens = event.cancel_event is None
            self._pass_on()

    def cancel(self) -> bool:
        """Cancel what the engine does, as a first signal would; whether it is told so."""
        with self._lock:
            if self._told or not self._listens or self._process is None:
                return False
            self._told = True
            self._process.send_signal(signal.SIGINT)
            return True

    def _hear(self, number: int) -> None:
        now = time.monotonic()
        with self._lock:
            if self.signal is None:
                self.signal, self._since = number, now
                self._pass_on()
            # The terminal that has closed may say so several times, and has nobody in a hurry.
            elif number != signal.SIGHUP and now - self._since > _ONE_WISH_SECONDS:
                if self._process is None:  # as while a cluster that doesn't answer is asked
                    raise Interrupted(number)
                self.killed = True
                end_session(self._process.pid)

    def _pass_on(self) -> None:
        if self.signal is not None:
            self.cancel()

    def run(
        self,
        args: list[str],
        cwd: str,
        additional_env: Mapping[str, str],
        on_output: _Print = None,
        on_error: _Print = None,
    ) -> automation.CommandResult:
        """Run `pulumi` as the SDK does, but in a session of its own and with no input.

        Raises:
            CommandError: it ends with another code than 0; none of its plugins lives on.
            KilledError: a signal ends it, which need not be ours.
            Interrupted: a signal has come during `cancelling`, so nothing more is started; or it
                came meanwhile outside of that, and has ended it.
            MultusLabError: it can't be started.

        """
        if self._cancels and self.signal is not None:
            raise Interrupted(self.signal)
        with nullcontext() if self._cancels else self._ending():
            return self._run(args, cwd, additional_env, on_output, on_error)

    @contextmanager
    def _ending(self) -> Iterator[None]:
        """Meanwhile a signal ends `pulumi`, and is raised when nothing reads its outputs any more.

        Were it raised wherever the main thread is, the pipes would be closed under their readers.
        """
        came: list[int] = []

        def end(number: int) -> None:
            came.append(number)
            if self._process is not None:
                end_session(self._process.pid)

        try:
            with heard(end):
                yield
        finally:
            if came:
                raise Interrupted(came[0]) from None

    def _run(
        self,
        args: list[str],
        cwd: str,
        env: Mapping[str, str],
        on_output: _Print,
        on_error: _Print,
    ) -> automation.CommandResult:
        out: list[str] = []
        err: list[str] = []
        # Without a terminal nothing may be asked, and what is asked must fail.
        asks = [] if "--non-interactive" in args else ["--non-interactive"]
        # For which the SDK has no word where the project says "always".
        reads = [f"--refresh={str(self.refreshes).lower()}"] if args[0] in _REFRESHING else []
        arguments = [args[0], *asks, *reads, *args[1:]]
        with (
            # Provider 4.25.0 writes the kubeconfig that it is given to a temporary file, and
            # leaves it (pkg/provider/util.go, writeKubeconfigToFile).
            TemporaryDirectory(prefix="multus-lab-", ignore_cleanup_errors=True) as folder,
            self._started([self.command, *arguments], cwd, {**env, "TMPDIR": folder}) as process,
        ):
            assert process.stdout is not None
            assert process.stderr is not None
            readers = [
                threading.Thread(target=_follow, args=(process.stdout, on_output, out)),
                threading.Thread(target=_follow, args=(process.stderr, on_error, err)),
            ]
            for reader in readers:
                reader.start()
            for reader in readers:
                reader.join()
        result = automation.CommandResult("\n".join(out), "\n".join(err), process.returncode)
        if process.returncode != 0:
            end_session(process.pid)
        if process.returncode < 0:
            raise KilledError(f"pulumi was ended by {_signal_name(-process.returncode)}")
        if process.returncode > 0:
            raise create_command_error(result)
        return result

    @contextmanager
    def _started(
        self, command: list[str], cwd: str, additional_env: Mapping[str, str]
    ) -> Iterator["subprocess.Popen[str]"]:
        env = {**os.environ, **additional_env, "PULUMI_AUTOMATION_API": "true"}
        if (program := Path(self.command)).is_absolute():  # its plugins lie beside it
            env["PATH"] = os.pathsep.join([str(program.parent), env.get("PATH", os.defpath)])
        try:
            process = subprocess.Popen(
                command,
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                errors="replace",
                start_new_session=True,
            )
        except OSError as error:
            raise MultusLabError(f"{self.command} does not start: {error.strerror}") from error
        self._process, self.pid = process, process.pid
        watchdog = watch(process) if self._cancels else None
        try:
            with process:
                yield process
        except BaseException:
            end_session(process.pid)
            raise
        finally:
            self._process = None
            if watchdog is not None:
                watchdog.kill()
                watchdog.communicate()


def _signal_name(number: int) -> str:
    return signal.Signals(number).name if number in set(signal.Signals) else f"signal {number}"


def _follow(stream: TextIO, show: _Print, lines: list[str]) -> None:
    """Read to the end, whether or not anybody looks on: else the engine would stand still."""
    with stream:
        for line in stream:
            lines.append(line.rstrip())
            if show is not None:
                # The terminal or the pipe is gone; how the run ends still counts.
                with suppress(OSError, ValueError):
                    show(lines[-1])
