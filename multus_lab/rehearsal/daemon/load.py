"""Pods of a node that come and go, as a kubelet and a container runtime have them."""

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import NamedTuple

from multus_lab.rehearsal.daemon.observation import Start
from multus_lab.rehearsal.node import Node
from multus_lab.rehearsal.runtime import Sandbox

_PAUSE_SECONDS = 0.1
"""Between two tries; a kubelet takes longer."""

_PATIENCE_SECONDS = 60.0
_LOOK_SECONDS = 0.002


class Times(NamedTuple):
    """A start with the moments at which it began and was over, of the monotonic clock."""

    start: Start
    began: float
    ended: float


def once(sandbox: Sandbox) -> Start:
    """Start a pod, and try only once."""
    began = time.monotonic()
    said = sandbox.add()
    waited = time.monotonic() - began
    return Start(sandbox.pod.name, waited, without=not said and not networks(sandbox), error=said)


def started(sandbox: Sandbox) -> tuple[Start, Sandbox]:
    """Start a pod: try until it runs, each time in a sandbox of its own; the one it runs in."""
    began, tries = time.monotonic(), 1
    while True:
        said = sandbox.add()
        waited = time.monotonic() - began
        if not said:
            return Start(sandbox.pod.name, waited, tries, not networks(sandbox)), sandbox
        if waited > _PATIENCE_SECONDS:
            return Start(sandbox.pod.name, waited, tries, error=said), sandbox
        sandbox.delete()
        sandbox, tries = sandbox.next(), tries + 1
        time.sleep(_PAUSE_SECONDS)


def networks(sandbox: Sandbox) -> list[str]:
    """Its interfaces beside that of the primary network, with their addresses."""
    return [
        " ".join((one.name, one.mac, *one.addresses))
        for one in sandbox.interfaces()
        if one.name != "eth0"
    ]


def ended(sandbox: Sandbox) -> None:
    """End a pod: the runtime has no way to DEL while there is no configuration, and tries again."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not sandbox.node.network() and time.monotonic() < deadline:
        time.sleep(_PAUSE_SECONDS)
    sandbox.delete()


@contextmanager
def gap(node: Node) -> Iterator[list[float]]:
    """The spans in seconds in which Multus' configuration isn't on the node meanwhile."""
    spans: list[float] = []
    over = threading.Event()

    def watch() -> None:
        since: float | None = None
        while not over.is_set():
            now = time.monotonic()
            there = node.configuration.exists()
            if since is None and not there:
                since = now
            elif since is not None and there:
                spans.append(now - since)
                since = None
            over.wait(_LOOK_SECONDS)
        if since is not None:
            spans.append(time.monotonic() - since)

    watching = threading.Thread(target=watch, daemon=True)
    watching.start()
    try:
        yield spans
    finally:
        over.set()
        watching.join()


class Load:
    """Pods that start and end, over and over, until told to stop."""

    def __init__(self, sandboxes: Sequence[Sandbox]) -> None:
        self._times: list[Times] = []
        self._over = threading.Event()
        self._threads = ThreadPoolExecutor(max(1, len(sandboxes)))
        self._running: list[Future[Sandbox]] = [
            self._threads.submit(self._come_and_go, one) for one in sandboxes
        ]

    def _come_and_go(self, sandbox: Sandbox) -> Sandbox:
        while not self._over.is_set():
            began = time.monotonic()
            start, sandbox = started(sandbox)
            self._times.append(Times(start, began, time.monotonic()))
            ended(sandbox)
            sandbox = sandbox.next()
        return sandbox

    def each_started(self, since: float) -> bool:
        """Whether each pod was started after that moment, and ran."""
        done = {one.start.pod for one in list(self._times) if one.began >= since}
        return len(done) >= len(self._running)

    def stop(self) -> tuple[list[Sandbox], list[Times]]:
        """Have all pods end; their next sandboxes, and what was seen of them.

        Raises what one of them raised.
        """
        self._over.set()
        last = [one.result() for one in self._running]
        self._threads.shutdown()
        return last, self._times

    def check(self) -> None:
        """Raise what one of them raised."""
        for one in self._running:
            if one.done():
                one.result()
