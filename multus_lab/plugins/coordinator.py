"""coordinator: Spiderpool's plugin behind another, which sets routes between a pod's interfaces.

What no configuration has, it takes from the cluster's SpiderCoordinator.
"""

from multus_lab.plugins.kinds import (
    ADDRESS,
    FILE,
    FLAG,
    INT,
    INTERFACE,
    TEXT,
    TEXTS,
    Items,
    Key,
    keys,
)
from multus_lab.plugins.record import Record, plugin_keys
from multus_lab.versions import Span

_BEFORE_1 = Span(before=(1, 0, 0))

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
            "podMACPrefix": TEXT,
            "multusNicPrefix": TEXT,
            "podDefaultCniNic": Key(INTERFACE, default="eth0"),
            "podDefaultRouteNic": INTERFACE,
            "overlayPodCIDR": TEXTS,
            "serviceCIDR": TEXTS,
            "hijackCIDR": TEXTS,
            "policyRoutes": Key(
                Items(keys({"dst": TEXT, "gw": ADDRESS}, ("dst",), ("gw",)), "a list of routes"),
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
        "podMACPrefix": "mac_prefix format should be match regex: …",
        "policyRoutes dst": 'invalid route dst "…": …',
        "policyRoutes gw": 'invalid route gw "…"',
        "policyRoutes families": 'route dst "…" and gw "…" must use the same IP family',
    },
)
