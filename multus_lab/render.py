"""What a stack declares, as Kubernetes manifests: its program run under Pulumi's mocks.

No engine and no cluster: for `kubectl apply --server-side`, for GitOps, and for tests. It equals
what the engine sends.
"""

import asyncio
import json
import logging
import runpy
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pulumi
import pulumi.runtime
import yaml
from pulumi.runtime.stack import run_pulumi_func

from multus_lab import project, sources
from multus_lab.documents.yaml_stream import Dumper
from multus_lab.errors import MultusLabError
from multus_lab.leaving import LEAVING, Leaving
from multus_lab.ownership import settled
from multus_lab.project import StackFile
from multus_lab.report import as_text

_ORDER = (
    "CustomResourceDefinition",
    "ServiceAccount",
    "ClusterRole",
    "ClusterRoleBinding",
    "Role",
    "RoleBinding",
    "ConfigMap",
    "DaemonSet",
    "Deployment",
    "NetworkAttachmentDefinition",
    "Service",
    "PodMonitor",
)
"""Applied in this order, each object finds what it needs."""

_HEADER = "# Rendered by multus-lab"

Manifest = Mapping[str, Any]
"""A Kubernetes object, by the keys of its API."""


class RefusedError(MultusLabError):
    """A stack that the checks, or its program, refuse."""


class OutputError(MultusLabError):
    """A folder that can't be written."""

    exit_code = 2


def manifests(stack: StackFile) -> list[Manifest]:
    """The objects that the stack's program registers, CRD first.

    A `secure:` value shows as `<secure: PATH>`. Raises SettingsError where the config can't be
    used, and RefusedError with the lines of `check` where it is refused.
    """
    stack.settings()
    refused = sources.check_stack(stack)[0].refusing()
    if refused.findings:
        lines = as_text.printed(refused, quiet=True).splitlines()
        raise RefusedError("\n  ".join(["the checks refuse the stack:", *lines]))
    return declared(stack.config, stack.name)


def declared(
    config: Mapping[str, object], stack: str, logger: logging.Logger | None = None
) -> list[Manifest]:
    """The objects that the program registers under a config; raises RefusedError if it won't.

    `logger` gets what the program logs, instead of the root logger.
    """
    recorder = _Recorder()

    async def run(threads: Executor) -> None:
        """Run the program within this loop's context, where the SDK keeps config and resources."""
        asyncio.get_running_loop().set_default_executor(threads)
        written = {f"{project.NAME}:{key}": json.dumps(value) for key, value in config.items()}
        pulumi.runtime.set_all_config(written)
        pulumi.runtime.set_mocks(
            recorder, project=project.NAME, stack=stack, preview=False, logger=logger
        )
        await run_pulumi_func(lambda: run_program(project.folder()))

    try:
        with _worker_threads() as threads:
            asyncio.run(run(threads))
    except pulumi.RunError as error:
        raise RefusedError(str(error)) from None
    return sorted(recorder.objects, key=_place)


@contextmanager
def _worker_threads() -> Iterator[ThreadPoolExecutor]:
    """Threads for the SDK, each with an event loop that is closed in the end.

    The SDK's mocks make themselves a loop in every thread and leave it open, which ends in
    "Invalid file descriptor" when the interpreter exits.
    """
    loops: list[asyncio.AbstractEventLoop] = []

    def with_loop() -> None:
        loops.append(asyncio.new_event_loop())
        asyncio.set_event_loop(loops[-1])

    try:
        with ThreadPoolExecutor(max_workers=4, initializer=with_loop) as threads:
            yield threads
    finally:
        for loop in loops:
            loop.close()


def run_program(folder: Path, leaving: Leaving | None = None) -> None:
    """Run the project's `__main__.py` in this process.

    `leaving` is the step of `down --clean-nodes` for which it runs.
    """
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    token = settled.set(True)  # there is no cluster, or multus_lab.adoption.claims has looked
    step = LEAVING.set(leaving)
    try:
        runpy.run_path(str(folder / "__main__.py"), run_name="__main__")
    finally:
        settled.reset(token)
        LEAVING.reset(step)


def stream(objects: Sequence[Manifest]) -> str:
    """One YAML stream; the same objects give the same bytes."""
    return "---\n".join(map(_yaml, objects))


def refuse_shared(rendered: Sequence[tuple[StackFile, Sequence[Manifest]]]) -> None:
    """Refuse stacks of one name, and those that make one object: the last would silently win.

    Raises RefusedError.
    """
    first: dict[object, StackFile] = {}
    for stack, objects in rendered:
        before = first.setdefault(stack.name, stack)
        if before is not stack:
            raise RefusedError(
                f"{before.path} and {stack.path} are both called stack {stack.name}: {_EACH}"
            )
        for one in objects:
            before = first.setdefault(_place(one), stack)
            if before is not stack:
                raise RefusedError(
                    f"stacks {before.name} and {stack.name} both make {_label(one)}: {_EACH}"
                )


_EACH = "render each by itself, into a folder of its own"


def _label(manifest: Manifest) -> str:
    _, kind, namespace, name = _place(manifest)
    return f"{kind} {namespace}/{name}" if namespace else f"{kind} {name}"


def write(objects: Sequence[Manifest], stack: str, output: Path) -> list[Path]:
    """Write one file per object into `output`; returns their paths.

    Files that an earlier render left there and that are no longer declared go away; others are
    not touched. `kubectl apply -f` takes the files in the right order. Raises OutputError, before
    anything is written where a file isn't the stack's.
    """
    header = f"{_HEADER} from stack {stack}\n"
    texts = {output / _file_name(one): header + _yaml(one) for one in objects}
    try:
        output.mkdir(parents=True, exist_ok=True)
        for path in texts:
            _refuse_foreign(path, header)
        for path, text in texts.items():
            path.write_text(text, encoding="utf-8")
        for path in sorted(set(output.glob("*.yaml")) - set(texts)):
            if _begins(path, header):
                path.unlink()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise OutputError(f"{error.filename or output}: {reason}; expected a folder") from None
    return list(texts)


def _refuse_foreign(path: Path, header: str) -> None:
    """Raise OutputError if there is a file that has another header."""
    if path.exists() and not _begins(path, header):
        whose = header.removeprefix(f"{_HEADER} from ").strip()
        reason = f"is there already, and not rendered from {whose}"
        raise OutputError(f"{path}: {reason}; take another folder, or delete it")


def _begins(path: Path, header: str) -> bool:
    with path.open(encoding="utf-8", errors="replace") as file:
        return file.readline() == header


class _Recorder(pulumi.runtime.Mocks):
    """Keeps the Kubernetes objects that a program registers."""

    def __init__(self) -> None:
        self.objects: list[Manifest] = []

    def new_resource(
        self, args: pulumi.runtime.MockResourceArgs
    ) -> tuple[str | None, dict[str, Any]]:
        if args.typ.startswith("kubernetes:"):
            self.objects.append(_plain(args.inputs))
        return f"{args.name}-id", args.inputs

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[Any, Any], None]:
        return {}, None


def _place(manifest: Manifest) -> tuple[int, str, str, str]:
    kind, metadata = manifest["kind"], manifest["metadata"]
    rank = _ORDER.index(kind) if kind in _ORDER else len(_ORDER)
    return rank, kind, metadata.get("namespace", ""), metadata["name"]


def _file_name(manifest: Manifest) -> str:
    """In no name of Kubernetes is a "_", so that no two objects share a file."""
    rank, kind, namespace, name = _place(manifest)
    return "_".join(filter(None, (str(rank), kind.lower(), namespace, name))) + ".yaml"


def _yaml(manifest: Manifest) -> str:
    first = {key: manifest[key] for key in ("apiVersion", "kind", "metadata")}
    return yaml.dump(first | dict(manifest), Dumper=Dumper, sort_keys=False, width=100)


def _plain(value: Any) -> Any:
    """Keys in order, and whole numbers as such: on the wire every number is a double."""
    if isinstance(value, dict):
        return {key: _plain(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
