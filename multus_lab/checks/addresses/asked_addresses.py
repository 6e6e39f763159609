"""IPA217: addresses that pods ask for, and that nobody reserves, or that fail."""

from collections.abc import Iterator

from multus_lab.checks.among import with_key
from multus_lab.checks.finding import Severity
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, network_rule

_TWO_FAMILIES = "let a pod ask for one family alone, or give each family a network of its own"


@network_rule(
    "IPA217",
    Severity.RISK,
    "addresses that pods ask for are not reserved, or fail",
    among=with_key("capabilities"),
    why=(
        "whereabouts adds an address that a pod asks for to the pod's own, and does not reserve "
        "it, so another pod gets it too. It reads it from CNI_ARGS, whatever `capabilities` say. "
        "host-local with Multus up to v4.3.0 fails on two at once."
    ),
    fix="take `ips` out of the pods' annotations; a network of static gives pods what they ask for",
    source="whereabouts v0.9.4 pkg/config handleEnvArgs, cmd/whereabouts.go; multus-cni v4.3.0 "
    "pkg/multus/multus.go DelegateAdd; multus-cni #647",
)
def asked_addresses(network: Network, _: Lab) -> Iterator[Hit]:
    """Find the capability `ips` with whereabouts, or with host-local and both families."""
    if network.ipam is None or not network.offers("ips"):
        return
    families = {pool.subnet.version for pool in network.pools}
    place = (*network.main.path, "capabilities", "ips")
    if network.ipam.counts == "cluster" and network.ipam.asked:
        message = f"{network.ipam_type} doesn't reserve an address that a pod asks for"
        yield Hit(place, True, message, severity=Severity.NOTE)
    elif network.ipam.counts == "node" and network.ipam.asked and len(families) > 1:
        message = "a pod that asks for an IPv4 and an IPv6 address fails with Multus up to v4.3.0"
        yield Hit(place, True, message, fix=_TWO_FAMILIES)
