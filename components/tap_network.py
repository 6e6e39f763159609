"""A tap network of the zone, as a NetworkAttachmentDefinition."""

from components.network import Network


class TapNetwork(Network, plugin="tap"):
    """Its pods get a tap device, for a virtual machine."""
