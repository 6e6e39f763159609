"""tap: a tap device in the pod, for a virtual machine.

Unless both owner and group are given, it calls `ip` on the node.
"""

from multus_lab.plugins.kinds import FLAG, INT, INTERFACE, MAC, TEXT, UINT32, Key
from multus_lab.plugins.needs import kernel, link
from multus_lab.plugins.record import Link, Record, plugin_keys
from multus_lab.versions import Span

RECORD = Record(
    "tap",
    "containernetworking/plugins v1.3.0 to v1.10.0 plugins/main/tap/tap.go",
    plugin_keys(
        {
            "multiQueue": FLAG,
            "mtu": Key(INT, low=0, says="mtu less than device minimum"),
            "mac": MAC,  # dropped in silence if both owner and group are given
            "owner": UINT32,
            "group": UINT32,
            "selinuxContext": TEXT,
            "bridge": Key(INTERFACE, held=Span((1, 4, 0))),
        },
        ipam=True,
    ),
    link=Link(
        alone=True,
        sets_mac=True,
        no_lease="drops all that is sent by it until a program opens it, and pods have none yet",
        configures=True,
        overwrites_dns=True,
    ),
    needs=(
        link("tap", "tuntap add try mode tap"),
        kernel("SELinux", "grep -q : /proc/self/attr/current", "selinuxContext"),
    ),
    family="plugins",
    held=Span((1, 3, 0)),
    oldest="0.1.0",
    says={"bridge that the pod lacks": "failed to get bridge …: Link not found"},
    taken=(
        "Take it for a virtual machine in the pod, which opens the device and brings a network "
        "stack of its own."
    ),
    entry={
        "multiQueue": True,
        "ipam": {"type": "none"},
    },
)
