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
            "deviceID": TEXT,  # Multus writes it there, from the NAD's resourceName
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
    says={
        "no device": 'specify either "device", "hwaddr", "kernelpath" or "pciBusID"',
        "own network of a DPDK device": (
            "useInterfaceNetwork is not supported for dpdk-bound devices"
        ),
    },
)
