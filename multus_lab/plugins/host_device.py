"""host-device: a device of the node, moved into the pod."""

from multus_lab.names import INTERFACE as NAME
from multus_lab.plugins.kinds import FLAG, INTERFACE, MAC, PCI, PCI_SHAPE, TEXT, Key
from multus_lab.plugins.record import Link, Record, plugin_keys
from multus_lab.versions import Span

_BYTE = "[0-9A-Fa-f]{2}"
_BYTES = "([0-9A-Fa-f]{4}[.]){2,9}[0-9A-Fa-f]{4}"
_MAC = f"{_BYTE}([:-]{_BYTE}){{5}}(([:-]{_BYTE}){{2}}(([:-]{_BYTE}){{12}})?)?|{_BYTES}"
"""Go's net.ParseMAC, and it takes less: one separator, and 6, 8 or 20 bytes with points as well."""

_DEVICE = ("device", "hwaddr", "kernelpath", "pciBusID")

RECORD = Record(
    "host-device",
    "containernetworking/plugins v0.9.1 to v1.10.0 plugins/main/host-device/host-device.go",
    plugin_keys(
        {
            # The first that is there counts (getLink).
            "device": Key(
                INTERFACE,
                pattern=NAME.pattern,
                shape="an interface's name, without '/', ':' and white space",
                says="failed to find host device: Link not found",
            ),
            "hwaddr": Key(
                MAC,
                pattern=_MAC,
                shape="a MAC of 6, 8 or 20 bytes",
                behind=("device",),
                says="failed to parse MAC address …",
            ),
            "kernelpath": Key(
                TEXT,
                pattern="/sys/devices/.*",
                shape="a path under /sys/devices/",
                behind=("device", "hwaddr"),
                says="kernel device path … must be absolute and begin with /sys/devices/",
            ),
            # Looked up in /sys/bus/pci/devices (hasDpdkDriver, getLink), which has all of it.
            "pciBusID": Key(
                TEXT,
                pattern=PCI,
                shape=PCI_SHAPE,
                says="error with host device: …",
            ),
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
        # getLink had found it, and another pod's ADD took it before moveLinkIn could.
        "device that another pod takes first": "failed to move link …no such device",
        "loopback": "failed to move link …: invalid argument",
        "no PCI device": "error with host device: …",
        "own network of a DPDK device": (
            "useInterfaceNetwork is not supported for dpdk-bound devices"
        ),
    },
    taken=(
        "Take it to give a pod a whole interface of its node: a spare one by its name, or "
        "with a resourceName what a device plugin offers."
    ),
    entry={
        "resourceName": "example.com/nic",
        "ipam": {
            "type": "whereabouts",
            "range": "10.12.34.0/24",
            "range_start": "10.12.34.200",
            "range_end": "10.12.34.220",
        },
    },
)
