"""calico-ipam: addresses from Calico's pools."""

from multus_lab.plugins.kinds import TEXT, TEXTS
from multus_lab.plugins.record import Ipam, Record, ipam_keys

RECORD = Record(
    "calico-ipam",
    "projectcalico/calico 87c15906 (after v3.32.1) cni-plugin/pkg/types/types.go, "
    "cni-plugin/pkg/ipamplugin/ipam_plugin.go",
    ipam_keys(
        {
            "name": TEXT,
            "subnet": TEXT,
            "assign_ipv4": TEXT,
            "assign_ipv6": TEXT,
            "ipv4_pools": TEXTS,
            "ipv6_pools": TEXTS,
        },
        closed=False,
    ),
    ipam=Ipam(counts="cluster", asked=True),
    oldest="0.1.0",
    newest="1.0.0",
)
