"""A bond network of the zone, as a NetworkAttachmentDefinition."""

from components.network import Network


class BondNetwork(Network, plugin="bond"):
    """Its pods get interfaces that other networks gave to the pod, as one."""
