"""antrea: the primary network of Antrea, networks beside it, and addresses from its pools.

A network beside it that Antrea refuses is a line in the agent's log: pods start without it.
"""

from multus_lab.plugins.kinds import INT, TEXT, TEXTS, Items, Key, keys
from multus_lab.plugins.record import (
    DNS,
    FIXED_ADDRESSES,
    ROUTES,
    Ipam,
    Link,
    Record,
    ipam_keys,
    plugin_keys,
)

_RANGES = Items(Items(keys({"subnet": TEXT, "gateway": TEXT})), "a list of lists of ranges")

RECORD = Record(
    "antrea",
    "antrea-io/antrea fc70f2bb (after v2.7.0) pkg/agent/cniserver/types/types.go, "
    "pkg/agent/cniserver/server.go, pkg/agent/cniserver/ipam/antrea_ipam.go, "
    "pkg/agent/secondarynetwork/podwatch (types.go, controller.go)",
    plugin_keys(
        {
            "deviceID": TEXT,
            "mtu": Key(INT, low=0, says="invalid MTU …"),
            "networkType": Key(
                TEXT,
                allowed=("sriov", "vlan"),
                says="secondary network type '…' not supported",
            ),
            "vlan": Key(INT, low=0, high=4094, says="invalid VLAN ID …"),
        },
        ipam=True,
        closed=False,
    ),
    link=Link(own_mac=True, peer=True, device=True, device_where={"networkType": "sriov"}),
    ipam=Ipam(
        counts="cluster",
        routes=True,
        keys=ipam_keys(
            {
                "ippools": TEXTS,
                "addresses": FIXED_ADDRESSES,
                "routes": ROUTES,
                "dns": DNS,
                "ranges": _RANGES,
            },
            ("ippools", "addresses"),
            closed=False,
        ),
    ),
    oldest="0.1.0",
    says={
        "another ipam": "unsupported IPAM type …",
        "no pool and no address": "at least one Antrea IPPool or static address must be specified",
        "sriov without resourceName": "missing annotation: k8s.v1.cni.cncf.io/resourceName",
    },
)
