"""The scalar types of a stack config, each with what it allows."""

import ipaddress
import math
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from ipaddress import (
    IPv4Address,
    IPv4Interface,
    IPv4Network,
    IPv6Address,
    IPv6Interface,
    IPv6Network,
)
from typing import Annotated, Any, Literal, LiteralString, NamedTuple

from pydantic import BeforeValidator, Field, GetCoreSchemaHandler, ValidationError
from pydantic_core import (
    CoreSchema,
    InitErrorDetails,
    PydanticCustomError,
    PydanticKnownError,
    core_schema,
)

from multus_lab import names
from multus_lab.addresses import (
    AddressRange,
    AnyAddress,
    AnyInterface,
    AnyNetwork,
    bare,
    masked,
    prefixed,
)
from multus_lab.names import nearest
from multus_lab.ownership import FIELD_MANAGER, OWNER
from multus_lab.versions import release


def refuse(allowed: str, of_key: bool = False) -> PydanticCustomError:
    """The error of a value, or of its key, that is not what `allowed` says, in a few words."""
    kind: LiteralString = "key_refused" if of_key else "refused"
    return PydanticCustomError(kind, "{allowed}", {"allowed": allowed})


class Refusal(NamedTuple):
    """A value inside of a model that doesn't fit the others; `path` is from the model."""

    path: tuple[str | int, ...]
    value: object
    allowed: str
    of_key: bool = False
    """Whether the key is wrong there, whatever the value."""


def refuse_all(refusals: Iterable[Refusal]) -> None:
    """Raise the errors of all these values, each at its own place, if there are any."""
    found = [
        InitErrorDetails(type=refuse(one.allowed, one.of_key), loc=one.path, input=one.value)
        for one in refusals
    ]
    if found:
        raise ValidationError.from_exception_data("refused", found)


class Checked(NamedTuple):
    """Has `check` look at a value of the annotated type; it returns the value, or raises `refuse`.

    pydantic's AfterValidator does the same, and asks for the signature of `check` at every key.
    """

    check: Callable[[Any], Any]

    def __get_pydantic_core_schema__(self, of: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(of))


class Parsed(NamedTuple):
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


Address = Annotated[AnyAddress, Parsed(bare, (IPv4Address, IPv6Address), "an IPv4 or IPv6 address")]
"""An IPv4 or IPv6 address. IPv4 leading zeros are refused, as host-local does (Go net.ParseIP)."""

Network = Annotated[
    AnyNetwork,
    Parsed(_network, (IPv4Network, IPv6Network), "a network in CIDR form, like 10.12.34.0/24"),
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


def _span(text: str) -> AddressRange:
    first, dash, last = text.partition("-")
    if dash:
        span = AddressRange(ipaddress.ip_address(first), ipaddress.ip_address(last))
    else:
        whole = ipaddress.ip_network(first)
        span = AddressRange(whole[0], whole[-1])
    if span.first.version != span.last.version or span.size < 1:
        raise refuse("a range whose last address is not below its first")
    return span


Span = Annotated[
    AddressRange,
    Parsed(_span, (AddressRange,), "an address, a range first-last, or a network in CIDR form"),
]
"""Addresses as `10.0.0.5`, `10.0.0.5-10.0.0.9` or `10.0.0.0/29`."""


def of_known_type(
    known: Callable[[str], object],
    names: Callable[[], Iterable[str]],
    stands: Callable[[object], str],
) -> BeforeValidator:
    """Refuse a mapping without a `type`, or with another than the `known` ones, by their names.

    `stands` says where else such a type would stand.
    """

    def check(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        if "type" not in value:
            raise PydanticKnownError("union_tag_not_found", {"discriminator": "'type'"})
        kind = value["type"]
        if isinstance(kind, str) and known(kind):
            return value
        listed = list(names())
        expected = ", ".join(f"'{one}'" for one in listed)
        if told := stands(kind):
            expected += f"; {kind} {told}"
        elif meant := nearest(str(kind), listed):
            expected += f"; did you mean {meant}?"
        tag = {"discriminator": "'type'", "tag": str(kind), "expected_tags": expected}
        raise PydanticKnownError("union_tag_invalid", tag)

    return BeforeValidator(check)


def _json(value: object) -> object:
    """A value as JSON has it; a whole number never as `1.0`, which the engine writes as `1`.

    Those beyond 64 bits with a sign the engine rounds (pulumi v3.274.1, seen on the real engine).
    """
    if isinstance(value, dict):
        return {key: _json(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_json(one) for one in value]
    if isinstance(value, float):
        if not math.isfinite(value):
            raise refuse("finite, as all numbers of JSON are")
        value = int(value) if value.is_integer() else value
    if isinstance(value, int) and not SMALLEST <= value <= LARGEST:
        raise refuse(f"a whole number from {SMALLEST} to {LARGEST}: the engine rounds others")
    return value


SMALLEST, LARGEST = -(2**63), 2**63 - 1
"""The whole numbers that come through the engine as they are."""


Json = Annotated[Any, Checked(_json)]
"""Anything that JSON can hold."""


def _matching(pattern: str, allowed: str, length: int) -> Checked:
    def check(value: str) -> str:
        if len(value) > length or not re.fullmatch(pattern, value):
            raise refuse(allowed)
        return value

    return Checked(check)


DnsLabel = Annotated[
    str,
    _matching(names.LABEL.pattern, "a DNS-1123 label: a-z, 0-9 and '-', at most 63 characters", 63),
]
"""What Kubernetes takes as the name of a namespace (RFC 1123)."""

DnsSubdomain = Annotated[
    str,
    _matching(
        names.SUBDOMAIN.pattern,
        "a DNS-1123 subdomain: labels of a-z, 0-9 and '-' joined by '.', at most 253 characters",
        253,
    ),
]
"""What Kubernetes takes as the name of most objects (RFC 1123)."""

InterfaceName = Annotated[
    str,
    _matching(
        names.INTERFACE.pattern,
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

CniName = Annotated[
    str,
    _matching(
        names.CNI.pattern, "letters, digits, '_', '.' and '-', a letter or a digit first", 253
    ),
]
"""What libcni takes as the name of a network."""

_LONGEST_PATH = 4095

AbsolutePath = Annotated[str, _matching(r"/[^\x00]*", "an absolute path", _LONGEST_PATH)]


_MOUNTED = ("host", "hostroot")
"""Below them containers have the node's folders (deployments/multus-daemonset-thick.yml)."""


def _folder(whose: str) -> Checked:
    def check(value: str) -> str:
        if not re.fullmatch(r"(/(?!\.\.?(/|$))[^/\x00]+)+/?", value):
            raise refuse(f"{whose} folder: an absolute path without '..', and not the root")
        if (mount := value.split("/")[1]) in _MOUNTED:
            raise refuse(f"{whose} folder by its own path: /{mount} is a container's of the node")
        return value

    return Checked(check)


Folder = Annotated[str, _folder("a node's")]
"""A folder of a node, as a hostPath volume takes it (k8s.io/kubernetes validateHostPath)."""

ImageFolder = Annotated[str, _folder("an image's")]
"""A folder of an image, whose containers have the node's beside it."""


def _file(value: str) -> str:
    if not re.fullmatch(r"(/(?!\.\.?(/|$))[^/\x00]+)+", value) or len(value) > _LONGEST_PATH:
        raise refuse("a file by its absolute path: without '..', and without '/' at its end")
    return value


File = Annotated[str, Checked(_file)]
"""A file whose folder a hostPath volume can be (k8s.io/kubernetes validateHostPath)."""

_SUFFIXES = {"": "1", "n": "1e-9", "u": "1e-6", "m": "1e-3", "k": "1e3"} | {
    f"{letter}{i}": str((1024 if i else 1000) ** power)
    for power, letter in enumerate("KMGTPE", start=1)
    for i in ("", "i")
    if letter + i != "K"
}

_QUANTITY = re.compile(
    rf"\+?(\d+\.?\d*|\.\d+)({'|'.join(sorted(_SUFFIXES, reverse=True))}|[eE][-+]?\d{{1,2}})",
    re.ASCII,
)


def _quantity(value: Any) -> Any:
    """A number of YAML is one of Kubernetes too (apimachinery Quantity.UnmarshalJSON)."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = f"{value:f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    if not isinstance(value, str) or len(value) > 32 or not _QUANTITY.fullmatch(value):
        raise refuse("a Kubernetes quantity, like 100m or 256Mi")
    return value


Quantity = Annotated[str, BeforeValidator(_quantity)]
"""A Kubernetes resource quantity that isn't negative (k8s.io/apimachinery pkg/api/resource)."""


def amount(quantity: str) -> Decimal:
    """How much a quantity is, of memory in bytes."""
    found = _QUANTITY.fullmatch(quantity)
    assert found is not None
    number, suffix = found.groups()
    return Decimal(number) * Decimal(_SUFFIXES.get(suffix) or f"1{suffix}")


_DURATION = re.compile(r"(?=\d)(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?", re.ASCII)


def seconds(duration: str) -> int:
    """A duration such as 5m or 1h30m in seconds; 0 for what is none."""
    found = _DURATION.fullmatch(duration)
    hours, minutes, rest = map(int, found.groups("0")) if found else (0, 0, 0)
    return hours * 3600 + minutes * 60 + rest


def _lasting(shortest: str, longest: str, source: str = "") -> Checked:
    def check(value: str) -> str:
        if not seconds(shortest) <= seconds(value) <= seconds(longest):
            span = f"from {shortest} to {longest}{source and f' ({source})'}"
            raise refuse(f"hours, minutes and seconds as in 90s, 5m or 1h30m, {span}")
        return value

    return Checked(check)


Duration = Annotated[str, Field(max_length=32), _lasting("1s", "24h")]
"""A duration as Go writes it (time.ParseDuration), in whole seconds."""

CertDuration = Annotated[
    str,
    Field(max_length=32),
    _lasting("10m", "596523h", "k8s.io/kubernetes pkg/apis/certificates/validation"),
]
"""How long a certificate is asked for: expirationSeconds, at least 600, in 32 bits.

A cluster's signer may give less (kube-controller-manager `--cluster-signing-duration`).
"""


_NAME = r"[A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?"


def _prefixed(prefix: str) -> str:
    return rf"((?=[^/]{{1,253}}/){prefix}/)?{_NAME}"


QualifiedName = Annotated[
    str,
    _matching(
        _prefixed(names.SUBDOMAIN.pattern),
        "a label key: an optional DNS-1123 prefix and '/', then at most 63 characters",
        317,
    ),
]
"""The key of a label (k8s.io/apimachinery IsQualifiedName)."""


def _not_made(key: str) -> str:
    if key in (OWNER, FIELD_MANAGER):
        raise refuse("another annotation: this one tells whose the object is", of_key=True)
    return key


AnnotationKey = Annotated[
    str,
    Checked(_not_made),
    _matching(
        f"(?i:{_prefixed(names.SUBDOMAIN.pattern)})",
        "an annotation's key: an optional DNS-1123 prefix and '/', then at most 63 characters",
        317,
    ),
]
"""The key of an annotation, whose prefix may have capitals (apimachinery ValidateAnnotations)."""

_RESOURCE = rf"{names.SUBDOMAIN.pattern}/{_NAME}"
_LONGEST_RESOURCE = 317

ResourceName = Annotated[
    str,
    _matching(
        _RESOURCE,
        "a resource of a device plugin, like intel.com/sriov_netdevice",
        _LONGEST_RESOURCE,
    ),
]
"""An extended resource (k8s.io/kubernetes pkg/apis/core/helper IsExtendedResourceName)."""


def is_resource_name(value: object) -> bool:
    """Whether a device plugin's resource can be called so."""
    fits = isinstance(value, str) and len(value) <= _LONGEST_RESOURCE
    return fits and re.fullmatch(_RESOURCE, str(value)) is not None


LABEL_VALUE = "a label value: at most 63 characters of a-z, A-Z, 0-9, '-', '_' and '.'"
"""What a label value is, in words."""


def is_label_value(value: str) -> bool:
    """Whether a label can have that value (k8s.io/apimachinery IsValidLabelValue)."""
    return not value or re.fullmatch(_NAME, value) is not None


def _label_value(value: str) -> str:
    if not is_label_value(value):
        raise refuse(LABEL_VALUE)
    return value


LabelValue = Annotated[str, Checked(_label_value)]


def _file_name(value: str) -> str:
    if "/" in value or not value.endswith((".conf", ".conflist")) or value.startswith("00-multus"):
        raise refuse(
            "the name of a .conf or .conflist file, without a path and not Multus' own (multus-cni "
            "pkg/server/config/manager.go)"
        )
    return value


ConfigFile = Annotated[str, Checked(_file_name)]
"""A file of a node's CNI folder, but not Multus' own."""


def _release(value: str) -> str:
    if not re.fullmatch(r"v\d{1,3}\.\d{1,3}\.\d{1,3}", value) or release(value) < (0, 9, 1):
        raise refuse("a release of containernetworking/plugins, v0.9.1 or newer, like v1.10.0")
    return value


Release = Annotated[str, Checked(_release)]
"""A release of containernetworking/plugins."""

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
