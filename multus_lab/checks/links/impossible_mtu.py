"""LNK102: an MTU that the link can't have."""

from collections.abc import Iterator
from typing import NamedTuple

from multus_lab.checks.among import with_key
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.interfaces import Interfaces
from multus_lab.checks.links.undecided import undecided
from multus_lab.checks.network import Lab, Network, Plugin
from multus_lab.checks.rule import Hit, lab_rule

LEAST, MOST, LEAST_FOR_IPV6 = 68, 65535, 1280
"""Linux ETH_MIN_MTU, ETH_MAX_MTU and IPV6_MIN_MTU."""


@lab_rule(
    "LNK102",
    Severity.ERROR,
    "MTU that the link can't have",
    why="macvlan and vlan refuse more than their master has, the kernel less than 68 or more than "
    "65535. IPv6 does without an interface of less than 1280: the plugin then fails on its "
    "addresses. A chained tuning loses them in silence, an ipvlan loses its large packets, and "
    "bridge, ipvlan and ptp drop an MTU below 0 in silence.",
    fix=Line("mtu", 1500),
    source="plugins v1.10.0 macvlan.go, vlan.go loadConf, ipvlan.go, bridge.go, ptp.go, tuning.go, "
    "pkg/ipam/ipam_linux.go; plugins #393; Linux ETH_MIN_MTU, ETH_MAX_MTU, IPV6_MIN_MTU",
    says=(
        "invalid MTU …, must be [0, master MTU(…)]",
        "failed to create macvlan: invalid argument",
        "failed to create bridge …: invalid argument",
        "failed to make veth pair: invalid argument",
        "mtu less than device minimum",
        "mtu greater than device maximum",
        'plugin type="tuning" failed (add): invalid argument',
        "failed to enable keep_addr_on_down for interface …",
    ),
)
def impossible_mtu(lab: Lab) -> Iterator[Hit]:
    """Find MTUs below the kernel's or IPv6's minimum, and above the master's."""
    interfaces = Interfaces.of(lab.zone)
    undecided_master: str | None = None
    small = any(mtu is not None and mtu < LEAST_FOR_IPV6 for mtu in interfaces.mtus.values())
    for network in lab.networks if small else lab.among(with_key("mtu")):
        master = network.lies_on
        limit = interfaces.mtu(master) if master else None
        judged = _Judged(network, limit)
        for hit in judged.hits():
            yield hit._replace(network=network)
        if (
            judged.asks
            and master
            and limit is None
            and interfaces.under(master) in interfaces.nodes
        ):
            undecided_master = undecided_master or master
    if undecided_master and lab.zone is not None:
        message = (
            f"whether the MTUs of networks fit {undecided_master} can't be decided without its MTU"
        )
        yield undecided("zone.mtu: 1500", message)


class _Judged(NamedTuple):
    """A network, and the smallest MTU of its master on the nodes, if that is known."""

    network: Network
    limit: int | None

    @property
    def asks(self) -> bool:
        """Whether any of its plugins asks for an MTU."""
        return any(map(_mtu, self.network.plugins))

    def hits(self) -> Iterator[Hit]:
        for plugin in self.network.plugins:
            if mtu := _mtu(plugin):
                yield from self._of(plugin, mtu)
        main = self.network.main
        if self.limit is not None and self.limit < LEAST_FOR_IPV6 and not main.has("mtu"):
            yield from self._small_for_ipv6(main, self.limit)

    def _of(self, plugin: Plugin, mtu: int) -> Iterator[Hit]:
        path, link = (*plugin.path, "mtu"), self.network.link
        if mtu < 0:
            yield from _negative(plugin, mtu)
        elif mtu < LEAST:
            # Linux sets no minimum for a VLAN device, yet no IPv4 on it below 68.
            certain = link is not None and link.kind != "vlan"
            message = f"the kernel takes no MTU below {LEAST}"
            yield Hit(path, mtu, message, severity=self._severity(certain))
        elif mtu > MOST:
            message = f"the kernel takes no MTU above {MOST}"
            yield Hit(path, mtu, message, severity=self._severity(certain=True))
        elif mtu < LEAST_FOR_IPV6:
            yield from self._small_for_ipv6(plugin, mtu)
        elif self.limit is not None and mtu > self.limit:
            yield self._above(path, mtu, self.limit)

    def _above(self, path: tuple[str | int, ...], mtu: int, limit: int) -> Hit:
        """More than the master has: the plugin's own words, or large packets that get lost."""
        main = self.network.main
        known = main.record.keys.keys.get("mtu")
        refuses = known is not None and bool(known.says)
        does = "refuses more than its master has" if refuses else "sends what its master drops"
        message = f"{main.type} {does}: {self.network.master} has {limit} on the nodes of the zone"
        return Hit(path, mtu, message, Line("mtu", limit), self._severity(refuses))

    def _small_for_ipv6(self, plugin: Plugin, mtu: int) -> Iterator[Hit]:
        if not any(pool.subnet.version == 6 for pool in self.network.pools):
            return
        chained = plugin is not self.network.main
        message = (
            f"below {LEAST_FOR_IPV6} the interface loses its IPv6 address in silence"
            if chained
            else f"an interface with an MTU of {mtu} takes no IPv6 address; it needs at least "
            f"{LEAST_FOR_IPV6}"
        )
        fix = Line("mtu", LEAST_FOR_IPV6)
        yield Hit((*plugin.path, "mtu"), mtu, message, fix, self._severity(not chained))

    def _severity(self, certain: bool) -> Severity | None:
        """An error of the reference plugins; what others do with it may change by release."""
        known = self.network.main.record.family == "plugins"
        return None if certain and known else Severity.RISK


def _mtu(plugin: Plugin) -> int:
    """The MTU that a plugin is asked for, 0 for none."""
    return plugin.number("mtu") if "mtu" in plugin.record.keys.keys else 0


def _negative(plugin: Plugin, mtu: int) -> Iterator[Hit]:
    path, known = (*plugin.path, "mtu"), plugin.record.keys.keys["mtu"]
    if known.low is None:
        return
    if known.says:
        yield Hit(path, mtu, f"{plugin.type} refuses an MTU below 0")
    else:
        message = f"{plugin.type} drops an MTU below 0 in silence, as if there were none"
        yield Hit(path, mtu, message, severity=Severity.RISK)
