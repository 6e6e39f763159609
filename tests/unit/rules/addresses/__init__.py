"""Rules IPA: what each catches, and the neighbours that it spares."""

from tests.unit.rules import Case
from tests.unit.rules.addresses import gateways, pods, ranges, segments, whereabouts

CASES: list[Case] = [
    *ranges.CASES,
    *gateways.CASES,
    *segments.CASES,
    *whereabouts.CASES,
    *pods.CASES,
]
