"""macvlan: each pod has an interface of its own, with a MAC of its own, on one of the node's."""

from multus_lab.plugins.kinds import FLAG, INT, INTERFACE, MAC, TEXT, UINT32, Key
from multus_lab.plugins.needs import link
from multus_lab.plugins.record import Link, Record, plugin_keys
from multus_lab.versions import Span

RECORD = Record(
    "macvlan",
    "containernetworking/plugins v0.9.1 to v1.10.0 plugins/main/macvlan/macvlan.go",
    plugin_keys(
        {
            "master": INTERFACE,
            "mode": Key(
                TEXT,
                allowed=("bridge", "private", "vepa", "passthru"),
                default="bridge",
                says="unknown macvlan mode: …",
            ),
            "mtu": Key(INT, low=0, says="invalid MTU …, must be [0, master MTU(…)]"),
            "mac": MAC,
            "linkInContainer": Key(FLAG, held=Span((1, 3, 0))),
            "bcqueuelen": Key(UINT32, held=Span((1, 6, 0))),
        },
        ipam=True,
    ),
    link=Link(
        kind="macvlan",
        master=True,
        takes_master=True,
        master_by_default=True,
        own_mac=True,
        sets_mac=True,
        once=("master",),
        once_where={"mode": "passthru"},
        segment=("master",),
        configures=True,
        overwrites_dns=True,
    ),
    needs=(link("macvlan", "link add link low name try type macvlan mode bridge", vital=True),),
    family="plugins",
    oldest="0.1.0",
    says={
        "no master found": "Link not found",
        "no master and no default route": "no default route interface found",
        "no MAC": "invalid args … for MAC addr: …",
        "passthru beside others": "failed to create macvlan: invalid argument",
    },
    taken=(
        "Take it to make pods hosts of the nodes' segment, each with a MAC of its own. The "
        "switch has to let a port have many of them: no Wi-Fi, and few clouds and virtual switches "
        "do."
    ),
    entry={
        "master": "eth1",
        "mode": "bridge",
        "ipam": {
            "type": "whereabouts",
            "range": "10.12.34.0/24",
            "range_start": "10.12.34.200",
            "range_end": "10.12.34.220",
            "gateway": "10.12.34.254",
        },
    },
)
