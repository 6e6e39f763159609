"""vlan: the VLAN's own device on one of the node's interfaces, moved into the pod."""

from multus_lab.plugins.kinds import FLAG, INT, INTERFACE, Key
from multus_lab.plugins.needs import link
from multus_lab.plugins.record import Link, Record, plugin_keys
from multus_lab.versions import Span

RECORD = Record(
    "vlan",
    "containernetworking/plugins v0.9.1 to v1.10.0 plugins/main/vlan/vlan.go",
    plugin_keys(
        {
            "master": INTERFACE,
            # 0 is taken, though the message says "between 0 and 4095 inclusive".
            "vlanId": Key(
                INT,
                default=0,
                low=0,
                high=4094,
                says="invalid VLAN ID … (must be between 0 and 4095 inclusive)",
            ),
            "mtu": Key(INT, low=0, says="invalid MTU …, must be [0, master MTU(…)]"),
            "linkInContainer": Key(FLAG, held=Span((1, 3, 0))),
        },
        ("master",),
        ipam=True,
    ),
    link=Link(
        kind="vlan",
        master=True,
        once=("master", "vlanId"),
        segment=("master", "vlanId"),
        needs_ipam=Span(before=(1, 10, 0)),
        configures=True,
        overwrites_dns=True,
    ),
    needs=(link("vlan", "link add link low name try type vlan id 1"),),
    family="plugins",
    oldest="0.1.0",
    says={
        "no master": '"master" field is required',
        "no master found": "Link not found",
        "no ipam": "no plugin name provided",
        "the second on a node": "failed to create vlan: file exists",
    },
    taken=(
        "Take it to give one pod of each node a VLAN for itself. For several pods of a node, "
        "make the VLAN's device on the node (eth1.30), and lay a macvlan on that."
    ),
    entry={
        "master": "eth1",
        "vlanId": 30,
        "podsPerNode": 1,
        "ipam": {
            "type": "whereabouts",
            "range": "10.12.34.0/24",
            "range_start": "10.12.34.200",
            "range_end": "10.12.34.220",
        },
    },
)
