"""A ptp network of the zone, as a NetworkAttachmentDefinition."""

from components.network import Network


class PtpNetwork(Network, plugin="ptp"):
    """Its pods get a veth pair to the node, which routes."""
