"""A DaemonSet that takes Multus off the nodes, while `down --clean-nodes` goes on.

Its init containers do the work: the pod is ready once that is done, and its status says what was.
"""

import pulumi
from pulumi_kubernetes import apps, core
from pulumi_kubernetes.meta.v1 import LabelSelectorArgs, ObjectMetaArgs

from components.ownership import owned
from components.pods import placement, resources, script
from multus_lab import settings
from multus_lab.leaving import NODE_CLEANER, Leaving, Step
from multus_lab.settings.folders import in_run

_LABELS = {"tier": "node", "app": NODE_CLEANER, "name": NODE_CLEANER}
_CONFIG, _BIN, _CACHES = "/host/config", "/host/bin", "/host/caches"
_REPORT = "/dev/termination-log"
"""From where the kubelet takes a container's message."""


def node_cleaner(
    name: str, multus: settings.Multus, leaving: Leaving, opts: pulumi.ResourceOptions
) -> apps.v1.DaemonSet:
    """The DaemonSet, with a pod wherever the daemon had one, and by the same image."""
    folders = multus.folders
    host = {"config": folders.cni_config_dir, "run": "/run"}
    host |= {"bin": folders.bin_dir, "caches": folders.cni_dir}
    return apps.v1.DaemonSet(
        name,
        metadata=owned(NODE_CLEANER, namespace=multus.namespace, labels=_LABELS),
        spec=apps.v1.DaemonSetSpecArgs(
            selector=LabelSelectorArgs(match_labels={"name": NODE_CLEANER}),
            update_strategy=apps.v1.DaemonSetUpdateStrategyArgs(
                type="RollingUpdate",
                rolling_update=apps.v1.RollingUpdateDaemonSetArgs(max_unavailable="100%"),
            ),
            template=core.v1.PodTemplateSpecArgs(
                metadata=ObjectMetaArgs(labels=_LABELS),
                spec=core.v1.PodSpecArgs(
                    host_network=True,
                    **placement(multus),
                    automount_service_account_token=False,
                    termination_grace_period_seconds=1,
                    init_containers=[_cleaning(multus, *one) for one in _steps(multus, leaving)],
                    containers=[_idle(multus)],
                    volumes=[
                        core.v1.VolumeArgs(
                            name=key, host_path=core.v1.HostPathVolumeSourceArgs(path=path)
                        )
                        for key, path in host.items()
                    ],
                ),
            ),
        ),
        opts=opts,
    )


def _steps(multus: settings.Multus, leaving: Leaving) -> list[tuple[Step, list[str]]]:
    """The steps with what their script is told; the first one each time, lest a file came back."""
    configuration = (Step.CONFIGURATION, [_CONFIG])
    if leaving.step is Step.CONFIGURATION:
        return [configuration]
    sockets = f"/host{in_run(multus.folders.socket_dir)}".rstrip("/")
    nodes = (leaving.ended_by_shim, leaving.attached)
    return [configuration, (Step.REST, [_BIN, sockets, _CACHES, *map(" ".join, nodes)])]


def _cleaning(multus: settings.Multus, step: Step, told: list[str]) -> core.v1.ContainerArgs:
    mounts = {"config": _CONFIG}
    if step is Step.REST:
        mounts = {"run": "/host/run", "bin": _BIN, "caches": _CACHES}
    node = core.v1.ObjectFieldSelectorArgs(api_version="v1", field_path="spec.nodeName")
    return core.v1.ContainerArgs(
        name=step.value,
        image=multus.image,
        command=[*script("clean_node"), step.value, *told],
        image_pull_policy=multus.pull_policy,
        resources=resources(multus.install_resources),
        security_context=core.v1.SecurityContextArgs(privileged=True),
        env=[
            core.v1.EnvVarArgs(name="NODE", value_from=core.v1.EnvVarSourceArgs(field_ref=node)),
            core.v1.EnvVarArgs(name="REPORT", value=_REPORT),
        ],
        volume_mounts=[
            core.v1.VolumeMountArgs(name=key, mount_path=path) for key, path in mounts.items()
        ],
    )


def _idle(multus: settings.Multus) -> core.v1.ContainerArgs:
    """What a DaemonSet's pod has to run so that it is ready."""
    return core.v1.ContainerArgs(
        name="done",
        image=multus.image,
        command=["sleep", "infinity"],
        image_pull_policy=multus.pull_policy,
        resources=resources(multus.install_resources),
    )
