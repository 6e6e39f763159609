"""The few calls to an API server that test beds and rehearsals make themselves."""

import http.client
import json
import ssl
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from multus_lab.errors import MultusLabError

__all__ = ["Api", "Unreachable", "answers"]

_TIMEOUT_SECONDS = 5.0
_PATIENCE_SECONDS = 30.0
_PAUSE_SECONDS = 0.1
_INITIALIZING = "storage is (re)initializing"


class Unreachable(MultusLabError):  # noqa: N818 - a state to wait out rather than an error to show
    """The API server did not answer."""


class Api:
    """A client of one API server on this machine.

    Args:
        port: the server's.
        authority: the file with the certificate that it must present.
        token: who we are.
        host: the server's address.

    """

    def __init__(self, port: int, authority: Path, token: str, host: str = "127.0.0.1") -> None:
        self._host = host
        self._port = port
        self._authority = authority
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def call(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Make one request, again and again while the API server is too busy to take it.

        Returns:
            The HTTP status, and the answer: read as JSON where it is, else as text.

        Raises:
            Unreachable: there was no answer.

        """
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            status, text = self._ask(method, path, None if body is None else json.dumps(body))
            if not _is_busy(status, text) or time.monotonic() > deadline:
                break
            time.sleep(_PAUSE_SECONDS)
        try:
            return status, json.loads(text)
        except ValueError:
            return status, text

    def _ask(self, method: str, path: str, content: str | None) -> tuple[int, str]:
        connection = None
        try:
            connection = self._connection()
            connection.request(method, path, content, self._headers)
            response = connection.getresponse()
            return response.status, response.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(str(error)) from error
        finally:
            if connection is not None:
                connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        # Not urllib, which would send requests to 127.0.0.1 to a proxy of the environment.
        return http.client.HTTPSConnection(
            self._host,
            self._port,
            context=ssl.create_default_context(cafile=self._authority),
            timeout=_TIMEOUT_SECONDS,
        )

    def items(self, path: str) -> list[dict[str, Any]]:
        """Return the items of a collection.

        Raises:
            Unreachable: there was no answer, or none that is a list.

        """
        status, answer = self.call("GET", path)
        if status != http.HTTPStatus.OK:
            raise Unreachable(f"GET {path} gives {status}")
        found: list[dict[str, Any]] = answer["items"]
        return found


def _is_busy(status: int, text: str) -> bool:
    """Whether it asks to try again, as it does for a moment after a CRD was made.

    Until the new kind's cache is filled (apiserver v0.36.3, pkg/storage/cacher: ready.go, and
    cacher.go with 429).
    """
    return status == http.HTTPStatus.TOO_MANY_REQUESTS or (
        status >= http.HTTPStatus.INTERNAL_SERVER_ERROR and _INITIALIZING in text
    )


def answers(condition: Callable[[], bool]) -> bool:
    """Whether a condition holds that asks the API server; where it doesn't answer, not yet."""
    try:
        return condition()
    except Unreachable:
        return False
