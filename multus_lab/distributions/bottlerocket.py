"""EKS on Bottlerocket: /opt/cni is an overlay over the plugins of the image."""

from multus_lab.distributions.record import REFERENCE, Distribution

DISTRIBUTION = Distribution(
    "bottlerocket",
    "bottlerocket-core-kit a10182f9 packages/release/opt-cni.mount, packages/cni-plugins, "
    "packages/containerd",
    plugins=REFERENCE,
    notes=("SELinux enforces; the root can't be written.",),
)
