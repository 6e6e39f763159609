"""The command line `multus-lab`: it reads arguments, calls a room, and prints.

Rooms are imported by the command that needs them, so that `check` starts without Pulumi and
`--help` without anything.
"""

import argparse
import atexit
import gc
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from multus_lab.errors import MultusLabError

if TYPE_CHECKING:
    from multus_lab.engine import Engine, Outcome
    from multus_lab.testbed import Status, Testbed

_DESCRIPTION = "Multus and secondary networks on Kubernetes: declared, checked, reversible."
_EXAMPLES = """\
examples:
  multus-lab check                    all stacks of the project
  multus-lab check --manifest nads/*.yaml
  multus-lab render dev | kubectl apply --server-side -f -
  sudo multus-lab rehearse dev        on real CNI plugins, on this machine
  multus-lab up dev --testbed         on a throw-away cluster on this machine
  multus-lab preview lab              on the cluster of your kubeconfig

exit codes: 0 fine, 1 refused or failed, 2 usage or unreadable file
"""

_OF_THE_ENGINE = {"psutil", "pulumi", "pulumi_kubernetes"}
"""What the extra `engine` of the package brings; `check` does without it."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    options = _parser().parse_args(arguments)
    try:
        code = options.run(options)
    except MultusLabError as error:
        print(f"multus-lab: {error}", file=sys.stderr)
        code = error.exit_code
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in _OF_THE_ENGINE:
            raise
        needed = f"this command needs {error.name}, which is not installed"
        print(f"multus-lab: {needed}: pip install 'multus-lab[engine]'", file=sys.stderr)
        code = 2
    except BrokenPipeError:
        sys.stderr.close()
        code = 1
    except KeyboardInterrupt:
        print("multus-lab: interrupted", file=sys.stderr)
        code = 130
    sys.exit(code)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="multus-lab",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True, prog=parser.prog)

    def command(name: str, run: Callable[[Any], int], text: str, *examples: str) -> Any:
        made = commands.add_parser(
            name,
            help=text,
            description=f"{text[0].upper()}{text[1:]}.",
            epilog="examples:\n" + "".join(f"  {one}\n" for one in examples),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        made.set_defaults(run=run)
        return made

    _add_check(command)

    render = command(
        "render",
        _render,
        "print the Kubernetes objects of a stack",
        "multus-lab render dev | kubectl apply --server-side -f -",
        "multus-lab render dev --output manifests",
    )
    render.add_argument("stack", metavar="STACK", help="name or stack file")
    render.add_argument("--output", metavar="DIR", type=Path, help="write one file per object")

    _add_rehearse(command)

    for name, run, text in (
        ("preview", _preview, "show what `up` would change"),
        ("up", _up, "create or update what a stack declares on its cluster"),
        ("down", _down, "delete what a stack declares from its cluster"),
    ):
        examples = (f"multus-lab {name} lab", f"multus-lab {name} dev --testbed")
        made = command(name, run, text, *examples)
        made.add_argument("stack", metavar="STACK", help="name of the stack")
        made.add_argument(
            "--testbed",
            nargs="?",
            const="default",
            metavar="NAME",
            help="use a test bed on this machine; it is started if it isn't running",
        )
        made.add_argument("--json", action="store_true", help="print the outcome as JSON")

    _add_testbed(command)
    return parser


def _add_check(command: Callable[..., Any]) -> None:
    check = command(
        "check",
        _check,
        "find mistakes in stacks, or in any NetworkAttachmentDefinitions",
        "multus-lab check dev",
        "multus-lab check --manifest nads/*.yaml",
        "multus-lab check dev --manifest nads/*.yaml",
        "kubectl get net-attach-def -A -o yaml | multus-lab check --manifest -",
        "multus-lab check --explain RTE301",
    )
    check.add_argument(
        "stacks",
        nargs="*",
        metavar="STACK",
        help="name or stack file; default: all stacks of the project",
    )
    _take_manifests(
        check,
        "YAML or JSON with NetworkAttachmentDefinitions of one cluster, - for standard input; "
        "with a STACK they are judged together with its networks, zone and cluster",
    )
    check.add_argument(
        "--each", action="store_true", help="judge each file by itself, not as one cluster"
    )
    check.add_argument(
        "--quiet", action="store_true", help="print one line per finding, like grep, no summary"
    )
    check.add_argument(
        "--notes",
        choices=("all", "grouped", "none"),
        default="grouped",
        help="all: every note at its place; grouped (default): one line per code for notes that "
        "most networks have; none: no notes",
    )
    check.add_argument(
        "--format",
        choices=("text", "json", "sarif", "github"),
        default="text",
        help="default: text",
    )
    check.add_argument("--explain", metavar="CODE", help="explain a code, then exit")
    check.add_argument("--rules", action="store_true", help="list all codes, then exit")


def _take_manifests(command: argparse.ArgumentParser, text: str) -> None:
    command.add_argument(
        "--manifest", nargs="+", action="extend", default=[], metavar="FILE", help=text
    )


def _add_rehearse(command: Callable[..., Any]) -> None:
    rehearse = command(
        "rehearse",
        _rehearse,
        "run a stack's networks on the real Multus and CNI plugins, in throw-away namespaces",
        "sudo multus-lab rehearse dev",
        "sudo multus-lab rehearse --manifest nad.yaml --pods 1",
    )
    rehearse.add_argument("stack", nargs="?", metavar="STACK", help="name or stack file")
    _take_manifests(
        rehearse,
        "YAML or JSON with NetworkAttachmentDefinitions, instead of a stack; - for standard input",
    )
    rehearse.add_argument(
        "--pods", type=int, default=2, metavar="N", help="pods per network and node; default 2"
    )
    rehearse.add_argument("--json", action="store_true", help="print pods and findings as JSON")
    rehearse.add_argument(
        "--clean",
        action="store_true",
        help="end processes left by killed rehearsals, then exit",
    )


def _add_testbed(command: Callable[..., Any]) -> None:
    testbed = command(
        "testbed",
        _testbed,
        "run a throw-away cluster on this machine",
        "multus-lab testbed up --nodes 5",
        "multus-lab testbed status",
    )
    testbed.add_argument("action", choices=("up", "down", "status"))
    testbed.add_argument(
        "--name", default="default", help="name of the test bed, if there are several"
    )
    testbed.add_argument("--nodes", type=int, metavar="N", help="number of nodes; default 3")
    testbed.add_argument(
        "--port", type=int, help="port of the API server on 127.0.0.1; default: a free one"
    )
    testbed.add_argument("--json", action="store_true", help="print the state as JSON")


@contextmanager
def _uncollected() -> Iterator[None]:
    """Look for no garbage meanwhile, nor at exit: nearly all that a check makes is modules.

    To look through them over and over is a sixth of the time that a check of one stack takes.
    """
    atexit.register(gc.freeze)
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _without_pydantic_plugins() -> None:
    """Have pydantic look for no plugins in all installed packages, nor import what that takes.

    That is longer than a check of ours; PYDANTIC_DISABLE_PLUGINS spares the look alone.
    """
    sys.modules.setdefault("pydantic.plugin._loader", SimpleNamespace(get_plugins=tuple))  # type: ignore[arg-type]


@_uncollected()
def _check(options: Any) -> int:
    _without_pydantic_plugins()
    if options.rules or options.explain is not None:
        return _explain(options.explain)
    from multus_lab import project, sources
    from multus_lab.report import as_text, printer

    stacks = options.stacks
    if not stacks and not options.manifest:
        stacks = list(map(str, project.stack_files(project.folder())))
        if not stacks:
            raise project.ProjectError("there is no Pulumi.<stack>.yaml to check")
    report = sources.check(stacks, options.manifest, options.each)
    if options.notes == "none":
        report = report.without_notes()
    every_note = options.notes == "all"
    if options.format == "text":
        colour = as_text.colours(sys.stdout)
        _write(as_text.printed(report, colour, quiet=options.quiet, every_note=every_note))
    else:
        _write(printer(options.format)(report, every_note))
    return report.exit_code


def _explain(code: str | None) -> int:
    """Print what a code means, or without one the list of all."""
    from multus_lab.checks import stacks  # noqa: F401 - its codes are codes too
    from multus_lab.rehearsal import sights  # noqa: F401
    from multus_lab.report import rules

    text = rules.listed() if code is None else rules.explained(code)
    if text is None:
        where = "`check --rules` lists them"
        print(f"multus-lab: no rule has the code {code!r}; {where}", file=sys.stderr)
        return 2
    _write(text)
    return 0


def _write(text: str) -> None:
    """Print text of others, of which not all may exist in the terminal's encoding."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))


def _render(options: Any) -> int:
    from multus_lab import project, render

    stack = project.stack_file(options.stack)
    objects = render.manifests(stack)
    if options.output is None:
        print(render.stream(objects), end="")
    else:
        for path in render.write(objects, stack.name, options.output):
            print(path)
    return 0


def _rehearse(options: Any) -> int:
    from multus_lab.progress import Progress
    from multus_lab.rehearsal import report, subjects, world
    from multus_lab.report.as_text import counted

    if options.clean:
        if ended := world.clean():
            print(f"ended processes of {counted(ended, 'killed rehearsal')}")
        else:
            print("nothing is left of earlier rehearsals")
        return 0
    if (options.stack is None) == (not options.manifest):
        raise subjects.SubjectError("rehearse takes a stack, or --manifest with files")
    if not 1 <= options.pods <= subjects.MAX_PODS:
        raise subjects.SubjectError(
            f"--pods is 1 to {subjects.MAX_PODS} on each node, not {options.pods}"
        )
    if options.manifest:
        subject = subjects.of_manifests(options.manifest)
    else:
        subject = subjects.of_stack(options.stack)
    if subject.refused:
        _write(subject.refused)
        print("multus-lab: nothing was rehearsed, because check refuses the stack", file=sys.stderr)
        return 1
    start = time.monotonic()
    rehearsed = subject.rehearse(options.pods, Progress())
    findings, seconds = rehearsed.findings(), time.monotonic() - start
    printed = report.as_json if options.json else report.printed
    _write(printed(rehearsed, findings, seconds))
    return int(any(one.refuses for one in findings))


def _preview(options: Any) -> int:
    _engine(options, lambda engine: engine.preview())
    return 0


def _up(options: Any) -> int:
    testbed = _engine(options, lambda engine: engine.up())
    if testbed is not None and not options.json:
        _print_cluster(testbed)
    return 0


def _down(options: Any) -> int:
    _engine(options, lambda engine: engine.down())
    return 0


def _engine(options: Any, act: "Callable[[Engine], Outcome]") -> "Testbed | None":
    """Run the engine on the stack, and return the test bed that it ran on, if it was one.

    With `--json` the engine's own output goes to stderr, and the outcome to stdout.
    """
    from multus_lab import project
    from multus_lab.engine import Engine, build_programs
    from multus_lab.progress import Progress
    from multus_lab.testbed import Testbed

    stack = project.stack_file(options.stack)
    if not stack.secures:
        stack.settings()  # refused here, before minutes of building or seconds of engine
    progress, testbed = Progress(), None

    def echo(line: str) -> None:
        print(line, file=sys.stderr if options.json else sys.stdout, flush=True)

    build_programs(options.testbed is not None, progress)
    if options.testbed is None:
        engine = Engine.of_user(stack, progress, echo)
    else:
        testbed = Testbed.named(options.testbed)
        testbed.up(progress=progress)
        engine = Engine.of_testbed(stack, testbed, progress, echo)
    outcome = act(engine)
    if options.json:
        _print_json({"stack": stack.name, **asdict(outcome)})
    return testbed


def _print_cluster(testbed: "Testbed") -> None:
    """The pods' and the networks' state, and what to try next."""
    import shutil

    pods = "POD:.metadata.name,NODE:.spec.nodeName,STATUS:.status.phase"
    networks = "NAMESPACE:.metadata.namespace,NETWORK:.metadata.name,CONFIG:.spec.config"
    get = ("get", "-o")
    daemon = ("pod", "-n", "kube-system", "-l", "app=multus")
    print(testbed.kubectl(*get, f"custom-columns={pods}", *daemon))
    print(testbed.kubectl(*get, f"custom-columns={networks}", "net-attach-def", "-A"))
    print(f"next:\n  export KUBECONFIG={testbed.kubeconfig}")
    print(f"  {(shutil.which('kubectl') and 'kubectl') or testbed.kubectl_program} get node,pod -A")


def _testbed(options: Any) -> int:
    from multus_lab.progress import Progress
    from multus_lab.testbed import Testbed

    testbed = Testbed.named(options.name)
    if options.action == "down":
        stopped = testbed.down()
        print(f"test bed {testbed.name} is down" + ("" if stopped else " already"))
        return 0
    if options.action == "up":
        status = testbed.up(options.nodes, options.port, Progress())
    else:
        status = testbed.status()
    if options.json:
        _print_json(asdict(status))
    else:
        _print_status(testbed, status)
    return 0 if status.state == "up" or options.action == "status" else 1


def _print_status(testbed: "Testbed", status: "Status") -> None:
    print(f"test bed {testbed.name} is {status.state}", end="")
    if status.state != "down":
        print(f": {status.server}, {len(status.nodes)} nodes")
        print(f"export KUBECONFIG={status.kubeconfig}", end="")
    print()
    for problem in status.problems:
        print(f"  {problem}")


def _print_json(value: object) -> None:
    print(json.dumps(value, sort_keys=True, default=str))
