"""bond: interfaces that other networks gave to the pod become one."""

from multus_lab.plugins.kinds import FLAG, INT, INTERFACE, TEXT, Items, Key, keys
from multus_lab.plugins.record import Link, Record, plugin_keys
from multus_lab.versions import Span

RECORD = Record(
    "bond",
    "k8snetworkplumbingwg/bond-cni 258926a (after v1.0) bond/bond.go, bond/util/validation.go; "
    "v1.0 bond/bond.go; "
    "vishvananda/netlink v1.3.1 link.go",
    plugin_keys(
        {
            "mode": Key(
                TEXT,
                allowed=(
                    "balance-rr",
                    "active-backup",
                    "balance-xor",
                    "broadcast",
                    "802.3ad",
                    "balance-tlb",
                    "balance-alb",
                ),
                says="bonding mode (…) is not supported",
            ),
            "links": Items(
                keys({"name": INTERFACE}, ("name",), closed=False), "a list of mappings"
            ),
            "linksInContainer": Key(FLAG, default=False),
            # The bond's name in the pod in v1.0, the one release there is; eca3b06 took it out.
            "ifname": Key(TEXT, held=Span(before=(1, 0, 1))),
            "miimon": TEXT,
            "mtu": Key(
                INT,
                low=0,
                default=1500,
                says="invalid bond MTU value (…), should be 68 or bigger",
            ),
            "failOverMac": Key(
                INT, low=0, high=2, says="FailOverMac mode should be 0, 1 or 2 actual: …"
            ),
            "allSlavesActive": Key(
                INT, low=0, high=1, says="allSlavesActive should be 0 or 1, actual: …"
            ),
            "tlbDynamicLb": Key(
                INT, low=0, high=1, says="tlbDynamicLb should be 0 or 1, actual: …"
            ),
            "xmitHashPolicy": Key(
                TEXT,
                allowed=(
                    "layer2",
                    "layer3+4",
                    "layer2+3",
                    "encap2+3",
                    "encap3+4",
                    "vlan+srcmac",
                ),
                says="xmitHashPolicy is not supported, actual: …",
            ),
        },
        ("mode",),
        ("links",),
        ("miimon",),
        ipam=True,
    ),
    link=Link(own_mac=True, configures=True, overwrites_dns=True),
    oldest="0.1.0",
    says={
        "no mode": "bonding mode () is not supported",
        "link without a name": "failed to find link name",
        "fewer than two links": "bonding requires at least two links, we have …",
        "miimon no number": "failed to convert bondMiimon value (…) to an int, error: …",
        "tlbDynamicLb in another mode": (
            "tlbDynamicLb is only supported in balance-tlb or balance-alb mode, actual: …"
        ),
        "bond as ipam": "bond is not a suitable IPAM type",
        "no address": "IPAM plugin returned missing IP config",
    },
    taken=(
        "Take it to make one of two interfaces that two other networks give to the same pod, so "
        "that it lives on when one fails."
    ),
    entry={
        "mode": "active-backup",
        "linksInContainer": True,
        "links": [{"name": "net1"}, {"name": "net2"}],
        "miimon": "100",
        "ipam": {
            "type": "whereabouts",
            "range": "10.12.34.0/24",
            "range_start": "10.12.34.200",
            "range_end": "10.12.34.220",
        },
    },
)
