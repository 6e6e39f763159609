"""The rehearsal's own etcd and API server, and what they are to hold."""

import http
import json
import os
import secrets
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from multus_lab.rehearsal.plan import SERVER
from multus_lab.testbed.api import Api, answers
from multus_lab.testbed.errors import last_lines
from multus_lab.testbed.parts import AUTHORITY, ETCD_SOCKET, TOKENS, apiserver, etcd
from multus_lab.testbed.state import write_private

PORT = 6443
_DEADLINE_SECONDS = 60.0
_POLL_SECONDS = 0.02
_AUDIT = "audit.log"
_STARTED = "ResponseStarted"

Object = Mapping[str, Any]
"""A Kubernetes object, by the keys of its API."""

_COLLECTIONS = {
    "CustomResourceDefinition": "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
    "Namespace": "/api/v1/namespaces",
    "ServiceAccount": "/api/v1/namespaces/{}/serviceaccounts",
    "ClusterRole": "/apis/rbac.authorization.k8s.io/v1/clusterroles",
    "ClusterRoleBinding": "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
    "ConfigMap": "/api/v1/namespaces/{}/configmaps",
    "DaemonSet": "/apis/apps/v1/namespaces/{}/daemonsets",
    "Pod": "/api/v1/namespaces/{}/pods",
    "NetworkAttachmentDefinition": (
        "/apis/k8s.cni.cncf.io/v1/namespaces/{}/network-attachment-definitions"
    ),
}


class ControlPlaneError(Exception):
    """The API server does not start, or doesn't take what it has to."""


class ControlPlane:
    """etcd and kube-apiserver, at an address that all nodes reach.

    Args:
        folder: an empty one, where all of it is kept; best in memory.
        programs: the folder with the programs.
        watched: the user whose calls are put down in the audit log.

    """

    def __init__(self, folder: Path, programs: Path, watched: str) -> None:
        self._folder = folder
        self._programs = programs
        self._parts: dict[str, subprocess.Popen[bytes]] = {}
        self._token = secrets.token_hex(32)
        self._policy(watched)

    @property
    def api(self) -> Api:
        """A client that may do everything."""
        return Api(PORT, self.authority, self._token, SERVER)

    @property
    def authority(self) -> Path:
        """The certificate that the API server presents, which is its own authority."""
        return self._folder / AUTHORITY

    def start(self) -> None:
        """Have it answer. Raises ControlPlaneError."""
        write_private(self._folder / TOKENS, f"{self._token},admin,admin,system:masters\n")
        self._run("etcd", etcd())
        self._wait("etcd", (self._folder / ETCD_SOCKET).exists)
        more = [
            "--audit-policy-file=audit.json",
            f"--audit-log-path={_AUDIT}",
            # Has clients list before they watch, as they do with API servers before 1.34, so
            # that both verbs of the daemon's role are tried.
            "--feature-gates=WatchList=false",
        ]
        self._run("kube-apiserver", [*apiserver(SERVER, PORT), *more])
        self._wait("kube-apiserver", self._ready)

    def _ready(self) -> bool:
        return self.authority.exists() and self.api.call("GET", "/readyz")[0] == http.HTTPStatus.OK

    def create(self, one: Object) -> str:
        """Create an object; what the API server says where it refuses it, else "".

        That it is there already is fine.
        """
        status, answer = self._post(one)
        if status in {http.HTTPStatus.CREATED, http.HTTPStatus.CONFLICT}:
            return ""
        return str(answer["message"]) if isinstance(answer, dict) else f"{status}: {answer}"

    def _post(self, one: Object) -> tuple[int, Any]:
        collection = _collection(one["kind"], one["metadata"].get("namespace", "default"))
        return self.api.call("POST", collection, one)

    def made(self, one: Object) -> Object:
        """Create an object that isn't there yet, and return what it became.

        Raises ControlPlaneError.
        """
        status, answer = self._post(one)
        if status != http.HTTPStatus.CREATED or not isinstance(answer, dict):
            raise ControlPlaneError(f"{one['kind']} {one['metadata']['name']}: {answer}")
        return answer

    def get(self, kind: str, namespace: str, name: str) -> Object:
        """An object that is there. Raises ControlPlaneError."""
        status, answer = self.api.call("GET", f"{_collection(kind, namespace)}/{quote(name)}")
        if status != http.HTTPStatus.OK or not isinstance(answer, dict):
            raise ControlPlaneError(f"{kind} {name}: {answer}")
        return answer

    def have(self, objects: Iterable[Object]) -> None:
        """Create objects that nothing works without. Raises ControlPlaneError."""
        for one in objects:
            if said := self.create(one):
                raise ControlPlaneError(f"{one['kind']} {one['metadata']['name']}: {said}")

    def served(self, kind: str) -> None:
        """Wait until a kind of a CRD is served. Raises ControlPlaneError."""
        path = _collection(kind, "default")
        self._wait(kind, lambda: self.api.call("GET", path)[0] == http.HTTPStatus.OK)

    def token(self, namespace: str, account: str) -> str:
        """A token of a service account, as a kubelet asks for it."""
        path = f"/api/v1/namespaces/{namespace}/serviceaccounts/{account}/token"
        request = {
            "apiVersion": "authentication.k8s.io/v1",
            "kind": "TokenRequest",
            "spec": {"expirationSeconds": 3600},
        }
        status, answer = self.api.call("POST", path, request)
        if status != http.HTTPStatus.CREATED:
            raise ControlPlaneError(f"no token for {namespace}/{account}: {answer}")
        return str(answer["status"]["token"])

    def audited(self) -> Iterator[tuple[str, str, int]]:
        """What the watched user has asked for: verb, resource, and the answer's HTTP status."""
        for line in (self._folder / _AUDIT).read_text().splitlines():
            event = json.loads(line)
            asked = event.get("objectRef")
            # A watch goes on: it counts when it starts.
            if asked is None or (event["verb"] == "watch") != (event["stage"] == _STARTED):
                continue
            names = (asked.get("apiGroup"), asked["resource"], asked.get("subresource"))
            yield event["verb"], "/".join(filter(None, names)), event["responseStatus"]["code"]

    def _policy(self, watched: str) -> None:
        policy = {
            "apiVersion": "audit.k8s.io/v1",
            "kind": "Policy",
            "omitStages": ["RequestReceived"],
            "rules": [{"level": "Metadata", "users": [watched]}, {"level": "None"}],
        }
        (self._folder / "audit.json").write_text(json.dumps(policy))
        (self._folder / _AUDIT).touch()

    def _run(self, part: str, arguments: list[str]) -> None:
        with self._log(part).open("wb") as log:
            self._parts[part] = subprocess.Popen(
                [self._programs / part, *arguments],
                cwd=self._folder,
                env={"PATH": os.defpath, "HOME": str(self._folder)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def _log(self, part: str) -> Path:
        return self._folder / f"{part}.log"

    def _wait(self, what: str, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _DEADLINE_SECONDS
        while not answers(condition):
            ended = next((name for name, one in self._parts.items() if one.poll() is not None), "")
            if ended or time.monotonic() > deadline:
                part = ended or next(reversed(self._parts))
                said = "; ".join(last_lines(self._log(part)))
                state = "has ended" if ended else f"is not ready, waiting for {what}"
                raise ControlPlaneError(f"{part} {state}: {said}")
            time.sleep(_POLL_SECONDS)


def _collection(kind: str, namespace: str) -> str:
    return _COLLECTIONS[kind].format(quote(namespace))
