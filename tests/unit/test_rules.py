"""Every rule: what it catches, and the neighbours that it spares."""

import pytest

from multus_lab.checks import RULES
from multus_lab.checks.rule import heard
from tests.unit.rules import Case, addresses, daemon, judged, lifecycle, links, names, routes

CASES = [
    *names.CASES,
    *links.CASES,
    *addresses.CASES,
    *routes.CASES,
    *lifecycle.CASES,
    *daemon.CASES,
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code} {case.name}".strip())
def test_rule(case: Case) -> None:
    assert judged(case) == list(case.found)


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
