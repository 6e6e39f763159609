"""What a test bed says of itself."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from multus_lab.testbed.nodes import Node

__all__ = ["Process", "Status"]


@dataclass(frozen=True)
class Process:
    """One part of a test bed: its process id, None where it does not run, and its log."""

    name: str
    pid: int | None
    log: Path


@dataclass(frozen=True)
class Status:
    """A test bed at one moment.

    Attributes:
        state: `up` with everything ready, `down` with nothing started, else `broken`,
            which `up` repairs.
        changed: whether the call that gave this started, added or removed anything.
        kubeconfig: the file to use it with; there unless the test bed is down.
        server: the API server's URL, None before the first start.
        nodes: by name.
        processes: in the order they start.
        problems: one sentence each, none where it is up or down.

    """

    state: Literal["up", "down", "broken"]
    changed: bool
    kubeconfig: Path
    server: str | None
    nodes: tuple[Node, ...]
    processes: tuple[Process, ...]
    problems: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the same with nothing in it but what JSON has."""
        return {
            "state": self.state,
            "changed": self.changed,
            "kubeconfig": str(self.kubeconfig),
            "server": self.server,
            "nodes": [{"name": node.name, "ready": node.ready} for node in self.nodes],
            "processes": [
                {"name": each.name, "pid": each.pid, "log": str(each.log)}
                for each in self.processes
            ],
            "problems": list(self.problems),
        }
