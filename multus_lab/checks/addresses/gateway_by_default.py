"""IPA205: a gateway that nobody wrote down."""

from collections.abc import Iterator

from multus_lab.checks.addresses.unreachable_gateway import uses_gateway
from multus_lab.checks.among import with_pools
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, network_rule


@network_rule(
    "IPA205",
    Severity.NOTE,
    "no gateway is given, and host-local sets one aside",
    among=with_pools,
    why=(
        "Without `gateway` host-local claims the subnet's second address, never hands it out, and "
        "gives it to routes that name no `gw`."
    ),
    fix=Line("gateway", "10.12.34.254"),
    source="plugins v1.9.1, v1.10.0 host-local/backend/allocator/range.go; plugins #109",
    common=True,
)
def gateway_by_default(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find ranges whose gateway is the plugin's choice; a risk if the zone's is another."""
    for pool in network.pools:
        written = pool.keys.get("gateway") or network.main.ipam.get("gateway")
        if written or pool.gateway is None:
            continue
        own = [
            gateway
            for gateway in (lab.zone.gateway if lab.zone else ())
            if gateway in pool.subnet and gateway != pool.gateway
        ]
        wrong = bool(own) and uses_gateway(network, pool, lab)
        yield Hit(
            (*pool.path, "gateway"),
            None,
            f"{network.ipam_type} sets {pool.gateway} aside as the gateway of {pool.subnet}"
            + (f", and routes lead by it, while the zone's is {own[0]}" if wrong else ""),
            fix=Line("gateway", own[0] if own else pool.gateway),
            severity=Severity.RISK if wrong else None,
        )
