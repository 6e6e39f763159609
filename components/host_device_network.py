"""A host-device network of the zone, as a NetworkAttachmentDefinition."""

from components.network import Network


class HostDeviceNetwork(Network, plugin="host-device"):
    """Its pods get a device of the node, moved into the pod."""
