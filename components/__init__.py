"""What a stack brings to a cluster, as Pulumi ComponentResources: one a file.

Components hold no rules: validated settings in, resources and outputs out.
"""

from collections.abc import Mapping

from components.attachment import attach
from components.bond_network import BondNetwork
from components.bridge_network import BridgeNetwork
from components.cnv_bridge_network import CnvBridgeNetwork
from components.dummy_network import DummyNetwork
from components.host_device_network import HostDeviceNetwork
from components.ib_sriov_network import IbSriovNetwork
from components.ipvlan_network import IpvlanNetwork
from components.macvlan_network import MacvlanNetwork
from components.macvtap_network import MacvtapNetwork
from components.multus import Multus
from components.network import Network
from components.ovn_k8s_cni_overlay_network import OvnK8sCniOverlayNetwork
from components.ovs_network import OvsNetwork
from components.ptp_network import PtpNetwork
from components.sriov_network import SriovNetwork
from components.stack_config import StackConfig
from components.tap_network import TapNetwork
from components.vlan_network import VlanNetwork
from components.whereabouts import Whereabouts

__all__ = [
    "NETWORKS",
    "BondNetwork",
    "BridgeNetwork",
    "CnvBridgeNetwork",
    "DummyNetwork",
    "HostDeviceNetwork",
    "IbSriovNetwork",
    "IpvlanNetwork",
    "MacvlanNetwork",
    "MacvtapNetwork",
    "Multus",
    "Network",
    "OvnK8sCniOverlayNetwork",
    "OvsNetwork",
    "PtpNetwork",
    "SriovNetwork",
    "StackConfig",
    "TapNetwork",
    "VlanNetwork",
    "Whereabouts",
    "attach",
]

NETWORKS: Mapping[str, type[Network]] = {
    one.plugin: one
    for one in (
        Network,
        BondNetwork,
        BridgeNetwork,
        CnvBridgeNetwork,
        DummyNetwork,
        HostDeviceNetwork,
        IbSriovNetwork,
        IpvlanNetwork,
        MacvlanNetwork,
        MacvtapNetwork,
        OvnK8sCniOverlayNetwork,
        OvsNetwork,
        PtpNetwork,
        SriovNetwork,
        TapNetwork,
        VlanNetwork,
    )
}
"""By the plugin of a network the class that it gets; that of "" is for a `config`."""
