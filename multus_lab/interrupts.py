"""SIGINT, SIGTERM and SIGHUP: what asks this process to end, and how it is heard."""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["Interrupted", "heard", "raised"]

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_AGAIN_SECONDS = 0.01
_IMPORTS = "<frozen importlib._bootstrap>"


class Interrupted(KeyboardInterrupt):
    """A signal has ended what was being done; its text is what the user has to know of that.

    As a KeyboardInterrupt it passes by who catches errors, and is met by who tidies up.

    Args:
        number: the signal's.
        told: how things stand.

    """

    def __init__(self, number: int, told: str = "interrupted") -> None:
        super().__init__(told)
        self.signal = number

    @property
    def exit_code(self) -> int:
        """What a shell says of a process that such a signal has ended: 130, 143 or 129."""
        return 128 + self.signal


@contextmanager
def heard(hear: Callable[[int], object]) -> Iterator[None]:
    """Have `hear` called, in the main thread, with the number of each signal that comes.

    What is ignored stays ignored, as SIGHUP is under `nohup`. Outside the main thread, which
    alone hears signals, nothing is changed.
    """
    with _handled(lambda number, _: hear(number)):
        yield


@contextmanager
def raised() -> Iterator[None]:
    """Have `Interrupted` raised wherever the main thread is when a signal comes.

    In two places it isn't, and the signal comes again a moment later, or at the end. Amid an
    import it could leave the lock held that every import takes, and the program, which runs in a
    thread, would wait for it forever. From a callback of Python's own, as when an object is freed,
    it would get as far as `sys.unraisablehook` and no farther.
    """

    def raise_it(number: int, frame: FrameType | None) -> None:
        if frame is not None and frame.f_code.co_filename == _IMPORTS:
            _again(number)
        else:
            raise Interrupted(number)

    def lose(lost: "sys.UnraisableHookArgs") -> None:
        if isinstance(lost.exc_value, Interrupted):
            _again(lost.exc_value.signal)
        else:
            before(lost)

    sys.unraisablehook, before = lose, sys.unraisablehook
    try:
        with _handled(raise_it):
            yield
            if signal.getitimer(signal.ITIMER_REAL)[0]:
                signal.raise_signal(signal.SIGALRM)
    finally:
        # Python gives its handlers up as it ends, and then SIGALRM would be what ended us.
        signal.setitimer(signal.ITIMER_REAL, 0)
        sys.unraisablehook = before


@contextmanager
def _handled(handle: Callable[[int, FrameType | None], object]) -> Iterator[None]:
    before = {}
    if threading.current_thread() is threading.main_thread():
        before = {number: signal.getsignal(number) for number in _ENDING}
    heeded = {number: old for number, old in before.items() if old != signal.SIG_IGN}
    for number in heeded:
        signal.signal(number, handle)
    try:
        yield
    finally:
        for number, old in heeded.items():
            signal.signal(number, old)


def _again(number: int) -> None:
    """Have a signal come again, to whoever hears it then."""
    signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(number))
    signal.setitimer(signal.ITIMER_REAL, _AGAIN_SECONDS)
