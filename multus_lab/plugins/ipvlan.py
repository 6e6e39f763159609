"""ipvlan: each pod has an interface of its own on one of the node's, with that one's MAC."""

from multus_lab.plugins.kinds import FLAG, INT, INTERFACE, TEXT, Key
from multus_lab.plugins.needs import link
from multus_lab.plugins.record import Link, Record, plugin_keys
from multus_lab.versions import EVER, Span

RECORD = Record(
    "ipvlan",
    "containernetworking/plugins v0.9.1 to v1.10.0 plugins/main/ipvlan/ipvlan.go",
    plugin_keys(
        {
            "master": INTERFACE,
            "mode": Key(
                TEXT, allowed=("l2", "l3", "l3s"), default="l2", says="unknown ipvlan mode: …"
            ),
            "mtu": Key(INT, low=0),  # dropped below 0: netlink sends none
            "linkInContainer": Key(FLAG, held=Span((1, 3, 0))),
        },
        ipam=True,
    ),
    link=Link(
        kind="ipvlan",
        master=True,
        takes_master=True,
        master_by_default=True,
        segment=("master",),
        needs_ipam=EVER,
        configures=True,
        overwrites_dns=True,
    ),
    needs=(link("ipvlan", "link add link low name try type ipvlan mode l2"),),
    family="plugins",
    oldest="0.1.0",
    says={
        "no ipam": "no plugin name provided",
        "no master found": "failed to lookup master …: Link not found",
        "no master and no default route": "no default route interface found",
        "behind several interfaces": (
            "chained master failure. PrevResult lacks a single named interface"
        ),
    },
    taken=(
        "Take it to make pods hosts of the nodes' segment where the switch lets a port have one "
        "MAC. No macvlan can lie on the same master."
    ),
    entry={
        "master": "eth1",
        "mode": "l2",
        "ipam": {
            "type": "whereabouts",
            "range": "10.12.34.0/24",
            "range_start": "10.12.34.200",
            "range_end": "10.12.34.220",
        },
    },
)
