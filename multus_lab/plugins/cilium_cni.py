"""cilium-cni: the primary network of Cilium."""

from multus_lab.plugins.kinds import ANY, FILE, FLAG, INT, TEXT
from multus_lab.plugins.record import Link, Record, plugin_keys

RECORD = Record(
    "cilium-cni",
    "cilium/cilium d31fd22a plugins/cilium-cni/types/types.go",
    plugin_keys(
        {
            "mtu": INT,
            "eni": ANY,
            "azure": ANY,
            "alibaba-cloud": ANY,
            "enable-debug": FLAG,
            "log-format": TEXT,
            "log-file": FILE,
        },
        ipam=True,
        closed=False,
    ),
    link=Link(),
)
