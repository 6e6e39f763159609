"""From what was seen to what is wrong: pure functions over a plan and an observation.

A finding has the code of the check that predicts it, where there is one; what only the wire tells
has a code WIR6xx of its own.
"""

from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property
from ipaddress import ip_address, ip_interface
from typing import Any

from multus_lab.checks import CODES, RULES, Finding, Severity
from multus_lab.checks.fix import told
from multus_lab.checks.network import Network
from multus_lab.plugins import OLD_RESULTS
from multus_lab.rehearsal import plan as planned
from multus_lab.rehearsal.observation import Interface, Observation, Pod
from multus_lab.rehearsal.runtime import INTERFACE
from multus_lab.rehearsal.sights import SIGHTS


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
        reasons = {**self.plan.left_out, **self.seen.lacking}
        return {one.label: reasons[one.label] for one in self.networks if one.label in reasons}

    def prediction(self, finding: Finding) -> Finding | None:
        """What the checks had told of it: of its network, of the stack, or of a neighbour."""
        neighbours = self._neighbours.get(finding.network, set())
        for labels in ({finding.network}, {""}, neighbours):
            for one in self.predicted:
                if one.code == finding.code and one.network in labels:
                    return one
        return None

    @cached_property
    def _neighbours(self) -> Mapping[str, set[str]]:
        """The networks that share a segment with a network, and itself."""
        on: dict[str, set[str]] = defaultdict(set)
        for one in self.plan.pods:
            if one.segment:
                on[one.segment].add(one.network)
        return {label: labels for labels in on.values() for label in labels}

    def _settled(self, finding: Finding) -> Finding:
        """With the place and the fix of its prediction, and the reason where that is accepted."""
        before = self.prediction(finding)
        if before is None:
            return finding
        return finding._replace(
            path=before.path,
            value=before.value,
            fix=before.fix,
            severity=finding.severity if before.accepted is None else Severity.RISK,
            accepted=before.accepted,
        )

    def _found(self) -> Iterator[Finding]:
        groups = self._groups()
        for label, words in self.seen.refused.items():
            found = self._refused_as(words, label, "WIR608", ())
            yield Finding(found, Severity.ERROR, label, (), "", words, "")
        for group in groups:
            yield from self._called(group)
            attached = replace(group, pods=[one for one in group.pods if not one[1].error])
            for look in _LOOKS:
                yield from look(attached, self.seen)
        yield from _own_nodes(groups)
        yield from _shared(groups)
        yield from _others(self.plan, groups)
        for call in self.seen.forbidden:
            message = f"the ClusterRole doesn't let the daemon {call}"
            yield _finding("WIR607", "", message)
        for call in self.seen.forbidden_counting:
            yield _finding("WIR607", "", f"its roles don't let whereabouts {call}")
        yield from _left(groups, self.seen.left)

    def _groups(self) -> "list[_Group]":
        """The networks that the API server took, each with its pods."""
        seen = {one.name: one for one in self.seen.pods}
        pods: dict[str, list[tuple[planned.Pod, Pod]]] = defaultdict(list)
        for one in self.plan.pods:
            if one.name in seen:
                pods[one.network].append((one, seen[one.name]))
        foreseen: dict[str, set[str]] = defaultdict(set)
        for finding in self.predicted:
            foreseen[finding.network].add(finding.code)
        return [
            _Group(one, pods[one.label], foreseen[one.label] | foreseen[""])
            for one in self.networks
            if one.label not in self.seen.refused
        ]

    def _called(self, group: "_Group") -> Iterator[Finding]:
        """What ADD, CHECK and DEL said in failing, once for each rule or wording."""
        label = group.network.label
        kinds = {one.type for one in group.network.plugins} | {group.network.ipam_type}
        for code, verb, what in (
            ("", "ADD", "error"),
            ("", "ADD once more", "again_error"),
            ("WIR609", "CHECK", "check_error"),
            ("WIR604", "DEL", "delete_error"),
        ):
            failed: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
            for one, pod in group.pods:
                if words := getattr(pod, what):
                    found = code or self._refused_as(words, label, "WIR601", kinds)
                    failed[found, "" if found in RULES else words].append((one.name, words))
            for (found, _), said in failed.items():
                message = f"{verb} of {_counted([name for name, _ in said])} fails: {said[0][1]}"
                yield Finding(found, Severity.ERROR, label, (), "", message, "")

    def _refused_as(self, words: str, label: str, otherwise: str, kinds: Container[str]) -> str:
        """The rule whose words these are: the only one, or one that was predicted.

        Several rules may share the kernel's words, and one on networks side by side may be
        predicted of the other one. Of plugins only those of these `kinds` can have spoken.
        """
        heard = [name for name in RULES if CODES[name].heard_in(words, kinds)]
        for labels in ({label}, self._neighbours.get(label, set())):
            told = {one.code for one in self.predicted if one.network in labels}
            if (code := next((one for one in heard if one in told), None)) is not None:
                return code
        return heard[0] if len(heard) == 1 else otherwise


@dataclass(frozen=True)
class _Group:
    """A network with its pods, as planned and as seen, and the codes that checks foresee."""

    network: Network
    pods: Sequence[tuple[planned.Pod, Pod]]
    foreseen: Set[str]

    def found(self, code: str, message: str, *before: str) -> Finding:
        """A finding of this code, or of the first of those `before` it that is foreseen."""
        told = next((one for one in before if one in self.foreseen), code)
        return _finding(told, self.network.label, message)

    @cached_property
    def segments(self) -> Mapping[str, str]:
        """The segment that each pod is on, "" for none."""
        return {one.name: one.segment for one, _ in self.pods}

    def names(self, condition: Callable[[Pod], object]) -> list[str]:
        """The pods of which it holds."""
        return [one.name for one, pod in self.pods if condition(pod)]

    def interfaces(self) -> Iterator[tuple[str, Interface]]:
        """Each pod's interface into the network."""
        for one, pod in self.pods:
            if (interface := pod.interface(INTERFACE)) is not None:
                yield one.name, interface

    def holders(self) -> dict[str, list[str]]:
        """The pods that have an address, by the address."""
        found: dict[str, list[str]] = defaultdict(list)
        for one, pod in self.pods:
            for address in pod.addresses(INTERFACE):
                found[address].append(one.name)
        return found


# --- what is looked at in each network ------------------------------------------------------------


def _as_declared(group: _Group, _: Observation) -> Iterator[Finding]:
    if missing := group.names(lambda pod: pod.interface(INTERFACE) is None):
        message = f"{_counted(missing)} has no interface {INTERFACE}"
        yield group.found("WIR606", message, "NAD012")
    mtus = [plugin.config.get("mtu") for plugin in group.network.plugins]
    wanted = next((one for one in reversed(mtus) if isinstance(one, int) and one > 0), None)
    made = group.network.main.config.get("disableContainerInterface") is not True
    for name, interface in group.interfaces():
        if made and not interface.up:
            yield group.found("WIR606", f"{INTERFACE} of {name} is down")
        if wanted and interface.mtu != wanted:
            message = f"{INTERFACE} of {name} has MTU {interface.mtu}, not {wanted}"
            yield group.found("WIR606", message)
        for failed in interface.failed:
            message = f"{failed} of {name} is somebody else's already (IPv6 DAD)"
            yield _held_twice(group, message)
        yield from _addressed(group, name, interface)


def _addressed(group: _Group, name: str, interface: Interface) -> Iterator[Finding]:
    pieces = group.network.pieces
    addresses = [ip_interface(one) for one in interface.addresses]
    for version in sorted({one.pool.subnet.version for one in pieces}):
        if version not in {one.version for one in addresses}:
            message = f"{INTERFACE} of {name} has no IPv{version} address"
            yield group.found("WIR606", message, "LNK102")
    for one in addresses if group.network.pools else ():
        if not any(
            piece.first <= int(one) <= piece.last and piece.pool.subnet.version == one.version
            for piece in pieces
        ):
            message = f"{name} has {one}, which is in none of the network's ranges"
            yield group.found("WIR606", message, "IPA202")


def _routes(group: _Group, _: Observation) -> Iterator[Finding]:
    if group.network.settings.get("default_route") == "takeover":
        return  # as it is meant
    taken = group.names(lambda pod: INTERFACE in pod.default[:1])
    shared = group.names(lambda pod: INTERFACE in pod.default[1:])
    lost = group.names(lambda pod: pod.service == INTERFACE)
    too = ", and Services are looked for there" if lost else ""
    if taken:
        message = f"the default route of {_counted(taken)} leaves by {INTERFACE}"
        yield group.found("RTE301", message + too)
    elif shared:
        message = f"{_counted(shared)} has a second default route, by {INTERFACE}"
        yield group.found("RTE301", message + too)
    elif lost:
        message = f"Services are looked for by {INTERFACE} in {_counted(lost)}"
        yield group.found("RTE304", message, "RTE301", "IPA210")


def _ways(group: _Group, _: Observation) -> Iterator[Finding]:
    """Where pods look for what is in their own subnet; ptp means to go by the node."""
    link = group.network.link
    if link is not None and link.needs_gateway:
        return
    ways: dict[str, list[str]] = defaultdict(list)
    for one, pod in group.pods:
        # Each node's eth0 has a gateway of its own.
        through = pod.neighbours.startswith(INTERFACE)
        ways[pod.neighbours if through else pod.neighbours.partition(" ")[0]].append(one.name)
    for way, names in ways.items():
        if way in {"", INTERFACE}:
            continue
        message = f"neighbours on the segment are looked for by {way} in {_counted(names)}"
        code = "RTE304" if way.startswith(INTERFACE) else "WIR606"
        code = "RTE306" if group.network.chained("sbr") else code
        yield group.found(code, message, "IPA220")


def _repeated(group: _Group, seen: Observation) -> Iterator[Finding]:
    """The same address, or the same MAC, in several pods of the network."""
    if not planned.reach(group.network):
        return  # they stay on their node
    twice = {one: names for one, names in group.holders().items() if len(names) > 1}
    if twice:
        address, names = next(iter(twice.items()))
        segments = set(group.segments.values())
        answers = [seen.answers.get(one, {}).get(address, ()) for one in segments]
        macs, nodes = max(map(len, answers)), len(seen.stores.get(address, ()))
        wire = f", {macs} MACs answer for it" if macs > 1 else ""
        wire += f", {nodes} nodes have put it down as given" if nodes > 1 else ""
        more = f"; {len(twice)} addresses repeat in all" if len(twice) > 1 else ""
        message = f"{address} is in {_counted(names)} at once{wire}{more}"
        yield _held_twice(group, message)
    link = group.network.link
    own_mac = link is None or link.own_mac or not link.takes_master  # others have their master's
    by_mac: dict[str, list[str]] = defaultdict(list)
    for name, interface in group.interfaces():
        by_mac[interface.mac].append(name)
    for mac, names in by_mac.items():
        if len(names) > 1 and own_mac:
            message = f"{mac} is the MAC of {_counted(names)} at once"
            yield group.found("LNK118", message, "NAD007")


def _held_twice(group: _Group, message: str) -> Finding:
    """An address that several have; with static it is no note any more, as pods didn't ask."""
    return group.found("IPA207", message, "IPA215")._replace(severity=Severity.RISK)


def _gateways(group: _Group, _: Observation) -> Iterator[Finding]:
    silent: dict[str, list[str]] = defaultdict(list)
    for one, pod in group.pods:
        for gateway, trip in pod.gateways.items():
            if trip is None and gateway not in pod.addresses(INTERFACE):
                silent[gateway].append(one.name)
    pools = group.network.pools
    for gateway, names in silent.items():
        address = ip_address(gateway)
        message = f"gateway {gateway} doesn't answer {_counted(names)}"
        if planned.handed_out(group.network, address):
            yield group.found("RTE302", message)
        elif any(planned.is_host(address, pool.subnet) for pool in pools):
            yield group.found("WIR602", message)
        elif "IPA204" in group.foreseen:  # else it is reached on-link, and nothing stands in for it
            yield group.found("IPA204", message)


def _reached(group: _Group, _: Observation) -> Iterator[Finding]:
    """Pods that don't reach each other, but for those that aren't meant to."""
    nodes = {one.name: one.node for one, _ in group.pods}
    lost = [
        (one.name, other)
        for one, pod in group.pods
        for other, trip in pod.peers.items()
        if trip is None and (planned.reach(group.network) or nodes[other] == one.node)
    ]
    if not lost:
        return
    mode = group.network.main.config.get("mode")
    if mode in {"private", "vepa"} and all(nodes[one] == nodes[other] for one, other in lost):
        message = f"pods on one node don't reach each other, as mode {mode} has it"
        yield group.found("WIR603", message)._replace(severity=Severity.NOTE)
        return
    message = f"{lost[0][0]} doesn't reach {lost[0][1]}; {len(lost)} of all pairs don't"
    yield group.found("WIR603", message, "IPA203", "IPA220", "LNK118", "IPA206", "IPA209")


def _told(group: _Group, _: Observation) -> Iterator[Finding]:
    """What the network-status annotation tells of it."""
    silent = group.names(lambda pod: _status(pod) is None)
    if silent:
        message = f"network-status of {_counted(silent)} says nothing of {INTERFACE}"
        if (group.network.config.get("cniVersion") or "") in OLD_RESULTS:
            yield group.found("NAD005", message)._replace(severity=Severity.RISK)
        else:
            yield group.found("WIR605", message, "NAD012")
    ipam = group.network.main.ipam
    if ipam.get("dns") or ipam.get("resolvConf"):
        lost = group.names(lambda pod: _status(pod) is not None and not _dns(pod))
        if lost:
            message = f"network-status of {_counted(lost)} has nothing of the ipam's name servers"
            yield group.found("IPA219", message)


_LOOKS = (_as_declared, _routes, _ways, _repeated, _gateways, _reached, _told)


def _status(pod: Pod) -> Mapping[str, Any] | None:
    return next((one for one in pod.status if one.get("interface") == INTERFACE), None)


def _dns(pod: Pod) -> object:
    return (_status(pod) or {}).get("dns")


# --- what is looked at in all of them together ----------------------------------------------------


def _own_nodes(groups: Sequence[_Group]) -> Iterator[Finding]:
    """Tell it once, at the first such network, as the check does."""
    cut_off = []
    for group in groups:
        trips = [trip for _, pod in group.pods for trip in pod.own_node.values()]
        if trips and all(trip is None for trip in trips):
            cut_off.append(group)
    if cut_off:
        more = f"; the same goes for {len(cut_off) - 1} more" if cut_off[1:] else ""
        yield cut_off[0].found("LIF403", f"no pod reaches its own node over it{more}")


def _shared(groups: Sequence[_Group]) -> Iterator[Finding]:
    """The same address in pods of two networks of one segment."""
    first: dict[tuple[str, str], tuple[_Group, str]] = {}
    told = set()
    for group in groups:
        for address, names in group.holders().items():
            segment = group.segments[names[0]]
            other, theirs = first.setdefault((segment, address), (group, names[0]))
            pair = (other.network.label, group.network.label)
            if segment and other is not group and pair not in told:
                told.add(pair)
                message = f"{address} is in {names[0]} and, by {pair[0]}, in {theirs}"
                yield group.found("IPA208", message)


def _others(plan: planned.Plan, groups: Sequence[_Group]) -> Iterator[Finding]:
    """Pods that have the address of a gateway or of a node."""
    theirs = {
        (segment.name, str(ip_interface(one).ip)): "the gateway's"
        for segment in plan.segments
        for one in segment.gateways
    } | {
        (link.segment, str(ip_interface(one).ip)): f"node {node.name}'s"
        for node in plan.nodes
        for link in node.links
        for one in link.addresses
    }
    for group in groups:
        for address, names in group.holders().items():
            whose = theirs.get((group.segments[names[0]], address))
            if whose:
                message = f"{names[0]} has {address}, which is {whose}"
                yield group.found("IPA209", message, "IPA206")


def _left(groups: Sequence[_Group], left: Sequence[str]) -> Iterator[Finding]:
    """What is left, by the network in whose name it is kept."""
    by_owner: dict[int, list[str]] = defaultdict(list)
    for what in left:
        folder, _, file = what.rpartition("/")
        owner = (
            index
            for index, one in enumerate(groups)
            if folder.endswith(f"/{one.network.cni_name}")
            or file.startswith(f"{one.network.cni_name}-cnitool-")
        )
        by_owner[next(owner, -1)].append(what)
    for index, some in by_owner.items():
        message = f"left after every pod was deleted: {_counted(some)}"
        if index < 0:
            yield _finding("WIR604", "", message)
        else:
            yield groups[index].found("WIR604", message, "NAD005", "NAD010")


def _counted(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def _finding(code: str, network: str, message: str) -> Finding:
    """A finding under the code of the check that predicts it, or of a rehearsal's own."""
    if code in SIGHTS:
        return Finding(code, Severity.ERROR, network, (), "", message, "")
    known = CODES[code]
    return Finding(code, known.severity, network, (), "", message, told(known.fix, in_json=False))
