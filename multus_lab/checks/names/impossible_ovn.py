"""NAD017: a network that OVN-Kubernetes refuses."""

from collections.abc import Iterator, Mapping

from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network, Plugin
from multus_lab.checks.rule import Hit, network_rule
from multus_lab.plugins import Placeholder


@network_rule(
    "NAD017",
    Severity.ERROR,
    "network that OVN-Kubernetes refuses",
    why=(
        "OVN-Kubernetes reads the NAD itself, without what Multus adds. It refuses a network whose "
        "keys contradict each other or the NAD, and its pods don't start."
    ),
    fix=Line("netAttachDefName", "default/lab"),
    source=(
        "ovn-kubernetes 8871cd9c go-controller/pkg/util/multi_network.go ValidateNetConf, "
        "go-controller/pkg/config/cni.go"
    ),
)
def impossible_ovn(network: Network, _: Lab) -> Iterator[Hit]:
    """Find IPAM plugins, names and keys that OVN-Kubernetes refuses."""
    for plugin in network.plugins:
        if plugin.type == "ovn-k8s-cni-overlay":
            yield from _ovn(network, plugin)


def _ovn(network: Network, plugin: Plugin) -> Iterator[Hit]:
    path, config = plugin.path, plugin.config
    asked = plugin.ipam.get("type")
    if asked is not None and asked != "":
        message = "OVN-Kubernetes takes no IPAM plugin: it gives the addresses of `subnets` itself"
        yield Hit((*path, "ipam"), plugin.ipam, message, "remove ipam, and set subnets")
    if len(network.plugins) > 1:
        message = "OVN-Kubernetes refuses a chain"
        other = network.plugins[1]
        yield Hit((*other.path, "type"), other.type, message, f"remove {other.type}")
    if isinstance(config.get("topology"), str) and config["topology"]:
        yield from _ovn_names(network, plugin)
    yield from _ovn_topology(plugin)


def _ovn_names(network: Network, plugin: Plugin) -> Iterator[Hit]:
    """Its names, which OVN-Kubernetes reads from the NAD as it stands: Multus adds nothing."""
    named = plugin.config.get("netAttachDefName")
    path = (*plugin.path, "netAttachDefName")
    known = not network.generated and "${" not in network.label
    fix = Line("netAttachDefName", network.label if known else ...)
    if named is None or named == "":
        message = "netAttachDefName has to be the NAD's namespace and name"
        yield Hit(plugin.path, None, message, fix)
    elif isinstance(named, str) and known and named != network.label:
        message = f"netAttachDefName has to be the NAD's namespace and name, {network.label}"
        # A manifest may leave its namespace to `kubectl -n`, or to Kustomize.
        elsewhere = network.in_json and network.namespace == "default"
        if elsewhere and named.partition("/")[2] == network.name:
            message = (
                f"OVN-Kubernetes takes this NAD only in the namespace {named.partition('/')[0]}"
            )
            yield Hit(path, named, message, fix, Severity.NOTE)
        else:
            yield Hit(path, named, message, fix)
    name = network.config.get("name")
    if name in (None, "", "default", "ovn-kubernetes"):
        message = "OVN-Kubernetes needs a `name` other than default and ovn-kubernetes"
        yield Hit(("name",), name, message, Line("name", network.name))


def _ovn_topology(plugin: Plugin) -> Iterator[Hit]:
    """Keys that only some topologies have."""
    topology = plugin.config.get("topology")
    if isinstance(topology, Placeholder):
        return
    for key, (only, never) in _TOPOLOGIES.items():
        value = plugin.config.get(key)
        if not value or isinstance(value, Placeholder) or (key == "role" and value == "secondary"):
            continue
        if (only and topology != only) or (never and topology == never):
            message = (
                f"OVN-Kubernetes takes {key} only on {only}"
                if only
                else f"OVN-Kubernetes refuses {key} on {never}"
            )
            yield Hit((*plugin.path, key), value, message, f"remove {key}")
    if plugin.text("role") == "primary" and topology == "layer2" and not plugin.has("subnets"):
        message = "a primary layer2 network needs `subnets`"
        yield Hit(plugin.path, None, message, Line("subnets", "10.100.0.0/16"))
    if plugin.has("outboundSNAT") and plugin.config.get("transport") in (None, ""):
        message = "OVN-Kubernetes takes outboundSNAT only with transport no-overlay"
        path = (*plugin.path, "outboundSNAT")
        yield Hit(path, plugin.config["outboundSNAT"], message, Line("transport", "no-overlay"))


_TOPOLOGIES: Mapping[str, tuple[str, str]] = {
    "allowPersistentIPs": ("", "layer3"),
    "role": ("", "localnet"),
    "joinSubnet": ("", "localnet"),
    "reservedSubnets": ("layer2", ""),
    "infrastructureSubnets": ("layer2", ""),
    "defaultGatewayIPs": ("layer2", ""),
}
"""The one topology on which a key is taken, or the one on which it isn't."""
