"""Stacks out of networks that are there: what is written, what is left out, and the round trip."""

import contextlib
import io
import json
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from multus_lab import cli, importing, manifests, project
from multus_lab.importing import AS_IT_WAS, Imported
from multus_lab.importing.stack_text import StackText
from multus_lab.manifests import Manifest
from multus_lab.project import StackFile
from tests.unit.cases import cases
from tests.upstream import documents

PATH = Path("Pulumi.imported.yaml")
POOL = {"type": "whereabouts", "range": "10.1.0.0/24"}
MACVLAN = {
    "cniVersion": "0.3.1",
    "name": "lab",
    "type": "macvlan",
    "master": "eth1",
    "mode": "bridge",
}


def nad(config: object, name: str = "lab", **metadata: Any) -> dict[str, Any]:
    """A NAD with that configuration, or text of one."""
    text = config if isinstance(config, str) else json.dumps(config)
    return {
        "apiVersion": "k8s.cni.cncf.io/v1",
        "kind": "NetworkAttachmentDefinition",
        "metadata": {"name": name, **metadata},
        "spec": {"config": text},
    }


def read(*nads: Mapping[str, Any]) -> Manifest:
    return manifests.of_text(json.dumps({"kind": "List", "items": nads}), "<stdin>")


def imported(*nads: Mapping[str, Any], accept: bool = False) -> Imported:
    return importing.imported([read(*nads)], PATH, accept)


def file_of(made: Imported) -> StackFile:
    """The stack file, read again."""
    return project.of_text(made.text, made.path)


def config_of(made: Imported) -> dict[str, Any]:
    """What stands under `config:`, by the keys without the project's name."""
    (written,) = documents(made.text)
    return {key.removeprefix("multus-lab:"): value for key, value in written["config"].items()}


@cases(
    ("config", "entry"),
    [
        pytest.param(
            {**MACVLAN, "ipam": POOL},
            {"type": "macvlan", "master": "eth1", "ipam": POOL},
            id="defaults are left out",
        ),
        pytest.param(
            MACVLAN,
            {"type": "macvlan", "master": "eth1", "ipam": {"type": "none"}},
            id="no ipam",
        ),
        pytest.param(
            {**MACVLAN, "cniVersion": "1.0.0", "mode": "vepa", "mtu": 9000, "ipam": POOL},
            {
                "cniVersion": "1.0.0",
                "type": "macvlan",
                "master": "eth1",
                "mode": "vepa",
                "mtu": 9000,
                "ipam": POOL,
            },
            id="no defaults",
        ),
        pytest.param(
            {"cniVersion": "0.3.1", "type": "macvlan", "master": "eth1", "ipam": POOL},
            {"type": "macvlan", "master": "eth1", "ipam": POOL, "mode": None},
            id="a default that isn't written out",
        ),
        pytest.param(
            {"cniVersion": "0.3.1", "type": "ipvlan", "master": "eth1", "ipam": POOL},
            {"type": "ipvlan", "master": "eth1", "ipam": POOL},
            id="without a name it is the NAD's",
        ),
        pytest.param(
            {
                "cniVersion": "1.0.0",
                "name": "lab",
                "plugins": [
                    {"type": "bridge", "bridge": "br1", "ipam": POOL},
                    {"type": "tuning", "mtu": 1400},
                ],
            },
            {
                "cniVersion": "1.0.0",
                "type": "bridge",
                "bridge": "br1",
                "ipam": POOL,
                "chain": [{"type": "tuning", "mtu": 1400}],
            },
            id="a chain",
        ),
        pytest.param(
            {
                "cniVersion": "1.0.0",
                "name": "lab",
                "plugins": [
                    {
                        "type": "macvlan",
                        "mode": "bridge",
                        "ipam": {**POOL, "routes": [{"dst": "0.0.0.0/0"}]},
                    },
                    {"type": "sbr"},
                ],
            },
            {
                "cniVersion": "1.0.0",
                "type": "macvlan",
                "ipam": POOL,
                "defaultRoute": "source-based",
            },
            id="source-based",
        ),
        pytest.param(
            {"cniVersion": "0.3.1", "type": "ovs", "bridge": "{{x}}"},
            {"type": "ovs", "bridge": "{{x}}", "ipam": {"type": "none"}},
            id="a text in double braces",
        ),
        pytest.param(
            {
                "cniVersion": "1.0.0",
                "name": "other",
                "plugins": [{"type": "bridge", "ipam": POOL}, {"type": "tuning", "mtu": 1400}],
            },
            {
                "cniName": "other",
                "cniVersion": "1.0.0",
                "type": "bridge",
                "ipam": POOL,
                "chain": [{"type": "tuning", "mtu": 1400}],
            },
            id="the CNI network has another name",
        ),
        *(
            pytest.param(config, {"config": config}, id=why)
            for why, config in {
                "a type that nobody knows": {"cniVersion": "1.0.0", "name": "lab", "type": "own"},
                "a CNI network's name that libcni refuses": {**MACVLAN, "name": "an other"},
                "a template's master": {**MACVLAN, "master": "{{ .Values.master }}"},
                "a mode that is none": {**MACVLAN, "mode": "bridged", "ipam": POOL},
                "a list of one": {"cniVersion": "1.0.0", "name": "lab", "plugins": [{"type": "x"}]},
                "a key of its own": {**MACVLAN, "ipam": POOL, "own": 1},
                "a key in another case": {**MACVLAN, "Mode": "bridge", "ipam": POOL},
                "Type": {"name": "lab", "Type": "macvlan"},
                "no cniVersion": {"name": "lab", "type": "macvlan", "mode": "bridge", "ipam": POOL},
            }.items()
        ),
    ],
)
def test_entry(config: object, entry: Mapping[str, Any]) -> None:
    (written,) = config_of(imported(nad(config)))["networks"]
    assert written == {"name": "lab", **entry}


def test_what_stands_beside_the_configuration() -> None:
    annotations = {
        "team": "web",
        "k8s.v1.cni.cncf.io/resourceName": "intel.com/sriov",
        "kubectl.kubernetes.io/last-applied-configuration": "{}",
        "multus-lab/owner": "multus-lab/dev/private",
        "pulumi.com/patchFieldManager": "multus-lab/dev/private",
        "multus-lab/accept": "{NAD013: its fork reads it}",
    }
    config = {"cniVersion": "1.0.0", "name": "lab", "type": "own"}
    one = nad(config, namespace="web", labels={"on": "off"}, annotations=annotations)
    made = imported(one)
    assert config_of(made)["networks"] == [
        {
            "name": "lab",
            "namespace": "web",
            "labels": {"on": "off"},
            "annotations": {"team": "web"},
            "resourceName": "intel.com/sriov",
            "accept": {"NAD013": "its fork reads it"},
            "config": config,
        }
    ]
    assert file_of(made).settings().networks[0].labels == {"on": "off"}


@cases("resource", ["", "cpu", "no slash"])
def test_a_resource_that_is_none_stays_an_annotation(resource: str) -> None:
    annotations = {"k8s.v1.cni.cncf.io/resourceName": resource}
    (network,) = file_of(imported(nad(MACVLAN, annotations=annotations))).settings().networks
    assert network.nad_annotations() == annotations


@cases(
    ("one", "reason"),
    [
        pytest.param(nad(""), "a file on the nodes, found by its name", id="no configuration"),
        pytest.param(nad("{"), "spec.config is not JSON", id="no JSON"),
        pytest.param(nad({"name": "lab"}), "must be a CNI configuration", id="no type"),
        pytest.param(nad({**MACVLAN, "mtu": "${MTU}"}), "render it first", id="placeholder"),
        pytest.param(nad({**MACVLAN, "x": {"secure": "y"}}), "Pulumi would decrypt", id="secure"),
        pytest.param(
            nad(MACVLAN, labels={"secure": "yes"}), "Pulumi would decrypt", id="secure label"
        ),
        pytest.param(nad({**MACVLAN, "x": {"<<": 1}}), "a merge, even in quotes", id="merge"),
        pytest.param(nad({**MACVLAN, "x": ["\ud83d"]}), "half a character", id="half a character"),
        pytest.param(
            nad({**MACVLAN, "mtu": 2**63}),
            "mtu 9223372036854775808: no stack can write more than 9223372036854775807",
            id="too large",
        ),
        pytest.param(
            nad({**MACVLAN, "mtu": 1500.0}),
            "mtu 1500.0: no stack can write a whole number with a fraction",
            id="a whole number with a fraction",
        ),
        pytest.param(
            {**nad(MACVLAN), "metadata": {"generateName": "lab-"}}, "generateName", id="no name"
        ),
        pytest.param(
            nad('{"type": "x", "mtu": {{ .Values.mtu }}}'),
            "spec.config is not JSON: `{{` of a template that isn't rendered, at line 1, column 22",
            id="a template outside of texts",
        ),
        pytest.param(nad(MACVLAN, name="{{ name }}"), "must be a DNS-1123", id="template's name"),
        pytest.param(nad(MACVLAN, labels=["a"]), 'labels: ["a"] must be a mapping', id="labels"),
        pytest.param(nad(MACVLAN, name="Lab"), "must be a DNS-1123 subdomain", id="bad name"),
    ],
)
def test_left_out(one: Mapping[str, Any], reason: str) -> None:
    made = imported(one, nad({**MACVLAN, "name": "there"}, "there"))
    assert [network["name"] for network in config_of(made)["networks"]] == ["there"]
    (left_out,) = made.left_out
    assert reason in left_out
    assert f"  # left out: {left_out}\n" in made.text


def test_what_cannot_be_accepted_is_left_out() -> None:
    made = imported(nad(MACVLAN, annotations={"multus-lab/accept": "{LNK112: [unclosed"}))
    assert "accept" not in config_of(made)["networks"][0]
    (left_out,) = made.left_out
    assert left_out.startswith("default/lab: its annotation multus-lab/accept must be a mapping")


@cases(
    ("metadata", "spec", "left_out"),
    [
        pytest.param(
            {"ownerReferences": [{"kind": "SriovNetwork", "name": "net"}]},
            {},
            'its metadata.ownerReferences [{"kind": "SriovNetwork", "name": "net"}]',
            id="owner",
        ),
        pytest.param({"finalizers": ["a.io/b"]}, {}, 'its metadata.finalizers ["a.io/b"]', id="f"),
        pytest.param({}, {"name": 5}, "its spec.name 5", id="key of spec"),
        pytest.param({}, {"long": "a" * 99}, f'its spec.long "{"a" * 76}...', id="long value"),
        pytest.param({"ownerReferences": [], "uid": "5", "managedFields": [{}]}, {}, "", id="none"),
    ],
)
def test_what_no_entry_says_is_told(
    metadata: dict[str, Any], spec: dict[str, Any], left_out: str
) -> None:
    one = nad(MACVLAN)
    one = {**one, "metadata": {**one["metadata"], **metadata}, "spec": {**one["spec"], **spec}}
    made = imported(one)
    assert [network["name"] for network in config_of(made)["networks"]] == ["lab"]
    assert made.left_out == ([f"default/lab: {left_out}"] if left_out else [])


def test_whole_characters_in_escapes_are_read() -> None:
    config = {"cniVersion": "1.0.0", "name": "lab", "type": "own", "key": "\N{GRINNING FACE}"}
    made = imported(nad(config, annotations={"q": "\N{GRINNING FACE}"}))
    assert made.left_out == []
    assert config_of(made)["networks"][0]["config"] == config


def test_of_one_name_the_first_is_taken() -> None:
    made = imported(nad(MACVLAN), nad({**MACVLAN, "master": "eth2"}))
    assert config_of(made)["networks"][0]["master"] == "eth1"
    assert made.left_out == ["default/lab: is there again, in <stdin>"]


@cases(
    ("nads", "zone"),
    [
        pytest.param(
            [
                nad({**MACVLAN, "ipam": {**POOL, "gateway": "10.1.0.1"}}),
                nad({**MACVLAN, "ipam": POOL | {"range": "10.1.0.128/25"}}, "b"),
            ],
            {"range": "10.1.0.0/24", "gateway": "10.1.0.1", "interface": "eth1"},
            id="all agree",
        ),
        pytest.param(
            [
                nad({**MACVLAN, "ipam": POOL}),
                nad({**MACVLAN, "master": "eth2", "ipam": POOL | {"range": "fd00::/64"}}, "b"),
            ],
            {"range": ["10.1.0.0/24", "fd00::/64"]},
            id="two masters",
        ),
        pytest.param(
            [nad({**MACVLAN, "ipam": POOL}), nad({**MACVLAN, "ipam": {"type": "dhcp"}}, "b")],
            {"interface": "eth1"},
            id="one network's addresses are unknown",
        ),
        pytest.param(
            [nad({**MACVLAN, "ipam": {"type": "host-local", "subnet": "10.1.0.0/24"}})],
            {"range": "10.1.0.0/24", "interface": "eth1"},
            id="a gateway that nobody names",
        ),
        pytest.param([nad({"cniVersion": "1.0.0", "type": "own"})], None, id="nothing is told"),
        pytest.param([nad({**MACVLAN, "master": "eth1:1"})], None, id="a master that is none"),
    ],
)
def test_zone(nads: list[dict[str, Any]], zone: object) -> None:
    made = imported(*nads)
    assert config_of(made).get("zone") == zone
    told = file_of(made).settings().zone
    for key in ("name", "range", "gateway", "interface", "mtu", "nodes"):
        there = bool(getattr(told, key))
        assert re.search(rf"^ *# +{key}: +# \S", made.text, re.MULTILINE) is None or not there


def test_the_daemon_is_left_to_who_has_brought_it() -> None:
    assert not file_of(imported(nad(MACVLAN))).settings().multus.install


def test_findings_are_accepted_on_request() -> None:
    pool = {**POOL, "range_start": "10.1.0.10", "gateway": "10.1.0.1"}
    ipam = {**pool, "routes": [{"dst": "0.0.0.0/0"}]}
    default = {**MACVLAN, "ipam": ipam}
    refused, taken = imported(nad(default)), imported(nad(default), accept=True)
    assert "accept" not in config_of(refused)["networks"][0]
    assert [one.finding.code for one in refused.report.findings if one.finding.refuses] == [
        "RTE301"
    ]
    assert config_of(taken)["networks"][0]["accept"] == {"RTE301": AS_IT_WAS}
    assert taken.report.exit_code == 0


def test_codes_that_are_gone_are_accepted_no_more() -> None:
    told = '{"XXX999": "an old rule", "RTE301": "meant"}'
    made = imported(nad(MACVLAN, annotations={"multus-lab/accept": told}), accept=True)
    assert config_of(made)["networks"][0]["accept"] == {"RTE301": "meant"}
    assert made.report.exit_code == 0


def test_dates_stay_texts_to_pulumi_s_parser() -> None:
    assert 'reviewed: "2024-1-5"' in imported(nad(MACVLAN, labels={"reviewed": "2024-1-5"})).text


@cases(
    "value",
    [
        *("08", "0o17", "0x1F", "1e3", "12:30:45", "yes", "on", "no", "null", "~", "", " a", "a "),
        *("a: b", "#a", "a #b", "- a", "*a", "&a", "!a", "%a", "@a", "`a", "{a", "[a", "'a", '"a'),
        *(
            "a\nb",
            "a\tb",
            "\x1b",
            "\x7f",
            "\x80",
            "\u2028",
            "\ufeff",
            "é",
            "😀",
            "😀\n",
            1e-07,
            "a b",
            "a: 12:30",
            "2001-01-01",
            "2024-1-5",
            "=",
            "<<",
            "---",
        ),
        *(0, -1, 2**53, True, False, None, [], {}, [[]], [{}], 1.5),
    ],
)
def test_every_value_is_read_as_it_was(value: object) -> None:
    config = {"cniVersion": "1.0.0", "name": "lab", "type": "own", "key": value, "list": [value]}
    stack = file_of(imported(nad(config))).settings()
    assert stack.networks[0].cni_config() == config


def test_what_is_left_out_ends_no_comment() -> None:
    text = str(StackText({}, [], ["a\nconfig: {}"]))
    assert "\nconfig: {}" not in text


# --- the command ----------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "nads.json"
    path.write_text(json.dumps(nad({**MACVLAN, "ipam": POOL})))
    return path


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        cli.main(["import", *arguments])
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_it_prints_the_stack_and_tells_its_findings_apart(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--manifest", str(file)) == 0
    out, err = capsys.readouterr()
    assert yaml.safe_load(out)["config"]["multus-lab:networks"][0]["name"] == "lab"
    assert "1 stack, 1 network" in err


def test_it_overwrites_nothing_unless_asked(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "Pulumi.lab.yaml"
    assert run("--manifest", str(file), "--output", str(output)) == 0
    written = output.read_text()
    output.write_text("mine")
    assert run("--manifest", str(file), "--output", str(output)) == 2
    assert capsys.readouterr().err.endswith(f"{output}: is there already; --force overwrites it\n")
    assert output.read_text() == "mine"
    assert run("--manifest", str(file), "--output", str(output), "--force") == 0
    assert output.read_text() == written


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo])
def test_it_overwrites_files_alone(
    make: Callable[[Path], None], file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "lab.yaml"
    make(output)
    assert run("--manifest", str(file), "--output", str(output), "--force") == 2
    assert capsys.readouterr().err.endswith(f"{output}: is there already, and no file\n")
    assert not output.is_file()


def test_it_writes_the_file_that_a_link_leads_to(file: Path, tmp_path: Path) -> None:
    link, output = tmp_path / "link.yaml", tmp_path / "Pulumi.lab.yaml"
    output.write_text("mine")
    link.symlink_to(output)
    assert run("--manifest", str(file), "--output", str(link), "--force") == 0
    assert link.is_symlink()
    assert yaml.safe_load(output.read_text())["config"]


@pytest.mark.parametrize("name", ["", " ", "my lab", "lab\n", "läb", "a" * 101])
def test_a_name_that_no_stack_can_have(
    name: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--manifest", str(file), "--output", name) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"multus-lab: {name!r} is neither a file nor the name of a stack, which")
    assert err.count("\n") == 1


@cases(
    ("arguments", "told"),
    [
        pytest.param([], "one of the arguments --manifest --context is required", id="nothing"),
        pytest.param(["--manifest", "x", "--context", "y"], "not allowed with", id="both"),
        pytest.param(["--manifest", "/nowhere"], "/nowhere: no such file", id="no file"),
    ],
)
def test_usage(arguments: list[str], told: str) -> None:
    with contextlib.redirect_stderr(io.StringIO()) as err:
        assert run(*arguments) == 2
    assert told in err.getvalue()


def test_what_looks_like_a_template_ends_no_import(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "nads.json"
    odd = nad(MACVLAN, annotations={"note": "{{ x }}"}), nad('{"type": {{ x }}}', "b")
    path.write_text(json.dumps({"kind": "List", "items": [*odd, nad(MACVLAN, "c")]}))
    assert run("--manifest", str(path)) == 1
    out, err = capsys.readouterr()
    entries = yaml.safe_load(out)["config"]["multus-lab:networks"]
    assert [one["name"] for one in entries] == ["lab", "c"]
    assert entries[0]["annotations"] == {"note": "{{ x }}"}
    assert "multus-lab: left out: default/b: spec.config is not JSON" in err


def test_nothing_to_import(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "pods.yaml"
    path.write_text("{kind: Pod, apiVersion: v1}")
    assert run("--manifest", str(path)) == 2
    assert "there is no NetworkAttachmentDefinition to import" in capsys.readouterr().err
