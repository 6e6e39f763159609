"""An ipvlan network of the zone, as a NetworkAttachmentDefinition."""

from components.network import Network


class IpvlanNetwork(Network, plugin="ipvlan"):
    """Its pods get an interface on one of the node's, with that one's MAC."""
