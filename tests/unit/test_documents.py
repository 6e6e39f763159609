"""YAML and JSON text: what it means, where everything stands, what is refused and how."""

import io
import json
import math
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
import yaml

from multus_lab.documents import MAX_BYTES, Document, DocumentError, parse, read, yaml_stream
from multus_lab.documents.yaml_stream import Dumper
from tests.unit.cases import cases


@pytest.fixture(params=["CSafeLoader", "SafeLoader"])
def _loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once with libyaml, once as where PyYAML was built without it."""
    if not hasattr(yaml, request.param):
        pytest.skip("PyYAML without libyaml")
    monkeypatch.setattr(yaml_stream, "_Loader", getattr(yaml, request.param))


def only(text: str) -> Document:
    (document,) = parse(text.encode(), "s.yaml")
    return document


def refusal(data: str | bytes) -> str:
    with pytest.raises(DocumentError) as refused:
        parse(data.encode() if isinstance(data, str) else data, "s.yaml")
    return str(refused.value)


# --- what scalars mean ----------------------------------------------------------------------------

# What gopkg.in/yaml.v3 v3.0.1 makes of each (resolve.go), seen from a program of its own.
# Timestamps, which it decodes, are the exception.
PLAIN: dict[str, object] = {
    **dict.fromkeys(["true", "True", "TRUE"], True),
    **dict.fromkeys(["false", "False", "FALSE"], False),
    **dict.fromkeys(["", "~", "null", "Null", "NULL"]),
    **{word: word for word in ["yes", "Yes", "no", "on", "Off", "y", "n", "tRUE", "nULL"]},
    "0": 0,
    "-0": 0,
    "+5": 5,
    "1500": 1500,
    "00": 0,
    "0777": 511,
    "-0777": -511,
    "0o17": 15,
    "0O17": 15,
    "-0o17": -15,
    "0o8": "0o8",
    "08": 8.0,
    "-08": -8.0,
    "0_8": 8.0,
    "0099": 99.0,
    "0x1F": 31,
    "0X1f": 31,
    "-0x1F": -31,
    "0x": "0x",
    "0x_1": 1,
    "0b101": 5,
    "-0b11": -3,
    "0b2": "0b2",
    "1_000": 1000,
    "1__0": 10,
    "1_": 1,
    "-_1": -1,
    "_1": "_1",
    "9223372036854775808": 2**63,
    "-9223372036854775808": -(2**63),
    "-9223372036854775809": -(2.0**63),
    "+9223372036854775808": 2.0**63,
    "18446744073709551615": 2**64 - 1,
    "18446744073709551616": 2.0**64,
    "0xFFFFFFFFFFFFFFFF": 2**64 - 1,
    "0xFFFFFFFFFFFFFFFFFF": "0xFFFFFFFFFFFFFFFFFF",
    "1.10": 1.1,
    "1.": 1.0,
    "0777.5": 777.5,
    "1e3": 1000.0,
    "1E+3": 1000.0,
    "12e-1": 1.2,
    ".5": 0.5,
    "-.5": -0.5,
    ".5e1": 5.0,
    ".5_5": 0.55,
    ".5_": ".5_",
    "1_0.5_0": 10.5,
    "1e": "1e",
    "1e999": "1e999",
    "9" * 400: "9" * 400,
    ".": ".",
    "+": "+",
    ".e3": ".e3",
    "0x1p4": "0x1p4",
    "1.2.3": "1.2.3",
    "٣": "٣",
    "1٣": "1٣",
    **dict.fromkeys([".inf", ".Inf", ".INF", "+.inf"], math.inf),
    **dict.fromkeys(["-.inf", "-.Inf", "-.INF"], -math.inf),
    **{word: word for word in [".iNf", "inf", "nan", "+.nan", "NaN"]},
    # As PyYAML reads YAML 1.1 the first three would be numbers in base 60.
    "52:54:00:12:34:56": "52:54:00:12:34:56",
    "190:20:30": "190:20:30",
    "1:2": "1:2",
    "10.12.34.0/24": "10.12.34.0/24",
    "2001-12-14": "2001-12-14",
    "2001-12-14T21:59:43Z": "2001-12-14T21:59:43Z",
    "=": "=",
    "<<": "<<",
}


@cases(("written", "value"), PLAIN.items())
def test_a_plain_scalar_is_what_yaml_v3_makes_of_it(written: str, value: object) -> None:
    found = only(f"- {written}").value
    assert repr(found) == repr([value])  # where 1, 1.0 and True differ


@cases("written", [".nan", ".NaN", ".NAN"])
def test_not_a_number(written: str) -> None:
    assert math.isnan(only(written).value)  # type: ignore[arg-type]


@cases(
    ("written", "value"),
    [
        ("'1500'", "1500"),
        ('"true"', "true"),
        ('"\\x41\\u00e9\\n"', "Aé\n"),
        ("|\n  1\n  2\n", "1\n2\n"),
        (">-\n  1\n  2\n", "1 2"),
        ("!!str 12", "12"),
        ("!!str", ""),
        ('!!int "5"', 5),
        ("!!float 5", 5.0),
        ("!!float .inf", math.inf),
        ('!!bool "true"', True),
        ('!!null ""', None),
        ("!!seq [1]", [1]),
        ("!!map {a: 1}", {"a": 1}),
        ("!!str [1]", [1]),  # to yaml.v3 and kubectl's yaml.v2 it says nothing
        ("!!null {a: !!map [1]}", {"a": [1]}),
        ("!!binary aGk=", "hi"),
        ("!!binary |\n  aG\n  k=", "hi"),
        ("!!binary /w==", "\ufffd"),
        ("!!timestamp 2001-12-14", "2001-12-14"),
        ("!vault 12", "12"),
        ("!reference [.a, 1]", [".a", 1]),
        ("!!set {a}", {"a": None}),
        ("{8080: x, true: y, 1.5: z}", {"8080": "x", "true": "y", "1.5": "z"}),
        ("[yes, 1, {a: b, c: }]", ["yes", 1, {"a": "b", "c": None}]),
        ('{"a": [1.5, true, null, "\\/"], "b": {}}', {"a": [1.5, True, None, "/"], "b": {}}),
        ("? a\n: b", {"a": "b"}),
        ("'1': x", {"1": "x"}),
        ("a: 1\r\nb: |\r\n  x\r\n  y\r\n", {"a": 1, "b": "x\ny\n"}),
        ("\ufeffa: 1", {"a": 1}),
    ],
)
@pytest.mark.usefixtures("_loader")
def test_quoted_tagged_and_nested(written: str, value: object) -> None:
    read_as = only(written).value
    assert (type(read_as), read_as) == (type(value), value)


@cases(
    ("written", "value"),
    [
        ("a: &x [1]\nb: *x", {"a": [1], "b": [1]}),
        ("a: &x 1\nb: &x 2\nc: *x", {"a": 1, "b": 2, "c": 2}),
        ("- &x [&x 1]\n- *x", [[1], 1]),
        ("a: &k key\n*k : 1", {"a": "key", "key": 1}),
        ("{<<: {a: 1, b: 2}, a: 3}", {"a": 3, "b": 2}),
        ("{a: 3, <<: {a: 1, b: 2}}", {"a": 3, "b": 2}),
        ("{<<: [{a: 1}, {a: 2, b: 2}]}", {"a": 1, "b": 2}),
        ("{<<: {<<: {a: 1, b: 1}, a: 2}}", {"a": 2, "b": 1}),
        ("{<<: []}", {}),
        ("- &x {a: 1}\n- {<<: *x}\n- {<<: [*x, {b: 2}]}", [{"a": 1}, {"a": 1}, {"a": 1, "b": 2}]),
        ("{'<<': 1}", {"<<": 1}),
        ("[<<]", ["<<"]),
    ],
)
@pytest.mark.usefixtures("_loader")
def test_aliases_and_merges(written: str, value: object) -> None:
    assert only(written).value == value


@cases(
    ("text", "values"),
    [
        ("", [None]),
        ("\n \n", [None]),
        ("# nothing\n", [None]),
        ("---\n", [None]),
        ("--- 1\n--- 2\n", [1, 2]),
        ("a: 1\n---\n# nothing\n---\nb: 2\n...\n", [{"a": 1}, None, {"b": 2}]),
        ('{"a": 1}\n{"b": 2} {"c": [3]}{}\n', [{"a": 1}, {"b": 2}, {"c": [3]}, {}]),
        ('{"a": 1}\n---\n{"b": 2}', [{"a": 1}, {"b": 2}]),
    ],
)
@pytest.mark.usefixtures("_loader")
def test_documents_of_a_stream(text: str, values: list[object]) -> None:
    assert [document.value for document in parse(text.encode(), "s.yaml")] == values


def test_an_anchor_ends_with_its_document() -> None:
    assert refusal("&x 1\n---\n*x").startswith("s.yaml:3:1: alias *x has no anchor")


# --- places ---------------------------------------------------------------------------------------

STACK = """\
config:
  multus-lab:networks:  # two
    - name: net-a
      ipam: &pool
        "ranges": [[{subnet: 10.0.0.0/24}]]
    - {<<: {name: net-b, mtu: 1500}, ipam: *pool}
"""
NETWORKS = ("config", "multus-lab:networks")


@cases(
    ("path", "value", "key"),
    [
        ((), (1, 1), (1, 1)),
        (("config",), (2, 3), (1, 1)),
        (NETWORKS, (3, 5), (2, 3)),
        ((*NETWORKS, 0), (3, 7), (3, 7)),
        ((*NETWORKS, 0, "name"), (3, 13), (3, 7)),
        ((*NETWORKS, 0, "ipam"), (4, 13), (4, 7)),
        ((*NETWORKS, 0, "ipam", "ranges"), (5, 19), (5, 9)),
        ((*NETWORKS, 0, "ipam", "ranges", 0, 0), (5, 21), (5, 21)),
        ((*NETWORKS, 0, "ipam", "ranges", 0, 0, "subnet"), (5, 30), (5, 22)),
        ((*NETWORKS, 1), (6, 7), (6, 7)),
        # Merged in: where it is written. Aliased: the alias, then what is at the anchor.
        ((*NETWORKS, 1, "name"), (6, 19), (6, 13)),
        ((*NETWORKS, 1, "mtu"), (6, 31), (6, 26)),
        ((*NETWORKS, 1, "ipam"), (6, 44), (6, 38)),
        ((*NETWORKS, 1, "ipam", "ranges"), (5, 19), (5, 9)),
        # Not there: the last part that is.
        ((*NETWORKS, 0, "mtu"), (3, 7), (3, 7)),
        ((*NETWORKS, 0, "ipam", "routes", 0, "dst"), (4, 13), (4, 7)),
        ((*NETWORKS, 0, "name", "x"), (3, 13), (3, 7)),
        ((*NETWORKS, 2), (3, 5), (2, 3)),
        ((*NETWORKS, -1), (3, 5), (2, 3)),
        ((*NETWORKS, "0"), (3, 5), (2, 3)),
        (("config", 0), (2, 3), (1, 1)),
        (("zone",), (1, 1), (1, 1)),
    ],
)
@pytest.mark.usefixtures("_loader")
def test_place(path: tuple[str | int, ...], value: tuple[int, int], key: tuple[int, int]) -> None:
    document = only(STACK)
    assert (document.place(path), document.place(path, key=True)) == (value, key)


@cases(
    ("text", "place"),
    [
        ("x: é\r\na: 1\r\n", (2, 4)),
        ("x: 1\ra: 1\r", (2, 4)),
        ("\ufeffa: 1", (1, 4)),
        ("x: 😀\na: 1", (2, 4)),
        ("{x: 😀, a: 1}", (1, 11)),
        ("x: '\u2028\x85'\na: 1", (2, 4)),  # line ends of YAML 1.1, but of no editor
        ("--- 0\n---\na: 1", (3, 4)),
        ('{"a": 0}\n {"a": 1}', (2, 8)),
        ("a:\nb: 1", (1, 3)),
        ("a: !!str 1", (1, 4)),
        ("a: &x 1", (1, 4)),
        ("a: |\n  text", (1, 4)),
        (f'{{"x": {"9" * 5000}, "a": 1}}', (1, 5014)),
        (f'{{"x": {"9" * 5000}.5, "a": 1}}', (1, 5016)),
    ],
)
@pytest.mark.usefixtures("_loader")
def test_place_counts_as_editors_do(text: str, place: tuple[int, int]) -> None:
    assert parse(text.encode(), "s.yaml")[-1].place(("a",)) == place


@pytest.mark.skipif(not yaml.__with_libyaml__, reason="PyYAML's own parser takes no tabs at all")
def test_json_indented_by_tabs() -> None:
    document = only('{\n\t"a":\t[\n\t\t1\n\t]\n}')
    assert document.value == {"a": [1]}
    assert document.place(("a", 0)) == (3, 3)


@cases(
    ("text", "value", "at", "places"),
    [
        ("a: 1\nb: 2\na: 3\nc: 4", {"a": 3, "b": 2, "c": 4}, "3:1", [(3, 4), (2, 4), (4, 4)]),
        ("{a: {b: 1}, a: [2], c: {d: 1, d: 2}}", {"a": [2], "c": {"d": 2}}, "1:13", [(1, 16)]),
        ("a: 1\nb: 2\na: 3\nb: 4\na: 5", {"a": 5, "b": 4}, "3:1", [(5, 4), (4, 4)]),
        ("{a: 1, <<: {b: 1, c: 2}, a: 2}", {"a": 2, "b": 1, "c": 2}, "1:26", [(1, 29), (1, 16)]),
    ],
)
@pytest.mark.usefixtures("_loader")
def test_of_keys_that_come_again_the_last_counts(
    text: str, value: Mapping[str, object], at: str, places: Sequence[tuple[int, int]]
) -> None:
    document, well = parse(f"{text}\n---\na: 1".encode(), "s.yaml", twice=True)
    assert document.value == value
    assert str(document.twice).startswith(f"s.yaml:{at}: key ")
    keys = zip(value, places, strict=False)
    assert [document.place((key,)) for key, _ in keys] == list(places)
    assert well.twice is None


# --- refused --------------------------------------------------------------------------------------


@cases(
    ("data", "message"),
    [
        ("a: 1\nb: 2\na: 3", "3:1: key 'a' is already at line 1, column 1;"),
        ('{"a": {"b": 1, "b": 2}}', "1:16: key 'b' is already at line 1, column 8;"),
        ("a: &x {}\n<<: *x\n<<: *x", "3:1: key '<<' is already at line 2, column 1;"),
        ("~: x", "1:1: this key is null; keys are strings, so quote it"),
        ("8080: x\n'8080': y", "2:1: key '8080' is already at line 1, column 1;"),
        ("? [a]\n: b", "1:3: this key is a list;"),
        ('[1] {"a": 1}', "1:5: text after the end of the document; only '---' begins another"),
        ('{"a": 1} [1]', "1:10: text after the end of the document; only '---' begins another"),
        ("{{a: 1}: b}", "1:2: a template: render what stands between {{ and }} first, as"),
        ("? {a: 1}\n: b", "1:3: this key is a mapping; keys are strings, so quote it"),
        ("a: !!binary hi there", "1:4: tag '!!binary' does not fit this value; leave it out"),
        ("a: !!int 5.0", "1:4: tag '!!int' does not fit this value;"),
        ("a: !!bool yes", "1:4: tag '!!bool' does not fit this value;"),
        ("? !!str [1]\n: x", "1:3: this key is a list; keys are strings, so quote it"),
        ("a: *x", "1:4: alias *x has no anchor before it; a value with '*' needs quotes"),
        ("a: *.example.org", "1:5: a value can't begin with '*' or '&'; put the value in quotes"),
        ("a: &x [1, *x]", "1:11: alias *x stands inside what it repeats"),
        ("a: &x {b: {c: *x}}", "1:15: alias *x stands inside what it repeats"),
        ("<<: 3", "1:1: '<<' of the number 3; expected a mapping or a [list, of, mappings]"),
        ("<<: [{}, [{}]]", "1:1: '<<' of a list;"),
        ("a: &x [{b: 1}]\n<<: *x", "2:1: '<<' of a list;"),
        ("a:\n\tb: 1", "2:1: a tab in the indentation; only spaces indent in YAML"),
        ("a:\n  - b\n\t- c", "3:1: a tab in the indentation;"),
        ("a: b: c", "1:5: a ':' where no key can stand;"),
        ("a: 1\n b: 2", "2:3: a ':' where no key can stand;"),
        ("a:\n  b: 1\n c: 2", "3:2: this does not fit what it stands in;"),
        ("a: 'it's'", "1:8: this does not fit what it stands in;"),
        ("a: 'b\nc: d", "1:4: these quotes are not closed"),
        ("a: [1, 2", "1:9: expected ',' or ']'"),
        ("a: {b: 1\n", "2:1: expected ',' or '}'"),
        ("a: ]", "1:4: expected a value"),
        ("a: @b", "1:4: a value can't begin with this character; put the value in quotes"),
        ("a: 1\nb\n", "3:1: a line without ': ' among keys;"),
        ('{"a": 1} x', "1:10: text after the end of the document; only '---' begins another"),
        ('a: "\\d"', "1:5: an escape that is none;"),
        ('"\\ud83d\\ude00"', "1:4: an escape for half a character;"),
        ("a: é\x07", "1:5: control character U+0007; write it as an escape in double quotes"),
        (b"a: 1\n\xc3\xa9\xe9", "2:2: byte 0xe9 at offset 7 is not UTF-8; save the file as UTF-8"),
        (b"\xef\xbb\xbf\xff", "1:1: byte 0xff at offset 3 is not UTF-8;"),
        (b"\xff\xfea\0", " UTF-16; save the file as UTF-8"),
        (b"\xfe\xff\0a", " UTF-16; save the file as UTF-8"),
        (b"\x7fELF\0\0\xff", " binary, a NUL byte at offset 4; expected text in UTF-8"),
        pytest.param(bytes(MAX_BYTES + 1), " larger than 45 MiB, the most that is read", id="huge"),
    ],
)
def test_refused(data: str | bytes, message: str) -> None:
    text = refusal(data)
    assert text.startswith(f"s.yaml:{message}")
    assert "\n" not in text
    assert len(text) < 200


TEMPLATES = {
    "value": "a:\n  name: {{ .Values.name }}",
    "text-with-quotes": 'a: 1\nname: "{{ .Values.name | default "x" }}"',
    "line-of-its-own": "a: 1\n{{- if .Values.enabled }}\nb: 2\n{{- end }}",
    "define": '{{- define "a.name" }}\na: 1\nb: 2\n{{- end }}',
    "comment": "a: 1\n{{/* b: c */}}",
    "assignment": "{{- $name := .Values.name -}}\na: 1",
    "range": "a:\n{{- range .Values.all }}\n- b: {{ . }}\n{{- end }}",
    "included-labels": 'labels:\n  {{- include "a.labels" . | nindent 4 }}',
    "block-that-ends": "a:\n  b: |\n    {\n{{ .Values.c | indent 4 }}\n    }",
}


@cases("text", TEMPLATES.values(), ids=TEMPLATES)
def test_template_that_is_no_yaml_yet(text: str) -> None:
    found = refusal(text)
    assert found.partition(": ")[2] == (
        "a template: render what stands between {{ and }} first, as `helm template` does"
    )


@cases("text", ["{name: a, namespace: ${NS}}", "a: [${ITEMS}]", "a: 1\n${MORE}"])
def test_placeholder_that_makes_no_yaml(text: str) -> None:
    assert refusal(text).partition(": ")[2] == (
        "not YAML because of a placeholder: fill in ${…} first, as envsubst does"
    )


@cases(
    "text",
    [
        pytest.param('a: "{{ $labels.instance }} is down"', id="in-quotes"),
        pytest.param("a: pod {{ .pod }}", id="behind-a-word"),
        pytest.param("a: |\n  {{ range .Alerts }}\n  {{ end }}", id="in-a-block"),
        pytest.param("# {{ .Values.name }}\na: 1", id="in-a-comment"),
    ],
)
def test_braces_that_are_texts_of_yaml(text: str) -> None:
    assert isinstance(only(text).value, dict)


def test_what_is_wrong_far_from_braces_is_told() -> None:
    text = 'a: "{{ .pod }}"\nb: 1\nc: 1\nd: 1\n\te: 1\n'
    assert refusal(text) == "s.yaml:5:1: a tab in the indentation; only spaces indent in YAML"


BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 30)
)
CHAIN = "- &a0 [x]\n" + "".join(f"- &a{level} [*a{level - 1}]\n" for level in range(1, 200))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param("[" * 101, "1:101", id="lists"),
        # libyaml has a limit of its own, which it meets while it looks ahead.
        pytest.param("[" * 2_000_000, "1:1001", id="many-lists"),
        pytest.param("- " * 1_000_000, "1:201", id="block"),
        pytest.param('{"a":' * 1_000_000, "1:501", id="mappings"),
        pytest.param(CHAIN, "100:9", id="aliases"),
    ],
)
@pytest.mark.skipif(not yaml.__with_libyaml__, reason="its limit and its speed")
def test_nested_too_deeply(text: str, place: str) -> None:
    assert refusal(text) == f"s.yaml:{place}: nested deeper than 100 levels, the most that is read"


def test_nested_as_deeply_as_can_be() -> None:
    assert json.dumps(only("[" * 100 + "]" * 100).value) == "[" * 100 + "]" * 100


@pytest.mark.parametrize(
    "bomb", [BOMB, BOMB.replace("[", "{k: [").replace("]", "]}")], ids=["lists", "mappings"]
)
def test_an_alias_bomb_is_refused(bomb: str) -> None:
    assert "more than 4,000,000 keys, values" in refusal(bomb)


def test_too_many_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_stream, "MAX_EVENTS", 1000)
    assert refusal("- 1\n" * 1000).startswith("s.yaml:998:3: more than")
    assert refusal("- &x [1, 2, 3]\n" + "- *x\n" * 400).startswith("s.yaml:335:3: more than")


def test_a_key_is_short() -> None:
    assert only(f"? {'k' * 1024}\n: 1").value == {"k" * 1024: 1}
    assert (
        refusal(f"? {'k' * 1025}\n: 1")
        == "s.yaml:1:3: a key of 1,025 characters; it has 1,024 at most"
    )


@cases(
    ("text", "written"),
    [
        ("a: 1.10", "1.10"),
        ("a: 0x1F # hexadecimal", "0x1F"),
        ("{a: 1_000}", "1_000"),
        ("a: [0o7, 2]", ""),
        ('a: "1.10"', ""),
        ("a: !!float 1", ""),
        ("b: &x 1.10\na: *x", ""),
        ("a: .nan", ""),
    ],
)
def test_a_number_as_it_is_written(text: str, written: str) -> None:
    assert only(text).as_written(("a",)) == written


def test_a_long_name_is_cut_in_messages() -> None:
    assert len(refusal(f"a: *{'x' * 500}")) < 200
    assert len(refusal(f"{'k' * 500}: 1\n{'k' * 500}: 1")) < 200


# --- files ----------------------------------------------------------------------------------------


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_bytes(b"a: 1\r\n")
    (document,) = read(path)
    assert (document.value, document.name) == ({"a": 1}, str(path))


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a: 1\n--- 2\n")))
    assert [(document.value, document.name) for document in read("-")] == [
        ({"a": 1}, "<stdin>"),
        (2, "<stdin>"),
    ]


@pytest.mark.parametrize(
    ("name", "reason"),
    [("missing.yaml", "no such file or directory"), (".", "is a directory")],
)
def test_a_file_that_cannot_be_opened(tmp_path: Path, name: str, reason: str) -> None:
    path = tmp_path / name
    with pytest.raises(DocumentError) as refused:
        read(path)
    assert str(refused.value) == f"{path}: {reason}; expected a YAML or JSON file"


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.touch(mode=0o000)
    with pytest.raises(DocumentError, match="permission denied; expected a YAML or JSON file"):
        read(path)


def test_an_endless_file_is_read_no_further_than_the_limit() -> None:
    with pytest.raises(DocumentError, match="larger than 45 MiB"):
        read(Path("/dev/zero"))


def test_reading_imports_nothing_slow() -> None:
    program = "import sys, multus_lab.documents; print(*{'pulumi', 'pydantic'} & {*sys.modules})"
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == ""


@pytest.mark.parametrize("character", ["\x7f", "\x80", "\ufffe"])
def test_json_has_characters_that_yaml_has_only_as_escapes(character: str) -> None:
    (document,) = parse(f'{{"a": "{character}", "b": 1}}'.encode(), "nads.json")
    assert document.value == {"a": character, "b": 1}
    with pytest.raises(DocumentError, match="control character"):
        parse(f"a: {character}".encode(), "nads.yaml")


@cases("text", ["1e5", "7E12", "08", "0o17", "0X1F", ".5e3", "y", "N", "1_000", "on", "2024-01-05"])
def test_what_others_read_as_no_text_is_written_in_quotes(text: str) -> None:
    written = yaml.dump({text: text}, Dumper=Dumper)
    assert written == f"'{text}': '{text}'\n"
    assert yaml.safe_load(written) == {text: text}


@cases("text", ["lab", "v4.3.1", "10.0.0.0", "1p5", "0b2", "nan", "yes-man"])
def test_what_all_read_as_a_text_stays_plain(text: str) -> None:
    assert yaml.dump({text: text}, Dumper=Dumper) == f"{text}: {text}\n"


def test_json_escapes_a_character_in_two_halves() -> None:
    (document,) = parse(b'{"a": "\\ud83d\\ude00", "b": 1}', "nads.json")
    assert document.value == {"a": "\U0001f600", "b": 1}
    assert document.place(("b",)) == (1, 28)
