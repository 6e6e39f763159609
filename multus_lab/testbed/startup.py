"""Starting the parts of a test bed that do not run, in order, and undoing it where that fails."""

import os
import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from multus_lab.apiserver import AUTHORITY, ETCD_SOCKET, TOKENS, has_key, make_administrator
from multus_lab.cluster.client import Cluster
from multus_lab.errors import MultusLabError
from multus_lab.files import write_private
from multus_lab.kubeconfig import kubeconfig
from multus_lab.processes import (
    PATIENCE_SECONDS,
    EndedError,
    Record,
    living,
    start,
    stop,
    wait,
)
from multus_lab.progress import Progress, Task
from multus_lab.testbed.errors import TestbedError
from multus_lab.testbed.parts import KUBECONFIG, PARTS
from multus_lab.testbed.state import State

__all__ = ["Startup", "connect", "log_of", "state_of"]

_NEEDED = ("etcd", "kube-apiserver")
"""What the parts after them can't do without."""

_RESTARTS = 2
"""How often a part that ends is started again in one start of a test bed; more would hide why."""


def state_of(folder: Path) -> Path:
    """Return the path of a test bed's state file."""
    return folder / "state.json"


def log_of(folder: Path, part: str) -> Path:
    """Return the path of a part's log."""
    return folder / "logs" / f"{part}.log"


def connect(folder: Path, port: int) -> Cluster:
    """Return a client of the API server.

    Raises:
        TestbedError: the token is gone from the folder.

    """
    try:
        token = (folder / TOKENS).read_text().partition(",")[0]
    except OSError as error:
        raise TestbedError(f"the test bed in {folder} has lost its {TOKENS}") from error
    return Cluster.at(f"https://127.0.0.1:{port}", folder / AUTHORITY, token)


class Startup:
    """One start of a test bed; the lock on its folder must be held.

    Args:
        folder: the test bed's.
        programs: the folder with the programs.
        progress: where to tell of what isn't as expected.
        task: where to tell what is waited for.

    """

    def __init__(self, folder: Path, programs: Path, progress: Progress, task: Task) -> None:
        self._folder = folder
        self._programs = programs
        self._progress = progress
        self._task = task
        self._state = State.load(state_of(folder))
        self._restarts = 0
        self.started: list[str] = []

    def start(self, port: int | None) -> Cluster:
        """Start what does not run, and return a client of the API server, which answers.

        Everything is started anew where etcd or the API server has ended, as the others may
        have given up on it or wait before they try again, and where the programs are others.

        Args:
            port: the API server's; the one of the last start or a free one where None.

        Raises:
            TestbedError: the port isn't free.
            ProcessError: a part ends at once or is never ready.

        """
        alive = {name for name, record in self._state.processes.items() if living(record)}
        ours = self._state.port if "kube-apiserver" in alive else None
        if alive.issuperset(_NEEDED):
            if port not in (None, ours):
                raise TestbedError(
                    f"the test bed {self._folder.name} is up on port {ours}: bring it down "
                    f"first, to have it on port {port}"
                )
            whole = self._state.programs == str(self._programs)
        else:
            whole = False
        if not whole:
            kept = self._fitting_port(port, ours)
            # Without etcd the API server waits for what never comes.
            self._stop(reversed(PARTS), patience=2.0)
            alive.clear()
            self._save(replace(self._state, port=kept, programs=str(self._programs)))
        for part in PARTS:
            if part not in alive:
                self._start(part)
        return self._api()

    def wait(self, what: str, condition: Callable[[], bool]) -> None:
        """Wait for what the parts bring; a part that ends meanwhile is started again.

        Raises:
            ProcessError: it doesn't come in time, or a part ends again and again.

        """
        while True:
            parts = self._state.processes.items()
            running = {log_of(self._folder, part): record for part, record in parts}
            try:
                wait(what, condition, running, lambda: self._task.tick(f"waiting for {what}"))
            except EndedError as error:
                if self._restarts == _RESTARTS:
                    raise
                self._restarts += 1
                log = log_of(self._folder, error.name)
                self._progress.line(f"{error.name} has ended and is started again; see {log}.old")
                self._start_again(error.name)
            else:
                return

    def _start_again(self, part: str) -> None:
        """Start a part that has ended, and all that need it; see `start`."""
        later = list(PARTS)[list(PARTS).index(part) + 1 :] if part in _NEEDED else []
        again = [one for one in (part, *later) if one in self._state.processes]
        self._stop(reversed(again), patience=2.0)
        for one in again:
            self._start(one)

    def _stop(self, parts: Iterable[str], patience: float) -> None:
        """Stop parts where they run, in the order given."""
        for part in parts:
            if record := self._state.processes.get(part):
                stop(part, record, patience)
                # On a full disk the others are to be stopped all the same; what has ended is
                # recognised.
                with suppress(MultusLabError):
                    self._record(part, None)

    def settle_nodes(self, asked: int | None, default: int) -> int:
        """Return how many nodes there are to be: as asked, as last time, or the default."""
        count = asked or self._state.nodes or default
        self._save(replace(self._state, nodes=count))
        return count

    def undo(self) -> None:
        """Stop what was started."""
        self._stop(reversed(self.started), PATIENCE_SECONDS)

    def _start(self, part: str) -> None:
        """Start one part, up to where the next one can be."""
        assert self._state.port is not None
        if part == "etcd":
            # A socket that an earlier run left tells nothing of this one.
            (self._folder / ETCD_SOCKET).unlink(missing_ok=True)
        if part == "kube-apiserver" and not (self._folder / TOKENS).exists():
            make_administrator(self._folder)
        home = self._folder / "home"
        home.mkdir(mode=0o700, exist_ok=True)
        arguments = PARTS[part](self._state.port, self._programs)
        command = [str(self._programs / part), *arguments]
        # Nothing of the user's environment: etcd takes its options from there too, and kwok
        # its configuration from the home folder.
        env = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(home)}
        record = start(command, self._folder, log_of(self._folder, part), env)
        try:
            self._record(part, record)
        except BaseException:
            stop(part, record)  # nobody would know of it
            raise
        if part not in self.started:
            self.started.append(part)
        if part == "etcd":
            self.wait("etcd", (self._folder / ETCD_SOCKET).exists)
        if part == "kube-apiserver":
            # The controllers end where the API server isn't there within ten seconds of their
            # start, so it is to listen before they start.
            self.wait("the API server's certificate", lambda: has_key(self._folder))
            self._write_kubeconfig()
            self.wait("the API server", self._api().answers)

    def _api(self) -> Cluster:
        assert self._state.port is not None
        return connect(self._folder, self._state.port)

    def _fitting_port(self, asked: int | None, ours: int | None) -> int:
        """Choose the API server's port: the one asked for, the one kept, or a free one."""
        if asked is not None:
            if asked != ours and not _is_free(asked):
                raise TestbedError(f"port {asked} on 127.0.0.1 is in use")
            return asked
        kept = self._state.port
        if kept is not None and (kept == ours or _is_free(kept)):
            return kept
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port: int = free.getsockname()[1]
        if kept is not None:
            self._progress.line(
                f"port {kept} is taken by another program: the test bed {self._folder.name} "
                f"is on port {port} now, and its kubeconfig says so"
            )
        return port

    def _write_kubeconfig(self) -> None:
        assert self._state.port is not None
        name = f"multus-lab-{self._folder.name}"
        server = f"https://127.0.0.1:{self._state.port}"
        token = (self._folder / TOKENS).read_text().partition(",")[0]
        content = kubeconfig(name, server, (self._folder / AUTHORITY).read_bytes(), token)
        write_private(self._folder / KUBECONFIG, content)

    def _record(self, part: str, record: Record | None) -> None:
        """Remember at once, so that nothing runs unknown where this run is killed."""
        processes = {k: v for k, v in self._state.processes.items() if k != part}
        if record is not None:
            processes[part] = record
        self._save(replace(self._state, processes=processes))

    def _save(self, state: State) -> None:
        if state != self._state:
            state.save(state_of(self._folder))
            self._state = state


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # A connection that has just ended keeps no server from listening.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
