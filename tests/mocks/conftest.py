"""What these tests share: what those of units do, the command line, and the dev stack's objects."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pulumi.runtime.proto.source_pb2 import StackTrace

from multus_lab.project import stack_file
from multus_lab.render import Manifest, manifests
from tests.mocks.running import Run
from tests.unit.conftest import (
    ROOT,
    check,
    dev_config,
    program,
    project_folder,
    pytest_collection_finish,
    pytest_unconfigure,
    stack_of,
    written_dev_config,
)

__all__ = [
    "check",
    "dev_config",
    "program",
    "project_folder",
    "pytest_collection_finish",
    "pytest_unconfigure",
    "stack_of",
    "written_dev_config",
]


@pytest.fixture(scope="session", autouse=True)
def _frames() -> Iterator[None]:
    """Don't tell the engine which frames ask for a resource: of pytest's own there are dozens."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pulumi.runtime.resource._get_stack_trace", StackTrace)
        yield


@pytest.fixture
def run(
    project_folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Run:
    """The command line, with nothing that an engine could be run on."""
    monkeypatch.delattr("multus_lab.engine.Engine.of_user")
    return Run(project_folder, capsys)


@pytest.fixture(scope="session")
def dev_objects() -> list[Manifest]:
    """The objects of the dev stack, for reading alone."""
    return manifests(stack_file(str(ROOT / "Pulumi.dev.yaml")))
