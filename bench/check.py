"""How long `multus-lab check` takes over the number of networks: room by room, and from the shell.

Networks on as many masters as there are segments, each with a range of its own: a stack of
whereabouts without a mistake, one of host-local in which two findings stand at each network, and
NADs as kubectl lists them. Seconds of the rooms are the processor's, those from the shell the
clock's; both are of this machine as it is now, so growth, and Python's own start beside them, say
more. What n log n comes to between two sizes stands beside the growth.

Against another checkout, say that of an earlier commit, both run in turns, from the shell alone,
and the least seconds of each count:

    python -m bench.check --sizes 1000 10000 100000 --segments 100
    python -m bench.check --sizes 10000 --against ../before
"""

import argparse
import gc
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from multus_lab import manifests, project, sources
from multus_lab.checks import Finding, judge_stack
from multus_lab.report import Located, Report, Source, Spot, as_text

ROOT = Path(__file__).parents[1]
Config: TypeAlias = dict[str, Any]
Networks: TypeAlias = Callable[[int, int], Iterator[Config]]


class Times(NamedTuple):
    """Seconds for one size: each room's, and all from the shell."""

    networks: int
    read: float
    validated: float
    judged: float
    reported: float
    shell: float

    @property
    def beyond_reading(self) -> float:
        """What the checking itself takes."""
        return self.validated + self.judged + self.reported


class Clock:
    """Seconds of the processor from one look to the next."""

    def __init__(self) -> None:
        self._last = time.process_time()

    def lap(self) -> float:
        """Seconds since the last look."""
        last, self._last = self._last, time.process_time()
        return self._last - last


# --- networks -------------------------------------------------------------------------------------


def _config(index: int, segments: int, ipam: Config) -> Config:
    return {
        "cniVersion": "1.0.0",
        "name": f"network-{index}",
        "type": "macvlan",
        "master": f"ens1.{index % segments + 1}",
        "mode": "bridge",
        "ipam": ipam,
    }


def _range(index: int, segments: int) -> tuple[str, int]:
    """The first three bytes of a network's subnet, and the last of its range's first address."""
    block, segment = divmod(index, segments)
    return f"10.{segment % 256}.{segment // 256 * 64 + block // 16}", block % 16 * 15 + 1


def whereabouts(count: int, segments: int) -> Iterator[Config]:
    """Networks that share neither an address nor a finding that weighs."""
    for index in range(count):
        subnet, first = _range(index, segments)
        ipam = {
            "type": "whereabouts",
            "range": f"{subnet}.0/24",
            "range_start": f"{subnet}.{first}",
            "range_end": f"{subnet}.{first + 9}",
        }
        yield _config(index, segments, ipam)


def host_local(count: int, segments: int) -> Iterator[Config]:
    """Networks of which both nodes hand out the same addresses, and lose some by a reboot."""
    for index in range(count):
        subnet, first = _range(index, segments)
        ipam = {
            "type": "host-local",
            "subnet": f"{subnet}.0/24",
            "rangeStart": f"{subnet}.{first}",
            "rangeEnd": f"{subnet}.{first + 9}",
            "gateway": f"{subnet}.254",
            "routes": [{"dst": "10.200.0.0/16"}],
        }
        yield _config(index, segments, ipam)


# --- files ----------------------------------------------------------------------------------------


def as_stack(networks: Sequence[Config], folder: Path, root: Path = ROOT) -> Sequence[str]:
    """Write the networks as one stack, and return what `check` takes; JSON is YAML too.

    In a checkout without an inventory of the cluster its keys are among the zone's.
    """
    cluster = {"podCidr": "192.168.0.0/16", "serviceCidr": "172.20.0.0/16"}
    zone: Config = {
        "name": "bench",
        "range": "10.0.0.0/8",
        "nodes": [{"name": "a"}, {"name": "b"}],
        "podsPerNode": 2,
        "platform": "bare-metal",
    }
    config: Config = {"zone": zone, "networks": networks}
    if (root / "multus_lab/settings/cluster.py").exists():
        config["cluster"] = cluster
    else:
        zone.update(cluster)
    path = folder / "Pulumi.bench.yaml"
    path.write_text(json.dumps({"config": config}, indent=1))
    return (str(path),)


def as_manifest(networks: Sequence[Config], folder: Path, _: Path = ROOT) -> Sequence[str]:
    """Write the networks as kubectl prints them, and return what `check` takes."""
    items = [
        {
            "apiVersion": "k8s.cni.cncf.io/v1",
            "kind": "NetworkAttachmentDefinition",
            "metadata": {"name": config["name"], "namespace": "lab"},
            "spec": {"config": json.dumps(config)},
        }
        for config in networks
    ]
    path = folder / "nads.json"
    path.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}, indent=1))
    return "--manifest", str(path)


Written: TypeAlias = Callable[[Sequence[Config], Path, Path], Sequence[str]]
KINDS: Sequence[tuple[str, Networks, Written]] = (
    ("one stack, nothing wrong", whereabouts, as_stack),
    ("one stack, two findings each", host_local, as_stack),
    ("NADs, nothing wrong", whereabouts, as_manifest),
)
"""What is measured: networks, and the file that they stand in."""


# --- measuring ------------------------------------------------------------------------------------


def _report(found: Sequence[Finding], source: Source) -> None:
    located = [
        Located(
            one,
            Spot.of(source, one.path),
            [Spot.of(source, other.path, other.message) for other in one.related],
        )
        for one in found
    ]
    as_text.printed(Report(located))


def of_stack(path: str) -> tuple[float, float, float, float]:
    """Time what a stack goes through."""
    clock = Clock()
    file = project.stack_file(path)
    read = clock.lap()
    stack = file.settings()
    validated = clock.lap()
    found = judge_stack(stack)
    judged = clock.lap()
    _report(found, Source(path, file.name, file.place, file.document.text))
    return read, validated, judged, clock.lap()


def of_manifests(path: str) -> tuple[float, float, float, float]:
    """Time what NADs go through; there is nothing to validate before the rules."""
    clock = Clock()
    manifest = manifests.load(Path(path))
    read = clock.lap()
    found = sources.judged([manifest])
    judged = clock.lap()
    _report(found, Source(path, "", manifest.place, manifest.documents[0].text))
    return read, 0.0, judged, clock.lap()


CHECK = ("-m", "multus_lab", "check")


def from_shell(*arguments: str, times: int = 1, root: Path = ROOT) -> float:
    """The least seconds that a Python of its own takes, in that checkout."""
    return min(_once(arguments, root) for _ in range(times))


def _once(arguments: Sequence[str], root: Path) -> float:
    command = [sys.executable, *arguments]
    environment = os.environ | {"PYTHONPATH": str(root)}
    start = time.perf_counter()
    subprocess.run(command, cwd=root, env=environment, stdout=subprocess.DEVNULL, check=False)
    return time.perf_counter() - start


def growth(
    what: str, sizes: Sequence[int], segments: int, networks: Networks, written: Written
) -> None:
    """Measure each size and print it, how the seconds beyond reading grow, and their plot."""
    print(f"\n{what}")
    print(" networks     read validate    judge   report  beyond reading  from the shell")
    measured: list[Times] = []
    for size in sizes:
        gc.collect()
        with tempfile.TemporaryDirectory() as folder:
            given = written(list(networks(size, segments)), Path(folder), ROOT)
            shell = from_shell(*CHECK, *given)
            measure = of_stack if len(given) == 1 else of_manifests
            one = Times(size, *measure(given[-1]), shell)
        measured.append(one)
        rooms = (one.read, one.validated, one.judged, one.reported)
        columns = " ".join(f"{seconds:7.2f}s" for seconds in rooms)
        print(f"{size:>9,} {columns} {one.beyond_reading:14.2f}s {one.shell:14.2f}s", flush=True)
    if len(sizes) > 1:
        print(_exponents(measured))
        print(plot(measured))


def _exponents(measured: Sequence[Times]) -> str:
    first, last = measured[0], measured[-1]
    span = math.log(last.networks / first.networks)
    grown = math.log(last.beyond_reading / first.beyond_reading) / span
    allowed = 1 + math.log(math.log(last.networks) / math.log(first.networks)) / span
    return f"beyond reading it grows as n^{grown:.2f}; n log n is n^{allowed:.2f} here"


def plot(measured: Sequence[Times], width: int = 60) -> str:
    """Seconds beyond reading over networks, the bars' axis logarithmic, as text."""
    seconds = [one.beyond_reading for one in measured]
    low, high = math.log(min(seconds)) - 0.1, math.log(max(seconds))
    lines = []
    for one, value in zip(measured, seconds, strict=True):
        bar = round((math.log(value) - low) / (high - low) * width)
        lines.append(f"{one.networks:>9,} {'#' * bar:<{width}} {value:.2f}s")
    return "\n".join(lines)


# --- two checkouts --------------------------------------------------------------------------------


def starts(roots: Sequence[Path]) -> None:
    """Print how long it takes to start, and `check dev`, by how often Python could start."""
    checks = [((*CHECK, "dev"), root) for root in roots]
    python, *seconds = _in_turns([(("-c", "pass"), ROOT), *checks], times=15)
    pydantic = from_shell("-c", "import pydantic; pydantic.BaseModel", times=9)
    told = [("python", python), ("pydantic", pydantic)]
    told += [(f"`check dev` in {root.name}", one) for root, one in zip(roots, seconds, strict=True)]
    for what, one in told:
        print(f"{f'{what} from the shell':40} {one:.3f}s, {one / python:.2f} of python's")


def compared(roots: Sequence[Path], sizes: Sequence[int], segments: int) -> None:
    """Run both checkouts in turns on each size, and print their seconds and the ratio."""
    for what, networks, written in KINDS:
        print(f"\n{what}, from the shell")
        print(" networks     here    there  here / there")
        for size in sizes:
            configs = list(networks(size, segments))
            runs = []
            with tempfile.TemporaryDirectory() as made:
                for index, root in enumerate(roots):
                    folder = Path(made, str(index))
                    folder.mkdir()
                    runs.append(((*CHECK, *written(configs, folder, root)), root))
                here, there = _in_turns(runs, times=5 if size <= 10_000 else 2)
            print(f"{size:>9,} {here:7.2f}s {there:7.2f}s {here / there:13.2f}", flush=True)


def _in_turns(runs: Sequence[tuple[Sequence[str], Path]], times: int) -> list[float]:
    """The least seconds of each, one after the other, so that all see the same machine."""
    rounds = [[_once(arguments, root) for arguments, root in runs] for _ in range(times)]
    return [min(seconds) for seconds in zip(*rounds, strict=True)]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--segments", type=int, default=100, help="default: 100")
    parser.add_argument(
        "--sizes",
        type=int,
        nargs="+",
        default=[1_000, 3_000, 10_000, 30_000, 100_000],
        help="default: 1,000 to 100,000",
    )
    parser.add_argument("--against", type=Path, metavar="DIR", help="another checkout to compare")
    options = parser.parse_args()
    sizes, segments, other = options.sizes, options.segments, options.against

    roots = [ROOT] if other is None else [ROOT, other.resolve()]
    starts(roots)
    if other is not None:
        compared(roots, sizes, segments)
        return
    gc.disable()  # as the command does
    for what, networks, written in KINDS:
        growth(what, sizes, segments, networks, written)


if __name__ == "__main__":
    main()
