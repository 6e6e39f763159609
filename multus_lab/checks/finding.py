"""What a check found: data only; how it looks is the printers' work."""

from enum import StrEnum
from typing import NamedTuple

Path = tuple[str | int, ...]
"""Where a value stands: keys and indices from the top of the stack config or the manifest."""


class Severity(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"
    """Certain to fail or to collide; refused."""
    RISK = "risk"
    """Silent or likely wrong; refused until it is accepted with a reason."""
    NOTE = "note"
    """Told, and never in the way."""


class Related(NamedTuple):
    """The second place of a finding, such as the other network's; `message` says what is there."""

    source: int
    path: Path
    message: str


class Finding(NamedTuple):
    """One thing that is wrong, or may be, with its place and the way out.

    `network` is `namespace/name`, or "" for what concerns the stack as a whole. `source` is the
    number of what was read, in its order, and `path` leads to the value there. `value` is as
    written, in JSON, or "". `fix` is a line to paste, or a short sentence. `accepted` is the
    reason for which it is accepted. `related` are the other places that it speaks of.
    """

    code: str
    severity: Severity
    network: str
    path: Path
    value: str
    message: str
    fix: str
    accepted: str | None = None
    source: int = 0
    related: tuple[Related, ...] = ()

    @property
    def refuses(self) -> bool:
        """Whether a stack with this finding must not reach a cluster."""
        return self.severity is not Severity.NOTE and self.accepted is None
