"""IPA202: a range of host-local that is outside of its subnet, or ends before it starts."""

from collections.abc import Iterator

from multus_lab.addresses import read_address
from multus_lab.checks.among import with_ipam
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, network_rule
from multus_lab.plugins.pools import Pool


@network_rule(
    "IPA202",
    Severity.ERROR,
    "range outside its subnet, or ending before it starts",
    among=with_ipam("host-local"),
    why=(
        "host-local refuses it, and calls a start behind rangeEnd `not in network`. A start behind "
        "the default end is refused since v1.10.0 (`is after RangeEnd`); releases before hand out "
        "addresses past the subnet's end."
    ),
    fix=Line("rangeStart", "10.12.34.200"),
    source="plugins v1.9.1, v1.10.0 plugins/ipam/host-local/backend/allocator/range.go "
    "Canonicalize",
    says=(
        "RangeStart … not in network …",
        "RangeEnd … not in network …",
        "RangeStart … is after RangeEnd … in network …",
    ),
)
def range_refused(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find a rangeStart or rangeEnd of host-local that is not in place."""
    if network.ipam_type != "host-local":
        return
    for pool in network.pools:
        ends = {key: read_address(pool.keys.get(key)) for key in ("rangeStart", "rangeEnd")}
        outside = [key for key, end in ends.items() if end and end not in pool.subnet]
        for key in outside:
            low, high = pool.subnet[1], pool.subnet[-2 if pool.subnet.version == 4 else -1]
            yield Hit(
                (*pool.path, key),
                pool.keys[key],
                f"{ends[key]} is not in the subnet {pool.subnet}",
                fix=Line(key, low if key == "rangeStart" else high),
            )
        if not outside and int(pool.first) > int(pool.last):
            yield _ends_before_start(pool, lab, by_default=ends["rangeEnd"] is None)


def _ends_before_start(pool: Pool, lab: Lab, *, by_default: bool) -> Hit:
    key = "rangeStart" if by_default else "rangeEnd"
    message = f"the range ends at {pool.last}, before it starts at {pool.first}"
    if by_default and not lab.since((1, 10, 0)):
        message += f"; pods get {pool.first}, and addresses past the subnet's end"
        if lab.release is None:
            message += " (plugins v1.10.0 and newer refuse it)"
    return Hit((*pool.path, key), pool.keys[key], message, fix=Line("rangeStart", pool.last))
