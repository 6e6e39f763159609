"""A stack on a test bed: a copy of the dev stack's file, which a test may edit."""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from multus_lab import project, render
from multus_lab.engine import Engine, Outcome
from multus_lab.progress import Progress
from multus_lab.project import StackFile
from multus_lab.testbed import Testbed

CRD_KIND = "CustomResourceDefinition"
CRD = "customresourcedefinition/network-attachment-definitions.k8s.cni.cncf.io"
MULTUS = (
    CRD,
    "clusterrole/multus",
    "clusterrolebinding/multus",
    "serviceaccount/multus",
    "configmap/multus-daemon-config",
    "daemonset/kube-multus-ds",
)
"""What the Multus component brings, as kubectl takes it in namespace kube-system."""

PRIVATE = "default/privatezone-macvlan-conf"
"""The how-to's network."""


class Lab:
    """The dev stack, or a copy of it by another name, with a test bed as its cluster."""

    def __init__(self, folder: Path, bed: Testbed, name: str = "dev") -> None:
        self.bed = bed
        self.path = folder / f"Pulumi.{name}.yaml"
        self.said: list[str] = []
        dev = project.folder() / "Pulumi.dev.yaml"
        self.path.write_text(dev.read_text(encoding="utf-8"), encoding="utf-8")

    @property
    def stack(self) -> StackFile:
        return project.stack_file(str(self.path))

    @property
    def engine(self) -> Engine:
        """The engine on the stack file as it is now; what it prints goes into `said`."""
        self.said = []
        return Engine.of_testbed(self.stack, self.bed, Progress(), self.said.append)

    @contextmanager
    def edit(self) -> Iterator[dict[str, Any]]:
        """The file's `config`, to be changed; written back at the end."""
        written = yaml.safe_load(self.path.read_text(encoding="utf-8"))
        yield written["config"]
        self.path.write_text(yaml.safe_dump(written, sort_keys=False), encoding="utf-8")

    def up(self) -> Outcome:
        return self.engine.up()

    def preview(self) -> list[str]:
        """What a preview says, line by line."""
        self.engine.preview()
        return self.said

    def render_and_apply(self, *flags: str) -> None:
        """What `render STACK --crd` and `render STACK` do, each `| kubectl apply -f -`."""
        objects = render.manifests(self.stack)
        for some in ([one for one in objects if one["kind"] == CRD_KIND], objects):
            self.bed.kubectl("apply", *flags, "-f", "-", stdin=render.stream(some))
            self.bed.kubectl("wait", "--for=condition=Established", CRD, "--timeout=30s")

    def clear(self) -> None:
        """Leave nothing on the test bed, whatever a test did.

        Not by the engine, which deletes in the foreground: the garbage collector takes up to 30 s
        to learn of a new CRD, and until then its objects stay.
        """
        self.bed.kubectl("delete", "-n", "kube-system", *MULTUS, "--ignore-not-found")
        shutil.rmtree(self.bed.folder / "pulumi", ignore_errors=True)

    def get(self, *what: str) -> list[dict[str, Any]]:
        """The objects that `kubectl get` finds in kube-system, or where a flag says."""
        asked = ("get", "-n", "kube-system", *what, "--ignore-not-found", "-o", "json")
        told = self.bed.kubectl(*asked)
        found: dict[str, Any] = json.loads(told) if told.strip() else {"items": []}
        items: list[dict[str, Any]] = found.get("items", [found])
        return items

    def networks(self) -> dict[str, Mapping[str, Any]]:
        """The NADs of all namespaces, by `namespace/name`."""
        found = self.get("net-attach-def", "-A")
        return {f"{one['metadata']['namespace']}/{one['metadata']['name']}": one for one in found}

    def pods(self) -> dict[str, str]:
        """The uid of the Running Multus pod of each node."""
        found = self.get("pod", "-l", "app=multus", "--field-selector", "status.phase=Running")
        return {one["spec"]["nodeName"]: one["metadata"]["uid"] for one in found}

    def versions(self) -> dict[str, object]:
        """What changes of each object of the stack when, and only when, somebody changes it.

        That is its generation where it has one, since its status changes the resourceVersion.
        """
        found = [*self.get(*MULTUS), *self.networks().values()]
        return {
            f"{one['kind']}/{one['metadata']['name']}": (
                one["metadata"].get("generation") or one["metadata"]["resourceVersion"]
            )
            for one in found
        }
