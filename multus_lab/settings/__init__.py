"""What a stack may say: the zone, its networks and the Multus daemon, validated.

Names and spelling follow the CNI specifications and plugins, so that a line of an existing
NetworkAttachmentDefinition can be pasted into a stack config.
"""

from multus_lab.settings.cluster import Cluster, PrimaryNetwork
from multus_lab.settings.ipam import Ipam, Route
from multus_lab.settings.multus import DaemonConfig, Multus
from multus_lab.settings.network import Capabilities, DeclaredNetwork, MacvlanNetwork
from multus_lab.settings.problems import Problem, SettingsError
from multus_lab.settings.stack import Stack, accepted, load
from multus_lab.settings.zone import Node, Zone

__all__ = [
    "Capabilities",
    "Cluster",
    "DaemonConfig",
    "DeclaredNetwork",
    "Ipam",
    "MacvlanNetwork",
    "Multus",
    "Node",
    "PrimaryNetwork",
    "Problem",
    "Route",
    "SettingsError",
    "Stack",
    "Zone",
    "accepted",
    "load",
]
