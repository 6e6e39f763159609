"""firewall: lets the pod's traffic through the node's firewall."""

from multus_lab.plugins.kinds import TEXT, Key
from multus_lab.plugins.needs import IPTABLES, Need
from multus_lab.plugins.record import Record, plugin_keys
from multus_lab.versions import Span

RECORD = Record(
    "firewall",
    "containernetworking/plugins v0.9.1 to v1.10.0 plugins/meta/firewall",
    plugin_keys(
        {
            # Another one is taken for the default (getBackend).
            "backend": Key(TEXT, allowed=("iptables", "firewalld")),
            "iptablesAdminChainName": Key(TEXT, default="CNI-ADMIN"),
            "firewalldZone": Key(TEXT, default="trusted"),
            "ingressPolicy": Key(
                TEXT,
                allowed=("open", "same-bridge", "isolated"),
                default="open",
                says="unknown ingress policy: …",
                held=Span((1, 1, 0)),
            ),
        }
    ),
    chained=True,
    needs=(
        # A rehearsal's nodes have no system bus to find it by.
        Need("no firewalld runs here", "false", "backend", {"backend": "firewalld"}),
        IPTABLES,
    ),
    family="plugins",
    oldest="0.4.0",
    says={"nothing before it": "missing prevResult from earlier plugin"},
)
