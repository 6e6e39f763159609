"""LNK125: a network of devices that names none, and no resource to get one from."""

from collections.abc import Iterator

from multus_lab.checks.finding import Severity
from multus_lab.checks.network import RESOURCE, Lab, Network
from multus_lab.checks.rule import Hit, network_rule


@network_rule(
    "LNK125",
    Severity.RISK,
    "device plugin's network without a resource",
    why="A device plugin gives each pod a device of a resource, and Multus tells it to the plugin "
    "if the network names the resource. Without one, and without a deviceID, the plugin has no "
    "device: `VF pci addr is required`.",
    fix=f"annotations: {{{RESOURCE}: NAME}}   # which a device plugin offers",
    source="sriov-cni 1b7acc5b pkg/config LoadConf; ib-sriov-cni 543060da pkg/config "
    "LoadDeviceInfo; multi-net-spec v1.3, 3.3.1",
)
def no_device(network: Network, _: Lab) -> Iterator[Hit]:
    """Find networks of devices with neither resourceName nor deviceID."""
    link, main = network.link, network.main
    if link is None or not link.device or network.resource or main.has("deviceID"):
        return
    yield Hit(
        ("annotations", RESOURCE),
        None,
        f"{main.type} gets its device by the annotation {RESOURCE}, and there is none",
        in_metadata=True,
    )
