"""rdma: the RDMA device of the interface that the plugin before it made goes to the pod too."""

from multus_lab.plugins.kinds import FLAG, TEXT, keys
from multus_lab.plugins.record import Record, plugin_keys

RECORD = Record(
    "rdma",
    "k8snetworkplumbingwg/rdma-cni 449bfbc7 (after v1.6.0) pkg/types/types.go, cmd/rdma/main.go",
    plugin_keys(
        {
            "deviceID": TEXT,
            "args": keys({"cni": keys({"debug": FLAG}, closed=False)}, closed=False),
        }
    ),
    chained=True,
    says={
        "alone": "RDMA-CNI is expected to be called as part of a plugin chain",
        "shared mode": (
            "RDMA subsystem namespace awareness mode is set to …, expecting it to be set to "
            "exclusive, invalid system configurations"
        ),
    },
)
