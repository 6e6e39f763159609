"""The rehearsal's own etcd and API server, and what they are to hold."""

import http
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from multus_lab.apiserver import (
    AUTHORITY,
    ETCD_SOCKET,
    apiserver_arguments,
    etcd_arguments,
    has_key,
    make_administrator,
)
from multus_lab.cluster.client import Cluster, Object
from multus_lab.cluster.errors import RefusedError
from multus_lab.processes import Record, start, wait
from multus_lab.rehearsal.errors import RehearsalError
from multus_lab.rehearsal.plan import SERVER

PORT = 6443
_AUDIT = "audit.log"
_STARTED = "ResponseStarted"


class ControlPlane:
    """etcd and kube-apiserver, at an address that all nodes reach.

    Args:
        folder: an empty one, where all of it is kept; best in memory.
        programs: the folder with the programs.
        watched: the users whose calls are put down in the audit log.

    """

    def __init__(self, folder: Path, programs: Path, *watched: str) -> None:
        self._folder = folder
        self._programs = programs
        self._running: dict[Path, Record] = {}
        token = make_administrator(folder)
        self.api = Cluster.at(f"https://{SERVER}:{PORT}", self.authority, token)
        self._policy(watched)

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
        return has_key(self._folder) and self.api.ready()

    def create(self, one: Object) -> str:
        """Create an object; what the API server says where it refuses it, else "".

        That it is there already is fine.
        """
        try:
            self.api.create(one)
        except RefusedError as error:
            return "" if error.status == http.HTTPStatus.CONFLICT else error.reason
        return ""

    def have(self, objects: Iterable[Object]) -> None:
        """Create objects that nothing works without. Raises RehearsalError."""
        for one in objects:
            if said := self.create(one):
                raise RehearsalError(f"{one['kind']} {one['metadata']['name']}: {said}")

    def served(self, kind: str) -> None:
        """Wait until a kind of a CRD is served. Raises ProcessError."""
        wait(kind, lambda: self.api.serves(kind), self._running)

    def audited(self) -> Iterator[tuple[str, str, str, int]]:
        """What was asked for: by which watched user, verb, resource, the answer's HTTP status."""
        for line in (self._folder / _AUDIT).read_text().splitlines():
            event = json.loads(line)
            asked = event.get("objectRef")
            # A watch goes on: it counts when it starts.
            if asked is None or (event["verb"] == "watch") != (event["stage"] == _STARTED):
                continue
            names = (asked.get("apiGroup"), asked["resource"], asked.get("subresource"))
            what = "/".join(filter(None, names))
            user = event["user"]["username"]
            yield user, event["verb"], what, event["responseStatus"]["code"]

    def _policy(self, watched: Sequence[str]) -> None:
        policy = {
            "apiVersion": "audit.k8s.io/v1",
            "kind": "Policy",
            "omitStages": ["RequestReceived"],
            "rules": [{"level": "Metadata", "users": [*watched]}, {"level": "None"}],
        }
        (self._folder / "audit.json").write_text(json.dumps(policy))
        (self._folder / _AUDIT).touch()

    def _run(self, part: str, arguments: list[str]) -> None:
        command = [str(self._programs / part), *arguments]
        log = self._folder / f"{part}.log"
        env = {"PATH": os.defpath, "HOME": str(self._folder)}
        self._running[log] = start(command, self._folder, log, env)
