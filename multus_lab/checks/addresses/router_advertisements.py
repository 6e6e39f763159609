"""IPA221: IPv6 that routers of the segment give to pods, beside the IPAM plugin's."""

from collections.abc import Iterator

from multus_lab.checks.among import with_pools
from multus_lab.checks.finding import Severity
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, network_rule

_OFF = '{"type": "tuning", "sysctl": {"net.ipv6.conf.IFNAME.accept_ra": "0"}}'


@network_rule(
    "IPA221",
    Severity.NOTE,
    "pods take router advertisements too",
    among=with_pools,
    why=(
        "If a router advertises on the segment, the kernel gives pods another IPv6 address and a "
        "default route by it (SLAAC), whatever the IPAM plugin says. A chained tuning turns that "
        "off; an advertisement that comes between macvlan and tuning is still taken."
    ),
    fix=f"chain {_OFF} behind it",
    source="plugins #160, pkg/ipam/ipam_linux.go of v1.9.1 and v1.10.0 (no accept_ra); Linux "
    "Documentation/networking/ip-sysctl.rst accept_ra",
    common=True,
)
def router_advertisements(network: Network, _: Lab) -> Iterator[Hit]:
    """Find networks that hand out IPv6 on the nodes' segment, and don't turn this off."""
    link = network.link
    pool = next((one for one in network.pools if one.subnet.version == 6), None)
    if pool is None or link is None or not (network.on_node or link.device) or link.node_local:
        return
    if network.main.text("mode").startswith("l3") or _turned_off(network):
        return
    yield Hit(
        (*pool.path, pool.key),
        pool.keys.get(pool.key),
        "if a router advertises on the segment, pods get another IPv6 address and a default route "
        f"beside {pool.subnet} (accept_ra)",
    )


def _turned_off(network: Network) -> bool:
    """Whether a chained plugin turns off accept_ra, or both the address and the default route."""
    stops = {
        str(key).replace("/", ".").rpartition(".")[2]
        for plugin in network.plugins[1:]
        if isinstance(sysctl := plugin.config.get("sysctl"), dict)
        for key, value in sysctl.items()
        if str(key).replace("/", ".").startswith("net.ipv6.conf.") and value not in ("1", "2")
    }
    return "accept_ra" in stops or {"autoconf", "accept_ra_defrtr"} <= stops
