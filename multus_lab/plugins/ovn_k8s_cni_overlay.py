"""ovn-k8s-cni-overlay: a network of OVN-Kubernetes, which gives its addresses itself."""

from multus_lab.plugins.kinds import FILE, FLAG, INT, TEXT, Key, keys
from multus_lab.plugins.record import Link, Record, plugin_keys

_VRF = keys({"vni": INT, "routeTarget": TEXT, "vid": INT})

RECORD = Record(
    "ovn-k8s-cni-overlay",
    "ovn-kubernetes/ovn-kubernetes 8871cd9c (after v1.3.0) go-controller/pkg/cni/types/types.go, "
    "go-controller/pkg/config (cni.go, utils.go, errors.go), "
    "go-controller/pkg/util/multi_network.go, go-controller/cmd/ovn-k8s-cni-overlay",
    plugin_keys(
        {
            "topology": Key(
                TEXT,
                allowed=("layer3", "layer2", "localnet"),
                says="topology … not supported",
            ),
            "netAttachDefName": TEXT,
            "role": Key(
                TEXT,
                allowed=("primary", "secondary"),
                default="secondary",
                says="invalid network role value …",
            ),
            "mtu": INT,
            "subnets": TEXT,
            "excludeSubnets": TEXT,
            "reservedSubnets": TEXT,
            "infrastructureSubnets": TEXT,
            "joinSubnet": Key(TEXT, default="100.65.0.0/16,fd99::/64"),
            "transitSubnet": TEXT,
            "defaultGatewayIPs": TEXT,
            "vlanID": INT,
            "allowPersistentIPs": FLAG,
            "physicalNetworkName": TEXT,
            "transport": Key(
                TEXT,
                allowed=("no-overlay", "evpn"),
                says='invalid transport "…": must be one of …',
            ),
            "outboundSNAT": Key(
                TEXT,
                allowed=("enabled", "disabled"),
                says='invalid outboundSNAT "…": must be one of …',
            ),
            "evpn": keys({"vtep": TEXT, "macVRF": _VRF, "ipVRF": _VRF}),
            "uplink": TEXT,
            "deviceID": TEXT,
            "logFile": FILE,
            "logLevel": TEXT,
            "logfile-maxsize": INT,
            "logfile-maxbackups": INT,
            "logfile-maxage": INT,
            "cniRequestTimeout": TEXT,  # 036a5d8f
        },
        ipam=True,
    ),
    link=Link(own_mac=True, sets_mac=True, peer=True, takes_ipam=False),
    oldest="0.1.0",
    says={
        "ipam.type": (
            "IPAM key is not supported. Use OVN-K provided IPAM via the `subnets` attribute"
        ),
        "no netAttachDefName": "missing NADName in secondary network netconf …",
        "another netAttachDefName": ("net-attach-def name (…) is inconsistent with config (…)"),
        "no name of its own": "invalid name in in secondary network netconf (…)",
        "chained": "CNI plugin chaining is not supported",
        "persistent addresses on layer3": "layer3 topology does not allow persistent IPs",
        "role on localnet": 'unexpected network field "role" … for "localnet" topology, …',
        "joinSubnet on localnet": "localnet topology does not allow specifying join-subnet …",
        "primary layer2 without subnets": (
            "the subnet attribute must be defined for layer2 primary user defined networks"
        ),
        "excludeSubnets outside subnets": (
            "the provided network subnets do not contain excluded subnets …"
        ),
        "subnets unreadable": 'CIDR "…" not properly formatted',
        "outboundSNAT without no-overlay": (
            'outboundSNAT is only valid when transport is "no-overlay"'
        ),
        "reservedSubnets off layer2": "reservedSubnets is only supported for layer2 topology",
        "infrastructureSubnets off layer2": (
            "infrastructureSubnets is only supported for layer2 topology"
        ),
        "defaultGatewayIPs off layer2": "defaultGatewayIPs is only supported for layer2 topology",
    },
    taken=(
        "Take it where OVN-Kubernetes is the primary network, for segments that "
        "span the nodes without any of the lab's."
    ),
    entry={
        "topology": "layer2",
        "subnets": "10.100.0.0/24",
        "netAttachDefName": "default/lab",
    },
)
