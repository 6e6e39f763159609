"""Waiting for the daemon in an `up`: what it waits for is told, and it ends once nothing goes on.

The provider waits in silence, for a time that only depends on how many nodes there may be.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from pulumi.automation.errors import CommandError
from pulumi.automation.events import EngineEvent, OpType

from multus_lab.cluster.client import Cluster
from multus_lab.cluster.errors import ClusterError
from multus_lab.cluster.objects import Key
from multus_lab.engine.command import Command
from multus_lab.errors import MultusLabError
from multus_lab.settings import Multus, Whereabouts
from multus_lab.settings.installed import Installed
from multus_lab.settings.node_plugins import DHCP_DAEMON_SET
from multus_lab.status.daemon import Daemon, look
from multus_lab.status.patience import Patience

__all__ = ["COUNTER", "DAEMON_SET", "Rollout", "UnreadyError", "installed"]

DAEMON_SET = "kube-multus-ds"
"""The daemon, in whatever namespace it is."""

COUNTER = "whereabouts"
"""The DaemonSet of whereabouts."""

_TYPE = "kubernetes:apps/v1:DaemonSet"
_AWAITED = frozenset({OpType.CREATE, OpType.UPDATE, OpType.CREATE_REPLACEMENT})
_LOOK_SECONDS = 2.0
_SAY_SECONDS = 5.0
_REPEAT_SECONDS = 30.0
_SHOWN_REASONS = 3
_LEAVE_SECONDS = 1.0


class UnreadyError(MultusLabError):
    """The daemon doesn't run on the nodes that it is for."""


def installed(multus: Multus, whereabouts: Whereabouts | None = None) -> dict[str, Installed]:
    """What the stack says of each DaemonSet that it installs, by its name."""
    names = [DAEMON_SET, *([DHCP_DAEMON_SET] if multus.dhcp_daemon else [])]
    found: dict[str, Installed] = dict.fromkeys(names if multus.install else (), multus)
    if whereabouts is not None and whereabouts.install:
        found[COUNTER] = whereabouts
    return found


class Rollout:
    """The rollout of a stack's DaemonSets, while the engine brings up its stack and at the end.

    Args:
        told: what the stack says of each, by its name.
        cluster: where they are rolled out.
        command: the engine's program, which is cancelled once nothing goes on.
        say: takes a line of progress.

    """

    def __init__(
        self,
        told: Mapping[str, Installed],
        cluster: Cluster,
        command: Command,
        say: Callable[[str], Any],
    ) -> None:
        self._sets = {
            name: _Waiting(Key("DaemonSet", one.namespace, name), one, cluster, command, say)
            for name, one in told.items()
        }
        self._command = command

    @contextmanager
    def awaited(self) -> Iterator[None]:
        """Run the engine, and then see to it that each runs wherever it is to.

        Raises UnreadyError if one doesn't.
        """
        sets = self._sets.values()
        try:
            yield
        except CommandError:
            for one in sets:
                one.leave()
            if error := next(filter(None, [one.cancelled_for() for one in sets]), None):
                raise error from None
            raise
        finally:
            for one in sets:
                one.leave()
        for one in sets:
            if self._command.signal is None:
                one.finish()

    def hear(self, event: EngineEvent) -> None:
        """Follow the engine's events, to watch a DaemonSet while the provider waits for it."""
        begun, done = event.resource_pre_event, event.res_outputs_event
        failed = event.res_op_failed_event
        if begun and begun.metadata.op in _AWAITED and (one := self._of(begun)):
            one.begin()
        for ended in (done, failed):
            if ended and (one := self._of(ended)):
                one.end()

    def _of(self, event: Any) -> "_Waiting | None":
        """The DaemonSet that an event is of, if it is one of these."""
        now = event.metadata.new
        if event.metadata.type != _TYPE or now is None:
            return None
        return self._sets.get(now.inputs.get("metadata", {}).get("name"))


class _Waiting:
    """The waiting for one DaemonSet."""

    def __init__(
        self,
        key: Key,
        told: Installed,
        cluster: Cluster,
        command: Command,
        say: Callable[[str], Any],
    ) -> None:
        self._daemon = key
        self._timeout = told.ready_timeout
        self._seconds = told.ready_seconds
        self._cluster = cluster
        self._command = command
        self._say = say
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        self._cancelled = False
        self._broken: Exception | None = None

    def begin(self) -> None:
        """Watch it: the provider waits for it from now on."""
        self._over.clear()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Watch it no longer."""
        self._over.set()

    def leave(self) -> None:
        """Watch it no longer, and see to it that nothing does."""
        self._over.set()
        if self._thread is not None:
            self._thread.join(_LEAVE_SECONDS)

    def cancelled_for(self) -> Exception | None:
        """Why the engine was cancelled, if that was for this one."""
        return (self._broken or self._error()) if self._cancelled else None

    def _watch(self) -> None:
        """Tell what is waited for, and cancel the engine once nothing goes on."""
        try:
            # It may be ready still, as the provider is only about to change it.
            goes_on = self._wait(lambda _: self._over.wait(_LOOK_SECONDS))
        except Exception as error:  # nobody else would end the run
            goes_on, self._broken = False, error
        if not goes_on:
            self._cancelled = self._command.cancel()

    def finish(self) -> None:
        """Wait for what the engine hasn't waited for, and tell what there is."""

        def enough(ready: bool) -> bool:
            if not ready:
                time.sleep(_LOOK_SECONDS)
            return ready or self._command.signal is not None

        if not self._wait(enough):
            raise self._error()
        if self._command.signal is not None:
            return
        daemon = look(self._cluster, self._daemon, nodes=True)
        if daemon is None or not daemon.well:
            raise self._error()
        if daemon.exceptions:
            self._say(f"{daemon.count}; it does not run on")
            for line in daemon.exceptions:
                self._say(f"  {line}")

    def _wait(self, enough: Callable[[bool], bool]) -> bool:
        """Wait until `enough`, told whether the daemon is ready; False if nothing goes on."""
        start = time.monotonic()
        patience, told = Patience(self._seconds, start), _Told(self._say, start)
        while True:
            daemon, why = self._look()
            now = time.monotonic()
            if daemon is not None and daemon.settled:
                patience = Patience(self._seconds, now)
            else:
                patience.see(daemon.fresh if daemon else frozenset(), now)
                if patience.is_over(now):
                    return False
                told.tell(_progress(daemon, why), now)
            if enough(daemon is not None and daemon.settled):
                return True

    def _look(self, nodes: bool = False) -> tuple[Daemon | None, str]:
        """The daemon, or why it can't be seen."""
        try:
            return look(self._cluster, self._daemon, nodes), f"{self._daemon} is not there"
        except ClusterError as error:
            return None, str(error)

    def _error(self) -> UnreadyError:
        """Why the daemon isn't ready, with the reason of most pods as the last line."""
        daemon, why = self._look(nodes=True)
        if daemon is None:
            return UnreadyError(why)
        without = [f"  it does not run on {line}" for line in daemon.exceptions]
        if daemon.settled:
            return UnreadyError("\n".join([daemon.count, *without]))
        first = f"{daemon.count}, and no further one within {self._timeout}:"
        reasons = [f"  {line}" for line in reversed(daemon.reasons())]
        return UnreadyError("\n".join([first, *without, *reasons]))


class _Told:
    """What was told of a rollout: what is new every few seconds, what isn't now and then."""

    def __init__(self, say: Callable[[str], Any], now: float) -> None:
        self._say = say
        self._start = now
        self._last: list[str] = []
        self._next = now + _SAY_SECONDS

    def tell(self, lines: list[str], now: float) -> None:
        again = now >= self._next + _REPEAT_SECONDS - _SAY_SECONDS
        if now < self._next or (lines == self._last and not again):
            return
        self._last, self._next = lines, now + _SAY_SECONDS
        first = f"{lines[0]} ({now - self._start:.0f} s)"
        # The terminal or the pipe may be gone; how the run ends still counts.
        with suppress(OSError, ValueError):
            for line in (first, *(f"  {one}" for one in lines[1:])):
                self._say(line)


def _progress(daemon: Daemon | None, why: str) -> list[str]:
    return [daemon.count, *daemon.reasons(_SHOWN_REASONS)] if daemon else [why]
