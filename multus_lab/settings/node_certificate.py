"""A certificate of each node's own, by which its daemon is known to the API server."""

from multus_lab.settings.model import Model
from multus_lab.settings.types import CertDuration, File, Folder


class PerNodeCertificate(Model):
    """A certificate of each node's own instead of the service account's token.

    The daemon asks for it with the kubeconfig `bootstrapKubeconfig`, a path in its container, as
    `system:multus:<node>` of group `system:multus`, keeps it in the node's folder `certDir` and
    renews it before `certDuration` is over. Without somebody who approves the request, as the
    image's cert-approver does, the daemon ends after 2 minutes (multus-cni
    pkg/k8sclient/kubeconfig.go PerNodeK8sClient, cmd/cert-approver).
    """

    enabled: bool = True
    bootstrap_kubeconfig: File
    cert_dir: Folder
    cert_duration: CertDuration = "24h"
