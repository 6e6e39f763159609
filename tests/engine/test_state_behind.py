"""A test bed's state is written once in a run: what a killed one has done is found in the cluster.

Here the state is put back to what it was before, which is what a kill at the very end leaves.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from multus_lab.engine.backend import StackFiles
from multus_lab.programs import PULUMI, PULUMI_KUBERNETES
from multus_lab.testbed import Testbed
from tests.conftest import Built
from tests.engine.lab import CRD, MULTUS, PRIVATE, Lab

NETWORK = f"NetworkAttachmentDefinition {PRIVATE}"


class Behind(Lab):
    """The dev stack, whose state can be put back."""

    @property
    def files(self) -> StackFiles:
        return StackFiles(self.bed.folder / "pulumi" / "state", "multus-lab", "dev")

    def killed_up(self) -> None:
        """Bring it up, and leave the state that a killed `up` would."""
        self.preview()
        before = self.files.state.read_bytes()
        self.up()
        self.files.state.write_bytes(before)

    def without_networks(self) -> None:
        with self.edit() as config:
            config["multus-lab:networks"] = []

    def known(self) -> set[str]:
        """The kinds of objects that the state has."""
        return {one["type"].rpartition(":")[2] for one in self.engine.state().get("resources", [])}


@pytest.fixture
def lab(testbed: Testbed, built: Built, tmp_path: Path) -> Iterator[Behind]:
    built(PULUMI, PULUMI_KUBERNETES)
    lab = Behind(tmp_path, testbed)
    yield lab
    lab.clear()


def test_the_state_is_written_once(lab: Behind, monkeypatch: pytest.MonkeyPatch) -> None:
    lab.preview()
    monkeypatch.setenv("PULUMI_DIY_BACKEND_RETAIN_CHECKPOINTS", "true")
    folder = lab.files.state.parent
    for run, written in ((lab.up, 1), (lab.up, 2), (lab.engine.down, 3)):
        run()
        assert len(list(folder.glob("dev.json.[0-9]*"))) == written


def test_up_takes_back_what_is_declared(lab: Behind) -> None:
    lab.killed_up()
    before, pods = lab.versions(), lab.pods()
    assert "NetworkAttachmentDefinition" not in lab.known()
    outcome = lab.up()
    assert (lab.versions(), lab.pods()) == (before, pods)
    assert {one.change for one in outcome.objects} == {"take over"}
    assert "NetworkAttachmentDefinition" in lab.known()
    assert set(lab.up().changes) == {"same"}


def test_up_deletes_what_is_declared_no_more(lab: Behind) -> None:
    lab.killed_up()
    pods = lab.pods()
    lab.without_networks()
    told = f"{NETWORK}: a killed run has left it; "
    assert f"{told}`up` deletes it" in lab.preview()
    assert set(lab.networks()) == {PRIVATE}
    engine = lab.engine
    outcome = engine.up()
    assert f"{told}it is deleted" in lab.said
    assert [one.change for one in outcome.objects if one.name == PRIVATE.split("/")[1]] == [
        "delete"
    ]
    assert lab.networks() == {}
    assert lab.pods() == pods


@pytest.mark.parametrize("retained", [True, False])
def test_down_deletes_what_the_state_does_not_have(lab: Behind, retained: bool) -> None:
    with lab.edit() as config:
        config["multus-lab:multus"] = {"retainCrd": retained}
    lab.killed_up()
    assert ("deletes the CRD" in lab.engine.dependants().told) is not retained
    lab.engine.down()
    assert f"{NETWORK}: a killed run has left it; it is deleted" in lab.said
    assert lab.networks() == {}
    assert lab.get(*MULTUS) == (lab.get(CRD) if retained else [])
    assert bool(lab.get(CRD)) is retained
    lab.engine.down()
    assert lab.said == [one for one in lab.said if "killed" not in one]


def test_a_killed_down_is_done_again(lab: Behind) -> None:
    lab.up()
    before = lab.files.state.read_bytes()
    lab.engine.down()
    lab.files.state.write_bytes(before)
    lab.engine.down()
    lab.files.state.write_bytes(before)
    lab.up()
    assert set(lab.networks()) == {PRIVATE}
    assert sorted(lab.pods()) == ["master01", "worker01", "worker02"]


def test_what_another_stack_owns_is_left_alone(lab: Behind) -> None:
    lab.killed_up()
    name = PRIVATE.split("/")[1]
    mark = "multus-lab/owner=multus-lab/other/private"
    lab.bed.kubectl("annotate", "--overwrite", "net-attach-def", name, mark)
    lab.without_networks()
    lab.up()
    assert set(lab.networks()) == {PRIVATE}
