"""What plugins, or single keys of theirs, need of a node, and not every node has.

Whether a machine has it shows a shell line, in the node's root and a network namespace of its own,
so that nothing is left of it.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple


class Need(NamedTuple):
    """Something that a plugin needs, or a key of it.

    Attributes:
        lacking: what is said of a machine that hasn't got it.
        test: a shell line that succeeds where it is there.
        key: the key that needs it, unless it is null, false or 0; "" for the plugin itself.
        where: what other keys have to be for that, null if they aren't there.
        vital: without it there is nothing to rehearse with.

    """

    lacking: str
    test: str
    key: str = ""
    where: Mapping[str, object] = {}
    vital: bool = False

    def asked(self, config: Mapping[str, Any]) -> bool:
        """Whether a configuration of the plugin asks for it."""
        value = config.get(self.key, True if not self.key else None)
        told = value is not None and value is not False and value != 0
        return told and all(config.get(key) == one for key, one in self.where.items())

    def reason(self, plugin: str) -> str:
        """Why a network of that plugin can't be set up without it."""
        key = f"{plugin}'s {self.key} can't be set up: " if self.key else ""
        return f"{key}{self.lacking}"


def kernel(name: str, test: str, key: str = "", *, vital: bool = False) -> Need:
    """Something of the kernel, by its name in messages."""
    return Need(f"the kernel of this machine has no {name}", test, key, vital=vital)


def link(kind: str, made: str, *, vital: bool = False) -> Need:
    """A kind of link, and how `ip` makes one named `try`, over `low` if it lies on another."""
    return kernel(kind, f"ip link add low type bridge && ip {made}", vital=vital)


def queue(name: str, made: str, key: str) -> Need:
    """Something that shapes traffic, and how `tc` makes it on `low`; without `tc` it is trusted."""
    test = f"! command -v tc || {{ ip link add low type bridge && {made}; }}"
    return kernel(name, test, key)


_NO_IPTABLES = "this machine has no iptables"
_NO_NFT = "this machine has no nft"
_RULE = "-s 192.0.2.1 -m comment --comment try"
_HAS_IPTABLES = "iptables -S INPUT"
_IPTABLES_NAT = f"iptables -t nat -A POSTROUTING {_RULE} -j MASQUERADE"
_NFT_NAT = (
    'nft add table inet try "{ chain try { type nat hook postrouting priority 100; '
    'ip saddr 192.0.2.1 masquerade; }; }"'
)

IPTABLES = Need(_NO_IPTABLES, f"iptables -A FORWARD {_RULE} -m conntrack --ctstate NEW -j ACCEPT")
"""For firewall's rules."""


def nat(key: str, backend: str) -> Iterator[Need]:
    """What a key needs that translates addresses, by the key that names the backend.

    Without one it is iptables, unless nft alone is there (plugins v1.10.0 pkg/ip/ipmasq_linux.go,
    portmap/main.go ensureBackend).
    """
    either = f"{_IPTABLES_NAT} || {{ ! {_HAS_IPTABLES} && {_NFT_NAT}; }}"
    yield Need("this machine has neither iptables nor nft", either, key, {backend: None})
    yield Need(_NO_IPTABLES, _IPTABLES_NAT, key, {backend: "iptables"})
    yield Need(_NO_NFT, _NFT_NAT, key, {backend: "nftables"})


def iptables_unless_none(key: str, backend: str) -> Need:
    """What is written for iptables, and refused if no backend is named and nft alone is there."""
    alone = f"{_HAS_IPTABLES} || ! nft list ruleset"
    return Need(_NO_IPTABLES, alone, key, {backend: None})


def nft_of_bridges(key: str) -> Need:
    """What a key needs that filters in bridges, by nft's JSON."""
    chain = "{ chain try { type filter hook prerouting priority -300; }; }"
    test = f'nft -j list ruleset && nft add table bridge try "{chain}"'
    return Need(_NO_NFT, test, key)
