"""`multus-lab check` from its arguments to what it prints and the code that it ends with."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from multus_lab.checks import CODES
from tests.unit.checking import BAD_MODE, FINE, Check, nad, network

ROOT = Path(__file__).parents[2]


# --- stacks ---------------------------------------------------------------------------------------


def test_dev_stack_as_json(check: Check) -> None:
    ended = check("dev", "--format", "json")
    found = {finding["code"]: finding for finding in ended.findings()}
    assert ended.code == 0
    assert found["RTE301"]["severity"] == "risk"
    assert found["RTE301"]["accepted"].startswith("the how-to's own line")
    assert found["RTE301"]["stack"] == "dev"
    assert found["RTE301"]["file"] == "Pulumi.dev.yaml"
    lines = (ROOT / "Pulumi.dev.yaml").read_text().splitlines()
    line, column = found["RTE301"]["line"], found["RTE301"]["column"]
    assert lines[line - 1][column - 1 :] == "0.0.0.0/0"


def test_risk_that_is_not_accepted(check: Check) -> None:
    check.stack("lab", [network("a", "1", "9", defaultRoute="takeover", mode="passthru")])
    config = yaml.safe_load((ROOT / "Pulumi.dev.yaml").read_text())["config"]
    del config["multus-lab:networks"][0]["accept"]
    check.config("risky", config)
    ended = check("risky", "--format", "json")
    assert ended.code == 1
    assert {"RTE301", "IPA207"} <= ended.codes()


def test_path_of_a_chained_network_is_the_stack_s(check: Check) -> None:
    route = {"dst": "10.9.0.0/16", "gw": "10.8.0.1"}
    one = network("a", "1", "9", defaultRoute="source-based")
    one["ipam"]["routes"] = [route]
    check.stack("lab", [one], gateway="10.0.0.254")
    paths = [finding["path"] for finding in check("lab", "--format", "json").findings()]
    assert any(path.startswith("networks[0].ipam.routes[0]") for path in paths)
    assert not [path for path in paths if "plugins" in path]


@pytest.mark.parametrize(
    ("network", "code", "path"),
    [
        (
            {"type": "bridge", "chain": [{"type": "tuning", "mtu": 5}, {"type": "rdma"}]},
            "LNK102",
            "networks[0].chain[0].mtu",
        ),
        (
            {"chain": [{"type": "tuning", "sysctl": {"kernel.pid_max": "5"}}]},
            "NAD012",
            "networks[0].chain[0].sysctl.kernel.pid_max",
        ),
        ({"config": {"type": "vlan", "vlanId": 5}}, "NAD010", "networks[0].config"),
        ({"config": {"type": "macvlan", "mode": "Bridge"}}, "LNK101", "networks[0].config.mode"),
        (
            {"config": {"plugins": [{"type": "macvlan"}, {"type": "sbr", "tabel": 5}]}},
            "NAD003",
            "networks[0].config.plugins[1].tabel",
        ),
        (
            {"config": {"plugins": [{"type": "tuning"}]}},
            "NAD012",
            "networks[0].config.plugins[0].type",
        ),
        ({"type": "sriov"}, "LNK125", "networks[0].resourceName"),
        (
            {
                "type": "ovn-k8s-cni-overlay",
                "cniName": "default",
                "cniVersion": "1.1.0",
                "topology": "layer2",
                "netAttachDefName": "default/a",
            },
            "NAD017",
            "networks[0].cniName",
        ),
    ],
)
def test_findings_in_networks_of_every_kind_have_their_place(
    network: dict[str, Any], code: str, path: str, check: Check
) -> None:
    alone = "config" in network or network.get("type") == "ovn-k8s-cni-overlay"
    ipam = {} if alone else {"ipam": {"type": "none"}}
    check.stack("lab", [{"name": "a", "accept": {code: "seen"}, **ipam, **network}])
    found = check("lab", "--format", "json").findings()
    assert (code, path) in [(one["code"], one["path"]) for one in found]
    assert all(
        one.get("accepted", "seen") in ("seen", None) for one in found if one["code"] == code
    )


@pytest.mark.parametrize("name", ["text", "json", "sarif", "github"])
def test_settings_are_findings_in_every_format(name: str, check: Check) -> None:
    check.stack("lab", [network("a", "1", "9", mtu="x")], interface=5)
    ended = check("lab", "--format", name)
    assert (ended.code, ended.err) == (1, "")
    assert ended.out.count("SET001") >= 2


def test_settings_say_whose_and_where(check: Check) -> None:
    check.stack("lab", [network("a", "1", "9", mtu="x")])
    (finding,) = check("lab", "--format", "json").findings()
    assert finding | {"line": 0, "column": 0} == {
        "code": "SET001",
        "severity": "error",
        "stack": "lab",
        "file": "Pulumi.lab.yaml",
        "network": "default/a",
        "path": "networks[0].mtu",
        "line": 0,
        "column": 0,
        "value": '"x"',
        "message": "must be an integer, without quotes",
        "fix": "",
        "accepted": None,
        "related": [],
    }


# --- between stacks -------------------------------------------------------------------------------

A = network("a", "1", "100")
OVER = network("b", "50", "150")


def test_between_stacks_says_with_whom(check: Check) -> None:
    check.stack("one", [A], segment="s")
    check.stack("other", [OVER], segment="s")
    ended = check("one", "other", "--format", "json")
    (found,) = [one for one in ended.findings() if one["code"] == "XST501"]
    assert (found["stack"], found["network"]) == ("other", "default/b")
    assert "default/a of stack one" in found["message"]
    assert ended.code == 1


def test_accept_between_stacks_waits_for_the_other(check: Check) -> None:
    check.stack("other", [A], segment="s", accept={"XST502": "split by hand"})
    assert "ACC001" not in check("other", "--format", "json").codes()


def test_stack_given_twice_is_one(check: Check) -> None:
    zone = {"name": "lab", "range": "10.0.0.0/24", "segment": "s"}
    check.config("one", {"cluster": {"name": "c"}, "zone": zone, "networks": [A]})
    ended = check("one", "one", "--format", "json")
    assert not [code for code in ended.codes() if code.startswith("XST")]


# --- manifests ------------------------------------------------------------------------------------


def test_manifests_alone(check: Check) -> None:
    (check.folder / "Pulumi.broken.yaml").write_text("")
    ended = check("--manifest", str(check.nads(FINE, BAD_MODE)), "--format", "json")
    (finding,) = [one for one in ended.findings() if one["severity"] == "error"]
    assert ended.code == 1
    assert (finding["code"], finding["network"]) == ("LNK101", "default/n1")
    assert (finding["stack"], finding["file"]) == (None, "nads.yaml")
    assert finding["path"] == "[1].spec.config.mode"


def test_risk_of_a_manifest_says_how_it_is_accepted(check: Check) -> None:
    path = check.nads('{"cniVersion": "0.3.1", "type": "macvlan"}')
    code, out, _ = check("--manifest", str(path))
    assert code == 1
    (hint,) = (line for line in out.splitlines() if "accept" in line)
    assert hint == '  or accept it: "annotations": {"multus-lab/accept": "{LNK103: the reason}"}'
    definition = yaml.safe_load(path.read_text())
    definition["metadata"] |= yaml.safe_load("{" + hint.partition(": ")[2] + "}")
    for dump in (yaml.safe_dump, json.dumps):
        path.write_text(dump(definition))
        ended = check("--manifest", str(path))
        assert ended.code == 0
        assert "accepted: the reason" in ended.out


@pytest.mark.parametrize("kind", ["stack", "manifest"])
def test_fix_is_a_line_of_what_it_mends(kind: str, check: Check) -> None:
    ipam = {"type": "host-local", "subnet": "10.0.0.0/24", "rangeStart": "10.0.0.0"}
    one = {"name": "a", "type": "macvlan", "master": "eth1", "ipam": ipam}
    check.stack("lab", [one])
    path = str(check.nads(json.dumps(one | {"cniVersion": "1.0.0"})))
    ended = check(*(["lab"] if kind == "stack" else ["--manifest", path]), "--format", "json")
    (fix,) = [found["fix"] for found in ended.findings() if found["code"] == "IPA203"]
    assert fix == ("rangeStart: 10.0.0.1" if kind == "stack" else '"rangeStart": "10.0.0.1"')


def test_several_manifests_are_the_stack_s_cluster(check: Check) -> None:
    path = check.nads(FINE.replace("eth1", "enp0s8"))
    other = path.with_name("other.json")
    other.write_text(json.dumps(nad("x", FINE)))
    ended = check("dev", "--manifest", str(path), str(other), "--manifest", str(path))
    assert ended.code == 1
    assert "other.json:1:" in ended.out
    assert "risk LNK105" in ended.out
    assert ended.out.splitlines()[-1].startswith("1 stack, 2 manifests, 3 networks: ")


IPVLAN = '{"cniVersion": "0.3.1", "type": "ipvlan", "master": "eth1", "ipam": {"type": "static"}}'


@pytest.mark.parametrize(("arguments", "codes"), [([], {"LNK106"}), (["--each"], set())])
def test_files_are_judged_together_or_each_by_itself(
    arguments: list[str], codes: set[str], check: Check
) -> None:
    one = check.nads(FINE)
    other = one.with_name("other.yaml")
    other.write_text(yaml.safe_dump(nad("x", IPVLAN)))
    ended = check(*arguments, "--manifest", str(one), str(other), "--format", "json")
    found = [each for each in ended.findings() if each["severity"] == "error"]
    assert {each["code"] for each in found} == codes
    for each in found:
        assert each["file"] == "other.yaml"
        assert [place["file"] for place in each["related"]] == ["nads.yaml"]


def test_one_name_in_two_files_is_a_note(check: Check) -> None:
    one = check.nads(FINE)
    other = one.with_name("other.yaml")
    other.write_text(one.read_text())
    ended = check("--manifest", str(one), str(other), "--format", "json")
    assert [each["severity"] for each in ended.findings() if each["code"] == "NAD009"] == ["note"]


def test_manifests_are_of_one_stack_s_cluster(check: Check) -> None:
    code, out, err = check("dev", "lab", "--manifest", str(check.nads(FINE)))
    assert (code, out) == (2, "")
    assert (
        err
        == "multus-lab: with --manifest, give at most one stack: the files belong to its cluster\n"
    )


@pytest.mark.parametrize(
    ("notes", "codes"), [("all", {"LIF403"}), ("grouped", {"LIF403"}), ("none", set())]
)
def test_notes(notes: str, codes: set[str], check: Check) -> None:
    ended = check("--manifest", str(check.nads(FINE)), "--notes", notes, "--format", "json")
    assert ended.codes() == codes
    text = check("--manifest", str(check.nads(FINE)), "--notes", notes).out
    assert ("nads.yaml:" in text) is (notes == "all")
    assert text.endswith("1 note hidden\n") is (notes == "none")


def test_file_without_networks_says_what_it_has(check: Check) -> None:
    name = check.file("a.yaml", "kind: Deployment\n---\nkind: List\nitems: [{kind: Pod}]\n")
    ended = check("--manifest", name)
    assert ended.code == 0
    assert ended.out.startswith("a.yaml: no NetworkAttachmentDefinition; it has Deployment, Pod\n")
    (empty,) = json.loads(check("--manifest", name, "--format", "json").out)["empty"]
    assert empty == {"file": "a.yaml", "kinds": ["Deployment", "Pod"]}


def test_standard_input(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": [nad("x", BAD_MODE)]})
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    code, out, _ = check("--manifest", "-")
    assert code == 1
    assert "<stdin>:1:" in out
    assert "items[0].spec.config.mode" in out


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"\0\1", "nads.yaml: binary, a NUL byte", id="binary"),
        pytest.param(b"\xff\xfe{", "nads.yaml: UTF-16", id="utf-16"),
        pytest.param(b"a: \xe9", "nads.yaml:1:4: byte 0xe9", id="latin-1"),
        pytest.param(b"a: {", "nads.yaml:1:5: ", id="cut-off"),
        pytest.param(
            b"kind: NetworkAttachmentDefinition\na: 1\na: 2",
            "nads.yaml:3:1: key 'a' is already",
            id="key-twice",
        ),
        pytest.param(b"a:\n\tb: 1", "nads.yaml:2:1: a tab", id="tab"),
        pytest.param(b"[" * 200, "nads.yaml:1:101: nested deeper", id="deep"),
    ],
)
def test_unreadable_manifest(content: bytes, words: str, check: Check) -> None:
    path = check.folder / "nads.yaml"
    path.write_bytes(content)
    code, out, err = check("--manifest", str(path))
    assert (code, err) == (2, "")
    assert out.startswith(words)
    assert out.count("\n") == 1


@pytest.mark.parametrize("name", ["a:1:2: b.yaml", "no stack.yaml"])
def test_place_is_none_of_the_file_s_name(name: str, check: Check) -> None:
    (check.folder / name).write_text("a: {")
    ended = check("--manifest", name, "--format", "json")
    (unreadable,) = json.loads(ended.out)["unreadable"]
    assert (unreadable["file"], unreadable["line"], unreadable["column"]) == (name, 1, 5)
    assert unreadable["message"].startswith("expected ")


def test_unreadable_beside_readable(check: Check) -> None:
    code, out, _ = check("dev", "--manifest", "missing.yaml", str(check.nads(BAD_MODE)))
    assert code == 2
    assert "missing.yaml: no such file" in out
    assert "error LNK101" in out


def test_what_the_terminal_can_t_show(check: Check) -> None:
    path = check.nads(BAD_MODE.replace("Bridge", "\\ud800"))
    for name in ("text", "json", "sarif", "github"):
        code, out, _ = check("--manifest", str(path), "--format", name)
        assert code == 1
        assert "ud800" in out


# --- rules ----------------------------------------------------------------------------------------


def test_rules(check: Check) -> None:
    code, out, _ = check("--rules")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == sorted(CODES)


def test_explain(check: Check) -> None:
    code, out, _ = check("--explain", "rte301")
    assert code == 0
    assert out.startswith("RTE301 (risk): default route through a secondary network\n")


def test_explain_what_is_no_code(check: Check) -> None:
    code, out, err = check("--explain", "RTE999")
    assert (code, out) == (2, "")
    assert "no rule has the code 'RTE999'" in err


@pytest.mark.parametrize(
    "arguments", [["--format", "xml"], ["--manifest"], ["--explain"]], ids=lambda one: one[0]
)
def test_usage(arguments: list[str], check: Check) -> None:
    code, out, err = check(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("usage: multus-lab check")


@pytest.mark.parametrize(
    ("hook", "file", "ends"),
    [("multus-lab-check", "nads.yaml", 1), ("multus-lab-check-stacks", "Pulumi.dev.yaml", 0)],
)
def test_hooks_are_commands_that_take_files(hook: str, file: str, ends: int, check: Check) -> None:
    check.nads(BAD_MODE)
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    (entry,) = [one["entry"] for one in hooks if one["id"] == hook]
    program, command, *arguments = entry.split()
    assert (program, command) == ("multus-lab", "check")
    assert ("--each" in arguments) is (hook == "multus-lab-check")
    assert check(*arguments, file).code == ends
