"""The Multus thick daemon: the six objects of the upstream manifest, as typed resources.

Source: multus-cni, `deployments/multus-daemonset-thick.yml` of each release that is known. With
default settings the objects equal upstream's, but for what `intended_differences` lists.
"""

from collections.abc import Iterator
from typing import NamedTuple

import pulumi
from pulumi_kubernetes import apps, core, rbac
from pulumi_kubernetes.apiextensions import v1 as apiextensions
from pulumi_kubernetes.meta.v1 import LabelSelectorArgs, ObjectMetaArgs

from components.dhcp_daemon import dhcp_daemon
from components.metrics import METRICS, METRICS_PORT, pod_monitor, service
from components.node_cleaner import node_cleaner
from components.ownership import owned
from components.pods import (
    api_server,
    of_pod,
    placement,
    resources,
    script,
    update_strategy,
)
from multus_lab import releases, settings
from multus_lab.leaving import LEAVING
from multus_lab.settings.folders import CONFIG_DIR, autoconfig_dir
from multus_lab.settings.node_certificate import PerNodeCertificate
from multus_lab.settings.node_plugins import DHCP_DAEMON_SET, INSTALL_PLUGINS, InstallPlugins

LABELS = {"tier": "node", "app": "multus"}
DAEMON_LABELS = LABELS | {"name": "multus"}

MOST_NODES = 5000
"""As many nodes as Kubernetes supports (kubernetes.io, "Considerations for large clusters")."""

OBJECTS = (
    ("CustomResourceDefinition", "network-attachment-definitions.k8s.cni.cncf.io"),
    ("ClusterRole", "multus"),
    ("ClusterRoleBinding", "multus"),
    ("ServiceAccount", "multus"),
    ("ConfigMap", "multus-daemon-config"),
    ("DaemonSet", "kube-multus-ds"),
)
"""Kind and name of each object that every stack with the daemon has."""

_EVERYWHERE = ("CustomResourceDefinition", "ClusterRole", "ClusterRoleBinding")


def objects(multus: settings.Multus) -> Iterator[tuple[str, str, str]]:
    """Kind, namespace and name of each object."""
    asked = (
        ("DaemonSet", DHCP_DAEMON_SET, multus.dhcp_daemon),
        ("Service", METRICS, multus.metrics_port),
        ("PodMonitor", METRICS, multus.pod_monitor),
    )
    for kind, name in (*OBJECTS, *((kind, name) for kind, name, wanted in asked if wanted)):
        yield kind, "" if kind in _EVERYWHERE else multus.namespace, name


INTENDED_DIFFERENCES = {
    f"{kind}/{name} metadata.annotations": (
        "Whose the object is, and the stack's one field manager: see multus_lab.ownership."
    )
    for kind, name in OBJECTS
} | {
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
    "DaemonSet/kube-multus-ds "
    "spec.template.spec.containers[0].env[0].valueFrom.fieldRef.apiVersion": (
        "As the server writes it. A reference is one value to a field manager, so that without "
        "it another manager that applies the same object conflicts."
    ),
    "DaemonSet/kube-multus-ds spec.template.spec.initContainers[0].image": (
        "The release, as in the daemon's container."
    ),
    "DaemonSet/kube-multus-ds "
    "spec.template.spec.initContainers[0].volumeMounts[0].mountPropagation": (
        "A file is copied without it, and with Bidirectional the pod doesn't start on nodes whose "
        "root isn't a shared mount (multus-cni #1248)."
    ),
    "DaemonSet/kube-multus-ds spec.template.spec.containers[0].resources.limits": (
        "No limit unless a stack sets one: delegate plugins run in the daemon's cgroup, at 50Mi it "
        "is killed (multus-cni #1346, #1416), and at 100m of CPU pods wait longer than the runtime "
        "does."
    ),
    "DaemonSet/kube-multus-ds spec.template.spec.nodeSelector": (
        "Nodes with Linux alone: there is no image for others."
    ),
    "DaemonSet/kube-multus-ds spec.template.spec.priorityClassName": (
        "system-node-critical: a node whose daemon is evicted starts no pods (multus-cni #1093)."
    ),
    "DaemonSet/kube-multus-ds spec.template.spec.automountServiceAccountToken": (
        "True, whatever the ServiceAccount says: without a token the daemon ends, and logs nothing."
    ),
}
"""Where the default objects differ from every release's manifest, and why."""


def intended_differences(release: releases.Multus) -> dict[str, str]:
    """Where the default objects differ from a release's manifest; parity allows these alone."""
    return {**INTENDED_DIFFERENCES, **release.unlike}


class Multus(pulumi.ComponentResource):
    """The Multus thick daemon on every node, and the NetworkAttachmentDefinition CRD.

    Names and labels are upstream's, so that an installation made with kubectl is recognised.
    `nodes` is how many there are at most, for each of which the provider waits `readyTimeout`.
    """

    crd: apiextensions.CustomResourceDefinition
    """What every NetworkAttachmentDefinition has to wait for."""
    release: pulumi.Output[str]
    """The multus-cni release."""
    image: pulumi.Output[str]
    """The image that both containers run."""
    shape: releases.Multus
    """What is known of the release."""

    def __init__(
        self,
        name: str,
        multus: settings.Multus,
        opts: pulumi.ResourceOptions | None = None,
        *,
        nodes: int = MOST_NODES,
    ) -> None:
        super().__init__("multus-lab:multus:Multus", name, None, opts)
        self.shape = multus.shape
        self.crd = _crd(
            f"{name}-crd",
            multus,
            pulumi.ResourceOptions(parent=self, retain_on_delete=multus.retain_crd),
        )
        child = pulumi.ResourceOptions(parent=self)
        role = _cluster_role(f"{name}-cluster-role", multus, child)
        identity = [
            role,
            _cluster_role_binding(f"{name}-cluster-role-binding", multus, role, child),
            _service_account(f"{name}-service-account", multus, child),
        ]
        config = _daemon_config(f"{name}-daemon-config", multus, child)
        _daemon_set(
            f"{name}-daemon-set",
            multus,
            pulumi.ResourceOptions(
                parent=self,
                depends_on=[self.crd, *identity, config],
                custom_timeouts=_patience(multus, nodes),
                # In another namespace it is another one, and a node takes one daemon at a time.
                delete_before_replace=True,
            ),
        )
        if multus.dhcp_daemon is not None:
            dhcp_daemon(
                f"{name}-dhcp-daemon",
                multus,
                multus.dhcp_daemon,
                pulumi.ResourceOptions(
                    parent=self,
                    custom_timeouts=_patience(multus, nodes),
                    delete_before_replace=True,
                ),
            )
        if (leaving := LEAVING.get()) is not None:
            waits = pulumi.ResourceOptions(parent=self, custom_timeouts=_patience(multus, nodes))
            node_cleaner(f"{name}-node-cleaner", multus, leaving, waits)
        if multus.metrics_port is not None:
            service(f"{name}-metrics", multus, multus.metrics_port, DAEMON_LABELS, child)
        if multus.pod_monitor is not None:
            pod_monitor(f"{name}-pod-monitor", multus, multus.pod_monitor, DAEMON_LABELS, child)
        self.release = pulumi.Output.from_input(multus.release)
        self.image = pulumi.Output.from_input(multus.image)
        self.register_outputs({"release": self.release, "image": self.image})


def _crd(
    name: str, multus: settings.Multus, opts: pulumi.ResourceOptions
) -> apiextensions.CustomResourceDefinition:
    return apiextensions.CustomResourceDefinition(
        name,
        metadata=owned("network-attachment-definitions.k8s.cni.cncf.io"),
        spec=apiextensions.CustomResourceDefinitionSpecArgs(
            group="k8s.cni.cncf.io",
            scope="Namespaced",
            names=apiextensions.CustomResourceDefinitionNamesArgs(
                plural="network-attachment-definitions",
                singular="network-attachment-definition",
                kind="NetworkAttachmentDefinition",
                short_names=list(multus.shape.short_names),
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


def _cluster_role(
    name: str, multus: settings.Multus, opts: pulumi.ResourceOptions
) -> rbac.v1.ClusterRole:
    """What the thick daemon calls: informers on NADs and pods, a pod's status, its events.

    tests/wire/test_role.py takes away each verb in turn, and misses it.
    """
    rule = rbac.v1.PolicyRuleArgs
    return rbac.v1.ClusterRole(
        name,
        metadata=owned("multus"),
        rules=[
            rule(
                api_groups=["k8s.cni.cncf.io"],
                resources=["network-attachment-definitions"],
                verbs=["list", "watch"],
            ),
            rule(api_groups=[""], resources=["pods"], verbs=["get", "list", "watch"]),
            rule(api_groups=[""], resources=["pods/status"], verbs=["update"]),
            rule(api_groups=[""], resources=["events"], verbs=["create", "patch"]),
            *(
                rule(api_groups=[one.group], resources=[*one.resources], verbs=[*one.verbs])
                for one in multus.shape.granted
            ),
            # To renew it; the first one is asked for with the kubeconfig that it begins with.
            *(
                rule(
                    api_groups=["certificates.k8s.io"],
                    resources=["certificatesigningrequests"],
                    verbs=["create", "get", "list", "watch"],
                )
                for _ in _certificates(multus)
            ),
        ],
        opts=opts,
    )


def _cluster_role_binding(
    name: str, multus: settings.Multus, role: rbac.v1.ClusterRole, opts: pulumi.ResourceOptions
) -> rbac.v1.ClusterRoleBinding:
    # Unknown until there is the role: the provider then leaves the binding out of its dry run, in
    # which the API server finds no such role (404) for who isn't allowed to bind any (provider
    # 4.25.0, provider.go, Create; kubernetes v1.36.3, pkg/registry/rbac/clusterrolebinding/
    # policybased). Not in the role's name, without which a preview would replace the binding.
    namespace = role.id.apply(lambda _: multus.namespace)
    return rbac.v1.ClusterRoleBinding(
        name,
        metadata=owned("multus"),
        role_ref=rbac.v1.RoleRefArgs(
            api_group="rbac.authorization.k8s.io", kind="ClusterRole", name="multus"
        ),
        subjects=[
            rbac.v1.SubjectArgs(kind="ServiceAccount", name="multus", namespace=namespace),
            *(
                rbac.v1.SubjectArgs(
                    kind="Group", name="system:multus", api_group="rbac.authorization.k8s.io"
                )
                for _ in _certificates(multus)
            ),
        ],
        opts=opts,
    )


def _service_account(
    name: str, multus: settings.Multus, opts: pulumi.ResourceOptions
) -> core.v1.ServiceAccount:
    return core.v1.ServiceAccount(
        name, metadata=owned("multus", namespace=multus.namespace), opts=opts
    )


def _daemon_config(
    name: str, multus: settings.Multus, opts: pulumi.ResourceOptions
) -> core.v1.ConfigMap:
    return core.v1.ConfigMap(
        name,
        metadata=owned("multus-daemon-config", namespace=multus.namespace, labels=dict(LABELS)),
        data={"daemon-config.json": multus.config_text},
        opts=opts,
    )


def _daemon_set(
    name: str, multus: settings.Multus, opts: pulumi.ResourceOptions
) -> apps.v1.DaemonSet:
    return apps.v1.DaemonSet(
        name,
        metadata=owned(
            "kube-multus-ds",
            namespace=multus.namespace,
            labels=DAEMON_LABELS | multus.labels,
            annotations=multus.annotations,
        ),
        spec=apps.v1.DaemonSetSpecArgs(
            selector=LabelSelectorArgs(match_labels={"name": "multus"}),
            update_strategy=update_strategy(multus.update_strategy),
            template=core.v1.PodTemplateSpecArgs(
                metadata=ObjectMetaArgs(
                    labels=DAEMON_LABELS | multus.labels,
                    annotations={
                        **multus.annotations,
                        "checksum/daemon-config": multus.config_sha256,
                    },
                ),
                spec=core.v1.PodSpecArgs(
                    host_network=True,
                    host_pid=True,
                    **placement(multus),
                    automount_service_account_token=True,
                    service_account_name="multus",
                    containers=[_daemon(multus)],
                    init_containers=[
                        _install_multus_binary(multus),
                        *(_install_plugins(multus, one) for one in [multus.install_plugins] if one),
                    ],
                    termination_grace_period_seconds=multus.grace,
                    volumes=_volumes(multus),
                ),
            ),
        ),
        opts=opts,
    )


def _patience(multus: settings.Multus, nodes: int) -> pulumi.CustomTimeouts:
    """How long the provider waits for the pods, so that a rollout that goes on never fails.

    Pods are replaced one after the other, each within `readyTimeout`. Without this the provider
    gives up after 10 minutes (4.25.0, await/daemonset.go).
    """
    whole = f"{multus.ready_seconds * nodes}s"
    return pulumi.CustomTimeouts(create=whole, update=whole)


def _daemon(multus: settings.Multus) -> core.v1.ContainerArgs:
    return core.v1.ContainerArgs(
        name="kube-multus",
        image=multus.image,
        command=["/usr/src/multus-cni/bin/multus-daemon"],
        image_pull_policy=multus.pull_policy,
        resources=resources(multus.resources),
        security_context=core.v1.SecurityContextArgs(privileged=True),
        termination_message_policy="FallbackToLogsOnError",
        volume_mounts=[_volume_mount(mount) for mount in _mounts(multus)],
        ports=[
            core.v1.ContainerPortArgs(name=METRICS_PORT, container_port=port)
            for port in [multus.metrics_port]
            if port
        ]
        or None,
        env=[
            of_pod("MULTUS_NODE_NAME", "spec.nodeName"),
            *api_server(multus.api_server),
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
        image_pull_policy=multus.pull_policy,
        resources=resources(multus.install_resources),
        security_context=core.v1.SecurityContextArgs(privileged=True),
        termination_message_policy="FallbackToLogsOnError",
        volume_mounts=[core.v1.VolumeMountArgs(name="cnibin", mount_path="/host/opt/cni/bin")],
    )


def _install_plugins(multus: settings.Multus, asked: InstallPlugins) -> core.v1.ContainerArgs:
    return core.v1.ContainerArgs(
        name=INSTALL_PLUGINS,
        image=asked.image,
        command=[
            *script("install_plugins"),
            asked.folder,
            "/host/opt/cni/bin",
            str(asked.overwrite).lower(),
            *asked.plugins,
        ],
        image_pull_policy=multus.pull_policy,
        resources=resources(multus.install_resources),
        # As the container before, without which SELinux keeps it out of the node's folder.
        security_context=core.v1.SecurityContextArgs(privileged=True),
        termination_message_policy="FallbackToLogsOnError",
        volume_mounts=[core.v1.VolumeMountArgs(name="cnibin", mount_path="/host/opt/cni/bin")],
    )


class _Mount(NamedTuple):
    """A folder of the node in the daemon's container."""

    volume: str
    host: str
    path: str
    propagation: str | None = None


def _mounts(multus: settings.Multus) -> list[_Mount | str]:
    """Upstream's, in its order; a name stands for the volume that is no folder of the node."""
    paths, config_dir = multus.folders, autoconfig_dir(multus.folders)
    return [
        _Mount("cni", paths.cni_config_dir, CONFIG_DIR),
        # The daemon looks a plugin up at this path and runs it under the host's root: the path
        # must be the same on both sides.
        _Mount("cnibin", paths.bin_dir, paths.bin_dir),
        _Mount("host-run", "/run", "/host/run"),
        _Mount("host-var-lib-cni-multus", paths.cni_dir, "/var/lib/cni/multus"),
        _Mount("host-var-lib-kubelet", paths.kubelet_dir, "/var/lib/kubelet", "HostToContainer"),
        _Mount("host-run-k8s-cni-cncf-io", "/run/k8s.cni.cncf.io", "/run/k8s.cni.cncf.io"),
        _Mount("host-run-netns", paths.netns_dir, "/run/netns", "HostToContainer"),
        _CONFIG_VOLUME,
        _Mount("hostroot", "/", "/hostroot", "HostToContainer"),
        *(
            [_Mount("multus-conf-dir", paths.conf_dir, "/etc/cni/multus/net.d")]
            if multus.has_conf_dir
            else []
        ),
        *(
            [_Mount("cni-primary", paths.multus_autoconfig_dir, config_dir)]
            if config_dir != CONFIG_DIR
            else []
        ),
        *(_Mount(one.name, one.path, one.path, one.propagation) for one in multus.mounts),
        *([_Mount("log", multus.log_folder, multus.log_folder)] if multus.log_folder else []),
        *(_Mount("certificates", one.cert_dir, one.cert_dir) for one in _certificates(multus)),
    ]


def _certificates(multus: settings.Multus) -> list[PerNodeCertificate]:
    """The daemon's own certificate, if a stack asks for one."""
    asked = multus.daemon_config.per_node_certificate
    return [asked] if asked and asked.enabled else []


_CONFIG_VOLUME = "multus-daemon-config"


def _volume_mount(mount: _Mount | str) -> core.v1.VolumeMountArgs:
    if isinstance(mount, str):
        return core.v1.VolumeMountArgs(
            name=mount, mount_path="/etc/cni/net.d/multus.d", read_only=True
        )
    return core.v1.VolumeMountArgs(
        name=mount.volume, mount_path=mount.path, mount_propagation=mount.propagation
    )


def _volumes(multus: settings.Multus) -> list[core.v1.VolumeArgs]:
    """Upstream's volumes in upstream's order, since lists are compared in order."""
    volumes = {
        mount if isinstance(mount, str) else mount.volume: mount for mount in _mounts(multus)
    }
    first = ("cni", "cnibin", "hostroot", _CONFIG_VOLUME)
    return [_volume(volumes.pop(name)) for name in first] + list(map(_volume, volumes.values()))


def _volume(mount: _Mount | str) -> core.v1.VolumeArgs:
    if isinstance(mount, str):
        return core.v1.VolumeArgs(
            name=mount,
            config_map=core.v1.ConfigMapVolumeSourceArgs(
                name="multus-daemon-config",
                items=[core.v1.KeyToPathArgs(key="daemon-config.json", path="daemon-config.json")],
            ),
        )
    path = core.v1.HostPathVolumeSourceArgs(path=mount.host)
    return core.v1.VolumeArgs(name=mount.volume, host_path=path)
