"""NAD017: a network that OVN-Kubernetes refuses."""

from collections.abc import Iterator, Mapping

from multus_lab.addresses import AnyNetwork, read_network
from multus_lab.checks.among import with_plugin
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network, Plugin
from multus_lab.checks.pod_routes import within
from multus_lab.checks.rule import Hit, network_rule
from multus_lab.plugins import Placeholder


@network_rule(
    "NAD017",
    Severity.ERROR,
    "network that OVN-Kubernetes refuses",
    among=with_plugin("ovn-k8s-cni-overlay"),
    why=(
        "OVN-Kubernetes reads the NAD itself, without what Multus adds. It refuses a network whose "
        "keys contradict each other or the NAD, and its pods don't start."
    ),
    fix=Line("netAttachDefName", "default/lab"),
    source=(
        "ovn-kubernetes 8871cd9c go-controller/pkg/util/multi_network.go (ValidateNetConf and its "
        "tests), go-controller/pkg/config (cni.go, errors.go)"
    ),
)
def impossible_ovn(network: Network, _: Lab) -> Iterator[Hit]:
    """Find IPAM plugins, names and keys that OVN-Kubernetes refuses."""
    for plugin in network.plugins:
        if plugin.type == "ovn-k8s-cni-overlay":
            yield from _ovn(network, plugin)


def _ovn(network: Network, plugin: Plugin) -> Iterator[Hit]:
    path, config = plugin.path, plugin.config
    ipam = config.get("ipam")
    if isinstance(ipam, dict) and ipam.get("type") not in (None, ""):
        message = "OVN-Kubernetes takes no IPAM plugin: it gives the addresses of `subnets` itself"
        yield Hit((*path, "ipam"), ipam, message, "remove ipam, and set subnets")
    if len(network.plugins) > 1:
        message = "OVN-Kubernetes refuses a chain"
        other = network.plugins[1]
        yield Hit((*other.path, "type"), other.type, message, f"remove {other.type}")
    if isinstance(config.get("topology"), str) and config["topology"]:
        yield from _ovn_names(network, plugin)
    yield from _ovn_topology(plugin)
    yield from _ovn_subnets(plugin)


_FLAT = ("layer2", "localnet")
"""Topologies that have one subnet per family, of which parts can be left out."""


def _ovn_subnets(plugin: Plugin) -> Iterator[Hit]:
    """Subnets that are none, and excluded ones outside of them."""
    subnets = _listed(plugin, "subnets")
    for text, net in subnets:
        if net is None:
            message = f"{text!r} is no network in CIDR form"
            fix = Line("subnets", "10.100.0.0/16")
            yield Hit((*plugin.path, "subnets"), plugin.config["subnets"], message, fix)
    if not subnets or plugin.text("topology") not in _FLAT:
        return
    known = [net for _, net in subnets if net is not None]
    for text, net in _listed(plugin, "excludeSubnets") if len(known) == len(subnets) else ():
        if net is None or not any(within(net, one) for one in known):
            message = f"{text} lies in none of the `subnets`"
            path = (*plugin.path, "excludeSubnets")
            yield Hit(path, plugin.config["excludeSubnets"], message, f"remove {text}")


def _listed(plugin: Plugin, key: str) -> list[tuple[str, AnyNetwork | None]]:
    """The networks of a key, with commas between them; none of a text that isn't known yet.

    Behind one a length may stand, of each node's part of it.
    """
    texts = [one.strip() for one in plugin.text(key).split(",")]
    return [
        (one, read_network("/".join(one.split("/")[:2])) if one.count("/") <= 2 else None)
        for one in texts
        if one and "${" not in one
    ]


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
