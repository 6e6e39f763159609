"""route-override: changes the routes of the interface that the plugin before it made.

A route that can't be added or removed is no failure.
"""

from collections.abc import Mapping

from multus_lab.plugins.kinds import ADDRESS, CIDR, FLAG, Items, Kind, keys
from multus_lab.plugins.record import Record, plugin_keys

_ROUTES = Items(keys({"dst": CIDR, "gw": ADDRESS}, ("dst",)), "a list of routes")
_OWN: Mapping[str, Kind] = {
    "flushroutes": FLAG,
    "flushgateway": FLAG,
    "delroutes": _ROUTES,
    "addroutes": _ROUTES,
    "skipcheck": FLAG,
}

RECORD = Record(
    "route-override",
    "redhat-nfvpe/cni-route-override c9318850 and openshift/route-override-cni 391c1b03 "
    "cmd/route-override/route-override.go, go.mod; both have the same keys",
    plugin_keys({**_OWN, "args": keys({"cni": keys(_OWN, closed=False)}, closed=False)}),
    chained=True,
    moves_routes=True,
    moves_routes_by=("flushroutes", "flushgateway", "delroutes", "args"),
    oldest="0.1.0",
    newest="1.0.0",
)
