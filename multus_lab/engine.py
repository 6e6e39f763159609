"""Pulumi's real engine over the project's program: preview, up, down, by the Automation API.

The program runs inside this process, so no language host is needed. Where no fitting `pulumi`
is on PATH, CLI and provider are built from their Go modules and kept in the cache.
"""

import os
import re
import secrets
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import yaml
from pulumi import automation
from pulumi.automation.errors import CommandError, StackNotFoundError

from multus_lab import cache, project
from multus_lab.errors import MultusLabError
from multus_lab.programs import (
    KUBERNETES,
    PROVIDER_VERSION,
    PULUMI,
    PULUMI_KUBERNETES,
    build,
    build_all,
)
from multus_lab.progress import Progress
from multus_lab.project import StackFile
from multus_lab.render import run_program
from multus_lab.testbed import Testbed

Print = Callable[[str], Any]
"""Takes what the engine prints, a line at a time."""


class EngineError(MultusLabError):
    """The engine refused or failed; it has said why in what it printed."""


@dataclass(frozen=True)
class Outcome:
    """How a run ended: how many resources by what was done to them, and the stack's outputs."""

    changes: Mapping[str, int]
    outputs: Mapping[str, Any]


class Engine:
    """The engine on one stack of this project, with the user's own backend or a test bed's."""

    def __init__(
        self,
        stack: str,
        work_dir: Path,
        command: automation.PulumiCommand,
        env: Mapping[str, str],
        echo: Print,
    ) -> None:
        program = project.folder()
        self._stack = stack
        self._echo = echo
        self._workspace = automation.LocalWorkspace(
            work_dir=str(work_dir),
            program=lambda: run_program(program),
            env_vars=dict(env),
            pulumi_command=command,
        )

    @classmethod
    def of_user(cls, stack: StackFile, progress: Progress, echo: Print) -> Self:
        """Use the user's own `pulumi`, login and cluster; without a `pulumi`, one of ours.

        Raises EngineError where ours would have no backend to keep state in.
        """
        command = _installed()
        env: dict[str, str] = {}
        if command is None:
            if not {"PULUMI_BACKEND_URL", "PULUMI_ACCESS_TOKEN"} & set(os.environ):
                raise EngineError(
                    "no pulumi is on PATH, and so no login: install it, or set "
                    "PULUMI_BACKEND_URL (file://... will do), or use --testbed"
                )
            command, env = _built(progress)
        return cls(stack.name, project.folder(), command, env, echo)

    @classmethod
    def of_testbed(
        cls, stack: StackFile, testbed: Testbed, progress: Progress, echo: Print
    ) -> Self:
        """Use a test bed's cluster, with state kept beside it and thrown away with it.

        The stack file is copied for the run: no secrets provider's salt is written into the
        clone, and no `kubernetes:` key of it can lead to another cluster.
        """
        home = cache.folder() / "pulumi-home"
        command = _installed()
        command, env = (
            _built(progress) if command is None else (command, _downloaded(command, home))
        )
        kept = testbed.folder / "pulumi"
        for folder in (kept, kept / "state", kept / "work"):
            folder.mkdir(mode=0o700, exist_ok=True)
        _copy_project(stack, testbed.kubeconfig, kept / "work")
        env |= {
            "PULUMI_BACKEND_URL": (kept / "state").as_uri(),
            "KUBECONFIG": str(testbed.kubeconfig),
        }
        if not stack.secures:  # else the user's own passphrase has to decrypt them
            env |= {"PULUMI_CONFIG_PASSPHRASE": _passphrase(kept / "passphrase")}
        return cls(stack.name, kept / "work", command, env, echo)

    def preview(self) -> Outcome:
        """Show what `up` would change; nothing is."""
        stack = self._open(create=True)
        result = self._run(lambda: stack.preview(on_output=self._echo, color=_colour()))
        return Outcome(_counts(result.change_summary), {})

    def up(self) -> Outcome:
        """Bring the cluster to what the stack declares."""
        stack = self._open(create=True)
        result = self._run(lambda: stack.up(on_output=self._echo, color=_colour()))
        outputs = {key: output.value for key, output in result.outputs.items()}
        return Outcome(_counts(result.summary.resource_changes), outputs)

    def refresh(self) -> Outcome:
        """Read the cluster back into the stack's state, and count what had drifted."""
        stack = self._open(create=False)
        result = self._run(lambda: stack.refresh(on_output=self._echo, color=_colour()))
        return Outcome(_counts(result.summary.resource_changes), {})

    def down(self) -> Outcome:
        """Delete what the stack declares, but what it retains."""
        stack = self._open(create=False)
        result = self._run(lambda: stack.destroy(on_output=self._echo, color=_colour()))
        return Outcome(_counts(result.summary.resource_changes), {})

    def state(self) -> Mapping[str, Any]:
        """The stack's checkpoint, as `pulumi stack export --show-secrets` prints it."""
        stack = self._open(create=False)
        return self._run(stack.export_stack).deployment or {}

    def _open(self, create: bool) -> automation.Stack:
        select = automation.Stack.create_or_select if create else automation.Stack.select
        stack: automation.Stack = self._run(lambda: select(self._stack, self._workspace))
        return stack

    def _run(self, operation: Callable[[], Any]) -> Any:
        try:
            return operation()
        except StackNotFoundError:
            raise EngineError(
                f"stack {self._stack} is not up: this backend has no state of it"
            ) from None
        except CommandError as error:
            raise EngineError(_reason(error)) from None


def build_programs(testbed: bool, progress: Progress) -> None:
    """Build what a run needs and is not there yet, so that progress counts all of it."""
    groups = [KUBERNETES] if testbed else []
    if _installed() is None:
        home = cache.folder() / "pulumi-home"
        groups += [PULUMI] if _has_provider(home) else [PULUMI, PULUMI_KUBERNETES]
    build_all(groups, progress=progress)


def _installed() -> automation.PulumiCommand | None:
    """The `pulumi` on PATH, where the Automation API takes its version."""
    if shutil.which("pulumi") is None:
        return None
    try:
        return automation.PulumiCommand()
    except Exception:  # the SDK raises bare exceptions for a version too old or unreadable
        return None


def _built(progress: Progress) -> tuple[automation.PulumiCommand, dict[str, str]]:
    """CLI and provider from their Go modules, in a plugin home that is not the user's."""
    root = build(PULUMI, progress=progress).parent
    command = automation.PulumiCommand(root=str(root))
    home = cache.folder() / "pulumi-home"
    if not _has_provider(home):
        program = build(PULUMI_KUBERNETES, progress=progress) / "pulumi-resource-kubernetes"
        _install_provider(command, home, "--file", str(program))
    return command, {"PULUMI_HOME": str(home), "PULUMI_SKIP_UPDATE_CHECK": "true"}


def _downloaded(command: automation.PulumiCommand, home: Path) -> dict[str, str]:
    """The provider's release, as the user's own CLI fetches it, in a home that is not theirs."""
    if not _has_provider(home):
        _install_provider(command, home)
    return {"PULUMI_HOME": str(home)}


def _has_provider(home: Path) -> bool:
    return (home / "plugins" / f"resource-kubernetes-v{PROVIDER_VERSION}").is_dir()


def _install_provider(command: automation.PulumiCommand, home: Path, *source: str) -> None:
    home.mkdir(mode=0o700, exist_ok=True)
    arguments = ["plugin", "install", "resource", "kubernetes", PROVIDER_VERSION, *source]
    try:
        command.run(arguments, str(home), {"PULUMI_HOME": str(home)})
    except CommandError as error:
        raise EngineError(f"pulumi {' '.join(arguments)}: {_reason(error)}") from None


def _copy_project(stack: StackFile, kubeconfig: Path, work: Path) -> None:
    """Copy project and stack file into `work`, with the test bed as the only cluster."""
    shutil.copy(project.folder() / "Pulumi.yaml", work)
    written = dict(stack.document.value)  # type: ignore[call-overload]  # StackFile: a mapping
    if not stack.secures:  # else the test bed's passphrase would have to fit the user's salt
        written = {key: value for key, value in written.items() if key not in _ENCRYPTION}
    config = {
        key: value for key, value in written["config"].items() if not key.startswith("kubernetes:")
    }
    config["kubernetes:kubeconfig"] = str(kubeconfig)
    target = work / f"Pulumi.{stack.name}.yaml"
    text = yaml.safe_dump(written | {"config": config} | _salt(target), sort_keys=False)
    target.write_text(text, encoding="utf-8")


_ENCRYPTION = ("secretsprovider", "encryptedkey", "encryptionsalt")
"""What a stack file says of how its `secure:` values, and its state, are encrypted."""


def _salt(earlier: Path) -> dict[str, str]:
    """The salt that the engine wrote into an earlier copy, which decrypts the state."""
    if not earlier.exists():
        return {}
    written = yaml.safe_load(earlier.read_text(encoding="utf-8"))
    return {key: written[key] for key in ("encryptionsalt",) if key in written}


def _passphrase(path: Path) -> str:
    """A passphrase of its own for each test bed."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(16), encoding="ascii")
    return path.read_text(encoding="ascii")


def _colour() -> str:
    return "always" if sys.stdout.isatty() else "never"


def _counts(changes: Mapping[Any, int] | None) -> dict[str, int]:
    return {str(getattr(kind, "value", kind)): count for kind, count in (changes or {}).items()}


_ERROR = re.compile(
    r"^( *)(?:stderr: )?error: (.+(?:\n\1(?! *(?:error|warning|info): | *Traceback ).*\S.*)*)",
    re.MULTILINE,
)
"""An error as the engine prints it: its other lines are indented as its first, or deeper."""


def _reason(error: CommandError) -> str:
    """The engine's own words, out of an error that repeats all that was printed."""
    said: list[tuple[str, str]] = _ERROR.findall(str(error))
    if not said:
        return str(error).strip().splitlines()[-1].strip()
    indent, text = said[-1]
    return text.removeprefix("an unhandled error occurred: ").replace(f"\n{indent}", "\n")
