"""Signals that come where an exception gets no farther, or would do harm."""

import importlib
import os
import signal
import sys
import time
import weakref
from types import SimpleNamespace
from typing import Any

import pytest

from multus_lab.interrupts import Interrupted, raised


class Freed:
    """Something that calls back when nobody has it any more."""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_in_a_callback_of_python_s_own(
    number: signal.Signals, capfd: pytest.CaptureFixture[str]
) -> None:
    def called(_: object) -> None:
        os.kill(os.getpid(), number)
        time.sleep(0)  # where Python looks for signals

    before = sys.unraisablehook
    freed = Freed()
    reference = weakref.ref(freed, called)
    with pytest.raises(Interrupted) as stop, raised():  # noqa: PT012 - where doesn't matter
        del freed
        assert reference() is None
        time.sleep(20)
    assert stop.value.signal == number
    assert sys.unraisablehook == before
    assert capfd.readouterr().err == ""


def test_a_signal_amid_an_import(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = []

    class Finder:
        """Looks for modules where Python's import asks it to, and a signal comes there."""

        @staticmethod
        def find_spec(*_: object) -> None:
            importing = sys._getframe(1)
            handler = signal.getsignal(signal.SIGTERM)
            assert callable(handler)
            handler(signal.SIGTERM, importing)
            begun.append(importing)

    monkeypatch.setattr(sys, "meta_path", [Finder])
    with pytest.raises(Interrupted) as stop, raised():  # noqa: PT012 - where doesn't matter
        with pytest.raises(ModuleNotFoundError):
            importlib.import_module("there_is_no_such_module")
        time.sleep(20)
    assert begun
    assert stop.value.signal == signal.SIGTERM


def test_a_signal_that_is_to_come_again_at_the_end() -> None:
    def put_off() -> None:
        handler = signal.getsignal(signal.SIGTERM)
        assert callable(handler)
        handler(signal.SIGTERM, amid_import)

    code = SimpleNamespace(co_filename="<frozen importlib._bootstrap>")
    amid_import: Any = SimpleNamespace(f_code=code)
    with pytest.raises(Interrupted) as stop, raised():
        put_off()
    assert stop.value.signal == signal.SIGTERM
    with pytest.raises(ValueError, match="else"), raised():  # noqa: PT012 - where doesn't matter
        put_off()
        raise ValueError("something else")
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0
