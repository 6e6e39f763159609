"""What a program has to know while `down --clean-nodes` runs it: how far the nodes are."""

from contextvars import ContextVar
from enum import Enum
from typing import NamedTuple

__all__ = ["LEAVING", "NODE_CLEANER", "Leaving", "Step"]

NODE_CLEANER = "multus-node-cleaner"
"""What the DaemonSet is called whose pods take Multus off the nodes."""


class Step(Enum):
    """What is taken off the nodes."""

    CONFIGURATION = "configuration"
    """Multus' configuration, so that the runtime goes back to the primary network."""
    REST = "rest"
    """Shim, sockets and caches, once the daemon is gone."""


class Leaving(NamedTuple):
    """A step, and the nodes on which something has to stay.

    Attributes:
        step: what is taken off.
        ended_by_shim: nodes whose CRI-O ends by the shim the pods that it began with it.
        attached: nodes with pods that are attached to a network.

    """

    step: Step
    ended_by_shim: tuple[str, ...] = ()
    attached: tuple[str, ...] = ()


LEAVING: ContextVar[Leaving | None] = ContextVar("leaving", default=None)
"""Set while a program runs that declares the node cleaner too, and no networks any more."""
