"""Building a group's programs once, and finding them in the cache from then on."""

import contextlib
import hashlib
import json
import os
import platform
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from multus_lab import cache as cache_folder
from multus_lab.programs.go import BuildError, check_version, environment, run
from multus_lab.programs.groups import GROUPS, Group, ModuleFile, go_line
from multus_lab.progress import Progress, Task

__all__ = ["build", "build_all", "is_built", "places"]


def build(group: Group, cache: Path | None = None, progress: Progress | None = None) -> Path:
    """Return the folder with the group's programs, building them where they aren't there yet.

    They lie in `<cache>/programs/<group>-<hash>/bin`, and `Group.files` beside that `bin`. The
    hash is of everything that decides what comes out, so that a changed pin is a new folder. A
    build goes on in a folder of its own and is renamed when all is there; an interrupted one
    leaves no half, and goes on where it was, as Go caches each package by itself. A folder that
    lacks a program is built anew. Two runs at once build once.

    Args:
        group: an entry of `GROUPS`.
        cache: the cache folder; `multus_lab.cache.folder()` unless told otherwise.
        progress: where to tell how far it is; nothing is told where nothing is to be built.

    Raises:
        BuildError: there is no fitting Go, no network or no space, or it does not compile.

    """
    return build_all([group], cache, progress)[group.name]


def build_all(
    groups: Sequence[Group], cache: Path | None = None, progress: Progress | None = None
) -> dict[str, Path]:
    """Build several groups one after the other, as `build` does, and count them out.

    Returns:
        The folder with the programs of each group, by the group's name.

    Raises:
        BuildError: as `build`.

    """
    cache = cache or cache_folder.folder()
    progress = progress or Progress()
    missing = [group for group in groups if not is_built(group, cache)]
    for number, group in enumerate(missing, start=1):
        count = f"[{number}/{len(missing)}] " if len(missing) > 1 else ""
        _build(group, _place(group, cache), progress, count)
    used = {group.name: _place(group, cache) for group in groups}
    for place in used.values():
        with contextlib.suppress(OSError):
            os.utime(place)  # by which it is known when it was last used
    return {name: place / "bin" for name, place in used.items()}


def is_built(group: Group, cache: Path | None = None) -> bool:
    """Tell whether `build` would find the programs in the cache."""
    return not _lacking(_place(group, cache or cache_folder.folder()), group)


def places(cache: Path | None = None) -> list[Path]:
    """Return the folders that the groups of this release have in the cache, built or not."""
    return [_place(group, cache or cache_folder.folder()) for group in GROUPS.values()]


def _place(group: Group, cache: Path) -> Path:
    """Name the group's folder in the cache by all that decides what comes out."""
    digest = hashlib.sha256()
    for path in _sources(group):
        digest.update(path.read_bytes())
    # The platform, since a home folder may be shared between machines.
    rest = (_flags(group), group.files, group.embedded, sys.platform, platform.machine())
    digest.update(repr(rest).encode())
    return cache / "programs" / f"{group.name}-{digest.hexdigest()[:16]}"


def _sources(group: Group) -> list[Path]:
    names = ("go.mod", "go.sum", "main.go")
    return [group.source / name for name in names if (group.source / name).exists()]


def _flags(group: Group) -> list[str]:
    # The same on every machine: no paths of the build, no version control stamp (the cache may
    # lie inside a clone), no symbol tables (a third of the size).
    linker = ["-s", "-w", *(f"-X {name}={value}" for name, value in _linked(group).items())]
    # What a debugger reads the linker drops; to write it takes a sixth of a compiler's time, and
    # to inline a third. Without, programs take some hundredths longer for what they do here, if
    # Go's own library is as fast as always (of patterns the last that fits counts, alone).
    compiler = ["-gcflags=all=-dwarf=false -l", "-gcflags=std=-dwarf=false"]
    return ["-trimpath", "-buildvcs=false", *compiler, "-ldflags", " ".join(linker)]


def _linked(group: Group) -> Mapping[str, str]:
    return group.linked(group.versions)


def _lacking(place: Path, group: Group) -> list[str]:
    """List what of the group isn't in its folder, or is there but can't be run."""
    programs = [name for name in group.programs if not os.access(place / "bin" / name, os.X_OK)]
    return programs + [file.target for file in group.files if not (place / file.target).is_file()]


def _build(group: Group, place: Path, progress: Progress, count: str) -> None:
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with cache_folder.lock(
            place.parent / f"{group.name}.lock",
            waiting=lambda: progress.line(f"waiting for another build of {group.name}"),
        ):
            if _lacking(place, group):
                _replace(group, place, progress, count)
    except OSError as error:
        raise BuildError(
            f"cannot build {group.name} in {error.filename or place}: {error.strerror}"
        ) from error


def _replace(group: Group, place: Path, progress: Progress, count: str) -> None:
    """Build beside `place`, then put the whole there in one step. The lock must be held."""
    beside = place.with_name(f"{place.name}.partial")
    shutil.rmtree(beside, ignore_errors=True)  # a killed run's
    try:
        names = ", ".join(group.programs)
        with progress.task(f"{count}building {group.name}", names) as task:
            _make(group, beside, task)
        if lacking := _lacking(beside, group):
            raise BuildError(f"{group.name} was built, but without {', '.join(lacking)}")
        if place.exists():
            shutil.rmtree(place)
        beside.rename(place)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _make(group: Group, beside: Path, task: Task) -> None:
    """Build the group into the new folder `beside`."""
    # Always in a copy, as Go may want to write beside a go.mod and the package may be read-only.
    work = beside / "source"
    work.mkdir(mode=0o700, parents=True)
    for path in _sources(group):
        shutil.copyfile(path, work / path.name)
    env = environment(work)
    check_version(group.name, work, go_line((work / "go.mod").read_text()), env)
    _copy_files(group.embedded, work, work, env, task)
    _compile(group, work, beside / "bin", env, task)
    _copy_files(group.files, beside, work, env, task)
    shutil.rmtree(work)


def _compile(group: Group, work: Path, binaries: Path, env: Mapping[str, str], task: Task) -> None:
    package = "." if (work / "main.go").exists() else "tool"
    count = _Count(task, len(group.programs))
    # Stale is what Go doesn't hold in its own cache; after an interrupt that is the rest.
    form = "{{.ImportPath}} {{.Stale}}"
    listing = ["list", *_flags(group), "-deps", "-f", form, package]
    count.expect(run(listing, work, env, count.fetching, task.tick))
    # The trailing slash makes Go write one program for each main package.
    building = ["build", "-v", *_flags(group), "-o", f"{binaries}{os.sep}", package]
    run(building, work, env, count.compiling, task.tick)
    for theirs, ours in group.renamed.items():
        (binaries / theirs).rename(binaries / ours)


class _Count:
    """How far Go is, by what it says on standard error, which is told to a task."""

    def __init__(self, task: Task, programs: int) -> None:
        self._task = task
        self._programs = programs
        self._fetched = 0
        self._compiled = 0
        self._packages: dict[str, bool] = {}
        self._stale = 0

    def expect(self, listing: str) -> None:
        """Take the packages to come, a line each: the import path, and whether it is stale."""
        for line in listing.splitlines():
            path, stale = line.split()
            self._packages[path] = stale == "true"
        self._stale = sum(self._packages.values())
        self._tell()

    def fetching(self, line: str) -> bool:
        """Count a line of a fetched module; tell whether it was one."""
        if not line.startswith("go: downloading "):
            return False
        self._fetched += 1
        self._task.tick(f"{self._fetched} modules fetched")
        return True

    def compiling(self, line: str) -> bool:
        """Count a line of a compiled package, or a fetched module; tell whether it was one."""
        if line not in self._packages:
            return self.fetching(line)
        self._compiled += self._packages[line]
        self._tell()
        return True

    def _tell(self) -> None:
        # Linking takes a while and Go says nothing of it: then the main packages alone are left.
        linking = self._stale - self._compiled <= self._programs
        packages = f"{self._compiled} of {self._stale} packages compiled"
        self._task.tick("linking" if linking else packages)


def _copy_files(
    files: Iterable[ModuleFile], to: Path, work: Path, env: Mapping[str, str], task: Task
) -> None:
    """Copy files out of their modules, fetching these where they aren't yet."""
    modules = sorted({file.module for file in files})
    if not modules:
        return
    told = run(["mod", "download", "-json", *modules], work, env, tick=task.tick)
    folders = {module["Path"]: Path(module["Dir"]) for module in _objects(told)}
    for file in files:
        target = to / file.target
        target.parent.mkdir(parents=True, exist_ok=True)
        # Contents alone: files of the module cache are read-only.
        shutil.copyfile(folders[file.module] / file.source, target)


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """Read the JSON objects that stand one after the other in `text`."""
    decoder = json.JSONDecoder()
    while text := text.lstrip():
        value, end = decoder.raw_decode(text)
        yield value
        text = text[end:]
