"""Where the Pulumi program and its stack files lie, and what a stack file says."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from multus_lab.documents import Document, Place, at, kind_of, parse, read
from multus_lab.errors import FileError
from multus_lab.problems import Path as ConfigPath
from multus_lab.problems import Problem, SettingsError, dotted

if TYPE_CHECKING:
    from multus_lab.settings import Stack

NAME = "multus-lab"
"""The Pulumi project, and so the namespace of its keys in a stack config."""


_ALONE = r"(?<![\w+/=.:-]){}(?![\w+/=.:-])"
"""A text that is no part of another word; with what base64, names and addresses have in words."""


class ProjectError(FileError):
    """No project, no such stack, or a stack file that isn't one."""


class Secure(str):
    """Stands for a `secure:` value, which only the engine can decrypt; never its cipher text."""

    __slots__ = ()


@dataclass(eq=False, frozen=True)
class StackFile:
    """A `Pulumi.<stack>.yaml`: `config` holds this project's keys, without their namespace."""

    path: Path
    name: str
    config: Mapping[str, object]
    document: Document
    secures: bool
    """Whether some value is encrypted."""

    def settings(self) -> "Stack":
        """The stack's settings, validated once.

        Raises SettingsError with every problem in the file's order.
        """
        return self._settings

    @cached_property
    def _settings(self) -> "Stack":
        from multus_lab.settings import load  # noqa: PLC0415 - manifests alone do without

        try:
            return load(self.config)
        except SettingsError as error:
            told = sorted(error.problems, key=lambda one: self.place(one.path))
            raise SettingsError(map(self._told, told), str(self.path)) from None

    @property
    def of_project(self) -> bool:
        """Whether Pulumi finds the file by the stack's name."""
        own = folder() / f"Pulumi.{self.name}.yaml"
        return own.exists() and self.path.exists() and self.path.samefile(own)

    @property
    def text(self) -> str:
        """The characters of the file, to show its lines: with asterisks for encrypted values."""
        text = self.document.text
        for cipher in _ciphers(self.document.value) if self.secures else ():
            for part in cipher.split():  # in YAML it may go on in the next line
                if len(part) > 8:
                    text = re.sub(_ALONE.format(re.escape(part)), "*" * len(part), text)
        return text

    def place(self, path: ConfigPath) -> Place:
        """Line and column of the value at a path of the config, or of what of it there is."""
        return self.document.place(self._path(path))

    def _told(self, problem: Problem) -> Problem:
        """The problem with its line and column; of a secret that the engine has to be asked."""
        line, column = self.place(problem.path)
        value, allowed = problem.value, problem.allowed
        found = at(self.config, problem.path)
        if isinstance(found, Secure):
            value, allowed = "", "is encrypted, and only the engine can decrypt it: see `preview`"
        elif isinstance(found, int | float):
            value = self.document.as_written(self._path(problem.path)) or value
        return Problem(problem.path, value, allowed, f"{line}:{column}")

    def _path(self, path: ConfigPath) -> ConfigPath:
        """A path of the config in the document."""
        key, *rest = path
        return ("config", self._key(str(key)), *rest)

    def _key(self, key: str) -> str:
        config = self.document.value
        written = config.get("config") if isinstance(config, dict) else None
        return key if isinstance(written, dict) and key in written else f"{NAME}:{key}"


def folder() -> Path:
    """The folder of the Pulumi program: this one or one above it, else the package's clone."""
    here = Path.cwd()
    for place in (here, *here.parents, Path(__file__).resolve().parents[1]):
        if (place / "Pulumi.yaml").is_file() and (place / "components").is_dir():
            return place
    raise ProjectError(
        f"no Pulumi.yaml of {NAME} in {here} or above it; run this inside a clone of the project"
    )


def stack_files(project: Path) -> list[Path]:
    """Every `Pulumi.<stack>.yaml` of a project, by name."""
    return sorted(project.glob("Pulumi.*.yaml"))


def stack_file(stack: str) -> StackFile:
    """Read the file of a stack, given by its name or by the path of the file.

    Raises ProjectError where there is none or it is no stack config, and DocumentError where
    it isn't readable YAML.
    """
    path = path_of(stack)
    if path != Path(stack) and not path.exists():
        names = ", ".join(name_of(one) for one in stack_files(path.parent)) or "none"
        raise ProjectError(f"no stack {stack!r}: {path} does not exist; stacks here: {names}")
    return _read(path)


def in_order(stacks: Sequence[StackFile]) -> list[StackFile]:
    """The stacks each once: first those that bring Multus, with its CRD, then other daemons."""
    by_path = {one.path.resolve(): one for one in stacks}
    return sorted(by_path.values(), key=_daemons, reverse=True)


def brings_multus(stack: StackFile) -> bool:
    """Whether the stack brings Multus; so it is if only the engine can tell."""
    return _daemons(stack)[0]


def _daemons(stack: StackFile) -> tuple[bool, bool]:
    """Whether the stack brings Multus, and whereabouts."""
    try:
        told = stack.settings()
    except SettingsError:  # also where the engine alone can decrypt it
        return True, True
    return told.multus.install, bool(told.whereabouts and told.whereabouts.install)


def path_of(stack: str) -> Path:
    """Where the file of a stack is or would be, given by its name or by that path.

    Raises ProjectError of a name that no stack can have (pulumi v3.215.0 ParseStackName).
    """
    if "/" in stack or stack.endswith((".yaml", ".yml")):
        return Path(stack)
    if not re.fullmatch(r"[A-Za-z0-9_.-]{1,100}", stack):
        raise ProjectError(
            f"{stack!r} is neither a file nor the name of a stack, which has 1 to 100 of the "
            "characters A-Z, a-z, 0-9, '-', '_' and '.'"
        )
    return folder() / f"Pulumi.{stack}.yaml"


def name_of(path: Path) -> str:
    """The stack that a file is."""
    return path.name.removeprefix("Pulumi.").removesuffix(path.suffix)


def of_text(text: str, path: Path) -> StackFile:
    """A stack file of this text; `path` is what it is, or would be, called."""
    return _stack_file(path, parse(text.encode(), str(path)))


def _read(path: Path) -> StackFile:
    return _stack_file(path, read(path))


def _stack_file(path: Path, documents: list[Document]) -> StackFile:
    file = str(path)
    if len(documents) > 1:
        found = f"here are {len(documents)}"
        raise ProjectError(f"a stack file is one YAML document; {found}", file)
    document = documents[0]
    if document.value is None:
        raise ProjectError("the file is empty; a stack file has a mapping `config:`", file)
    config = _ours(_config(document), document)
    # Few files have one; the word can only hide behind an escape.
    secures = ("secure" in document.text or "\\" in document.text) and _has_secure(config)
    if secures:
        config = {key: _without_secrets(value, (key,)) for key, value in config.items()}
    return StackFile(path, name_of(path), config, document, secures)


def _config(document: Document) -> Mapping[str, object]:
    """What a stack file has under `config:`."""
    value, file = document.value, document.name
    if not isinstance(value, dict):
        reason = f"a stack file has a mapping `config:`; here is {kind_of(value)}"
        raise ProjectError(reason, file, *document.place())
    if "config" not in value:
        keys = ", ".join(list(value)[:5]) or "none"
        raise ProjectError(f"a stack file has a mapping `config:`; the keys here are {keys}", file)
    written = value["config"]
    if not isinstance(written, dict):
        reason = f"`config:` must be a mapping; here is {kind_of(written)}"
        raise ProjectError(reason, file, *document.place(("config",)))
    return written


def _ours(written: Mapping[str, object], document: Document) -> Mapping[str, object]:
    """This project's keys: `multus-lab:zone`, or `zone`, which means the same to Pulumi."""
    ours: dict[str, object] = {}
    for key, value in written.items():
        namespace, colon, name = key.partition(":")
        if colon and namespace != NAME:
            continue
        own = name or key
        if own in ours:
            reason = f"{own!r} is here with and without {NAME!r} before it; give it once"
            raise ProjectError(reason, document.name, *document.place(("config", key), key=True))
        ours[own] = value
    return ours


def _without_secrets(value: object, path: ConfigPath) -> object:
    if isinstance(value, dict):
        if value.keys() == {"secure"}:
            return Secure(f"<secure: {dotted(path)}>")
        return {key: _without_secrets(one, (*path, key)) for key, one in value.items()}
    if isinstance(value, list):
        return [_without_secrets(one, (*path, index)) for index, one in enumerate(value)]
    return value


def _ciphers(value: object) -> Iterator[str]:
    """The encrypted values of a file, whoever's they are."""
    if isinstance(value, dict) and value.keys() == {"secure"}:
        yield str(value["secure"])
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _ciphers(one)


def _has_secure(value: object) -> bool:
    if isinstance(value, dict):
        return value.keys() == {"secure"} or any(map(_has_secure, value.values()))
    return isinstance(value, list) and any(map(_has_secure, value))
