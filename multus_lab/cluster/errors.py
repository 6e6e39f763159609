"""What goes wrong between us and an API server."""

from multus_lab.errors import MultusLabError

__all__ = ["ClusterError", "KubeconfigError", "RefusedError", "UnavailableError"]


class ClusterError(MultusLabError):
    """A cluster can't be read or written."""


class KubeconfigError(ClusterError):
    """No kubeconfig leads to a cluster, or none that can be used."""

    exit_code = 2


class UnavailableError(ClusterError):
    """The API server doesn't answer, or says that it can't at the moment (429, 5xx)."""


class RefusedError(ClusterError):
    """The API server understood, and says no.

    Attributes:
        status: its HTTP status, 400 to 499.
        reason: its own words.

    """

    def __init__(self, sentence: str, status: int, reason: str) -> None:
        super().__init__(f"{sentence}: {reason}")
        self.status = status
        self.reason = reason
