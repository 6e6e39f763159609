"""A macvtap network of the zone, as a NetworkAttachmentDefinition."""

from components.network import Network


class MacvtapNetwork(Network, plugin="macvtap"):
    """Its pods get a tap on one of the node's interfaces, for KubeVirt."""
