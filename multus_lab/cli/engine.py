"""`preview`, `up`, `refresh` and `down`: Pulumi's engine on one stack after the other."""

import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from multus_lab import project, sources
from multus_lab.adoption.claims import shared_names
from multus_lab.cli.output import write_json
from multus_lab.engine import Engine, Outcome, build_programs, check_user
from multus_lab.errors import MultusLabError
from multus_lab.prerequisites.presence import CRD
from multus_lab.progress import Progress
from multus_lab.project import StackFile
from multus_lab.testbed import Testbed


def preview(options: Any) -> int:
    """Show what `up` would change; returns the code to exit with."""
    stacks = _looked_at(options)
    brought = {CRD} if any(map(project.brings_multus, stacks)) else set()
    _each(stacks, options, lambda engine: engine.preview(options.refresh, brought))
    return 0


def refresh(options: Any) -> int:
    """Read the clusters back into the state; returns the code to exit with."""
    _each(_readable(options), options, lambda engine: engine.refresh())
    return 0


def up(options: Any) -> int:
    """Bring up each stack; returns the code to exit with."""
    stacks = _looked_at(options)
    adopted = iter(shared_names(stacks, options.adopt))
    testbed = _each(stacks, options, lambda engine: engine.up(next(adopted), options.refresh))
    if testbed is not None and not options.json:
        _print_cluster(testbed)
    return 0


def down(options: Any) -> int:
    """Take down each stack; returns the code to exit with."""

    def down(engine: Engine) -> Outcome:
        told = [engine.dependants().told]
        if options.clean_nodes:
            told.append(engine.attached().told)
        _agree("\n".join(filter(None, told)), options)
        return engine.down(options.clean_nodes)

    _each(_readable(options)[::-1], options, down)
    return 0


def _agree(told: str, options: Any) -> None:
    """Have somebody agree to what they are told, if it is anything; raises MultusLabError."""
    if not told:
        return
    if options.yes:
        print(told, file=sys.stderr)
        return
    if not sys.stdin.isatty():
        raise MultusLabError(f"{told}; add --yes to agree")
    print(f"{told}\nGo on? Only yes goes on: ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip() != "yes":
        raise MultusLabError("nothing was deleted")


def _each(
    stacks: Sequence[StackFile], options: Any, act: Callable[[Engine], Outcome]
) -> Testbed | None:
    """Run the engine on one stack after the other; returns the test bed, if it ran on one.

    With `--json` the engine's own output goes to stderr, and the outcome to stdout.
    """
    progress, testbed = Progress(), None

    def echo(line: str) -> None:
        print(line, file=sys.stderr if options.json else sys.stdout, flush=True)

    build_programs(options.testbed is not None, progress)
    if options.testbed is not None:
        testbed = Testbed.named(options.testbed)
        testbed.up(progress=progress)
    waiting, outcomes = stacks, []
    while waiting:
        stack, *waiting = waiting
        if len(stacks) > 1:
            echo(f"stack {stack.name}")
        try:
            engine = (
                Engine.of_user(stack, progress, echo)
                if testbed is None
                else Engine.of_testbed(stack, testbed, progress, echo)
            )
            outcomes.append({"stack": stack.name, **asdict(act(engine))})
        except MultusLabError:
            if waiting:
                left = ", ".join(one.name for one in waiting)
                print(f"multus-lab: not begun: {left}", file=sys.stderr)
            raise
    if options.json:
        write_json(outcomes[0] if len(stacks) == 1 else outcomes)
    return testbed


def _looked_at(options: Any) -> list[StackFile]:
    """The stacks in their order, none of which the checks refuse beside the others."""
    stacks = _readable(options)
    sources.refuse_together(stacks)
    return stacks


def _readable(options: Any) -> list[StackFile]:
    """The stacks in their order, none refused for what can be seen of it at once.

    That is before minutes of building or seconds of engine.
    """
    stacks = project.in_order(list(map(project.stack_file, options.stacks)))
    for stack in stacks:
        if not stack.secures:
            stack.settings()
        if options.testbed is None:
            check_user(stack)
    return stacks


def _print_cluster(testbed: Testbed) -> None:
    """The pods' and the networks' state, and what to try next."""
    pods = "POD:.metadata.name,NODE:.spec.nodeName,STATUS:.status.phase"
    networks = "NAMESPACE:.metadata.namespace,NETWORK:.metadata.name,CONFIG:.spec.config"
    get = ("get", "-o")
    daemon = ("pod", "-A", "-l", "app in (multus,whereabouts)")
    print(testbed.kubectl(*get, f"custom-columns={pods}", *daemon))
    print(testbed.kubectl(*get, f"custom-columns={networks}", "net-attach-def", "-A"))
    print(f"next:\n  export KUBECONFIG={testbed.kubeconfig}")
    print(f"  {(shutil.which('kubectl') and 'kubectl') or testbed.kubectl_program} get node,pod -A")
