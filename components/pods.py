"""What the pods of all DaemonSets of a stack have in common, as Pulumi's arguments."""

from pathlib import Path
from typing import Any

from pulumi_kubernetes import apps, core

from multus_lab.settings.affinity import Affinity
from multus_lab.settings.api_server import ApiServer
from multus_lab.settings.installed import Installed
from multus_lab.settings.pod import Resources, UpdateStrategy


def placement(one: Installed) -> dict[str, Any]:
    """Where pods run, and what is needed to pull their images: keys of a PodSpecArgs."""
    return {
        "tolerations": [
            core.v1.TolerationArgs(**each.model_dump(by_alias=False, exclude_none=True))
            for each in one.tolerations
        ],
        "node_selector": one.node_selector,
        "affinity": _affinity(one.affinity),
        "priority_class_name": one.priority_class_name,
        "image_pull_secrets": [
            core.v1.LocalObjectReferenceArgs(name=each) for each in one.pull_secrets
        ]
        or None,
    }


def _affinity(affinity: Affinity | None) -> core.v1.AffinityArgs | None:
    if affinity is None:
        return None
    node = affinity.node_affinity.model_dump(by_alias=False, exclude_none=True)
    return core.v1.AffinityArgs(node_affinity=core.v1.NodeAffinityArgs(**node))


def resources(asked: Resources) -> core.v1.ResourceRequirementsArgs:
    """An empty mapping would be a field of ours that the server doesn't keep."""
    return core.v1.ResourceRequirementsArgs(
        requests=asked.requests.model_dump(exclude_none=True) or None,
        limits=asked.limits.model_dump(exclude_none=True) or None,
    )


def update_strategy(strategy: UpdateStrategy) -> apps.v1.DaemonSetUpdateStrategyArgs:
    """How pods follow a change."""
    rolling = apps.v1.RollingUpdateDaemonSetArgs(max_unavailable=strategy.max_unavailable)
    return apps.v1.DaemonSetUpdateStrategyArgs(
        type=strategy.type,
        rolling_update=None if strategy.max_unavailable is None else rolling,
    )


def api_server(server: ApiServer | None) -> list[core.v1.EnvVarArgs]:
    """What a client reads instead of what the kubelet sets."""
    if server is None:
        return []
    return [
        core.v1.EnvVarArgs(name="KUBERNETES_SERVICE_HOST", value=server.host),
        core.v1.EnvVarArgs(name="KUBERNETES_SERVICE_PORT", value=str(server.port)),
    ]


def of_pod(name: str, field: str) -> core.v1.EnvVarArgs:
    """A variable with a field of the pod."""
    reference = core.v1.ObjectFieldSelectorArgs(api_version="v1", field_path=field)
    return core.v1.EnvVarArgs(name=name, value_from=core.v1.EnvVarSourceArgs(field_ref=reference))


def script(name: str) -> list[str]:
    """The command that runs the script of that name, but for the script's own arguments.

    It goes without its comments: a better one is no reason to roll the pods.
    """
    text = (Path(__file__).parent / f"{name}.sh").read_text(encoding="utf-8")
    lines = [one for one in text.splitlines() if not one.lstrip().startswith("#")]
    return ["/bin/sh", "-c", "\n".join([*lines, ""]), name]
