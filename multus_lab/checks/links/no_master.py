"""LNK103: a network that leaves its master to each node's routes."""

from collections.abc import Iterator

from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, network_rule


@network_rule(
    "LNK103",
    Severity.RISK,
    "no master",
    why="Without a master the plugin takes the interface of the first default route that it finds "
    "on each node, so the pods end up on the nodes' own network.",
    fix=Line("master", "eth1"),
    source="plugins v1.10.0 macvlan.go getDefaultRouteInterfaceName, ipvlan.go",
)
def no_master(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find macvlan and ipvlan without a master."""
    link, main = network.link, network.main
    if link is None or not link.master_by_default or not network.on_node:
        return
    written = main.config.get("master")
    if written is None or written == "":
        interface = lab.zone.interface if lab.zone is not None else None
        yield Hit(
            (*main.path, "master"),
            written,
            "each node's default route decides which interface pods are put on",
            Line("master", interface) if interface else None,
        )
