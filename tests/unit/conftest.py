"""What the unit tests share: the dev stack's config, and project folders of their own."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from multus_lab.project import StackFile, stack_file
from multus_lab.render import Manifest, manifests

ROOT = Path(__file__).parents[2]

Config = dict[str, Any]
"""A stack's config: the keys `zone`, `networks` and `multus`."""


@pytest.fixture
def dev_config() -> Config:
    """The config of Pulumi.dev.yaml, to be changed at will."""
    written = yaml.safe_load((ROOT / "Pulumi.dev.yaml").read_text())["config"]
    return {key.removeprefix("multus-lab:"): value for key, value in written.items()}


@pytest.fixture(scope="session")
def dev_objects() -> list[Manifest]:
    """The objects of the dev stack, for reading alone."""
    return manifests(stack_file(str(ROOT / "Pulumi.dev.yaml")))


@pytest.fixture
def project_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory: this program, in a folder where stacks can be added."""
    folder = tmp_path / "project"
    folder.mkdir()
    for name in ("Pulumi.yaml", "Pulumi.dev.yaml", "__main__.py", "components"):
        (folder / name).symlink_to(ROOT / name)
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "path", [str(ROOT), *sys.path])
    return folder


@pytest.fixture
def stack_of(project_folder: Path) -> Callable[[Config], StackFile]:
    """Write a config as a stack's file, and read that."""

    def written(config: Config) -> StackFile:
        path = project_folder / "Pulumi.test.yaml"
        keys = {f"multus-lab:{key}": value for key, value in config.items()}
        path.write_text(yaml.safe_dump({"config": keys}, sort_keys=False))
        return stack_file("test")

    return written
