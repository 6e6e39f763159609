"""A rule: a small function beside its code, title, severity, explanation, fix and source.

Adding a rule is adding one function to one of the rules' modules:

    @rule("LNK101", Severity.ERROR, "unknown mode", why=…, fix=…, source=…)
    def unknown_mode(network: Network, lab: Lab) -> Iterator[Hit]:
        …

A rule across networks takes the whole lab instead, and says for each hit whose it is.
"""

import inspect
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, TypeAlias

from multus_lab.checks.finding import Finding, Path, Severity
from multus_lab.checks.fix import Fix, told
from multus_lab.checks.network import Lab, Network
from multus_lab.settings.problems import cut, shown


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a rule holds: `path` from the network's configuration, or from the lab's top.

    With `in_metadata` it is from where the network's name and annotations stand. `message` says
    what was found and what it does. `fix` and `severity` stand in for the rule's own where the
    case is another; `network` is whose it is, in a rule across networks.
    """

    path: Path
    value: object
    message: str
    fix: Fix | None = None
    severity: Severity | None = None
    network: Network | None = None
    in_metadata: bool = False


OfNetwork: TypeAlias = Callable[[Network, Lab], Iterator[Hit]]
OfLab: TypeAlias = Callable[[Lab], Iterator[Hit]]


MOST = 1000
"""How many findings of one rule are told of one network: a list may have a million mistakes."""


def _and_more(hit: Hit) -> Hit:
    """The last that is told: an error, because those behind it may be."""
    more = f"{hit.message}; there may be more, to be told once these are mended"
    return replace(hit, message=more, severity=Severity.ERROR)


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule is; `source` names issue or file of upstream, `why` explains, `fix` helps.

    `says` has the words in which a plugin, the daemon, the API server or the kernel refuses what
    the rule finds, as a rehearsal hears them; `…` stands for any others. It is empty where nothing
    is said.
    """

    code: str
    severity: Severity
    title: str
    why: str
    fix: Fix
    source: str
    check: Callable[..., Iterator[Hit]]
    across: bool
    """Whether it looks at all networks together."""
    says: tuple[str, ...] = ()

    def heard_in(self, words: str) -> bool:
        """Whether it is what these words refuse."""
        return any(heard(one, words) for one in self.says)

    def findings(self, lab: Lab) -> Iterator[Finding]:
        """Judge all networks of a lab."""
        told: Counter[Network | None] = Counter()
        for network, hit in self._hits(lab):
            told[network] += 1
            if told[network] <= MOST:
                yield self._finding(hit, network)
            elif told[network] == MOST + 1:
                yield self._finding(_and_more(hit), network)

    def _hits(self, lab: Lab) -> Iterator[tuple[Network | None, Hit]]:
        if self.across:
            for hit in self.check(lab):
                yield hit.network, hit
            return
        for network in lab.networks:
            for hit in self.check(network, lab):
                yield network, hit

    def _finding(self, hit: Hit, network: Network | None) -> Finding:
        start: Path = ()
        if network is not None:
            start = network.metadata if hit.in_metadata else network.path
        in_json = network is not None and network.in_json
        return Finding(
            code=self.code,
            severity=hit.severity or self.severity,
            network=network.label if network else "",
            path=(*start, *hit.path),
            value="" if hit.value is None else shown(hit.value),
            message=cut(hit.message, 1000),
            fix=cut(told(hit.fix or self.fix, in_json), 1000),
        )


def heard(says: str, words: str) -> bool:
    """Whether the words hold a fragment of `says`, in which `…` stands for any others."""
    return _pattern(says).search(words) is not None


@cache
def _pattern(says: str) -> re.Pattern[str]:
    parts = says.strip("… ").split("…")
    return re.compile(".*".join(map(re.escape, parts)), re.DOTALL)


RULES: dict[str, Rule] = {}
"""Every rule by its code."""


def rule(  # noqa: PLR0913 - what a rule is, each part by its name
    code: str,
    severity: Severity,
    title: str,
    *,
    why: str,
    fix: Fix,
    source: str,
    says: tuple[str, ...] = (),
) -> Callable[[Callable[..., Iterator[Hit]]], Callable[..., Iterator[Hit]]]:
    """Register a function as the rule `code`."""

    def register(check: Callable[..., Iterator[Hit]]) -> Callable[..., Iterator[Hit]]:
        if code in RULES:
            raise ValueError(f"two rules have the code {code}")
        parameters: Any = inspect.signature(check).parameters
        across = len(parameters) == 1
        RULES[code] = Rule(code, severity, title, why, fix, source, check, across, says)
        return check

    return register
