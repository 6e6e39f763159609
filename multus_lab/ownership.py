"""Whose an object in a cluster is: the stack's that is named in its annotation."""

from collections.abc import Mapping
from contextvars import ContextVar
from typing import NamedTuple

OWNER = "multus-lab/owner"
"""The annotation of every object of a stack: `PROJECT/STACK/ZONE`."""

FIELD_MANAGER = "pulumi.com/patchFieldManager"
"""The annotation by which the Kubernetes provider takes the name of a field manager.

Without it the provider makes a random one, keeps it in the state alone, and conflicts with itself
once that is lost (pulumi-kubernetes 4.25.0, provider.go, fieldManagerName).
"""

settled: ContextVar[bool] = ContextVar("settled", default=False)
"""Whether a running program needs no look at whose the objects of its cluster are."""

_LONGEST = 128
"""Characters of a field manager's name (apimachinery, metav1/validation)."""


class Owner(NamedTuple):
    """A stack as others see it. Another backend may have one of that name, for another zone."""

    project: str
    stack: str
    zone: str

    def __str__(self) -> str:
        return "/".join(filter(None, self))

    @property
    def field_manager(self) -> str:
        """The one that manages all fields which the stack declares."""
        name = str(self)
        if len(name) <= _LONGEST:
            return name
        import hashlib  # noqa: PLC0415 - `check` does without

        digest = hashlib.sha256(name.encode()).hexdigest()[:16]
        return f"{name[: _LONGEST - len(digest) - 1]}-{digest}"

    def wrote(self, mark: str) -> bool:
        """Whether a mark is this stack's, under whatever name of its zone."""
        stack = str(self._replace(zone=""))
        return mark == stack or mark.startswith(f"{stack}/")

    @property
    def annotations(self) -> Mapping[str, str]:
        """What each object of the stack bears."""
        return {OWNER: str(self), FIELD_MANAGER: self.field_manager}
