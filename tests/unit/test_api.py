"""The client of an API server, against a server that is told what to answer."""

import http.client
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from multus_lab import api
from multus_lab.api import Api, Unreachable
from multus_lab.rehearsal.control_plane import ControlPlane

Answer = tuple[int, Any]

OK: Answer = (200, {"items": []})
CREATED = (201, {"kind": "Pod"})
CONFLICT = (409, {"message": "already exists"})
FORBIDDEN = (403, {"message": "no"})
INITIALIZING = {"kind": "Status", "message": "storage is (re)initializing"}
BUSY = [(429, INITIALIZING), (429, "too many requests"), (500, INITIALIZING), (503, INITIALIZING)]
POD = {"kind": "Pod", "metadata": {"name": "one"}}


class Server(HTTPServer):
    """Gives the answers one after the other, the last one for ever."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[Answer] = []
        self.asked: list[str] = []


class Handler(BaseHTTPRequestHandler):
    server: Server

    def answer(self) -> None:
        self.server.asked.append(f"{self.command} {self.path}")
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        answers = self.server.answers
        status, content = answers.pop(0) if len(answers) > 1 else answers[0]
        self.send_response(status)
        self.end_headers()
        self.wfile.write((content if isinstance(content, str) else json.dumps(content)).encode())

    do_GET = do_POST = answer  # noqa: N815 - http.server calls them so

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with Server() as one:
        threading.Thread(target=one.serve_forever, args=(0.01,), daemon=True).start()
        # Without TLS, whose certificate only the real API server makes.
        port = one.server_address[1]
        monkeypatch.setattr(
            Api, "_connection", lambda _: http.client.HTTPConnection("127.0.0.1", port)
        )
        monkeypatch.setattr(api, "_PAUSE_SECONDS", 0.001)
        yield one
        one.shutdown()


@pytest.fixture
def client(tmp_path: Path) -> Api:
    return Api(1, tmp_path, "token")


@pytest.fixture
def cluster(tmp_path: Path) -> ControlPlane:
    return ControlPlane(tmp_path, tmp_path, "watched")


@pytest.mark.parametrize("busy", BUSY, ids=lambda one: str(one[0]))
def test_a_busy_server_is_asked_again(server: Server, client: Api, busy: Answer) -> None:
    server.answers = [busy, busy, OK]
    assert client.call("GET", "/api/v1/pods") == OK
    assert server.asked == ["GET /api/v1/pods"] * 3


@pytest.mark.parametrize(
    "answer",
    [(500, {"message": "etcd"}), (503, "no"), CONFLICT, FORBIDDEN],
    ids=lambda one: str(one[0]),
)
def test_another_refusal_is_the_answer(server: Server, client: Api, answer: Answer) -> None:
    server.answers = [answer, OK]
    assert client.call("GET", "/api/v1/pods") == answer
    assert len(server.asked) == 1


def test_a_server_that_stays_busy_is_not_asked_for_ever(
    server: Server, client: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "_PATIENCE_SECONDS", 0.0)
    server.answers = [(429, INITIALIZING)]
    assert client.call("GET", "/api/v1/pods") == (429, INITIALIZING)
    with pytest.raises(Unreachable, match="gives 429"):
        client.items("/api/v1/pods")


def test_a_rehearsal_s_objects_are_made_once_the_server_is_ready(
    server: Server, cluster: ControlPlane
) -> None:
    server.answers = [*BUSY, CREATED]
    cluster.have([POD])
    assert server.asked == ["POST /api/v1/namespaces/default/pods"] * (len(BUSY) + 1)


def test_a_kind_is_waited_for_until_it_is_served(server: Server, cluster: ControlPlane) -> None:
    server.answers = [(404, "not yet"), (429, INITIALIZING), (404, "not yet"), OK]
    cluster.served("NetworkAttachmentDefinition")
    assert len(server.asked) == 4


def test_what_the_server_refuses_is_said(server: Server, cluster: ControlPlane) -> None:
    server.answers = [(429, INITIALIZING), FORBIDDEN]
    assert cluster.create(POD) == "no"
    server.answers = [(500, INITIALIZING), CONFLICT]
    assert cluster.create(POD) == ""
