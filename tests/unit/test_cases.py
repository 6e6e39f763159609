"""A table of cases: all are tried, and each that fails is named."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from tests.unit.cases import cases


class Named:
    """Stands for pytest's subtests, and keeps the names of what failed."""

    def __init__(self) -> None:
        self.failed: list[str] = []

    @contextmanager
    def test(self, name: str) -> Iterator[None]:
        with pytest.raises(BaseException, match="low"):
            yield
        self.failed.append(name)


@pytest.mark.parametrize(
    ("table", "ids", "failed"),
    [
        ([pytest.param(1, id="one"), 5, pytest.param(2, id="two")], repr, ["one", "two"]),
        ([1, 5, 2], ["a", "b", "c"], ["a", "c"]),
        ([1, 5, 2], hex, ["0x1", "0x2"]),
        ([5, 6], repr, []),
    ],
)
def test_each_case_that_fails_is_named(
    table: Sequence[Any], ids: Sequence[str] | Callable[[Any], str], failed: list[str]
) -> None:
    tried, named = [], Named()

    @cases("number", table, ids)
    def table_of_numbers(number: int, other: str) -> None:
        tried.append((number, other))
        assert number != 1, "low"
        if number == 2:
            pytest.fail("low")

    table_of_numbers(named, other="fixture")
    assert (len(tried), named.failed) == (len(table), failed)
    assert {other for _, other in tried} == {"fixture"}


def test_a_table_without_cases_is_none() -> None:
    with pytest.raises(AssertionError):
        cases("number", [])
