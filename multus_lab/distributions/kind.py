"""kind: nodes that are containers."""

from multus_lab.distributions.record import Distribution

DISTRIBUTION = Distribution(
    "kind",
    "kubernetes-sigs/kind images/base, images/kindnetd",
    plugins=frozenset({"host-local", "loopback", "portmap", "ptp"}),
    notes=(
        "kindnet's 10-kindnet.conflist has cniVersion 0.3.1: the daemon's can't be 0.4.0 or newer.",
    ),
)
