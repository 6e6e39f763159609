"""NADs out of any YAML or JSON: which are found, what can't be read, and where values stand."""

import json
from pathlib import Path

import pytest

from multus_lab.manifests import Manifest, load

GOOD = '{"cniVersion": "0.3.1", "type": "macvlan", "master": "eth1"}'
HEAD = "apiVersion: k8s.cni.cncf.io/v1\nkind: NetworkAttachmentDefinition\n"


def definition(config: str = f"'{GOOD}'", name: str = "lab") -> str:
    """A NAD in YAML, with `config` as it is written there."""
    return f"{HEAD}metadata: {{name: {name}}}\nspec:\n  config: {config}\n"


def nad(name: str, config: str = GOOD) -> dict[str, object]:
    """A NAD as kubectl prints it."""
    return {
        "apiVersion": "k8s.cni.cncf.io/v1",
        "kind": "NetworkAttachmentDefinition",
        "metadata": {"name": name, "namespace": "prod"},
        "spec": {"config": config},
    }


def listed(kind: str, *items: object) -> str:
    """A list as kubectl prints it."""
    return json.dumps({"apiVersion": "v1", "kind": kind, "items": items}, indent=2)


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> "Loader":
    """Load a text from a file."""
    return Loader(tmp_path_factory.mktemp("manifests") / "nads.yaml")


class Loader:
    """Writes a text into a file, and reads that."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self, text: str) -> Manifest:
        self._path.write_bytes(text.encode())
        return load(self._path)


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        pytest.param("", [], id="empty"),
        pytest.param("[1, {kind: x}]", [], id="no-object"),
        pytest.param("kind: 5", [], id="kind-is-no-string"),
        pytest.param("apiVersion: v1\nkind: ConfigMap\n", [], id="others"),
        pytest.param(definition(), ["default/lab"], id="one"),
        pytest.param(
            f"{definition()}---\nkind: Pod\n---\n{definition(name='b')}",
            ["default/lab", "default/b"],
            id="several-documents",
        ),
        pytest.param(HEAD.replace("k8s.cni.cncf.io", "example.org"), [], id="other-group"),
        pytest.param(listed("List", nad("a"), {"kind": "Pod"}, nad("b")), ["prod/a", "prod/b"]),
        pytest.param(
            listed("List", json.loads(listed("List", nad("a"))), nad("b")),
            ["prod/a", "prod/b"],
            id="list-in-a-list",
        ),
        pytest.param(
            listed("NetworkAttachmentDefinitionList", {"metadata": {"name": "a"}}),
            ["default/a"],
            id="items-without-kind",
        ),
        pytest.param(listed("List", None, 5, "x"), [], id="items-are-none"),
    ],
)
def test_found(text: str, labels: list[str], manifest: Loader) -> None:
    assert [network.label for network in manifest(text).networks] == labels


@pytest.mark.parametrize("config", ["", "''", '"  "', "null", "~"])
def test_nothing_configured(config: str, manifest: Loader) -> None:
    read = manifest(definition(config))
    assert (read.findings, read.networks[0].config) == ([], {})
    assert "NAD006" in {finding.code for finding in read.judged()}


@pytest.mark.parametrize("spec", ["", "spec:\n", "spec: {}\n"])
def test_no_spec(spec: str, manifest: Loader) -> None:
    read = manifest(f"{HEAD}metadata: {{name: lab}}\n{spec}")
    assert [finding.code for finding in read.judged()] == ["NAD006"]


@pytest.mark.parametrize(
    ("config", "words", "place"),
    [
        pytest.param("'{'", "ends too early", (5, 13), id="cut-off"),
        pytest.param("'nope'", "is not JSON: expecting value", (5, 12), id="no-json"),
        pytest.param('\'{"type": "macvlan",}\'', "a trailing comma", (5, 31), id="trailing-comma"),
        pytest.param("'{\"a\": [1,]}'", "a trailing comma", (5, 21), id="trailing-comma-in-list"),
        pytest.param("'{\"a\": 1} x'", "extra data", (5, 21), id="text-behind"),
        pytest.param("'[]'", "must be a JSON object; here is a list", (5, 11), id="list"),
        pytest.param("'null'", "here is null", (5, 11), id="null"),
        pytest.param("'true'", "here is a boolean", (5, 11), id="boolean"),
        pytest.param("'5'", "here is a number", (5, 11), id="number"),
        pytest.param("'\"x\"'", "here is a string", (5, 11), id="string"),
        pytest.param("'{}'", "without a plugin's type", (5, 11), id="empty-object"),
        pytest.param("{type: macvlan}", "a string of JSON", (5, 11), id="mapping"),
        pytest.param("5", "a string of JSON", (5, 11), id="yaml-number"),
        pytest.param('\'{"mtu": 1, "mtu": 2}\'', "'mtu' twice", (5, 11), id="key-twice"),
        pytest.param('\'{"a": [{"b": 1, "b": 2}]}\'', "'b' twice", (5, 11), id="deep-key-twice"),
        pytest.param("'{\"mtu\": NaN}'", "it has no NaN", (5, 11), id="nan"),
        pytest.param('\'{"mtu": ' + "9" * 5000 + "}'", "thousands of digits", (5, 11), id="digits"),
        pytest.param("'" + "[" * 99999 + "'", "nested deeper than 100", (5, 11), id="brackets"),
        pytest.param(
            '\'{"a": ' + "[" * 100 + "]" * 100 + "}'", "nested deeper than 100", (5, 11), id="deep"
        ),
    ],
)
def test_unreadable(config: str, words: str, place: tuple[int, int], manifest: Loader) -> None:
    read = manifest(definition(config))
    (finding,) = read.judged()
    assert (finding.code, finding.network) == ("NAD004", "default/lab")
    assert words in finding.message
    assert "\n" not in finding.message
    assert read.place(finding.path) == place


@pytest.mark.parametrize(
    ("metadata", "words", "label"),
    [
        pytest.param("metadata: {}", "metadata.name must", "default/?", id="no-name"),
        pytest.param("", "metadata.name must", "default/?", id="no-metadata"),
        pytest.param("metadata: []", "metadata.name must", "default/?", id="list"),
        pytest.param("metadata: {name: 5}", "metadata.name must", "default/?", id="number"),
        pytest.param(
            "metadata: {name: a, namespace: 5}", "metadata.namespace must", "?/a", id="namespace"
        ),
        pytest.param("metadata: {name: a}\nspec: 5", "spec must be", "default/a", id="spec"),
    ],
)
def test_no_object_of_kubernetes(metadata: str, words: str, label: str, manifest: Loader) -> None:
    (finding,) = manifest(f"{HEAD}{metadata}\n").judged()
    assert words in finding.message
    assert finding.network == label


DEEP_ENOUGH = '{"type": "x", "a": ' + "[" * 98 + "]" * 98 + "}"


def test_deep_enough(manifest: Loader) -> None:
    assert manifest(definition(f"'{DEEP_ENOUGH}'")).findings == []


# --- places ---------------------------------------------------------------------------------------

VALUE = '{"type": "macvlan", "ipam": {"routes": [{"dst": "a"}, {"dst": "b"}]}}'
ROUTE = ("ipam", "routes", 1, "dst")

BLOCK = """|
    {
      "type": "macvlan",

      "ipam": {
        "routes": [{"dst": "a"}, {"gw": "x",
          "dst": "b"}]
      }
    }
"""


@pytest.mark.parametrize(
    ("config", "path", "place"),
    [
        pytest.param(f"'{VALUE}'", ROUTE, (5, 74), id="single-quotes"),
        pytest.param(f"'{VALUE}'", (), (5, 11), id="the-string"),
        pytest.param(f"'{VALUE}'", ("ipam", "gateway"), (5, 40), id="what-is-missing"),
        pytest.param(f"'{VALUE}'", ("ipam", "routes", 7), (5, 51), id="index-that-is-missing"),
        pytest.param(f"'{VALUE}'", ("type", "x"), (5, 21), id="under-a-scalar"),
        pytest.param("'{\"o''clock\": 1, \"mtu\": 2}'", ("mtu",), (5, 35), id="doubled-quote"),
        pytest.param('"{\\"a\\\\u0041\\": 1, \\"mtu\\": 2}"', ("mtu",), (5, 39), id="escapes"),
        pytest.param('"{\\n\\t\\"mtu\\": 2}"', ("mtu",), (5, 26), id="kubectl"),
        pytest.param(BLOCK, ROUTE, (11, 18), id="block"),
        pytest.param(BLOCK.replace("|", "|-  # one"), ROUTE, (11, 18), id="block-with-comment"),
        pytest.param(BLOCK.replace("|", "|2"), ROUTE, (11, 18), id="block-with-indent"),
        pytest.param(BLOCK.replace("|", ">"), ROUTE, (5, 11), id="folded-block"),
        pytest.param('\'{"type":\n    "x", "mtu": 2}\'', ("mtu",), (5, 11), id="folded-quotes"),
    ],
)
def test_place(
    config: str, path: tuple[str | int, ...], place: tuple[int, int], manifest: Loader
) -> None:
    read = manifest(definition(config))
    assert read.place((0, "spec", "config", *path)) == place


def test_place_in_windows_lines(manifest: Loader) -> None:
    read = manifest(definition(BLOCK).replace("\n", "\r\n"))
    assert read.place((0, "spec", "config", *ROUTE)) == (11, 18)


def test_place_in_another_document(manifest: Loader) -> None:
    read = manifest(f"kind: Pod\n---\n{listed('List', nad('a'), nad('b', VALUE))}\n")
    path = read.networks[1].path
    assert path == (1, "items", 1, "spec", "config")
    assert read.place((*path, "type")).line == read.place(path).line
