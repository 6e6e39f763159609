"""An OVN-Kubernetes network of the zone, as a NetworkAttachmentDefinition."""

from components.network import Network


class OvnK8sCniOverlayNetwork(Network, plugin="ovn-k8s-cni-overlay"):
    """Its pods get a port of OVN-Kubernetes, which gives its addresses itself."""
