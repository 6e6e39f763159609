"""Metadata of the running stack's objects, which says whose they are."""

from collections.abc import Mapping

import pulumi
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs

from multus_lab.ownership import Owner


def owned(
    name: str,
    namespace: str | None = None,
    labels: pulumi.Input[Mapping[str, str]] | None = None,
    annotations: Mapping[str, pulumi.Input[str]] | None = None,
) -> ObjectMetaArgs:
    """Metadata with these keys, and the annotations of the running stack as the owner."""
    return ObjectMetaArgs(
        name=name,
        namespace=namespace,
        labels=labels,
        annotations={**(annotations or {}), **_running().annotations},
    )


def _running() -> Owner:
    zone = pulumi.Config().get_object("zone") or {}
    return Owner(pulumi.get_project(), pulumi.get_stack(), zone.get("name") or "")
