"""What all rehearsals need."""

import os

import pytest

from multus_lab.programs import (
    CNI_PLUGINS,
    CNI_PLUGINS_V1_9_1,
    KUBERNETES,
    MULTUS_RELEASES,
    WHEREABOUTS,
)
from tests.conftest import Built


@pytest.fixture(scope="session", autouse=True)
def _programs(built: Built) -> None:
    if os.geteuid() != 0:
        pytest.skip("rehearsals need root")
    built(KUBERNETES, CNI_PLUGINS, CNI_PLUGINS_V1_9_1, *MULTUS_RELEASES.values(), WHEREABOUTS)
