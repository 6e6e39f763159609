"""What the unit tests share: the dev stack's config, and project folders of their own.

xdist reads this before it starts the workers, and needs none of what takes long to import.
"""

import copy
import gc
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from multus_lab.project import StackFile, stack_file
from tests.upstream import documents

if TYPE_CHECKING:
    from tests.unit.checking import Check

ROOT = Path(__file__).parents[2]

Config = dict[str, Any]
"""A stack's config: the keys `zone`, `networks` and `multus`."""

gc.disable()  # until all is collected, which stays to the end and so is no garbage


def pytest_collection_finish() -> None:
    """Look for garbage in what tests make, and not among modules and tests over and over."""
    gc.freeze()
    gc.set_threshold(100_000)
    gc.enable()


def pytest_unconfigure() -> None:
    """Look for it a last time: pytest does so twice, and Python when it ends."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def written_dev_config() -> Config:
    """The config of Pulumi.dev.yaml, for reading alone."""
    (written,) = documents((ROOT / "Pulumi.dev.yaml").read_text())
    return {key.removeprefix("multus-lab:"): value for key, value in written["config"].items()}


@pytest.fixture
def dev_config(written_dev_config: Config) -> Config:
    """The config of Pulumi.dev.yaml, to be changed at will."""
    return copy.deepcopy(written_dev_config)


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This program in a folder of its own, as links."""
    folder = tmp_path_factory.mktemp("program")
    for name in ("Pulumi.yaml", "Pulumi.dev.yaml", "__main__.py", "components"):
        (folder / name).symlink_to(ROOT / name)
    return folder


@pytest.fixture
def project_folder(program: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory: this program, in a folder where stacks can be added."""
    folder = Path(tempfile.mkdtemp(prefix="project-", dir=program.parent))
    for link in program.iterdir():
        (folder / link.name).symlink_to(link)
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "path", [str(ROOT), *sys.path])
    return folder


@pytest.fixture
def check(project_folder: Path, capsys: pytest.CaptureFixture[str]) -> "Check":
    """`multus-lab check`, in a folder with the dev stack."""
    from tests.unit.checking import Check

    return Check(project_folder, capsys)


@pytest.fixture
def stack_of(project_folder: Path) -> Callable[[Config], StackFile]:
    """Write a config as a stack's file, and read that."""

    def written(config: Config) -> StackFile:
        path = project_folder / "Pulumi.test.yaml"
        keys = {f"multus-lab:{key}": value for key, value in config.items()}
        path.write_text(json.dumps({"config": keys}))  # JSON is YAML too
        return stack_file("test")

    return written
