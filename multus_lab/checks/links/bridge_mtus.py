"""LNK122: networks with different MTUs on one bridge."""

from collections.abc import Iterator

from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.links.bridges import on_bridge
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, Place, lab_rule


@lab_rule(
    "LNK122",
    Severity.RISK,
    "different MTUs on one bridge",
    why="A bridge takes the smallest MTU of its ports, and drops packets that are too large for "
    "the port that they leave by, in silence: the network with the larger MTU works until a pod "
    "of the other starts on the node.",
    fix=Line("mtu", 1500),
    source="Linux net/bridge/br_if.c br_mtu_auto_adjust, br_forward.c is_skb_forwardable "
    "(seen with 6.18); plugins v1.10.0 bridge.go setupVeth",
)
def bridge_mtus(lab: Lab) -> Iterator[Hit]:
    """Find networks whose MTU is not that of the first on their bridge, once for each MTU."""
    for bridge, networks in on_bridge(lab).items():
        first: dict[int, Network] = {}
        for network in networks:
            mtu = network.main.number("mtu")
            if mtu <= 0 or mtu in first:
                continue
            before = next(iter(first.items()), None)
            first[mtu] = network
            if before is not None:
                yield _hit(network, mtu, bridge, *before)


def _hit(network: Network, mtu: int, bridge: str, before: int, other: Network) -> Hit:
    return Hit(
        (*network.main.path, "mtu"),
        mtu,
        f"{other.label} has an MTU of {before} on bridge {bridge}, which takes the smallest of its "
        f"ports: packets of more than {min(mtu, before)} bytes get lost",
        Line("mtu", before, f"as {other.label} has"),
        network=network,
        related=(Place(other, (*other.main.path, "mtu"), f"an MTU of {before} here"),),
    )
