"""microk8s, whose files lie in its snap."""

from multus_lab.distributions.record import LINKS, REFERENCE, STANDARD, Distribution, Mount

DISTRIBUTION = Distribution(
    "microk8s",
    "canonical/microk8s d099c907 snap/hooks/configure, build-scripts/components/cni/build.sh, "
    "microk8s-resources/default-args/containerd-template.toml",
    paths=STANDARD._replace(
        cni_config_dir="/var/snap/microk8s/current/args/cni-network",
        bin_dir="/var/snap/microk8s/current/opt/cni/bin",
        kubelet_dir="/var/snap/microk8s/common/var/lib/kubelet",
    ),
    # snapd's: `current` leads to the revision that is in use.
    links={**LINKS, "/snap/microk8s/current": "8596", "/var/snap/microk8s/current": "8596"},
    programs_dir="/snap/microk8s/current/opt/cni/bin",
    # The snap's revisions are mounts of their own.
    mounts=(Mount("microk8s-snap", "/snap/microk8s", "HostToContainer"),),
    plugins=(REFERENCE - {"dummy", "tap"}) | {"flannel"},
    notes=(
        "Its addon for Multus is thin v3.9: disable it first.",
        "A refresh of the snap moves `current`: restart the daemon after it.",
    ),
)
