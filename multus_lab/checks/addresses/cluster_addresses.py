"""IPA210: a subnet over the cluster's pods or Services."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias

from multus_lab.addresses import AnyNetwork
from multus_lab.checks import usual_clusters
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Fix, Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, lab_rule
from multus_lab.plugins.pools import Pool

_Bounds: TypeAlias = tuple[int, int, int]


class _Cidr(NamedTuple):
    """A network of the cluster: whose it is, and whose default if nobody told it."""

    what: str
    text: str
    bounds: _Bounds
    guessed: bool


@lab_rule(
    "IPA210",
    Severity.ERROR,
    "subnet over the cluster's pods or Services",
    why=(
        "The pod gets a connected route to the subnet, and with it loses the pods or Services "
        "that lie there."
    ),
    fix=Line("subnet", "10.12.34.0/24"),
    source="plugins v1.9.1 pkg/ipam/ipam_linux.go ConfigureIface; kernel routing, longest prefix; "
    "defaults of kubeadm, k3s and RKE2: multus_lab/checks/usual_clusters.py",
)
def cluster_addresses(lab: Lab) -> Iterator[Hit]:
    """Find subnets that overlap with pod or service CIDR; a note if only defaults are known."""
    cidrs = list(_cidrs(lab))
    for network in lab.networks:
        for pool in network.pools:
            yield from _overlaps(network, pool, cidrs, in_stack=lab.cluster is not None)


def _overlaps(
    network: Network, pool: Pool, cidrs: Sequence[_Cidr], *, in_stack: bool
) -> Iterator[Hit]:
    version, low, high = _bounds(pool.subnet)
    seen: set[str] = set()
    for cidr in cidrs:
        family, first, last = cidr.bounds
        if low > last or high < first or version != family or cidr.what in seen:
            continue
        seen.add(cidr.what)
        key = "podCidr" if cidr.what == "pods" else "serviceCidr"
        unsure = f"; `cluster.{key}` would settle it" if in_stack and cidr.guessed else ""
        yield Hit(
            (*pool.path, pool.key),
            pool.keys.get(pool.key),
            f"{pool.subnet} overlaps with {cidr.text}{unsure}",
            fix=_elsewhere(pool, cidr),
            severity=Severity.NOTE if cidr.guessed else None,
            network=network,
        )


def _elsewhere(pool: Pool, cidr: _Cidr) -> Fix:
    if cidr.guessed:
        return f"take another {pool.key} if the cluster's {cidr.what} lie there"
    return Line(pool.key, ..., f"outside of {cidr.text}")


def _cidrs(lab: Lab) -> Iterator[_Cidr]:
    """What the inventory tells, and the defaults for what it doesn't."""
    for one in usual_clusters.told(lab.cluster):
        yield _Cidr(one.what, f"the cluster's {one.what}, {one}", _bounds(one.network), False)
    whose: dict[tuple[AnyNetwork, str], list[str]] = defaultdict(list)
    for one in usual_clusters.defaults(lab.cluster):
        whose[one.network, one.what].append(one.whose)
    for (network, what), names in whose.items():
        text = f"{network}, {' and '.join(names)} default for {what}"
        yield _Cidr(what, text, _bounds(network), guessed=True)


def _bounds(network: AnyNetwork) -> _Bounds:
    return network.version, int(network.network_address), int(network.broadcast_address)
