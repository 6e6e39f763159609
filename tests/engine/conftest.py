"""What the tests on the real engine share: one running test bed."""

from collections.abc import Iterator

import pytest

from multus_lab.programs import KUBERNETES
from multus_lab.testbed import Testbed
from tests.conftest import Built


@pytest.fixture(scope="session")
def testbed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Testbed]:
    """One running test bed with three nodes for all tests that don't break it."""
    built(KUBERNETES)
    bed = Testbed(tmp_path_factory.mktemp("testbed") / "shared")
    bed.up()
    yield bed
    bed.down()
