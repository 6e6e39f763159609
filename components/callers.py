"""How much of Python's stack each resource has in the state of its stack."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

_FRAMES = 7
"""Of which the innermost five or six are the SDK's own, which it leaves out."""


@contextmanager
def nearest_callers() -> Iterator[None]:
    """Have resources that are made meanwhile keep the one or two nearest lines that make them.

    The SDK sends Python's whole stack with each resource, some twenty lines of the interpreter's
    and its own, and the engine writes them all with every change of the state: more than half of
    what a network and its component come to (pulumi 3.272.0, runtime/resource.py,
    _get_stack_trace; traceback.extract_stack heeds the limit).
    """
    before = getattr(sys, "tracebacklimit", None)
    sys.tracebacklimit = _FRAMES
    try:
        yield
    finally:
        if before is None:
            del sys.tracebacklimit
        else:
            sys.tracebacklimit = before
