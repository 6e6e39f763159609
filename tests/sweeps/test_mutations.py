"""Whatever stacks and manifests hold, a check ends with findings, or with what can't be read."""

from pathlib import Path

import pytest

from tests.mutations import Input, fault, made_of


@pytest.mark.parametrize("first", range(0, 200, 20))
def test_no_input_breaks_a_check(first: int, tmp_path: Path) -> None:
    """A few of those that `python -m tests.mutations` tries."""
    for seed in range(first, first + 20):
        assert not fault(made_of(seed), tmp_path), seed


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("co\ufeffnfig: {}\n", id="what isn't text in a key of a stack's file"),
    ],
)
def test_what_once_broke_a_check(text: str, tmp_path: Path) -> None:
    given = Input({"Pulumi.s.yaml": text.encode()}, ["Pulumi.s.yaml"], [], False)
    assert not fault(given, tmp_path)
