"""kind: nodes that are containers."""

from multus_lab.distributions.record import Distribution, Primary

DISTRIBUTION = Distribution(
    "kind",
    "kubernetes-sigs/kind images/base, images/kindnetd",
    plugins=frozenset({"host-local", "loopback", "portmap", "ptp"}),
    primary=Primary("10-kindnet.conflist", "0.3.1"),
)
