"""LNK124: an address that ptp finds no route for."""

from collections.abc import Iterator

from multus_lab.addresses import AnyAddress
from multus_lab.checks.finding import Path, Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, Refusal, network_rule
from multus_lab.plugins import Placeholder
from multus_lab.plugins.pools import Pool


def _needs_gateway(network: Network) -> bool:
    return network.link is not None and network.link.needs_gateway


@network_rule(
    "LNK124",
    Severity.ERROR,
    "address without a gateway for ptp",
    among=_needs_gateway,
    why="ptp adds a route to each address's gateway and one by it to the subnet. An address "
    "without a gateway of its family makes that fail, as do two addresses with one gateway and an "
    "IPv4 address with the prefix /32. host-local makes a gateway up, static and whereabouts "
    "don't.",
    fix=Line("gateway", "10.12.34.1"),
    source="plugins v1.10.0 ptp.go setupContainerVeth, run with v1.10.0 and v1.9.1",
    says=(
        Refusal("ptp", "no IPv4 gateway"),
        Refusal("ptp", "no IPv6 gateway"),
        Refusal("ptp", "gateway of another family"),
        Refusal("ptp", "no subnet"),
    ),
)
def route_by_gateway(network: Network, _: Lab) -> Iterator[Hit]:
    """Find what static and whereabouts give to ptp that it can't route."""
    link, main = network.link, network.main
    ipam = main.ipam_record.ipam if main.ipam_record is not None else None
    if link is None or not link.needs_gateway or ipam is None:
        return
    if ipam.counts == "nobody" and ipam.asked and main.ipam.get("addresses") in (None, []):
        message = (
            f"{main.type} needs a gateway for each address, and {network.ipam_type} has none for "
            "those that pods ask for"
        )
        yield Hit((*network.ipam_path, "type"), network.ipam_type, message, Line("type", _OTHER))
    seen: set[AnyAddress] = set()
    for pool in network.pools if ipam.counts != "node" else ():
        path = _gateway_path(network, pool)
        if path is not None:
            yield from _hits(main.type, pool, path, seen, fixed=ipam.counts == "nobody")


_OTHER = "host-local"


def _gateway_path(network: Network, pool: Pool) -> Path | None:
    """Where the pool's gateway stands, or would; None if what is there can't be read."""
    inside = "gateway" in pool.keys or "gateway" not in network.main.ipam
    place, keys = (pool.path, pool.keys) if inside else (network.ipam_path, network.main.ipam)
    written = keys.get("gateway")
    if pool.gateway is None and (isinstance(written, Placeholder) or written not in (None, "")):
        return None
    return (*place, "gateway")


def _hits(name: str, pool: Pool, path: Path, seen: set[AnyAddress], fixed: bool) -> Iterator[Hit]:
    gateway, subnet = pool.gateway, pool.subnet
    fix = Line("gateway", str(subnet[1] if subnet.num_addresses > 1 else subnet[0]))
    if gateway is None:
        message = f"{name} adds a route by the gateway of {subnet}, and there is none"
        yield Hit(path, None, message, fix)
    elif gateway.version != subnet.version:
        message = (
            f"{name} adds a route by the gateway of {subnet}, and {gateway} is of another family"
        )
        yield Hit(path, str(gateway), message, fix)
    elif fixed and subnet.prefixlen == 32:
        message = f"{name} replaces the route to the address's subnet, and a /32 has none"
        address = pool.keys["address"]
        yield Hit((*pool.path, pool.key), address, message, Line(pool.key, f"{pool.first}/24"))
    elif fixed and gateway in seen:
        message = f"{name} adds a route to {gateway} for each address, and the second one fails"
        yield Hit(
            path, str(gateway), message, "give the address a gateway of its own, or remove it"
        )
    if gateway is not None:
        seen.add(gateway)
