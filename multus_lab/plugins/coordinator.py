"""coordinator: Spiderpool's plugin behind another, which sets routes between a pod's interfaces.

What no configuration has, it takes from the cluster's SpiderCoordinator.
"""

from multus_lab.addresses import read_address
from multus_lab.plugins.kinds import (
    ADDRESS,
    CIDR,
    FILE,
    FLAG,
    INT,
    INTERFACE,
    TEXT,
    Items,
    Key,
    Scalar,
    keys,
)
from multus_lab.plugins.record import Record, plugin_keys
from multus_lab.versions import Span

_BEFORE_1 = Span(before=(1, 0, 0))


def _trimmed(kind: Scalar) -> Scalar:
    """The kind with blanks around it, which are cut off first."""
    return Scalar(kind.allows, lambda text: isinstance(text, str) and kind.takes(text.strip()))


_ADDRESS = _trimmed(Scalar(ADDRESS.allows, lambda text: bool(text) and ADDRESS.takes(text)))
_CIDRS = Items(_trimmed(CIDR), "a list of networks in CIDR form", nulls=False)
_DESTINATION = _trimmed(
    Scalar(
        "an address, or a network in CIDR form",
        lambda text: CIDR.takes(text) or read_address(text) is not None,
    )
)

RECORD = Record(
    "coordinator",
    "spidernet-io/spiderpool v0.9.0 to v1.2.2, a7fbd3b2 cmd/coordinator/cmd (cni_types.go, "
    "command_add.go, utils.go), cmd/coordinator/main.go, pkg/logutils/log.go, go.mod",
    plugin_keys(
        {
            "mode": Key(
                TEXT,
                allowed=("auto", "underlay", "overlay", "disable"),
                says="unknown tuneMode: …",
            ),
            "vethLinkAddress": TEXT,
            "vethMTU": Key(
                INT,
                low=1,
                default=1500,
                says="vethMTU must be greater than 0",
                held=Span((1, 2, 1)),
            ),
            "podMACPrefix": Key(
                TEXT,
                pattern="[a-fA-F0-9][a-fA-F,02-9][:-][a-fA-F0-9]{2}",
                shape="two bytes of a MAC that is no multicast one, like 0a:1b",
                says="mac_prefix format should be match regex: …",
            ),
            "multusNicPrefix": TEXT,
            "podDefaultCniNic": Key(INTERFACE, default="eth0"),
            "podDefaultRouteNic": INTERFACE,
            "overlayPodCIDR": _CIDRS,
            "serviceCIDR": _CIDRS,
            "hijackCIDR": _CIDRS,
            "policyRoutes": Key(
                Items(
                    keys({"dst": _DESTINATION, "gw": _ADDRESS}, ("dst",), ("gw",)),
                    "a list of routes",
                ),
                held=Span((1, 2, 1)),
            ),
            "tunePodRoutes": FLAG,
            "hostRuleTable": Key(INT, default=500),
            "hostRPFilter": INT,
            "podRPFilter": Key(
                INT,
                high=2,
                says="invalid rp_filter value …, available options: [-1,0,1,2]",
            ),
            "txQueueLen": INT,
            "logOptions": keys(
                {
                    "logLevel": Key(
                        TEXT,
                        allowed=("debug", "info", "warn", "error", "fatal", "panic"),
                        any_case=True,
                        says="unsupported log level …",
                    ),
                    "logFile": FILE,
                    "logMaxSize": INT,
                    "logMaxAge": INT,
                    "logMaxCount": INT,
                },
                ("logLevel",),
            ),
            "detectGateway": Key(FLAG, held=_BEFORE_1),
            "detectIPConflict": Key(FLAG, held=_BEFORE_1),
            "detectOptions": Key(
                keys({"retries": INT, "interval": TEXT, "timeout": TEXT}), held=_BEFORE_1
            ),
        }
    ),
    chained=True,
    moves_routes=True,  # utils.go tunePodRoutes: all but the first interface's
    oldest="0.1.0",
    newest="1.0.0",
    says={
        "alone": "failed to parse prevResult: …",
        "a CIDR": "invalid CIDR address: …",
        "policyRoutes dst": 'invalid route dst "…": …',
        "policyRoutes gw": 'invalid route gw "…"',
        "policyRoutes families": 'route dst "…" and gw "…" must use the same IP family',
    },
)
