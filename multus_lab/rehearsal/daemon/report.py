"""What a rehearsal of an installation tells: of each step, of what is wrong, and what was real."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from statistics import median
from typing import Any

from multus_lab.checks import Finding
from multus_lab.programs import CNI_PLUGINS, KUBERNETES, WHEREABOUTS
from multus_lab.rehearsal.daemon.findings import Rehearsed, mebibytes
from multus_lab.rehearsal.daemon.observation import Removed, Replaced, Start
from multus_lab.rehearsal.daemon.plan import LOAD, OWN, Version
from multus_lab.rehearsal.report import brought, unmet
from multus_lab.report.as_text import counted, visible
from multus_lab.report.located import level_of

_MOST = 8
"""Rows of one kind, and things left on a node, that are printed; --json has them all."""

Row = Sequence[str]

_REPLACED = ("NODE", "GAP", "STARTED", "NO NETWORK", "LONGEST WAIT", "USUAL", "RUNNING PODS")


def real(rehearsed: Rehearsed) -> list[str]:
    """What was the real thing."""
    programs = sorted({one.programs for one in rehearsed.plan.versions})
    found = [
        f"multus-daemon, multus-shim and install_multus {' and '.join(programs)}, as the "
        "DaemonSet has them: containers, mounts, propagation, ConfigMap",
        f"the nodes' folders and links: {_layout(rehearsed.plan.declared)}",
        f"CNI plugins {CNI_PLUGINS.release}",
        f"etcd and kube-apiserver {KUBERNETES.release}, with the stack's objects, role and token",
    ]
    if rehearsed.plan.whole.whereabouts:
        slices = ", and its controller of node slices" if rehearsed.plan.whole.slices else ""
        found.append(f"whereabouts {WHEREABOUTS.release}, with its CRDs and role{slices}")
    return found


def stood_in(rehearsed: Rehearsed) -> list[str]:
    """What something else stood in for."""
    plan = rehearsed.plan
    missing = {one.release: one.programs for one in plan.versions if one.release != one.programs}
    found = [
        f"the programs of {release}, which can't be built here: those of {programs}; objects, "
        f"role and grace period are {release}'s"
        for release, programs in missing.items()
    ]
    found += [
        "the kubelet and container runtime: cnitool by the first file in order, as containerd "
        "takes it; a pod that fails is tried again after 0.1 s, and a kubelet takes longer",
        "the rollout: the next pod is started at once; scheduling and pulling take longer",
        f"the primary network: bridge and host-local in {plan.primary}",
        "the CNI plugins that the nodes have: all that are built here"
        + (", but for those that the stack installs" if plan.declared.layout.brought else ""),
        "limits of CPU and memory, and images: not applied; memory is read in /proc, without the "
        "kernel's share; more cores than here run more plugins at once, which takes more",
    ]
    found += [
        f"addresses of the primary network that stay taken: {one.programs} is known to leak them, "
        f"and {one.release} isn't"
        for one in rehearsed.leaking
        if one is plan.declared and one.release != one.programs
    ]
    if plan.declared.layout.brought:
        found.append(brought(plan.declared.layout.brought))
    found += unmet(plan.whole)
    if plan.strangers:
        found.append(
            f"the networks of {plan.strangers} of the {len(plan.crowd) + len(plan.load)} pods that "
            f"start at once or come and go: {OWN}, a bridge, as the stack's have no room for them, "
            "or aren't on the node"
        )
    return found


def _layout(version: Version) -> str:
    paths = version.layout.paths
    primary = f", primary network in {version.layout.primary_dir}"
    links = f", links into {version.layout.programs_dir}" if version.layout.programs_dir else ""
    apart = primary if version.layout.two_folders else ""
    return f"{paths.cni_config_dir}{apart}, {paths.bin_dir}{links}, {paths.netns_dir}"


def printed(rehearsed: Rehearsed, findings: Sequence[Finding], seconds: float) -> str:
    """The report as text, with a summary for its last line."""
    lines = [*_installed(rehearsed), *_replaced(rehearsed), *_memory(rehearsed)]
    lines += [*_removed(rehearsed), *_taken(rehearsed)]
    for finding in findings:
        lines += ["", *_finding(finding)]
    for label, reason in rehearsed.left_out().items():
        lines += ["", visible(f"not rehearsed: {label}: {reason}")]
    lines += ["", "real:", *(f"  {one}" for one in real(rehearsed))]
    lines += ["stood in for:", *(f"  {one}" for one in stood_in(rehearsed))]
    return "\n".join([*lines, "", _summary(rehearsed, findings, seconds), ""])


def as_json(rehearsed: Rehearsed, findings: Sequence[Finding], seconds: float) -> str:
    """The report as one JSON object; memory in bytes, times in seconds."""
    seen, plan = rehearsed.seen, rehearsed.plan
    value = {
        "release": plan.declared.release,
        "programs": plan.declared.programs,
        "from": plan.before.release if plan.before else None,
        "fromPrograms": plan.before.programs if plan.before else None,
        "installed": [asdict(one) for one in seen.installed],
        "attached": [asdict(one) for one in seen.attached],
        "replaced": [_as_data(one) for one in seen.replaced],
        "memory": {
            "limit": plan.declared.memory,
            "crowds": [asdict(one) for one in seen.crowds],
        },
        "removed": [asdict(one) for one in seen.removed],
        "taken": [asdict(one) for one in seen.taken],
        "findings": [
            {
                "code": one.code,
                "severity": one.severity.value,
                "network": one.network,
                "message": one.message,
                "fix": one.fix,
            }
            for one in findings
        ],
        "leftOut": rehearsed.left_out(),
        "real": real(rehearsed),
        "stoodIn": stood_in(rehearsed),
        "seconds": round(seconds, 1),
        "refused": any(one.refuses for one in findings),
    }
    return json.dumps(value, indent=2) + "\n"


def _as_data(one: Replaced) -> dict[str, Any]:
    return {**asdict(one), "twoFolders": one.two_folders, "without": one.without} | {
        "longestWait": one.longest
    }


# --- its tables -----------------------------------------------------------------------------------


def _table(title: str, headings: Row, rows: Sequence[Row]) -> Iterator[str]:
    yield title
    all_rows = [headings, *rows[:_MOST]]
    widths = [max(len(row[column]) for row in all_rows) for column in range(len(headings))]
    for row in all_rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  " + "  ".join(cells).rstrip()
    if (more := len(rows) - _MOST) > 0:
        yield f"  … and {more} more; --json has them all"


def _installed(rehearsed: Rehearsed) -> Iterator[str]:
    seen, plan = rehearsed.seen, rehearsed.plan
    first = plan.before or plan.declared
    started = {one.pod: one for one in seen.attached}
    rows = []
    for node in plan.whole.nodes:
        ready = next(one.seconds for one in seen.installed if one.node == node.name)
        mine = [one for one in plan.whole.pods if one.node == node.name and one.name in started]
        pods = [started[one.name] for one in mine]
        well = [one for one in pods if not (one.error or one.without)]
        slowest = max((one.seconds for one in well), default=0.0)
        attached = f"{len(well)} of {len(pods)}" if pods else "-"
        rows.append((node.name, _s(ready), attached, _s(slowest) if well else "-"))
    headings = ("NODE", "READY AFTER", "PODS ATTACHED", "SLOWEST")
    yield from _table(f"installed {first.release}", headings, rows)


def _replaced(rehearsed: Rehearsed) -> Iterator[str]:
    by_kind: dict[tuple[str, bool], list[Replaced]] = defaultdict(list)
    for one in rehearsed.seen.replaced:
        by_kind[one.phase, one.two_folders].append(one)
    declared = rehearsed.plan.declared
    for (phase, two), some in by_kind.items():
        folders = "two folders" if two else "one folder"
        whose = "as the stack has it" if two == declared.layout.two_folders else "for comparison"
        before = rehearsed.plan.before
        what = f"{phase} from {before.release}" if before and phase == "upgrade" else phase
        title = f"{what} under load, {folders}, {whose}"
        yield ""
        yield from _table(title, _REPLACED, [_row(one) for one in some])


def _row(one: Replaced) -> Row:
    kept = len(one.running) - len(one.lost)
    usual = _usual(one.before)
    return (
        one.node,
        _s(one.gap),
        str(len(one.during)),
        str(len(one.without)),
        _s(one.longest) if one.longest else "-",
        _s(usual) if usual else "-",
        f"{kept} of {len(one.running)} kept theirs" if one.running else "-",
    )


def _usual(starts: Sequence[Start]) -> float:
    return median([one.seconds for one in starts if not one.error] or [0.0])


def _memory(rehearsed: Rehearsed) -> Iterator[str]:
    limit = rehearsed.plan.declared.memory
    told = f"limit {mebibytes(limit)}" if limit is not None else "no limit"
    node = rehearsed.plan.crowded
    rows = []
    for one in rehearsed.seen.crowds:
        share = f"{round(100 * one.memory / limit)} %" if limit else "-"
        failed = f"{one.failed} failed" if one.failed else "-"
        rows.append((str(one.pods), mebibytes(one.memory), share, _s(one.seconds), failed))
    headings = ("STARTED AT ONCE", "MEMORY", "OF THE LIMIT", "TOOK", "PODS")
    yield ""
    yield from _table(f"memory of the daemon and its plugins on {node}, {told}", headings, rows)


def _removed(rehearsed: Rehearsed) -> Iterator[str]:
    by_things: dict[tuple[str, ...], list[Removed]] = defaultdict(list)
    for one in rehearsed.seen.removed:
        by_things[tuple(each.path for each in one.left)].append(one)
    for paths, nodes in by_things.items():
        where = nodes[0].node if len(nodes) == 1 else f"each of {len(nodes)} nodes"
        yield ""
        yield f"removed; left on {where}" + ("" if paths else ": nothing")
        for index, path in enumerate(paths[:_MOST]):
            files = sorted({one.left[index].files for one in nodes})
            yield f"  {visible(path)}{_files(files) if path.endswith('/') else ''}"
        if (more := len(paths) - _MOST) > 0:
            yield f"  … and {more} more; --json has them all"


def _files(counts: Sequence[int]) -> str:
    if not any(counts):
        return " (empty)"
    return (
        f" ({counted(counts[0], 'file')})"
        if len(counts) == 1
        else (f" ({counts[0]} to {counts[-1]} files)")
    )


def _taken(rehearsed: Rehearsed) -> Iterator[str]:
    counts: dict[tuple[str, bool, str], list[str]] = defaultdict(list)
    for one in rehearsed.seen.taken:
        counts[one.phase, one.two_folders, one.network].extend(one.addresses)
    yield ""
    if not counts:
        yield "addresses that stay taken: none"
        return
    rows = [
        (phase, "two" if two else "one", visible(network), str(len(found)), visible(found[0]))
        for (phase, two, network), found in counts.items()
    ]
    headings = ("DURING", "FOLDERS", "NETWORK", "ADDRESSES", "FOR EXAMPLE")
    yield from _table("addresses that stay taken, and nobody has", headings, rows)


def _s(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds < 1 else f"{seconds:.1f} s"


def _finding(finding: Finding) -> Iterator[str]:
    network = f"{visible(finding.network)}: " if finding.network else ""
    yield f"{network}{level_of(finding)} {finding.code}, seen:"
    yield f"  {visible(finding.message)}"
    yield f"  fix: {visible(finding.fix)}"


def _summary(rehearsed: Rehearsed, findings: Sequence[Finding], seconds: float) -> str:
    plan = rehearsed.plan
    what = f"{plan.declared.release} on {counted(len(plan.whole.nodes), 'node')}"
    if plan.before:
        what = f"{plan.before.release} to {what}"
    refusing = sum(one.refuses for one in findings)
    notes = len(findings) - refusing
    counts = [(refusing, "refused"), (notes, "noted")]
    told = ", ".join(f"{count} {word}" for count, word in counts if count)
    pods = f"{LOAD} pods a node come and go"
    return f"{what}, {pods}, in {seconds:.1f} s: {told or 'nothing found'}"
