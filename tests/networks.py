"""Networks of a stack: one of each type, with each kind of chain, and what becomes of them."""

from collections.abc import Mapping
from typing import Any, NamedTuple

Config = dict[str, Any]

NO_IPAM: Config = {"type": "none"}


class Example(NamedTuple):
    """What a stack says of a network beside its name, and the CNI configuration that it gets.

    The configuration is without name and cniVersion, the annotations without the owner's.
    """

    network: Config
    config: Config
    annotations: Mapping[str, str] = {}


def plain(kind: str, **keys: Any) -> Example:
    """A network that comes out as it went in."""
    return Example({"type": kind, **keys}, {"type": kind, **keys})


def pool(last: int) -> Config:
    """Eight addresses of the zone."""
    return {"type": "whereabouts", "range": f"10.12.34.{last}/29"}


EXAMPLES: Mapping[str, Example] = {
    "macvlan": Example(
        {"master": "enp0s8", "ipam": pool(0)},
        {"type": "macvlan", "master": "enp0s8", "mode": "bridge", "ipam": pool(0)},
    ),
    "macvlan-of-the-plugin-s-mode": Example(
        {"master": "enp0s8", "mode": None, "ipam": NO_IPAM},
        {"type": "macvlan", "master": "enp0s8"},
    ),
    "ipvlan": plain("ipvlan", master="enp0s8.20", mode="l2", mtu=1400, ipam=pool(8)),
    "vlan": plain("vlan", master="enp0s8", vlanId=30, ipam=pool(16)),
    "bridge": plain(
        "bridge",
        bridge="br-lab",
        hairpinMode=True,
        vlanTrunk=[{"minID": 10, "maxID": 20}, {"id": 30}],
        ipam=pool(24),
    ),
    "host-device": plain("host-device", device="enp0s9", ipam={"type": "dhcp"}),
    "ptp": plain(
        "ptp", mtu=1400, ipam={**pool(32), "range_start": "10.12.34.34", "gateway": "10.12.34.33"}
    ),
    "tap": Example(
        {"type": "tap", "multiQueue": True, "owner": 107, "ipam": NO_IPAM},
        {"type": "tap", "multiQueue": True, "owner": 107},
    ),
    "dummy": plain("dummy", ipam={"type": "static", "addresses": [{"address": "10.12.34.250/32"}]}),
    "sriov": Example(
        {
            "type": "sriov",
            "resourceName": "intel.com/sriov_netdevice",
            "vlan": 40,
            "vlanProto": "802.1Q",
            "link_state": "auto",
            "ipam": {"type": "spiderpool", "default_ipv4_ippool": ["lab"]},
        },
        {
            "type": "sriov",
            "vlan": 40,
            "vlanProto": "802.1Q",
            "link_state": "auto",
            "ipam": {"type": "spiderpool", "default_ipv4_ippool": ["lab"]},
        },
        {"k8s.v1.cni.cncf.io/resourceName": "intel.com/sriov_netdevice"},
    ),
    "ib-sriov": Example(
        {
            "type": "ib-sriov",
            "resourceName": "nvidia.com/ib",
            "pkey": "0x5",
            "ibKubernetesEnabled": False,
            "ipam": {"type": "nv-ipam", "poolName": "lab", "poolType": "CIDRPool"},
        },
        {
            "type": "ib-sriov",
            "pkey": "0x5",
            "ibKubernetesEnabled": False,
            "ipam": {"type": "nv-ipam", "poolName": "lab", "poolType": "CIDRPool"},
        },
        {"k8s.v1.cni.cncf.io/resourceName": "nvidia.com/ib"},
    ),
    "ovs": plain(
        "ovs",
        bridge="br-ext",
        vlan=50,
        ipam={"type": "antrea", "ippools": ["lab"], "of-a-newer-release": {"a": 1}},
    ),
    "bond": plain(
        "bond",
        mode="active-backup",
        links=[{"name": "net1"}, {"name": "net2"}],
        linksInContainer=True,
        miimon="100",
        ipam={"type": "calico-ipam", "ipv4_pools": ["lab"]},
    ),
    "macvtap": Example(
        {"type": "macvtap", "resourceName": "macvtap.network.kubevirt.io/lab", "mtu": 1400},
        {"type": "macvtap", "mtu": 1400},
        {"k8s.v1.cni.cncf.io/resourceName": "macvtap.network.kubevirt.io/lab"},
    ),
    "cnv-bridge": Example(
        {"type": "cnv-bridge", "bridge": "br1", "macspoofchk": True, "ipam": NO_IPAM},
        {"type": "cnv-bridge", "bridge": "br1", "macspoofchk": True},
    ),
    "ovn-k8s-cni-overlay": plain(
        "ovn-k8s-cni-overlay",
        topology="layer2",
        subnets="10.100.0.0/24",
        netAttachDefName="default/ovn-k8s-cni-overlay",
    ),
    "chain": Example(
        {
            "type": "bridge",
            "bridge": "br-chain",
            "capabilities": {"mac": True, "ips": True},
            "ipam": pool(40),
            "chain": [
                {"type": "tuning", "sysctl": {"net.core.somaxconn": "500"}, "mtu": 1400},
                {"type": "bandwidth", "ingressRate": 10**6, "ingressBurst": 10**6},
                {"type": "portmap", "snat": True, "capabilities": {"portMappings": True}},
                {"type": "firewall", "ingressPolicy": "same-bridge"},
                {"type": "route-override", "addroutes": [{"dst": "10.13.0.0/16"}]},
                {"type": "vrf", "vrfname": "blue", "table": 100},
            ],
            "cniVersion": "1.0.0",
        },
        {
            "cniVersion": "1.0.0",
            "plugins": [
                {
                    "type": "bridge",
                    "bridge": "br-chain",
                    "capabilities": {"mac": True, "ips": True},
                    "ipam": pool(40),
                },
                {"type": "tuning", "sysctl": {"net.core.somaxconn": "500"}, "mtu": 1400},
                {"type": "bandwidth", "ingressRate": 10**6, "ingressBurst": 10**6},
                {"type": "portmap", "snat": True, "capabilities": {"portMappings": True}},
                {"type": "firewall", "ingressPolicy": "same-bridge"},
                {"type": "route-override", "addroutes": [{"dst": "10.13.0.0/16"}]},
                {"type": "vrf", "vrfname": "blue", "table": 100},
            ],
        },
    ),
    "chain-of-devices": Example(
        {
            "type": "sriov",
            "resourceName": "nvidia.com/rdma",
            "ipam": {"type": "kube-ovn", "server_socket": "/run/kube-ovn.sock", "provider": "a.b"},
            "chain": [
                {"type": "rdma"},
                {"type": "coordinator", "mode": "auto", "hijackCIDR": ["10.96.0.0/12"]},
            ],
        },
        {
            "plugins": [
                {
                    "type": "sriov",
                    "ipam": {
                        "type": "kube-ovn",
                        "server_socket": "/run/kube-ovn.sock",
                        "provider": "a.b",
                    },
                },
                {"type": "rdma"},
                {"type": "coordinator", "mode": "auto", "hijackCIDR": ["10.96.0.0/12"]},
            ]
        },
        {"k8s.v1.cni.cncf.io/resourceName": "nvidia.com/rdma"},
    ),
    "chain-with-sbr-last": Example(
        {
            "master": "enp0s8",
            "defaultRoute": "source-based",
            "ipam": {**pool(48), "range_start": "10.12.34.50", "gateway": "10.12.34.49"},
            "chain": [{"type": "tuning", "promisc": True}],
        },
        {
            "plugins": [
                {
                    "type": "macvlan",
                    "master": "enp0s8",
                    "mode": "bridge",
                    "ipam": {
                        **pool(48),
                        "range_start": "10.12.34.50",
                        "gateway": "10.12.34.49",
                        "routes": [{"dst": "0.0.0.0/0"}],
                    },
                },
                {"type": "tuning", "promisc": True},
                {"type": "sbr"},
            ]
        },
    ),
    "bridge-of-the-node": plain("bridge", bridge="br-node", ipam=pool(56)),
    "config": Example(
        {
            "config": {
                "cniVersion": "1.0.0",
                "type": "userspace",
                "host": {"engine": "ovs-dpdk", "args": "{{ b }}"},
                "ratio": 1.0,
                "least": -(2**63),
                "most": 2**63 - 1,
            }
        },
        {
            "cniVersion": "1.0.0",
            "type": "userspace",
            "host": {"engine": "ovs-dpdk", "args": "{{ b }}"},
            "ratio": 1,
            "least": -(2**63),
            "most": 2**63 - 1,
        },
    ),
    "config-of-a-list": Example(
        {
            "config": {
                "cniVersion": "0.4.0",
                "name": "of-its-own",
                "disableCheck": True,
                "plugins": [{"type": "istio-cni"}, {"type": "calico", "ipam": {"type": "a"}}],
            }
        },
        {
            "cniVersion": "0.4.0",
            "name": "of-its-own",
            "disableCheck": True,
            "plugins": [{"type": "istio-cni"}, {"type": "calico", "ipam": {"type": "a"}}],
        },
    ),
}


def network(name: str) -> Config:
    """The network of an example, as a stack has it."""
    return {"name": name, **EXAMPLES[name].network}
