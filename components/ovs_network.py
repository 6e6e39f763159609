"""An Open vSwitch network of the zone, as a NetworkAttachmentDefinition."""

from components.network import Network


class OvsNetwork(Network, plugin="ovs"):
    """Its pods get a veth pair into an Open vSwitch bridge of the node."""
