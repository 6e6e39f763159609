"""RTE310: the gateways of sbr's own can't be used."""

from collections.abc import Iterator

from multus_lab.addresses import AnyAddress, read_address
from multus_lab.checks.among import with_plugin
from multus_lab.checks.finding import Path, Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.pod_routes import (
    MAIN,
    configures,
    leads_on_link,
    pod_routes,
    pools_of,
    unsettled,
)
from multus_lab.checks.route_gateways import trouble_with
from multus_lab.checks.rule import Hit, Refusal, network_rule
from multus_lab.versions import Span

_READ = Span((1, 10, 0))
"""The releases whose sbr reads `gateways`."""

_MOST = 2
_ADVICE = "an address in the network's subnet"


@network_rule(
    "RTE310",
    Severity.ERROR,
    "gateway of sbr that can't be used",
    among=with_plugin("sbr"),
    why=(
        "From plugins v1.10.0 on sbr takes `gateways` for the default routes in its tables: at "
        "most one of IPv4 and one of IPv6, each an address without prefix length that lies in the "
        "network's subnet. One of a family that pods have no address of does nothing."
    ),
    fix=Line("gateways", [...], "an address in the network's subnet, at most one per IP version"),
    source="plugins v1.10.0 plugins/meta/sbr/main.go doRoutes; tried",
    says=(
        Refusal("sbr", "too many gateways"),
        Refusal("sbr", "two gateways of a family"),
        Refusal("sbr", "no address as gateway"),
        Refusal("sbr", "gateway elsewhere"),
        "Failed to add default route to …: no route to host",
        "Failed to add default route to …: invalid argument",
    ),
)
def sbr_gateways(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find gateways that sbr refuses, that the kernel does, and those that do nothing."""
    sbr = network.chained("sbr")
    if sbr is None:
        return
    given, path = sbr.config.get("gateways"), (*sbr.path, "gateways")
    if sbr.has("table") or not isinstance(given, list):
        return  # NAD003 finds what it passes over
    if len(given) > _MOST:
        message = f"{len(given)} gateways are refused, as sbr takes two at most; pods fail"
        yield Hit(path, given, message, held=_READ)
    else:
        yield from _each(network, lab, given, path)


def _each(network: Network, lab: Lab, given: list[object], path: Path) -> Iterator[Hit]:
    first: dict[int, AnyAddress] = {}
    for index, text in enumerate(given):
        place = (*path, index)
        gateway = read_address(text)
        if not isinstance(text, str):
            continue  # a placeholder, or what the rule on kinds finds
        if gateway is None:
            message = f"{text or 'an empty text'} is no IP address, so pods fail"
            yield Hit(place, text, message, held=_READ)
        elif (before := first.setdefault(gateway.version, gateway)) is not gateway:
            message = f"{text} is the second IPv{gateway.version} gateway after {before}; pods fail"
            yield Hit(place, text, message, held=_READ, fix=f"take {text} or {before} out")
        elif configures(network) and network.pools and not unsettled(network):
            yield from _usable(network, lab, gateway, place)


def _usable(network: Network, lab: Lab, gateway: AnyAddress, place: Path) -> Iterator[Hit]:
    """Find a gateway that the kernel refuses for the addresses that pods get."""
    version = gateway.version
    if not pools_of(network, version):
        message = f"{gateway} does nothing, as pods have no IPv{version} address here"
        yield Hit(place, str(gateway), message, "take it out", Severity.RISK, held=_READ)
        return
    trouble = trouble_with(network, gateway, version, _linked(network, lab, gateway))
    if trouble is not None:
        message, fix = f"the gateway {gateway} {trouble.what}", Line(place[-1], ..., _ADVICE)
        yield Hit(place, str(gateway), message, fix, trouble.severity, held=_READ)


def _linked(network: Network, lab: Lab, gateway: AnyAddress) -> bool:
    """Whether an on-link route of the network leads to it: sbr finds those in the main table."""
    return any(
        gateway in one.dst and one.table == MAIN and leads_on_link(one)
        for one in pod_routes(network, lab)
    )
