"""kubeadm with containerd: the paths that every manifest of Multus has."""

from ipaddress import ip_network

from multus_lab.distributions.record import Distribution, Usual

# IPv4 is flannel's for pods and kubeadm's own for Services. IPv6 has no default: this is the
# example for dual stack of kubernetes.io.
USUAL = Usual(
    "kubeadm's",
    (ip_network("10.244.0.0/16"), ip_network("2001:db8:42::/56")),
    (ip_network("10.96.0.0/12"), ip_network("2001:db8:42:1::/112")),
)

DISTRIBUTION = Distribution(
    "kubeadm",
    "multus-cni deployments/multus-daemonset-thick.yml; kubernetes.io, dual-stack with kubeadm",
    usual=USUAL,
    notes=(
        "The plugins are those of the node's package: kubernetes-cni has all of them, and some "
        "distributions of Linux ship fewer.",
    ),
)
