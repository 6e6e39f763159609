"""The daemon that the `dhcp` IPAM plugin asks for leases, on every node.

Source: containernetworking/plugins v1.10.0 plugins/ipam/dhcp/main.go, daemon.go, lease.go.
OpenShift and RKE2 run it likewise (cluster-network-operator
bindata/network/multus/003-dhcp-daemon.yaml).
"""

import pulumi
from pulumi_kubernetes import apps, core
from pulumi_kubernetes.meta.v1 import LabelSelectorArgs, ObjectMetaArgs

from components.ownership import owned
from components.pods import placement, resources, script, update_strategy
from multus_lab import settings
from multus_lab.plugins.dhcp import SOCKET
from multus_lab.settings.node_plugins import DHCP_DAEMON_SET, DhcpDaemon

_SELECTED = {"name": DHCP_DAEMON_SET}
_LABELS = {"tier": "node", "app": DHCP_DAEMON_SET} | _SELECTED

_FOLDER = SOCKET.rpartition("/")[0]


def dhcp_daemon(
    name: str, multus: settings.Multus, asked: DhcpDaemon, opts: pulumi.ResourceOptions
) -> apps.v1.DaemonSet:
    """The DaemonSet, with its pods where those of Multus are."""
    return apps.v1.DaemonSet(
        name,
        metadata=owned(
            DHCP_DAEMON_SET,
            namespace=multus.namespace,
            labels=_LABELS | multus.labels,
            annotations=multus.annotations,
        ),
        spec=apps.v1.DaemonSetSpecArgs(
            selector=LabelSelectorArgs(match_labels=_SELECTED),
            update_strategy=update_strategy(multus.update_strategy),
            template=core.v1.PodTemplateSpecArgs(
                metadata=ObjectMetaArgs(
                    labels=_LABELS | multus.labels, annotations=multus.annotations or None
                ),
                spec=core.v1.PodSpecArgs(
                    # It is there before any network is, and enters the pods' namespaces by itself;
                    # some runtimes name them by a process (/proc/1/ns/net).
                    host_network=True,
                    host_pid=True,
                    **placement(multus),
                    automount_service_account_token=False,
                    containers=[_daemon(multus, asked)],
                    volumes=[
                        _volume("dhcp-socket", _FOLDER),
                        _volume("netns", multus.folders.netns_dir),
                    ],
                ),
            ),
        ),
        opts=opts,
    )


def _daemon(multus: settings.Multus, asked: DhcpDaemon) -> core.v1.ContainerArgs:
    mount = core.v1.VolumeMountArgs
    return core.v1.ContainerArgs(
        name="dhcp-daemon",
        image=asked.image,
        command=[*script("dhcp_daemon"), f"{asked.folder.rstrip('/')}/dhcp", SOCKET],
        image_pull_policy=multus.pull_policy,
        resources=resources(asked.resources),
        security_context=core.v1.SecurityContextArgs(privileged=True),
        termination_message_policy="FallbackToLogsOnError",
        volume_mounts=[
            mount(name="dhcp-socket", mount_path=_FOLDER),
            # Runtimes name a namespace by either path.
            *(
                mount(
                    name="netns", mount_path=f"{above}/netns", mount_propagation="HostToContainer"
                )
                for above in ("/run", "/var/run")
            ),
        ],
    )


def _volume(name: str, path: str) -> core.v1.VolumeArgs:
    return core.v1.VolumeArgs(name=name, host_path=core.v1.HostPathVolumeSourceArgs(path=path))
