"""What `check` reads: stacks and manifests, judged together, and each finding with its place."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from multus_lab import project
from multus_lab.checks import Finding, judge, judge_stack
from multus_lab.checks.judge import ACCEPTS_NOTHING
from multus_lab.checks.unusable import unusable
from multus_lab.documents import Place
from multus_lab.errors import FileError, MultusLabError
from multus_lab.problems import Path as ConfigPath
from multus_lab.problems import SettingsError, cut
from multus_lab.project import StackFile
from multus_lab.report import Located, Report, Source, Spot, Unreadable

if TYPE_CHECKING:
    from multus_lab.manifests import Manifest
    from multus_lab.settings import Stack

_T = TypeVar("_T")


class TogetherError(FileError):
    """Several stacks are given beside manifests, which are one cluster's."""


class RefusedError(MultusLabError):
    """Stacks that can't be together."""


def check(stacks: Sequence[str], manifests: Sequence[str], each: bool = False) -> Report:
    """Check stacks, given by name or file, and manifests, given by file or as `-`.

    Manifests are one cluster, and where one stack is given, that stack's; with `each` every file
    is judged by itself, or with the stack and no other file. Raises TogetherError.
    """
    if manifests and len(stacks) > 1:
        raise TogetherError(
            "with --manifest, give at most one stack: the files belong to its cluster"
        )
    unreadable: list[Unreadable] = []
    # By path, so that a stack given twice isn't held against itself.
    by_path = {one.path.resolve(): one for one in _readable(stacks, project.stack_file, unreadable)}
    files = list(by_path.values())
    start = len(files)
    named = list(enumerate(dict.fromkeys(manifests), start))
    read = list(_readable(named, _manifest, unreadable))
    sources = {index: _of_stack(file) for index, file in enumerate(files)}
    sources |= {index: _of_manifest(one) for index, one in read}
    groups = [[one] for _, one in read] if each else [[one for _, one in read]]
    if len(files) == 1 and read:
        found, valid = _with_stack(files[0], groups)
    else:
        found, valid = _stacks(files)
        found += [one for group in groups for one in judged(group)]
    return Report(
        findings=list(_located(found, sources)),
        unreadable=unreadable,
        stacks=len(files),
        manifests=len(read),
        networks=sum(len(one.networks) for one in valid) + sum(one.count for _, one in read),
        empty=[(_shown(one.name), one.kinds) for _, one in read if not one.count],
    )


def refuse_together(files: Sequence[StackFile]) -> None:
    """Refuse several stacks if they, or one of them, would be refused once some are brought up.

    What is encrypted in one can't be looked at here, and one alone is looked at in its turn. Raises
    RefusedError with all that is found.
    """
    from multus_lab.report.as_text import told  # noqa: PLC0415 - it comes to this seldom

    if len(files) == 1:
        return
    known = [one for one in files if not one.secures]
    found, _ = _stacks(known)
    if refused := [f"{known[one.source].name}: {told(one)}" for one in found if one.refuses]:
        raise RefusedError("\n".join(["the checks refuse these stacks together:", *refused]))


def check_stack(file: StackFile) -> tuple[Report, "Stack | None"]:
    """Check one stack, and hand it on; None where settings refuse it."""
    found, stack = _alone(file)
    return report_on(found, len(stack.networks) if stack else 0, _of_stack(file)), stack


def report_on(found: Sequence[Finding], networks: int, source: Source) -> Report:
    """What is found in one stack, which has that many networks, with the places in its file."""
    located = _located(_by_network(found), {0: source})
    return Report(list(located), stacks=1, networks=networks)


def judged(manifests: Sequence["Manifest"], stack: "Stack | None" = None) -> list[Finding]:
    """All findings of the networks of one cluster, in the order of the files.

    Those of the stack, where there is one, come first.
    """
    networks = [one for manifest in manifests for one in manifest.networks]
    accepts = [one for manifest in manifests for one in manifest.accepts]
    found = [one for manifest in manifests for one in manifest.findings]
    pods = [one for manifest in manifests for one in manifest.pods]
    found += (
        judge(networks, accepts, pods)
        if stack is None
        else judge_stack(stack, networks, accepts, pods)
    )
    first: dict[tuple[int, str], tuple[int, ...]] = {}
    for one in found:
        key = (one.source, one.network)
        numbers = tuple([part for part in one.path if isinstance(part, int)])
        first[key] = min(numbers, first.get(key, numbers))
    own = 0 if stack is not None else -1
    return sorted(
        found,
        key=lambda one: (
            one.source,
            () if one.source == own else first[(one.source, one.network)],
            "" if one.source == own else one.network,
        ),
    )


_Source = TypeVar("_Source", str, tuple[int, str])


def _readable(
    sources: Iterable[_Source], load: Callable[[_Source], _T], unreadable: list[Unreadable]
) -> Iterator[_T]:
    for source in sources:
        try:
            yield load(source)
        except FileError as error:
            given = source if isinstance(source, str) else source[1]
            file = _shown(error.file or given)
            unreadable.append(Unreadable(file, error.line, error.column, error.reason))


def _manifest(numbered: tuple[int, str]) -> tuple[int, "Manifest"]:
    from multus_lab import manifests  # noqa: PLC0415 - stacks do without

    number, source = numbered
    name: Path | Literal["-"] = "-" if source == "-" else Path(source)
    return number, manifests.load(name, number)


# --- stacks ---------------------------------------------------------------------------------------


def _stacks(files: Sequence[StackFile]) -> tuple[list[Finding], list["Stack"]]:
    """Findings of each stack, with what is wrong between stacks; and the stacks that are valid."""
    found: list[list[Finding]] = []
    valid: list[tuple[int, StackFile, Stack]] = []
    for position, file in enumerate(files):
        own, stack = _alone(file)
        found.append([_moved(one, position) for one in own])
        if stack is not None:
            valid.append((position, file, stack))
    if len(valid) > 1:
        for finding in _between(valid):
            found[finding.source].append(finding)
    return [one for group in found for one in _by_network(group)], [one for _, _, one in valid]


def _alone(file: StackFile) -> tuple[list[Finding], "Stack | None"]:
    """What is found in one stack by itself, and the stack, if settings take it."""
    try:
        stack = file.settings()
    except SettingsError as error:
        return _refused(error, file), None
    return judge_stack(stack), stack


def _between(valid: Sequence[tuple[int, StackFile, "Stack"]]) -> Iterator[Finding]:
    """What is wrong between stacks, each with its position."""
    from multus_lab.checks.stacks import NamedStack, judge_stacks  # noqa: PLC0415 - seldom needed

    positions = [position for position, _, _ in valid]
    for index, finding in judge_stacks([NamedStack(file.name, one) for _, file, one in valid]):
        related = tuple(one._replace(source=positions[one.source]) for one in finding.related)
        yield finding._replace(source=positions[index], related=related)


def _moved(finding: Finding, source: int) -> Finding:
    """The finding of the stack of that number."""
    if not source:
        return finding
    related = tuple(one._replace(source=source) for one in finding.related)
    return finding._replace(source=source, related=related)


def _with_stack(
    file: StackFile, groups: Sequence[Sequence["Manifest"]]
) -> tuple[list[Finding], list["Stack"]]:
    """Findings of the stack and of each group of manifests that is judged with it."""
    try:
        stack = file.settings()
    except SettingsError as error:
        of_groups = (one for group in groups for one in judged(group))
        return [*_refused(error, file), *of_groups], []
    return _merged([judged(group, stack) for group in groups]), [stack]


def _merged(results: Sequence[list[Finding]]) -> list[Finding]:
    """Findings of several looks at one stack, each once.

    That an accept matches nothing holds only if it holds each time.
    """
    if len(results) == 1:
        return results[0]
    always = set.intersection(*map(set, results))
    found = dict.fromkeys(
        one
        for result in results
        for one in result
        if one in always or one.source or one.code != ACCEPTS_NOTHING.code
    )
    return sorted(found, key=lambda one: (one.source, one.network if not one.source else ""))


def _by_network(findings: Sequence[Finding]) -> list[Finding]:
    """Those of one network side by side; the order is otherwise as it was."""
    order: dict[str, int] = {}
    for finding in findings:
        order.setdefault(finding.network, len(order) if finding.network else -1)
    return sorted(findings, key=lambda one: order[one.network])


def _refused(error: SettingsError, file: StackFile) -> list[Finding]:
    return [unusable(one, _network(file.config, one.path)) for one in error.problems]


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


# --- places ---------------------------------------------------------------------------------------


def stack_source(path: Path, text: str, place: Callable[[ConfigPath], Place]) -> Source:
    """The file of a stack; `place` is asked only for what is printed with its place."""
    return Source(_shown(str(path)), project.name_of(path), place, text)


def _of_stack(file: StackFile) -> Source:
    return stack_source(file.path, file.text, file.place)


def _of_manifest(manifest: "Manifest") -> Source:
    alone, text = len(manifest.documents) == 1, manifest.documents[0].text
    return Source(_shown(manifest.name), "", manifest.place, text, alone)


def _located(findings: Iterable[Finding], sources: dict[int, Source]) -> Iterator[Located]:
    for finding in findings:
        source = sources[finding.source]
        related = [Spot(sources[one.source], one.path, one.message) for one in finding.related]
        spot = Spot(source, finding.path)
        shown = finding._replace(path=finding.path[1:]) if source.alone else finding
        yield Located(shown, spot, related)


def _shown(file: str) -> str:
    """The file as somebody in this folder would name it."""
    path = Path(file)
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else file
