"""What settings and components cost: `up` of ours against the same objects in a bare loop.

Both are programs of the real engine on one test bed of their own, each run in an interpreter of
its own, in turns. The bare one makes pulumi_kubernetes resources of the manifests that `render`
prints for ours, with the same order between them, and has neither a config nor outputs.

    python -m bench.up --networks 300 --rounds 3 --large-rounds 2
"""

import argparse
import contextlib
import io
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from multus_lab import cache, project, render
from multus_lab.engine import Engine
from multus_lab.programs import PULUMI, build
from multus_lab.progress import Progress
from multus_lab.testbed import Testbed

AIM = 1.05
"""The most that ours may take of what the bare loop takes."""

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
crd = apiextensions.v1.CustomResourceDefinition("crd", metadata=crd["metadata"], spec=crd["spec"])
made = [crd]
for manifest in manifests:
    kind, name = manifest["kind"], manifest["metadata"]["name"]
    inputs = {keys.get(key, key): value for key, value in manifest.items()}
    if kind == "NetworkAttachmentDefinition":
        opts = pulumi.ResourceOptions(depends_on=[crd])
        apiextensions.CustomResource(f"{kind}/{name}", **inputs, opts=opts)
    else:
        opts = pulumi.ResourceOptions(depends_on=made if kind == "DaemonSet" else [])
        made.append(classes[kind](f"{kind}/{name}", **inputs, opts=opts))
"""


@dataclass(frozen=True)
class Program:
    """A program and the folder with its `Pulumi.yaml` and stack file."""

    folder: Path
    work: Path


@dataclass(frozen=True)
class Series:
    """One comparison: what either side took in each round, in seconds."""

    title: str
    ours: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)

    @property
    def ratios(self) -> list[float]:
        """Ours as a multiple of bare, round by round."""
        return [ours / bare for ours, bare in zip(self.ours, self.bare, strict=True)]


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

    def programs(self, name: str, config: Mapping[str, Any]) -> tuple[Program, Program]:
        """Ours for a stack config, and the bare loop over the same objects."""
        ours = self._folder / name / "ours"
        bare = self._folder / name / "bare"
        for work in (ours, bare):
            work.mkdir(parents=True)
        shutil.copy(project.folder() / "Pulumi.yaml", ours)
        (ours / "Pulumi.bench.yaml").write_text(yaml.safe_dump({"config": dict(config)}))
        (bare / "Pulumi.yaml").write_text("name: multus-lab\nruntime: python\n")
        (bare / "__main__.py").write_text(_BARE)
        stack = project.stack_file(str(ours / "Pulumi.bench.yaml"))
        with contextlib.redirect_stderr(io.StringIO()):  # what the stack accepts, a line each
            manifests = render.manifests(stack)
        (bare / "manifests.json").write_text(json.dumps(manifests))
        # Only so that CLI and provider are there.
        Engine.of_testbed(stack, self._bed, Progress(), lambda _: None)
        return Program(project.folder(), ours), Program(bare, bare)

    def up(self, program: Program, expected: bool) -> float:
        """Bring a program up; returns the seconds. `expected` is whether it changes anything."""
        command = [sys.executable, "-c", _DRIVER, str(program.work), str(program.folder)]
        started = time.monotonic()
        done = subprocess.run(
            command, env=self._env(program.work), text=True, capture_output=True, check=False
        )
        taken = time.monotonic() - started
        if done.returncode != 0 or bool(int(done.stdout)) is not expected:
            raise SystemExit(f"{program.work}: {done.stdout}{done.stderr}")
        return taken

    def clear(self, program: Program) -> None:
        """Take everything off the cluster again, and forget the program's state."""
        shutil.rmtree(program.work / "state")
        manifests = json.loads((program.work.parent / "bare" / "manifests.json").read_text())
        # The networks go with their CRD.
        first = [one for one in manifests if one["kind"] != "NetworkAttachmentDefinition"]
        text = json.dumps({"apiVersion": "v1", "kind": "List", "items": first})
        self._bed.kubectl("delete", "-f", "-", "--ignore-not-found", stdin=text)

    def _env(self, work: Path) -> dict[str, str]:
        (work / "state").mkdir(exist_ok=True)
        path = os.environ.get("PATH", os.defpath)
        if shutil.which("pulumi") is None:
            path = f"{build(PULUMI)}{os.pathsep}{path}"
        return {
            **os.environ,
            "PATH": path,
            "KUBECONFIG": str(self._bed.kubeconfig),
            "PULUMI_HOME": str(cache.folder() / "pulumi-home"),
            "PULUMI_BACKEND_URL": (work / "state").as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "bench",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }


def compare(bench: Bench, name: str, config: Mapping[str, Any], rounds: int) -> list[Series]:
    """`up` and no-op `up` of one stack config; who begins alternates from round to round."""
    ours, bare = bench.programs(name, config)
    first, again = Series(f"up, {name}"), Series(f"no-op up, {name}")
    for number in range(rounds):
        pair = [(ours, first.ours, again.ours), (bare, first.bare, again.bare)]
        for program, ups, noops in pair if number % 2 == 0 else reversed(pair):
            ups.append(bench.up(program, expected=True))
            noops.append(bench.up(program, expected=False))
            bench.clear(program)
            print(f"  {name}, round {number + 1}: {program.work.name} is done", file=sys.stderr)
    return [first, again]


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
    series = Series("check dev, against python -c pass")
    for _ in range(runs):
        for arguments, times in (
            (("-m", "multus_lab", "check", "dev"), series.ours),
            (("-c", "pass"), series.bare),
        ):
            started = time.monotonic()
            subprocess.run(
                [sys.executable, *arguments],
                cwd=project.folder(),
                check=True,
                stdout=subprocess.DEVNULL,
            )
            times.append(time.monotonic() - started)
    return series


def table(every: Sequence[Series]) -> Iterator[str]:
    """One line a comparison: medians in seconds, and the rounds' ratios."""
    yield f"{'':34} {'ours':>8} {'bare':>8} {'ratio':>7}  least-most"
    for one in every:
        ours, bare = statistics.median(one.ours), statistics.median(one.bare)
        ratio, spread = statistics.median(one.ratios), (min(one.ratios), max(one.ratios))
        yield (
            f"{one.title:34} {ours:6.2f} s {bare:6.2f} s {ratio:7.3f}  "
            f"{spread[0]:.3f}-{spread[1]:.3f}"
        )


def plot(every: Sequence[Series], width: int = 60) -> Iterator[str]:
    """Each round's ratio as an `o` on one axis, their median as `#`, the aim as `|`."""
    ratios = [ratio for one in every for ratio in one.ratios]
    low, high = min(0.95, *ratios), max(1.10, *ratios)

    def at(ratio: float) -> int:
        return round((ratio - low) / (high - low) * (width - 1))

    for one in every:
        line = [" "] * width
        marks = [(AIM, "|"), *((ratio, "o") for ratio in one.ratios)]
        for ratio, mark in [*marks, (statistics.median(one.ratios), "#")]:
            line[at(ratio)] = mark
        yield f"{one.title:34} {''.join(line)}"
    axis = f"{low:<8.2f}".ljust(at(AIM)) + f"| {AIM}"
    yield f"{'':34} {axis:{width - 4}}{high:.2f}"


def main() -> None:
    """Run what is asked for, and print it."""
    parser = argparse.ArgumentParser(
        description="Time `up` of ours against the same objects in a bare loop, as ratios."
    )
    parser.add_argument(
        "--networks", type=int, default=300, help="of the large stack; 0: leave out"
    )
    parser.add_argument("--rounds", type=int, default=3, help="of the dev stack")
    parser.add_argument("--large-rounds", type=int, default=2, help="of the large stack")
    parser.add_argument("--checks", type=int, default=11, help="runs of `check`")
    options = parser.parse_args()
    if min(options.rounds, options.large_rounds, options.checks) < 1 or options.networks < 0:
        parser.error("rounds and checks are at least 1, networks at least 0")
    every: list[Series] = []
    with (
        tempfile.TemporaryDirectory(prefix="multus-lab-bench-") as folder,
        Bench(Path(folder)) as bed,
    ):
        every += compare(bed, "dev", dev(), options.rounds)
        if options.networks:
            name = f"{options.networks} networks"
            every += compare(bed, name, many(options.networks), options.large_rounds)
    start = check(options.checks)
    print("\n".join([*table([*every, start]), "", *plot(every)]))


if __name__ == "__main__":
    main()
