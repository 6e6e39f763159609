"""Rules XST: stacks against one another, if their zones share a segment or they share a cluster.

Stacks that name neither share nothing that is known, and nothing is guessed.
"""

from multus_lab.checks.stacks.judge import judge_stacks
from multus_lab.checks.stacks.shared import NamedStack

__all__ = ["NamedStack", "judge_stacks"]
