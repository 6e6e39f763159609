"""The Multus thick daemon: the six objects of the upstream manifest, as typed resources.

Source: multus-cni v4.3.0, `deployments/multus-daemonset-thick.yml`. With default settings the
objects equal upstream's, but for what `INTENDED_DIFFERENCES` lists.
"""

from typing import NamedTuple

import pulumi
from pulumi_kubernetes import apps, core, rbac
from pulumi_kubernetes.apiextensions import v1 as apiextensions
from pulumi_kubernetes.meta.v1 import LabelSelectorArgs, ObjectMetaArgs

from multus_lab import settings

NAMESPACE = "kube-system"
LABELS = {"tier": "node", "app": "multus"}
DAEMON_LABELS = LABELS | {"name": "multus"}

INTENDED_DIFFERENCES = {
    "ClusterRole/multus rules": (
        "Only what the daemon does: it follows NADs and pods, reads a pod before it updates its "
        "status, and writes events. Upstream grants every verb on every resource of the NAD "
        "group, and update on pods (multus-cni #181, #1172)."
    ),
    "DaemonSet/kube-multus-ds spec.template.metadata.annotations": (
        "The digest of daemon-config.json: the daemon reads it once, so a change has to roll "
        "the pods."
    ),
    "DaemonSet/kube-multus-ds spec.template.spec.containers[0].image": (
        "The release. Upstream's manifest names the moving snapshot-thick at every tag, and "
        "manifest and image out of step break clusters (multus-cni #1422)."
    ),
    "DaemonSet/kube-multus-ds spec.template.spec.initContainers[0].image": (
        "The release, as in the daemon's container."
    ),
    "DaemonSet/kube-multus-ds spec.template.spec.containers[0].resources.limits.memory": (
        "No limit unless a stack sets one: delegate plugins run in the daemon's cgroup, and at "
        "50Mi it is killed (multus-cni #1346, #1416)."
    ),
}
"""Where the default objects differ from upstream's, and why; parity allows these alone."""


class Multus(pulumi.ComponentResource):
    """The Multus thick daemon on every node, and the NetworkAttachmentDefinition CRD.

    Names and labels are upstream's, so that an installation made with kubectl is recognised.
    """

    crd: apiextensions.CustomResourceDefinition
    """What every NetworkAttachmentDefinition has to wait for."""
    release: pulumi.Output[str]
    """The multus-cni release."""
    image: pulumi.Output[str]
    """The image that both containers run."""

    def __init__(
        self, name: str, multus: settings.Multus, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("multus-lab:multus:Multus", name, None, opts)
        self.crd = _crd(
            f"{name}-crd",
            pulumi.ResourceOptions(parent=self, retain_on_delete=multus.retain_crd),
        )
        child = pulumi.ResourceOptions(parent=self)
        identity = [
            _cluster_role(f"{name}-cluster-role", child),
            _cluster_role_binding(f"{name}-cluster-role-binding", child),
            _service_account(f"{name}-service-account", child),
        ]
        config = _daemon_config(f"{name}-daemon-config", multus, child)
        _daemon_set(
            f"{name}-daemon-set",
            multus,
            pulumi.ResourceOptions(parent=self, depends_on=[self.crd, *identity, config]),
        )
        self.release = pulumi.Output.from_input(multus.release)
        self.image = pulumi.Output.from_input(multus.image)
        self.register_outputs({"release": self.release, "image": self.image})


def _crd(name: str, opts: pulumi.ResourceOptions) -> apiextensions.CustomResourceDefinition:
    return apiextensions.CustomResourceDefinition(
        name,
        metadata=ObjectMetaArgs(name="network-attachment-definitions.k8s.cni.cncf.io"),
        spec=apiextensions.CustomResourceDefinitionSpecArgs(
            group="k8s.cni.cncf.io",
            scope="Namespaced",
            names=apiextensions.CustomResourceDefinitionNamesArgs(
                plural="network-attachment-definitions",
                singular="network-attachment-definition",
                kind="NetworkAttachmentDefinition",
                short_names=["nad", "net-attach-def"],
            ),
            versions=[
                apiextensions.CustomResourceDefinitionVersionArgs(
                    name="v1",
                    served=True,
                    storage=True,
                    schema=apiextensions.CustomResourceValidationArgs(
                        open_apiv3_schema=_nad_schema()
                    ),
                )
            ],
        ),
        opts=opts,
    )


def _nad_schema() -> apiextensions.JSONSchemaPropsArgs:
    """Upstream's texts, with the blank that a folded line leaves in "represen tation"."""
    schema = apiextensions.JSONSchemaPropsArgs
    conventions = (
        "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md"
    )
    return schema(
        description=(
            "NetworkAttachmentDefinition is a CRD schema specified by the Network Plumbing "
            "Working Group to express the intent for attaching pods to one or more logical or "
            "physical networks. More information available at: "
            "https://github.com/k8snetworkplumbingwg/multi-net-spec"
        ),
        type="object",
        properties={
            "apiVersion": schema(
                description=(
                    "APIVersion defines the versioned schema of this represen tation of an "
                    "object. Servers should convert recognized schemas to the latest internal "
                    f"value, and may reject unrecognized values. More info: {conventions}"
                    "#resources"
                ),
                type="string",
            ),
            "kind": schema(
                description=(
                    "Kind is a string value representing the REST resource this object "
                    "represents. Servers may infer this from the endpoint the client submits "
                    "requests to. Cannot be updated. In CamelCase. More info: "
                    f"{conventions}#types-kinds"
                ),
                type="string",
            ),
            "metadata": schema(type="object"),
            "spec": schema(
                description=(
                    "NetworkAttachmentDefinition spec defines the desired state of a network "
                    "attachment"
                ),
                type="object",
                properties={
                    "config": schema(
                        description=(
                            "NetworkAttachmentDefinition config is a JSON-formatted CNI "
                            "configuration"
                        ),
                        type="string",
                    )
                },
            ),
        },
    )


def _cluster_role(name: str, opts: pulumi.ResourceOptions) -> rbac.v1.ClusterRole:
    """What the thick daemon calls: informers on NADs and pods, a pod's status, its events.

    tests/wire/test_role.py takes away each verb in turn, and misses it.
    """
    rule = rbac.v1.PolicyRuleArgs
    return rbac.v1.ClusterRole(
        name,
        metadata=ObjectMetaArgs(name="multus"),
        rules=[
            rule(
                api_groups=["k8s.cni.cncf.io"],
                resources=["network-attachment-definitions"],
                verbs=["list", "watch"],
            ),
            rule(api_groups=[""], resources=["pods"], verbs=["get", "list", "watch"]),
            rule(api_groups=[""], resources=["pods/status"], verbs=["update"]),
            rule(api_groups=[""], resources=["events"], verbs=["create", "patch"]),
        ],
        opts=opts,
    )


def _cluster_role_binding(name: str, opts: pulumi.ResourceOptions) -> rbac.v1.ClusterRoleBinding:
    return rbac.v1.ClusterRoleBinding(
        name,
        metadata=ObjectMetaArgs(name="multus"),
        role_ref=rbac.v1.RoleRefArgs(
            api_group="rbac.authorization.k8s.io", kind="ClusterRole", name="multus"
        ),
        subjects=[rbac.v1.SubjectArgs(kind="ServiceAccount", name="multus", namespace=NAMESPACE)],
        opts=opts,
    )


def _service_account(name: str, opts: pulumi.ResourceOptions) -> core.v1.ServiceAccount:
    return core.v1.ServiceAccount(
        name, metadata=ObjectMetaArgs(name="multus", namespace=NAMESPACE), opts=opts
    )


def _daemon_config(
    name: str, multus: settings.Multus, opts: pulumi.ResourceOptions
) -> core.v1.ConfigMap:
    return core.v1.ConfigMap(
        name,
        metadata=ObjectMetaArgs(
            name="multus-daemon-config", namespace=NAMESPACE, labels=dict(LABELS)
        ),
        data={"daemon-config.json": multus.daemon_config.text()},
        opts=opts,
    )


def _daemon_set(
    name: str, multus: settings.Multus, opts: pulumi.ResourceOptions
) -> apps.v1.DaemonSet:
    return apps.v1.DaemonSet(
        name,
        metadata=ObjectMetaArgs(
            name="kube-multus-ds", namespace=NAMESPACE, labels=dict(DAEMON_LABELS)
        ),
        spec=apps.v1.DaemonSetSpecArgs(
            selector=LabelSelectorArgs(match_labels={"name": "multus"}),
            update_strategy=apps.v1.DaemonSetUpdateStrategyArgs(type="RollingUpdate"),
            template=core.v1.PodTemplateSpecArgs(
                metadata=ObjectMetaArgs(
                    labels=dict(DAEMON_LABELS),
                    annotations={"checksum/daemon-config": multus.daemon_config.sha256()},
                ),
                spec=core.v1.PodSpecArgs(
                    host_network=True,
                    host_pid=True,
                    tolerations=[
                        core.v1.TolerationArgs(operator="Exists", effect="NoSchedule"),
                        core.v1.TolerationArgs(operator="Exists", effect="NoExecute"),
                    ],
                    service_account_name="multus",
                    containers=[_daemon(multus)],
                    init_containers=[_install_multus_binary(multus)],
                    termination_grace_period_seconds=10,
                    volumes=_volumes(),
                ),
            ),
        ),
        opts=opts,
    )


def _daemon(multus: settings.Multus) -> core.v1.ContainerArgs:
    return core.v1.ContainerArgs(
        name="kube-multus",
        image=multus.image,
        command=["/usr/src/multus-cni/bin/multus-daemon"],
        resources=core.v1.ResourceRequirementsArgs(
            requests=multus.resources.requests.model_dump(exclude_none=True),
            limits=multus.resources.limits.model_dump(exclude_none=True),
        ),
        security_context=core.v1.SecurityContextArgs(privileged=True),
        termination_message_policy="FallbackToLogsOnError",
        volume_mounts=[
            core.v1.VolumeMountArgs(
                name=mount.volume,
                mount_path=mount.path,
                mount_propagation=mount.propagation,
                read_only=mount.read_only,
            )
            for mount in _DAEMON_MOUNTS
        ],
        env=[
            core.v1.EnvVarArgs(
                name="MULTUS_NODE_NAME",
                value_from=core.v1.EnvVarSourceArgs(
                    field_ref=core.v1.ObjectFieldSelectorArgs(field_path="spec.nodeName")
                ),
            )
        ],
    )


def _install_multus_binary(multus: settings.Multus) -> core.v1.ContainerArgs:
    """install_multus replaces the shim atomically, where cp fails on a busy file (#1221)."""
    return core.v1.ContainerArgs(
        name="install-multus-binary",
        image=multus.image,
        command=[
            "/usr/src/multus-cni/bin/install_multus",
            "-d",
            "/host/opt/cni/bin",
            "-t",
            "thick",
        ],
        resources=core.v1.ResourceRequirementsArgs(requests={"cpu": "10m", "memory": "15Mi"}),
        security_context=core.v1.SecurityContextArgs(privileged=True),
        termination_message_policy="FallbackToLogsOnError",
        volume_mounts=[
            core.v1.VolumeMountArgs(
                name="cnibin", mount_path="/host/opt/cni/bin", mount_propagation="Bidirectional"
            )
        ],
    )


class _Mount(NamedTuple):
    volume: str
    path: str
    propagation: str | None = None
    read_only: bool | None = None


_DAEMON_MOUNTS = (
    _Mount("cni", "/host/etc/cni/net.d"),
    # The daemon looks a plugin up at this path and runs it under the host's root: the path
    # must be the same on both sides.
    _Mount("cnibin", "/opt/cni/bin"),
    _Mount("host-run", "/host/run"),
    _Mount("host-var-lib-cni-multus", "/var/lib/cni/multus"),
    _Mount("host-var-lib-kubelet", "/var/lib/kubelet", "HostToContainer"),
    _Mount("host-run-k8s-cni-cncf-io", "/run/k8s.cni.cncf.io"),
    _Mount("host-run-netns", "/run/netns", "HostToContainer"),
    _Mount("multus-daemon-config", "/etc/cni/net.d/multus.d", read_only=True),
    _Mount("hostroot", "/hostroot", "HostToContainer"),
    _Mount("multus-conf-dir", "/etc/cni/multus/net.d"),
)

_HOST_PATHS = {
    "host-run": "/run",
    "host-var-lib-cni-multus": "/var/lib/cni/multus",
    "host-var-lib-kubelet": "/var/lib/kubelet",
    "host-run-k8s-cni-cncf-io": "/run/k8s.cni.cncf.io",
    "host-run-netns": "/run/netns/",
    "multus-conf-dir": "/etc/cni/multus/net.d",
}


def _volumes() -> list[core.v1.VolumeArgs]:
    """Upstream's volumes in upstream's order, since lists are compared in order."""
    config = core.v1.VolumeArgs(
        name="multus-daemon-config",
        config_map=core.v1.ConfigMapVolumeSourceArgs(
            name="multus-daemon-config",
            items=[core.v1.KeyToPathArgs(key="daemon-config.json", path="daemon-config.json")],
        ),
    )
    plugins = {"cni": "/etc/cni/net.d", "cnibin": "/opt/cni/bin", "hostroot": "/"}
    return [*map(_host_path, plugins.items()), config, *map(_host_path, _HOST_PATHS.items())]


def _host_path(volume: tuple[str, str]) -> core.v1.VolumeArgs:
    name, path = volume
    return core.v1.VolumeArgs(name=name, host_path=core.v1.HostPathVolumeSourceArgs(path=path))
