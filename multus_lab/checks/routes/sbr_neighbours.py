"""RTE306: sbr takes the way to the neighbours out of the main table."""

from collections.abc import Iterator

from multus_lab.checks.among import with_plugin
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Fix, Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.pod_routes import moves_routes
from multus_lab.checks.rule import Hit, network_rule
from multus_lab.plugins import Placeholder

_HINTS = (1, 10, 0)
"""The first release whose sbr reads `addSourceHints`."""


@network_rule(
    "RTE306",
    Severity.RISK,
    "sbr takes the way to the neighbours",
    among=with_plugin("sbr"),
    why=(
        "sbr moves all routes of the interface into a table that only packets from the network's "
        "address meet, the one to its subnet too. What a pod sends to a neighbour without binding "
        "to that address leaves by eth0. From plugins v1.10.0 on `addSourceHints: true` keeps the "
        "subnet's route in the main table."
    ),
    fix="bind to the pod's address of the network, and accept it",
    source="plugins v1.10.0 and v1.9.1 plugins/meta/sbr/main.go doRoutes; tried with both",
)
def lost_neighbours(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find sbr without a table of its own and without source hints.

    A note where no release is told, as which way out there is depends on it.
    """
    sbr = network.chained("sbr")
    if sbr is None or not moves_routes(sbr, lab) or _fails(network):
        return
    newer = lab.since(_HINTS)
    hints = sbr.config.get("addSourceHints")
    if isinstance(hints, Placeholder) or (hints is True and newer is not False):
        return
    message = (
        f"what pods send to neighbours in {network.label} leaves by eth0, unless they bind to "
        "their address there"
    )
    if newer is None:
        message += "; plugins v1.10.0 and newer can keep the way to them (addSourceHints)"
    yield Hit(
        (*sbr.path, "type"),
        "sbr",
        message,
        fix=_hints(network) if newer is not False else None,
        severity=Severity.NOTE if newer is None else None,
    )


def _fails(network: Network) -> bool:
    """Whether there is no address to move routes of, which NAD012 finds."""
    return network.main.asks_ipam and not network.main.config.get("ipam")


def _hints(network: Network) -> Fix | None:
    """The line for a configuration whose sbr is written out."""
    if not network.written_out:
        return None
    return Line("addSourceHints", True, "beside sbr's type; plugins v1.10.0 and newer")
