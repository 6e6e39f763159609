"""A cnv-bridge network of the zone, as a NetworkAttachmentDefinition."""

from components.network import Network


class CnvBridgeNetwork(Network, plugin="cnv-bridge"):
    """Its pods get a bridge network by OpenShift Virtualization's name for the plugin."""
