"""NADs out of any YAML or JSON: which are found, what can't be read, and where values stand."""

import json
from pathlib import Path
from typing import Any

import pytest

from multus_lab import settings
from multus_lab.attachment import ACCEPT, RESOURCE
from multus_lab.checks import judge_stack
from multus_lab.checks.finding import Path as Place
from multus_lab.documents import DocumentError
from multus_lab.manifests import Manifest, load
from multus_lab.sources import judged
from tests.unit.cases import cases

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


@cases(
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


TWICE = (
    "kind: Pod\nmetadata: {annotations: {a: b}, annotations: {k8s.v1.cni.cncf.io/networks: x}}\n"
)


def test_keys_that_come_again_where_no_network_is(manifest: Loader) -> None:
    read = manifest(f"{TWICE}---\n{definition()}")
    assert [network.label for network in read.networks] == ["default/lab"]
    (pod,) = read.pods
    assert read.place((*pod.path, "annotations", "k8s.v1.cni.cncf.io/networks")) == (2, 76)


def test_keys_that_come_again_beside_a_network_are_refused(manifest: Loader) -> None:
    with pytest.raises(DocumentError, match="key 'kind' is already at line"):
        manifest(f"{definition()}kind: NetworkAttachmentDefinition\n---\n{TWICE}")


@cases("text", ["hello\n", "5", f"{definition()}--- true\n"])
def test_no_mapping(text: str, manifest: Loader) -> None:
    with pytest.raises(DocumentError, match="objects of Kubernetes are mappings; here is "):
        manifest(text)


def test_objects_in_a_list_are_refused(manifest: Loader) -> None:
    with pytest.raises(DocumentError, match="an object in a list, which kubectl doesn't take"):
        manifest(json.dumps([nad("a"), nad("b")]))


@cases("config", ["", "''", '"  "', "null", "~"])
def test_nothing_configured(config: str, manifest: Loader) -> None:
    read = manifest(definition(config))
    assert (read.findings, read.networks[0].config) == ([], {})
    assert "NAD006" in {finding.code for finding in judged([read])}


@cases("spec", ["", "spec:\n", "spec: {}\n"])
def test_no_spec(spec: str, manifest: Loader) -> None:
    read = manifest(f"{HEAD}metadata: {{name: lab}}\n{spec}")
    assert [finding.code for finding in judged([read])] == ["NAD006"]


@cases(
    ("config", "words", "place"),
    [
        pytest.param("'{'", "ends too early", (5, 13), id="cut-off"),
        pytest.param("'nope'", "is not JSON: expecting value", (5, 12), id="no-json"),
        pytest.param(
            "'{\"a\": 1, # b'", "a comment, of which JSON has none,", (5, 21), id="comment"
        ),
        pytest.param("'{\"a\": 1, // b'", "a comment", (5, 21), id="comment-of-c"),
        pytest.param("\"{'a': 1}\"", "single quotes instead of double ones", (5, 13), id="quotes"),
        pytest.param("'{“a“: 1}'", "typographic quotes instead", (5, 13), id="round-quotes"),
        pytest.param("'{\"a\": True}'", "Python's spelling of true, false", (5, 18), id="python"),
        pytest.param("'{\"a\": Truth}'", "expecting value at line 1", (5, 18), id="no-python"),
        pytest.param("'type: macvlan'", "YAML instead of an object in", (5, 12), id="yaml"),
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
        pytest.param(f"'{{\"{'k' * 1025}\": 1}}'", "more than 1,024", (5, 11), id="long-key"),
        pytest.param('\'{"a": "NaN", "mtu": NaN}\'', "it has no NaN", (5, 32), id="nan"),
        pytest.param("'{\"mtu\": -Infinity}'", "it has no -Infinity", (5, 20), id="infinity"),
        pytest.param(
            '\'{"a": "x\ty"}\'',
            "the control character U+0009 in a text, at line 1",
            (5, 20),
            id="tab",
        ),
        pytest.param("!!str '{\"a\": 1} x'", "extra data", (5, 27), id="behind-a-tag"),
        pytest.param("&a '{\"a\": 1} x'", "extra data", (5, 24), id="behind-an-anchor"),
        pytest.param(
            "!!str # why\n\n    '{\"a\": 1} x'", "extra data", (7, 15), id="lines-behind-a-tag"
        ),
        pytest.param('\'{"mtu": ' + "9" * 5000 + "}'", "thousands of digits", (5, 11), id="digits"),
        pytest.param("'" + "[" * 99999 + "'", "nested deeper than 100", (5, 11), id="brackets"),
        pytest.param(
            '\'{"a": ' + "[" * 100 + "]" * 100 + "}'", "nested deeper than 100", (5, 11), id="deep"
        ),
    ],
)
def test_unreadable(config: str, words: str, place: tuple[int, int], manifest: Loader) -> None:
    read = manifest(definition(config))
    (finding,) = judged([read])
    assert (finding.code, finding.network) == ("NAD004", "default/lab")
    assert words in finding.message
    assert "\n" not in finding.message
    assert read.place(finding.path) == place


@cases(
    ("keys", "found"),
    [
        pytest.param('"mtu": 9000, "mtu": 1400', {("mtu",): "1400}"}, id="twice"),
        pytest.param('"mtu": 1, "mtu": 2, "mtu": 1400', {("mtu",): "1400}"}, id="three-times"),
        pytest.param(
            '"mtu": 1400, "ipam": {}, "ipam": {"type": "static", "type": "dhcp"}',
            {("ipam",): '{"type', ("ipam", "type"): '"dhcp'},
            id="inside-another",
        ),
        pytest.param(
            '"ipam": {"type": "a", "type": "b"}, "ipam": {}, "mtu": 1400',
            {("ipam",): '{}, "mtu'},
            id="inside-what-is-lost",
        ),
        pytest.param(
            '"a": [{"b": 1, "b": 2}], "mtu": 1400', {("a", 0, "b"): "2}]"}, id="in-a-list"
        ),
        pytest.param('"mtu": 1400', {}, id="once"),
    ],
)
def test_of_equal_keys_the_last_counts(
    keys: str, found: dict[tuple[str | int, ...], str], manifest: Loader
) -> None:
    text = definition(f'\'{{"type": "macvlan", {keys}}}\'')
    read = manifest(text)
    (network,) = read.networks
    assert network.main.number("mtu") == 1400
    assert set(network.again) == set(found)
    for path, begins in found.items():
        line, column = read.place((*network.path, *path))
        assert text.splitlines()[line - 1][column - 1 :].startswith(begins), path


@cases(
    ("config", "fix"),
    [
        ("{mode: 'it''s'}", """config: '{"mode": "it''s"}'"""),
        ("{}", """config: '{"cniVersion": "0.3.1", "type": "macvlan", …}'"""),
        ("[1]", """config: '{"cniVersion": "0.3.1", "type": "macvlan", …}'"""),
    ],
)
def test_a_configuration_that_is_no_text_is_told_as_one(
    config: str, fix: str, manifest: Loader
) -> None:
    (finding,) = manifest(definition(config)).findings
    assert finding.fix == fix


@cases(
    ("metadata", "words", "label"),
    [
        pytest.param("metadata: {}", "metadata.name must", "default/?", id="no-name"),
        pytest.param("", "metadata.name must", "default/?", id="no-metadata"),
        pytest.param("metadata: []", "metadata.name must", "default/?", id="list"),
        pytest.param("metadata: {name: 5}", "metadata.name must", "default/?", id="number"),
        pytest.param(
            f"metadata: {{name: {'a' * 9999}}}",
            "metadata.name must be a string of 1 to 253",
            f"default/{'a' * 250}...",
            id="long",
        ),
        pytest.param(
            "metadata: {name: a, namespace: 5}", "metadata.namespace must", "?/a", id="namespace"
        ),
        pytest.param(
            f"metadata: {{name: a, namespace: {'b' * 64}}}",
            "metadata.namespace must be a string of at most 63",
            f"{'b' * 64}/a",
            id="long-namespace",
        ),
        pytest.param("metadata: {name: ''}", "metadata.name must", "default/", id="empty-name"),
        pytest.param("metadata:", "metadata.name must", "default/?", id="null"),
        pytest.param("metadata: {generateName: 5}", "metadata.name must", "default/?", id="start"),
        pytest.param("metadata: {name: a}\nspec: 5", "spec must be", "default/a", id="spec"),
        pytest.param("metadata: {name: a}\nspec: [a]", "spec must be", "default/a", id="spec-list"),
    ],
)
def test_no_object_of_kubernetes(metadata: str, words: str, label: str, manifest: Loader) -> None:
    (finding,) = judged([manifest(f"{HEAD}{metadata}\n")])
    assert words in finding.message
    assert finding.network == label


@cases(
    ("text", "codes"),
    [
        pytest.param(
            "metadata: {generateName: lab-}\nspec: {config: '@'}", ["NAD001"], id="made-up"
        ),
        pytest.param(
            "metadata: {generateName: Lab_}\nspec: {config: '@'}", ["NAD001"], id="made-up-badly"
        ),
        pytest.param(
            "metadata: {name: a, generateName: Lab_}\nspec: {config: '@'}", [], id="both-names"
        ),
        pytest.param("metadata: {name: a}\nspec: {Config: '@'}", ["NAD006"], id="capital"),
        pytest.param("metadata: {name: a}\nspec: {type: macvlan}", ["NAD006"], id="bare-spec"),
        pytest.param(
            "metadata: {name: a}\nspec: {config: '@', Config: x}", ["NAD020"], id="both-spellings"
        ),
        pytest.param(
            "metadata: {name: A_b}\nspec: {config: ''}", ["NAD001", "NAD006"], id="odd-name"
        ),
        pytest.param(
            f"metadata: {{name: {'a' * 1000}}}\nspec: {{config: ''}}",
            ["NAD001", "NAD006"],
            id="name-of-1000",
        ),
        pytest.param("metadata: {name: a, annotations: [b]}\nspec: {config: '@'}", [], id="list"),
        pytest.param("metadata: {name: a, annotations: {b: 5}}\nspec: {config: '@'}", [], id="5"),
        pytest.param("metadata: &a {name: b}\nspec: {config: *a}", ["NAD004"], id="alias"),
    ],
)
def test_odd_objects(text: str, codes: list[str], manifest: Loader) -> None:
    found = judged([manifest(HEAD + text.replace("@", GOOD))])
    assert [one.code for one in found if one.code != "LIF403"] == codes


@cases(
    ("text", "severity", "message"),
    [
        ("metadata: {generateName: lab-}\nspec: {config: '@'}", "note", "makes up the end of this"),
        ("metadata: {generateName: Lab_}\nspec: {config: '@'}", "error", "the API refuses it"),
        ("metadata: {name: a}\nspec: {Config: '@'}", "risk", "the API drops `Config`"),
        ("metadata: {name: a}\nspec: {type: macvlan}", "risk", "the API drops `type`"),
        ("metadata: {name: a}\nconfig: '@'", "risk", "the API drops `config`, as"),
        ("metadata: {name: a}\nspec:\nconfig: '@'", "risk", "the API drops `config`, as"),
        ("metadata: {name: a, config: '@'}", "risk", "the API drops `metadata.config`, as"),
        ("metadata: {name: a}\nspec: {}", "note", "for a network named 'a'"),
        ("metadata: {name: a}\nspec: {config: '@', foo: 1}", "note", "the API drops `foo`"),
        ("metadata: {name: a}\nconfig: x\nspec: {config: '@'}", "note", "the API drops `config`"),
    ],
)
def test_what_is_said_of_odd_objects(
    text: str, severity: str, message: str, manifest: Loader
) -> None:
    found = next(
        one for one in judged([manifest(HEAD + text.replace("@", GOOD))]) if one.code != "LIF403"
    )
    assert found.severity == severity
    assert message in found.message


@cases(
    ("api", "kind", "place"),
    [
        ("apiVersion: v1", "NetworkAttachmentDefinition", (1, 13)),
        ("apiVersion: k8s.cni.cncf.io", "NetworkAttachmentDefinition", (1, 13)),
        ("apiVersion: k8s.v1.cni.cncf.io/v1", "NetworkAttachmentDefinition", (1, 13)),
        ("apiVersion: k8s.cni.cncf.io/v1beta1", "NetworkAttachmentDefinition", (1, 13)),
        ("# none", "NetworkAttachmentDefinition", (2, 1)),
        ("apiVersion: k8s.cni.cncf.io/v1", "networkAttachmentDefinition", (2, 7)),
        ("apiVersion: k8s.cni.cncf.io/v1", "network-attachment-definition", (2, 7)),
        ("apiVersion: k8s.cni.cncf.io/v1", "NetworkAttachmentDefintion", (2, 7)),
        ("apiVersion: k8s.cni.cncf.io/v1", "NetworkAttachementDefinitions", (2, 7)),
        ("apiVersion: k8s.cni.cncf.io/v1", "net-attach-def", (2, 7)),
        ("apiVersion: k8s.cni.cncf.io/v1", "NetAttachDefinition", (2, 7)),
    ],
)
def test_an_object_that_no_api_serves_is_judged_as_well(
    api: str, kind: str, place: tuple[int, int], manifest: Loader
) -> None:
    mode = '{"type": "macvlan", "mode": "Bridge"}'
    read = manifest(f"{api}\nkind: {kind}\nmetadata: {{name: a}}\nspec: {{config: '{mode}'}}\n")
    found = {one.code: one for one in judged([read])}
    assert {"NAD020", "LNK101"} <= found.keys()
    assert read.place(found["NAD020"].path) == place


@cases(
    ("api", "kinds"),
    [
        ("example.org/v1", ["NetworkAttachmentDefinition of example.org/v1"]),
        ("${API}", []),
        ("k8s.cni.cncf.io/v1", []),
    ],
)
def test_an_object_of_that_kind_is_somebody_elses_or_well(
    api: str, kinds: list[str], manifest: Loader
) -> None:
    read = manifest(definition().replace("k8s.cni.cncf.io/v1", api))
    assert (read.kinds, [one.code for one in judged([read]) if one.code == "NAD020"]) == (kinds, [])


@cases(
    ("api", "kind"),
    [
        ("k8s.cni.cncf.io/v1beta1", "MultiNetworkPolicy"),
        ("k8s.cni.cncf.io/v1alpha1", "IPAMClaim"),
        ("k8s.cni.cncf.io/v1", "NetworkAttachment"),
        ("example.org/v1", "NetAttachDef"),
        ("v1", "NetworkAttachmentDefintion"),
    ],
)
def test_another_kind_is_none(api: str, kind: str, manifest: Loader) -> None:
    text = definition().replace("k8s.cni.cncf.io/v1", api)
    read = manifest(text.replace("NetworkAttachmentDefinition", kind))
    assert (read.count, read.kinds) == (0, [kind])


def test_an_item_may_leave_version_and_kind_to_its_list(manifest: Loader) -> None:
    item = {"metadata": {"name": "a"}, "spec": {"config": GOOD}}
    read = manifest(listed("NetworkAttachmentDefinitionList", item))
    assert (read.count, [one.code for one in judged([read]) if one.code == "NAD020"]) == (1, [])


def test_two_names_that_are_made_up_are_no_twins(manifest: Loader) -> None:
    one = f"{HEAD}metadata: {{generateName: lab-}}\nspec: {{config: '{GOOD}'}}\n"
    assert "NAD009" not in {found.code for found in judged([manifest(f"{one}---\n{one}")])}


APPLIED = json.dumps(nad("lab", GOOD.replace("eth1", "eth0")), separators=(",", ":"))
KUBECTL = """\
apiVersion: v1
items:
- apiVersion: k8s.cni.cncf.io/v1
  kind: NetworkAttachmentDefinition
  metadata:
    annotations:
      kubectl.kubernetes.io/last-applied-configuration: |
        <applied>
    creationTimestamp: "2026-11-02T08:00:00Z"
    generation: 1
    name: lab
    namespace: web
    resourceVersion: "4711"
    uid: 0a0b0c0d-0000-4000-8000-000000000000
  spec:
    config: '{"cniVersion": "1.0.0", "type": "macvlan", "mode": "Bridge", "master": "eth1"}'
- apiVersion: k8s.cni.cncf.io/v1
  kind: NetworkAttachmentDefinition
  metadata:
    name: other
    namespace: web
  spec:
    config: |
      {
        "cniVersion": "1.0.0",
        "type": "macvlan",
        "master": "eth1"
      }
kind: List
metadata:
  resourceVersion: ""
""".replace("<applied>", APPLIED)


def test_list_of_kubectl_with_what_was_applied_last(manifest: Loader) -> None:
    read = manifest(KUBECTL)
    found = [one for one in judged([read]) if one.code != "LIF403"]
    assert (read.count, [one.label for one in read.networks]) == (2, ["web/lab", "web/other"])
    assert [(one.code, one.network) for one in found] == [("LNK101", "web/lab")]
    line, column = read.place(found[0].path)
    assert KUBECTL.splitlines()[line - 1][column - 1 :].startswith('"Bridge", "master"')


# --- pods -----------------------------------------------------------------------------------------

ASKS = {"k8s.v1.cni.cncf.io/networks": "lab"}
ASKING = {"metadata": {"annotations": ASKS}}


def workload(kind: str, **rest: Any) -> dict[str, Any]:
    """Any object of that kind."""
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": "one"}, **rest}


@cases(
    ("text", "found"),
    [
        pytest.param(
            json.dumps(workload("Pod", metadata={"namespace": "web", "annotations": ASKS})),
            [("web", (0, "metadata"))],
            id="pod",
        ),
        pytest.param(
            listed("List", workload("Service"), workload("Pod", **ASKING)),
            [("default", (0, "items", 1, "metadata"))],
            id="list",
        ),
        pytest.param(
            json.dumps(
                workload("Deployment", metadata={"namespace": "web"}, spec={"template": ASKING})
            ),
            [("web", (0, "spec", "template", "metadata"))],
            id="template",
        ),
        pytest.param(
            json.dumps(workload("CronJob", spec={"jobTemplate": {"spec": {"template": ASKING}}})),
            [("default", (0, "spec", "jobTemplate", "spec", "template", "metadata"))],
            id="template-of-a-template",
        ),
        pytest.param(json.dumps(workload("Pod")), [], id="pod-that-asks-for-nothing"),
        pytest.param(
            json.dumps(workload("Pod", metadata={"annotations": [1]}, spec=[])), [], id="odd-pod"
        ),
    ],
)
def test_pods_that_ask_for_networks(
    text: str, found: list[tuple[str, Place]], manifest: Loader
) -> None:
    read = manifest(text)
    assert [(one.namespace, one.path) for one in read.pods] == found
    assert read.count == 0


DEEP_ENOUGH = '{"type": "x", "a": ' + "[" * 98 + "]" * 98 + "}"


def test_deep_enough(manifest: Loader) -> None:
    assert manifest(definition(f"'{DEEP_ENOUGH}'")).findings == []


@pytest.mark.parametrize(
    ("annotations", "codes"), [("", ["NAD010"]), (f"{RESOURCE}: nvidia.com/eth1", [])]
)
def test_annotations_are_judged_too(annotations: str, codes: list[str], manifest: Loader) -> None:
    metadata = f"metadata: {{name: lab, annotations: {{{annotations}}}}}"
    config = '{"cniVersion": "1.0.0", "type": "host-device"}'
    read = manifest(f"{HEAD}{metadata}\nspec: {{config: '{config}'}}\n")
    assert [one.code for one in judged([read])] == codes


# --- what is accepted -----------------------------------------------------------------------------

RISKY = '{"cniVersion": "0.3.1", "type": "macvlan"}'
ANNOTATION = (0, "metadata", "annotations", ACCEPT)


def annotated(accept: str, config: str = RISKY) -> str:
    """A NAD in YAML with its annotation, as it is written there, in line 5."""
    metadata = f"metadata:\n  annotations:\n    {ACCEPT}: {accept}\n  name: lab\n"
    return f"{HEAD}{metadata}spec:\n  config: '{config}'\n"


@cases(
    "accept",
    [
        pytest.param("'{LNK103: one NIC each}'", id="yaml"),
        pytest.param('\'{"LNK103": "one NIC each"}\'', id="json"),
        pytest.param('"{\\"LNK103\\": \\"one NIC each\\"}"', id="as-kubectl-prints-it"),
        pytest.param("|\n      LNK103: one NIC each", id="block"),
    ],
)
def test_risk_that_is_accepted(accept: str, manifest: Loader) -> None:
    found = {one.code: one for one in judged([manifest(annotated(accept))])}
    assert found["LNK103"].accepted == "one NIC each"
    assert not [one for one in found.values() if one.refuses or one.code == "ACC001"]


@cases(
    ("accept", "severity", "message", "code"),
    [
        pytest.param(
            "{LNK107: x}", "note", "LNK107 is accepted, but nothing here has this finding", "LNK107"
        ),
        pytest.param(
            "{LNK111: x}", "note", "LNK111 is accepted, but nothing here has this finding", "LNK111"
        ),
        pytest.param(
            "{XST502: x}", "note", "XST502 is accepted, but nothing here has this finding", "XST502"
        ),
        pytest.param(
            "{XST503: x}", "note", "XST503 is accepted, but it can't be accepted", "XST503"
        ),
        pytest.param(
            "{SET001: x}", "note", "SET001 is accepted, but it can't be accepted", "SET001"
        ),
        pytest.param(
            "{WIR601: x}", "note", "WIR601 is accepted, but it can't be accepted", "WIR601"
        ),
        pytest.param(
            "{ABC123: x}", "error", "ABC123 is accepted, but no rule has this code", "ABC123"
        ),
    ],
)
def test_accept_that_matches_nothing(
    accept: str, severity: str, message: str, code: str, manifest: Loader
) -> None:
    read = manifest(annotated(f"'{accept}'"))
    (found,) = (one for one in judged([read]) if one.code == "ACC001")
    assert (found.severity, found.message, found.network) == (severity, message, "default/lab")
    assert found.path == (*ANNOTATION, code)
    assert read.place(found.path) == (5, 24)


@cases(
    ("accept", "path", "message"),
    [
        pytest.param("'{LNK103: \" \"}'", ("LNK103",), "must be a reason, not empty", id="empty"),
        pytest.param(
            "'{LNK103: 5}'",
            ("LNK103",),
            "must be a string (quote a number or a boolean)",
            id="number",
        ),
        pytest.param(
            "'{lnk: x}'", ("lnk",), "must be the code of a rule, like RTE301", id="no-code"
        ),
        pytest.param("'[LNK103]'", (), "must be a mapping", id="list"),
        pytest.param("''", (), "must be a mapping", id="nothing"),
        pytest.param("'a: 1\n\n      ---\n\n      a: 2'", (), "must be a mapping", id="two"),
        pytest.param(
            "{LNK103: x}",
            (),
            "must be a string that holds a mapping; the API takes nothing else",
            id="mapping-that-is-no-text",
        ),
        pytest.param(
            "'{LNK103: x'",
            (),
            "must be a mapping in YAML or JSON; at line 1, column 11 of it: expected ',' or '}' "
            "(while parsing a flow mapping from line 1, column 1)",
            id="cut-off",
        ),
        pytest.param(
            '"a\\0"',
            (),
            "must be a mapping in YAML or JSON: binary, a NUL byte at offset 1; expected text in "
            "UTF-8",
            id="binary",
        ),
    ],
)
def test_accept_that_can_t_be_used_accepts_nothing(
    accept: str, path: tuple[str, ...], message: str, manifest: Loader
) -> None:
    read = manifest(annotated(accept))
    found = {one.code: one for one in judged([read])}
    assert (found["SET001"].message, found["SET001"].network) == (message, "default/lab")
    assert found["SET001"].path == (*ANNOTATION, *path)
    assert read.place(found["SET001"].path) == (5, 24)
    assert found["LNK103"].refuses
    assert read.count == 1


@cases(
    "accept",
    [{"LNK103": ""}, {"LNK103": 5}, {"x": "y"}, {"ABC123": "x"}, {"LNK107": "x"}, ["LNK103"], None],
    ids=json.dumps,
)
def test_accept_is_refused_in_the_words_of_a_stack(accept: object, manifest: Loader) -> None:
    stack = {"zone": {"name": "lab", "range": "10.0.0.0/24"}, "accept": accept}
    try:
        told = [one.message for one in judge_stack(settings.load(stack)) if one.code == "ACC001"]
    except settings.SettingsError as error:
        told = [one.allowed for one in error.problems]
    found = judged([manifest(annotated(f"'{json.dumps(accept)}'"))])
    assert [one.message for one in found if one.code in {"ACC001", "SET001"}] == told


def test_accept_is_its_network_s_alone(manifest: Loader) -> None:
    accepting, other = annotated("'{LNK103: x}'"), definition(f"'{RISKY}'", "other")
    read = manifest(f"{accepting}---\n{other}")
    found = [one for one in judged([read]) if one.code == "LNK103"]
    assert [(one.network, one.accepted) for one in found] == [
        ("default/lab", "x"),
        ("default/other", None),
    ]


@cases("annotations", ["[]", "5", "", "{other: x}"])
def test_annotations_without_an_accept(annotations: str, manifest: Loader) -> None:
    text = (
        f"{HEAD}metadata: {{name: lab, annotations: {annotations}}}\nspec: {{config: '{GOOD}'}}\n"
    )
    assert not [one for one in judged([manifest(text)]) if one.code in {"ACC001", "SET001"}]


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


@cases(
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
        pytest.param(BLOCK.replace("|", ">"), ROUTE, (11, 18), id="folded-block"),
        pytest.param('\'{"type":\n    "x", "mtu": 2}\'', ("mtu",), (6, 17), id="folded-quotes"),
        pytest.param(
            "'{\"o''clock\":\n\n    1, \"mtu\": 2}'", ("mtu",), (7, 15), id="doubled-quote-folded"
        ),
        pytest.param(
            '"{\\"a\\": \\\n    1,\\n \\\n    \\"mtu\\": 2}"',
            ("mtu",),
            (7, 14),
            id="escaped-line-ends",
        ),
        pytest.param('{"type":\n    "x", "mtu": 2}', (), (5, 11), id="no-text"),
    ],
)
def test_place(
    config: str, path: tuple[str | int, ...], place: tuple[int, int], manifest: Loader
) -> None:
    read = manifest(definition(config))
    assert read.place((0, "spec", "config", *path)) == place


def indented(text: str) -> str:
    return "".join(f"  {line}\n" for line in text.removesuffix("\n").split("\n"))


def test_place_in_windows_lines(manifest: Loader) -> None:
    read = manifest(definition(BLOCK).replace("\n", "\r\n"))
    assert read.place((0, "spec", "config", *ROUTE)) == (11, 18)


def test_place_in_another_document(manifest: Loader) -> None:
    read = manifest(f"kind: Pod\n---\n{listed('List', nad('a'), nad('b', VALUE))}\n")
    path = read.networks[1].path
    assert path == (1, "items", 1, "spec", "config")
    assert read.place((*path, "type")).line == read.place(path).line


@cases(
    ("text", "code", "path", "place"),
    [
        pytest.param(
            definition(name="a.b"), "NAD001", (0, "metadata", "name"), (3, 18), id="dotted-name"
        ),
        pytest.param(
            f"{definition()}---\n{definition()}",
            "NAD009",
            (1, "metadata", "name"),
            (9, 18),
            id="declared-twice",
        ),
        pytest.param(
            definition(f'\'{GOOD[:-1]}, "name": "a/b"}}\''),
            "NAD002",
            (0, "spec", "config", "name"),
            (5, 81),
            id="name-of-the-cni-network",
        ),
    ],
)
def test_place_of_a_name(
    text: str, code: str, path: tuple[str | int, ...], place: tuple[int, int], manifest: Loader
) -> None:
    read = manifest(text)
    (finding,) = (one for one in judged([read]) if one.code == code)
    assert finding.path == path
    assert read.place(path) == place
