"""What a stack may say: the zone, its networks, the Multus daemon and whereabouts, validated.

Names and spelling follow the CNI specifications and plugins, so that a line of an existing
NetworkAttachmentDefinition can be pasted into a stack config.
"""

from typing import TYPE_CHECKING, Any

from multus_lab.problems import Problem, SettingsError
from multus_lab.settings.cluster import Cluster, PrimaryNetwork
from multus_lab.settings.daemon_config import DaemonConfig
from multus_lab.settings.ipam import Ipam, Route
from multus_lab.settings.multus import Multus
from multus_lab.settings.network import (
    AddressedNetwork,
    Capabilities,
    ConfiguredNetwork,
    DeclaredNetwork,
    TypedNetwork,
)
from multus_lab.settings.network_types import network
from multus_lab.settings.stack import Stack, accepted, load
from multus_lab.settings.zone import Node, Zone

if TYPE_CHECKING:
    from multus_lab.settings.whereabouts import Whereabouts

__all__ = [
    "AddressedNetwork",
    "Capabilities",
    "Cluster",
    "ConfiguredNetwork",
    "DaemonConfig",
    "DeclaredNetwork",
    "Ipam",
    "Multus",
    "Node",
    "PrimaryNetwork",
    "Problem",
    "Route",
    "SettingsError",
    "Stack",
    "TypedNetwork",
    "Whereabouts",
    "Zone",
    "accepted",
    "load",
    "network",
]


def __getattr__(name: str) -> Any:
    """The model of whereabouts, imported when it is asked for: few stacks have it."""
    if name != "Whereabouts":
        raise AttributeError(name)
    from multus_lab.settings.whereabouts import Whereabouts  # noqa: PLC0415

    return Whereabouts
