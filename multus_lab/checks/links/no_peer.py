"""LNK117: bandwidth, firewall or portmap behind an interface that has no end in the node."""

from collections.abc import Iterator

from multus_lab.checks.among import with_chain
from multus_lab.checks.finding import Severity
from multus_lab.checks.links.masters import kind
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, network_rule


@network_rule(
    "LNK117",
    Severity.ERROR,
    "bandwidth, firewall or portmap behind an interface that has no end in the node",
    among=with_chain,
    why="bandwidth shapes the node's end of a veth pair, and few plugins make one: as soon as "
    "there is a rate, pods don't start. firewall takes the first interface of the result for the "
    "bridge of its ingressPolicy; that is the pod's own, so its rules drop nothing. portmap "
    "forwards the node's ports to the pod, and the kernel passes nothing between a node and its "
    "own macvlan or ipvlan.",
    fix="remove the plugin from plugins",
    source="plugins v1.10.0 bandwidth/main.go getHostInterface, pkg/ip/link_linux.go "
    "GetVethPeerIfindex, portmap/main.go; plugins #413; plugins v1.9.1 firewall/ingresspolicy.go "
    "setupIngressPolicyBridgeIsolation",
    says=("container interface … has no veth peer",),
)
def no_peer(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find bandwidth, firewall and portmap behind macvlan, ipvlan, vlan and devices."""
    link, main = network.link, network.main
    if link is None or link.peer:
        return
    if (bandwidth := network.chained("bandwidth")) is not None:
        rate = any(bandwidth.has(key) and bandwidth.number(key) for key in _RATES)
        message = f"{main.type} makes no veth pair, so bandwidth finds none to shape"
        if not rate:
            message += ", as soon as a pod asks for a rate"
        severity = None if rate else Severity.RISK
        yield Hit((*bandwidth.path, "type"), "bandwidth", message, severity=severity)
    yield from _open(network, lab)
    if link.takes_master and (portmap := network.chained("portmap")) is not None:
        message = f"the node's ports don't reach {kind(network)} pods of the same node"
        yield Hit((*portmap.path, "type"), "portmap", message, severity=Severity.NOTE)


_RATES = ("ingressRate", "egressRate")


def _open(network: Network, lab: Lab) -> Iterator[Hit]:
    """A firewall that is to isolate pods, of a release that reads the key."""
    firewall = network.chained("firewall")
    policy = firewall.text(_POLICY) if firewall is not None else ""
    if firewall is None or policy not in _ISOLATE:
        return
    if lab.release is None or lab.release in firewall.record.keys.keys[_POLICY].held:
        message = (
            f"{network.main.type} has no bridge, so {policy} isolates nothing: firewall writes "
            "its rules for an interface that the node doesn't have"
        )
        fix = f"remove {_POLICY}, or take a bridge"
        yield Hit((*firewall.path, _POLICY), policy, message, fix, Severity.RISK)


_POLICY, _ISOLATE = "ingressPolicy", ("same-bridge", "isolated")
