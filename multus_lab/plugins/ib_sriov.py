"""ib-sriov: a virtual function of an InfiniBand card becomes the pod's interface."""

from multus_lab.plugins.kinds import FLAG, TEXT, Key, Values, keys
from multus_lab.plugins.record import Link, Record, plugin_keys

RECORD = Record(
    "ib-sriov",
    "k8snetworkplumbingwg/ib-sriov-cni 543060da (after v1.3.0) pkg/types/types.go, "
    "pkg/config/config.go, cmd/ib-sriov-cni/main.go",
    plugin_keys(
        {
            "ipam": keys(
                {
                    "type": Key(
                        TEXT,
                        pattern="(?!dhcp$).*",
                        shape="an IPAM plugin other than dhcp",
                        says="ipam type dhcp is not supported",
                    )
                },
                closed=False,
            ),
            "deviceID": TEXT,
            "pkey": TEXT,
            "link_state": Key(
                TEXT, allowed=("auto", "enable", "disable"), says="invalid link_state value: …"
            ),
            "rdmaIsolation": FLAG,
            "ibKubernetesEnabled": FLAG,
            "vfioPciMode": FLAG,
            "args": keys({"cni": Values(TEXT)}, closed=False),
        },
    ),
    link=Link(device=True, configures=True, user_space=("deviceID",)),
    says={
        "no device": "deviceID is required",
        "no ib-kubernetes": (
            'InfiniBand status "mellanox.infiniband.app" is not "configured" please check '
            "mellanox ib-kubernetes"
        ),
        "no address": "IPAM plugin returned missing IP config",
    },
    taken=("Take it for InfiniBand, with the SR-IOV device plugin."),
    entry={
        "resourceName": "nvidia.com/ib",
        "link_state": "enable",
        "ipam": {
            "type": "whereabouts",
            "range": "10.12.34.0/24",
            "range_start": "10.12.34.200",
            "range_end": "10.12.34.220",
        },
    },
)
