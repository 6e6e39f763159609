"""ovs: a veth pair from the pod into an Open vSwitch bridge of the node.

What no configuration has, the plugin takes from a file of the node (ovs.d/ovs.conf).
"""

from multus_lab.plugins.kinds import (
    ANY,
    FILE,
    INT,
    INTERFACE,
    TEXT,
    UINT64,
    Items,
    Key,
    Values,
    keys,
)
from multus_lab.plugins.record import Link, Record, plugin_keys

HIGHEST_VLAN = 4095

_TRUNK = keys(
    {
        name: Key(UINT64, high=HIGHEST_VLAN, says=f"incorrect trunk {name} parameter")
        for name in ("minID", "maxID", "id")
    }
)

RECORD = Record(
    "ovs",
    "k8snetworkplumbingwg/ovs-cni 19262a0c (after v0.39.0) pkg/types/types.go, "
    "pkg/common/common.go, pkg/config/config.go, pkg/veth/plugin.go, pkg/sriov/plugin.go, "
    "pkg/ovsdb/ovsdb.go; openvswitch/ovs 002c4296 vswitchd/vswitch.ovsschema",
    plugin_keys(
        {
            "bridge": INTERFACE,
            "vlan": Key(UINT64, high=HIGHEST_VLAN, says="OVS Transaction failed err …"),
            "trunk": Items(_TRUNK, "a list of mappings", nulls=False),  # SplitVlanIds panics
            "mtu": INT,
            "deviceID": TEXT,
            "ofport_request": UINT64,
            "interface_type": TEXT,
            "configuration_path": FILE,
            "socket_file": TEXT,
            "link_state_check_retries": Key(INT, default=5),
            "link_state_check_interval": Key(INT, default=600),
            "args": keys({"cni": Values(ANY)}, closed=False),
        },
        ("bridge",),
        ipam=True,
    ),
    link=Link(
        own_mac=True,
        sets_mac=True,
        peer=True,
        segment=("bridge", "vlan"),
        node_local=True,
        configures=True,
        user_space=("deviceID",),
    ),
    oldest="0.1.0",
    elsewhere="the node's ovs.conf names it, or they ask for an OVN port by `cni-args`",
    says={
        "no bridge": "failed to get bridge name",
        "minID above maxID": "minID is greater than maxID in trunk parameter",
        "trunk without VLANs": "trunk parameter is misconfigured",
        "no address": "IPAM plugin returned missing IP config",
    },
    taken=("Take it where the nodes have Open vSwitch: many VLANs by one bridge and one uplink."),
    entry={
        "bridge": "br-ext",
        "vlan": 30,
        "ipam": {
            "type": "whereabouts",
            "range": "10.12.34.0/24",
            "range_start": "10.12.34.200",
            "range_end": "10.12.34.220",
        },
    },
)
