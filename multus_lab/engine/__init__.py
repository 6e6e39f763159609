"""Pulumi's real engine over the project's program: preview, up, down, by the Automation API.

The program runs inside this process, so no language host is needed. Where no fitting `pulumi`
is on PATH, CLI and provider are built from their Go modules and kept in the cache.
"""

import json
import os
import secrets
import shutil
import sys
import warnings
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Self

import yaml
from pulumi import automation
from pulumi.automation.errors import CommandError, StackNotFoundError

from multus_lab import cache, project
from multus_lab.adoption.claims import Claims
from multus_lab.cluster.errors import ClusterError
from multus_lab.cluster.objects import Key
from multus_lab.documents.yaml_stream import Dumper
from multus_lab.engine import attached
from multus_lab.engine.changes import Change, Changes
from multus_lab.engine.cleaning import Attached, Cleaning, attached_pods
from multus_lab.engine.command import Command, KilledError
from multus_lab.engine.dependants import Dependants, dependants
from multus_lab.engine.failure import Failure, WithoutTraceback
from multus_lab.engine.leftovers import Leftovers, TestbedLeftovers
from multus_lab.engine.rollout import Rollout, installed
from multus_lab.errors import MultusLabError
from multus_lab.files import write_private
from multus_lab.interrupts import Interrupted
from multus_lab.programs import (
    KUBERNETES,
    PROVIDER_VERSION,
    PULUMI,
    PULUMI_KUBERNETES,
    build,
    build_all,
)
from multus_lab.progress import Progress
from multus_lab.project import ProjectError, StackFile
from multus_lab.render import run_program
from multus_lab.testbed import Testbed

# The SDK's, of an engine that has been killed; who did so knows.
warnings.filterwarnings("ignore", "Error in event stream", UserWarning)

Print = Callable[[str], Any]
"""Takes what the engine prints, a line at a time."""


class EngineError(MultusLabError):
    """The engine refused or failed; it has said why in what it printed."""


@dataclass(frozen=True)
class Outcome:
    """How a run ended, or of a preview, would end.

    Attributes:
        changes: how many resources, by what was done to them.
        outputs: the stack's, with `[secret]` where they are secret.
        objects: what changes of the cluster, or changed.
        nodes: what `down --clean-nodes` took off each node, and what stays there.

    """

    changes: Mapping[str, int]
    outputs: Mapping[str, Any]
    objects: tuple[Change, ...] = ()
    nodes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class Engine:
    """The engine on one stack of this project, with the user's own backend or a test bed's."""

    def __init__(
        self,
        workspace: automation.LocalWorkspace,
        claims: Claims,
        leftovers: Leftovers,
        echo: Print,
    ) -> None:
        self._stack = claims.stack
        self._workspace = workspace
        self._claims = claims
        self._leftovers = leftovers
        self._command = leftovers.command
        self._echo = echo
        self._changes = Changes()

    @classmethod
    def of_user(cls, stack: StackFile, progress: Progress, echo: Print) -> Self:
        """Use the user's own `pulumi`, login and cluster; without a `pulumi`, one of ours.

        `check_user` tells before whether that can be.
        """
        command = _installed()
        command, env = _built(progress) if command is None else (command, {})
        workspace = _workspace(project.folder(), command, env)
        leftovers = Leftovers(stack.name, workspace, command)
        return cls(workspace, Claims(stack), leftovers, echo)

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
            # Beside each file the backend would keep another, which a kill leaves empty.
            "PULUMI_BACKEND_URL": f"{(kept / 'state').as_uri()}?metadata=skip",
            # The state is written once, at the end: what a killed run has done, the next one finds
            # by its owner's mark (multus_lab.adoption.orphans).
            "PULUMI_SKIP_CHECKPOINTS": "true",
            # An API server of our own needs no sparing; the provider asks 50 times a second else.
            "PULUMI_K8S_CLIENT_QPS": "1000",
            "PULUMI_K8S_CLIENT_BURST": "1000",
            "KUBECONFIG": str(testbed.kubeconfig),
        }
        if not stack.secures:  # else the user's own passphrase has to decrypt them
            env |= {"PULUMI_CONFIG_PASSPHRASE": _passphrase(kept / "passphrase")}
        workspace = _workspace(kept / "work", command, env)
        leftovers = TestbedLeftovers(stack.name, workspace, command, testbed.name)
        return cls(workspace, Claims(stack, testbed), leftovers, echo)

    def preview(self, refresh: bool = True, brought: Collection[Key] = ()) -> Outcome:
        """Show what `up` would change; nothing is.

        Without `refresh` the cluster is taken to be as the last run has left it. `brought` is there
        by then, as other stacks bring it before.
        """
        self._command.refreshes = refresh

        changes: tuple[Change, ...] = ()

        def preview(stack: automation.Stack, **options: Any) -> automation.PreviewResult:
            nonlocal changes
            self._tell(self._claims.before_preview(stack, refresh, brought))
            result = stack.preview(**options)
            changes = self._with_pods(stack)
            return result

        result = self._operate("preview", preview, create=True)
        return Outcome(_counts(result.change_summary), {}, changes)

    def up(self, adopt: Sequence[str] | None = None, refresh: bool = True) -> Outcome:
        """Bring the cluster to what the stack declares, from what it has now.

        Without `refresh` that is taken to be what the last run has left, even a cancelled one.

        `adopt` allows to take over what exists and isn't the stack's: networks, and what another
        stack owns, only if it names them. Raises AdoptionError for what it doesn't allow, before
        anything is changed.
        """
        self._command.refreshes = refresh

        def up(stack: automation.Stack, **options: Any) -> automation.UpResult:
            self._tell(self._claims.before_up(stack, adopt, refresh))
            rollout, engine = self._rollout(stack), options.pop("on_event")

            def hear(event: Any) -> None:
                engine(event)
                rollout.hear(event)

            with rollout.awaited():
                return stack.up(on_event=hear, show_secrets=False, **options)

        result = self._operate("up", up, create=True)
        outputs = {key: output.value for key, output in result.outputs.items()}
        return self._outcome(result, outputs)

    def refresh(self) -> Outcome:
        """Read the cluster back into the stack's state, and count what had drifted.

        What isn't the stack's any more is forgotten.
        """

        def refresh(stack: automation.Stack, **options: Any) -> automation.RefreshResult:
            self._tell(self._claims.before_refresh(stack))
            return stack.refresh(show_secrets=False, **options)

        result = self._operate("refresh", refresh, create=False)
        return self._outcome(result)

    def down(self, clean_nodes: bool = False) -> Outcome:
        """Delete what the stack has made, but what it retains, and what isn't its own any more.

        With `clean_nodes` the nodes are freed of Multus before.
        """
        nodes: Mapping[str, tuple[str, ...]] = {}

        def down(stack: automation.Stack, **options: Any) -> automation.DestroyResult:
            nonlocal nodes
            self._tell(self._claims.before_down(stack))
            if clean_nodes:
                nodes = self._cleaning(stack).run(show_secrets=False, **options)
            return stack.destroy(show_secrets=False, **options)

        result = self._operate("down", down, create=False)
        return replace(self._outcome(result), nodes=nodes)

    def _outcome(self, result: Any, outputs: Mapping[str, Any] | None = None) -> Outcome:
        changes = self._changes.told(self._claims.seen)
        return Outcome(_counts(result.summary.resource_changes), outputs or {}, changes)

    def _with_pods(self, stack: automation.Stack) -> tuple[Change, ...]:
        """The changes of a preview, with the pods that they concern, as far as we may look."""
        changes = self._changes.told(self._claims.seen)
        cluster, home = self._claims.cluster(stack), self._claims.settings(stack).multus.home
        try:
            changes = attached.with_pods(changes, cluster, home)
        except ClusterError as error:
            self._tell([f"which pods ask for these networks can't be told: {error}"])
        self._tell(attached.told(changes))
        return changes

    def dependants(self) -> Dependants:
        """Look what `down` means for others; nothing is changed."""
        with self._leftovers.mended(changes=False):
            stack = self._told(lambda: self._open(create=False), Failure())
            made = self._told(partial(self._claims.made, stack), Failure())
            cluster = partial(self._claims.cluster, stack)
            return dependants(made, lambda: self._told(cluster, Failure()))

    def state(self) -> Mapping[str, Any]:
        """The stack's checkpoint, as `pulumi stack export --show-secrets` prints it."""
        stack = self._told(lambda: self._open(create=False), Failure())
        return self._told(stack.export_stack, Failure()).deployment or {}

    def _operate(self, verb: str, operation: Callable[..., Any], create: bool) -> Any:
        """Run an operation of the engine, which a signal cancels.

        What changes something should not `show_secrets`: the SDK would have the configuration of
        the run decrypted once more, which takes longer than all else of it, and nobody reads it.

        Raises:
            EngineError: it failed.
            Interrupted: a signal came; what it has left is told.

        """
        failure, begun = Failure(), False
        self._changes = Changes()

        def hear(event: Any) -> None:
            nonlocal begun
            begun = True
            self._command.on_event(event)
            failure.hear(event)
            self._changes.hear(event)

        cancelled = WithoutTraceback(self._echo)

        def echo(line: str) -> None:
            told = self._echo if self._command.signal is None else cancelled
            told(line)

        def operate() -> Any:
            stack = self._open(create)
            return operation(stack, on_output=echo, on_event=hear, color=_colour())

        with self._leftovers.mended(changes=verb != "preview"):
            how = "was done"
            try:
                with self._command.cancelling():
                    result = self._told(operate, failure)
            except (MultusLabError, Interrupted) as error:
                if self._command.signal is None:
                    raise self._failed(error) from None
                how = _end(error, begun)
            if (number := self._command.signal) is not None:
                left = self._leftovers.left(self._command.killed)
                raise Interrupted(number, "\n  ".join([f"interrupted: `{verb}` {how}", *left]))
        for line in self._leftovers.remaining():
            Progress().line(line)
        return result

    def _rollout(self, stack: automation.Stack) -> Rollout:
        told, cluster = self._claims.settings(stack), self._claims.cluster(stack)
        sets = installed(told.multus, told.whereabouts)
        return Rollout(sets, cluster, self._command, self._echo)

    def _cleaning(self, stack: automation.Stack) -> Cleaning:
        multus, cluster = self._claims.settings(stack).multus, self._claims.cluster(stack)
        made = self._claims.made(stack)

        def rollout(name: str) -> Rollout:
            return Rollout({name: multus}, cluster, self._command, self._echo)

        return Cleaning(stack, made, multus, cluster, rollout, self._echo)

    def attached(self) -> Attached:
        """Look which pods hang on Multus; nothing is changed."""
        stack = self._told(lambda: self._open(create=False), Failure())
        return attached_pods(self._claims.cluster(stack))

    def _tell(self, lines: Iterable[str]) -> None:
        for line in lines:
            self._echo(line)

    def _open(self, create: bool) -> automation.Stack:
        select = automation.Stack.create_or_select if create else automation.Stack.select
        return select(self._stack, self._workspace)

    def _told(self, operation: Callable[[], Any], failure: Failure) -> Any:
        try:
            return operation()
        except StackNotFoundError:
            raise EngineError(
                f"stack {self._stack} is not up: this backend has no state of it"
            ) from None
        except CommandError as error:
            why = failure.told(str(error))
            raise EngineError(self._leftovers.explained(why)) from None

    def _failed(self, error: BaseException) -> BaseException:
        """The error, with what is left where the engine could not tidy up."""
        if not isinstance(error, KilledError):
            return error
        return EngineError("\n  ".join([str(error), *self._leftovers.left(killed=True)]))


def _end(error: BaseException, begun: bool) -> str:
    """How an operation ended that a signal came to."""
    if isinstance(error, KilledError):
        return "was ended at once"
    if isinstance(error, EngineError) or (begun and isinstance(error, MultusLabError)):
        return "was cancelled"
    return "was done" if begun else "was not begun"


def check_user(stack: StackFile) -> None:
    """Look whether the user's own backend and project can be used, before anything is built.

    Raises:
        ProjectError: the engine would take another stack's file; it finds it by the name.
        EngineError: there is no login, and so no backend to keep state in.

    """
    if not stack.of_project:
        own = project.folder() / f"Pulumi.{stack.name}.yaml"
        raise ProjectError(
            f"{stack.path}: Pulumi takes {own} as stack {stack.name}, and no other file; give the "
            "name of a stack of the project, or use --testbed, which takes any file"
        )
    if not _has_backend():
        missing = "pulumi is not logged in: run `pulumi login`"
        if _installed() is None:
            missing = "no pulumi is on PATH, and so no login: install it"
        raise EngineError(
            f"{missing}, or set PULUMI_BACKEND_URL (file://... will do), or use --testbed"
        )


def _has_backend() -> bool:
    """Whether the engine finds a backend where it looks (pulumi v3.274.1, GetCurrentCloudURL)."""
    if os.environ.get("PULUMI_BACKEND_URL") or os.environ.get("PULUMI_ACCESS_TOKEN"):
        return True
    declared = yaml.safe_load((project.folder() / "Pulumi.yaml").read_text(encoding="utf-8"))
    if (declared.get("backend") or {}).get("url"):
        return True
    own = Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi")
    home = own if _installed() else cache.folder() / "pulumi-home"
    place = Path(os.environ.get("PULUMI_CREDENTIALS_PATH") or home)
    try:
        kept = (place / "credentials.json").read_text(encoding="utf-8")
        return bool(kept and json.loads(kept).get("current"))
    except FileNotFoundError:
        return False
    except (OSError, ValueError, AttributeError):
        return True  # the engine says what is wrong with it


def build_programs(testbed: bool, progress: Progress) -> None:
    """Build what a run needs and is not there yet, so that progress counts all of it."""
    groups = [KUBERNETES] if testbed else []
    if _installed() is None:
        home = cache.folder() / "pulumi-home"
        groups += [PULUMI] if _has_provider(home) else [PULUMI, PULUMI_KUBERNETES]
    build_all(groups, progress=progress)


def _installed() -> Command | None:
    """The `pulumi` on PATH, where the Automation API takes its version."""
    if shutil.which("pulumi") is None:
        return None
    try:
        return Command()
    except Exception:  # the SDK raises bare exceptions for a version too old or unreadable
        return None


def _built(progress: Progress) -> tuple[Command, dict[str, str]]:
    """CLI and provider from their Go modules, in a plugin home that is not the user's."""
    root = build(PULUMI, progress=progress).parent
    command = Command(root=str(root))
    home = cache.folder() / "pulumi-home"
    if not _has_provider(home):
        program = build(PULUMI_KUBERNETES, progress=progress) / "pulumi-resource-kubernetes"
        _install_provider(command, home, "--file", str(program))
    return command, {**_of_home(home), "PULUMI_SKIP_UPDATE_CHECK": "true"}


def _downloaded(command: Command, home: Path) -> dict[str, str]:
    """The provider's release, as the user's own CLI fetches it, in a home that is not theirs."""
    if not _has_provider(home):
        _install_provider(command, home)
    return _of_home(home)


def _of_home(home: Path) -> dict[str, str]:
    """What tells the CLI of its home, in which it keeps a log of each of its own commands.

    Each command looks at all of them, and it keeps 500 MB (v3.274.1 pkg/logging/rotation.go), which
    are tens of thousands of logs of what we run.
    """
    return {"PULUMI_HOME": str(home), "PULUMI_LOG_ROTATION_MAX_TOTAL_MB": "10"}


def _workspace(
    work_dir: Path, command: Command, env: Mapping[str, str]
) -> automation.LocalWorkspace:
    program = project.folder()
    return _Workspace(
        work_dir=str(work_dir),
        program=lambda: run_program(program),
        env_vars=dict(env),
        pulumi_command=command,
    )


class _Workspace(automation.LocalWorkspace):
    """A workspace whose outputs have `[secret]` where a value is one, as `pulumi stack output`."""

    def stack_outputs(self, stack_name: str) -> automation.OutputMap:
        # The SDK asks for the values themselves too, and knows no secret within an output.
        asked = ["stack", "output", "--json", "--stack", stack_name]
        said = self.pulumi_command.run(asked, self.work_dir, self.env_vars).stdout
        return {
            key: automation.OutputValue(value, secret=False)
            for key, value in json.loads(said).items()
        }


def _has_provider(home: Path) -> bool:
    return (home / "plugins" / f"resource-kubernetes-v{PROVIDER_VERSION}").is_dir()


def _install_provider(command: Command, home: Path, *source: str) -> None:
    home.mkdir(mode=0o700, exist_ok=True)
    arguments = ["plugin", "install", "resource", "kubernetes", PROVIDER_VERSION, *source]
    try:
        command.run(arguments, str(home), _of_home(home))
    except CommandError as error:
        why = Failure().told(str(error))
        raise EngineError(f"pulumi {' '.join(arguments)}: {why}") from None


def _copy_project(stack: StackFile, kubeconfig: Path, work: Path) -> None:
    """Copy project and stack file into `work`, with the test bed as the only cluster."""
    declared = (project.folder() / "Pulumi.yaml").read_text(encoding="utf-8")
    write_private(work / "Pulumi.yaml", declared)
    written = dict(stack.document.value)  # type: ignore[call-overload]  # StackFile: a mapping
    if not stack.secures:  # else the test bed's passphrase would have to fit the user's salt
        written = {key: value for key, value in written.items() if key not in _ENCRYPTION}
    config = {
        key: value for key, value in written["config"].items() if not key.startswith("kubernetes:")
    }
    config["kubernetes:kubeconfig"] = str(kubeconfig)
    target = work / f"Pulumi.{stack.name}.yaml"
    text = yaml.dump(written | {"config": config} | _salt(target), Dumper=Dumper, sort_keys=False)
    write_private(target, text)


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
        write_private(path, secrets.token_hex(16))
    return path.read_text(encoding="ascii")


def _colour() -> str:
    return "always" if sys.stdout.isatty() else "never"


def _counts(changes: Mapping[Any, int] | None) -> dict[str, int]:
    return {str(getattr(kind, "value", kind)): count for kind, count in (changes or {}).items()}
