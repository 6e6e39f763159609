"""ptp: a veth pair between the pod and the node, which routes between its pods."""

from multus_lab.plugins.kinds import FLAG, INT, TEXT, Key
from multus_lab.plugins.needs import nat
from multus_lab.plugins.record import Link, Record, plugin_keys
from multus_lab.versions import EVER, Span

RECORD = Record(
    "ptp",
    "containernetworking/plugins v0.9.1 to v1.10.0 plugins/main/ptp/ptp.go (setupContainerVeth)",
    plugin_keys(
        {
            "ipMasq": FLAG,
            "ipMasqBackend": Key(
                TEXT,
                allowed=("iptables", "nftables"),
                says="unknown ipmasq backend …",
                held=Span((1, 6, 0)),
                filled=True,
                beside="ipMasq",
            ),
            "mtu": Key(INT, low=0),  # dropped below 0: netlink sends none
        },
        ipam=True,
    ),
    link=Link(
        peer=True,
        node_local=True,
        needs_ipam=EVER,
        no_lease="asks for addresses before it makes the interface",
        configures=True,
        needs_gateway=True,
    ),
    needs=tuple(nat("ipMasq", "ipMasqBackend")),
    family="plugins",
    oldest="0.1.0",
    says={
        "no ipam": "no plugin name provided",
        "no IPv4 gateway": "failed to add route …: file exists",
        "no IPv6 gateway": "failed to add route …: invalid argument",
        "gateway of two addresses": "failed to add route …: file exists",
        "gateway of another family": "source and destination ip are not the same IP family",
        "no subnet": "failed to delete route …: no such process",
    },
    taken=(
        "Take it for pods that reach their node, and by its routes what lies behind, without a "
        "segment that they share."
    ),
    entry={
        "mtu": 1500,
        "ipam": {
            "type": "whereabouts",
            "range": "10.12.34.0/24",
            "range_start": "10.12.34.200",
            "range_end": "10.12.34.220",
            "gateway": "10.12.34.254",
        },
    },
)
