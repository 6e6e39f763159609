"""How long `multus-lab check` takes, from the shell and without reading, and how that grows.

Networks of whereabouts without a mistake, on as many masters as there are segments, each with a
range of its own; as lists of NADs, and as one stack. Seconds from the shell pass on the wall, those
of the rooms on the processor; both are of this machine as it is now, so the ratios, and Python's
own start beside them, say more.

    python -m bench.check --networks 10000 --segments 100
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from multus_lab import manifests, project
from multus_lab.checks import judge, judge_stack

ROOT = Path(__file__).parents[1]
PER_FILE = 25_000


class Times(NamedTuple):
    """Seconds for one size: reading the file, validating what it says, judging it.

    More than a file may hold is spread over several, and judged together.
    """

    networks: int
    read: float
    validated: float
    judged: float


def configs(count: int, segments: int) -> Iterator[dict[str, Any]]:
    """Networks that share neither an address nor a finding that weighs."""
    for index in range(count):
        block, segment = divmod(index, segments)
        subnet = f"10.{segment % 256}.{segment // 256 * 64 + block // 16}"
        first = block % 16 * 15 + 1
        yield {
            "cniVersion": "1.0.0",
            "name": f"network-{index}",
            "type": "macvlan",
            "master": f"ens1.{segment + 1}",
            "mode": "bridge",
            "ipam": {
                "type": "whereabouts",
                "range": f"{subnet}.0/24",
                "range_start": f"{subnet}.{first}",
                "range_end": f"{subnet}.{first + 9}",
            },
        }


def as_manifest(networks: Sequence[dict[str, Any]], path: Path) -> Path:
    """Write the networks as kubectl prints them."""
    items = [
        {
            "apiVersion": "k8s.cni.cncf.io/v1",
            "kind": "NetworkAttachmentDefinition",
            "metadata": {"name": config["name"], "namespace": "lab"},
            "spec": {"config": json.dumps(config)},
        }
        for config in networks
    ]
    path.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}, indent=1))
    return path


def as_stack(networks: Sequence[dict[str, Any]], path: Path) -> Path:
    """Write the networks as one stack; JSON is YAML too."""
    zone = {
        "name": "bench",
        "range": "10.0.0.0/8",
        "nodes": [{"name": "a"}, {"name": "b"}],
        "podsPerNode": 2,
        "podCidr": "192.168.0.0/16",
        "serviceCidr": "172.20.0.0/16",
        "platform": "bare-metal",
    }
    path.write_text(json.dumps({"config": {"zone": zone, "networks": networks}}, indent=1))
    return path


def of_manifests(networks: Sequence[dict[str, Any]], folder: Path) -> Times:
    """Time the rooms that manifests go through."""
    files = [
        as_manifest(networks[first : first + PER_FILE], folder / f"{first}.json")
        for first in range(0, len(networks), PER_FILE)
    ]
    start = time.process_time()
    found = [network for file in files for network in manifests.load(file).networks]
    read = time.process_time()
    judge(found)
    return Times(len(networks), read - start, 0.0, time.process_time() - read)


def of_stack(networks: Sequence[dict[str, Any]], folder: Path) -> Times:
    """Time the rooms that a stack goes through."""
    path = as_stack(networks, folder / "Pulumi.bench.yaml")
    start = time.process_time()
    file = project.stack_file(str(path))
    read = time.process_time()
    stack = file.settings()
    validated = time.process_time()
    judge_stack(stack)
    return Times(len(networks), read - start, validated - read, time.process_time() - validated)


def from_shell(*arguments: str, times: int = 1) -> float:
    """The least seconds that a Python of its own takes."""

    def once() -> float:
        start = time.perf_counter()
        command = [sys.executable, *arguments]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=False)
        return time.perf_counter() - start

    return min(once() for _ in range(times))


def growth(
    what: str,
    sizes: Sequence[int],
    segments: int,
    measure: Callable[[Sequence[dict[str, Any]], Path], Times],
) -> list[Times]:
    """Measure each size and print it with its ratio to n log n of the smallest."""
    print(f"\n{what}\n{'networks':>9} {'read':>8} {'validate':>9} {'judge':>8}  to n log n")
    measured: list[Times] = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            one = measure(list(configs(size, segments)), Path(folder))
        measured.append(one)
        first = measured[0]
        ratio = (one.validated + one.judged) / (first.validated + first.judged)
        expected = size * math.log(size) / (first.networks * math.log(first.networks))
        print(
            f"{size:>9,} {one.read:>7.2f}s {one.validated:>8.2f}s {one.judged:>7.2f}s"
            f"  {ratio / expected:.2f}"
        )
    return measured


def plot(measured: Sequence[Times], width: int = 60) -> str:
    """Seconds of validating and judging over networks, both axes logarithmic, as text."""
    lines = []
    seconds = [one.validated + one.judged for one in measured]
    low, high = math.log(min(seconds)) - 0.1, math.log(max(seconds))
    for one, value in zip(measured, seconds, strict=True):
        bar = round((math.log(value) - low) / (high - low) * width)
        lines.append(f"{one.networks:>9,} {'#' * bar:<{width}} {value:.2f}s")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--networks", type=int, default=10_000, help="default: 10,000")
    parser.add_argument("--segments", type=int, default=100, help="default: 100")
    parser.add_argument(
        "--sizes",
        type=int,
        nargs="+",
        default=[1_000, 3_000, 10_000, 30_000, 100_000],
        help="of the growth; default: 1,000 to 100,000",
    )
    options = parser.parse_args()
    segments = options.segments

    print(f"python from the shell           {from_shell('-c', 'pass', times=9):.2f}s")
    pydantic = from_shell("-c", "import pydantic; pydantic.BaseModel", times=9)
    print(f"pydantic from the shell         {pydantic:.2f}s")
    dev = from_shell("-m", "multus_lab", "check", "dev", times=9)
    print(f"`check dev` from the shell      {dev:.2f}s")
    networks = list(configs(options.networks, segments))
    with tempfile.TemporaryDirectory() as folder:
        path = as_manifest(networks, Path(folder) / "nads.json")
        shell = from_shell("-m", "multus_lab", "check", "--manifest", str(path))
        print(f"{len(networks):,} NADs from the shell      {shell:.2f}s")
        path = as_stack(networks, Path(folder) / "Pulumi.bench.yaml")
        shell = from_shell("-m", "multus_lab", "check", str(path))
        print(f"{len(networks):,} in a stack from the shell {shell:.2f}s")

    nads = growth("lists of NADs", options.sizes, segments, of_manifests)
    print(f"\n{plot(nads)}")
    one_file = [size for size in options.sizes if size <= PER_FILE]
    growth("one stack", one_file, segments, of_stack)


if __name__ == "__main__":
    main()
