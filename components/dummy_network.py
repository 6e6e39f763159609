"""A dummy network of the zone, as a NetworkAttachmentDefinition."""

from components.network import Network


class DummyNetwork(Network, plugin="dummy"):
    """Its pods get an interface that leads nowhere, to hold addresses."""
