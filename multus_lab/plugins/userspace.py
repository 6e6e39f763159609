"""userspace: a port of a switch in user space (Open vSwitch with DPDK, VPP) as a socket."""

from multus_lab.plugins.kinds import FILE, INT, TEXT, keys
from multus_lab.plugins.record import Link, Record, plugin_keys

_SIDE = keys(
    {
        "engine": TEXT,
        "iftype": TEXT,
        "netType": TEXT,
        "memif": keys({"role": TEXT, "mode": TEXT, "socketfile": TEXT}, closed=False),
        "vhost": keys({"mode": TEXT, "group": TEXT, "socketfile": TEXT}, closed=False),
        "bridge": keys({"bridgeName": TEXT, "bridgeId": INT, "vlanId": INT}, closed=False),
    },
    closed=False,
)

RECORD = Record(
    "userspace",
    "intel/userspace-cni-network-plugin ab5409c0 pkg/types/types.go, userspace/cni/cni.go",
    plugin_keys(
        {
            "kubeconfig": FILE,
            "sharedDir": FILE,
            "logFile": FILE,
            "logLevel": TEXT,
            "host": _SIDE,
            "container": _SIDE,
        },
        ipam=True,
        closed=False,
    ),
    link=Link(),
    says={"another engine": "ERROR: Unknown Host Engine:…"},
)
