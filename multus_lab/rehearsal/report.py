"""What a rehearsal tells: a table of its pods, what is wrong, and what was real."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from statistics import median
from typing import Any

from multus_lab.checks import Finding
from multus_lab.problems import dotted
from multus_lab.programs import CNI_PLUGINS, KUBERNETES, WHEREABOUTS
from multus_lab.rehearsal.findings import Rehearsed
from multus_lab.rehearsal.observation import Pod
from multus_lab.rehearsal.plan import UNMET, Plan
from multus_lab.rehearsal.plan import Pod as PlannedPod
from multus_lab.rehearsal.runtime import INTERFACE
from multus_lab.report.as_text import counted, visible
from multus_lab.report.located import level_of

_HEADINGS = ("POD", "NODE", INTERFACE.upper(), "MAC", "MTU", "DEFAULT ROUTE", "GATEWAY", "PEERS")
_MOST_ROWS = 40


def real(rehearsed: Rehearsed) -> list[str]:
    """What was the real thing."""
    left_out = rehearsed.left_out()
    networks = [one for one in rehearsed.networks if one.label not in left_out]
    used = {one.type for each in networks for one in each.plugins}
    used |= {each.ipam_type for each in networks}
    kinds = ", ".join(sorted(used - {"whereabouts", ""})) or "none"
    multus = f"multus-daemon, multus-shim and install_multus {rehearsed.plan.daemon}"
    found = [
        f"{multus}, as the DaemonSet has them",
        visible(f"CNI plugins {CNI_PLUGINS.release}: {kinds}"),
        f"etcd and kube-apiserver {KUBERNETES.release}, with the stack's objects, role and token",
        "the kernel's network namespaces, interfaces, routes and ARP",
    ]
    if rehearsed.plan.whereabouts:
        found.append(
            f"whereabouts {WHEREABOUTS.release}, by its DaemonSet, with its CRDs and roles"
            + (", and its controller of node slices" if rehearsed.plan.slices else "")
        )
    return found


def stood_in(rehearsed: Rehearsed) -> list[str]:
    """What something else stood in for."""
    found = [
        "switches: a Linux bridge for each segment, with veth for the nodes' interfaces",
        "the gateways: addresses of that bridge, which answer and route nowhere",
        "the kubelet and container runtime: cnitool, with ADD, CHECK and DEL; no containers run",
        "the cluster's default network: a bridge on each node; no kube-proxy, no DNS",
        "limits of CPU and memory, node selectors, images and paths: not applied",
    ]
    if any(link.addresses for node in rehearsed.plan.nodes for link in node.links):
        found.append("nodes' addresses in the zone, where the stack doesn't tell them")
    if any(one.ips for one in rehearsed.plan.pods):
        found.append("the addresses that pods ask for: some that nobody has, a different one each")
    declared, daemon = rehearsed.plan.multus, rehearsed.plan.daemon
    if declared not in ("", daemon):
        found.append(f"Multus {declared}, which the stack declares: {daemon}")
    if rehearsed.plan.brought:
        found.append(brought(rehearsed.plan.brought))
    found += unmet(rehearsed.plan)
    if rehearsed.plan.whereabouts:
        found.append("the rest of whereabouts' image: this machine's programs; no reconciler runs")
    release = CNI_PLUGINS.release
    if rehearsed.plan.release not in ("", release):
        found.append(f"CNI plugins {rehearsed.plan.release}, which the cluster has: {release}")
    if any(one.resource for one in rehearsed.networks):
        found.append("device plugins: pods are where the interface is, and get no device")
    if not rehearsed.seen.checked:
        found.append("CHECK was not called: the daemon's cniVersion has none before 0.4.0")
    return found


def unmet(plan: Plan) -> list[str]:
    """What stands in for what the daemon would wait for in vain."""
    return [UNMET[one] for one in plan.unmet]


def brought(plugins: Sequence[str]) -> str:
    """What stands in for the image of `installPlugins`, which copies these to the nodes."""
    names = visible(", ".join(plugins))
    return f"the image of installPlugins: {names} of the CNI plugins {CNI_PLUGINS.release}"


def printed(rehearsed: Rehearsed, findings: Sequence[Finding], seconds: float) -> str:
    """The report as text, with a summary for its last line."""
    lines = list(_table(rehearsed))
    for finding in findings:
        lines += ["", *_finding(finding, rehearsed)]
    for label, reason in rehearsed.left_out().items():
        lines += ["", visible(f"not rehearsed: {label}: {reason}")]
    lines += ["", "real:", *(f"  {one}" for one in real(rehearsed))]
    lines += ["stood in for:", *(f"  {one}" for one in stood_in(rehearsed))]
    return "\n".join([*lines, "", _summary(rehearsed, findings, seconds), ""])


def as_json(rehearsed: Rehearsed, findings: Sequence[Finding], seconds: float) -> str:
    """The report as one JSON object."""
    pods = {one.name: one for one in rehearsed.seen.pods}
    value = {
        "pods": [
            {**asdict(pods[one.name]), "namespace": one.namespace, "node": one.node}
            | {"network": one.network}
            for one in rehearsed.plan.pods
            if one.name in pods
        ],
        "findings": [_as_data(one, rehearsed) for one in findings],
        "leftOut": rehearsed.left_out(),
        "calls": dict(rehearsed.seen.calls),
        "real": real(rehearsed),
        "stoodIn": stood_in(rehearsed),
        "seconds": round(seconds, 1),
        "refused": any(one.refuses for one in findings),
    }
    return json.dumps(value, indent=2) + "\n"


def _as_data(finding: Finding, rehearsed: Rehearsed) -> dict[str, Any]:
    before = rehearsed.prediction(finding)
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "network": finding.network,
        "path": dotted(finding.path),
        "value": finding.value,
        "message": finding.message,
        "fix": finding.fix,
        "accepted": finding.accepted,
        "predicted": before is not None,
        "prediction": before.message if before else "",
    }


def _table(rehearsed: Rehearsed) -> Iterator[str]:
    pods = {one.name: one for one in rehearsed.seen.pods}
    planned = [one for one in rehearsed.plan.pods if one.name in pods]
    rows = [_HEADINGS, *(_row(one, pods[one.name]) for one in planned[:_MOST_ROWS])]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    if (more := len(planned) - _MOST_ROWS) > 0:
        yield f"… and {more} more; --json has them all"


def _row(planned: PlannedPod, pod: Pod) -> tuple[str, ...]:
    interface = pod.interface(INTERFACE)
    if pod.error or interface is None:
        return (planned.name, planned.node, "not attached", *("-" for _ in _HEADINGS[3:]))
    answered = [trip for trip in pod.gateways.values() if trip is not None]
    gateway = f"{min(answered):.2f} ms" if answered else "silent" if pod.gateways else "-"
    return (
        planned.name,
        planned.node,
        " ".join(interface.addresses) or "no address",
        interface.mac,
        str(interface.mtu),
        "+".join(pod.default) or "none",
        gateway,
        _peers(pod),
    )


def _peers(pod: Pod) -> str:
    trips = [trip for trip in pod.peers.values() if trip is not None]
    if not pod.peers:
        return f"hears {len(pod.heard)}" if pod.heard else "-"
    speed = f", {median(trips):.2f} ms" if trips else ""
    return f"{len(trips)} of {len(pod.peers)}{speed}"


def _finding(finding: Finding, rehearsed: Rehearsed) -> Iterator[str]:
    place = f" ({visible(dotted(finding.path))})" if finding.path else ""
    network = f"{visible(finding.network)}: " if finding.network else ""
    before = rehearsed.prediction(finding)
    told = ", as check predicts" if before else ""
    yield f"{network}{level_of(finding)} {finding.code}{place}, seen{told}:"
    yield f"  {visible(finding.message)}"
    if before:
        yield f"  check: {visible(before.message)}"
    if finding.accepted is not None:
        yield f"  accepted: {visible(finding.accepted)}"
    elif finding.fix:
        yield f"  fix: {visible(finding.fix)}"


def _summary(rehearsed: Rehearsed, findings: Sequence[Finding], seconds: float) -> str:
    plan = rehearsed.plan
    networks = len({one.network for one in plan.pods} - set(rehearsed.left_out()))
    sizes = ((len(plan.nodes), "node"), (networks, "network"), (len(rehearsed.seen.pods), "pod"))
    what = ", ".join(counted(*one) for one in sizes) + f" in {seconds:.1f} s"
    refusing = sum(one.refuses for one in findings)
    accepted = sum(one.accepted is not None for one in findings)
    notes = len(findings) - refusing - accepted
    counts = [(refusing, "refused"), (accepted, "accepted"), (notes, "noted")]
    told = ", ".join(f"{count} {word}" for count, word in counts if count)
    return f"{what}: {told or 'nothing found'}"
