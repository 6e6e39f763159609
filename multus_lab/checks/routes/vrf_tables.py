"""RTE311: networks that put one VRF into different routing tables."""

from collections.abc import Iterator

from multus_lab.checks.among import with_plugin
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network, Plugin
from multus_lab.checks.rule import Hit, Place, lab_rule


@lab_rule(
    "RTE311",
    Severity.NOTE,
    "one VRF with different routing tables",
    why=(
        "The first network of a pod makes the VRF, with its table. For the next one of the same "
        "`vrfname` the plugin compares tables: `VRF … already exist with different routing table "
        "…`, and the pod doesn't start. Which networks a pod attaches is not in a network's "
        "configuration."
    ),
    fix=Line("table", 100, "the same in each, or another vrfname"),
    source="plugins v1.9.1 and v1.10.0 plugins/meta/vrf/main.go cmdAdd, as in v0.9.1",
)
def vrf_tables(lab: Lab) -> Iterator[Hit]:
    """Find networks of a namespace whose table is not the first one's of that VRF."""
    first: dict[tuple[str, str], tuple[Network, Plugin, int]] = {}
    for network in lab.among(with_plugin("vrf")):
        for plugin in network.plugins:
            name, table = plugin.text("vrfname"), plugin.number("table")
            if plugin.type != "vrf" or not name or table <= 0:
                continue  # without a table the plugin takes the VRF as it is
            key = network.namespace, name
            other, before, number = first.setdefault(key, (network, plugin, table))
            if table != number:
                yield Hit(
                    (*plugin.path, "table"),
                    table,
                    f"{other.label} has table {number} for VRF {name}: a pod that attaches both "
                    "fails",
                    Line("table", number, f"as {other.label} has, or another vrfname"),
                    network=network,
                    related=(Place(other, (*before.path, "table"), f"table {number} here"),),
                )
