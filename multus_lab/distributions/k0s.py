"""k0s, whose kubelet has a root of its own."""

from multus_lab.distributions.record import STANDARD, Distribution

DISTRIBUTION = Distribution(
    "k0s",
    "k0s pkg/component/controller/kuberouter.go; k0s #7585; multus-cni v4.3.0 "
    "pkg/kubeletclient/kubeletclient.go",
    paths=STANDARD._replace(kubelet_dir="/var/lib/k0s/kubelet"),
    notes=(
        "kube-router's init container deletes every .conf in /etc/cni/net.d, Multus' own too, "
        "while 10-kuberouter.conflist is missing.",
    ),
)
