"""A rehearsal: a stack's networks on the real Multus and the real CNI plugins of this machine.

What is rehearsed is planned (`plan`), done in namespaces that end with it (`world` outside, `stage`
and what it calls inside), seen (`observation`), judged (`findings`) and told (`report`).
"""

from multus_lab.rehearsal.errors import RehearsalError
from multus_lab.rehearsal.observation import Observation
from multus_lab.rehearsal.plan import Plan
from multus_lab.rehearsal.world import clean, rehearse

__all__ = ["Observation", "Plan", "RehearsalError", "clean", "rehearse"]
