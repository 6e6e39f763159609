"""Telling what takes long: one rewritten line on a terminal, a line now and then elsewhere."""

import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

__all__ = ["Progress", "Task"]

_REDRAW_SECONDS = 0.2


class Progress:
    """Where progress goes, standard error unless told otherwise.

    Args:
        stream: any text stream; whether it is a terminal decides the form.
        every: seconds between two lines where it is none.

    """

    def __init__(self, stream: TextIO | None = None, every: float = 15.0) -> None:
        self._stream = stream if stream is not None else sys.stderr
        self._every = every
        self._terminal = self._stream.isatty()

    @contextmanager
    def task(self, title: str, detail: str = "", delay: float = 0.0) -> Iterator["Task"]:
        """Tell of one task from its start to its end.

        Args:
            title: what is being done.
            detail: how far it is, or of what it consists, until `Task.tick` says otherwise.
            delay: seconds to stay silent; a task that ends sooner is never told of.

        """
        task = Task(title, self._stream, self._terminal, self._every, delay)
        try:
            task.tick(detail)
            yield task
        except BaseException:
            task.end("stopped")
            raise
        task.end("done")

    def line(self, text: str) -> None:
        """Tell one fact that doesn't take time."""
        self._stream.write(f"{text}\n")
        self._stream.flush()


class Task:
    """One task under way; `Progress.task` makes it."""

    def __init__(
        self, title: str, stream: TextIO, terminal: bool, every: float, delay: float
    ) -> None:
        self._title = title
        self._stream = stream
        self._terminal = terminal
        self._every = _REDRAW_SECONDS if terminal else every
        self._start = time.monotonic()
        self._next = self._start + delay
        self._detail = ""
        self._told = False

    def tick(self, detail: str | None = None) -> None:
        """Say that time has passed; cheap, so call it often. `detail` is how far it is."""
        if detail is not None:
            self._detail = detail
        now = time.monotonic()
        if now >= self._next:
            self._next = now + self._every
            self._write(now)

    def end(self, outcome: str) -> None:
        """Write the closing line, where anything has been told before."""
        if self._told:
            self._detail = outcome
            self._write(time.monotonic(), last=True)

    def _write(self, now: float, last: bool = False) -> None:
        parts = [self._title, self._detail]
        if self._told or now - self._start >= 1:
            parts.append(_elapsed(now - self._start))
        text = ", ".join(part for part in parts if part)
        if self._terminal:
            # One less than the width, or some terminals wrap and the line is no longer one.
            text = "\r\x1b[2K" + text[: shutil.get_terminal_size().columns - 1]
        self._stream.write(text if self._terminal and not last else f"{text}\n")
        self._stream.flush()
        self._told = True


def _elapsed(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
