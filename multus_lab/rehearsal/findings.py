"""From what was seen to what is wrong: pure functions over a plan and an observation.

A finding has the code of the check that predicts it, where there is one; what only the wire tells
has a code WIR6xx of its own.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_interface
from itertools import groupby

from multus_lab.checks import Finding, Severity
from multus_lab.checks.fix import told
from multus_lab.checks.network import Network
from multus_lab.checks.rule import RULES
from multus_lab.rehearsal import plan as planned
from multus_lab.rehearsal.observation import Interface, Observation, Pod
from multus_lab.rehearsal.runtime import INTERFACE


@dataclass(frozen=True)
class Sight:
    """Something that only a rehearsal finds."""

    severity: Severity
    title: str


SIGHTS = {
    "WIR601": Sight(Severity.ERROR, "pod that can't be attached"),
    "WIR602": Sight(Severity.ERROR, "gateway that doesn't answer"),
    "WIR603": Sight(Severity.ERROR, "pods that don't reach each other"),
    "WIR604": Sight(Severity.ERROR, "something left behind by a deleted pod"),
    "WIR605": Sight(Severity.ERROR, "network-status that doesn't tell of the network"),
    "WIR606": Sight(Severity.ERROR, "interface that is not as declared"),
    "WIR607": Sight(Severity.ERROR, "call of the daemon that the API server refuses"),
    "WIR608": Sight(Severity.ERROR, "network that the API server refuses"),
    "WIR609": Sight(Severity.ERROR, "CHECK that fails on a running pod"),
}
"""Every code that is a rehearsal's own."""


@dataclass(frozen=True)
class Rehearsed:
    """A plan, what was seen of it, and what the checks had predicted of its networks."""

    plan: planned.Plan
    seen: Observation
    networks: Sequence[Network]
    predicted: Sequence[Finding]

    def findings(self) -> list[Finding]:
        """All that is wrong, by network."""
        order = {network.label: index for index, network in enumerate(self.networks)}
        found = [self._settled(one) for one in self._found()]
        return sorted(found, key=lambda one: (order.get(one.network, -1), one.code))

    def left_out(self) -> dict[str, str]:
        """Each network that was not rehearsed, with the reason."""
        lacking = {
            one.network: f"the kernel of this machine has no {kind}"
            for one in self.plan.pods
            for kind in one.kinds
            if kind in self.seen.lacking
        }
        return {**self.plan.left_out, **lacking}

    def predicts(self, finding: Finding) -> bool:
        """Whether the checks had told of it."""
        return self._prediction(finding) is not None

    def _prediction(self, finding: Finding) -> Finding | None:
        return next(
            (
                one
                for one in self.predicted
                if one.code == finding.code and one.network in {finding.network, ""}
            ),
            None,
        )

    def _settled(self, finding: Finding) -> Finding:
        """With the place and the fix of its prediction, and the reason if it is accepted."""
        before = self._prediction(finding)
        if before is None:
            return finding
        accepted = before.accepted if finding.severity is Severity.RISK else None
        return Finding(
            finding.code,
            finding.severity,
            finding.network,
            before.path,
            before.value,
            finding.message,
            before.fix,
            accepted,
        )

    def _found(self) -> Iterator[Finding]:
        pods = {one.name: one for one in self.seen.pods}
        for network in self.networks:
            ours = [
                (one, pods[one.name])
                for one in self.plan.pods
                if one.network == network.label and one.name in pods
            ]
            if network.label in self.seen.refused:
                yield _sight("WIR608", network.label, self.seen.refused[network.label])
                continue
            yield from self._attached(network, ours)
            up = [(one, pod) for one, pod in ours if not pod.error]
            yield from _as_declared(network, up)
            yield from _routes(network, up)
            yield from _repeated(network, up, self.seen)
            yield from _gateways(network, up)
            yield from _reached(network, up)
            yield from _own_nodes(network, up)
            yield from _told(network, up)
        yield from _shared(self.plan, pods)
        for call in self.seen.forbidden:
            message = f"the ClusterRole doesn't let the daemon {call}"
            yield _sight("WIR607", "", message)
        yield from _left(self.networks, self.seen.left)

    def _attached(
        self, network: Network, ours: Sequence[tuple[planned.Pod, Pod]]
    ) -> Iterator[Finding]:
        for code, verb, what in (
            ("", "ADD", [pod.error for _, pod in ours]),
            ("", "ADD once more", [pod.again_error for _, pod in ours]),
            ("WIR609", "CHECK", [pod.check_error for _, pod in ours]),
            ("WIR604", "DEL", [pod.delete_error for _, pod in ours]),
        ):
            said = [(one.name, words) for (one, _), words in zip(ours, what, strict=True) if words]
            for words, group in groupby(sorted(said, key=lambda one: one[1]), lambda one: one[1]):
                names = [name for name, _ in group]
                message = f"{verb} of {_counted(names)} fails: {words}"
                found = code or _code_of(words, network.label, self.predicted)
                yield Finding(found, Severity.ERROR, network.label, (), "", message, "")


def _code_of(words: str, label: str, predicted: Sequence[Finding]) -> str:
    """The rule whose plugin says these words; one that was predicted before any other."""
    said = [code for code, rule in RULES.items() if rule.says and re.search(rule.says, words)]
    told = {one.code for one in predicted if one.network == label}
    return next((code for code in said if code in told), said[0] if said else "WIR601")


def _as_declared(network: Network, up: Sequence[tuple[planned.Pod, Pod]]) -> Iterator[Finding]:
    pieces = network.pieces
    wanted = network.main.config.get("mtu")
    for one, pod in up:
        interface = pod.interface(INTERFACE)
        if interface is None:
            yield _sight("WIR606", network.label, f"{one.name} has no interface {INTERFACE}")
            continue
        if isinstance(wanted, int) and wanted and interface.mtu != wanted:
            message = f"{INTERFACE} of {one.name} has MTU {interface.mtu}, not {wanted}"
            yield _sight("WIR606", network.label, message)
        for failed in interface.failed:
            message = f"{failed} of {one.name} is somebody else's already (IPv6 DAD)"
            yield _coded("IPA207", network.label, message)
        yield from _addressed(network, one, interface, bool(pieces))


def _addressed(
    network: Network, one: planned.Pod, interface: Interface, expected: bool
) -> Iterator[Finding]:
    if expected and not interface.addresses:
        message = f"{INTERFACE} of {one.name} has no address"
        yield _sight("WIR606", network.label, message)
    for text in interface.addresses if expected else ():
        number, version = int(ip_interface(text).ip), ip_interface(text).version
        if not any(
            piece.first <= number <= piece.last and piece.pool.subnet.version == version
            for piece in network.pieces
        ):
            message = f"{one.name} has {text}, which is in none of the network's ranges"
            yield _sight("WIR606", network.label, message)


def _routes(network: Network, up: Sequence[tuple[planned.Pod, Pod]]) -> Iterator[Finding]:
    taken = [one.name for one, pod in up if INTERFACE in pod.default[:1]]
    shared = [one.name for one, pod in up if INTERFACE in pod.default[1:]]
    if taken:
        message = f"the default route of {_counted(taken)} leaves by {INTERFACE}"
        yield _coded("RTE301", network.label, message + _services(up))
    elif shared:
        message = f"{_counted(shared)} has a second default route by {INTERFACE}"
        yield _coded("RTE301", network.label, message + _services(up))
    else:
        lost = [one.name for one, pod in up if pod.service == INTERFACE]
        if lost:
            message = f"Services are looked for by {INTERFACE} in {_counted(lost)}"
            yield _coded("RTE304", network.label, message)


def _services(up: Sequence[tuple[planned.Pod, Pod]]) -> str:
    return (
        ", and Services are looked for there"
        if any(pod.service == INTERFACE for _, pod in up)
        else ""
    )


def _repeated(
    network: Network, up: Sequence[tuple[planned.Pod, Pod]], seen: Observation
) -> Iterator[Finding]:
    """The same address in several pods of the network."""
    if not planned.reach(network):
        return  # the addresses stay on their node
    holders = _holders(up)
    twice = {address: names for address, names in holders.items() if len(names) > 1}
    if twice:
        address, names = next(iter(twice.items()))
        macs, nodes = len(seen.answers.get(address, ())), len(seen.stores.get(address, ()))
        wire = f", {macs} MACs answer for it" if macs > 1 else ""
        wire += f", {nodes} nodes have put it down as given" if nodes > 1 else ""
        more = f"; {len(twice)} addresses repeat in all" if len(twice) > 1 else ""
        message = f"{address} is in {_counted(names)} at once{wire}{more}"
        yield _coded("IPA207", network.label, message)


def _holders(up: Sequence[tuple[planned.Pod, Pod]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for one, pod in up:
        interface = pod.interface(INTERFACE)
        for address in interface.addresses if interface else ():
            found[str(ip_interface(address).ip)].append(one.name)
    return found


def _shared(plan: planned.Plan, pods: Mapping[str, Pod]) -> Iterator[Finding]:
    """The same address in pods of two networks of one segment."""
    found: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for one in plan.pods:
        if one.segment and one.name in pods and not pods[one.name].error:
            for address in _holders([(one, pods[one.name])]):
                found[one.segment, address].setdefault(one.network, one.name)
    told = set()
    for (_, address), by_network in found.items():
        first, *others = by_network
        for other in others:
            if (first, other) not in told:
                told.add((first, other))
                message = (
                    f"{address} is in {by_network[other]} and, by {first}, in {by_network[first]}"
                )
                yield _coded("IPA208", other, message)


def _gateways(network: Network, up: Sequence[tuple[planned.Pod, Pod]]) -> Iterator[Finding]:
    silent: dict[str, list[str]] = defaultdict(list)
    for one, pod in up:
        for gateway, trip in pod.gateways.items():
            if trip is None and gateway not in _holders([(one, pod)]):
                silent[gateway].append(one.name)
    for gateway, names in silent.items():
        inside = any(ip_interface(gateway).ip in pool.subnet for pool in network.pools)
        message = f"gateway {gateway} doesn't answer {_counted(names)}"
        if inside:
            yield _sight("WIR602", network.label, message)
        else:
            yield _coded("IPA204", network.label, message)


def _reached(network: Network, up: Sequence[tuple[planned.Pod, Pod]]) -> Iterator[Finding]:
    """Pods that don't reach each other, but for those that aren't meant to."""
    nodes = {one.name: one.node for one, _ in up}
    lost = [
        (one.name, other)
        for one, pod in up
        for other, trip in pod.peers.items()
        if trip is None and (planned.reach(network) or nodes[other] == one.node)
    ]
    if not lost:
        return
    mode = network.main.config.get("mode")
    if mode in {"private", "vepa"} and all(nodes[one] == nodes[other] for one, other in lost):
        message = f"pods on one node don't reach each other, as mode {mode} has it"
        yield _sight("WIR603", network.label, message, Severity.NOTE)
        return
    message = f"{lost[0][0]} doesn't reach {lost[0][1]}; {len(lost)} of all pairs don't"
    yield _sight("WIR603", network.label, message)


def _own_nodes(network: Network, up: Sequence[tuple[planned.Pod, Pod]]) -> Iterator[Finding]:
    trips = [trip for _, pod in up for trip in pod.own_node.values()]
    if trips and all(trip is None for trip in trips):
        message = "no pod reaches its own node over it"
        yield _coded("LIF403", network.label, message)


def _told(network: Network, up: Sequence[tuple[planned.Pod, Pod]]) -> Iterator[Finding]:
    silent = [
        one.name
        for one, pod in up
        if not any(entry.get("interface") == INTERFACE for entry in pod.status)
    ]
    if silent:
        message = f"network-status of {_counted(silent)} says nothing of {INTERFACE}"
        version = str(network.config.get("cniVersion", ""))
        code = "NAD005" if version in {"", "0.1.0", "0.2.0"} else "WIR605"
        yield (
            _coded(code, network.label, message, Severity.RISK)
            if code == "NAD005"
            else _sight(code, network.label, message)
        )


def _left(networks: Sequence[Network], left: Sequence[str]) -> Iterator[Finding]:
    """What is left, by the network in whose name it is kept."""
    by_network: dict[str, list[str]] = defaultdict(list)
    for what in left:
        folder, _, file = what.rpartition("/")
        owner = next(
            (
                one.label
                for one in networks
                if folder.endswith(f"/{one.cni_name}")
                or file.startswith(f"{one.cni_name}-cnitool-")
            ),
            "",
        )
        by_network[owner].append(what)
    for label, some in by_network.items():
        message = f"left after every pod was deleted: {_counted(some)}"
        yield _sight("WIR604", label, message)


def _counted(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def _sight(code: str, network: str, message: str, severity: Severity | None = None) -> Finding:
    return Finding(code, severity or SIGHTS[code].severity, network, (), "", message, "")


def _coded(code: str, network: str, message: str, severity: Severity | None = None) -> Finding:
    """A finding under the code of the check that predicts it."""
    rule = RULES[code]
    fix = told(rule.fix, in_json=False)
    return Finding(code, severity or rule.severity, network, (), "", message, fix)
