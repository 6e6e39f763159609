"""What settings and components cost: `up` of ours against other programs with the same objects.

All are programs of the real engine on one test bed of their own, each run in an interpreter of its
own, in turns. The bare loop makes pulumi_kubernetes resources of the manifests that `render` prints
for ours, with the same order between them, and has neither a config nor outputs. The program alike
puts each network into a component as ours does, so that it has as many resources. Both run with the
engine's defaults, and so does ours; beside that, ours as `up --testbed` runs it.

Then each runs once more and keeps every state that the engine writes, which are counted.

    python -m bench.up --networks 300 --rounds 3 --large-rounds 2
"""

import argparse
import contextlib
import io
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from multus_lab import cache, project, render
from multus_lab.engine import Engine
from multus_lab.programs import PULUMI, build
from multus_lab.progress import Progress
from multus_lab.testbed import Testbed

_DRIVER = """\
import runpy, sys
from pulumi import automation

work, program = sys.argv[1:]
sys.path.insert(0, program)
workspace = automation.LocalWorkspace(
    work_dir=work,
    program=lambda: runpy.run_path(program + "/__main__.py", run_name="__main__"),
)
changes = automation.Stack.create_or_select("bench", workspace).up().summary.resource_changes
print(sum(count for kind, count in changes.items() if kind != "same"))
"""
"""Run a program as the engine does, and nothing more: what a program imports counts as its own."""

_TESTBED_DRIVER = """\
import sys
from pathlib import Path
from multus_lab import project
from multus_lab.engine import Engine
from multus_lab.progress import Progress
from multus_lab.testbed import Testbed

stack, bed = sys.argv[1:]
engine = Engine.of_testbed(
    project.stack_file(stack), Testbed(Path(bed)), Progress(), lambda _: None
)
print(sum(count for kind, count in engine.up().changes.items() if kind != "same"))
"""
"""Run ours as `up --testbed` does, with all that it looks at."""

_BARE = """\
import json
from pathlib import Path

import pulumi
from pulumi_kubernetes import apiextensions, apps, core, rbac

classes = {
    "ServiceAccount": core.v1.ServiceAccount,
    "ClusterRole": rbac.v1.ClusterRole,
    "ClusterRoleBinding": rbac.v1.ClusterRoleBinding,
    "ConfigMap": core.v1.ConfigMap,
    "DaemonSet": apps.v1.DaemonSet,
}
keys = {"apiVersion": "api_version", "roleRef": "role_ref"}
crd, *manifests = json.loads(Path(__file__).with_name("manifests.json").read_text())
ALIKE = {alike}


class Network(pulumi.ComponentResource):
    def __init__(self, name, inputs, crd):
        super().__init__("bench:networks:Network", name)
        opts = pulumi.ResourceOptions(parent=self, depends_on=[crd])
        apiextensions.CustomResource(name, **inputs, opts=opts)


crd = apiextensions.v1.CustomResourceDefinition("crd", metadata=crd["metadata"], spec=crd["spec"])
made = [crd]
for manifest in manifests:
    kind, name = manifest["kind"], manifest["metadata"]["name"]
    inputs = {keys.get(key, key): value for key, value in manifest.items()}
    if kind == "NetworkAttachmentDefinition" and ALIKE:
        Network(name, inputs, crd)
    elif kind == "NetworkAttachmentDefinition":
        opts = pulumi.ResourceOptions(depends_on=[crd])
        apiextensions.CustomResource(f"{kind}/{name}", **inputs, opts=opts)
    else:
        opts = pulumi.ResourceOptions(depends_on=made if kind == "DaemonSet" else [])
        made.append(classes[kind](f"{kind}/{name}", **inputs, opts=opts))
"""


class Times(NamedTuple):
    """Seconds of one run: the clock's, and the processor's in the program, engine and provider."""

    clock: float
    processor: float

    def __str__(self) -> str:
        return f"{self.clock:.2f} s ({self.processor:.2f} s of the processor)"


class Writes(NamedTuple):
    """How often the engine has written a state in one run, and the bytes of all."""

    number: int
    size: int


@dataclass(frozen=True)
class Program:
    """A program, and how it is brought up.

    Attributes:
        name: ours, alike, bare or testbed.
        command: what brings it up.
        state: the folder that it is thrown away with.
        env: what is in its environment beside ours.

    """

    name: str
    command: tuple[str, ...]
    state: Path
    env: Mapping[str, str]


@dataclass(frozen=True)
class Series:
    """One comparison: what either side took in each round.

    `aim` is the most that ours may take of what the other does; 0 where there is none.
    """

    title: str
    aim: float
    ours: list[Times] = field(default_factory=list)
    other: list[Times] = field(default_factory=list)

    @property
    def ratios(self) -> list[float]:
        """Ours as a multiple of the other by the clock, round by round."""
        pairs = zip(self.ours, self.other, strict=True)
        return [ours.clock / other.clock for ours, other in pairs]

    @property
    def processor(self) -> float:
        """Ours as a multiple of the other by the processor's seconds, the median."""
        pairs = zip(self.ours, self.other, strict=True)
        return statistics.median(ours.processor / other.processor for ours, other in pairs)


class Bench:
    """A test bed, and programs that are brought up on it from nothing, time and again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._bed = Testbed(folder / "bed")

    def __enter__(self) -> "Bench":
        self._bed.up(progress=Progress())
        return self

    def __exit__(self, *_: object) -> None:
        self._bed.down()

    def programs(self, name: str, config: Mapping[str, Any]) -> dict[str, Program]:
        """Ours for a stack config, twice, and the others over the same objects."""
        self._manifests = self._folder / name / "manifests.json"
        ours = self._work(name, "ours")
        written = yaml.safe_load((project.folder() / "Pulumi.yaml").read_text())
        del written["options"]  # it reads the cluster first, which the others don't
        (ours / "Pulumi.yaml").write_text(yaml.safe_dump(written))
        path = ours / "Pulumi.bench.yaml"
        path.write_text(yaml.safe_dump({"config": dict(config)}))
        stack = project.stack_file(str(path))
        with contextlib.redirect_stderr(io.StringIO()):  # what the stack accepts, a line each
            self._manifests.write_text(json.dumps(render.manifests(stack)))
        # Only so that CLI and provider are there.
        Engine.of_testbed(stack, self._bed, Progress(), lambda _: None)
        found = [self._of_engine("ours", ours, project.folder())]
        for other in ("alike", "bare"):
            work = self._work(name, other)
            (work / "Pulumi.yaml").write_text("name: multus-lab\nruntime: python\n")
            (work / "__main__.py").write_text(_BARE.replace("{alike}", str(other == "alike")))
            shutil.copy(self._manifests, work)
            found.append(self._of_engine(other, work, work))
        command = ("-c", _TESTBED_DRIVER, str(path), str(self._bed.folder))
        found.append(Program("testbed", command, self._bed.folder / "pulumi", {}))
        return {one.name: one for one in found}

    def up(self, program: Program, expected: bool, **env: str) -> Times:
        """Bring a program up. `expected` is whether it changes anything."""
        program.state.mkdir(exist_ok=True)
        spent, started = _spent(), time.monotonic()
        done = subprocess.run(
            [sys.executable, *program.command],
            cwd=project.folder(),
            env={**os.environ, **program.env, **env},
            text=True,
            capture_output=True,
            check=False,
        )
        taken = Times(time.monotonic() - started, _spent() - spent)
        if done.returncode != 0 or bool(int(done.stdout)) is not expected:
            raise SystemExit(f"{program.name}: {done.stdout}{done.stderr}")
        return taken

    def writes(self, program: Program) -> Writes:
        """Bring a program up, and count the states that the engine writes meanwhile."""
        self.up(program, expected=True, PULUMI_DIY_BACKEND_RETAIN_CHECKPOINTS="true")
        kept = [one for one in program.state.rglob("bench.json.[0-9]*") if one.suffix != ".attrs"]
        written = Writes(len(kept), sum(one.stat().st_size for one in kept))
        self.clear(program)
        return written

    def clear(self, program: Program) -> None:
        """Take everything off the cluster again, and forget the program's state."""
        shutil.rmtree(program.state)
        manifests = json.loads(self._manifests.read_text())
        # The networks go with their CRD.
        first = [one for one in manifests if one["kind"] != "NetworkAttachmentDefinition"]
        text = json.dumps({"apiVersion": "v1", "kind": "List", "items": first})
        self._bed.kubectl("delete", "-f", "-", "--ignore-not-found", stdin=text)

    def _work(self, *names: str) -> Path:
        work = self._folder.joinpath(*names)
        work.mkdir(parents=True)
        return work

    def _of_engine(self, name: str, work: Path, program: Path) -> Program:
        """A program with the engine's defaults."""
        path = os.environ.get("PATH", os.defpath)
        if shutil.which("pulumi") is None:
            path = f"{build(PULUMI)}{os.pathsep}{path}"
        state = work / "state"
        env = {
            "PATH": path,
            "KUBECONFIG": str(self._bed.kubeconfig),
            "PULUMI_HOME": str(cache.folder() / "pulumi-home"),
            "PULUMI_BACKEND_URL": state.as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "bench",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }
        return Program(name, ("-c", _DRIVER, str(work), str(program)), state, env)


def _spent() -> float:
    """Seconds of the processor in all programs that have ended, and in what they started."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


_COMPARED = (("ours", "alike", 1.05), ("ours", "bare", 0.0), ("testbed", "bare", 1.0))
"""Ours, what it is compared with, and the aim for the `up` of a large stack."""


def compare(
    bench: Bench, programs: Mapping[str, Program], name: str, rounds: int, aims: bool = False
) -> list[Series]:
    """`up` and no-op `up` of one stack config; who begins goes round."""
    ups: dict[str, list[Times]] = {one: [] for one in programs}
    noops: dict[str, list[Times]] = {one: [] for one in programs}
    for number in range(rounds):
        order = list(programs.values())
        first = number % len(order)
        for program in order[first:] + order[:first]:
            ups[program.name].append(bench.up(program, expected=True))
            noops[program.name].append(bench.up(program, expected=False))
            bench.clear(program)
            taken = f"up {ups[program.name][-1]}, no-op {noops[program.name][-1]}"
            print(f"  {name}, round {number + 1}: {program.name}: {taken}", file=sys.stderr)
    return [
        Series(
            f"{what}, {name}: {ours} / {other}", aim if aimed else 0.0, taken[ours], taken[other]
        )
        for what, taken, aimed in (("up", ups, aims), ("no-op up", noops, False))
        for ours, other, aim in _COMPARED
    ]


def dev() -> dict[str, Any]:
    """The config of the dev stack."""
    written: dict[str, Any] = yaml.safe_load((project.folder() / "Pulumi.dev.yaml").read_text())
    config: dict[str, Any] = written["config"]
    return config


def many(count: int) -> dict[str, Any]:
    """The dev stack with `count` networks of a subnet each."""
    (network,) = dev()["multus-lab:networks"]
    subnets = (f"10.{64 + number // 256}.{number % 256}" for number in range(count))
    networks = [
        network
        | {
            "name": f"network-{number}",
            "ipam": network["ipam"]
            | {
                "subnet": f"{subnet}.0/24",
                "rangeStart": f"{subnet}.200",
                "rangeEnd": f"{subnet}.220",
                "gateway": f"{subnet}.254",
            },
        }
        for number, subnet in enumerate(subnets)
    ]
    zone = dev()["multus-lab:zone"] | {"range": "10.64.0.0/10", "gateway": "10.64.0.254"}
    return {"multus-lab:zone": zone, "multus-lab:networks": networks}


def check(runs: int) -> Series:
    """The shell start of `multus-lab check dev` against that of Python itself."""
    series = Series("check dev / python -c pass", 0.0)
    for _ in range(runs):
        for arguments, times in (
            (("-m", "multus_lab", "check", "dev"), series.ours),
            (("-c", "pass"), series.other),
        ):
            spent, started = _spent(), time.monotonic()
            subprocess.run(
                [sys.executable, *arguments],
                cwd=project.folder(),
                check=True,
                stdout=subprocess.DEVNULL,
            )
            times.append(Times(time.monotonic() - started, _spent() - spent))
    return series


def table(every: Sequence[Series]) -> Iterator[str]:
    """One line a comparison: medians by the clock, the rounds' ratios, and the processor's."""
    yield f"{'':42} {'ours':>8} {'other':>8} {'ratio':>6}  least-most   processor  aim"
    for one in every:
        ours, other = (statistics.median(t.clock for t in side) for side in (one.ours, one.other))
        ratio, spread = statistics.median(one.ratios), (min(one.ratios), max(one.ratios))
        aim = f"{one.aim:.2f}" if one.aim else ""
        yield (
            f"{one.title:42} {ours:6.2f} s {other:6.2f} s {ratio:6.2f}  "
            f"{spread[0]:5.2f}-{spread[1]:<5.2f} {one.processor:10.2f}  {aim}"
        ).rstrip()


def plot(every: Sequence[Series], width: int = 60) -> Iterator[str]:
    """Each round's ratio as an `o` on one axis, their median as `#`, the aim as `|`."""
    ratios = [ratio for one in every for ratio in one.ratios]
    low, high = min(0.9, *ratios), max(1.1, *ratios)

    def at(ratio: float) -> int:
        return round((ratio - low) / (high - low) * (width - 1))

    for one in every:
        line = [" "] * width
        marks = [(one.aim, "|")] if one.aim else []
        marks += [(ratio, "o") for ratio in one.ratios]
        for ratio, mark in [*marks, (statistics.median(one.ratios), "#")]:
            line[at(ratio)] = mark
        yield f"{one.title:42} {''.join(line)}".rstrip()
    yield f"{'':42} {f'{low:.2f}':<{width - 4}}{high:.2f}"


def counted(few: Mapping[str, Writes], many: Mapping[str, Writes], added: int) -> Iterator[str]:
    """How often each program's state is written, in all and for each network that is added."""
    yield f"{'':10} {'writes':>7} {'MB':>8}  a network"
    for name, one in many.items():
        slope = (one.number - few[name].number) / added
        yield f"{name:10} {one.number:7} {one.size / 1e6:8.1f} {slope:10.2f}"


def main() -> None:
    """Run what is asked for, and print it."""
    parser = argparse.ArgumentParser(
        description="Time `up` of ours against other programs with the same objects, as ratios."
    )
    parser.add_argument(
        "--networks", type=int, default=300, help="of the large stack; 0: leave out"
    )
    parser.add_argument("--rounds", type=int, default=3, help="of the dev stack")
    parser.add_argument("--large-rounds", type=int, default=2, help="of the large stack")
    parser.add_argument("--checks", type=int, default=11, help="runs of `check`")
    options = parser.parse_args()
    if min(options.rounds, options.large_rounds, options.checks) < 1 or options.networks == 1:
        parser.error("rounds and checks are at least 1, networks at least 2")
    every: list[Series] = []
    lines: list[str] = []
    with (
        tempfile.TemporaryDirectory(prefix="multus-lab-bench-") as folder,
        Bench(Path(folder)) as bed,
    ):
        programs = bed.programs("dev", dev())
        every += compare(bed, programs, "dev", options.rounds)
        few = {name: bed.writes(one) for name, one in programs.items()}
        if options.networks:
            name = f"{options.networks} networks"
            programs = bed.programs(name, many(options.networks))
            every += compare(bed, programs, name, options.large_rounds, aims=True)
            written = {name: bed.writes(one) for name, one in programs.items()}
            lines = ["", *counted(few, written, options.networks - 1)]
    start = check(options.checks)
    print("\n".join([*table([*every, start]), "", *plot(every), *lines]))


if __name__ == "__main__":
    main()
