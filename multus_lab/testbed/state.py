"""What is kept of a test bed between two commands: its port and the processes it started."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from multus_lab.files import write_private
from multus_lab.processes import Record
from multus_lab.testbed.errors import TestbedError

__all__ = ["State"]


@dataclass(frozen=True)
class State:
    """The content of a test bed's `state.json`.

    Attributes:
        port: the API server's, kept from start to start so that kubeconfigs stay good;
            None before the first start.
        nodes: how many nodes there are to be; None while it is down.
        programs: the folder that the processes were started from.
        processes: by the part's name, in the order they were started.

    """

    port: int | None = None
    nodes: int | None = None
    programs: str = ""
    processes: Mapping[str, Record] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> "State":
        """Read the state; an empty one where there is no file.

        Raises:
            TestbedError: the file is not a state. It is written in one step, so this is not
                the work of an interrupt, and nobody knows which processes it spoke of.

        """
        try:
            content = json.loads(path.read_bytes())
            records = {name: Record(**record) for name, record in content["processes"].items()}
            return cls(content["port"], content["nodes"], content["programs"], records)
        except FileNotFoundError:
            return cls()
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise TestbedError(
                f"{path} is damaged: end what still runs in {path.parent}, remove the file, and "
                "try again"
            ) from error

    def save(self, path: Path) -> None:
        """Write the state in one step."""
        write_private(path, json.dumps(asdict(self), indent=2) + "\n")
