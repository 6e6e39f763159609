"""OpenShift, whose network operator brings Multus, in a layout with two folders."""

from multus_lab.distributions.record import REFERENCE, STANDARD, Distribution

DISTRIBUTION = Distribution(
    "openshift",
    "openshift/cluster-network-operator 2a6a57f pkg/network/multus.go, bindata/network/multus",
    paths=STANDARD._replace(
        cni_config_dir="/etc/kubernetes/cni/net.d",
        multus_autoconfig_dir="/var/run/multus/cni/net.d",
        bin_dir="/var/lib/cni/bin",
        socket_dir="/run/multus/socket",
    ),
    plugins=REFERENCE,
    brings="OpenShift's network operator brings Multus",
    brings_whereabouts=(
        "OpenShift's network operator brings whereabouts, once a network of its own asks for it"
    ),
    whereabouts_dir="/etc/kubernetes/cni/net.d",
)
