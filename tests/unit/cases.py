"""Tables of cases that are one test each: a test per case takes longer than what the case tries."""

import functools
import inspect
import reprlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest

Test = Callable[..., None]
_Case = type(pytest.param())


def cases(
    names: str | Sequence[str],
    table: Iterable[Any],
    ids: Iterable[str] | Callable[[Any], str] = reprlib.repr,
) -> Callable[[Test], Test]:
    """Like `pytest.mark.parametrize`, but one test, which tries all cases and names each failure.

    Its fixtures are set up once for the whole table. Below `parametrize`, a table is tried once
    for each parameter.
    """
    single = isinstance(names, str)
    keys = [names] if isinstance(names, str) else names
    read = [_Case.extract_from(case, force_tuple=single) for case in table]
    given = None if callable(ids) else list(ids)
    tell = ids if callable(ids) else str
    assert read
    assert given is None or len(given) == len(read)

    def label(index: int) -> str:
        case = read[index]
        return given[index] if given else str(case.id or ", ".join(map(tell, case.values)))

    def decorate(test: Test) -> Test:
        @functools.wraps(test)
        def every(subtests: pytest.Subtests, **fixtures: Any) -> None:
            for index, case in enumerate(read):
                try:
                    test(**dict(zip(keys, case.values, strict=True)), **fixtures)
                except BaseException:  # what pytest fails with is no Exception
                    with subtests.test(label(index)):
                        raise

        wanted = inspect.signature(test).parameters
        own = inspect.signature(every, follow_wrapped=False).parameters["subtests"]
        left = [one for name, one in wanted.items() if name not in keys]
        every.__signature__ = inspect.Signature([own, *left])  # type: ignore[attr-defined]
        return every

    return decorate
