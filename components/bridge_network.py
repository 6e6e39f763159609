"""A bridge network of the zone, as a NetworkAttachmentDefinition."""

from components.network import Network


class BridgeNetwork(Network, plugin="bridge"):
    """Its pods get a veth pair into a Linux bridge of the node."""
