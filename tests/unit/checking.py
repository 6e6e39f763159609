"""Calls of `multus-lab check` in a folder of stacks and manifests."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from multus_lab import cli
from multus_lab.checks import CODES

BAD_MODE = '{"cniVersion": "0.3.1", "type": "macvlan", "master": "eth1", "mode": "Bridge"}'
FINE = '{"cniVersion": "0.3.1", "type": "macvlan", "master": "eth1"}'


class Ended(NamedTuple):
    """How a command ended."""

    code: object
    out: str
    err: str

    def weighing(self) -> list[tuple[str, str]]:
        """Code and severity of all but notes that hold for nearly every network of a kind."""
        return [
            (one["code"], one["severity"])
            for one in self.findings()
            if not (one["severity"] == "note" and CODES[one["code"]].common)
        ]

    def findings(self) -> list[dict[str, Any]]:
        """What `--format json` printed."""
        found: list[dict[str, Any]] = json.loads(self.out)["findings"]
        return found

    def codes(self) -> set[str]:
        """The codes among them."""
        return {finding["code"] for finding in self.findings()}


class Check:
    """Calls `check` in a folder of stacks and manifests."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys

    def __call__(self, *arguments: str) -> Ended:
        with pytest.raises(SystemExit) as ended:
            cli.main(["check", *arguments])
        return Ended(ended.value.code, *self._capsys.readouterr())

    def stack(self, name: str, networks: list[dict[str, Any]], **zone: Any) -> None:
        """Write a stack of a zone."""
        config = {"zone": {"name": "lab", "range": "10.0.0.0/24"} | zone, "networks": networks}
        self.config(name, config)

    def config(self, name: str, config: dict[str, Any]) -> None:
        """Write a stack's file."""
        text = json.dumps({"config": config})  # JSON is YAML too
        (self.folder / f"Pulumi.{name}.yaml").write_text(text)

    def file(self, name: str, text: str) -> str:
        """Write a file, and return its name."""
        (self.folder / name).write_text(text)
        return name

    def nads(self, *configs: str) -> Path:
        """Write a manifest of NADs."""
        path = self.folder / "nads.yaml"
        path.write_text(yaml.safe_dump_all(map(nad, map(str, range(len(configs))), configs)))
        return path


def nad(name: str, config: str) -> dict[str, Any]:
    """A NAD."""
    return {
        "apiVersion": "k8s.cni.cncf.io/v1",
        "kind": "NetworkAttachmentDefinition",
        "metadata": {"name": f"n{name}"},
        "spec": {"config": config},
    }


def network(name: str, first: str, last: str, **keys: Any) -> dict[str, Any]:
    """A network of a stack, of whereabouts."""
    ipam = {
        "type": "whereabouts",
        "range": "10.0.0.0/24",
        "range_start": f"10.0.0.{first}",
        "range_end": f"10.0.0.{last}",
    }
    return {"name": name, "master": "eth1", "ipam": ipam} | keys
