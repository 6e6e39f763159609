"""XST502: zones of two stacks claim the same range."""

from collections.abc import Iterator

from multus_lab.addresses import AddressRange
from multus_lab.checks.finding import Finding, Severity
from multus_lab.checks.rule import Code, code
from multus_lab.checks.stacks.claims import Claim, overlaps
from multus_lab.checks.stacks.shared import At, Shared, between

SAME_RANGE = code(
    Code(
        "XST502",
        Severity.RISK,
        "zones of two stacks claim the same range",
        why="Zones must not share a range: a network added to either may collide.",
        fix="give each zone a range of its own, or one stack both zones' networks",
        source="README.md, a stack is one environment of one lab zone",
    )
)


def same_range(shared: Shared) -> Iterator[Finding]:
    """Find zones whose ranges overlap."""
    claims = [claim for index in shared.members for claim in _claims(shared, index)]
    for later, earlier in overlaps(claims):
        message = (
            f"claims {later.at.value}, and so does the zone of stack "
            f"{shared.called(earlier.at.stack)} with {earlier.at.value}, in the same {shared}"
        )
        second = f"claims {earlier.at.value}"
        yield between(SAME_RANGE, later.at, earlier.at, (message, second))


def _claims(shared: Shared, index: int) -> Iterator[Claim]:
    for one in shared.stack(index).zone.range:
        addresses = AddressRange(one[0], one[-1])
        at = At(index, "", ("zone", "range"), str(addresses))
        yield Claim(at, ("stack", index), addresses)
