"""What is wrong with networks: pure functions from settings or manifests to findings.

No rule enumerates addresses, and rules across networks sort and sweep: a /64 costs what a /29
costs, and cost grows with n log n in networks.
"""

from multus_lab.checks.families import RULES
from multus_lab.checks.finding import Finding, Related, Severity
from multus_lab.checks.judge import Accepts, every_code, judge, judge_stack, with_accepts
from multus_lab.checks.rule import CODES, Code, Rule

__all__ = [
    "CODES",
    "RULES",
    "Accepts",
    "Code",
    "Finding",
    "Related",
    "Rule",
    "Severity",
    "every_code",
    "judge",
    "judge_stack",
    "with_accepts",
]
