"""Every code that a finding can have: the rules, and what is found before rules can run."""

from dataclasses import dataclass

from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import told
from multus_lab.checks.rule import RULES


@dataclass(frozen=True, slots=True)
class Entry:
    """What is told of a code: as of a rule, but nothing that runs."""

    code: str
    severity: Severity
    title: str
    why: str
    fix: str
    source: str
    says: tuple[str, ...] = ()


_BESIDE_RULES = (
    Entry(
        "SET001",
        Severity.ERROR,
        "setting that can't be used",
        why="A stack is validated as a whole, and rules judge only what validates. A manifest's "
        "annotation that can't be used accepts nothing.",
        fix="write what the message asks for",
        source="multus_lab/settings",
    ),
    Entry(
        "ACC001",
        Severity.NOTE,
        "accept that matches nothing",
        why="What is accepted and isn't there hides the same risk on the day that it comes.",
        fix="remove the code from accept",
        source="a code that no rule has is an error",
    ),
    Entry(
        "XST501",
        Severity.ERROR,
        "two stacks hand out the same addresses on one segment",
        why="Each IPAM keeps books of its own, so two pods come to have one address.",
        fix="give the two networks ranges that don't overlap",
        source="plugins v1.9.1 host-local, backend/disk: one store a node and network",
    ),
    Entry(
        "XST502",
        Severity.RISK,
        "zones of two stacks claim the same range",
        why="What a zone is designated is its own; a network added to either may collide.",
        fix="give each zone a range of its own, or one stack both zones' networks",
        source="README.md, a stack is one environment of one lab zone",
    ),
    Entry(
        "XST503",
        Severity.ERROR,
        "two stacks declare the same network in one cluster",
        why="The API keeps one object of a namespace and name: each `up` undoes the other's.",
        fix="rename one of the two, or put it into another namespace",
        source="Kubernetes API, object names",
    ),
    Entry(
        "XST504",
        Severity.ERROR,
        "two stacks install Multus in one cluster",
        why="One node runs one Multus: the second stack's DaemonSet and CRD exist already.",
        fix="multus: {install: false}",
        source="README.md, a stack is one environment of one lab zone",
    ),
)


def catalogue() -> dict[str, Entry]:
    """Every entry by its code, in order."""
    entries = {entry.code: entry for entry in _BESIDE_RULES}
    for rule in RULES.values():
        entries[rule.code] = Entry(
            rule.code,
            rule.severity,
            rule.title,
            rule.why,
            told(rule.fix, in_json=False),
            rule.source,
            rule.says,
        )
    return dict(sorted(entries.items()))
