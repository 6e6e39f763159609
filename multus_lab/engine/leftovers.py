"""What a run of the engine that didn't end well may leave on its stack, and what mends it.

On a test bed the next run mends it: nobody else uses that backend. In a user's own backend
nothing is touched; what is left is named, with the whole command.
"""

import os
import shlex
import urllib.parse
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from pulumi import automation
from pulumi.automation.errors import CommandError

from multus_lab import cache
from multus_lab.adoption.claims import exported
from multus_lab.engine.backend import Lock, StackFiles, pending
from multus_lab.engine.command import Command
from multus_lab.engine.failure import Failure, resource_name
from multus_lab.errors import MultusLabError
from multus_lab.interrupts import Interrupted
from multus_lab.progress import Progress

__all__ = ["BusyError", "Leftovers", "TestbedLeftovers"]

_SAID = (
    "PULUMI_HOME",
    "PULUMI_BACKEND_URL",
    "PULUMI_CONFIG_PASSPHRASE_FILE",
    "PULUMI_CONFIG_PASSPHRASE",
    "KUBECONFIG",
)
"""The variables without which a command of `pulumi` may not do what it did here."""


_SETTLE = ("refresh", "--yes", "--skip-preview", "--clear-pending-creates")


class BusyError(MultusLabError):
    """Another run is under way on the stack."""


class Leftovers:
    """What may be left on a stack in the user's own backend.

    Args:
        stack: the stack's name.
        workspace: where its project is, and the environment of the engine.
        command: the engine's program.

    """

    def __init__(self, stack: str, workspace: automation.LocalWorkspace, command: Command) -> None:
        self._stack = stack
        self._workspace = workspace
        self.command = command

    def remaining(self) -> list[str]:
        """Tell what the engine goes on in spite of, and the command that mends it.

        A lock comes first, since nothing else can be mended under it, and what is pending while
        somebody holds it is no fault.
        """
        pending = self._about_pending()
        files = self._files() if pending else self._files_at(self._url())
        locks = files.locks() if files else []
        if any(lock.is_here and lock.is_held for lock in locks):
            pending = []
        return [*(line for lock in locks for line in self._about(lock)), *pending]

    @contextmanager
    def mended(self, changes: bool) -> Iterator[None]:
        """Run an operation with nothing in its way that a killed run has left.

        Args:
            changes: whether it changes anything, and so has to be the only one.

        Raises:
            BusyError: another run is under way.

        """
        del changes  # the engine looks for itself
        yield

    def left(self, killed: bool) -> list[str]:
        """Tell what the last run has left: a line each, and a line for the command that mends it.

        Args:
            killed: whether the engine was killed, instead of cancelling by itself.

        """
        lines = []
        ended = self.command.pid  # what is asked next is another process
        files = self._files()
        if files:
            files.give_back(ended)  # it is ours, and nobody has it any more
            lines += self._about_files(files)
        elif killed:
            lines += ["the stack may still be locked; unlock it:", self._unlock()]
        lines += self._about_pending()
        return lines

    def explained(self, why: str) -> str:
        """Why a run failed, with what has to be done about it if that was left by another."""
        locked = "currently locked by" in why
        if not locked and "checkpoint" not in why and "JSON" not in why:
            return why
        files = self._files()
        if files is None:
            unlock = ["if it has ended, unlock the stack:", self._unlock()] if locked else []
            return "\n  ".join([why, *unlock])
        lines = self._about_files(files)
        return "\n  ".join([f"stack {self._stack} can't be used", *lines]) if lines else why

    def _about_files(self, files: StackFiles) -> list[str]:
        """What is wrong with them; locks last, as `cancel` finds no stack that can't be read."""
        lines = []
        if files.has_damaged_attributes():
            lines += [f"{files.attributes} is damaged, and not needed:"]
            lines += [shlex.join(["rm", str(files.attributes)])]
        if files.is_damaged():
            lines += _about_damaged(files)
        return lines + [line for lock in files.locks() for line in self._about(lock)]

    def _about(self, lock: Lock) -> list[str]:
        if lock.is_here and lock.is_held:
            return [f"{lock}", "wait for it to end"]
        if lock.is_here or not lock.pid:
            return [f"{lock}", "unlock the stack:", self._unlock()]
        return [f"{lock}", "once you are sure that it has ended, unlock the stack:", self._unlock()]

    def _unlock(self) -> str:
        return self._pulumi("cancel", "--yes")

    def _pulumi(self, *arguments: str) -> str:
        """A command of `pulumi` for a shell, with all that it needs and no secret."""
        env = {name: os.environ[name] for name in _SAID if name in os.environ}
        env |= {name: value for name, value in self._workspace.env_vars.items() if name in _SAID}
        told = [f"{name}={_shown(name, value)}" for name, value in env.items()]
        verb, *rest = arguments
        folder = ["--cwd", str(self._workspace.work_dir), "--stack", self._stack]
        return " ".join([*told, shlex.join([self.command.command, verb, *folder, *rest])])

    def _files(self) -> StackFiles | None:
        """The stack's files, None where its backend is no folder or can't be asked."""
        url = self._url()
        with suppress(CommandError, Interrupted):
            url = url or self._workspace.who_am_i().url
        return self._files_at(url)

    def _url(self) -> str | None:
        return {**os.environ, **self._workspace.env_vars}.get("PULUMI_BACKEND_URL")

    def _files_at(self, url: str | None) -> StackFiles | None:
        project = self._workspace.project_settings().name
        work_dir = Path(self._workspace.work_dir)
        return StackFiles.at(url, work_dir, project, self._stack) if url else None

    def _about_pending(self) -> list[str]:
        operations = self._pending()
        if operations is None:
            return ["operations may be pending; settle them:", self._pulumi("refresh")]
        if not operations:
            return []
        settle = "`up` takes back what was made, or `down` deletes it; only then forget it here:"
        return [f"pending: {_names(operations)}; {settle}", self._pulumi(*_SETTLE)]

    def _pending(self) -> list[dict[str, Any]] | None:
        # Who is asked where the backend is takes as long to answer as who is asked for the state.
        files = self._files_at(self._url())
        if files and files.state.suffix == ".json":
            return files.pending()
        with suppress(CommandError, Interrupted, ValueError), self.command.cancelling():
            return pending(exported(self._workspace, self._stack).get("deployment"))
        return None

    def _run(self, *arguments: str) -> automation.CommandResult:
        work_dir, env = str(self._workspace.work_dir), self._workspace.env_vars
        return self.command.run([*arguments, "--stack", self._stack], work_dir, env)


class TestbedLeftovers(Leftovers):
    """What may be left on a stack on a test bed, whose backend only our own runs use.

    Args:
        stack: the stack's name.
        workspace: where its project is, and the environment of the engine.
        command: the engine's program.
        testbed: the name of the test bed.

    """

    __test__ = False  # pytest takes classes by their name

    def __init__(
        self,
        stack: str,
        workspace: automation.LocalWorkspace,
        command: Command,
        testbed: str,
    ) -> None:
        super().__init__(stack, workspace, command)
        self._testbed = testbed
        self._changes = False

    @contextmanager
    def mended(self, changes: bool) -> Iterator[None]:
        """Run an operation with nothing in its way that a killed run has left: it is mended."""

        def taken() -> None:
            raise BusyError(
                f"another run is under way on stack {self._stack} of test bed {self._testbed}"
            )

        files = self._files()
        assert files is not None
        self._changes = changes
        with ExitStack() as held:
            try:
                path = files.root.parent / f"{self._stack}.lock"
                held.enter_context(cache.lock(path, waiting=taken))
                files.mend(Progress().line)
                self._settle(files)
            except BusyError:
                if changes:
                    raise
            if not changes:
                held.close()
            yield

    def remaining(self) -> list[str]:
        """Nothing: it was mended before."""
        return []

    def left(self, killed: bool) -> list[str]:
        """Nothing that the next run doesn't mend."""
        files = self._files()
        assert files is not None
        files.give_back(self.command.pid)
        what = ["a lock"] if files.locks() else []
        # It is written at the end of a run (PULUMI_SKIP_CHECKPOINTS).
        what += ["a state that lacks what was done"] if killed and self._changes else []
        what += [_names([one]) for one in files.pending()]
        what += ["a damaged state"] if files.is_damaged() else []
        if not what:
            return []
        again = f"multus-lab up {self._stack} --testbed {self._testbed}"
        return [f"left: {', '.join(what)}; the next run mends it:", again]

    def _settle(self, files: StackFiles) -> None:
        """Find out how pending operations have ended, as the cluster has it."""
        operations = files.pending()
        if not operations:
            return
        Progress().line(f"settling what a killed run has left pending: {_names(operations)}")
        files.count_in(operations)
        try:
            with self.command.cancelling():  # which waits for it: it takes a moment
                self._run(*_SETTLE)
        except CommandError as error:
            raise MultusLabError(Failure().told(str(error))) from None
        if self.command.signal is not None:
            raise Interrupted(self.command.signal)


def _names(operations: list[dict[str, Any]]) -> str:
    return ", ".join(f"{one['type']} {resource_name(one['resource']['urn'])}" for one in operations)


def _about_damaged(files: StackFiles) -> list[str]:
    state = files.state
    told = f"its state {state} is damaged"
    if files.has_backup():
        backup, lacks = files.backup, "take the backup, which lacks the last change"
    elif earlier := files.earlier():
        backup, lacks = earlier, "take the newest whole backup, which may lack the last run"
    else:
        how = "without it `up` begins anew, and takes back what the stack declares:"
        aside = state.with_name(f"{state.name}.damaged")
        return [
            f"{told}, and there is no backup of it; {how}",
            shlex.join(["mv", str(state), str(aside)]),
        ]
    return [f"{told}; {lacks}:", shlex.join(["cp", str(backup), str(state)])]


def _shown(name: str, value: str) -> str:
    """A variable's value for a shell, or if it is a secret, itself."""
    secret = name == "PULUMI_CONFIG_PASSPHRASE" or urllib.parse.urlsplit(value).password
    return f'"${name}"' if secret and value else shlex.quote(value)
