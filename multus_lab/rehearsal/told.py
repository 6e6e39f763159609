"""What the inside of a rehearsal tells the outside: one line of JSON for each event."""

import json
import time
from typing import Any, TypeVar

_T = TypeVar("_T")
_EVERY_SECONDS = 0.2


def tell(**event: Any) -> None:
    """Write one event."""
    print(json.dumps(event), flush=True)


class Counted:
    """Tells how many of a step are done, now and then."""

    def __init__(self, step: str, of: int) -> None:
        self._step = step
        self._of = of
        self._done = 0
        self._last = 0.0
        tell(step=step, of=of)

    def after(self, result: _T) -> _T:
        """One more is done; its result, as it came."""
        self._done += 1
        now = time.monotonic()
        if now - self._last > _EVERY_SECONDS:
            self._last = now
            tell(step=self._step, done=self._done, of=self._of)
        return result
