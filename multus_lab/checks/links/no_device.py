"""LNK125: a network of devices that names none, and no resource to get one from."""

from collections.abc import Iterator

from multus_lab.attachment import RESOURCE
from multus_lab.checks.finding import Severity
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, network_rule


def _of_device(network: Network) -> bool:
    return network.link is not None and network.link.device


@network_rule(
    "LNK125",
    Severity.RISK,
    "device plugin's network without a resource",
    among=_of_device,
    why="A device plugin gives each pod a device of a resource, and Multus tells it to the plugin "
    "if the network names the resource. Without one, and without a deviceID, the plugin has no "
    "device: `VF pci addr is required`. antrea attaches no such network to its pods.",
    fix=f"annotations: {{{RESOURCE}: NAME}}   # which a device plugin offers",
    source="sriov-cni 1b7acc5b pkg/config LoadConf; ib-sriov-cni 543060da pkg/config "
    "LoadDeviceInfo; antrea fc70f2bb pkg/agent/secondarynetwork/podwatch/controller.go; "
    "multi-net-spec v1.3, 3.3.1",
)
def no_device(network: Network, _: Lab) -> Iterator[Hit]:
    """Find networks of devices with neither resourceName nor deviceID."""
    link, main = network.link, network.main
    if link is None or not link.device or network.resource or main.has("deviceID"):
        return
    if any(main.text(key) != value for key, value in link.device_where.items()):
        return
    message = f"{main.type} gets its device by the annotation {RESOURCE}, and there is none"
    if network.in_json:
        yield Hit(("annotations", RESOURCE), None, message, in_metadata=True)
    else:
        fix = "resourceName: NAME   # which a device plugin offers"
        yield Hit(("resourceName",), None, message, fix, in_metadata=True)
