"""What the tests against real parts share: the programs, and one running test bed."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from multus_lab.programs import KUBERNETES, Group, build_all
from multus_lab.testbed import Testbed

Built = Callable[..., dict[str, Path]]


@pytest.fixture(scope="session")
def built(request: pytest.FixtureRequest) -> Built:
    """Build groups of programs, and show how far it is: the first time takes minutes."""
    capture = request.config.pluginmanager.getplugin("capturemanager")

    def build(*groups: Group) -> dict[str, Path]:
        with capture.global_and_fixture_disabled() if capture else nullcontext():
            return build_all(groups)

    return build


@pytest.fixture(scope="session")
def testbed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Testbed]:
    """One running test bed with three nodes for all tests that don't break it."""
    built(KUBERNETES)
    bed = Testbed(tmp_path_factory.mktemp("testbed") / "shared")
    bed.up()
    yield bed
    bed.down()
