"""whereabouts: the objects of upstream's manifests, as typed resources.

Source: whereabouts v0.9.4, `doc/crds/`, as its README installs it (daemonset-install.yaml,
reconciler-deployment.yaml and the CRDs), and node-slice-controller.yaml if a network has slices.
With default settings the objects equal upstream's, but for what `INTENDED_DIFFERENCES` lists.
"""

import json
from collections.abc import Iterator, Sequence

import pulumi
from pulumi_kubernetes import apps, core, rbac
from pulumi_kubernetes.meta.v1 import LabelSelectorArgs, ObjectMetaArgs

from components.multus import MOST_NODES
from components.ownership import owned
from components.pods import api_server, of_pod, placement, resources, update_strategy
from components.whereabouts_crds import GROUP, definition
from multus_lab import settings
from multus_lab.distributions import WHEREABOUTS_DIR

LABELS = {"tier": "node", "app": "whereabouts"}
DAEMON_LABELS = LABELS | {"name": "whereabouts"}
RECONCILER_LABELS = {"tier": "node", "app": "whereabouts-reconciler"}
CONTROLLER_LABELS = {"app": "whereabouts-controller"}

_ROLE = "whereabouts-cni"
_CONFIG = "whereabouts-config"
_LEASE = "whereabouts"
"""The one lease of networks without slices (pkg/storage/kubernetes/ipam.go newLeaderElector)."""


def objects(whereabouts: settings.Whereabouts) -> Iterator[tuple[str, str, str]]:
    """Kind, namespace and name of each object."""
    for plural in _kept(whereabouts):
        yield "CustomResourceDefinition", "", f"{plural}.{GROUP}"
    yield "ClusterRole", "", _ROLE
    yield "ClusterRoleBinding", "", "whereabouts"
    namespace = whereabouts.namespace
    for kind in ("Role", "RoleBinding", "ServiceAccount"):
        yield kind, namespace, "whereabouts"
    yield "ConfigMap", namespace, _CONFIG
    yield "DaemonSet", namespace, "whereabouts"
    yield "Deployment", namespace, "whereabouts-reconciler"
    if whereabouts.slices:
        yield "Deployment", namespace, "whereabouts-controller"


_LIMITS = (
    "No limit unless a stack sets one: it would be CPU that slows the freeing of addresses down, "
    "and memory that doesn't grow with the cluster's pods and pools."
)
_IMAGE = "The release. Upstream's manifests name the moving `latest` at every tag."
_LINUX = "Nodes with Linux alone: there is no image for others."
_FIELD = (
    "As the server writes it. A reference is one value to a field manager, so that without it "
    "another manager that applies the same object conflicts."
)
_DAEMON = "DaemonSet/whereabouts spec.template.spec"
_RECONCILER = "Deployment/whereabouts-reconciler spec.template.spec"
_CONTROLLER = "Deployment/whereabouts-controller spec.template.spec"
_DUMPED = (
    "What the API server fills in by itself, in an object that upstream has read back from it."
)
_OWNED = "Whose the object is, and the stack's one field manager: see multus_lab.ownership."
_MARKED = ("multus-lab/owner", "pulumi.com/patchFieldManager")

INTENDED_DIFFERENCES = (
    {
        f"{kind}/{name} metadata.annotations{end}": _OWNED
        for kind, name, ends in (
            *(
                (
                    "CustomResourceDefinition",
                    f"{plural}.{GROUP}",
                    tuple(f".{one}" for one in _MARKED),
                )
                for plural in ("ippools", "nodeslicepools", "overlappingrangeipreservations")
            ),
            ("ConfigMap", _CONFIG, tuple(f".{one}" for one in _MARKED)),
            ("ClusterRole", _ROLE, ("",)),
            ("ClusterRoleBinding", "whereabouts", ("",)),
            ("ServiceAccount", "whereabouts", ("",)),
            ("DaemonSet", "whereabouts", ("",)),
            ("Deployment", "whereabouts-reconciler", ("",)),
            ("Deployment", "whereabouts-controller", ("",)),
        )
        for end in ends
    }
    | {
        f"ClusterRole/{_ROLE} rules": (
            "Only what is read in all namespaces, and events; what is written to pools and leases "
            "is in a Role of whereabouts' namespace, and the lease is named. Upstream lets every "
            "node write every lease of the cluster, those of nodes and of the control plane too."
        ),
        f"ConfigMap/{_CONFIG} data.whereabouts.conf": (
            "What the controller of node slices reads, which upstream has read a node's own file."
        ),
        f"{_DAEMON}.automountServiceAccountToken": (
            "True, whatever the ServiceAccount says: without a token there is no kubeconfig."
        ),
        f"{_DAEMON}.containers[0].env[1].valueFrom.fieldRef.apiVersion": _FIELD,
        f"{_DAEMON}.containers[0].image": _IMAGE,
        f"{_DAEMON}.containers[0].resources.limits": _LIMITS,
        f"{_DAEMON}.nodeSelector": _LINUX,
        f"{_DAEMON}.priorityClassName": (
            "system-node-critical: on a node whose pod is evicted the token in the kubeconfig ends."
        ),
        f"{_DAEMON}.tolerations": (
            "NoExecute too: a node without it attaches no pod to such a network."
        ),
        "Deployment/whereabouts-reconciler spec.strategy": (
            "The old pod goes before the new one comes: upstream's comment wants one at a time."
        ),
        f"{_RECONCILER}.containers[0].env[0].valueFrom.fieldRef.apiVersion": _FIELD,
        f"{_RECONCILER}.containers[0].image": _IMAGE,
        f"{_RECONCILER}.containers[0].resources.limits": _LIMITS,
        f"{_RECONCILER}.nodeSelector": _LINUX,
        "Deployment/whereabouts-controller spec.strategy": (
            "The old pod goes before the new one comes: there is no leader election."
        ),
        f"{_CONTROLLER}.containers[0].image": _IMAGE,
        f"{_CONTROLLER}.containers[0].resources.limits": _LIMITS,
        f"{_CONTROLLER}.containers[0].resources.requests.memory": (
            "As the reconciler's: one setting is for both."
        ),
        f"{_CONTROLLER}.containers[0].volumeMounts": (
            "Its configuration alone. Of what upstream mounts it reads nothing else, and a node's "
            "files aren't to be read by who isn't privileged where SELinux enforces."
        ),
        f"{_CONTROLLER}.nodeSelector": _LINUX,
        f"{_CONTROLLER}.volumes": "Its configuration alone, as in the container.",
    }
    | {
        f"{_CONTROLLER}.{field}": _DUMPED
        for field in (
            "containers[0].terminationMessagePath",
            "containers[0].terminationMessagePolicy",
            "preemptionPolicy",
            "priority",
            "restartPolicy",
            "schedulerName",
            "securityContext",
            "serviceAccount",
            "terminationGracePeriodSeconds",
        )
    }
)
"""Where the default objects differ from upstream's manifests, and why."""


class Whereabouts(pulumi.ComponentResource):
    """whereabouts on every node, its CRDs, and what frees the addresses of pods that are gone.

    Names and labels are upstream's, so that an installation made with kubectl is recognised.
    `nodes` is how many there are at most, for each of which the provider waits `readyTimeout`.
    """

    release: pulumi.Output[str]
    """The whereabouts release."""
    image: pulumi.Output[str]
    """The image that all containers run."""

    def __init__(
        self,
        name: str,
        whereabouts: settings.Whereabouts,
        opts: pulumi.ResourceOptions | None = None,
        *,
        nodes: int = MOST_NODES,
    ) -> None:
        super().__init__("multus-lab:whereabouts:Whereabouts", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        kept = pulumi.ResourceOptions(parent=self, retain_on_delete=whereabouts.retain_crd)
        before = [
            *(definition(f"{name}-crd-{one}", one, kept) for one in _kept(whereabouts)),
            *_identity(name, whereabouts, child),
            _config(f"{name}-config", whereabouts, child),
        ]
        patience = f"{whereabouts.ready_seconds * nodes}s"
        _daemon_set(
            f"{name}-daemon-set",
            whereabouts,
            pulumi.ResourceOptions(
                parent=self,
                depends_on=before,
                custom_timeouts=pulumi.CustomTimeouts(create=patience, update=patience),
                # In another namespace it is another one, and writes the same files.
                delete_before_replace=True,
            ),
        )
        after = pulumi.ResourceOptions(parent=self, depends_on=before)
        _reconciler(f"{name}-reconciler", whereabouts, after)
        if whereabouts.slices:
            _controller(f"{name}-controller", whereabouts, after)
        self.release = pulumi.Output.from_input(whereabouts.release)
        self.image = pulumi.Output.from_input(whereabouts.image)
        self.register_outputs({"release": self.release, "image": self.image})


def _kept(whereabouts: settings.Whereabouts) -> Sequence[str]:
    """The kinds of objects in which it keeps its counts."""
    sliced = ["nodeslicepools"] if whereabouts.slices else []
    return ["ippools", "overlappingrangeipreservations", *sliced]


# --- what it may do -------------------------------------------------------------------------------


def _rule(
    group: str, resource: str, *verbs: str, names: Sequence[str] = ()
) -> rbac.v1.PolicyRuleArgs:
    return rbac.v1.PolicyRuleArgs(
        api_groups=[group], resources=[resource], verbs=[*verbs], resource_names=names or None
    )


def _everywhere(slices: bool) -> Iterator[rbac.v1.PolicyRuleArgs]:
    """What it reads in all namespaces, and the events of pods.

    The control loop of each node follows its pods, all networks and pools, and the reconciler lists
    what is there. tests/wire/test_whereabouts_role.py takes away each verb in turn, and misses it.
    """
    yield _rule(GROUP, "ippools", "list", "watch")
    yield _rule(GROUP, "overlappingrangeipreservations", "list")
    yield _rule("k8s.cni.cncf.io", "network-attachment-definitions", "list", "watch")
    yield _rule("", "pods", "get", "list", "watch")
    yield _rule("", "nodes", "get", *(["list", "watch"] if slices else []))
    yield _rule("", "events", "create", "patch")
    if slices:
        yield _rule(GROUP, "nodeslicepools", "list", "watch")


def _inside(slices: bool) -> Iterator[rbac.v1.PolicyRuleArgs]:
    """What it writes in its own namespace: counts, and the lease of who is about to count."""
    lease = ("coordination.k8s.io", "leases")
    yield _rule(GROUP, "ippools", "get", "create", "patch")
    yield _rule(GROUP, "overlappingrangeipreservations", "get", "create", "delete")
    yield _rule(*lease, "create")
    # With slices there is a lease for each node and network.
    yield _rule(*lease, "get", "update", names=[] if slices else [_LEASE])
    if slices:
        yield _rule(GROUP, "nodeslicepools", "get", "create", "update", "delete")


def _identity(
    name: str, whereabouts: settings.Whereabouts, opts: pulumi.ResourceOptions
) -> list[pulumi.Resource]:
    group, namespace = "rbac.authorization.k8s.io", whereabouts.namespace
    cluster_role = rbac.v1.ClusterRole(
        f"{name}-cluster-role",
        metadata=owned(_ROLE),
        rules=[*_everywhere(whereabouts.slices)],
        opts=opts,
    )
    role = rbac.v1.Role(
        f"{name}-role",
        metadata=owned("whereabouts", namespace=namespace),
        rules=[*_inside(whereabouts.slices)],
        opts=opts,
    )

    def subject(of: pulumi.CustomResource) -> rbac.v1.SubjectArgs:
        # Unknown until there is the role: see components.multus.
        known = of.id.apply(lambda _: namespace)
        return rbac.v1.SubjectArgs(kind="ServiceAccount", name="whereabouts", namespace=known)

    return [
        cluster_role,
        role,
        rbac.v1.ClusterRoleBinding(
            f"{name}-cluster-role-binding",
            metadata=owned("whereabouts"),
            role_ref=rbac.v1.RoleRefArgs(api_group=group, kind="ClusterRole", name=_ROLE),
            subjects=[subject(cluster_role)],
            opts=opts,
        ),
        rbac.v1.RoleBinding(
            f"{name}-role-binding",
            metadata=owned("whereabouts", namespace=namespace),
            role_ref=rbac.v1.RoleRefArgs(api_group=group, kind="Role", name="whereabouts"),
            subjects=[subject(role)],
            opts=opts,
        ),
        core.v1.ServiceAccount(
            f"{name}-service-account",
            metadata=owned("whereabouts", namespace=namespace),
            opts=opts,
        ),
    ]


# --- what it reads --------------------------------------------------------------------------------


def _config(
    name: str, whereabouts: settings.Whereabouts, opts: pulumi.ResourceOptions
) -> core.v1.ConfigMap:
    description = "Configmap containing user customizable cronjob schedule\n"
    data = {"cron-expression": whereabouts.reconciler_cron}
    if whereabouts.slices:
        data["whereabouts.conf"] = _CONTROLLERS_CONF
    return core.v1.ConfigMap(
        name,
        metadata=owned(
            _CONFIG,
            namespace=whereabouts.namespace,
            annotations={"kubernetes.io/description": description},
        ),
        data=data,
        opts=opts,
    )


_CONF_FOLDER = f"/host{WHEREABOUTS_DIR}"
"""Where the control loop and the controller look for `whereabouts.d` in their containers."""

_CONTROLLERS_CONF = json.dumps(
    {
        "datastore": "kubernetes",
        # It has to be there, and isn't read (pkg/config/config.go LoadIPAMConfig).
        "kubernetes": {"kubeconfig": f"{WHEREABOUTS_DIR}/whereabouts.d/whereabouts.kubeconfig"},
    }
)


# --- what runs ------------------------------------------------------------------------------------


def _daemon_set(
    name: str, whereabouts: settings.Whereabouts, opts: pulumi.ResourceOptions
) -> apps.v1.DaemonSet:
    labels = DAEMON_LABELS | whereabouts.labels
    return apps.v1.DaemonSet(
        name,
        metadata=owned(
            "whereabouts",
            namespace=whereabouts.namespace,
            labels=LABELS | whereabouts.labels,
            annotations=whereabouts.annotations,
        ),
        spec=apps.v1.DaemonSetSpecArgs(
            selector=LabelSelectorArgs(match_labels={"name": "whereabouts"}),
            update_strategy=update_strategy(whereabouts.update_strategy),
            template=core.v1.PodTemplateSpecArgs(
                metadata=ObjectMetaArgs(labels=labels, annotations=whereabouts.annotations or None),
                spec=core.v1.PodSpecArgs(
                    host_network=True,
                    **placement(whereabouts),
                    automount_service_account_token=True,
                    service_account_name="whereabouts",
                    containers=[_daemon(whereabouts)],
                    volumes=[
                        _folder("cnibin", whereabouts.bin_dir),
                        _folder("cni-net-dir", whereabouts.config_dir),
                    ],
                ),
            ),
        ),
        opts=opts,
    )


def _daemon(whereabouts: settings.Whereabouts) -> core.v1.ContainerArgs:
    """The scripts write by the node's path with /host before it, and put down the rest of that."""
    mount, folder = core.v1.VolumeMountArgs, f"/host{whereabouts.config_dir}"
    elsewhere = folder != _CONF_FOLDER
    script = (
        "SLEEP=false source /install-cni.sh\n"
        "/token-watcher.sh &\n"
        f"/ip-control-loop -log-level {whereabouts.log_level}\n"
    )
    return core.v1.ContainerArgs(
        name="whereabouts",
        image=whereabouts.image,
        command=["/bin/sh"],
        args=["-c", script],
        image_pull_policy=whereabouts.pull_policy,
        env=[
            of_pod("NODENAME", "spec.nodeName"),
            of_pod("WHEREABOUTS_NAMESPACE", "metadata.namespace"),
            *([core.v1.EnvVarArgs(name="CNI_CONF_DIR", value=folder)] if elsewhere else []),
            *api_server(whereabouts.api_server),
        ],
        resources=resources(whereabouts.resources),
        security_context=core.v1.SecurityContextArgs(privileged=True),
        volume_mounts=[
            mount(name="cnibin", mount_path="/host/opt/cni/bin"),
            mount(name="cni-net-dir", mount_path=_CONF_FOLDER),
            *([mount(name="cni-net-dir", mount_path=folder)] if elsewhere else []),
        ],
    )


def _folder(name: str, path: str) -> core.v1.VolumeArgs:
    return core.v1.VolumeArgs(name=name, host_path=core.v1.HostPathVolumeSourceArgs(path=path))


def _reconciler(
    name: str, whereabouts: settings.Whereabouts, opts: pulumi.ResourceOptions
) -> apps.v1.Deployment:
    own = "whereabouts-reconciler"
    return apps.v1.Deployment(
        name,
        metadata=owned(own, namespace=whereabouts.namespace, labels=RECONCILER_LABELS),
        spec=_once(
            whereabouts,
            selector={"name": own},
            labels=RECONCILER_LABELS | {"name": own},
            container=core.v1.ContainerArgs(
                name=own,
                image=whereabouts.image,
                command=["/ip-reconciler"],
                args=["-log-level", whereabouts.log_level],
                image_pull_policy=whereabouts.pull_policy,
                env=[
                    of_pod("WHEREABOUTS_NAMESPACE", "metadata.namespace"),
                    *api_server(whereabouts.api_server),
                ],
                resources=resources(whereabouts.controller_resources),
                volume_mounts=[
                    core.v1.VolumeMountArgs(
                        name="cron-scheduler-configmap", mount_path="/cron-schedule"
                    )
                ],
            ),
            volume=_file("cron-scheduler-configmap", "cron-expression", "config", mode=0o744),
        ),
        opts=opts,
    )


def _controller(
    name: str, whereabouts: settings.Whereabouts, opts: pulumi.ResourceOptions
) -> apps.v1.Deployment:
    return apps.v1.Deployment(
        name,
        metadata=owned("whereabouts-controller", namespace=whereabouts.namespace),
        spec=_once(
            whereabouts,
            selector=CONTROLLER_LABELS,
            labels=CONTROLLER_LABELS,
            container=core.v1.ContainerArgs(
                name="whereabouts",
                image=whereabouts.image,
                command=["/node-slice-controller"],
                image_pull_policy=whereabouts.pull_policy,
                env=[
                    of_pod("NODENAME", "spec.nodeName"),
                    of_pod("WHEREABOUTS_NAMESPACE", "metadata.namespace"),
                    *api_server(whereabouts.api_server),
                ],
                resources=resources(whereabouts.controller_resources),
                volume_mounts=[
                    core.v1.VolumeMountArgs(
                        name="whereabouts-conf",
                        mount_path=f"{_CONF_FOLDER}/whereabouts.d",
                        read_only=True,
                    )
                ],
            ),
            volume=_file("whereabouts-conf", "whereabouts.conf", "whereabouts.conf"),
        ),
        opts=opts,
    )


def _once(
    whereabouts: settings.Whereabouts,
    *,
    selector: dict[str, str],
    labels: dict[str, str],
    container: core.v1.ContainerArgs,
    volume: core.v1.VolumeArgs,
) -> apps.v1.DeploymentSpecArgs:
    """One pod in the whole cluster, on any node with Linux; it bears the taints that are told."""
    where, told = placement(whereabouts), "tolerations" in whereabouts.model_fields_set
    return apps.v1.DeploymentSpecArgs(
        replicas=1,
        # Not Recreate, which the API server refuses for a Deployment that was made without it.
        strategy=apps.v1.DeploymentStrategyArgs(
            type="RollingUpdate",
            rolling_update=apps.v1.RollingUpdateDeploymentArgs(max_surge=0, max_unavailable=1),
        ),
        selector=LabelSelectorArgs(match_labels=selector),
        template=core.v1.PodTemplateSpecArgs(
            metadata=ObjectMetaArgs(labels=labels),
            spec=core.v1.PodSpecArgs(
                node_selector={"kubernetes.io/os": "linux"},
                image_pull_secrets=where["image_pull_secrets"],
                # By default none, as upstream: who bears every taint stays on a node that is gone.
                tolerations=where["tolerations"] if told else None,
                service_account_name="whereabouts",
                containers=[container],
                volumes=[volume],
            ),
        ),
    )


def _file(name: str, key: str, path: str, mode: int | None = None) -> core.v1.VolumeArgs:
    return core.v1.VolumeArgs(
        name=name,
        config_map=core.v1.ConfigMapVolumeSourceArgs(
            name=_CONFIG,
            default_mode=mode,
            items=[core.v1.KeyToPathArgs(key=key, path=path)],
        ),
    )
