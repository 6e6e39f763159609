"""Run all rules over what was read, and settle which findings are accepted."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from multus_lab.checks.families import RULES
from multus_lab.checks.finding import Finding, Path, Severity
from multus_lab.checks.network import Lab, Network, Pod
from multus_lab.checks.rule import CODES, Code, code

if TYPE_CHECKING:
    from multus_lab.settings import DeclaredNetwork, Stack

ELSEWHERE = ("XST501", "XST502", "MUL705")
"""Codes that a look at a stack alone can't find, so that an accept of them waits for more.

That is a look at several stacks, or at the pods of manifests.
"""

_OTHER_CODES = (
    "multus_lab.checks.stacks",
    "multus_lab.checks.unusable",
    "multus_lab.rehearsal.sights",
)
"""What registers the codes that no rule here finds."""

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


def every_code() -> Mapping[str, Code]:
    """All codes that a finding can have, whatever finds it."""
    for room in _OTHER_CODES:
        import_module(room)
    return CODES


def judge_stack(
    stack: "Stack",
    others: Sequence[Network] = (),
    accepts: Sequence[Accepts] = (),
    pods: Sequence[Pod] = (),
    own: Sequence[Network] | None = None,
) -> list[Finding]:
    """All findings of a stack, and of the `others` and `pods` of its cluster.

    `own` are the stack's networks, where they have been read already.
    """
    own = networks_of(stack.networks) if own is None else own
    lab = Lab([*own, *others], stack.zone, stack.cluster, stack.multus, stack.whereabouts, pods)
    found = (_as_written(one, stack) for one in _found(lab))
    return _in_order(_accepted(found, [*accepts_of(stack, own), *accepts], ELSEWHERE), lab.networks)


def judge(
    networks: Sequence[Network], accepts: Sequence[Accepts] = (), pods: Sequence[Pod] = ()
) -> list[Finding]:
    """All findings of networks and pods alone, without zone and cluster."""
    return _in_order(_accepted(_found(Lab(networks, pods=pods)), accepts), networks)


def accepts_of(stack: "Stack", networks: Sequence[Network]) -> list[Accepts]:
    """What a stack accepts, as a whole, for its zone and for each of its networks."""
    return [
        Accepts(("accept",), "", stack.accept),
        Accepts(("zone", "accept"), "", stack.zone.accept),
        *(
            Accepts((*network.metadata, "accept"), network.label, settings.accept)
            for network, settings in zip(networks, stack.networks, strict=True)
        ),
    ]


def with_accepts(stack: "Stack", findings: Sequence[Finding]) -> "Stack":
    """The stack, with all that is accepted of a network in the network's own `accept`.

    So the network still has it where there is no stack: as a manifest.
    """
    accepted: dict[str, dict[str, str]] = {}
    for one in findings:
        if one.accepted is not None:
            accepted.setdefault(one.network, {})[one.code] = one.accepted
    networks = [
        one.model_copy(update={"accept": {**one.accept, **accepted[label]}})
        if (label := f"{one.namespace}/{one.name}") in accepted
        else one
        for one in stack.networks
    ]
    return stack._replace(networks=tuple(networks))


def networks_of(declared: "Sequence[DeclaredNetwork]") -> list[Network]:
    """The networks that a stack declares, as rules see them."""
    return [network_of(index, one, one.cni_config()) for index, one in enumerate(declared)]


def network_of(index: int, network: "DeclaredNetwork", config: Mapping[str, Any]) -> Network:
    """The network of that index of a stack, of which `config` is the CNI configuration."""
    made = Network(
        name=network.name,
        namespace=network.namespace,
        path=("networks", index, *network.within),
        metadata=("networks", index),
        config=config,
        settings=network.settings(),
        later=False,
        typed=not network.within,
    )
    if network.spelled:
        made.spelled |= network.spelled
    return made


def _as_written(finding: Finding, stack: "Stack") -> Finding:
    """The finding in a stack: there the list of plugins is not written as such."""
    if not finding.related and "plugins" not in finding.path:
        return finding
    related = tuple(
        one._replace(path=in_stack(one.path, stack)) if one.source == 0 else one
        for one in finding.related
    )
    path = in_stack(finding.path, stack) if finding.source == 0 else finding.path
    return finding._replace(path=path, related=related)


def in_stack(path: Path, stack: "Stack") -> Path:
    """Where a path from a network's configuration leads in a stack.

    The first plugin's keys are the network's own, those behind it are its `chain`, and the last one
    may be what `defaultRoute` stands for.
    """
    if path[2:3] != ("plugins",) or path[0] != "networks":
        return path
    network, index = stack.networks[int(path[1])], int(path[3]) if path[3:] else 0
    if index == 0:
        return (*path[:2], *path[4:])
    written = index <= network.chained
    return (*path[:2], *(("chain", index - 1, *path[4:]) if written else ("defaultRoute",)))


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
    if not reasons:
        yield from findings
        return
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
    # All are imported only where there is a code that nobody here knows.
    codes = CODES if all(name in CODES for _, name in unused) else every_code()
    for one, name in unused:
        yield _needless(one, name, codes.get(name))


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
