"""firewall: lets the pod's traffic through the node's firewall."""

from multus_lab.plugins.kinds import TEXT, Key
from multus_lab.plugins.record import Record, plugin_keys
from multus_lab.versions import Span

RECORD = Record(
    "firewall",
    "containernetworking/plugins v0.9.1 to v1.10.0 plugins/meta/firewall",
    plugin_keys(
        {
            # Another one is taken for the default (getBackend).
            "backend": Key(TEXT, allowed=("iptables", "firewalld")),
            "iptablesAdminChainName": TEXT,
            "firewalldZone": TEXT,
            "ingressPolicy": Key(
                TEXT,
                allowed=("open", "same-bridge", "isolated"),
                says="unknown ingress policy: …",
                held=Span((1, 1, 0)),
            ),
        }
    ),
    chained=True,
    family="plugins",
    oldest="0.4.0",
)
