"""Ends the engine when the run that started it has been killed, and could not do so itself.

Nothing in a killed process is left to act, so it is a program of its own, started as
`python -m multus_lab.watchdog PID OUT ERR`: its standard input is a pipe of which the run holds the
other end, OUT and ERR are the engine's outputs. It holds these open, since the engine would die
of a broken pipe before it gives its lock back.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

__all__ = ["watch"]

_PATIENCE_SECONDS = 30.0


def watch(engine: "subprocess.Popen[str]") -> "subprocess.Popen[bytes]":
    """Have the engine watched; who is done with it kills the watchdog first.

    Args:
        engine: the engine, in a session of its own, with pipes for its outputs.

    """
    outputs = [stream.fileno() for stream in (engine.stdout, engine.stderr) if stream]
    return subprocess.Popen(
        [sys.executable, "-m", __name__, str(engine.pid), *map(str, outputs)],
        cwd=Path(__file__).parents[1],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=outputs,
        start_new_session=True,
    )


def main(engine: int, outputs: list[int]) -> None:
    """Wait until the run has ended; where the engine goes on, cancel it, and end it at last."""
    sys.stdin.buffer.read()
    for output in outputs:
        threading.Thread(target=_drain, args=(output,), daemon=True).start()
    deadline = time.monotonic() + _PATIENCE_SECONDS
    if _lives(engine):
        os.kill(engine, signal.SIGINT)
    while _lives(engine) and time.monotonic() < deadline:
        time.sleep(0.05)
    from multus_lab.processes import end_session  # noqa: PLC0415 - nearly never needed

    end_session(engine)


def _lives(engine: int) -> bool:
    """Whether it leads its session still, and so isn't somebody else with its number."""
    try:
        return os.getsid(engine) == engine
    except OSError:
        return False


def _drain(output: int) -> None:
    while os.read(output, 65536):
        pass


if __name__ == "__main__":
    main(int(sys.argv[1]), [int(number) for number in sys.argv[2:]])
