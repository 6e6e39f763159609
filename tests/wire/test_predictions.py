"""What checks predict comes true on the wire, in the plugin's own words where it says any."""

import pytest

from multus_lab.checks import Finding, Severity
from multus_lab.checks.rule import heard
from multus_lab.rehearsal.findings import Rehearsed
from tests.wire.labs import Small, rehearsed
from tests.wire.predictions import CASES, SPARED
from tests.wire.predictions.cases import Case

ALL = [*CASES, *SPARED]


Labs = dict[int, Rehearsed]


@pytest.fixture(scope="module")
def labs(request: pytest.FixtureRequest) -> Labs:
    """All cases that are run (`-k`), at once."""
    calls = (getattr(item, "callspec", None) for item in request.session.items)
    run = [call.params["case"] for call in calls if call and "case" in call.params]
    labs = [Small.of(number, case) for number, case in enumerate(ALL) if case in run]
    return {one.number: seen for one, seen in zip(labs, rehearsed(labs), strict=True)}


def lab_of(case: Case, labs: Labs) -> tuple[Rehearsed, list[Finding]]:
    """What was seen of a case, and the findings of its networks."""
    lab = labs[ALL.index(case)]
    reasons = set(lab.left_out().values())
    if reasons and all(case.needs in one for one in reasons):
        pytest.skip(reasons.pop())
    assert not reasons
    labels = {one.label for one in lab.networks}
    return lab, [one for one in lab.findings() if one.network in labels]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code} {case.name}")
def test_what_is_predicted_happens(case: Case, labs: Labs) -> None:
    lab, found = lab_of(case, labs)
    assert case.code in {one.code for one in lab.predicted}
    hits = [one for one in found if one.code == (case.under or case.code)]
    words = (case.words or case.seen, *case.raced)
    assert any(heard(one, hit.message) for one in words for hit in hits), found
    assert all(lab.prediction(one) for one in hits)
    assert not [one for one in found if one.refuses and lab.prediction(one) is None]


@pytest.mark.parametrize("case", SPARED, ids=lambda case: f"{case.code} {case.name}")
def test_what_is_spared_goes_well(case: Case, labs: Labs) -> None:
    lab, found = lab_of(case, labs)
    assert not [one for one in lab.predicted if one.severity is Severity.ERROR]
    assert not [one for one in found if one.refuses]
