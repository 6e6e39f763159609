"""RKE2, which brings Multus as one of its own charts."""

from multus_lab.distributions.k3s import USUAL
from multus_lab.distributions.record import REFERENCE, Distribution

DISTRIBUTION = Distribution(
    "rke2",
    "rke2-docs docs/networking/multus_sriov.md; rancher/rke2-charts packages/rke2-multus; rke2 "
    "#746, #10360",
    plugins=REFERENCE,
    brings="RKE2 brings Multus as a chart (`cni: [multus, canal]` in its configuration)",
    brings_whereabouts=(
        "RKE2's chart of Multus brings whereabouts, with `rke2-whereabouts: {enabled: true}`"
    ),
    usual=USUAL,
    notes=(
        "Without that chart (`install: true`) it isn't known which plugins its nodes have.",
        "With Cilium set cni.exclusive=false before 1.31.14, 1.32.10, 1.33.6 and 1.34.2.",
    ),
)
