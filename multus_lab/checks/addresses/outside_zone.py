"""IPA223: addresses that the zone wasn't given."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from multus_lab.checks.addresses.pod_pools import is_fixed, shown
from multus_lab.checks.among import with_pools
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, network_rule
from multus_lab.plugins.pools import Pool

if TYPE_CHECKING:
    from multus_lab.settings import Zone


@network_rule(
    "IPA223",
    Severity.RISK,
    "addresses outside of the zone's range",
    among=with_pools,
    why=(
        "On the zone's segment everything else has its addresses by the zone's range, and what "
        "lies outside is somebody else's: pods may collide with it, or no router leads back to "
        "them. What ends at the node, as a bridge or ptp, and dummy meet nothing of the zone."
    ),
    fix="take addresses of the zone, or add the network to zone.range",
    source="multus_lab/settings/zone.py (range); Linux drivers/net/macvlan.c (the master's wire)",
)
def outside_zone(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find pools outside of what the zone is given, on the zone's segment."""
    zone = lab.zone
    if zone is None or not zone.range or (lies := lab.in_zone(network)) is False:
        return
    unsure = "" if lies else ", if the network is on the zone's segment"
    for pool in network.pools:
        wide = pool.subnet
        if not pool.sound or zone.designates(wide):
            continue
        inside = zone.holds(pool.addresses)
        message = f"{shown(pool)} lies outside of {_range_of(zone)}{unsure}"
        if inside:
            message = f"the pods' subnet {wide} is wider than {_range_of(zone)}{unsure}"
        severity = Severity.NOTE if inside or unsure else None
        value, fix = pool.keys.get(pool.key), _inside(pool, zone)
        yield Hit((*pool.path, pool.key), value, message, fix, severity)


def _range_of(zone: "Zone") -> str:
    more = f" and {len(zone.range) - 3} more" if len(zone.range) > 3 else ""
    return f"the range of {zone.label}, {', '.join(map(str, zone.range[:3]))}{more}"


def _inside(pool: Pool, zone: "Zone") -> Line | None:
    """The subnet of the zone's in the place of another, where it has one of the family."""
    same = next((one for one in zone.range if one.version == pool.subnet.version), None)
    if same is None or is_fixed(pool):
        return None
    return Line(pool.key, str(same))
