"""Texts made up: what is written reads back as it was, and every value is found where it stands."""

import contextlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from multus_lab.checks.fix import Line
from multus_lab.documents import DocumentError, parse
from tests.unit.test_documents import only
from tests.unit.test_manifests import HEAD, Loader, indented

# --- any value ------------------------------------------------------------------------------------


class _Quoting(yaml.SafeDumper):
    """PyYAML leaves strings without quotes that are numbers to yaml.v3, such as `0o17`."""


_Quoting.add_representer(
    str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')
)

# Characters that JSON writes as one escape; a pair of them is no YAML.
_TEXTS = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), max_size=20)
_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | _TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXTS, inner, max_size=4),
    max_leaves=20,
)


def paths(value: object) -> Iterator[tuple[tuple[str | int, ...], object]]:
    yield (), value
    parts: Any = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for step, part in parts:
        for path, inner in paths(part):
            yield (step, *path), inner


def begins(value: object) -> tuple[str, ...]:
    """What the text of a value can begin with, as both of the writers write it."""
    match value:
        case dict():
            return ("{", '"', "? ")
        case list():
            return ("[", "- ")
        case str():
            return ('"',)
        case _:
            return (json.dumps(value), yaml.safe_dump(value).splitlines()[0])


def check_read_back(text: str, value: object) -> None:
    document = only(text)
    assert document.value == value
    lines = text.split("\n")
    for path, part in paths(value):
        line, column = document.place(path)
        assert lines[line - 1][column - 1 :].startswith(begins(part))
        if path and isinstance(path[-1], str):
            line, column = document.place(path, key=True)
            assert lines[line - 1][column - 1] == '"'


@settings(deadline=None, max_examples=30)  # a machine may be busy
@given(_VALUES, st.sampled_from([True, False, None]), st.booleans())
def test_yaml_reads_back_with_places(value: object, flow: bool | None, unicode: bool) -> None:
    check_read_back(
        yaml.dump(value, None, _Quoting, default_flow_style=flow, allow_unicode=unicode), value
    )


@settings(deadline=None, max_examples=30)  # a machine may be busy
@given(_VALUES, st.sampled_from([None, 0, 2, "\t"]))
def test_json_reads_back_with_places(value: object, indent: int | str | None) -> None:
    check_read_back(json.dumps(value, indent=indent), value)


@settings(deadline=None)
@given(st.text(st.sampled_from("ab:-?[]{},&*!|>'\"%@# \n\t<10."), max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(DocumentError):
        for document in parse(text.encode(), "s.yaml"):
            for path, _ in paths(document.value):
                document.place(path, key=True)


# --- a configuration in a manifest ----------------------------------------------------------------


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Loader:
    return Loader(tmp_path_factory.mktemp("manifests") / "nads.yaml")


@settings(max_examples=40, deadline=None)
@given(
    texts=st.lists(st.text(st.sampled_from("a é'\"\\\n\t:,#x\u2028"), max_size=30), max_size=8),
    style=st.sampled_from(["'", '"', "|", ">", None]),
    width=st.integers(10, 90),
    indent=st.sampled_from([None, 1]),
)
def test_place_is_found_however_yaml_is_written(
    manifest: Loader, texts: list[str], style: str, width: int, indent: int | None
) -> None:
    config = json.dumps({"list": texts, "end": 7}, indent=indent, ensure_ascii=False)
    written = yaml.safe_dump({"config": config}, default_style=style, width=width)
    read = manifest(f"{HEAD}metadata: {{name: lab}}\nspec:\n" + indented(written))
    lines = indented(written).split("\n")
    line, column = read.place((0, "spec", "config", "end"))
    assert lines[line - 5][column - 1] == "7"


# --- a line of a fix ------------------------------------------------------------------------------

_WORDS = st.sampled_from(
    [
        *("true", "NULL", "Off", "1.0", "1e3", "0x1f", ".5", "1:2", "02:00:00:00:00:01", "0777"),
        *(
            "::",
            "::1",
            "fd00::",
            "a: b",
            "a #b",
            "- a",
            "a-",
            "/",
            "é",
            "",
            " ",
            "1.2.3",
            "e1.e2.e3",
        ),
        *("::ffff:10.0.0.1", "~", "=", "<<", "2001:db8::/64", "10.0.0.5-10.0.0.9/24", "\u2028"),
    ]
)
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
_OF_FIXES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | _TEXT | _WORDS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["subnet", "minID", "type"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=100, deadline=None)
@given(_OF_FIXES)
def test_a_line_says_the_value(value: Any) -> None:
    line = Line("key", value)
    assert json.loads("{" + line.in_json() + "}") == {"key": value}
    (document,) = parse(line.in_yaml().encode(errors="surrogatepass"), "s.yaml")
    assert document.value == {"key": value}
