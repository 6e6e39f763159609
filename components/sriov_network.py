"""An SR-IOV network of the zone, as a NetworkAttachmentDefinition."""

from components.network import Network


class SriovNetwork(Network, plugin="sriov"):
    """Its pods get a virtual function of the node's card."""
