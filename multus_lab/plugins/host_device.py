"""host-device: a device of the node, moved into the pod."""

from multus_lab.plugins.kinds import FLAG, INTERFACE, MAC, TEXT, Key
from multus_lab.plugins.record import Link, Record, plugin_keys
from multus_lab.versions import Span

_DEVICE = ("device", "hwaddr", "kernelpath", "pciBusID")

RECORD = Record(
    "host-device",
    "containernetworking/plugins v0.9.1 to v1.10.0 plugins/main/host-device/host-device.go",
    plugin_keys(
        {
            "device": INTERFACE,
            "hwaddr": MAC,
            "kernelpath": TEXT,
            "pciBusID": TEXT,
            # Multus writes it there, from the NAD's resourceName, and into pciBusID, which counts.
            "deviceID": TEXT,
            # A field of its own use, without a tag: Go reads it, and true leaves the device alone.
            "DPDKMode": Key(FLAG, held=Span((1, 1, 0))),
            "useInterfaceNetwork": Key(FLAG, held=Span((1, 10, 0))),
        },
        _DEVICE,
        ipam=True,
    ),
    link=Link(
        once=_DEVICE,
        configures=True,
        overwrites_dns=True,
        user_space=("pciBusID", "deviceID"),
    ),
    family="plugins",
    oldest="0.1.0",
    elsewhere="a device plugin gives them a device, by the NAD's resourceName",
    says={
        "no device": 'specify either "device", "hwaddr", "kernelpath" or "pciBusID"',
        "no device found": "failed to find host device: Link not found",
        "no device of that MAC": "failed to find physical interface",
        "no MAC": "failed to parse MAC address …",
        "kernelpath elsewhere": (
            "kernel device path … must be absolute and begin with /sys/devices/"
        ),
        "no PCI device": "error with host device: …",
        "own network of a DPDK device": (
            "useInterfaceNetwork is not supported for dpdk-bound devices"
        ),
    },
)
