"""What is wrong with networks: pure functions from settings or manifests to findings.

No rule enumerates addresses, and rules across networks sort and sweep: a /64 costs what a /29
costs, and cost grows with n log n in networks.
"""

from multus_lab.checks.finding import Finding, Severity
from multus_lab.checks.judge import Accepts, judge, judge_stack
from multus_lab.checks.rule import RULES, Rule

__all__ = ["RULES", "Accepts", "Finding", "Rule", "Severity", "judge", "judge_stack"]
