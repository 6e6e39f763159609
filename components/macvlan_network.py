"""A macvlan network of the zone, as a NetworkAttachmentDefinition."""

from components.network import Network


class MacvlanNetwork(Network, plugin="macvlan"):
    """Its pods get an interface on one of the node's, with a MAC of its own."""
