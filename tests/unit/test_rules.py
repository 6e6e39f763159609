"""Every rule: what it catches, and the neighbours that it spares."""

from dataclasses import replace
from pathlib import Path as File

import pytest

from multus_lab.checks import RULES
from multus_lab.checks.finding import Path, Severity
from multus_lab.checks.network import Lab
from multus_lab.checks.rule import heard
from tests import wording
from tests.unit.cases import cases
from tests.unit.rules import cluster, findings, judged
from tests.unit.rules.every import CASES

WORDING = File(__file__).parent / "rules" / "wording.txt"

CODES = sorted({case.code for case in CASES})


@cases("code", CODES)
def test_rule(code: str) -> None:
    cases = [case for case in CASES if case.code == code]
    assert {one.name: judged(one) for one in cases} == {one.name: list(one.found) for one in cases}


ONLY_AMONG = {"LNK120"}
"""Rules of keys that mean another thing to the plugins that they aren't asked about."""


def test_a_rule_would_find_nothing_in_what_it_is_not_asked_about() -> None:
    together = Lab([network for case in CASES for network in case.lab.networks])
    given = [(network, case.lab) for case in CASES for network in case.lab.networks]
    for code, rule in RULES.items():
        if rule.of_network is not None:
            asked = {id(network) for network in together.among(rule.among)}
            spared = [(one, lab) for one, lab in given if id(one) not in asked]
            found = [one.label for one, lab in spared if any(rule.of_network(one, lab))]
            assert not found or code in ONLY_AMONG, code


@cases("told", ["v1.0.0", "v1.5.1", "v1.10.0"])
def test_an_error_without_a_release_holds_for_every_release(told: str) -> None:
    for code, name, given, _ in CASES:
        if given.release is None and (untold := _errors(code, given)):
            release = (given.cluster or cluster()).model_copy(update={"cni_plugins": told})
            assert untold <= _errors(code, replace(given, cluster=release, _known={})), name


def _errors(code: str, given: Lab) -> set[Path]:
    return {one.path for one in findings(given, code) if one.severity is Severity.ERROR}


def test_no_two_cases_of_a_rule_have_one_name() -> None:
    names = [(case.code, case.name) for case in CASES]
    assert sorted(names) == sorted(set(names))


def test_every_case_is_told_in_these_words() -> None:
    """After a change: python -m tests.wording > tests/unit/rules/wording.txt."""
    assert list(wording.lines()) == WORDING.read_text().splitlines()


@pytest.mark.parametrize("catches", [True, False], ids=["catches", "spares"])
def test_every_rule_has_a_case(catches: bool) -> None:
    assert {case.code for case in CASES if bool(case.found) is catches} == RULES.keys()


@cases(
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
