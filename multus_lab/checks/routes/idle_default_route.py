"""RTE312: a stack asks for a default route that nobody gives."""

from collections.abc import Iterator

from multus_lab.checks.added_routes import all_routes
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.pod_routes import added_defaults
from multus_lab.checks.rule import Hit, network_rule
from multus_lab.plugins import Ipam

_ROUTE = "write the default route into ipam: routes: [{dst: 0.0.0.0/0}], or ::/0"


@network_rule(
    "RTE312",
    Severity.RISK,
    "default route that is asked for and not given",
    why=(
        "`defaultRoute` writes the default route into `ipam.routes`. It can't if the IPAM plugin "
        "takes no routes from there, if nothing says which IP versions pods get, or if pods get no "
        "address at all. Some IPAM plugins bring one of their own, by what is set elsewhere. A "
        "chained sbr makes its own of the gateway that comes with an address."
    ),
    fix=Line("defaultRoute", "never"),
    source="plugins v1.10.0 plugins/meta/sbr/main.go doRoutes, plugins/ipam/dhcp/lease.go Routes; "
    "nvidia-k8s-ipam 3ce4a34c pkg/cni/plugin/plugin.go grpcRespToResult; kube-ovn 1533681d "
    "cmd/cni/cni.go generateCNIResult; spiderpool a7fbd3b2 docs/usage/route.md",
)
def idle_default_route(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find a takeover that moves nothing, and a sbr that gets no default route."""
    asked = network.settings.get("default_route", "never")
    if asked == "never" or added_defaults(network):
        return
    if any(route.default for route in all_routes(network, lab)):
        return
    if asked == "takeover":
        yield _of_takeover(network)
    elif network.ipam_type:  # without sbr fails, which NAD012 finds
        yield _of_sbr(network)


def _of_takeover(network: Network) -> Hit:
    kind, ipam = network.ipam_type, network.ipam
    if ipam is not None and ipam.brings:
        return _hit(
            network,
            f"{kind} takes no routes from a stack: the pod's default route moves to "
            f"{network.label} only if {ipam.brings}",
            f"see to it that {ipam.brings}",
            Severity.NOTE,
        )
    why = _why(kind, ipam)
    return _hit(network, f"the pod's default route stays with eth0: {why}", _fix(ipam))


def _of_sbr(network: Network) -> Hit:
    kind, ipam = network.ipam_type, network.ipam
    if ipam is None or ipam.pools is None:
        needed = f"{kind} gives its pods a gateway"
        message = f"answers leave by {network.label} only if {needed}"
        return _hit(network, message, f"see to it that {needed}", Severity.NOTE)
    why = _why(kind, ipam)
    return _hit(network, f"answers don't leave by {network.label}: {why}", _fix(ipam))


def _hit(network: Network, message: str, fix: str | None, severity: Severity | None = None) -> Hit:
    asked = network.settings["default_route"]
    return Hit(("defaultRoute",), asked, message, fix, severity, in_metadata=True)


def _why(kind: str, ipam: Ipam | None) -> str:
    if not kind:
        return "without an IPAM plugin its pods get no routes"
    if ipam is None or not ipam.routes:
        return f"{kind} takes no routes from a stack"
    return f"which IP versions its pods get isn't known, as {kind} has no addresses here"


def _fix(ipam: Ipam | None) -> str | None:
    return _ROUTE if ipam is not None and ipam.routes else None
