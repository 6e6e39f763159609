"""What was seen in a rehearsal: data only, as JSON carries it out of the namespaces."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_interface
from typing import Any


@dataclass(frozen=True)
class Interface:
    """An interface of a pod; addresses with their prefix lengths, IPv6 link-local ones left out.

    `failed` are addresses that the kernel's duplicate address detection refused. `up` tells
    whether it is set up.
    """

    name: str
    mac: str
    mtu: int
    addresses: Sequence[str] = ()
    failed: Sequence[str] = ()
    up: bool = True


@dataclass(frozen=True)
class Pod:
    """What became of one pod.

    `error`, `check_error` and `delete_error` are what ADD, CHECK and DEL said in failing, and
    `again_error` what a second ADD did, for a pod whose sandbox was made anew.
    `default` and `service` name the interfaces by which the pod reaches the world and a Service,
    in the order of its routes, `neighbours` that by which it looks for others on its network, with
    the gateway if by one. `status` is the network-status annotation. Round trips are in
    milliseconds, None where no answer came: `gateways` by address, `peers` by the pod's name, and
    `own_node` by the node's address. `heard` are the pods whose broadcast it received.
    """

    name: str
    error: str = ""
    check_error: str = ""
    delete_error: str = ""
    again_error: str = ""
    interfaces: Sequence[Interface] = ()
    default: Sequence[str] = ()
    service: str = ""
    neighbours: str = ""
    status: Sequence[Mapping[str, Any]] = ()
    gateways: Mapping[str, float | None] = field(default_factory=dict)
    peers: Mapping[str, float | None] = field(default_factory=dict)
    own_node: Mapping[str, float | None] = field(default_factory=dict)
    heard: Sequence[str] = ()

    def interface(self, name: str) -> Interface | None:
        """Its interface of that name."""
        return next((one for one in self.interfaces if one.name == name), None)

    def addresses(self, name: str) -> list[str]:
        """The addresses of its interface of that name, without their prefix lengths."""
        interface = self.interface(name)
        return [str(ip_interface(one).ip) for one in interface.addresses] if interface else []


@dataclass(frozen=True)
class Observation:
    """All that was seen.

    `answers` has, by segment, for each address that a pod got the MACs that answer for it there.
    `calls` counts what the daemons asked of the API server, by verb and resource, and `forbidden`
    are those of them that it refused, `forbidden_counting` those of whereabouts. `left` names what
    was still there after DEL. `refused` has why the API server didn't take a network, and `lacking`
    why one can't be had on this machine, and was left out. `stores` has the nodes whose IPAM plugin
    put an address down as given, by the address. `checked` tells whether CHECK was called.
    """

    pods: Sequence[Pod]
    answers: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)
    calls: Mapping[str, int] = field(default_factory=dict)
    forbidden: Sequence[str] = ()
    forbidden_counting: Sequence[str] = ()
    left: Sequence[str] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    lacking: Mapping[str, str] = field(default_factory=dict)
    stores: Mapping[str, Sequence[str]] = field(default_factory=dict)
    checked: bool = False

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "Observation":
        """Read it from JSON."""
        pods = [
            Pod(**{**one, "interfaces": [Interface(**each) for each in one["interfaces"]]})
            for one in content["pods"]
        ]
        return cls(**{**content, "pods": pods})
