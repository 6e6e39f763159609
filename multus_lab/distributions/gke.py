"""GKE on Container-Optimized OS, whose root can't be written."""

from multus_lab.distributions.record import STANDARD, Distribution, Newest

DISTRIBUTION = Distribution(
    "gke",
    "multus-cni v3.9 deployments/multus-daemonset-gke-1.16.yml; multus-cni #620",
    paths=STANDARD._replace(bin_dir="/home/kubernetes/bin"),
    newest=Newest("1.0.0", "with Dataplane V2 STATUS leaves nodes NotReady"),
    notes=("Outside of kube-system a ResourceQuota has to allow system-node-critical.",),
)
