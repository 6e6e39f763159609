"""tuning: sysctls and the link's own settings of the pod's interface."""

from multus_lab.plugins.kinds import FILE, FLAG, INT, MAC, TEXT, Key, Values
from multus_lab.plugins.record import Record, plugin_keys
from multus_lab.versions import Span

RECORD = Record(
    "tuning",
    "containernetworking/plugins v0.9.1 to v1.10.0 plugins/meta/tuning/tuning.go",
    plugin_keys(
        {
            "dataDir": Key(FILE, default="/run/cni/tuning"),
            "sysctl": Values(TEXT, "a mapping from sysctls to texts"),
            "mac": MAC,
            "promisc": FLAG,
            "mtu": Key(INT, low=0, says="invalid argument"),
            "txQLen": Key(INT, held=Span((1, 4, 0))),
            "allmulti": Key(FLAG, held=Span((1, 0, 0))),
        }
    ),
    chained=True,
    sets_mac=True,
    family="plugins",
    oldest="0.1.0",
    says={
        "nothing before it": "Required prevResult missing",
        "no net sysctl": "invalid net sysctl key: …",
        "a sysctl twice": "duplicated sysctl keys are not allowed",  # from v1.2.0
        # From v1.2.0, on nodes with /etc/cni/tuning/allowlist.conf, a pattern per line.
        "not on the node's list": "Sysctl … is not allowed. Only the following sysctls are …",
        "no MAC": "invalid args … for MAC addr: …",
        "an interface that the pod lacks": "open /proc/sys/net/…: no such file or directory",
    },
)
