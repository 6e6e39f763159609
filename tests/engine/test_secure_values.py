"""Values that the user's own CLI has encrypted in the stack file."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from multus_lab import project, render
from multus_lab.engine import EngineError
from multus_lab.programs import PULUMI
from multus_lab.testbed import Testbed
from tests.conftest import Built
from tests.engine.lab import PRIVATE, Lab

SECRET = "nobody-may-read-this"
OWNER = "multus-lab:networks[0].annotations.owner"


@pytest.fixture(scope="module")
def lab(testbed: Testbed, built: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A stack file as `pulumi stack init` and `pulumi config set --secret` leave it."""
    folder = tmp_path_factory.mktemp("secure")
    (folder / "state").mkdir()
    shutil.copy(project.folder() / "Pulumi.yaml", folder)
    lab = Lab(folder, testbed, name="secure")
    pulumi = shutil.which("pulumi") or built(PULUMI)["pulumi"] / "pulumi"
    env = {
        **os.environ,
        "PULUMI_HOME": str(folder / "home"),
        "PULUMI_BACKEND_URL": (folder / "state").as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "the user's",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
    for arguments in (
        ["stack", "init", "secure"],
        ["config", "set", "--stack", "secure", "--secret", "--path", OWNER, SECRET],
    ):
        subprocess.run([pulumi, *arguments], cwd=folder, env=env, check=True, capture_output=True)
    yield lab
    lab.clear()


def test_it_reaches_the_cluster_and_nothing_else(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "the user's")
    done = lab.up()
    said = lab.said
    # A network with a secret in it is secret as a whole, but for what a pod has to name.
    told = {"annotation": PRIVATE, "usableAddresses": "[secret]"}
    assert done.outputs["networks"] == {PRIVATE: told}
    assert lab.networks()[PRIVATE]["metadata"]["annotations"]["owner"] == SECRET
    assert SECRET not in "\n".join(said)
    kept = lab.bed.folder / "pulumi"
    assert list(kept.glob("state/.pulumi/stacks/*/secure.json"))
    assert holding(kept) == []
    # Read with the passphrase, the state has it.
    assert SECRET in str(lab.engine.state())
    assert set(lab.up().changes) == {"same"}


def holding(folder: Path) -> list[Path]:
    """Every file below the folder that holds the secret in plain text."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if SECRET.encode() in path.read_bytes()]


def test_render_shows_where_it_would_stand(lab: Lab) -> None:
    network = render.manifests(lab.stack)[-1]
    shown = network["metadata"]["annotations"]["owner"]
    assert shown == "<secure: networks[0].annotations.owner>"


@pytest.mark.parametrize(
    ("passphrase", "expected"),
    [(None, "PULUMI_CONFIG_PASSPHRASE"), ("another's", "incorrect passphrase")],
)
def test_the_passphrase_is_the_user_s(
    lab: Lab, passphrase: str | None, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE", raising=False)
    if passphrase is not None:
        monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", passphrase)
    with pytest.raises(EngineError, match=expected) as refused:
        lab.engine.preview()
    assert "\n" not in str(refused.value)


def test_a_salt_alone_asks_for_no_passphrase(
    lab: Lab, testbed: Testbed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As a stack file is that the user's own Pulumi has been at, with nothing to encrypt.
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE", raising=False)
    salted = Lab(tmp_path, testbed, name="salted")
    salt = lab.path.read_text().splitlines()[-1]
    assert salt.startswith("encryptionsalt: ")
    salted.path.write_text(f"{salted.path.read_text()}{salt}\n")
    assert salted.engine.preview().changes["create"] == 10
