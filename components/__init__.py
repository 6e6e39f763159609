"""What a stack brings to a cluster, as Pulumi ComponentResources: one a file.

Components hold no rules: validated settings in, resources and outputs out.
"""

from components.attachment import attach
from components.macvlan_network import MacvlanNetwork
from components.multus import Multus
from components.stack_config import StackConfig

__all__ = ["MacvlanNetwork", "Multus", "StackConfig", "attach"]
