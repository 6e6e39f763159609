"""How long a rollout is waited for: as long as it goes on."""

from collections.abc import Set

__all__ = ["Patience"]


class Patience:
    """Time until another pod is to be ready, which begins anew with each that is.

    A node counts once, or a pod that is ready for a moment after each crash would go on for ever.

    Args:
        seconds: for each further pod.
        now: the time as a monotonic clock has it.

    """

    def __init__(self, seconds: float, now: float) -> None:
        self._seconds = seconds
        self._end = now + seconds
        self._been: Set[str] = frozenset()

    def see(self, nodes: Set[str], now: float) -> None:
        """Take notice of the nodes on which a pod is ready."""
        if nodes - self._been:
            self._been |= nodes
            self._end = now + self._seconds

    def is_over(self, now: float) -> bool:
        """Whether no further pod has become ready for too long."""
        return now >= self._end
