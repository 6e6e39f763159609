"""Run all rules over a stack or over manifests, and settle which risks are accepted."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from multus_lab.checks import addresses, lifecycle, links, names, routes
from multus_lab.checks.catalogue import Entry, catalogue
from multus_lab.checks.finding import Finding, Path, Severity
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import RULES
from multus_lab.settings import Stack

RULE_MODULES = (names, links, addresses, routes, lifecycle)
"""Importing them registers the rules."""

BETWEEN_STACKS = ("XST501", "XST502", "XST503", "XST504")
"""Codes that only a look at several stacks can find, so that an accept of them waits for it."""


@dataclass(frozen=True, slots=True)
class Accepts:
    """The risks that are accepted at one place: each code with its reason.

    They are the network's of that label, or with "" everyone's.
    """

    path: Path
    label: str
    reasons: Mapping[str, str]


def judge_stack(stack: Stack) -> list[Finding]:
    """All findings of a stack, in the order of its networks; accepted risks say so."""
    networks = networks_of(stack)
    found = map(_as_written, _found(Lab(networks, stack.zone)))
    accepts = [
        Accepts(("accept",), "", stack.accept),
        Accepts(("zone", "accept"), "", stack.zone.accept),
        *(
            Accepts((*network.path, "accept"), network.label, settings.accept)
            for network, settings in zip(networks, stack.networks, strict=True)
        ),
    ]
    return _in_order(_accepted(found, accepts, BETWEEN_STACKS), networks)


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
        )
        for index, network in enumerate(stack.networks)
    ]


def _as_written(finding: Finding) -> Finding:
    """The finding in a stack: there the chain of plugins is not written, but asked for."""
    path = finding.path
    if path[2:3] != ("plugins",) or path[0] != "networks":
        return finding
    main = path[3:4] in {(), (0,)}
    return replace(finding, path=(*path[:2], *(path[4:] if main else ("defaultRoute",))))


def judge(networks: Sequence[Network], accepts: Sequence[Accepts] = ()) -> list[Finding]:
    """All findings of networks alone, without a zone; accepted risks say so."""
    return _in_order(_accepted(_found(Lab(networks)), accepts), networks)


def _found(lab: Lab) -> Iterator[Finding]:
    for rule in RULES.values():
        yield from rule.findings(lab)


def _accepted(
    findings: Iterable[Finding], accepts: Sequence[Accepts], waiting: Container[str] = ()
) -> Iterator[Finding]:
    """Put its reason to each accepted risk; tell each accept that matches nothing.

    Those of the `waiting` codes may match later.
    """
    reasons = {
        (one.label, code): (one.path, reason)
        for one in accepts
        for code, reason in one.reasons.items()
    }
    used: set[Path] = set()
    for finding in findings:
        match = reasons.get((finding.network, finding.code)) or reasons.get(("", finding.code))
        if match is None or finding.severity is not Severity.RISK:
            yield finding
            continue
        path, reason = match
        used.add((*path, finding.code))
        yield replace(finding, accepted=reason)
    known = catalogue()
    for one in accepts:
        for code in one.reasons:
            if (*one.path, code) not in used and code not in waiting:
                yield _needless(one, code, known.get(code))


def _needless(accepts: Accepts, code: str, known: Entry | None) -> Finding:
    reason = (
        "no rule has this code"
        if known is None
        else "an error can't be accepted"
        if known.severity is Severity.ERROR
        else "nothing here has this risk"
    )
    return Finding(
        code="ACC001",
        severity=Severity.ERROR if known is None else Severity.NOTE,
        network=accepts.label,
        path=(*accepts.path, code),
        value="",
        message=f"{code} is accepted, but {reason}",
        fix=f"remove {code} from accept",
    )


def _in_order(findings: Iterable[Finding], networks: Sequence[Network]) -> list[Finding]:
    place = {network.label: index for index, network in enumerate(networks)}
    weight = {severity: index for index, severity in enumerate(Severity)}
    return sorted(
        findings,
        key=lambda one: (place.get(one.network, -1), weight[one.severity], one.code),
    )
