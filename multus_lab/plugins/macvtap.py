"""macvtap: a tap on one of the node's interfaces, made by its device plugin, for KubeVirt."""

from multus_lab.plugins.kinds import FLAG, INT, TEXT, Key
from multus_lab.plugins.record import Link, Record, plugin_keys

RECORD = Record(
    "macvtap",
    "kubevirt/macvtap-cni 0122d4d9 (after v0.13.1) pkg/cni/plugin.go, pkg/util/netlink.go, "
    "cmd/cni/macvtap.go, go.mod",
    plugin_keys(
        {
            "deviceID": TEXT,
            "mtu": INT,
            "promiscMode": FLAG,
            "owner": Key(INT, default=107),
            "group": Key(INT, default=107),
        }
    ),
    link=Link(own_mac=True, sets_mac=True, device=True, takes_ipam=False),
    oldest="0.1.0",
    newest="0.4.0",
    says={"no device": "deviceID is required"},
    taken=(
        "Take it for KubeVirt's virtual machines on the nodes' segment, with macvtap-cni's "
        "device plugin."
    ),
    entry={
        "resourceName": "macvtap.network.kubevirt.io/lab",
        "mtu": 1500,
    },
)
