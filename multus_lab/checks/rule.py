"""A rule: a small function beside its code, title, severity, explanation, fix and source.

Adding a rule is adding one function to a family's folder:

    @network_rule("LNK101", Severity.ERROR, "unknown mode", why=…, fix=…, source=…)
    def unknown_mode(network: Network, lab: Lab) -> Iterator[Hit]:
        …

A rule that looks at all networks together is a `lab_rule`; it takes the lab, and says for each hit
whose it is. What is found elsewhere than by a rule has a code of the same kind (`code`).
"""

import re
from collections.abc import Callable, Container, Iterator
from enum import Enum
from functools import cache
from typing import NamedTuple, Required, TypeAlias, TypedDict, Unpack

from multus_lab.checks.among import Among
from multus_lab.checks.finding import Finding, Path, Related, Severity
from multus_lab.checks.fix import Fix, told
from multus_lab.checks.network import Lab, Network, Pod
from multus_lab.plugins import record
from multus_lab.problems import cut, shown
from multus_lab.versions import EVER, Span


class Place(NamedTuple):
    """Another place that a hit speaks of: in that network's configuration, or in the lab."""

    network: Network | None
    path: Path
    message: str
    in_metadata: bool = False


class Hit(NamedTuple):
    """Where a rule holds: `path` from the network's configuration, or from the lab's top.

    With `in_metadata` it is from where the network's name and annotations stand, and with
    `in_object` from the top of its manifest's object. `message` says
    what was found and what it does. `fix` and `severity` stand in for the rule's own where the
    case is another; `network` is whose it is, in a rule across networks, or `pod` the place of a
    pod, with the network that it asks for. `held` are the releases
    of the CNI plugins for which it is so: with another release it is no finding, and where the
    release isn't known, no more than a note that says for which it is. `related` are the other
    places that it speaks of.
    """

    path: Path
    value: object
    message: str
    fix: Fix | None = None
    severity: Severity | None = None
    network: Network | None = None
    pod: tuple[Pod, str] | None = None
    in_metadata: bool = False
    in_object: bool = False
    held: Span = EVER
    related: tuple[Place, ...] = ()


OfNetwork: TypeAlias = Callable[[Network, Lab], Iterator[Hit]]
OfLab: TypeAlias = Callable[[Lab], Iterator[Hit]]


class Refusal(NamedTuple):
    """The words with which a plugin refuses something, by the phrase that its record has for it."""

    plugin: str
    what: str

    @property
    def words(self) -> str:
        """The words; `…` stands for any others."""
        known = record(self.plugin)
        assert known is not None
        return known.says[self.what]


class Scope(Enum):
    """What a rule looks at."""

    NETWORK = "each network by itself"
    LAB = "all networks together"
    ELSEWHERE = "found by other code than a rule"


class Code(NamedTuple):
    """What a code means; `source` names issue or file of upstream, `why` explains, `fix` helps.

    `quoted` has the words in which a plugin, the daemon, the API server or the kernel refuses what
    is found, as a rehearsal hears them. It is empty where nothing is said. `common` marks what
    holds for nearly every network of a kind, so that notes of it are told in one line.
    `acceptable` is False for what no reason can mend.
    """

    code: str
    severity: Severity
    title: str
    why: str
    fix: Fix
    source: str
    quoted: tuple[str | Refusal, ...] = ()
    common: bool = False
    acceptable: bool = True

    @property
    def says(self) -> tuple[str, ...]:
        """The words of a refusal; `…` stands for any others."""
        return tuple(one if isinstance(one, str) else one.words for one in self.quoted)

    def heard_in(self, words: str, kinds: Container[str]) -> bool:
        """Whether it is what these words refuse, said by plugins of these kinds or on their way."""
        return any(
            heard(one, words)
            if isinstance(one, str)
            else one.plugin in kinds and heard(one.words, words)
            for one in self.quoted
        )


CODES: dict[str, Code] = {}
"""The codes whose room is imported; `judge.every_code` has all."""


def code(one: Code) -> Code:
    """Register what a code means, where it is found."""
    if one.code in CODES:
        raise ValueError(f"two rules have the code {one.code}")
    CODES[one.code] = one
    return one


MOST = 1000
"""How many findings of one rule are told of one network: a list may have a million mistakes."""


def _and_more(hit: Hit) -> Hit:
    """The last that is told: an error, because those behind it may be."""
    more = f"{hit.message}; there may be more, shown once these are fixed"
    return hit._replace(message=more, severity=Severity.ERROR, held=EVER)


class Rule(NamedTuple):
    """A code, and the function that finds it; one of each network looks `among` those alone."""

    code: Code
    scope: Scope
    of_network: OfNetwork | None = None
    of_lab: OfLab | None = None
    among: Among | None = None

    def findings(self, lab: Lab) -> Iterator[Finding]:
        """Judge all networks of a lab."""
        told: dict[Network | None, int] = {}
        for network, hit in self._hits(lab):
            found = _held(hit, lab)
            if found is None:
                continue
            told[network] = count = told.get(network, 0) + 1
            if count <= MOST:
                yield self._finding(found, network)
            elif count == MOST + 1:
                yield self._finding(_and_more(found), network)

    def _hits(self, lab: Lab) -> Iterator[tuple[Network | None, Hit]]:
        if self.of_lab is not None:
            for hit in self.of_lab(lab):
                yield hit.network, hit
        elif self.of_network is not None:
            for network in lab.among(self.among):
                for hit in self.of_network(network, lab):
                    yield network, hit

    def _finding(self, hit: Hit, network: Network | None) -> Finding:
        in_json = network is not None and network.in_json and not hit.in_object
        label, source = (network.label, network.source) if network else ("", 0)
        if hit.pod is not None:
            label, source = hit.pod[1], hit.pod[0].source
        return Finding(
            code=self.code.code,
            severity=hit.severity or self.code.severity,
            network=label,
            path=_path(network, hit.path, hit.in_metadata, hit.in_object),
            value="" if hit.value is None else shown(hit.value),
            message=cut(hit.message, 1000),
            fix=cut(told(hit.fix, in_json) if hit.fix else _told_of(self.code.code, in_json), 1000),
            source=source,
            related=tuple(map(_related, hit.related)),
        )


@cache
def _told_of(code: str, in_json: bool) -> str:
    """The fix that a code has for any network, which thousands of findings have in common."""
    return told(CODES[code].fix, in_json)


def _related(one: Place) -> Related:
    source = one.network.source if one.network else 0
    return Related(source, _path(one.network, one.path, one.in_metadata), one.message)


def _path(network: Network | None, path: Path, in_metadata: bool, in_object: bool = False) -> Path:
    if network is None:
        return path
    if in_object:
        return (*network.metadata[:-1], *path)
    return (*network.metadata, *path) if in_metadata else network.as_written(path)


def _held(hit: Hit, lab: Lab) -> Hit | None:
    """The hit by the release of the plugins: None where it isn't so, a note where nobody knows."""
    if hit.held is EVER or hit.held.always:
        return hit
    if lab.release is not None:
        return hit if lab.release in hit.held else None
    unknown = f"with CNI plugins {hit.held}; the release isn't known"
    settled = ", and `cluster.cniPlugins` would settle it" if lab.cluster is not None else ""
    message = f"{hit.message} ({unknown}{settled})"
    return hit._replace(message=message, severity=Severity.NOTE)


def heard(says: str, words: str) -> bool:
    """Whether the words hold a fragment of `says`, in which `…` stands for any others."""
    return _pattern(says).search(words) is not None


@cache
def _pattern(says: str) -> re.Pattern[str]:
    parts = says.strip("… ").split("…")
    return re.compile(".*".join(map(re.escape, parts)), re.DOTALL)


RULES: dict[str, Rule] = {}
"""Every rule by its code."""


class Told(TypedDict, total=False):
    """What a rule says of its code, each part by its name."""

    why: Required[str]
    fix: Required[Fix]
    source: Required[str]
    says: tuple[str | Refusal, ...]
    common: bool


def network_rule(
    name: str, severity: Severity, title: str, among: Among | None = None, **told: Unpack[Told]
) -> Callable[[OfNetwork], OfNetwork]:
    """Register a function that looks at one network as the rule `name`.

    It is asked about those networks that it is to look `among`, or about all.
    """

    def register(check: OfNetwork) -> OfNetwork:
        made = _code(name, severity, title, told)
        RULES[name] = Rule(made, Scope.NETWORK, of_network=check, among=among)
        return check

    return register


def lab_rule(
    name: str, severity: Severity, title: str, **told: Unpack[Told]
) -> Callable[[OfLab], OfLab]:
    """Register a function that looks at all networks together as the rule `name`."""

    def register(check: OfLab) -> OfLab:
        made = _code(name, severity, title, told)
        RULES[name] = Rule(made, Scope.LAB, of_lab=check)
        return check

    return register


def _code(name: str, severity: Severity, title: str, told: Told) -> Code:
    says, common = told.get("says", ()), told.get("common", False)
    return code(Code(name, severity, title, told["why"], told["fix"], told["source"], says, common))
