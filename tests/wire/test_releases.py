"""What releases of Multus get wrong, held against the real daemons of all that can be run.

The cluster's default network is ptp with host-local. On one node its file is a .conflist, as that
of Calico and nearly every other primary network is, and on the other a .conf.
"""

import io
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from multus_lab import releases
from multus_lab.attachment import Selection, annotation
from multus_lab.programs import MULTUS_RELEASES
from multus_lab.progress import Progress
from multus_lab.rehearsal.observation import Observation
from multus_lab.rehearsal.plan import DEFAULT_NETWORK, Plan
from multus_lab.rehearsal.subjects import of_stack
from multus_lab.rehearsal.world import rehearse
from multus_lab.releases import Trouble, troubles

ROOT = Path(__file__).parents[2]
GATEWAY = "10.12.34.254"
PTP = {"type": "ptp", "ipam": {"routes": [{"dst": "0.0.0.0/0"}]}}
LISTED, LISTED_NODE = "10-cluster.conflist", "worker01"
FILES = {LISTED_NODE: LISTED, "worker02": DEFAULT_NETWORK}

STACK = """
config:
  multus-lab:multus: {{release: {release}}}
  multus-lab:zone: {{name: lab, range: 10.12.34.0/24, gateway: {gateway}, interface: eth1,
    mtu: 1500, podsPerNode: 2, platform: bare-metal,
    nodes: [{{name: worker01}}, {{name: worker02}}]}}
  multus-lab:networks:
    - name: wire
      cniVersion: 1.0.0
      master: eth1
      ipam: {{type: host-local, subnet: 10.12.34.0/24, rangeStart: 10.12.34.100,
        gateway: {gateway}}}
      accept: {{IPA207: no pod looks for another here}}
"""


class Seen(NamedTuple):
    """One release's rehearsal."""

    release: str
    plan: Plan
    seen: Observation

    def has(self, *some: Trouble) -> bool:
        """Whether its record has one of the troubles."""
        known = releases.multus(self.release)
        assert known is not None
        return any(one in known.troubles for one in some)

    def of_each_listed(self, *some: Trouble) -> Counter[str]:
        """One of each sandbox over the .conflist if the record has one of the troubles."""
        count = sandboxes(self.plan)[LISTED_NODE] if self.has(*some) else 0
        return Counter({LISTED_NODE: count} if count else {})


def with_files(plan: Plan, files: Mapping[str, str]) -> Plan:
    """The same, with those files of the default network on the nodes; the daemon takes any."""
    objects = [json.loads(json.dumps(one)) for one in plan.objects]
    data = next(one["data"] for one in objects if one["kind"] == "ConfigMap")
    config = json.loads(data["daemon-config.json"])
    del config["multusMasterCNI"]
    data["daemon-config.json"] = json.dumps(config)
    nodes = [replace(one, primary=files[one.name]) for one in plan.nodes]
    return replace(plan, objects=objects, nodes=nodes, primary=PTP)


ADDRESSES = "lib/cni/networks/cluster/"
RESULTS = "lib/cni/multus/results/cluster-"


def left(seen: Observation, folder: str) -> Counter[str]:
    """How many files of the default network are still in a folder, by node."""
    return Counter(one.partition(": ")[0] for one in seen.left if folder in one)


def sandboxes(plan: Plan) -> Counter[str]:
    """How many sandboxes each node had: the first pod of each network got a second one."""
    pods = {pod.network: pod for pod in reversed(plan.pods)}
    return Counter(pod.node for pod in (*plan.pods, *pods.values()))


@pytest.fixture(scope="module", params=MULTUS_RELEASES)
def seen(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """A rehearsal in which every second pod asks for a default route by the network."""
    path = tmp_path_factory.mktemp("releases") / "Pulumi.release.yaml"
    path.write_text(STACK.format(release=request.param, gateway=GATEWAY))
    plan = with_files(of_stack(str(path)).plan(2), FILES)
    assert plan.daemon == plan.multus == request.param
    asking = annotation([Selection("wire", default_route=[GATEWAY])])
    pods = [
        replace(pod, annotation=asking) if pod.name.endswith("-2") else pod for pod in plan.pods
    ]
    plan = replace(plan, pods=pods)
    observed = rehearse(plan, Progress(io.StringIO()))
    assert not [one.error for one in observed.pods if one.error]
    return Seen(request.param, plan, observed)


def test_a_release_leaks_addresses_over_a_conflist_if_its_record_says_so(seen: Seen) -> None:
    assert left(seen.seen, ADDRESSES) == seen.of_each_listed(troubles.DEL_LEAK)


def test_a_release_leaves_results_of_a_conflist_if_its_record_says_so(seen: Seen) -> None:
    # What leaks an address doesn't get so far as to remove the result.
    expected = seen.of_each_listed(troubles.LEFT_RESULTS, troubles.DEL_LEAK)
    assert left(seen.seen, RESULTS) == expected


def test_default_route_works_unless_the_record_says_that_it_is_idle(seen: Seen) -> None:
    taken = ["eth0"] if seen.has(troubles.IDLE_DEFAULT_ROUTE) else ["net1"]
    asking = {one.name for one in seen.plan.pods if "default-route" in one.annotation}
    assert len(asking) == len(FILES)
    for pod in seen.seen.pods:
        assert pod.default == (taken if pod.name in asking else ["eth0"])


def newest_without(trouble: Trouble) -> str:
    known = (one for one in map(releases.multus, reversed(MULTUS_RELEASES)) if one)
    return next(one.name for one in known if trouble not in one.troubles)


def test_the_how_to_s_stack_leaves_no_address_behind(tmp_path: Path) -> None:
    release = newest_without(troubles.DEL_LEAK)
    written = (ROOT / "Pulumi.dev.yaml").read_text()
    path = tmp_path / "Pulumi.dev.yaml"
    path.write_text(f"{written}  multus-lab:multus: {{release: {release}}}\n")
    subject = of_stack(str(path))
    assert not subject.refused
    plan = subject.plan(2)
    plan = with_files(plan, dict.fromkeys((one.name for one in plan.nodes), LISTED))
    found = rehearse(plan, Progress(io.StringIO()))
    assert not failed(found)
    assert len(found.pods) == 6
    assert plan.daemon == release
    assert [one for one in found.left if RESULTS not in one] == []


def failed(found: Observation) -> Sequence[Any]:
    return [one for one in found.pods if one.error or one.delete_error]
