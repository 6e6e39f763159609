"""Whatever stacks and manifests hold, a check ends with findings, or with what can't be read."""

from pathlib import Path

import pytest

from tests.mutations import fault, made_of


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_no_input_breaks_a_check(first: int, tmp_path: Path) -> None:
    """A few of those that `python -m tests.mutations` tries."""
    for seed in range(first, first + 20):
        assert not fault(made_of(seed), tmp_path), seed
