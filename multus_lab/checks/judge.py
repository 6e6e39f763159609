"""Run all rules over what was read, and settle which findings are accepted."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import NamedTuple

from multus_lab.checks.families import RULES
from multus_lab.checks.finding import Finding, Path, Severity
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import CODES, Code, code
from multus_lab.settings import Stack

BETWEEN_STACKS = ("XST501", "XST502")
"""Codes that only a look at several stacks can find, so that an accept of them waits for it."""

_OTHER_CODES = (
    "multus_lab.checks.stacks",
    "multus_lab.checks.unusable",
    "multus_lab.rehearsal.sights",
)
"""What registers the codes that no rule here finds; who accepts one of them has named a code."""

ACCEPTS_NOTHING = code(
    Code(
        "ACC001",
        Severity.NOTE,
        "accept that matches nothing",
        why="An unused accept would silently hide the same finding later.",
        fix="remove the code from accept",
        source="a code that no rule has is an error",
    )
)


class Accepts(NamedTuple):
    """What is accepted at one place: each code with its reason.

    The findings are those of the network of that label, or with "" everyone's.
    """

    path: Path
    label: str
    reasons: Mapping[str, str]
    source: int = 0


def judge_stack(
    stack: Stack, others: Sequence[Network] = (), accepts: Sequence[Accepts] = ()
) -> list[Finding]:
    """All findings of a stack, and of the `others` of its cluster that are judged with it."""
    own = networks_of(stack)
    lab = Lab([*own, *others], stack.zone, stack.cluster, stack.multus)
    found = map(_as_written, _found(lab))
    return _in_order(
        _accepted(found, [*accepts_of(stack, own), *accepts], BETWEEN_STACKS), lab.networks
    )


def judge(networks: Sequence[Network], accepts: Sequence[Accepts] = ()) -> list[Finding]:
    """All findings of networks alone, without zone and cluster."""
    return _in_order(_accepted(_found(Lab(networks)), accepts), networks)


def accepts_of(stack: Stack, networks: Sequence[Network]) -> list[Accepts]:
    """What a stack accepts, as a whole, for its zone and for each of its networks."""
    return [
        Accepts(("accept",), "", stack.accept),
        Accepts(("zone", "accept"), "", stack.zone.accept),
        *(
            Accepts((*network.path, "accept"), network.label, settings.accept)
            for network, settings in zip(networks, stack.networks, strict=True)
        ),
    ]


def networks_of(stack: Stack) -> list[Network]:
    """The networks of a stack, as rules see them."""
    return [
        Network(
            name=network.name,
            namespace=network.namespace,
            path=("networks", index),
            metadata=("networks", index),
            config=network.cni_config(),
            settings={
                "default_route": network.default_route,
                "pods_per_node": network.pods_per_node,
                "annotations": network.annotations,
            },
            later=False,
        )
        for index, network in enumerate(stack.networks)
    ]


def _as_written(finding: Finding) -> Finding:
    """The finding in a stack: there the chain of plugins is not written, but asked for."""
    related = tuple(
        one._replace(path=in_stack(one.path)) if one.source == 0 else one for one in finding.related
    )
    path = in_stack(finding.path) if finding.source == 0 else finding.path
    return finding._replace(path=path, related=related)


def in_stack(path: Path) -> Path:
    """Where a path from a network's configuration leads in a stack."""
    if path[2:3] != ("plugins",) or path[0] != "networks":
        return path
    main = path[3:4] in {(), (0,)}
    return (*path[:2], *(path[4:] if main else ("defaultRoute",)))


def _found(lab: Lab) -> Iterator[Finding]:
    for rule in RULES.values():
        yield from rule.findings(lab)


def _accepted(
    findings: Iterable[Finding], accepts: Sequence[Accepts], waiting: Container[str] = ()
) -> Iterator[Finding]:
    """Put its reason to each accepted finding; find each accept that matches nothing.

    Those of the `waiting` codes may match later.
    """
    reasons = {
        (one.label, name): (one, reason) for one in accepts for name, reason in one.reasons.items()
    }
    used: set[tuple[int, Path]] = set()
    for finding in findings:
        match = reasons.get((finding.network, finding.code)) or reasons.get(("", finding.code))
        if match is None or not CODES[finding.code].acceptable:
            yield finding
            continue
        where, reason = match
        used.add((where.source, (*where.path, finding.code)))
        yield finding._replace(accepted=reason)
    unused = [
        (one, name)
        for one in accepts
        for name in one.reasons
        if (one.source, (*one.path, name)) not in used and name not in waiting
    ]
    for room in _OTHER_CODES:  # imported only while there is a code that nobody knows
        if any(name not in CODES for _, name in unused):
            import_module(room)
    for one, name in unused:
        yield _needless(one, name, CODES.get(name))


def _needless(accepts: Accepts, name: str, known: Code | None) -> Finding:
    reason = (
        "no rule has this code"
        if known is None
        else "it can't be accepted"
        if not known.acceptable
        else "nothing here has this finding"
    )
    return Finding(
        code=ACCEPTS_NOTHING.code,
        severity=Severity.ERROR if known is None else Severity.NOTE,
        network=accepts.label,
        path=(*accepts.path, name),
        value="",
        message=f"{name} is accepted, but {reason}",
        fix=f"remove {name} from accept",
        source=accepts.source,
    )


def _in_order(findings: Iterable[Finding], networks: Sequence[Network]) -> list[Finding]:
    place = {(one.source, one.label): index for index, one in enumerate(networks)}
    weight = {severity: index for index, severity in enumerate(Severity)}
    return sorted(
        findings,
        key=lambda one: (place.get((one.source, one.network), -1), weight[one.severity], one.code),
    )
