"""What the tests of components share: what those of units do, and the dev stack's objects."""

from collections.abc import Iterator

import pytest
from pulumi.runtime.proto.source_pb2 import StackTrace

from multus_lab.project import stack_file
from multus_lab.render import Manifest, manifests
from tests.unit.conftest import (
    ROOT,
    check,
    dev_config,
    program,
    project_folder,
    pytest_collection_finish,
    pytest_unconfigure,
    run,
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
    "run",
    "stack_of",
    "written_dev_config",
]


@pytest.fixture(scope="session", autouse=True)
def _frames() -> Iterator[None]:
    """Don't tell the engine which frames ask for a resource: of pytest's own there are dozens."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pulumi.runtime.resource._get_stack_trace", StackTrace)
        yield


@pytest.fixture(scope="session")
def dev_objects() -> list[Manifest]:
    """The objects of the dev stack, for reading alone."""
    return manifests(stack_file(str(ROOT / "Pulumi.dev.yaml")))
