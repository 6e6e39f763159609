"""The rehearsal's own etcd and API server, and what they are to hold."""

import http
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from multus_lab.api import Api
from multus_lab.apiserver import (
    AUTHORITY,
    ETCD_SOCKET,
    apiserver_arguments,
    etcd_arguments,
    has_key,
    make_administrator,
)
from multus_lab.processes import Record, start, wait
from multus_lab.rehearsal.errors import RehearsalError
from multus_lab.rehearsal.plan import SERVER

PORT = 6443
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
        self._running: dict[Path, Record] = {}
        self._token = make_administrator(folder)
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
        """Have it answer. Raises ProcessError."""
        self._run("etcd", etcd_arguments())
        wait("etcd", (self._folder / ETCD_SOCKET).exists, self._running)
        more = [
            "--audit-policy-file=audit.json",
            f"--audit-log-path={_AUDIT}",
            # Has clients list before they watch, as they do with API servers before 1.34, so
            # that both verbs of the daemon's role are tried.
            "--feature-gates=WatchList=false",
        ]
        self._run("kube-apiserver", [*apiserver_arguments(SERVER, PORT), *more])
        wait("kube-apiserver", self._ready, self._running)

    def _ready(self) -> bool:
        return has_key(self._folder) and self.api.call("GET", "/readyz")[0] == http.HTTPStatus.OK

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

        Raises RehearsalError.
        """
        status, answer = self._post(one)
        if status != http.HTTPStatus.CREATED or not isinstance(answer, dict):
            raise RehearsalError(f"{one['kind']} {one['metadata']['name']}: {answer}")
        return answer

    def get(self, kind: str, namespace: str, name: str) -> Object:
        """An object that is there. Raises RehearsalError."""
        status, answer = self.api.call("GET", f"{_collection(kind, namespace)}/{quote(name)}")
        if status != http.HTTPStatus.OK or not isinstance(answer, dict):
            raise RehearsalError(f"{kind} {name}: {answer}")
        return answer

    def have(self, objects: Iterable[Object]) -> None:
        """Create objects that nothing works without. Raises RehearsalError."""
        for one in objects:
            if said := self.create(one):
                raise RehearsalError(f"{one['kind']} {one['metadata']['name']}: {said}")

    def served(self, kind: str) -> None:
        """Wait until a kind of a CRD is served. Raises ProcessError."""
        path = _collection(kind, "default")
        wait(kind, lambda: self.api.call("GET", path)[0] == http.HTTPStatus.OK, self._running)

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
            raise RehearsalError(f"no token for {namespace}/{account}: {answer}")
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
        command = [str(self._programs / part), *arguments]
        log = self._folder / f"{part}.log"
        env = {"PATH": os.defpath, "HOME": str(self._folder)}
        self._running[log] = start(command, self._folder, log, env)


def _collection(kind: str, namespace: str) -> str:
    return _COLLECTIONS[kind].format(quote(namespace))
