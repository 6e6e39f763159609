"""SIGINT, SIGTERM and SIGHUP at random moments of preview, up and down: 20 moments of each.

Every run of the tests has moments of its own. A seed that failed is tried again by
MULTUS_LAB_SEEDS; it gives the same signals at the same parts of the time that a verb takes on that
machine. The second signal is tried in test_after_a_kill.py, with an engine that can't be faster.
"""

import json
import os
import random
import signal
import time
from collections.abc import Iterator
from typing import Any

import pytest

from multus_lab.engine.backend import StackFiles
from multus_lab.programs import KUBERNETES, PULUMI, PULUMI_KUBERNETES
from tests.conftest import Built
from tests.engine.clone import Clone, Ended, ended

SEEDS = os.environ.get("MULTUS_LAB_SEEDS")
"""Seeds to try again, with commas between, as the names of failed tests show them."""

RUN = random.Random(os.environ.get("PYTEST_XDIST_TESTRUNUID"))
"""The same in all processes of one run, which have to agree on the tests."""

ROUNDS = [int(seed) for seed in SEEDS.split(",")] if SEEDS else RUN.sample(range(10**6), 20)
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
BED = ("many", "--testbed", "interrupted")

NETWORKS = [
    {
        "name": f"network-{number}",
        "master": "enp0s8",
        "ipam": {"type": "static", "addresses": [{"address": f"10.12.34.{number}/24"}]},
    }
    for number in range(1, 9)
]
STACK = {
    "zone": {"name": "many", "range": "10.12.34.0/24", "interface": "enp0s8"},
    "networks": NETWORKS,
}


class Moments:
    """A stack of several networks on a test bed that stays up."""

    def __init__(self, clone: Clone) -> None:
        self.clone = clone
        state = clone.testbed("interrupted").folder / "pulumi" / "state"
        self.files = StackFiles(state, "multus-lab", "many")
        self.seconds: dict[str, float] = {}

    def whole(self, verb: str) -> float:
        """Run to the end; returns the seconds that it takes."""
        start = time.monotonic()
        done = self.clone.run(verb, *BED, "--json")
        assert done.code == 0, done.err
        assert self.files.pending() == []
        kinds = ("daemonset,net-attach-def", "-A", "-o", "name", "--ignore-not-found")
        found = self.clone.testbed("interrupted").kubectl("get", *kinds).split()
        # Also what a cancelled `down` had begun to delete is there again.
        assert verb == "preview" or len(found) == (9 if verb == "up" else 0)
        return time.monotonic() - start

    def resources(self) -> list[Any]:
        """What the stack's state has."""
        found: list[Any] = json.loads(self.files.state.read_text())["checkpoint"]["latest"].get(
            "resources", []
        )
        return found

    def interrupted(self, verb: str, dice: random.Random) -> Ended:
        """Send a signal at a random moment, and look at what is left."""
        number, moment = dice.choice(SIGNALS), dice.uniform(0.0, self.seconds[verb])
        print(f"{verb}: {number.name} after {moment:.3f} of {self.seconds[verb]:.3f} s")
        process = self.clone.start(verb, *BED, "--json")
        time.sleep(moment)
        os.killpg(process.pid, number)  # as a terminal does
        done = ended(process)
        print(done.code, done.last)
        if done.err.startswith("Fatal Python error: init_"):
            # Python itself was starting: nothing of ours has run.
            assert (done.code, done.out) == (1, "")
        elif done.code == -number:
            # Before Python hears signals and after all is said, there's nothing to tidy up.
            assert done.err == "" or done.out.endswith("}\n")
        elif done.code != 0:  # else it was faster than the signal
            assert done.code == 128 + number
            assert done.last.startswith("multus-lab: interrupted")
        assert "Traceback" not in done.err + done.out
        assert "closed file" not in done.err
        if done.code >= 0:
            assert list(self.clone.temporary.iterdir()) == []
        assert self.clone.engines() == []
        assert self.files.locks() == []
        assert self.files.pending() == []
        return done


@pytest.fixture(scope="module")
def moments(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moments]:
    built(KUBERNETES, PULUMI, PULUMI_KUBERNETES)
    clone = Clone(tmp_path_factory.mktemp("interrupts"))
    clone.write("many", STACK)
    moments = Moments(clone)
    try:
        clone.run("up", *BED)  # which starts the test bed, too
        for verb in ("down", "preview", "up", "down"):
            moments.seconds[verb] = moments.whole(verb)
        yield moments
        moments.whole("up")
        moments.whole("down")
    finally:
        clone.run("testbed", "down", "--name", "interrupted")


@pytest.mark.parametrize("seed", ROUNDS)
def test_a_signal_at_a_random_moment(moments: Moments, seed: int) -> None:
    dice = random.Random(seed)
    moments.interrupted("preview", dice)
    up = moments.interrupted("up", dice)
    if "cancelled" in up.last or not moments.resources():
        moments.whole("up")
    moments.interrupted("down", dice)  # after which the next `up` has as much to do as is gone
