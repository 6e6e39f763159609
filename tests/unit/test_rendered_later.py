"""What is rendered later: placeholders of Flux, Kustomize and envsubst, and templates."""

import json
from collections.abc import Callable

import pytest

from tests.unit.cases import cases
from tests.unit.checking import Check

HEAD = "apiVersion: k8s.cni.cncf.io/v1\nkind: NetworkAttachmentDefinition\n"
Written = Callable[[str], str]
START = '"cniVersion": "1.0.0", "type": "macvlan"'
ON_ETH1 = f'{START}, "master": "eth1"'
LATER = ("NAD013", "note")


def quoted(config: str) -> str:
    return f"{HEAD}metadata: {{name: lab}}\nspec:\n  config: '{config}'\n"


def block(config: str) -> str:
    lines = "".join(f"    {line}\n" for line in config.splitlines())
    return f"{HEAD}metadata: {{name: lab}}\nspec:\n  config: |\n{lines}"


def kubectl(config: str) -> str:
    item = {
        "apiVersion": "k8s.cni.cncf.io/v1",
        "kind": "NetworkAttachmentDefinition",
        "metadata": {"name": "lab"},
        "spec": {"config": config},
    }
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": [item]}, indent=2)


# --- placeholders ---------------------------------------------------------------------------------

HOST_LOCAL = '"ipam": {"type": "host-local", "subnet": '
CONFIGS = {
    "a number, bare": f'{{{ON_ETH1}, "mtu": ${{MTU}}}}',
    "a number, in quotes": f'{{{ON_ETH1}, "mtu": "${{MTU}}"}}',
    "with a default": f'{{{ON_ETH1}, "mtu": ${{MTU:-1500}}}}',
    "in another": f'{{{ON_ETH1}, "mtu": ${{A:-${{B}}}}}}',
    "in another, in quotes": f'{{{ON_ETH1}, "mtu": "${{A:-${{B}}}}"}}',
    "a default with quotes": f'{{{ON_ETH1}, "mode": ${{MODE:-"a b"}}}}',
    "a default with braces": f'{{{ON_ETH1}, "capabilities": ${{A:-{{}}}}}}',
    "the type": '{"cniVersion": "1.0.0", "type": "${TYPE}"}',
    "the version": '{"cniVersion": "${V}", "type": "macvlan", "master": "eth1"}',
    "the master": f'{{{START}, "master": "${{NIC}}"}}',
    "a part of the master": f'{{{START}, "master": "eth1.${{VLAN}}/a"}}',
    "the mode": f'{{{ON_ETH1}, "mode": "${{MODE}}"}}',
    "a flag": f'{{{ON_ETH1}, "linkInContainer": ${{FLAG}}}}',
    "the CNI network's name": f'{{{ON_ETH1}, "name": "a/${{N}}"}}',
    "a key": f'{{{ON_ETH1}, "${{KEY}}": 1}}',
    "a key, bare": f"{{{ON_ETH1}, ${{KEY}}: 1}}",
    "the ipam": f'{{{ON_ETH1}, "ipam": ${{IPAM}}}}',
    "the ipam's type": f'{{{ON_ETH1}, "ipam": {{"type": "${{IPAM}}", "range": 5}}}}',
    "a subnet": f'{{{ON_ETH1}, {HOST_LOCAL} "${{NET}}/24", "rangeStart": "10.1.0.9"}}}}',
    "the start of a range": f'{{{ON_ETH1}, {HOST_LOCAL} "10.0.0.0/24", "rangeStart": "${{A}}"}}}}',
    "a whereabouts range": f'{{{ON_ETH1}, "ipam": {{"type": "whereabouts", "range": "${{R}}"}}}}',
    "a route": f'{{{ON_ETH1}, {HOST_LOCAL} "10.0.0.0/24", "routes": [{{"dst": "${{D}}"}}]}}}}',
    "items": f'{{{ON_ETH1}, "ipam": {{"type": "static", "addresses": [${{A}}, "${{B}}"]}}}}',
    "all plugins": '{"cniVersion": "1.0.0", "plugins": ${PLUGINS}}',
    "a plugin": f'{{"cniVersion": "1.0.0", "plugins": [{{{ON_ETH1[23:]}}}, ${{PLUGIN}}]}}',
    "the whole": "${CONFIG}",
    "all that is in it": "{${CONFIG}}",
    "digits around it": f'{{{ON_ETH1}, "mtu": 1${{MTU}}0}}',
    "several": f'{{{START}, "master": "${{NIC}}", "mtu": ${{MTU}}, "mode": "${{MODE}}"}}',
    "of a bridge": '{"cniVersion": "1.0.0", "type": "bridge", "bridge": "${BR}", "vlan": ${VLAN}}',
    "of ovs": '{"cniVersion": "1.0.0", "type": "ovs", "bridge": "${BR}", "vlan": "${VLAN}"}',
}


@pytest.mark.parametrize("written", [quoted, block, kubectl], ids=lambda one: one.__name__)
@cases("config", CONFIGS.values(), ids=CONFIGS)
def test_placeholder_is_one_note_and_nothing_is_judged_by_it(
    config: str, written: Written, check: Check
) -> None:
    name = check.file("nads.yaml", written(config))
    ended = check("--manifest", name, "--format", "json")
    assert (ended.code, ended.weighing()) == (0, [LATER])


@pytest.mark.parametrize("written", [quoted, block, kubectl], ids=lambda one: one.__name__)
@cases("value", ["${MTU}", '"${MTU}"', "${MTU:-${DEFAULT}}"])
def test_place_of_a_placeholder(value: str, written: Written, check: Check) -> None:
    text = written(f'{{{ON_ETH1}, "mtu": {value}}}')
    ended = check("--manifest", check.file("nads.yaml", text), "--format", "json")
    (found,) = (one for one in ended.findings() if one["code"] == "NAD013")
    line = text.splitlines()[found["line"] - 1]
    assert line[found["column"] - 1 :].lstrip('\\"').startswith("${MTU")


@cases(
    "text",
    [
        pytest.param("metadata: {name: '${NAME}'}\nspec: {config: '<fine>'}", id="name"),
        pytest.param("metadata: {name: 'Lab_${A}.b'}\nspec: {config: '<fine>'}", id="part"),
        pytest.param("metadata: {generateName: '${A}_'}\nspec: {config: '<fine>'}", id="start"),
        pytest.param(
            "metadata: {name: a, namespace: '${NS}'}\nspec: {config: '<fine>'}", id="namespace"
        ),
        pytest.param("metadata: '${META}'\nspec: {config: '<fine>'}", id="metadata"),
        pytest.param(
            "metadata: {name: a, annotations: '${A}'}\n"
            'spec: {config: \'{"cniVersion": "1.0.0", "type": "sriov"}\'}',
            id="annotations",
        ),
        pytest.param(
            "metadata: {name: a, annotations: {k8s.v1.cni.cncf.io/resourceName: '${R}'}}\n"
            'spec: {config: \'{"cniVersion": "1.0.0", "type": "sriov"}\'}',
            id="resource",
        ),
        pytest.param(
            "metadata: {name: a, annotations: {multus-lab/accept: '${A}'}}\n"
            "spec: {config: '<fine>'}",
            id="accept",
        ),
        pytest.param("metadata: {name: a}\nspec: ${SPEC}", id="spec"),
        pytest.param("metadata: {name: a}\nspec:\n  config: ${CONFIG}", id="plain-config"),
        pytest.param("metadata: {name: a}\nspec:\n  config: >-\n    ${CONFIG}", id="folded-config"),
    ],
)
def test_placeholder_beside_the_configuration(text: str, check: Check) -> None:
    text = HEAD + text.replace("<fine>", f"{{{ON_ETH1}}}")
    ended = check("--manifest", check.file("nads.yaml", text), "--format", "json")
    assert (ended.code, ended.weighing()) == (0, [LATER])


def test_each_network_has_its_own_note(check: Check) -> None:
    text = "---\n".join((quoted("${A}"), quoted("${B}").replace("lab", "b"), quoted("{}")))
    ended = check("--manifest", check.file("nads.yaml", text), "--format", "json")
    notes = [one["network"] for one in ended.findings() if one["code"] == "NAD013"]
    assert notes == ["default/lab", "default/b"]


@cases(
    ("config", "found"),
    [
        pytest.param(f'{{{ON_ETH1}, "mtu": ${{MTU}}, "mode": "Bridge"}}', "LNK101", id="mode"),
        pytest.param(f'{{{ON_ETH1}, "mtu": "${{MTU"}}', "NAD004", id="not-closed"),
        pytest.param(f'{{{ON_ETH1}, "mode": "$MODE"}}', "LNK101", id="without-braces"),
    ],
)
def test_what_stands_beside_a_placeholder_is_judged(config: str, found: str, check: Check) -> None:
    ended = check("--manifest", check.file("nads.yaml", quoted(config)), "--format", "json")
    assert (found, "error") in ended.weighing()


def test_names_with_placeholders_are_no_twins(check: Check) -> None:
    one = quoted(f"{{{ON_ETH1}}}").replace("{name: lab}", "{name: '${NAME}'}")
    ended = check("--manifest", check.file("nads.yaml", f"{one}---\n{one}"), "--format", "json")
    assert ended.weighing() == [LATER, LATER]


# --- templates ------------------------------------------------------------------------------------

TEMPLATE = "a template: render what stands between {{ and }} first, as `helm template` does\n"


@cases(
    ("text", "place"),
    [
        pytest.param("metadata: {name: '{{ .Values.name }}'}\nspec: {}", "3:18", id="name"),
        pytest.param("metadata:\n  name: net-{{ .Values.name }}", "4:9", id="part-of-the-name"),
        pytest.param("metadata: {name: a, namespace: '{{ .N }}'}", "3:32", id="namespace"),
        pytest.param("metadata: {name: a, labels: {a: '{{ .L }}'}}", "3:33", id="label"),
        pytest.param(
            "metadata: {name: a}\nspec: {config: '{{ .C | toJson }}'}", "4:16", id="config"
        ),
        pytest.param(
            'metadata: {name: a}\nspec:\n  config: \'{"master": "{{ .M }}"}\'', "5:11", id="value"
        ),
        pytest.param("metadata:\n  name: {{ .Values.name }}", "4:10", id="no-yaml"),
        pytest.param(
            "metadata: {name: a}\nspec:\n  config: |\n{{ .C | indent 4 }}", "7:1", id="block"
        ),
    ],
)
def test_template_of_a_network(text: str, place: str, check: Check) -> None:
    ended = check("--manifest", check.file("nads.yaml", f"{HEAD}{text}\n"))
    assert (ended.code, ended.err) == (2, "")
    assert ended.out.splitlines()[0] == f"nads.yaml:{place}: {TEMPLATE}".rstrip()
    assert "Traceback" not in ended.out


ALERT = """
---
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: net}
spec:
  groups:
    - name: net
      rules:
        - alert: Down
          annotations: {summary: "{{ $labels.instance }} is {{ $value }}"}
"""
SECRET = """
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: net}
spec:
  target:
    template:
      data:
        config: |
          {{ .password | toString }}
"""


@cases("other", [ALERT, SECRET], ids=["alert", "secret"])
def test_braces_elsewhere_in_the_file_are_nothing(other: str, check: Check) -> None:
    text = quoted(f"{{{ON_ETH1}}}") + other
    ended = check("--manifest", check.file("nads.yaml", text), "--format", "json")
    assert (ended.code, ended.weighing()) == (0, [])
    alone = check("--manifest", check.file("other.yaml", other))
    assert (alone.code, "template" in alone.out) == (0, False)
