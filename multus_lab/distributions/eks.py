"""EKS on Amazon Linux 2023, with the VPC CNI."""

from multus_lab.distributions.record import Distribution

DISTRIBUTION = Distribution(
    "eks",
    "awslabs/amazon-eks-ami; aws/amazon-vpc-cni-k8s; docs.aws.amazon.com eks pod-multiple-network-"
    "interfaces",
    plugins=frozenset({"bandwidth", "host-local", "loopback", "portmap"}),
    notes=(
        "The VPC drops frames of MACs and of addresses that it hasn't given to the interface: "
        "ipvlan, with addresses that are assigned to it.",
        "Tag interfaces for Multus with node.k8s.amazonaws.com/no_manage=true.",
    ),
)
