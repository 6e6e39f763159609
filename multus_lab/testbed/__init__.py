"""A test bed: real etcd, Kubernetes control plane and kwok nodes, on this machine's loopback.

`Testbed.named().up()` has it running; `kubectl` and the `kubeconfig` use it; `down` ends it.
"""

from multus_lab.testbed.bed import Testbed
from multus_lab.testbed.errors import TestbedError
from multus_lab.testbed.nodes import Node
from multus_lab.testbed.pruning import Removed, prune, summary
from multus_lab.testbed.status import Process, Status

__all__ = ["Node", "Process", "Removed", "Status", "Testbed", "TestbedError", "prune", "summary"]
