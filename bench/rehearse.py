"""How long a rehearsal takes over the number of its pods: root, and the programs built, needed.

One macvlan network with host-local, whose ranges are all addresses of a /16. What each size took
stands beside what it would have if it grew in proportion from the smallest on, less what setting
up the API server and the nodes takes at any size.

    python -m bench.rehearse --nodes 10 --pods 1 5 10 20
"""

import argparse
import io
import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from multus_lab.progress import Progress
from multus_lab.rehearsal.subjects import of_stack


def stack(nodes: int, path: Path) -> Path:
    """Write a stack with that many nodes; JSON is YAML too."""
    zone = {
        "name": "bench",
        "range": "10.20.0.0/16",
        "gateway": "10.20.0.1",
        "interface": "eth1",
        "mtu": 1500,
        "nodes": [{"name": f"node{index}"} for index in range(nodes)],
        "platform": "bare-metal",
    }
    ipam = {"type": "host-local", "subnet": "10.20.0.0/16", "gateway": "10.20.0.1"}
    network = {
        "name": "bench",
        "cniVersion": "1.0.0",
        "master": "eth1",
        "ipam": ipam | {"rangeStart": "10.20.1.0", "rangeEnd": "10.20.9.255"},
        "accept": {"IPA207": "it is the time that counts here"},
    }
    cluster = {"cniPlugins": "v1.10.0"}
    config = {"cluster": cluster, "zone": zone, "networks": [network]}
    path.write_text(json.dumps({"config": config}))
    return path


def measure(nodes: int, pods: int) -> tuple[int, float]:
    """Rehearse once: how many pods were attached, and the seconds of all of it."""
    with tempfile.TemporaryDirectory() as folder:
        subject = of_stack(str(stack(nodes, Path(folder) / "Pulumi.bench.yaml")))
        start = time.monotonic()
        rehearsed = subject.rehearse(pods, Progress(io.StringIO()))
        seconds = time.monotonic() - start
    return sum(not one.error for one in rehearsed.seen.pods), seconds


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=10, help="default: 10")
    parser.add_argument(
        "--pods", type=int, nargs="+", default=[1, 5, 10, 20], help="on each; default: 1 5 10 20"
    )
    options = parser.parse_args()
    print(f"{'nodes':>5} {'pods':>5} {'seconds':>8}  to the line through the first two")
    count, seconds = measure(3, 2)
    print(f"{3:>5} {count:>5} {seconds:>7.1f}s")
    told([measure(options.nodes, pods) for pods in options.pods], options.nodes)


def told(measured: Sequence[tuple[int, float]], nodes: int, width: int = 50) -> None:
    """Print each size with a bar, and how it lies to the line through the first two."""
    (few, least), *others = measured
    slope = (others[0][1] - least) / (others[0][0] - few) if others else 0.0
    most = max(seconds for _, seconds in measured)
    for count, seconds in measured:
        expected = least + slope * (count - few)
        bar = "#" * round(seconds / most * width)
        print(f"{nodes:>5} {count:>5} {seconds:>7.1f}s  {seconds / expected:>4.2f}  {bar}")


if __name__ == "__main__":
    main()
