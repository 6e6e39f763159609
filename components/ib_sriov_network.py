"""An ib-sriov network of the zone, as a NetworkAttachmentDefinition."""

from components.network import Network


class IbSriovNetwork(Network, plugin="ib-sriov"):
    """Its pods get a virtual function of an InfiniBand card."""
