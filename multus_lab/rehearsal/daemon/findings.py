"""From what was seen of an installation to what is wrong with it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from multus_lab import releases
from multus_lab.checks import CODES, Finding, Severity
from multus_lab.checks.fix import told
from multus_lab.checks.network import Network
from multus_lab.rehearsal.daemon.observation import IN_USE, Observation, Replaced, Taken
from multus_lab.rehearsal.daemon.plan import OWN, Plan, Version
from multus_lab.rehearsal.node import MULTUS_CONF
from multus_lab.rehearsal.plan import CLUSTER
from multus_lab.releases import troubles
from multus_lab.report.as_text import counted


@dataclass(frozen=True)
class Rehearsed:
    """A plan, and what was seen of it."""

    plan: Plan
    seen: Observation
    networks: Sequence[Network]

    def findings(self) -> list[Finding]:
        """All that is wrong."""
        return [
            *self._attached(),
            *self._forbidden(),
            *self._replaced(),
            *self._memory(),
            *self._removed(),
            *self._leaks(),
            *self._lost(),
        ]

    def left_out(self) -> dict[str, str]:
        """Each network that was not rehearsed, with the reason."""
        return {**self.plan.whole.left_out, **(self.seen.lacking or {})}

    def _attached(self) -> Iterator[Finding]:
        for label, words in (self.seen.refused or {}).items():
            yield _finding("WIR608", words, label)
        networks = {one.name: one.network for one in self.plan.whole.pods}
        failed: dict[tuple[str, str], list[str]] = defaultdict(list)
        for one in self.seen.attached:
            if one.error or one.without:
                said = one.error or "it runs without its network"
                failed[networks[one.pod], said].append(one.pod)
        for (label, said), pods in failed.items():
            yield _finding("WIR601", f"ADD of {_some(pods)} fails: {said}", label)

    def _forbidden(self) -> Iterator[Finding]:
        for call in self.seen.forbidden:
            yield _finding("WIR607", f"the ClusterRole doesn't let the daemon {call}")

    def _replaced(self) -> Iterator[Finding]:
        for one in self.declared:
            never = [each for each in (*one.before, *one.during) if each.error]
            if never:
                pods = _some([each.pod for each in never])
                yield _finding("WIR601", f"{one.phase} on {one.node}: {pods}: {never[0].error}")
            if one.lost:
                message = f"{one.phase} on {one.node}: {_some(one.lost)}"
                yield _finding("WIR613", f"{message} no longer has the networks that it had")
        wrong = [one for one in self.declared if one.without]
        if wrong:
            count = counted(sum(len(one.without) for one in wrong), "pod")
            gap = max(one.gap for one in wrong)
            message = (
                f"{count} of {sum(len(one.during) for one in wrong)} that started meanwhile run "
                f"with eth0 alone; the configuration was gone for {gap:.1f} s"
            )
            yield _finding("WIR610", message)

    @property
    def declared(self) -> list[Replaced]:
        """The daemons that were replaced in the layout that the stack has."""
        two = self.plan.declared.layout.two_folders
        return [one for one in self.seen.replaced if one.two_folders == two]

    def _memory(self) -> Iterator[Finding]:
        limit = self.plan.declared.memory
        over = [one for one in self.seen.crowds if limit is not None and one.memory > limit]
        if limit is not None and over:
            first = over[0]
            when = f"while {counted(first.pods, 'pod')} starts" if first.pods else "at rest"
            message = f"{mebibytes(first.memory)} {when}, with a limit of {mebibytes(limit)}"
            yield _finding("WIR611", message)

    def _removed(self) -> Iterator[Finding]:
        for one in self.seen.removed:
            if any(each.path.endswith(f"/{MULTUS_CONF}") for each in one.left):
                yield _finding("WIR612", f"{MULTUS_CONF} is left on {one.node}")
            elif not one.configured:
                found = _finding("WIR612", f"the runtime on {one.node} has no network's file left")
                fix = "before `down` have the primary network write into paths.cniConfigDir"
                yield found._replace(severity=Severity.NOTE, fix=fix)

    # --- addresses -----------------------------------------------------------------------------

    @property
    def leaking(self) -> list[Version]:
        """What ran that is known to free no address of a primary network in a .conflist."""
        listed = self.plan.primary.endswith(".conflist")
        known = ((one, releases.multus(one.programs)) for one in self.plan.versions)
        return [one for one, ran in known if listed and ran and troubles.DEL_LEAK in ran.troubles]

    @property
    def taken(self) -> list[Taken]:
        """What stays taken with the layout that the stack has."""
        two = self.plan.declared.layout.two_folders
        return [one for one in self.seen.taken if one.two_folders == two]

    def _leaks(self) -> Iterator[Finding]:
        """What stays taken of the primary network, as is known of a release that ran."""
        own = dict.fromkeys(one.release for one in self.leaking if one.release == one.programs)
        some = [one for one in self.taken if one.network == CLUSTER]
        if own and some:
            count = counted(sum(len(one.addresses) for one in some), "allocation")
            known = f"as is known of {' and '.join(own)} ({troubles.DEL_LEAK.source})"
            found = _finding("WIR604", f"{count} of the primary network stay taken, {known}")
            yield found._replace(severity=Severity.NOTE, fix=f"release: {releases.DEFAULT}")

    def _lost(self) -> Iterator[Finding]:
        """What else stays taken; of the primary network nobody can say if a release leaks that."""
        others = {OWN, CLUSTER} if self.leaking else {OWN}
        some = [one for one in self.taken if one.network not in others]
        used = [one for one in some if one.phase == IN_USE]
        if used:
            yield _finding("WIR604", f"{_first(used)} stays taken after its pod was deleted")
        by_phase: dict[str, list[Taken]] = defaultdict(list)
        for one in some:
            if one.phase != IN_USE:
                by_phase[one.phase].append(one)
        for phase, found in by_phase.items():
            count = counted(sum(len(one.addresses) for one in found), "allocation")
            yield _finding("WIR614", f"{phase}: {count} of pods that were deleted: {_first(found)}")


def mebibytes(size: int) -> str:
    """A size in bytes, in whole MiB."""
    return f"{round(size / 2**20)} MiB"


def _first(some: Sequence[Taken]) -> str:
    one = some[0]
    network = "the primary network" if one.network == CLUSTER else one.network
    return f"{one.addresses[0]} of {network}" + (f" on {one.node}" if one.node else "")


def _some(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def _finding(code: str, message: str, network: str = "") -> Finding:
    known = CODES[code]
    fix = told(known.fix, in_json=False)
    return Finding(code, known.severity, network, (), "", message, fix)
