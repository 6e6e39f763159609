"""The client of a cluster, against an API server that is told what to answer."""

import contextlib
import json
import os
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import certifi
import pytest
import yaml

from multus_lab.cluster import client
from multus_lab.cluster.client import Cluster
from multus_lab.cluster.connection import connect
from multus_lab.cluster.errors import KubeconfigError, RefusedError, UnavailableError
from multus_lab.rehearsal.control_plane import ControlPlane

Answer = tuple[int, Any]

AUTHORITY = Path(certifi.where())

OK: Answer = (200, {"items": []})
CREATED = (201, {"kind": "Pod"})
CONFLICT = (409, {"message": "already exists"})
FORBIDDEN = (403, {"message": "no"})
INITIALIZING = {"kind": "Status", "message": "storage is (re)initializing"}
BUSY = [(429, INITIALIZING), (429, "too many requests"), (500, INITIALIZING), (503, INITIALIZING)]
POD = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "one"}}
NAD = {
    "apiVersion": "k8s.cni.cncf.io/v1",
    "kind": "NetworkAttachmentDefinition",
    "metadata": {"name": "one", "namespace": "lab"},
}
NADS = "/apis/k8s.cni.cncf.io/v1/namespaces/lab/network-attachment-definitions"


class Server(HTTPServer):
    """Gives the answers one after the other, the last one for ever."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[Answer] = [OK]
        self.asked: list[str] = []
        self.sent: list[tuple[str, Any]] = []
        self.users: list[str] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def answer(self) -> None:
        self.server.asked.append(f"{self.command} {self.path}")
        self.server.users.append(self.headers.get("Authorization", ""))
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.server.sent.append((self.headers["Content-Type"], json.loads(body or "null")))
        answers = self.server.answers
        status, content = answers.pop(0) if len(answers) > 1 else answers[0]
        self.send_response(status)
        self.end_headers()
        self.wfile.write((content if isinstance(content, str) else json.dumps(content)).encode())

    do_GET = do_POST = do_PATCH = do_DELETE = answer  # noqa: N815 - http.server calls them so

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with Server() as one:
        threading.Thread(target=one.serve_forever, args=(0.01,), daemon=True).start()
        monkeypatch.setattr(client, "_PAUSE_SECONDS", 0.001)
        yield one
        one.shutdown()


@pytest.fixture
def cluster(server: Server, tmp_path: Path) -> Cluster:
    return Cluster.at(server.url, tmp_path, "token")


@pytest.fixture
def rehearsed(cluster: Cluster, tmp_path: Path) -> ControlPlane:
    control_plane = ControlPlane(tmp_path, tmp_path, "watched")
    control_plane.api = cluster
    return control_plane


REQUESTS: list[tuple[Callable[[Cluster], Any], str, Any]] = [
    (lambda one: one.ready(), "GET /readyz", None),
    (lambda one: one.get("Node", "a/b"), "GET /api/v1/nodes/a%2Fb", None),
    (
        lambda one: one.find("CustomResourceDefinition", "x.y"),
        "GET /apis/apiextensions.k8s.io/v1/customresourcedefinitions/x.y",
        None,
    ),
    (
        lambda one: list(one.items("Pod", labels="app=multus")),
        "GET /api/v1/pods?labelSelector=app%3Dmultus&limit=500",
        None,
    ),
    (
        lambda one: list(one.items("Event", "lab", fields="involvedObject.name=one")),
        "GET /api/v1/namespaces/lab/events?fieldSelector=involvedObject.name%3Done&limit=500",
        None,
    ),
    (lambda one: one.create(POD), "POST /api/v1/namespaces/default/pods", POD),
    (lambda one: one.create(NAD), f"POST {NADS}", NAD),
    (lambda one: one.apply(NAD, "us"), f"PATCH {NADS}/one?fieldManager=us", NAD),
    (
        lambda one: one.apply(NAD, "us", force=True),
        f"PATCH {NADS}/one?fieldManager=us&force=true",
        NAD,
    ),
    (
        lambda one: one.patch("DaemonSet", "one", "lab", [{"op": "remove", "path": "/spec"}]),
        "PATCH /apis/apps/v1/namespaces/lab/daemonsets/one",
        [{"op": "remove", "path": "/spec"}],
    ),
    (
        lambda one: one.delete("Pod", "one", "lab", grace=0),
        "DELETE /api/v1/namespaces/lab/pods/one?gracePeriodSeconds=0",
        None,
    ),
]


@pytest.mark.parametrize(("act", "asked", "sent"), REQUESTS, ids=[one[1] for one in REQUESTS])
def test_what_is_asked(
    server: Server, cluster: Cluster, act: Callable[[Cluster], Any], asked: str, sent: Any
) -> None:
    act(cluster)
    assert server.asked == [asked]
    assert server.users == ["Bearer token"]
    assert server.sent[0][1] == sent


def test_a_long_list_comes_in_pages(server: Server, cluster: Cluster) -> None:
    server.answers = [
        (200, {"items": [POD], "metadata": {"continue": "x"}}),
        (200, {"items": [NAD]}),
    ]
    assert list(cluster.items("Node")) == [POD, NAD]
    assert server.asked[1] == "GET /api/v1/nodes?limit=500&continue=x"


@pytest.mark.parametrize("busy", BUSY, ids=lambda one: str(one[0]))
def test_a_busy_server_is_asked_again(server: Server, cluster: Cluster, busy: Answer) -> None:
    server.answers = [busy, busy, CREATED]
    assert cluster.create(POD) == {"kind": "Pod"}
    assert server.asked == ["POST /api/v1/namespaces/default/pods"] * 3


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        ((403, {"message": "no"}), RefusedError, "refuses to list pods: no"),
        ((403, ""), RefusedError, "refuses to list pods: HTTP status 403"),
        ((401, {"message": "Unauthorized"}), RefusedError, "not accept our credentials (Unautho"),
        ((404, "404 page not found"), RefusedError, "refuses to list pods: 404 page not found"),
        ((500, {"message": "etcd"}), UnavailableError, "can't list pods: etcd"),
        ((502, "<html>\nbad\n gateway"), UnavailableError, "pods: <html> bad gateway"),
        ((503, "no"), UnavailableError, "can't list pods: no"),
        ((200, "<html>"), UnavailableError, "does not answer as API servers do"),
        ((200, "[]"), UnavailableError, "does not answer as API servers do"),
        ((302, "log in"), UnavailableError, "does not answer as API servers do"),
    ],
)
def test_a_refusal_is_one_sentence(
    server: Server, cluster: Cluster, answer: Answer, kind: type[Exception], words: str
) -> None:
    server.answers = [answer, OK]
    with pytest.raises(kind) as caught:
        list(cluster.items("Pod"))
    assert words in str(caught.value)
    assert server.url.removeprefix("http://") in str(caught.value)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://127.0.0.1:{}", "the API server at 127.0.0.1:{} does not answer: Connection refu"),
        ("https://none.invalid:{}", "the API server at none.invalid:{} does not answer: "),
    ],
)
def test_who_does_not_answer(url: str, words: str, tmp_path: Path) -> None:
    with socket.socket() as free:  # bound, and nobody listens
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        with pytest.raises(UnavailableError) as caught:
            Cluster.at(url.format(port), AUTHORITY, "").ready()
    assert str(caught.value).startswith(words.format(port))


def test_a_server_without_tls(server: Server) -> None:
    with pytest.raises(UnavailableError, match=r"TLS with the API server at 127.0.0.1:\d+ fails"):
        Cluster.at(server.url.replace("http:", "https:"), AUTHORITY, "").ready()


def test_a_server_that_stays_busy_is_not_asked_for_ever(
    server: Server, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "_PATIENCE_SECONDS", 0.0)
    server.answers = [(429, INITIALIZING)]
    with pytest.raises(UnavailableError, match="can't list pods: storage is"):
        list(cluster.items("Pod"))


def test_what_is_missing(server: Server, cluster: Cluster) -> None:
    server.answers = [(404, "404 page not found")]
    assert cluster.find("IPPool", "one", "lab") is None
    assert not cluster.serves("IPPool")
    cluster.delete("Node", "one")
    with pytest.raises(RefusedError, match="refuses to read Node one"):
        cluster.get("Node", "one")


@pytest.mark.parametrize("allowed", [True, False])
def test_what_we_may(server: Server, cluster: Cluster, allowed: bool) -> None:
    server.answers = [(201, {"status": {"allowed": allowed}})]
    assert cluster.allows("patch", "apps", "daemonsets", "kube-system") is allowed
    assert server.sent[0][1]["spec"]["resourceAttributes"] == {
        "verb": "patch",
        "group": "apps",
        "resource": "daemonsets",
        "namespace": "kube-system",
        "name": "",
    }


def test_a_rehearsal_s_objects_are_made_once_the_server_is_ready(
    server: Server, rehearsed: ControlPlane
) -> None:
    server.answers = [*BUSY, CREATED]
    rehearsed.have([POD])
    assert server.asked == ["POST /api/v1/namespaces/default/pods"] * (len(BUSY) + 1)


def test_a_kind_is_waited_for_until_it_is_served(server: Server, rehearsed: ControlPlane) -> None:
    server.answers = [(404, "not yet"), (429, INITIALIZING), (503, "not yet"), OK]
    rehearsed.served("NetworkAttachmentDefinition")
    assert len(server.asked) == 4


def test_what_the_server_refuses_is_said(server: Server, rehearsed: ControlPlane) -> None:
    server.answers = [(429, INITIALIZING), FORBIDDEN]
    assert rehearsed.create(POD) == "no"
    server.answers = [(500, INITIALIZING), CONFLICT]
    assert rehearsed.create(POD) == ""


def kubeconfig(server: str, current: str = "", **users: Any) -> dict[str, Any]:
    """A kubeconfig with a context for each user, and all of them on one cluster."""
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "lab", "cluster": {"server": server}}],
        "users": [{"name": name, "user": user} for name, user in users.items()],
        "contexts": [{"name": name, "context": {"cluster": "lab", "user": name}} for name in users],
        "current-context": current,
    }


def plugin(version: str, command: str = "echo", **status: str) -> dict[str, Any]:
    """A user whose credentials a program prints."""
    version = f"client.authentication.k8s.io/{version}"
    printed = {"apiVersion": version, "kind": "ExecCredential", "status": status}
    return {"exec": {"apiVersion": version, "command": command, "args": [json.dumps(printed)]}}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment without a cluster."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("KUBECONFIG", "KUBERNETES_SERVICE_HOST"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.mark.parametrize(
    ("user", "authorization"),
    [
        ({"token": "a"}, "Bearer a"),
        ({"username": "a", "password": "b"}, "Basic YTpi"),
        (plugin("v1", token="a"), "Bearer a"),
        (plugin("v1beta1", token="a"), "Bearer a"),
        ({"tokenFile": "token"}, "Bearer of a file"),
    ],
)
def test_who_we_are(server: Server, home: Path, user: Any, authorization: str) -> None:
    (home / ".kube").mkdir()
    (home / ".kube" / "config").write_text(yaml.safe_dump(kubeconfig(server.url, "us", us=user)))
    (home / ".kube" / "token").write_text("of a file")
    connect().ready()
    assert server.users == [authorization]


@pytest.mark.parametrize(
    ("ways", "token"),
    [
        ({"given": "a"}, "Bearer one"),
        ({"given": "~/a"}, "Bearer one"),
        ({"given": "a", "context": "two"}, "Bearer two"),
        ({"contents": "a", "context": "two"}, "Bearer two"),
        ({"environment": "a"}, "Bearer one"),
        ({"environment": "a:b"}, "Bearer one"),  # client-go takes the first current context
        ({"environment": "none:empty:b:a"}, "Bearer three"),
        ({"environment": "b:a", "context": "two"}, "Bearer two"),
        ({"environment": "b", "given": "a"}, "Bearer one"),
    ],
)
def test_which_cluster(
    server: Server, home: Path, monkeypatch: pytest.MonkeyPatch, ways: dict[str, str], token: str
) -> None:
    users = {"one": {"token": "one"}, "two": {"token": "two"}}
    (home / "a").write_text(yaml.safe_dump(kubeconfig(server.url, "one", **users)))
    b = kubeconfig(server.url, "three", three={"token": "three"}, one={"token": "not this one"})
    (home / "b").write_text(json.dumps(b))
    (home / "empty").touch()
    monkeypatch.chdir(home)
    if "environment" in ways:
        files = [str(home / name) for name in ways["environment"].split(":")]
        monkeypatch.setenv("KUBECONFIG", os.pathsep.join(files))
    given = (home / ways["contents"]).read_text() if "contents" in ways else ways.get("given", "")
    connect(given, ways.get("context", "")).ready()
    assert server.users == [token]


@pytest.mark.parametrize("way", ["given", "contents", "environment"])
def test_another_cluster_than_the_context_s(
    server: Server, home: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    document = kubeconfig("http://127.0.0.1:1", "us", us=US)
    document["clusters"].append({"name": "other", "cluster": {"server": server.url}})
    text = json.dumps(document)
    (home / "config").write_text(text)
    if way == "environment":
        monkeypatch.setenv("KUBECONFIG", str(home / "config"))
    given = {"given": str(home / "config"), "contents": text}.get(way, "")
    assert connect(given, cluster="other").ready()
    assert server.users == ["Bearer a"]
    assert (home / "config").read_text() == text
    with pytest.raises(KubeconfigError, match="has no cluster 'none': it has 'lab', 'other'"):
        connect(given, cluster="none")


@pytest.mark.parametrize(
    ("settings", "typed"),
    [
        ([], "kubectl get pods"),
        (["", "us"], "kubectl --context us get pods"),
        (["config"], "kubectl --kubeconfig config get pods"),
        (["~/config"], "kubectl --kubeconfig {home}/config get pods"),
        (
            ["config", "us", "lab"],
            "kubectl --kubeconfig config --context us --cluster lab get pods",
        ),
        (["{contents}", "us"], "kubectl --context us get pods"),
    ],
)
def test_how_kubectl_is_told_of_the_cluster(
    home: Path, monkeypatch: pytest.MonkeyPatch, settings: list[str], typed: str
) -> None:
    text = json.dumps(kubeconfig("http://x", "us", us=US))
    (home / "config").write_text(text)
    monkeypatch.setenv("KUBECONFIG", str(home / "config"))
    monkeypatch.chdir(home)
    found = connect(*(one.replace("{contents}", text) for one in settings))
    assert found.kubectl("get", "pods") == typed.format(home=home)


US = {"token": "a"}


@pytest.mark.parametrize(
    ("given", "context", "words"),
    [
        ("", "", "no cluster is chosen: set kubernetes:context, or KUBECONFIG to a kubeconfig"),
        ("none", "", "kubernetes:kubeconfig is neither a kubeconfig nor the path of one"),
        ("{", "", "kubernetes:kubeconfig is no kubeconfig: while parsing a flow node"),
        (kubeconfig("http://x", us=US), "", "no cluster is chosen"),
        (kubeconfig("http://x", us=US), "them", "no context 'them': it has 'us'"),
        ({"current-context": "us"}, "", "no context 'us': it has none"),
        ({**kubeconfig("http://x", "us", us=US), "clusters": []}, "", "'us' of kubernetes:kubecon"),
        ({**kubeconfig("http://x", "us", us=US), "contexts": [1]}, "", "can't be used: "),
        (kubeconfig("http://x", "us", us=plugin("v1", "none")), "", "No such file or dir"),
        (kubeconfig("http://x", "us", us=plugin("v1", "false", token="a")), "", "returned 1"),
        (kubeconfig("http://x", "us", us=plugin("v1")), "", "missing token"),
        (
            kubeconfig("https://x", "us", us={"client-certificate": "none", "client-key": "none"}),
            "",
            "File does not exist: none",
        ),
    ],
)
def test_a_kubeconfig_that_leads_nowhere(
    home: Path, capfd: pytest.CaptureFixture[str], given: Any, context: str, words: str
) -> None:
    with pytest.raises(KubeconfigError) as caught:
        connect(given if isinstance(given, str) else json.dumps(given), context)
    assert words in str(caught.value)
    assert capfd.readouterr() == ("", "")


def test_a_kubeconfig_s_own_proxy(server: Server, home: Path) -> None:
    document = kubeconfig("http://cluster.invalid:6443", "us", us=US)
    document["clusters"][0]["cluster"]["proxy-url"] = server.url
    assert connect(json.dumps(document)).ready()


@pytest.mark.parametrize(
    ("url", "proxied"), [("http://cluster.invalid:6443", True), ("http://127.0.0.1:1", False)]
)
def test_the_environment_s_proxy_is_not_for_loopback(
    server: Server, home: Path, monkeypatch: pytest.MonkeyPatch, url: str, proxied: bool
) -> None:
    monkeypatch.setenv("http_proxy", server.url)
    with contextlib.suppress(UnavailableError):
        connect(json.dumps(kubeconfig(url, "us", us=US))).ready()
    assert bool(server.asked) is proxied


def test_a_pod_is_its_service_account(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "127.0.0.1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", "1")
    with pytest.raises(KubeconfigError, match="service account can't be used: Service token"):
        connect()
