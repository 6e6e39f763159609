"""SET001: what settings refuse, as a finding."""

from multus_lab.checks.finding import Finding, Severity
from multus_lab.checks.rule import Code, code
from multus_lab.problems import Problem

_UNUSABLE = code(
    Code(
        "SET001",
        Severity.ERROR,
        "setting that can't be used",
        why="A stack is validated as a whole, and rules judge only what validates. A manifest's "
        "annotation that can't be used accepts nothing.",
        fix="write what the message asks for",
        source="multus_lab/settings",
        acceptable=False,
    )
)


def unusable(problem: Problem, network: str, source: int = 0) -> Finding:
    """The finding of a value that settings refuse; `network` is whose it is, "" for the stack's."""
    return Finding(
        code=_UNUSABLE.code,
        severity=_UNUSABLE.severity,
        network=network,
        path=problem.path,
        value=problem.value,
        message=problem.allowed,
        fix="",
        source=source,
    )
