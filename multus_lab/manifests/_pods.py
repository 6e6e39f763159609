"""Pods in manifests, and templates of pods in Deployments and their like."""

from collections.abc import Iterator, Mapping
from typing import Any

from multus_lab.attachment import ANNOTATION
from multus_lab.checks.finding import Path
from multus_lab.checks.network import Pod
from multus_lab.documents import at

_TEMPLATES: tuple[Path, ...] = (
    (),  # a Pod itself
    ("spec", "template"),  # Deployment, StatefulSet, DaemonSet, Job
    ("spec", "jobTemplate", "spec", "template"),  # CronJob
)


def pods_of(one: Mapping[str, Any], path: Path, number: int) -> Iterator[Pod]:
    """What an object has of pods that ask for networks; `path` leads to it, in that source."""
    for template in _TEMPLATES:
        annotations = at(one, (*template, "metadata", "annotations"))
        if isinstance(annotations, dict) and ANNOTATION in annotations:
            named = at(one, (*template, "metadata", "namespace")) or at(
                one, ("metadata", "namespace")
            )
            yield Pod(str(named or "default"), annotations, (*path, *template, "metadata"), number)
