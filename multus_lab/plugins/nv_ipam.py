"""nv-ipam: addresses from pools of the cluster, of which each node has a part.

What no configuration has, it takes from a file of the node (nv-ipam.conf).
"""

from multus_lab.plugins.kinds import FILE, FLAG, INT, TEXT, Key
from multus_lab.plugins.record import Ipam, Record, ipam_keys

RECORD = Record(
    "nv-ipam",
    "Mellanox/nvidia-k8s-ipam 3ce4a34c (after v0.4.0) pkg/cni/types/types.go, "
    "pkg/cni/plugin/plugin.go, pkg/common/consts.go",
    ipam_keys(
        {
            "poolName": Key(
                TEXT,
                pattern="[^,]+(,[^,]+)?",
                shape="the name of one pool, or of two with a comma between them",
                says="pool field …",
            ),
            "poolType": Key(
                TEXT,
                allowed=("ippool", "cidrpool"),
                any_case=True,
                default="ippool",
                says="unsupported poolType …, supported values: ippool, cidrpool",
            ),
            "forcePoolName": Key(FLAG, default=False),
            "daemonSocket": TEXT,
            "daemonCallTimeoutSeconds": Key(INT, default=5),
            "confDir": FILE,
            "logFile": FILE,
            "logLevel": TEXT,
        }
    ),
    ipam=Ipam(counts="cluster", asked=True, brings="its pool has a gateway, and a default route"),
    says={
        "no pool": "no pool provided",
    },
)
