"""A vlan network of the zone, as a NetworkAttachmentDefinition."""

from components.network import Network


class VlanNetwork(Network, plugin="vlan"):
    """Its pods get the VLAN's own device on one of the node's interfaces."""
