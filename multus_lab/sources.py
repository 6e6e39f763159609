"""What `check` reads: stacks and manifests, judged, and each finding with its place."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, TypeVar

from multus_lab import project
from multus_lab.checks import Finding, Severity, judge_stack
from multus_lab.checks.stacks import NamedStack, judge_stacks
from multus_lab.errors import FileError
from multus_lab.manifests import Manifest
from multus_lab.manifests import load as load_manifest
from multus_lab.project import StackFile
from multus_lab.report import Located, Report, Unreadable
from multus_lab.settings import Problem, SettingsError
from multus_lab.settings.problems import cut

_T = TypeVar("_T")


def check(stacks: Sequence[str], manifests: Sequence[str]) -> Report:
    """Check stacks, given by name or file, and manifests, given by file or as `-`."""
    unreadable: list[Unreadable] = []
    # By path, so that a stack given twice isn't held against itself.
    by_path = {one.path.resolve(): one for one in _readable(stacks, project.stack_file, unreadable)}
    files = list(by_path.values())
    read = list(_readable(manifests, _manifest, unreadable))
    findings, networks = _of_stacks(files)
    for manifest in read:
        findings += _of_manifest(manifest)
        networks += manifest.count
    return Report(findings, unreadable, len(files), len(read), networks)


def _readable(
    sources: Iterable[str], load: Callable[[str], _T], unreadable: list[Unreadable]
) -> Iterator[_T]:
    for source in sources:
        try:
            yield load(source)
        except FileError as error:
            file = _shown(error.file or source)
            unreadable.append(Unreadable(file, error.line, error.column, error.reason))


def _manifest(source: str) -> Manifest:
    name: Path | Literal["-"] = "-" if source == "-" else Path(source)
    return load_manifest(name)


def _of_stacks(files: Sequence[StackFile]) -> tuple[list[Located], int]:
    """Findings of each stack, with what is wrong between stacks; and how many networks."""
    found: list[list[Finding]] = []
    valid: list[NamedStack] = []
    positions: list[int] = []
    for position, file in enumerate(files):
        try:
            stack = file.settings()
        except SettingsError as error:
            found.append([_refused(problem, file) for problem in error.problems])
        else:
            found.append(judge_stack(stack))
            valid.append(NamedStack(file.name, stack))
            positions.append(position)
    for index, finding in judge_stacks(valid):
        found[positions[index]].append(finding)
    located = [
        one for file, findings in zip(files, found, strict=True) for one in _located(file, findings)
    ]
    return located, sum(len(one.stack.networks) for one in valid)


def _by_network(findings: Sequence[Finding]) -> list[Finding]:
    """Those of one network side by side; the order is otherwise as it was."""
    order: dict[str, int] = {}
    for finding in findings:
        order.setdefault(finding.network, len(order) if finding.network else -1)
    return sorted(findings, key=lambda one: order[one.network])


def _refused(problem: Problem, file: StackFile) -> Finding:
    return Finding(
        code="SET001",
        severity=Severity.ERROR,
        network=_network(file.config, problem.path),
        path=problem.path,
        value=problem.value,
        message=problem.allowed,
        fix="",
    )


def _network(config: Any, path: tuple[str | int, ...]) -> str:
    """The network that a path of a stack config that isn't valid leads into, if it has a name."""
    if path[0] != "networks":
        return ""
    try:
        network = config["networks"][path[1]]
        name, namespace = network["name"], network.get("namespace", "default")
    except (IndexError, KeyError, TypeError, AttributeError):
        return ""
    if not isinstance(name, str) or not isinstance(namespace, str):
        return ""
    return f"{cut(namespace, 63)}/{cut(name, 253)}"


def _located(file: StackFile, findings: Sequence[Finding]) -> Iterator[Located]:
    shown = _shown(str(file.path))
    for finding in _by_network(findings):
        line, column = file.place(finding.path)
        yield Located(finding, file.name, shown, line, column)


def _of_manifest(manifest: Manifest) -> Iterator[Located]:
    alone, file = len(manifest.documents) == 1, _shown(manifest.name)
    for finding in manifest.judged():
        line, column = manifest.place(finding.path)
        shown = replace(finding, path=finding.path[1:]) if alone else finding
        yield Located(shown, "", file, line, column)


def _shown(file: str) -> str:
    """The file as somebody in this folder would name it."""
    path = Path(file)
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else file
