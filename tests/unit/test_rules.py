"""Every rule: what it catches, and the neighbours that it spares."""

import pytest

from multus_lab.checks import RULES
from tests.unit.rules import Case, addresses, judged, lifecycle, links, names, routes

CASES = [
    *names.CASES,
    *links.CASES,
    *addresses.CASES,
    *routes.CASES,
    *lifecycle.CASES,
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code} {case.name}".strip())
def test_rule(case: Case) -> None:
    assert judged(case) == list(case.found)


@pytest.mark.parametrize("catches", [True, False], ids=["catches", "spares"])
def test_every_rule_has_a_case(catches: bool) -> None:
    assert {case.code for case in CASES if bool(case.found) is catches} == RULES.keys()
