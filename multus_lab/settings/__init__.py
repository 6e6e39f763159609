"""What a stack may say: the zone, its networks, the Multus daemon and whereabouts, validated.

Names and spelling follow the CNI specifications and plugins, so that a line of an existing
NetworkAttachmentDefinition can be pasted into a stack config.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from multus_lab.problems import Problem, SettingsError
from multus_lab.settings.cluster import Cluster, PrimaryNetwork
from multus_lab.settings.daemon_config import DaemonConfig
from multus_lab.settings.ipam import Ipam, Route
from multus_lab.settings.multus import Multus
from multus_lab.settings.network import (
    AddressedNetwork,
    DeclaredNetwork,
    TypedNetwork,
)
from multus_lab.settings.network_model import network
from multus_lab.settings.stack import Stack, accepted, load
from multus_lab.settings.zone import Node, Zone

if TYPE_CHECKING:
    from multus_lab.settings.capabilities import Capabilities
    from multus_lab.settings.configured_network import ConfiguredNetwork
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


_FEW = {
    "Capabilities": "capabilities",
    "ConfiguredNetwork": "configured_network",
    "Whereabouts": "whereabouts",
}
"""Models that few stacks have, each with its file."""


def __getattr__(name: str) -> Any:
    """One of the models that few stacks have, imported when it is asked for."""
    if name not in _FEW:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_FEW[name]}"), name)
