"""bridge: one end of a veth pair in the pod, the other on a bridge of the node."""

from multus_lab.plugins.kinds import FLAG, INT, INTERFACE, TEXT, Items, Key, keys
from multus_lab.plugins.needs import kernel, nat, nft_of_bridges
from multus_lab.plugins.record import Link, Record, plugin_keys
from multus_lab.versions import Span

_TRUNK_ID = Key(INT, low=1, high=4094, says="incorrect trunk … parameter")

RECORD = Record(
    "bridge",
    "containernetworking/plugins v0.9.1 to v1.10.0 plugins/main/bridge/bridge.go",
    plugin_keys(
        {
            "bridge": Key(INTERFACE, default="cni0"),
            "isGateway": FLAG,
            "isDefaultGateway": FLAG,
            "forceAddress": FLAG,
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
            "hairpinMode": FLAG,
            "promiscMode": FLAG,
            "vlan": Key(
                INT,
                default=0,
                low=0,
                high=4094,
                says="invalid VLAN ID … (must be between 0 and 4094)",
            ),
            "vlanTrunk": Key(
                Items(
                    keys({"minID": _TRUNK_ID, "maxID": _TRUNK_ID, "id": _TRUNK_ID}),
                    nulls=False,  # collectVlanTrunk panics
                ),
                held=Span((1, 3, 0)),
            ),
            "preserveDefaultVlan": Key(
                FLAG, default=False, earlier=((1, 8, 0), True), held=Span((1, 3, 0))
            ),
            "macspoofchk": Key(FLAG, held=Span((1, 1, 0))),
            "enabledad": Key(FLAG, held=Span((1, 1, 0))),
            "disableContainerInterface": Key(FLAG, held=Span((1, 4, 1))),
            "portIsolation": Key(FLAG, held=Span((1, 7, 0))),
        },
        ipam=True,
    ),
    link=Link(
        peer=True,
        bridge=True,
        segment=("bridge", "vlan"),
        node_local=True,
        configures=True,
        of_ipam=("isGateway", "isDefaultGateway", "ipMasq"),  # cmdAdd, isLayer3
    ),
    needs=(
        *nat("ipMasq", "ipMasqBackend"),
        *(
            kernel("VLAN filtering", "ip link add try type bridge vlan_filtering 1", key)
            for key in ("vlan", "vlanTrunk")
        ),
        nft_of_bridges("macspoofchk"),
    ),
    family="plugins",
    oldest="0.1.0",
    says={
        "hairpin and promiscuous": "cannot set hairpin mode and promiscuous mode at the same time",
        "no interface and ipam": "cannot use IPAM when DisableContainerInterface flag is set",
        "another address on the bridge": "… already has an IP address different from …",
        "no bridge": "… already exists but is not a bridge",
        "no name": "LinkAttrs.Name cannot be empty",
        "vlan and trunk": "cannot set vlan and vlanTrunk at the same time",  # v1.3.0 to v1.7.1
        "half a trunk": "minID and maxID should be configured simultaneously, … is missing",
        "a trunk reversed": "minID is greater than maxID in trunk parameter",
    },
    taken=(
        "Take it for pods that talk to each other and to their own node. Others are reached if "
        "the bridge has an interface of the node as a port, which is the node's affair."
    ),
    entry={
        "bridge": "br-lab",
        "mtu": 1500,
        "ipam": {
            "type": "whereabouts",
            "range": "10.12.34.0/24",
            "range_start": "10.12.34.200",
            "range_end": "10.12.34.220",
        },
    },
)
