"""IPA222: a bridge that is the gateway by two addresses."""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Interface, IPv6Interface, ip_interface
from typing import NamedTuple, TypeAlias

from multus_lab.addresses import overlap
from multus_lab.checks.addresses.pod_pools import set_of
from multus_lab.checks.addresses.unreachable_gateway import gateway_place
from multus_lab.checks.finding import Path, Severity
from multus_lab.checks.links.bridges import on_bridge
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.pod_routes import bridge_gateway, bridge_is_gateway
from multus_lab.checks.rule import Hit, Place, Refusal, lab_rule
from multus_lab.plugins.pools import Pool

_Interface: TypeAlias = IPv4Interface | IPv6Interface


class _Claim(NamedTuple):
    """The address that a bridge is to have for a pool of a network."""

    address: _Interface
    network: Network
    pool: Pool

    @property
    def path(self) -> Path:
        """Where it stands, or what it is worked out from."""
        pool, ipam = self.pool, self.network.main.ipam
        if pool.keys.get("gateway") or ipam.get("gateway"):
            return gateway_place(self.network, pool)
        return (*pool.path, pool.key)

    @property
    def forced(self) -> bool:
        """Whether the address that is there is taken off."""
        return self.network.main.flag("forceAddress")


@lab_rule(
    "IPA222",
    Severity.ERROR,
    "two gateways on one bridge",
    why=(
        "With isGateway the bridge gets the address of each pod's gateway. It takes one of IPv4, "
        "and of IPv6 one of each subnet: the pod that would bring another fails, or with "
        "forceAddress takes the first one off, in silence, and the pods behind that lose their "
        "gateway. The address stays when the pods have gone."
    ),
    fix="give each network a bridge of its own, or isGateway to one of them alone",
    source="plugins v1.10.0 bridge.go calcGateways, ensureAddr (as in v0.9.1 and v1.9.1)",
    says=(Refusal("bridge", "another address on the bridge"),),
)
def two_gateways(lab: Lab) -> Iterator[Hit]:
    """Find pools whose gateway can't stand on the bridge beside that of another pool."""
    for networks in on_bridge(lab).values():
        told: set[Network] = set()
        for claim, other in _apart(_claims(networks, lab)):
            overlays = claim.network is not other.network and (
                claim.network.label == other.network.label
            )
            if claim.network not in told and not overlays:
                told.add(claim.network)
                yield _hit(claim, other)


def _claims(networks: Iterable[Network], lab: Lab) -> dict[object, list[_Claim]]:
    """By the interface that they are of: the bridge, or that of its VLAN."""
    found: dict[object, list[_Claim]] = {}
    for network in networks:
        segment = lab.segment(network) if bridge_is_gateway(network.main) else None
        for pool in network.pools if segment else ():
            gateway = bridge_gateway(network.main, pool)
            if gateway is not None and gateway.version == pool.subnet.version:
                address = ip_interface((gateway, pool.subnet.prefixlen))
                found.setdefault((segment, gateway.version), []).append(
                    _Claim(address, network, pool)
                )
    return found


def _apart(found: dict[object, list[_Claim]]) -> Iterator[tuple[_Claim, _Claim]]:
    """Each claim beside one that was there first, and that it can't stand with."""
    for claims in found.values():
        if claims[0].address.version == 4:
            yield from ((one, claims[0]) for one in claims if one.address != claims[0].address)
        else:
            yield from _overlaps(claims)


def _overlaps(claims: Iterable[_Claim]) -> Iterator[tuple[_Claim, _Claim]]:
    """Those of IPv6 whose subnet is another's as well, or lies in one."""
    before: _Claim | None = None
    for claim in sorted(claims, key=lambda one: one.address.network):
        if before is None or not overlap(before.address.network, claim.address.network):
            before = claim
        elif claim.address != before.address:
            yield claim, before


def _hit(claim: _Claim, other: _Claim) -> Hit:
    network, bridge = claim.network, claim.network.main.text("bridge")
    alone = network is other.network
    forced = claim.forced and other.forced
    whose = "" if alone else f"{other.network.label}'s "
    fails = "pods fail" if alone else "pods that start on a node behind the other network's fail"
    what = "forceAddress takes the other off in silence" if forced else fails
    message = f"bridge {bridge} can't have {claim.address} beside {whose}{other.address}: {what}"
    fix = "write one range per IP version, or leave isGateway out" if alone else None
    # Pods get the addresses of a set's second range once those of its first are taken.
    later = alone and set_of(claim.pool) == set_of(other.pool)
    return Hit(
        claim.path,
        str(claim.address.ip) if claim.path[-1] == "gateway" else str(claim.pool.subnet),
        f"{message}, once a pod gets an address of this range" if later else message,
        fix=fix,
        severity=Severity.RISK if forced or later else None,
        network=network,
        related=(Place(other.network, other.path, f"{other.address} here"),),
    )
