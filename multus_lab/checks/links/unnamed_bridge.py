"""LNK121: a bridge without a name, which is the primary network's with flannel."""

from collections.abc import Iterator

from multus_lab.checks.among import joins_bridge
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.primary import is_primary, owner
from multus_lab.checks.rule import Hit, network_rule


@network_rule(
    "LNK121",
    Severity.RISK,
    "bridge without a name",
    among=joins_bridge,
    why="Without `bridge` the plugin takes cni0. With flannel (k3s, RKE2, kubeadm) that is the "
    "primary network's own bridge: the pods' second interface is then on the same segment as "
    "their first, and `isGateway` may fail on the address that the bridge has.",
    fix=Line("bridge", "br-lab"),
    source="plugins v1.10.0 bridge.go defaultBrName, ensureAddr; flannel-io/cni-plugin "
    "flannel_linux.go",
    says=("cni0… already has an IP address different from …",),
)
def unnamed_bridge(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find networks that leave the name of their bridge to the plugin."""
    main = network.main
    if main.has("bridge"):
        return
    default = main.text("bridge")
    found = owner(default, lab.cluster)
    if found is None or is_primary(network, lab):
        return
    primary, sure = found
    message = f"without a name the bridge is {default}, which is {primary.name}'s own" + (
        ", the primary network's" if sure else " if that is the primary network"
    )
    yield Hit((*main.path, "bridge"), main.config.get("bridge"), message)
