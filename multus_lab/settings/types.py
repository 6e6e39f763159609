"""The scalar types of a stack config, each with what it allows."""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface
from ipaddress import IPv6Network as _IPv6Network
from socket import AF_INET, inet_pton
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

AnyAddress: TypeAlias = IPv4Address | IPv6Address
AnyNetwork: TypeAlias = IPv4Network | _IPv6Network
AnyInterface: TypeAlias = IPv4Interface | IPv6Interface


def refuse(allowed: str) -> PydanticCustomError:
    """The error of a value that is not what `allowed` says, in a few words."""
    return PydanticCustomError("refused", "{allowed}", {"allowed": allowed})


@dataclass(frozen=True)
class Parsed:
    """Reads a string by `parse`, and writes it by `str`; one of `kinds` already passes as it is.

    It is the type's whole schema: a validator and a serializer of pydantic's own would have it
    build one of the annotated type too, twice for each field, and use neither.
    """

    parse: Callable[[str], object]
    kinds: tuple[type, ...]
    allowed: str

    def read(self, value: Any) -> object:
        """The value of a string; raises what `refuse` makes."""
        if isinstance(value, self.kinds):
            return value
        if not isinstance(value, str):
            raise refuse(self.allowed)
        try:
            return self.parse(value)
        except PydanticCustomError:
            raise
        except ValueError:
            raise refuse(self.allowed) from None

    def __get_pydantic_core_schema__(self, _: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.read, serialization=core_schema.to_string_ser_schema(when_used="always")
        )


@lru_cache(maxsize=65536)
def bare(text: str) -> AnyAddress:
    """Read an address, strictly."""
    try:
        return IPv4Address(inet_pton(AF_INET, text))  # as strict as Python's own, in less time
    except OSError:
        if "%" in text:  # a zone index, which Go's net.ParseIP refuses
            raise ValueError(text) from None
        return ipaddress.ip_address(text)


def _network(text: str) -> AnyNetwork:
    if "/" not in text:
        raise refuse("an address with its prefix length, like 10.12.34.0/24")
    network = masked(text)
    if bare(text.partition("/")[0]) != network.network_address:
        raise refuse(f"a network without host bits, like {network}")
    return network


def _interface(text: str) -> AnyInterface:
    if "/" not in text:
        raise refuse("an address with its prefix length, like 10.12.34.5/24")
    return prefixed(text)


@lru_cache(maxsize=65536)
def masked(text: str) -> AnyNetwork:
    """Read the network of an address with its prefix length, strictly; host bits are masked."""
    address, length = _split(text)
    kind = IPv4Network if address.version == 4 else _IPv6Network
    return kind((int(address), length), strict=False)


def prefixed(text: str) -> AnyInterface:
    """Read an address and its prefix length, strictly."""
    return ipaddress.ip_interface(_split(text))


def _split(text: str) -> tuple[AnyAddress, int]:
    """An address and its prefix length; Python also reads a netmask there."""
    address, _, length = text.partition("/")
    if not _LENGTH.fullmatch(length):
        raise ValueError(text)
    return bare(address), int(length)


_LENGTH = re.compile("[0-9]{1,3}")


Address = Annotated[AnyAddress, Parsed(bare, (IPv4Address, IPv6Address), "an IPv4 or IPv6 address")]
"""An IPv4 or IPv6 address. IPv4 leading zeros are refused, as host-local does (Go net.ParseIP)."""

Network = Annotated[
    AnyNetwork,
    Parsed(_network, (IPv4Network, _IPv6Network), "a network in CIDR form, like 10.12.34.0/24"),
]
"""A network in CIDR form, without host bits, as host-local asks for (its `allocator/range.go`)."""

AddressWithPrefix = Annotated[
    AnyInterface,
    Parsed(
        _interface,
        (IPv4Interface, IPv6Interface),
        "an address with its prefix length, like 10.12.34.5/24",
    ),
]
"""An address with the prefix length of its subnet (plugins v1.9.1, plugins/ipam/static)."""


def _matching(pattern: str, allowed: str, length: int) -> AfterValidator:
    def check(value: str) -> str:
        if len(value) > length or not re.fullmatch(pattern, value):
            raise refuse(allowed)
        return value

    return AfterValidator(check)


_LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"

DnsLabel = Annotated[
    str, _matching(_LABEL, "a DNS-1123 label: a-z, 0-9 and '-', at most 63 characters", 63)
]
"""What Kubernetes takes as the name of a namespace (RFC 1123)."""

DnsSubdomain = Annotated[
    str,
    _matching(
        rf"{_LABEL}(\.{_LABEL})*",
        "a DNS-1123 subdomain: labels of a-z, 0-9 and '-' joined by '.', at most 253 characters",
        253,
    ),
]
"""What Kubernetes takes as the name of most objects (RFC 1123)."""

InterfaceName = Annotated[
    str,
    _matching(
        r"(?!\.\.?$)[^/:\s\x00-\x1f]+",
        "an interface name: without '/', ':' and white space, and not '.' or '..'",
        127,
    ),
]
"""A network interface's name, or alternative name, of up to 127 characters (Linux ALTIFNAMSIZ).

An alias such as `ens33:1` is no interface (multus-cni #720).
"""

MacAddress = Annotated[
    str, _matching(r"[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}", "six bytes like 02:00:0a:0c:22:c8", 17)
]
"""A 48-bit hardware address."""

AbsolutePath = Annotated[str, _matching(r"/[^\x00]*", "an absolute path", 4095)]

Quantity = Annotated[
    str,
    _matching(
        r"[0-9]+(\.[0-9]+)?(m|k|Ki|[MGTPE]i?)?",
        "a Kubernetes quantity, like 100m or 256Mi",
        32,
    ),
]
"""A Kubernetes resource quantity (k8s.io/apimachinery, pkg/api/resource)."""

QualifiedName = Annotated[
    str,
    _matching(
        rf"({_LABEL}(\.{_LABEL})*/)?[A-Za-z0-9]([-_.A-Za-z0-9]{{0,61}}[A-Za-z0-9])?",
        "a label key: an optional DNS-1123 prefix and '/', then at most 63 characters",
        317,
    ),
]
LabelValue = Annotated[
    str,
    _matching(
        r"([A-Za-z0-9]([-_.A-Za-z0-9]*[A-Za-z0-9])?)?",
        "a label value: at most 63 characters of a-z, A-Z, 0-9, '-', '_' and '.'",
        63,
    ),
]

CniVersion = Literal["0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"]
"""The versions of the CNI specification that plugins v1.9.1 support."""


Reason = Annotated[str, _matching(r"(?s).*\S.*", "a reason, not empty", 1000)]
"""Why a risk is accepted."""

RuleCode = Annotated[str, _matching(r"[A-Z]{3}\d{3}", "the code of a rule, like RTE301", 6)]

Accept = Annotated[dict[RuleCode, Reason], Field(max_length=1000)]
"""The risks that are accepted: code to reason."""


def one_or_more(value: Any) -> Any:
    """Let a scalar stand for the list of itself."""
    return value if isinstance(value, list | tuple) else [value]
