"""bandwidth: limits the rate of the pod's interface, at its end in the node."""

from multus_lab.plugins.kinds import TEXTS, UINT64, Key
from multus_lab.plugins.needs import queue
from multus_lab.plugins.record import Record, plugin_keys
from multus_lab.versions import Span

_SUBNETS = Key(TEXTS, held=Span((1, 5, 0), (1, 6, 0)))

_BUCKET = "tc qdisc add dev {} root tbf rate 1mbit burst 10k latency 25ms"
_MIRRORED = (
    "ip link add try type ifb && tc qdisc add dev low ingress && tc filter add dev low "
    "parent ffff: protocol all u32 match u32 0 0 action mirred egress redirect dev try && "
    + _BUCKET.format("try")
)
RECORD = Record(
    "bandwidth",
    "containernetworking/plugins v0.9.1 to v1.10.0 plugins/meta/bandwidth/main.go, ifb_creator.go",
    plugin_keys(
        {
            "ingressRate": UINT64,
            "ingressBurst": UINT64,
            "egressRate": UINT64,
            "egressBurst": UINT64,
            "shapedSubnets": _SUBNETS,
            "unshapedSubnets": _SUBNETS,
        }
    ),
    chained=True,
    # cmdAdd, getBandwidth
    told_by=("bandwidth", "ingressRate", "ingressBurst", "egressRate", "egressBurst"),
    needs=(
        queue("tbf", _BUCKET.format("low"), "ingressRate"),
        queue("ifb that packets can be sent to", _MIRRORED, "egressRate"),
    ),
    family="plugins",
    oldest="0.3.0",
    says={
        "nothing before it": "must be called as chained plugin",
        "no end in the node": "container interface … has no veth peer",
        "no burst": "if rate is set, burst must also be set",
        "no rate": "if burst is set, rate must also be set",
        "burst too large": "burst cannot be more than 4GB",
        "burst or rate below a byte": "create qdisc: invalid argument",
        "both kinds of subnets": "unshapedSubnets and shapedSubnets cannot be both specified",
    },
)
