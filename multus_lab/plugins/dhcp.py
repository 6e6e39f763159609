"""dhcp: a lease from the segment's DHCP server, by a daemon on the node."""

from multus_lab.plugins.kinds import FILE, FLAG, INT, TEXT, Items, Key, keys
from multus_lab.plugins.record import Ipam, Record, ipam_keys
from multus_lab.versions import Span

SOCKET = "/run/cni/dhcp.sock"
"""Where the plugin looks for its daemon unless `daemonSocketPath` says where (main.go)."""

_OPTIONS = (
    *("dhcp-client-identifier", "subnet-mask", "routers"),
    *("host-name", "user-class", "vendor-class-identifier"),
)
_OPTION = Key(TEXT, allowed=_OPTIONS, low=0, high=255, says="Can not parse option …")
"""By name, or by number (options.go parseOptionName)."""

_VALUE = Key(
    TEXT,
    pattern=".{0,255}",
    shape="at most 255 characters",
    says="value too long for option …",
)

RECORD = Record(
    "dhcp",
    "containernetworking/plugins v0.9.1 to v1.10.0 plugins/ipam/dhcp/main.go, lease.go, options.go",
    ipam_keys(
        {
            "daemonSocketPath": Key(FILE, default=SOCKET),
            "provide": Key(
                Items(keys({"option": _OPTION, "value": _VALUE, "fromArg": TEXT}, ("option",))),
                held=Span((1, 1, 0)),
            ),
            "request": Key(
                Items(keys({"option": _OPTION, "skipDefault": FLAG})), held=Span((1, 1, 0))
            ),
            "priority": Key(INT, held=Span((1, 6, 0))),
        }
    ),
    ipam=Ipam(counts="server", brings="the DHCP server names a router"),
    family="plugins",
    oldest="0.1.0",
    says={
        "no daemon": "error dialing DHCP daemon: …",
    },
)
