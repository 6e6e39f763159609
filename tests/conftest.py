"""What the tests against real parts share: the programs."""

import signal
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest

from multus_lab.programs import Group, build_all

# `nohup` and a script's `&` have all that they start ignore these, and some tests send them.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)

Built = Callable[..., dict[str, Path]]


@pytest.fixture(scope="session")
def built(request: pytest.FixtureRequest) -> Built:
    """Build groups of programs, and show how far it is: the first time takes minutes."""
    capture = request.config.pluginmanager.getplugin("capturemanager")

    def build(*groups: Group) -> dict[str, Path]:
        with capture.global_and_fixture_disabled() if capture else nullcontext():
            return build_all(groups)

    return build
