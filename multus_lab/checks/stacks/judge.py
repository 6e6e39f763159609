"""Run all rules between stacks, and settle which findings are accepted."""

from collections.abc import Sequence

from multus_lab.checks.finding import Finding, Path
from multus_lab.checks.rule import CODES
from multus_lab.checks.stacks.same_addresses import same_addresses
from multus_lab.checks.stacks.same_name import same_name
from multus_lab.checks.stacks.same_range import same_range
from multus_lab.checks.stacks.shared import NamedStack, shared
from multus_lab.checks.stacks.two_daemons import two_daemons
from multus_lab.checks.stacks.two_whereabouts import two_whereabouts
from multus_lab.settings import Stack

_RULES = (same_addresses, same_range, same_name, two_daemons, two_whereabouts)


def judge_stacks(stacks: Sequence[NamedStack]) -> list[tuple[int, Finding]]:
    """What is wrong between stacks, each finding with the index of the later one.

    That index is the finding's `source` as well, and `related` has the earlier stack's.
    """
    found: dict[tuple[str, int, Path], Finding] = {}
    for group in shared(stacks):
        for rule in _RULES:
            for finding in rule(group):
                found.setdefault((finding.code, finding.source, finding.path), finding)
    return [(one.source, _settled(stacks[one.source].stack, one)) for one in found.values()]


def _settled(stack: Stack, finding: Finding) -> Finding:
    """The finding, accepted where its network, the zone or the stack says so with a reason."""
    if not CODES[finding.code].acceptable:
        return finding
    accepts = [stack.zone.accept, stack.accept]
    if finding.path[0] == "networks":
        accepts.insert(0, stack.networks[int(finding.path[1])].accept)
    reason = next((one[finding.code] for one in accepts if finding.code in one), None)
    return finding if reason is None else finding._replace(accepted=reason)
