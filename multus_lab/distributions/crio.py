"""kubeadm with CRI-O from rpm packages (Fedora, CentOS, openSUSE)."""

from multus_lab.distributions.kubeadm import USUAL
from multus_lab.distributions.record import STANDARD, Distribution

DISTRIBUTION = Distribution(
    "crio",
    "crio.conf(5) plugin_dirs; multus-cni #244, #1090",
    paths=STANDARD._replace(bin_dir="/usr/libexec/cni"),
    usual=USUAL,
    notes=(
        "CRI-O of other packages has its plugins in /opt/cni/bin: then it is kubeadm.",
        "10-crio-bridge.conflist.disabled is disabled as it is shipped; enabled, it may come "
        "before the primary network's file.",
    ),
)
