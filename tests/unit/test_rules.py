"""Every rule: what it catches, and the neighbours that it spares."""

from pathlib import Path

import pytest

from multus_lab.checks import RULES
from multus_lab.checks.rule import heard
from multus_lab.report import rules
from tests import rules_page, wording
from tests.unit.rules import judged
from tests.unit.rules.every import CASES

WORDING = Path(__file__).parent / "rules" / "wording.txt"
PAGE = Path(__file__).parents[2] / "docs" / "rules.md"

CODES = sorted({case.code for case in CASES})


@pytest.mark.parametrize("code", CODES)
def test_rule(code: str) -> None:
    cases = [case for case in CASES if case.code == code]
    assert {one.name: judged(one) for one in cases} == {one.name: list(one.found) for one in cases}


def test_no_two_cases_of_a_rule_have_one_name() -> None:
    names = [(case.code, case.name) for case in CASES]
    assert sorted(names) == sorted(set(names))


def test_every_case_is_told_in_these_words() -> None:
    """After a change: python -m tests.wording > tests/unit/rules/wording.txt."""
    assert list(wording.lines()) == WORDING.read_text().splitlines()


def test_the_page_of_rules_is_as_generated() -> None:
    """After a change: python -m tests.rules_page > docs/rules.md."""
    assert rules.page(rules_page.examples()) == PAGE.read_text()


@pytest.mark.parametrize("catches", [True, False], ids=["catches", "spares"])
def test_every_rule_has_a_case(catches: bool) -> None:
    assert {case.code for case in CASES if bool(case.found) is catches} == RULES.keys()


@pytest.mark.parametrize(
    ("says", "words", "expected"),
    [
        ("Link not found", "failed to look up: Link not found", True),
        ("Link not found", "link not found", False),
        ("invalid MTU …, must be [0, …]", "invalid MTU 9, must be [0, master MTU(1)]", True),
        ("invalid MTU …, must be [0, …]", "must be [0, 1], invalid MTU 9", False),
        ("invalid CIDR address: …", "invalid CIDR address:", True),
        ("a … b", "a x\ny b", True),
    ],
)
def test_a_fragment_is_heard_in_words(says: str, words: str, expected: bool) -> None:
    assert heard(says, words) is expected
