"""sriov: a virtual function of the node's card becomes the pod's interface."""

from multus_lab.plugins.kinds import FILE, INT, MAC, PCI, PCI_SHAPE, TEXT, Key
from multus_lab.plugins.record import Link, Record, plugin_keys

RECORD = Record(
    "sriov",
    "k8snetworkplumbingwg/sriov-cni 1b7acc5b (after v2.10.0) pkg/types/types.go, "
    "pkg/config/config.go, pkg/cnicommands/cni.go, pkg/sriov/sriov.go",
    plugin_keys(
        {
            "deviceID": Key(
                TEXT,
                pattern=PCI,
                shape=PCI_SHAPE,
                says="failed to get VF information: …",
            ),
            "mac": MAC,
            "vlan": Key(
                INT,
                low=0,
                high=4094,
                says="vlan id … invalid: value must be in the range 0-4094",
            ),
            "vlanQoS": Key(
                INT,
                low=0,
                high=7,
                says="vlan QoS PCP … invalid: value must be in the range 0-7",
            ),
            "vlanProto": Key(
                TEXT,
                allowed=("802.1q", "802.1ad"),
                any_case=True,
                default="802.1q",
                says="vlan Proto … invalid: value must be '802.1Q' or '802.1ad'",
            ),
            "min_tx_rate": INT,
            "max_tx_rate": INT,
            "spoofchk": Key(TEXT, allowed=("on", "off")),
            "trust": Key(TEXT, allowed=("on", "off")),
            "link_state": Key(
                TEXT, allowed=("auto", "enable", "disable"), says="invalid link_state value: …"
            ),
            "logLevel": TEXT,
            "logFile": FILE,
        },
        ipam=True,
    ),
    link=Link(own_mac=True, sets_mac=True, device=True, configures=True, user_space=("deviceID",)),
    oldest="0.1.0",
    says={
        "no device": "VF pci addr is required",
        "vlanQoS without vlan": "vlan id must be configured to set vlan QoS to a non-nil value",
        "vlanProto without vlan": "vlan id must be configured to set vlan proto to a non-nil value",
        "vlanQoS with vlan 0": (
            "non-zero vlan id must be configured to set vlan QoS to a non-zero value"
        ),
        "802.1ad with vlan 0": "non-zero vlan id must be configured to set vlan proto 802.1ad",
        "no address": "IPAM plugin returned missing IP config",
    },
    taken=(
        "Take it where the node's kernel is too slow: the card does the switching. It needs "
        "cards with virtual functions, and the SR-IOV device plugin."
    ),
    entry={
        "resourceName": "intel.com/sriov_netdevice",
        "vlan": 30,
        "ipam": {
            "type": "whereabouts",
            "range": "10.12.34.0/24",
            "range_start": "10.12.34.200",
            "range_end": "10.12.34.220",
        },
    },
)
