"""The daemon's metrics: a Service for all nodes, and a PodMonitor of the Prometheus operator.

Source: multus-cni v4.3.0 cmd/multus-daemon/main.go, which tells them on the node's network.
"""

from collections.abc import Mapping

import pulumi
from pulumi_kubernetes import core
from pulumi_kubernetes.apiextensions import CustomResource

from components.ownership import owned
from multus_lab import settings
from multus_lab.settings.multus import PodMonitor

METRICS = "multus-metrics"
"""What the Service and the PodMonitor are called."""

METRICS_PORT = "metrics"
"""What the container's port is called."""


def service(
    name: str,
    multus: settings.Multus,
    port: int,
    pods: Mapping[str, str],
    opts: pulumi.ResourceOptions,
) -> core.v1.Service:
    """A Service without an address of its own: each node's daemon is asked by itself."""
    return core.v1.Service(
        name,
        metadata=owned(METRICS, multus.namespace, labels=dict(pods)),
        spec=core.v1.ServiceSpecArgs(
            cluster_ip="None",
            selector={"name": pods["name"]},
            ports=[core.v1.ServicePortArgs(name=METRICS_PORT, port=port, target_port=METRICS_PORT)],
        ),
        opts=opts,
    )


def pod_monitor(
    name: str,
    multus: settings.Multus,
    asked: PodMonitor,
    pods: Mapping[str, str],
    opts: pulumi.ResourceOptions,
) -> CustomResource:
    """What has a Prometheus of its operator ask all daemons."""
    return CustomResource(
        name,
        api_version="monitoring.coreos.com/v1",
        kind="PodMonitor",
        metadata=owned(METRICS, multus.namespace, labels={**pods, **asked.labels}),
        spec={
            "selector": {"matchLabels": {"name": pods["name"]}},
            "podMetricsEndpoints": [{"port": METRICS_PORT}],
        },
        opts=opts,
    )
