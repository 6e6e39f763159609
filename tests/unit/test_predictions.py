"""That no rule is forgotten in the table that tests/wire rehearses."""

from collections import Counter

from multus_lab.checks import RULES
from tests.wire.predictions import CASES, NOT_ON_THE_WIRE, SPARED


def test_every_rule_is_rehearsed_or_has_a_reason_not_to_be() -> None:
    confirmed = {case.code for case in CASES}
    assert confirmed | NOT_ON_THE_WIRE.keys() == RULES.keys()
    assert not confirmed & NOT_ON_THE_WIRE.keys()


def test_every_wording_of_a_rule_is_heard_in_a_case() -> None:
    said = {(code, words) for code, rule in RULES.items() for words in rule.code.says}
    heard = {(case.code, one) for case in CASES for one in (case.words, *case.raced) if one}
    assert heard == said


def test_a_case_is_told_apart_by_its_name() -> None:
    names = Counter((case.code, case.name) for case in [*CASES, *SPARED])
    assert max(names.values()) == 1
