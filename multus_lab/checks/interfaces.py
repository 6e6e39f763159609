"""The nodes' interfaces, as the inventory tells them, and which of them carries a master."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from multus_lab.settings import Zone


def carries(interface: str | None, master: str) -> bool:
    """Whether `master` is that interface, or a VLAN of it by its name, as eth1.112 is."""
    return interface in (master, master.partition(".")[0])


class Interfaces(NamedTuple):
    """The interfaces into the zone of the nodes that run pods: which nodes, which smallest MTU.

    `None` stands for an interface that the zone doesn't name, or an MTU that it doesn't tell.
    """

    nodes: Mapping[str | None, list[str]]
    mtus: Mapping[str | None, int | None]

    @classmethod
    def of(cls, zone: "Zone | None") -> "Interfaces":
        """What the inventory tells; where it lists no nodes, what it tells of all."""
        nodes: dict[str | None, list[str]] = {}
        mtus: dict[str | None, int | None] = {}
        if zone is None:
            return cls(nodes, mtus)
        if not zone.nodes:
            nodes, mtus = {zone.interface: []}, {zone.interface: zone.mtu}
        for node in zone.schedulable_nodes():
            interface, mtu = zone.interface_of(node), zone.mtu_of(node)
            known = mtus.get(interface, mtu)
            mtus[interface] = None if mtu is None or known is None else min(mtu, known)
            nodes.setdefault(interface, []).append(node.name)
        return cls(nodes, mtus)

    @property
    def named(self) -> Mapping[str, list[str]]:
        """Those that the inventory names, each with its nodes."""
        return {one: nodes for one, nodes in self.nodes.items() if one is not None}

    def under(self, master: str) -> str | None:
        """The interface that carries `master`; None where none is known to."""
        if master in self.nodes:
            return master
        return next((one for one in self.nodes if carries(one, master)), None)

    def having(self, master: str) -> int:
        """How many nodes are known to have `master`."""
        return sum(len(nodes) for one, nodes in self.named.items() if carries(one, master))

    def without(self, master: str) -> list[str]:
        """The nodes without `master`, where others have it; none where nobody or everybody does."""
        if not self.having(master):
            return []
        return [
            node for one, nodes in self.named.items() if not carries(one, master) for node in nodes
        ]

    def mtu(self, master: str) -> int | None:
        """The smallest MTU of the nodes' `master`."""
        return self.mtus.get(self.under(master))


def some(names: list[str]) -> str:
    """The first three, and how many more there are."""
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
