"""The zone as inventory: what the lab gives to its secondary networks."""

from bisect import bisect_right
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from multus_lab.addresses import AddressRange, AnyNetwork
from multus_lab.settings.model import Model
from multus_lab.settings.types import (
    Accept,
    Address,
    Checked,
    DnsLabel,
    DnsSubdomain,
    InterfaceName,
    Network,
    Span,
    one_or_more,
    refuse,
)

Mtu = Annotated[int, Field(ge=68, le=65536)]
"""A link's MTU in bytes; Linux takes none below 68."""

Count = Annotated[int, Field(ge=0, le=10**6)]


class Node(Model):
    """A node of the zone; `interface` and `mtu` where they differ from the zone's.

    `schedulable: false` where no pods are scheduled, as on a tainted control plane node.
    """

    name: DnsSubdomain
    interface: InterfaceName | None = None
    mtu: Mtu | None = None
    schedulable: bool = True
    addresses: list[Address] = []


def _each_once(nodes: list[Node]) -> list[Node]:
    names: set[str] = set()
    for node in nodes:
        if node.name in names:
            raise refuse(f"must have each node once; {node.name} is there again")
        names.add(node.name)
    return nodes


class Zone(Model):
    """A lab zone: what is designated to it, and what else lives on its segment.

    `range` and `gateway` take one value or a list of them. `interface` and `mtu` are of the
    nodes' interface into the zone. `bridgePorts` are interfaces that a bridge, a bond or Open
    vSwitch has on the nodes, so that nothing else can have them. `segment` names the L2 segment,
    if other stacks share it. `macLimit` is how many MAC addresses the switch lets a port have,
    `podsPerNode` how many pods a node is expected to attach to each network. All of it is
    optional: what can't be decided without it is a note, and without a range there is nothing that
    networks on its segment have to stay within.
    """

    moved: ClassVar[Mapping[str, str]] = {
        "cluster": "cluster.name",
        "podCidr": "cluster.podCidr",
        "serviceCidr": "cluster.serviceCidr",
        "cniPlugins": "cluster.cniPlugins",
    }

    name: DnsLabel | None = None
    range: Annotated[list[Network], BeforeValidator(one_or_more), Field(min_length=1)] = []
    gateway: Annotated[list[Address], BeforeValidator(one_or_more)] = []
    interface: InterfaceName | None = None
    mtu: Mtu | None = None
    bridge_ports: list[InterfaceName] = []
    nodes: Annotated[list[Node], Checked(_each_once)] = []
    reserved: list[Span] = []
    dhcp_scope: list[Span] = []
    load_balancer_pool: list[Span] = []
    platform: (
        Literal["bare-metal", "virtualbox", "vsphere", "hyperv", "openstack", "kvm", "cloud"] | None
    ) = None
    mac_limit: Count | None = None
    pods_per_node: Count | None = None
    segment: DnsLabel | None = None
    accept: Accept = {}

    @property
    def label(self) -> str:
        """The zone as a message names it."""
        return f"zone {self.name}" if self.name else "the zone"

    def designates(self, network: AnyNetwork) -> bool:
        """Whether all of `network` is known to be the zone's; nothing is without a range."""
        wanted = AddressRange(network.network_address, network.broadcast_address)
        return bool(self.range) and self.holds(wanted)

    def holds(self, addresses: AddressRange) -> bool:
        """Whether all of these are the zone's, as far as its range is known."""
        version, low, high = addresses.first.version, int(addresses.first), int(addresses.last)
        firsts, lasts = self._bounds[version]
        before = bisect_right(firsts, low)
        return not self.range or (before > 0 and high <= lasts[before - 1])

    @cached_property
    def _bounds(self) -> Mapping[int, tuple[list[int], list[int]]]:
        """Of each family the first and the last addresses of the ranges that lie in no other."""
        bounds: dict[int, tuple[list[int], list[int]]] = {4: ([], []), 6: ([], [])}
        for one in sorted(self.range, key=lambda one: (one.version, one)):
            firsts, lasts = bounds[one.version]
            # Sorted, a network comes before what lies in it.
            if not lasts or lasts[-1] < int(one.network_address):
                firsts.append(int(one.network_address))
                lasts.append(int(one.broadcast_address))
        return bounds

    def schedulable_nodes(self) -> list[Node]:
        """The nodes on which pods run."""
        return [node for node in self.nodes if node.schedulable]

    def interface_of(self, node: Node) -> str | None:
        """The node's interface into the zone."""
        return node.interface or self.interface

    def mtu_of(self, node: Node) -> int | None:
        """The MTU of the node's interface into the zone."""
        return node.mtu or self.mtu
