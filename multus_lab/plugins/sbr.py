"""sbr: what comes from the network's address goes back through the network."""

from multus_lab.plugins.kinds import FLAG, INT, TEXTS, Key
from multus_lab.plugins.needs import kernel
from multus_lab.plugins.record import Record, plugin_keys
from multus_lab.versions import Span

RECORD = Record(
    "sbr",
    "containernetworking/plugins v0.9.1 to v1.10.0 plugins/meta/sbr/main.go",
    plugin_keys(
        {
            "table": Key(INT, held=Span((1, 6, 0))),
            # With a table doRoutesWithTable is called, which knows of neither.
            "gateways": Key(TEXTS, held=Span((1, 10, 0)), behind=("table",)),
            "addSourceHints": Key(FLAG, held=Span((1, 10, 0)), behind=("table",)),
        }
    ),
    chained=True,
    moves_routes=True,
    keeps_routes=("table",),
    needs=(kernel("policy routing", "ip rule add from 192.0.2.1 table 100"),),
    family="plugins",
    oldest="0.1.0",
    says={
        "nothing before it": "This plugin must be called as chained plugin",
        "no address": "No IP addresses supplied on interface: …",
        "too many gateways": (
            "gateways list cannot contain more than 2 entries (one IPv4, one IPv6)"
        ),
        "two gateways of a family": "gateways list contains multiple … addresses: …",
        "no address as gateway": "invalid static gateway IP address: …",
        "gateway elsewhere": "Failed to add default route to …: network is unreachable",
    },
)
