"""A case, and the configurations that cases are made of."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

Json = dict[str, Any]

POOL: Json = {"type": "host-local", "subnet": "10.1.0.0/24"}
POOL6: Json = {"type": "host-local", "subnet": "fd00:1::/64"}
SHARED: Json = {"type": "whereabouts", "range": "10.1.0.0/24"}
L2: Json = {"type": "macvlan", "master": "eth1"}

NODE = [{"name": "node1"}]
NODES = [{"name": "node1"}, {"name": "node2"}]
FAR = "10.9.0.0/16"

NO_MACVLAN = "failed to create macvlan: invalid argument"
ROUTE = "failed to add route …"


class Case(NamedTuple):
    """Networks that a rule catches, and how that shows on the wire.

    `words` are those of the rule's `says` with which ADD fails, or the API server refuses them.
    Where pods start at once they may be `raced` instead, by who comes first. Where nothing is said,
    `seen` is told in a finding, of the code `under` where that is another.
    eth1, eth2, br1, 10.1.0.0/16 and fd00:1::/32 are each case's own. `needs` is what not
    every machine has, as the reason to leave the network out names it. `plugins` is the release of
    the CNI plugins, "" for the one that is rehearsed with.
    """

    code: str
    name: str
    configs: Sequence[Json]
    words: str = ""
    seen: str = ""
    under: str = ""
    zone: Mapping[str, Any] | None = None
    cluster: Mapping[str, Any] | None = None
    pods: int = 1
    nodes: int = 1
    called: str = ""
    needs: str = ""
    plugins: str = ""
    raced: Sequence[str] = ()


def plugin(kind: str, **keys: Any) -> Json:
    return {"cniVersion": "1.0.0", "type": kind, **keys}


def macvlan(**keys: Any) -> Json:
    return plugin("macvlan", **{"master": "eth1", "ipam": POOL, **keys})


def bridge(**keys: Any) -> Json:
    return plugin("bridge", **{"bridge": "br1", **keys})


def chain(*plugins: Any, **keys: Any) -> Json:
    return {"cniVersion": "1.0.0", "plugins": list(plugins), **keys}


def behind(*plugins: Any, ipam: Json = POOL) -> Json:
    """Plugins chained behind a macvlan."""
    return chain({**L2, "ipam": ipam}, *plugins)


def on_bridge(*plugins: Any) -> Json:
    """Plugins chained behind a bridge."""
    return chain({"type": "bridge", "bridge": "br1"}, *plugins)


def pool(**keys: Any) -> Json:
    """A macvlan with a pool of host-local."""
    return macvlan(ipam={**POOL, **keys})


def sets(*ranges: Any) -> Json:
    """A macvlan with range sets of host-local."""
    return macvlan(ipam={"type": "host-local", "ranges": list(ranges)})


def shared(**keys: Any) -> Json:
    """A macvlan with a pool of whereabouts."""
    return macvlan(ipam={**SHARED, **keys})


def static(*addresses: str, **keys: Any) -> Json:
    """A macvlan with addresses that all its pods get."""
    listed = [{"address": one} for one in addresses]
    return macvlan(ipam={"type": "static", "addresses": listed, **keys})


def routed(*routes: Json, **keys: Any) -> Json:
    """A macvlan with one address, a gateway and routes."""
    given = {"address": "10.1.0.5/24", "gateway": "10.1.0.254"}
    return macvlan(ipam={"type": "static", "addresses": [given], "routes": list(routes)}, **keys)


def to_node(*routes: Json, gateway: str = "10.1.0.1") -> Json:
    """A ptp with one address and routes."""
    given = {"address": "10.1.0.5/24", "gateway": gateway}
    return plugin("ptp", ipam={"type": "static", "addresses": [given], "routes": list(routes)})
