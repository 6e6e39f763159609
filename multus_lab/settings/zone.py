"""The zone as inventory: what the lab gives to its secondary networks."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from multus_lab.settings.model import Model
from multus_lab.settings.types import (
    Address,
    AnyNetwork,
    DnsLabel,
    DnsSubdomain,
    InterfaceName,
    Network,
    one_or_more,
)


class Node(Model):
    """A node of the zone; `interface` where it differs from the zone's."""

    name: DnsSubdomain
    interface: InterfaceName | None = None


class Zone(Model):
    """A lab zone: the range(s) designated as its own, its gateway(s) and its nodes.

    `range` and `gateway` take one value or a list of them. `interface` is the nodes' interface
    into the zone.
    """

    name: DnsLabel
    range: Annotated[list[Network], BeforeValidator(one_or_more), Field(min_length=1)]
    gateway: Annotated[list[Address], BeforeValidator(one_or_more)] = []
    interface: InterfaceName | None = None
    nodes: list[Node] = []

    def designates(self, network: AnyNetwork) -> bool:
        """Whether all of `network` is the zone's."""
        return any(
            int(one.network_address) <= int(network.network_address)
            and int(network.broadcast_address) <= int(one.broadcast_address)
            for one in self.range
            if one.version == network.version
        )
