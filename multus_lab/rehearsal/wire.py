"""Looking at the wire: echo requests, broadcasts and ARP, all sent from where they matter.

Sockets are opened inside of the namespaces, and then used from one place.
"""

import selectors
import socket
import struct
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from multus_lab.rehearsal.commands import entered

_BROADCAST = b"\xff" * 6
_EXPERIMENTAL = 0x88B5  # IEEE Std 802: for local experiments
_ARP = 0x0806
_ANSWER_SECONDS = 0.5
_BATCH = 128
_MEASURED = 64
_MEASURED_SECONDS = 0.05


@dataclass(frozen=True)
class Stand:
    """From where something is sent: an interface in a namespace, and its own address if any."""

    netns: Path
    interface: str
    address: str = ""


Pair = tuple[str, str]
"""Who asks, and the address that is asked."""


def echoes(stands: Mapping[str, Stand], pairs: Iterable[Pair]) -> dict[Pair, float | None]:
    """Ping each pair's address from its stand: the round trip in milliseconds, or None.

    First many at a time, to see who answers at all, and twice, since a packet may be lost while
    ARP or ND is under way. Then some of those that do one by one, to see how fast.
    """
    found: dict[Pair, float | None] = dict.fromkeys(pairs)
    with _Echo(stands) as echo:
        for number in range(2):
            asked = [pair for pair, trip in found.items() if trip is None]
            for start in range(0, len(asked), _BATCH):
                found |= echo.ask(asked[start : start + _BATCH], number)
        answered = [pair for pair, trip in found.items() if trip is not None]
        for pair in answered[:: len(answered) // _MEASURED + 1]:
            found |= echo.ask([pair], 2, _MEASURED_SECONDS)
    return found


class _Echo:
    """One raw ICMP socket a stand and family; the kernel answers on the other side."""

    def __init__(self, stands: Mapping[str, Stand]) -> None:
        self._stands = stands
        self._sockets: dict[tuple[str, int], socket.socket] = {}
        self._selector = selectors.DefaultSelector()

    def __enter__(self) -> "_Echo":
        return self

    def __exit__(self, *_: object) -> None:
        self._selector.close()
        for one in self._sockets.values():
            one.close()

    def ask(
        self, pairs: Sequence[Pair], number: int, seconds: float = _ANSWER_SECONDS
    ) -> dict[Pair, float]:
        """Send to all, then take what comes back in time: round trips in milliseconds."""
        sent: dict[int, tuple[Pair, float]] = {}
        for index, pair in enumerate(pairs):
            asker, address = pair
            version = ip_address(address).version
            try:
                one = self._socket(asker, version)
                sent[index] = (pair, time.monotonic())
                one.sendto(_request(version, number, index), (address, 0))
            except OSError:
                sent.pop(index, None)  # no route: nothing comes back either
        return self._answers(sent, number, seconds)

    def _answers(
        self, sent: dict[int, tuple[Pair, float]], number: int, seconds: float
    ) -> dict[Pair, float]:
        found: dict[Pair, float] = {}
        deadline = time.monotonic() + seconds
        while sent and (left := deadline - time.monotonic()) > 0:
            for key, _ in self._selector.select(left):
                now = time.monotonic()
                asker, version = key.data
                packet, source = key.fileobj.recvfrom(2048)  # type: ignore[union-attr]
                index = _answered(version, packet, number)
                if index in sent and sent[index][0] == (asker, source[0]):
                    pair, at = sent.pop(index)
                    found[pair] = (now - at) * 1000
        return found

    def _socket(self, asker: str, version: int) -> socket.socket:
        key = (asker, version)
        if key not in self._sockets:
            stand = self._stands[asker]
            family = socket.AF_INET if version == 4 else socket.AF_INET6
            protocol = socket.IPPROTO_ICMP if version == 4 else socket.IPPROTO_ICMPV6
            with entered(stand.netns):
                one = socket.socket(family, socket.SOCK_RAW, protocol)
                one.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, stand.interface.encode())
                # Bound to the address too, for rules that route by where a packet comes from.
                if stand.address and ip_address(stand.address).version == version:
                    one.bind((stand.address, 0))
            one.setblocking(False)
            self._sockets[key] = one
            self._selector.register(one, selectors.EVENT_READ, key)
        return self._sockets[key]


_IDENTIFIER = 0x4D4C


def _request(version: int, number: int, index: int) -> bytes:
    """An echo request (RFC 792, RFC 4443); the kernel puts in an ICMPv6 checksum by itself."""
    kind = 8 if version == 4 else 128
    body = struct.pack("!HH", _IDENTIFIER, number * _BATCH + index) + b"multus-lab"
    blank = struct.pack("!BBH", kind, 0, 0) + body
    return struct.pack("!BBH", kind, 0, _checksum(blank)) + body


def _answered(version: int, packet: bytes, number: int) -> int:
    """Which request of a round a packet answers, -1 for none."""
    start = (packet[0] & 0x0F) * 4 if version == 4 else 0
    kind, identifier, sequence = struct.unpack_from("!BxxxHH", packet, start)
    if kind != (0 if version == 4 else 129) or identifier != _IDENTIFIER:
        return -1
    return int(sequence) - number * _BATCH


def _checksum(data: bytes) -> int:
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


def broadcasts(stands: Mapping[str, Stand]) -> dict[str, list[str]]:
    """Have each stand broadcast one frame; whose frames each of them received."""
    sockets = {name: _packet_socket(stand, _EXPERIMENTAL) for name, stand in stands.items()}
    heard: dict[str, set[str]] = {name: set() for name in stands}
    names = list(stands)
    try:
        for index, name in enumerate(names):
            one = sockets[name]
            mac = one.getsockname()[4]
            one.send(_BROADCAST + mac + struct.pack("!HI", _EXPERIMENTAL, index) + bytes(42))
            if index % 16 == 15:
                time.sleep(0.002)  # a master's queue of broadcasts holds 1000 (macvlan)
        with selectors.DefaultSelector() as selector:
            for name, one in sockets.items():
                selector.register(one, selectors.EVENT_READ, name)
            while ready := selector.select(0.2):
                for key, _ in ready:
                    frame = key.fileobj.recv(2048)  # type: ignore[union-attr]
                    heard[key.data].add(names[struct.unpack_from("!I", frame, 14)[0]])
    finally:
        for one in sockets.values():
            one.close()
    return {name: sorted(others - {name}) for name, others in heard.items()}


def owners(stand: Stand, addresses: Iterable[str]) -> dict[str, list[str]]:
    """The MACs that answer for each IPv4 address, to an ARP probe (RFC 5227) from the stand."""
    found: dict[str, set[str]] = {one: set() for one in addresses if ip_address(one).version == 4}
    if not found:
        return {}
    one = _packet_socket(stand, _ARP)
    try:
        mac = one.getsockname()[4]
        for address in found:
            question = struct.pack("!HHBBH", 1, 0x0800, 6, 4, 1)
            body = question + mac + bytes(4) + bytes(6) + ip_address(address).packed
            one.send(_BROADCAST + mac + struct.pack("!H", _ARP) + body)
        with selectors.DefaultSelector() as selector:
            selector.register(one, selectors.EVENT_READ)
            while selector.select(0.2):
                frame = one.recv(2048)
                if struct.unpack_from("!H", frame, 20)[0] == 2:
                    sender = str(ip_address(frame[28:32]))
                    if sender in found:
                        found[sender].add(frame[22:28].hex(":"))
    finally:
        one.close()
    return {address: sorted(macs) for address, macs in found.items()}


def _packet_socket(stand: Stand, protocol: int) -> socket.socket:
    with entered(stand.netns):
        one = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(protocol))
        one.bind((stand.interface, protocol))
    one.setblocking(False)
    return one
