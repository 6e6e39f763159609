"""How long `multus-lab check` takes over the number of networks: room by room, and from the shell.

Networks on as many masters as there are segments, each with a range of its own: a stack of
whereabouts without a mistake, one of host-local in which two findings stand at each network, and
NADs as kubectl lists them. All seconds are the processor's, of this machine as it is now, so
growth, and Python's own start beside them, say more. What n log n comes to between two sizes stands
beside the growth.

    python -m bench.check --sizes 1000 10000 100000 --segments 100
    python -m bench.check --against ../before    # another checkout, in turn with this one
"""

import argparse
import gc
import json
import math
import os
import resource
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

CLUSTER: Config = {
    "cluster": {"podCidr": "192.168.0.0/16", "serviceCidr": "172.20.0.0/16"},
    "whereabouts": {"install": False},
}
"""What a stack says of its cluster, by the keys of today."""


def as_stack(networks: Sequence[Config], path: Path, beside: Config = CLUSTER) -> Path:
    """Write the networks as one stack with what is `beside` its zone; JSON is YAML too."""
    zone = {
        "name": "bench",
        "range": "10.0.0.0/8",
        "nodes": [{"name": "a"}, {"name": "b"}],
        "podsPerNode": 2,
        "platform": "bare-metal",
    }
    path.write_text(
        json.dumps({"config": {"zone": zone, "networks": networks, **beside}}, indent=1)
    )
    return path


def as_manifest(networks: Sequence[Config], path: Path) -> Path:
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


# --- measuring ------------------------------------------------------------------------------------


def _report(found: Sequence[Finding], source: Source) -> None:
    as_text.printed(Report([Located(one, Spot(source, one.path)) for one in found]))


def of_stack(networks: Sequence[Config], folder: Path) -> Times:
    """Time what a stack goes through."""
    path = as_stack(networks, folder / "Pulumi.bench.yaml")
    shell = from_shell("-m", "multus_lab", "check", str(path))
    clock = Clock()
    file = project.stack_file(str(path))
    read = clock.lap()
    stack = file.settings()
    validated = clock.lap()
    found = judge_stack(stack)
    judged = clock.lap()
    _report(found, Source("bench", "bench", file.place, file.document.text))
    return Times(len(networks), read, validated, judged, clock.lap(), shell)


def of_manifests(networks: Sequence[Config], folder: Path) -> Times:
    """Time what NADs go through; there is nothing to validate before the rules."""
    path = as_manifest(networks, folder / "nads.json")
    shell = from_shell("-m", "multus_lab", "check", "--manifest", str(path))
    clock = Clock()
    manifest = manifests.load(path)
    read = clock.lap()
    found = sources.judged([manifest])
    judged = clock.lap()
    _report(found, Source("bench", "", manifest.place, manifest.documents[0].text))
    return Times(len(networks), read, 0.0, judged, clock.lap(), shell)


def against(other: Path, sizes: Sequence[int], segments: int) -> None:
    """Measure another checkout in turn with this one, each as a ratio to Python's own start.

    Stacks tell nothing of their cluster, whose keys have moved.
    """
    print(f"from the shell, as a ratio to `python -c pass`: {other}, this one, and their ratio")
    with tempfile.TemporaryDirectory() as folder:
        tried: dict[str, tuple[str, ...]] = {"check dev": ("dev",)}
        for size in sizes:
            path = as_manifest(list(whereabouts(size, segments)), Path(folder) / f"{size}.json")
            tried[f"check {size:,} NADs"] = ("--manifest", str(path))
            for what, networks in (("", whereabouts), (" with findings", host_local)):
                path = Path(folder) / f"Pulumi.{networks.__name__}-{size}.yaml"
                as_stack(list(networks(size, segments)), path, {})
                tried[f"check a stack of {size:,}{what}"] = (str(path),)
        for what, arguments in tried.items():
            rounds = 15 if what == "check dev" else 3
            command = ("-m", "multus_lab", "check", *arguments)
            taken = [
                (from_shell("-c", "pass"), from_shell(*command, root=other), from_shell(*command))
                for _ in range(rounds)
            ]
            alone, before, now = (min(column) for column in zip(*taken, strict=True))
            print(f"{what:>38} {before / alone:9.2f} {now / alone:9.2f} {now / before:9.3f}")


def importing(size: int, segments: int) -> tuple[float, float]:
    """Seconds from the shell to check that many NADs, and to import them; in turn, the least."""
    with tempfile.TemporaryDirectory() as folder:
        path = as_manifest(list(whereabouts(size, segments)), Path(folder) / "nads.json")
        command = ("-m", "multus_lab")
        taken = [
            (
                from_shell(*command, "check", "--manifest", str(path)),
                from_shell(*command, "import", "--manifest", str(path)),
            )
            for _ in range(5)
        ]
    checked, imported = (min(column) for column in zip(*taken, strict=True))
    return checked, imported


def from_shell(*arguments: str, times: int = 1, root: Path = ROOT) -> float:
    """The least seconds that a Python of its own takes, with a checkout's package.

    It keeps the bytecode of what it imports, as an installed package does.
    """
    command = [sys.executable, *arguments]
    environment = os.environ | {"PYTHONPATH": str(root)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    unseen = subprocess.DEVNULL

    def once() -> float:
        before = _of_children()
        subprocess.run(
            command, cwd=root, env=environment, stdout=unseen, stderr=unseen, check=False
        )
        return _of_children() - before

    return min(once() for _ in range(times))


def _of_children() -> float:
    """Seconds of the processor that all processes took that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def growth(
    what: str,
    sizes: Sequence[int],
    networks: Callable[[int], Iterator[Config]],
    measure: Callable[[Sequence[Config], Path], Times],
) -> None:
    """Measure each size and print it, how the seconds beyond reading grow, and their plot."""
    print(f"\n{what}")
    print(" networks     read validate    judge   report  beyond reading  from the shell")
    measured: list[Times] = []
    for size in sizes:
        gc.collect()
        with tempfile.TemporaryDirectory() as folder:
            one = measure(list(networks(size)), Path(folder))
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
    parser.add_argument("--against", type=Path, metavar="DIR", help="another checkout")
    options = parser.parse_args()
    sizes, segments = options.sizes, options.segments
    if options.against is not None:
        against(options.against.resolve(), sizes, segments)
        return

    print(f"python from the shell           {from_shell('-c', 'pass', times=9):.2f}s")
    pydantic = from_shell("-c", "import pydantic; pydantic.BaseModel", times=9)
    print(f"pydantic from the shell         {pydantic:.2f}s")
    dev = from_shell("-m", "multus_lab", "check", "dev", times=9)
    print(f"`check dev` from the shell      {dev:.2f}s")

    checked, imported = importing(1_000, segments)
    print(f"import of 1,000 NADs, to check  {imported / checked:.2f}")

    gc.disable()  # as the command does
    growth("one stack, nothing wrong", sizes, lambda size: whereabouts(size, segments), of_stack)
    growth("one stack, two findings each", sizes, lambda size: host_local(size, segments), of_stack)
    growth("NADs, nothing wrong", sizes, lambda size: whereabouts(size, segments), of_manifests)


if __name__ == "__main__":
    main()
