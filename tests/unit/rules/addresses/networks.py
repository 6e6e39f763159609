"""Networks by what gives them addresses, in one line each."""

from collections.abc import Mapping
from typing import Any

from multus_lab.checks.network import Network
from tests.unit.rules import network

NET = "10.1.0.0/24"
V6 = "2001:db8::/64"
FAR = {"dst": "10.9.0.0/16"}


def host_local(**keys: Any) -> dict[str, Any]:
    return {"type": "host-local", **keys}


def sets(*ranges: list[dict[str, Any]]) -> dict[str, Any]:
    """host-local with range sets."""
    return host_local(ranges=list(ranges))


def whereabouts(**keys: Any) -> dict[str, Any]:
    return {"type": "whereabouts", **keys}


def static(*addresses: str, **keys: Any) -> dict[str, Any]:
    return {"type": "static", "addresses": [{"address": one} for one in addresses], **keys}


def routed(*addresses: tuple[str, str], **keys: Any) -> dict[str, Any]:
    """static with a gateway for each address, "" for none."""
    listed = [
        {"address": address} | ({"gateway": gateway} if gateway else {})
        for address, gateway in addresses
    ]
    return {"type": "static", "addresses": listed, **keys}


def of(ipam: Any, label: str = "lab", kind: str = "macvlan", **keys: Any) -> Network:
    """A network of that IPAM configuration on eth1."""
    config = {"cniVersion": "1.0.0", "name": label, "type": kind, "master": "eth1", "ipam": ipam}
    return network(config | keys, label)


def chained(
    ipam: Mapping[str, Any], *plugins: Mapping[str, Any], label: str = "lab", **keys: Any
) -> Network:
    """A macvlan of that IPAM configuration on eth1, with plugins chained behind it."""
    main = {"type": "macvlan", "master": "eth1", "ipam": ipam} | keys
    return network({"cniVersion": "1.0.0", "name": label, "plugins": [main, *plugins]}, label)


def from_file(number: int, made: Network) -> Network:
    """The network, as read from another file."""
    name, namespace, place = made.name, made.namespace, made.path
    return Network(name, namespace, place, place, made.config, made.settings, source=number)
