"""A cluster's API server, asked as somebody."""

import http
import json
import shlex
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from kubernetes.client import ApiClient, ApiException, Configuration
from urllib3.exceptions import HTTPError

from multus_lab.cluster.errors import RefusedError, UnavailableError
from multus_lab.cluster.kinds import KINDS

__all__ = ["Cluster", "Object"]

Object = Mapping[str, Any]
"""A Kubernetes object, by the keys of its API."""

_TIMEOUT_SECONDS = (5.0, 15.0)  # to connect, and between two parts of an answer
_PATIENCE_SECONDS = 30.0
_PAUSE_SECONDS = 0.1
_INITIALIZING = "storage is (re)initializing"
_PAGE = 500  # as kubectl has it: objects in one answer
_TEXT_LENGTH = 200
_JSON = "application/json"


class Cluster:
    """The objects of a cluster, as its API server gives and takes them.

    Every method raises UnavailableError if there is no answer, and RefusedError if the answer is
    no, but for what it says that it leaves to the caller.

    Args:
        configuration: the server, who we are to it, and the way there.
        kubectl: the options with which kubectl speaks to the same cluster.

    Attributes:
        server: the API server's host and port, as messages have it.

    """

    def __init__(self, configuration: Configuration, kubectl: Sequence[str] = ()) -> None:
        self._kubectl = kubectl
        configuration.retries = False  # ours alone, and errors as they come
        self._client = ApiClient(configuration)
        self.server = urlsplit(configuration.host).netloc or configuration.host

    @classmethod
    def at(cls, server: str, authority: Path, token: str) -> Self:
        """A cluster of our own on this machine, which no proxy of the environment leads to.

        Args:
            server: the API server's URL.
            authority: the file with the certificate that it must present.
            token: who we are.

        """
        configuration = Configuration(host=server, api_key={"BearerToken": f"Bearer {token}"})
        configuration.ssl_ca_cert = str(authority)
        configuration.proxy = None
        return cls(configuration)

    def kubectl(self, *arguments: str) -> str:
        """How one types a command of kubectl to this cluster."""
        return shlex.join(["kubectl", *self._kubectl, *arguments])

    def ready(self) -> bool:
        """Whether the API server says that it is ready."""
        return self._call(_Request("GET", "/readyz"))[0] == http.HTTPStatus.OK

    def answers(self) -> bool:
        """Whether the API server says anything at all."""
        return self._call(_Request("GET", "/readyz"))[0] > 0

    def get(self, kind: str, name: str, namespace: str = "") -> dict[str, Any]:
        """An object that is there."""
        request = _Request("GET", KINDS[kind].path(namespace, name))
        return self._expect(f"read {kind} {name}", request)

    def find(self, kind: str, name: str, namespace: str = "") -> dict[str, Any] | None:
        """An object, or None if there is none of that name or its kind isn't served."""
        return self._find(f"read {kind} {name}", _Request("GET", KINDS[kind].path(namespace, name)))

    def items(
        self, kind: str, namespace: str = "", labels: str = "", fields: str = ""
    ) -> Iterator[dict[str, Any]]:
        """The objects of a kind in a namespace, or in all, that both selectors select."""
        query = {"labelSelector": labels, "fieldSelector": fields, "limit": _PAGE, "continue": ""}
        while True:
            request = _Request("GET", KINDS[kind].path(namespace), query=query)
            page = self._expect(f"list {KINDS[kind].plural}", request)
            yield from page["items"]
            query = query | {"continue": page.get("metadata", {}).get("continue", "")}
            if not query["continue"]:
                break

    def serves(self, kind: str) -> bool:
        """Whether the API server has such objects, as it does a moment after their CRD came."""
        request = _Request("GET", KINDS[kind].path(), query={"limit": 1})
        return self._find(f"list {KINDS[kind].plural}", request) is not None

    def create(self, one: Object) -> dict[str, Any]:
        """Create an object that isn't there yet, and return what it became."""
        request = _Request("POST", KINDS[one["kind"]].path(_namespace(one)), one)
        return self._expect(f"create {_named(one)}", request)

    def token(self, account: str, namespace: str) -> str:
        """A token of a service account, as a kubelet asks for it."""
        wanted = {
            "apiVersion": "authentication.k8s.io/v1",
            "kind": "TokenRequest",
            "spec": {"expirationSeconds": 3600},
        }
        path = KINDS["ServiceAccount"].path(namespace, account, "token")
        act = f"make a token for ServiceAccount {account}"
        return str(self._expect(act, _Request("POST", path, wanted))["status"]["token"])

    def apply(self, one: Object, manager: str, force: bool = False) -> dict[str, Any]:
        """Have an object hold what is given: server-side apply; returns what it became.

        Args:
            one: the fields that it is to have.
            manager: the field manager that owns them from then on.
            force: take fields from other managers, which is a conflict (409) otherwise.

        """
        query = {"fieldManager": manager, "force": "true" if force else ""}
        return self._applied(one, query)

    def would_apply(self, one: Object, manager: str) -> dict[str, Any]:
        """What a forced `apply` would make of an object; nothing is changed."""
        return self._applied(one, {"fieldManager": manager, "force": "true", "dryRun": "All"})

    def _applied(self, one: Object, query: Object) -> dict[str, Any]:
        request = _Request("PATCH", _path(one), one, "application/apply-patch+yaml", query)
        return self._expect(f"apply {_named(one)}", request)

    def would_replace(self, one: Object) -> dict[str, Any]:
        """What an object would be if it held what is given and no more; nothing is changed.

        What isn't given has the API server's defaults.
        """
        request = _Request("PUT", _path(one), one, query={"dryRun": "All"})
        return self._expect(f"replace {_named(one)}", request)

    def patch(
        self, kind: str, name: str, namespace: str, operations: Sequence[Object]
    ) -> dict[str, Any]:
        """Change an object by the operations of a JSON patch (RFC 6902); what it became."""
        path = KINDS[kind].path(namespace, name)
        request = _Request("PATCH", path, list(operations), "application/json-patch+json")
        return self._expect(f"patch {kind} {name}", request)

    def delete(self, kind: str, name: str, namespace: str = "", grace: int | None = None) -> None:
        """Delete an object; that it isn't there is fine.

        `grace` is the seconds that it has to end, where not its own.
        """
        query = {} if grace is None else {"gracePeriodSeconds": grace}
        request = _Request("DELETE", KINDS[kind].path(namespace, name), query=query)
        self._find(f"delete {kind} {name}", request)

    def may_everything(self) -> bool:
        """Whether we may do all there is, as administrators may."""
        return self.allows("*", "*", "*")

    def allows(
        self, verb: str, group: str, resource: str, namespace: str = "", name: str = ""
    ) -> bool:
        """Whether we may do that to a resource, as roles name it: `pods`, or `pods/status`.

        It asks as `kubectl auth can-i` does; "" is all namespaces or names.
        """
        resource, _, subresource = resource.partition("/")
        attributes = {
            "verb": verb,
            "group": group,
            "resource": resource,
            "namespace": namespace,
            "name": name,
        }
        if subresource:
            attributes["subresource"] = subresource
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": attributes},
        }
        path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
        answer = self._expect("tell what we may", _Request("POST", path, review))
        return bool(answer["status"]["allowed"])

    def _find(self, act: str, request: "_Request") -> dict[str, Any] | None:
        """As `_expect` has it; None for what isn't there."""
        try:
            return self._expect(act, request)
        except RefusedError as error:
            if error.status != http.HTTPStatus.NOT_FOUND:
                raise
            return None

    def _expect(self, act: str, request: "_Request") -> dict[str, Any]:
        """What the API server answers if it does what it is asked for."""
        status, text = self._call(request)
        server = f"the API server at {self.server}"
        answer = _read(text)
        if status < http.HTTPStatus.BAD_REQUEST:
            if answer is None:  # a page to log in at, of a proxy
                raise UnavailableError(f"{self.server} does not answer as API servers do")
            return answer
        reason = (answer or {}).get("message") or _cut(text) or f"HTTP status {status}"
        if status >= http.HTTPStatus.INTERNAL_SERVER_ERROR or _is_busy(status, text):
            raise UnavailableError(f"{server} can't {act}: {reason}")
        if status == http.HTTPStatus.UNAUTHORIZED:
            reason = f"it does not accept our credentials ({reason})"
        raise RefusedError(f"{server} refuses to {act}", status, reason)

    def _call(self, request: "_Request") -> tuple[int, str]:
        """Make a request, again and again while the API server is too busy to take it."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            status, text = self._ask(request)
            if not _is_busy(status, text) or time.monotonic() > deadline:
                return status, text
            time.sleep(_PAUSE_SECONDS)

    def _ask(self, request: "_Request") -> tuple[int, str]:
        serialized = self._client.param_serialize(
            request.method,
            request.path,
            query_params=[(key, value) for key, value in request.query.items() if value != ""],
            header_params={"Accept": _JSON, "Content-Type": request.content},
            body=request.body,
            auth_settings=["BearerToken"],
        )
        server = f"the API server at {self.server}"
        try:
            response = self._client.call_api(*serialized, _request_timeout=_TIMEOUT_SECONDS)
            return response.status, response.read().decode(errors="replace")
        except ApiException as error:  # of TLS, with the name of urllib3's error as its first line
            reason = str(error.reason).rpartition("\n")[2]
            raise UnavailableError(f"TLS with {server} fails: {reason}") from error
        except (HTTPError, OSError) as error:
            raise UnavailableError(f"{server} does not answer: {_why(error)}") from error


@dataclass(frozen=True)
class _Request:
    method: str
    path: str
    body: Any = None
    content: str = _JSON
    query: Object = field(default_factory=dict)


def _named(one: Object) -> str:
    return f"{one['kind']} {one['metadata']['name']}"


def _path(one: Object) -> str:
    return KINDS[one["kind"]].path(_namespace(one), one["metadata"]["name"])


def _namespace(one: Object) -> str:
    return str(one["metadata"].get("namespace", "default"))


def _read(text: str) -> dict[str, Any] | None:
    """An object as JSON; None for any other text."""
    try:
        answer = json.loads(text)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None


def _cut(text: str) -> str:
    """The beginning of a text that may be a page of a proxy, on one line."""
    return " ".join(text.split())[:_TEXT_LENGTH]


def _why(error: Exception) -> str:
    """The operating system's words, where urllib3 has wrapped them."""
    inner = (error.__cause__, error.__context__, *error.args)
    first = next((one for one in inner if isinstance(one, OSError)), error)
    return getattr(first, "strerror", None) or str(first)


def _is_busy(status: int, text: str) -> bool:
    """Whether it asks to try again, as it does for a moment after a CRD was made.

    Until the new kind's cache is filled (apiserver v0.36.3, pkg/storage/cacher: ready.go, and
    cacher.go with 429).
    """
    return status == http.HTTPStatus.TOO_MANY_REQUESTS or (
        status >= http.HTTPStatus.INTERNAL_SERVER_ERROR and _INITIALIZING in text
    )
