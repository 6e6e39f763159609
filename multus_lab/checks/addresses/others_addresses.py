"""IPA209: a range over addresses that are others'."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from multus_lab.addresses import AddressRange
from multus_lab.checks.addresses.pod_pools import beside, is_fixed, shown
from multus_lab.checks.finding import Severity
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, lab_rule
from multus_lab.plugins.pools import Piece, Pool

if TYPE_CHECKING:
    from multus_lab.settings import Zone


class _Taken(NamedTuple):
    """Addresses of the inventory, from first to last, and how a message has them."""

    last: int
    first: int
    text: str


class _Spans:
    """Spans of the inventory, to be asked which of them a piece runs into."""

    def __init__(self, what: str, spans: Iterable[tuple[AddressRange, str]]) -> None:
        self.what = what
        self._firsts: dict[int, list[int]] = {4: [], 6: []}
        self._reach: dict[int, list[_Taken]] = {4: [], 6: []}
        for span, text in sorted(
            spans, key=lambda one: (one[0].first.version, int(one[0].first), int(one[0].last))
        ):
            version = span.first.version
            furthest = _Taken(int(span.last), int(span.first), text)
            if self._reach[version] and self._reach[version][-1].last >= furthest.last:
                furthest = self._reach[version][-1]
            self._firsts[version].append(int(span.first))
            self._reach[version].append(furthest)

    def hit(self, piece: Piece) -> _Taken | None:
        """The span that a piece overlaps with, if any."""
        version = piece.pool.subnet.version
        count = bisect_right(self._firsts[version], piece.last)
        if count and self._reach[version][count - 1].last >= piece.first:
            return self._reach[version][count - 1]
        return None


def _inventory(zone: "Zone") -> list[_Spans]:
    def alone(addresses: Iterable[Any], text: str = "{}") -> list[tuple[AddressRange, str]]:
        return [(AddressRange(one, one), text.format(one)) for one in addresses]

    def told(spans: Iterable[AddressRange]) -> list[tuple[AddressRange, str]]:
        return [(span, str(span.first) if span.size == 1 else str(span)) for span in spans]

    nodes = [pair for node in zone.nodes for pair in alone(node.addresses, "{} of " + node.name)]
    kinds = {
        "the address of a node": nodes,
        "the zone's gateway": alone(zone.gateway),
        "what zone.reserved keeps": told(zone.reserved),
        "the DHCP scope": told(zone.dhcp_scope),
        "the load-balancer pool": told(zone.load_balancer_pool),
    }
    return [_Spans(what, spans) for what, spans in kinds.items() if spans]


@lab_rule(
    "IPA209",
    Severity.ERROR,
    "range over addresses that are others'",
    why=(
        "The zone's inventory gives them to nodes, the gateway, a DHCP server, load balancers or "
        "whatever is reserved, and no IPAM plugin asks the wire before it hands one out."
    ),
    fix="take addresses that nothing else has",
    source="rook Documentation/CRDs/Cluster/network-providers.md; plugins v1.9.1 macvlan.go",
)
def others_addresses(lab: Lab) -> Iterator[Hit]:
    """Find pools that run into the inventory, each kind once; a note if there is none."""
    if lab.zone is None:
        return
    zone = lab.zone
    inventory = _inventory(zone)
    known = zone.reserved or zone.dhcp_scope or any(node.addresses for node in zone.nodes)
    for network in lab.networks:
        for spans in inventory:
            yield from _first(network, spans)
        whole = None if known else _whole_subnet(network)
        if whole is not None and lab.in_zone(network) is not False:
            last = whole.subnet[min(99, whole.subnet.num_addresses // 2)]
            yield Hit(
                (*whole.path, whole.key),
                whole.keys.get(whole.key),
                f"all of {whole.subnet} is handed out, and the zone doesn't say what else "
                "lives there: `reserved:`, `dhcpScope:` or the nodes' `addresses:` would",
                fix=f"reserved: [{whole.subnet[1]}-{last}]",
                severity=Severity.NOTE,
                network=network,
            )


def _first(network: Network, spans: _Spans) -> Iterator[Hit]:
    """The first piece of the network that runs into one of the spans."""
    for piece in network.pieces:
        taken = spans.hit(piece)
        if taken is not None:
            pool = piece.pool
            verb = "collides with" if is_fixed(pool) else "includes"
            yield Hit(
                (*pool.path, pool.key),
                pool.keys.get(pool.key),
                f"{shown(pool)} {verb} {spans.what}: {taken.text}",
                fix=beside(network, pool, taken.first, taken.last),
                network=network,
            )
            return


def _whole_subnet(network: Network) -> Pool | None:
    """A pool that nothing narrows down."""
    if network.ipam is None:
        return None
    narrow = (network.ipam.start, network.ipam.end, "exclude")
    for pool in network.pools:
        cut = is_fixed(pool) or "-" in str(pool.keys.get(pool.key))
        if not cut and not any(pool.keys.get(key) for key in narrow):
            return pool
    return None
